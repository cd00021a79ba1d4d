/* SPDX-License-Identifier: GPL-2.0 */
/* What is measured: a command, a process that runs already, or time. */
#ifndef CVMSTAT_WORKLOAD_H
#define CVMSTAT_WORKLOAD_H

#include <sys/types.h>

#include "base/util.h"

/**
 * struct workload - what is waited for
 * @argv: the command, NULL if none
 * @pid: the process to wait for without a command, 0 if none
 * @output: file that the command writes to, away from the terminal and in a
 *	process group of its own; 0: it has our terminal
 * @taken: our standard output is for data: the command's goes to standard error
 * @child: the command's process
 * @gate: writing end of the pipe behind which the child waits
 * @failed: reading end of the pipe that carries a failed exec's errno
 * @signals: signalfd
 * @other: pidfd of @pid
 * @tick: called every second while it runs, and when it is over; or NULL
 * @status: the command's exit status, 128 + n after signal n
 * @stopped: a signal that asks for the end came while it ran
 */
struct workload {
	char **argv;
	pid_t pid;
	int output;
	bool taken;
	pid_t child;
	int gate;
	int failed;
	int signals;
	int other;
	void (*tick)(void);
	int status;
	bool stopped;
};

enum wake { WAKE_TIME, WAKE_DONE, WAKE_SIGNAL };

void workload_init(void);
void workload_title(const struct workload *w, char *buf, size_t size);
void workload_prepare(struct workload *w);
void workload_go(struct workload *w);
void workload_signal(const struct workload *w, int signal);
enum wake workload_wait(struct workload *w, u64 until_ns);

#endif
