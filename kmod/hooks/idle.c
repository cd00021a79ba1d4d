// SPDX-License-Identifier: GPL-2.0
/*
 * Idle states entered, and the HLT exits behind them.
 *
 * On SEV an idle CPU executes HLT, which is an automatic exit that raises
 * nothing in the guest; on TDX it makes a TDVMCALL from noinstr code. Neither
 * can be probed, but the tracepoint power:cpu_idle comes before each of them:
 * one to one where the kernel has no cpuidle driver (default_idle_call()), and
 * nearly so with one, whose states may look for work once more and return.
 */
#include <linux/cpuidle.h>
#include <linux/string.h>
#include <net/netlink.h>
#include <trace/events/power.h>

#include "count/account.h"
#include "count/patched.h"
#include "hooks.h"
#include "idle.h"
#include "platform.h"
#include "probe/tracepoint.h"
#include "reasons.h"
#include "records.h"

#define STATES	CPUIDLE_STATE_MAX

struct idle_counts {
	local64_t entries[STATES];
};

static DEFINE_PER_CPU(struct idle_counts, idle_counts);

/* Does the state of this driver end in HLT? */
static bool halts(const struct cpuidle_driver *drv, unsigned int state)
{
	if (state >= drv->state_count ||
	    drv->states[state].flags & CPUIDLE_FLAG_POLLING)
		return false;
	return !strcmp(drv->name, "haltpoll") ||
	       strstr(drv->states[state].desc, "HLT");
}

/* The states that halt, by the driver that they belong to. */
static struct {
	const struct cpuidle_driver *drv;
	unsigned long mask;
} halting __read_mostly;

static bool state_halts(unsigned int state)
{
	const struct cpuidle_driver *drv = cpuidle_get_driver();
	unsigned long mask = 0;
	unsigned int i;

	/* Without a driver state 0 is cpu_idle_poll(). */
	if (!drv)
		return state != 0;
	/* Pairs with the release below: the mask is the driver's. */
	if (likely(smp_load_acquire(&halting.drv) == drv))
		return READ_ONCE(halting.mask) & BIT(state);

	for (i = 0; i < STATES; i++)
		if (halts(drv, i))
			mask |= BIT(i);
	WRITE_ONCE(halting.mask, mask);
	/* Pairs with the acquire above. */
	smp_store_release(&halting.drv, drv);
	return mask & BIT(state);
}

static void cpu_idle_probe(void *data, unsigned int state, unsigned int cpu)
{
	const struct cvm_hook *hook = data;
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_AUTO,
		.code = CVMSTAT_SVM_HLT,
	};
	struct cvm_cpu *c;

	if (state >= STATES) /* PWR_EVENT_EXIT */
		return;
	c = cvm_hook_hit(hook->id);
	local64_inc(this_cpu_ptr(&idle_counts.entries[state]));
	if (!state_halts(state))
		return;
	if (cvm_platform.id == CVMSTAT_PLATFORM_TDX) {
		ev.class = CVMSTAT_CLASS_TDVMCALL;
		ev.code = CVMSTAT_TDVMCALL_HLT;
	}
	cvm_account(c, &ev);
}

/**
 * struct idle - entries into an idle state
 * @cell: its CPU
 * @state: index of the state
 * @polling: the state polls and causes no exit
 * @name: of the state
 * @entries: how often it was entered
 */
struct idle {
	struct cvm_cell cell;
	u32 state;
	bool polling;
	char name[16];
	u64 entries;
};

static bool read_idle(unsigned int cpu, unsigned int state,
		      struct cvm_cell *cell)
{
	const struct cpuidle_driver *drv = cpuidle_get_driver();
	struct idle *idle = container_of(cell, struct idle, cell);

	idle->state = state;
	idle->entries = local64_read(&per_cpu(idle_counts, cpu).entries[state]);
	if (!idle->entries)
		return false;
	if (drv && state < drv->state_count) {
		idle->polling = drv->states[state].flags & CPUIDLE_FLAG_POLLING;
		strscpy(idle->name, drv->states[state].name, sizeof(idle->name));
		return true;
	}
	idle->polling = state == 0;
	strscpy(idle->name, idle->polling ? "poll" : "default",
		sizeof(idle->name));
	return true;
}

static void add_idle(struct cvm_cell *to, const struct cvm_cell *cell)
{
	struct idle *sum = container_of(to, struct idle, cell);

	sum->entries += container_of(cell, struct idle, cell)->entries;
}

static const struct cvm_matrix states = {
	.rows = STATES,
	.size = sizeof(struct idle),
	.read = read_idle,
	.add = add_idle,
};

static struct cvm_records *take(const struct cvm_wanted *wanted)
{
	return cvm_matrix_take(&states, wanted);
}

static int fill(struct sk_buff *msg, const void *what)
{
	const struct idle *idle = what;

	if (nla_put_u32(msg, CVMSTAT_A_AROUND_IDLE_STATE, idle->state) ||
	    nla_put_string(msg, CVMSTAT_A_AROUND_IDLE_NAME, idle->name) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_AROUND_IDLE_ENTRIES, idle->entries,
			      CVMSTAT_A_AROUND_PAD))
		return -EMSGSIZE;
	if (idle->polling && nla_put_flag(msg, CVMSTAT_A_AROUND_IDLE_POLLING))
		return -EMSGSIZE;
	if (!idle->cell.has_cpu)
		return 0;
	return nla_put_u32(msg, CVMSTAT_A_AROUND_CPU, idle->cell.cpu);
}

const struct cvm_part cvm_idle_part = {
	.needs = CVMSTAT_PARTS_IDLE,
	.nest = CVMSTAT_A_SNAPSHOT_IDLE,
	.take = take,
	.fill = fill,
};

/* A kernel that counts HLT itself leaves only the idle states to be counted. */
static void feed(struct cvm_hook *hook, u8 class, u64 code)
{
	if (cvm_patched_counts(class, true, code))
		return;
	hook->classes = BIT(class);
	hook->provenance = cpuidle_get_driver() ? CVMSTAT_PROVENANCE_ESTIMATED
						: CVMSTAT_PROVENANCE_INFERRED;
	cvm_set_provenance(class, code, hook->provenance);
}

static void prepare(struct cvm_hook *hook)
{
	check_trace_callback_type_cpu_idle(cpu_idle_probe);
	if (cvm_platform.id == CVMSTAT_PLATFORM_TDX)
		feed(hook, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_HLT);
	else
		feed(hook, CVMSTAT_CLASS_AUTO, CVMSTAT_SVM_HLT);
}

static const struct cvm_hook_desc hooks[] = {
	{
		.name = "idle",
		.platforms = CVM_ON_ANY,
		.points = { CVM_TRACEPOINT("power:cpu_idle", cpu_idle_probe) },
		.prepare = prepare,
	},
};

const struct cvm_hook_list cvm_idle_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
};
