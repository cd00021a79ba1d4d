/* SPDX-License-Identifier: GPL-2.0 */
/* Causes in user mode: what a program can do itself to trap, exit or call. */
#ifndef CVMSTAT_CAUSE_USER_H
#define CVMSTAT_CAUSE_USER_H

#include <linux/types.h>

/* What must have been done before. */
enum user_need {
	USER_NEEDS_NOTHING,
	USER_NEEDS_PORT,	/* ioperm() of it */
	USER_NEEDS_MMIO,	/* a mapping of it */
	USER_NEEDS_DEVICE,	/* its device, open */
};

/**
 * struct user_env - what a cause is about
 * @arg: leaf, port, number
 * @mmio: where it is mapped
 * @device: file descriptor
 */
struct user_env {
	__u64 arg;
	__u8 *mmio;
	int device;
};

/**
 * struct user_cause - one way to cause an exit
 * @name: its name
 * @need: what @once needs
 * @once: the operation
 */
struct user_cause {
	const char *name;
	enum user_need need;
	void (*once)(const struct user_env *env);
};

/* The last one has no name. */
extern const struct user_cause user_causes[];

/** user_cause_find() - the cause of this name in a table, or NULL */
const struct user_cause *user_cause_find(const struct user_cause *table, const char *name);

#endif /* CVMSTAT_CAUSE_USER_H */
