/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Marks in cvmbed's ledger from user space. LEDGER.md has the protocol.
 */
#ifndef CVMBED_MARK_H
#define CVMBED_MARK_H

#include <stddef.h>

/* Longest label that the ledger takes, without its end. */
#define MARK_LABEL_MAX	63

/**
 * mark_open() - Get a way to the ledger and stay on one CPU.
 *
 * The mark port; where a locked down kernel gives nobody a port, the
 * hypervisor's CPUID leaf, or without a hypervisor the second serial port.
 *
 * A vCPU collects its label byte by byte, so a writer must neither migrate nor
 * be preempted by another one in the middle. The caller is pinned to the CPU
 * that it is on and made SCHED_FIFO, and children would inherit that;
 * mark_close() undoes both.
 *
 * Return: 0, or -1 with errno set.
 */
int mark_open(void);

/** mark_close() - Undo mark_open(). */
void mark_close(void);

/**
 * mark_write() - Append the ledger's state to its file under @label.
 *
 * Return: 0, or -1 with errno EINVAL for a label that the ledger refuses.
 */
int mark_write(const char *label);

/**
 * mark_read() - Read back a part of the line that the last mark made.
 *
 * Return: bytes stored in @buf, at most @size; 0 at the end of the line.
 */
size_t mark_read(char *buf, size_t size);

#endif /* CVMBED_MARK_H */
