/* SPDX-License-Identifier: GPL-2.0 */
/* What each reason means to the people who run the workload. */
#ifndef CVMSTAT_EXPLAIN_H
#define CVMSTAT_EXPLAIN_H

#include <linux/cvmstat.h>

#include "base/util.h"

/**
 * struct explanation - one reason in two sentences
 * @classes: the classes that it is in
 * @code: the reason's code
 * @cause: first sentence: what causes it
 * @cost: second sentence, "It costs ...;": what it costs in kind
 * @help: its rest: what helps
 */
struct explanation {
	u32 classes;
	u64 code;
	const char *cause;
	const char *cost;
	const char *help;
};

extern const struct explanation explain_sev[];
extern const size_t explain_sev_count;
extern const struct explanation explain_tdx[];
extern const size_t explain_tdx_count;

const struct explanation *explain(u32 class, u64 code);

#endif
