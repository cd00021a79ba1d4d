/* SPDX-License-Identifier: GPL-2.0 */
/* What an event of the PMU is: its name, its fields, the counters that it means. */
#ifndef CVMSTAT_EVENTS_H
#define CVMSTAT_EVENTS_H

#include <linux/bits.h>
#include <linux/types.h>

struct attribute_group;

/*
 * attr.config: a class, of which attr.config1 is the code of a reason; or, in its
 * place, whole classes by BIT(enum cvmstat_class).
 */
#define CVM_EVENT_CLASS		GENMASK_ULL(7, 0)
#define CVM_EVENT_CLASSES	GENMASK_ULL(23, 8)
/* What is added up: enum cvm_counted_source. */
#define CVM_EVENT_SOURCE	GENMASK_ULL(27, 24)

/**
 * enum cvm_counted_source - what an event adds up
 * @CVM_COUNTED_EVENTS: what happened
 * @CVM_COUNTED_TIMES: the time that traps' handlers took, in cycles of the TSC
 * @CVM_COUNTED_UNTRACED: what the tracepoints left out, and behind it by enum
 *	cvm_untraced
 */
enum cvm_counted_source {
	CVM_COUNTED_EVENTS,
	CVM_COUNTED_TIMES,
	CVM_COUNTED_UNTRACED,
};

/**
 * struct cvm_counted - what an event adds up, and of what
 * @source: enum cvm_counted_source
 * @classes: BIT(enum cvmstat_class) of whole classes; 0 for one reason
 * @class: that reason's class
 * @index: of that reason's counter
 */
struct cvm_counted {
	u32 source;
	u32 classes;
	u32 class;
	u32 index;
};

int cvm_event_decode(u64 config, u64 code, struct cvm_counted *counted);

int cvm_events_init(void);
void cvm_events_exit(void);

/* For struct pmu, between cvm_events_init() and cvm_events_exit(). */
extern const struct attribute_group *cvm_event_groups[];

#endif /* CVMSTAT_EVENTS_H */
