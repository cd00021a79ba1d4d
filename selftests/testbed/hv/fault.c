// SPDX-License-Identifier: GPL-2.0
#include "fault.h"
#include "ledger.h"

static u32 rates[NR_FAULTS];

/* @rate: one in so many opportunities; 0 is never. */
void fault_configure(enum fault fault, u32 rate)
{
	rates[fault] = rate;
}

void fault_seed(struct vcpu *v, u64 seed)
{
	v->rng = (seed + 1) * 0x9e3779b97f4a7c15 + v->id * 0xbf58476d1ce4e5b9;
}

/* xorshift64* (Marsaglia): the state is never zero for a seed like the above. */
u64 fault_random(struct vcpu *v)
{
	v->rng ^= v->rng >> 12;
	v->rng ^= v->rng << 25;
	v->rng ^= v->rng >> 27;
	return v->rng * 0x2545f4914f6cdd1d;
}

/**
 * fault_due - is it this opportunity's turn?
 * Return: true once in rate opportunities on average, counted in the ledger.
 */
bool fault_due(struct vcpu *v, enum fault fault)
{
	if (!rates[fault] || fault_random(v) % rates[fault])
		return false;
	ledger_fault();
	return true;
}
