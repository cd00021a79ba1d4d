/* SPDX-License-Identifier: GPL-2.0 */
/* Faults on request, from seeded generators: the same seed, the same chances taken. */
#ifndef HV_FAULT_H
#define HV_FAULT_H

#include "types.h"

enum fault {
	FAULT_NMI,		/* an NMI at an exit, #VC and #VE delivery included */
	FAULT_REFUSE,		/* a request that may be refused is refused */
	FAULT_LIE,		/* garbage where both write, absurd answers */
	NR_FAULTS
};

void fault_configure(enum fault fault, u32 rate);
void fault_begin(void);
void fault_seed(u64 seed);
extern u32 fault_rates[NR_FAULTS];
bool fault_draw(u32 vcpu, enum fault fault);

/* Is it this chance's turn? True once in rate chances, in the ledger and the log. */
static inline bool fault_due(u32 vcpu, enum fault fault)
{
	return fault_rates[fault] && fault_draw(vcpu, fault);
}

u64 fault_random(u32 vcpu, enum fault fault);

#endif
