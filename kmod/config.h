/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_CONFIG_H
#define CVMSTAT_CONFIG_H

#include <linux/netlink.h>
#include <linux/types.h>

#include "part.h"

/**
 * struct cvm_config - what is being counted
 * @classes: BIT(enum cvmstat_class)
 * @details: keep details
 * @rips: keep instruction pointers
 * @latency: keep handler times
 * @durations: keep how long CPUs stay idle
 */
struct cvm_config {
	u32 classes;
	bool details;
	bool rips;
	bool latency;
	bool durations;
};

/**
 * struct cvm_change - a change of it that somebody asked for
 * @has: BIT(CVMSTAT_A_CONFIG_*) of what is to change
 * @to: what it is to be
 */
struct cvm_change {
	u32 has;
	struct cvm_config to;
};

/* Written by configuration only. */
extern struct cvm_config cvm_config;

/* CLOCK_BOOTTIME, nanoseconds; no counter moved before. */
extern u64 cvm_counting_began;

/**
 * typedef cvm_apply_fn - have all who count do what is wanted
 * @wanted: the configuration
 * @extack: for the reason, if it cannot be done; may be NULL
 *
 * Context: process context, under the configuration's lock.
 * Return: 0, or -errno if nothing has changed.
 */
typedef int (*cvm_apply_fn)(const struct cvm_config *wanted,
			    struct netlink_ext_ack *extack);

int cvm_config_init(cvm_apply_fn apply);
struct cvm_change cvm_config_change(struct nlattr **attrs);
int cvm_config_set(const struct cvm_change *change, struct netlink_ext_ack *extack);
u32 cvm_config_sequence(void);

extern const struct cvm_part cvm_config_part;

#endif /* CVMSTAT_CONFIG_H */
