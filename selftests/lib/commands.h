/* SPDX-License-Identifier: GPL-2.0 */
/* What can be asked of the family: once, for all tests. */
#ifndef CVMSTAT_TEST_COMMANDS_H
#define CVMSTAT_TEST_COMMANDS_H

#include <linux/netlink.h>
#include <linux/types.h>

/**
 * struct command - a request
 * @name: its name in kmod/cvmstat.yaml
 * @cmd: CVMSTAT_CMD_*
 * @flags: NLM_F_DUMP if it is a dump
 */
struct command {
	const char *name;
	__u8 cmd;
	__u16 flags;
};

/* All commands that read; the last one has no name. */
extern const struct command read_commands[];

#endif /* CVMSTAT_TEST_COMMANDS_H */
