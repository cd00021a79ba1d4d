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

/**
 * struct cvm_counted - what an event adds up
 * @classes: BIT(enum cvmstat_class) of whole classes; 0 for one reason
 * @class: that reason's class
 * @index: of that reason's counter
 */
struct cvm_counted {
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
