// SPDX-License-Identifier: GPL-2.0
#include "fault.h"
#include "ledger.h"
#include "log.h"

/*
 * Every kind of fault has generators of its own on each vCPU: which of its
 * chances are taken depends on the seed alone, neither on what else happens
 * there nor on how many values a fault takes.
 */
static struct {
	u64 chance, value;	/* states of the generators */
	u64 chances;
} states[MAX_VCPUS][NR_FAULTS];

static const char *const names[NR_FAULTS] = {
	[FAULT_NMI] = "nmi",
	[FAULT_REFUSE] = "ghcb-error",
	[FAULT_LIE] = "lie",
};

u32 fault_rates[NR_FAULTS];	/* one in so many chances; 0 is never */
static bool begun;

void fault_configure(enum fault fault, u32 rate)
{
	fault_rates[fault] = rate;
}

/* Before any vCPU runs. */
void fault_seed(u64 seed)
{
	u64 at = (seed + 1) * 0x9e3779b97f4a7c15;
	u32 id, fault;

	for (id = 0; id < MAX_VCPUS; id++) {
		for (fault = 0; fault < NR_FAULTS; fault++) {
			states[id][fault].chance = at += 0xbf58476d1ce4e5b9;
			states[id][fault].value = at += 0xbf58476d1ce4e5b9;
		}
	}
}

/* xorshift64* (Marsaglia): the state is never zero for a seed like the above. */
static u64 draw(u64 *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1d;
}

/* A value for a fault that is due. */
u64 fault_random(u32 vcpu, enum fault fault)
{
	return draw(&states[vcpu][fault].value);
}

/* The guest is up, and can bear an NMI anywhere. */
void fault_begin(void)
{
	begun = true;
}

/* fault_due() of a fault that was asked for. */
bool fault_draw(u32 vcpu, enum fault fault)
{
	if (!begun)
		return false;
	states[vcpu][fault].chances++;
	if (draw(&states[vcpu][fault].chance) % fault_rates[fault])
		return false;
	ledger_fault();
	hv_log("fault: vCPU %u, %s, chance %u", (u64)vcpu, names[fault],
	       states[vcpu][fault].chances);
	return true;
}
