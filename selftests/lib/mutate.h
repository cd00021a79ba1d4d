/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Random requests of the cvmstat family: as kmod/cvmstat.yaml has them, and
 * then often spoilt.
 */
#ifndef CVMSTAT_TEST_MUTATE_H
#define CVMSTAT_TEST_MUTATE_H

#include <linux/types.h>
#include <stdbool.h>

#include "nl.h"

/* splitmix64 (Steele, Lea, Flood 2014): every seed is a good one. */
struct rng {
	__u64 state;
};

__u64 rng_next(struct rng *rng);

/** rng_below() - a number from 0 to @n - 1 */
__u32 rng_below(struct rng *rng, __u32 n);

/**
 * fuzz_message() - draw a message
 * @rng: where from
 * @family: the family's number
 * @msg: filled in
 *
 * Return: whether the specification calls it right, so that it must succeed.
 */
bool fuzz_message(struct rng *rng, __u16 family, struct nl_msg *msg);

/** fuzz_may_refuse() - is this a request that a kernel may not support? */
bool fuzz_may_refuse(const struct nl_msg *msg);

#endif /* CVMSTAT_TEST_MUTATE_H */
