// SPDX-License-Identifier: GPL-2.0
/*
 * Idle states entered, and the HLT exits behind them.
 *
 * On SEV an idle CPU executes HLT, which is an automatic exit, if the hypervisor
 * intercepts it, and raises nothing in the guest; on TDX it makes a TDVMCALL from
 * noinstr code. Neither can be probed, but the tracepoint power:cpu_idle comes
 * before each of them: one to one where the kernel has no cpuidle driver
 * (default_idle_call()), and nearly so with one, whose states may look for work
 * once more and return. What waits by MWAIT does not exit: where a hypervisor
 * intercepts that, it is a trap, and counted as one.
 */
#include <linux/cpuidle.h>
#include <linux/kallsyms.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>
#include <net/netlink.h>
#include <trace/events/power.h>

#include "count/account.h"
#include "count/durations.h"
#include "count/patched.h"
#include "count/word_tdx.h"
#include "hooks.h"
#include "idle.h"
#include "platform.h"
#include "probe/text.h"
#include "probe/tracepoint.h"
#include "reasons.h"
#include "records.h"

#define STATES	CVM_IDLE_STATES

struct idle_counts {
	local64_t entries[STATES];
};

static DEFINE_PER_CPU(struct idle_counts, idle_counts);

/* The idle routine of a kernel without a cpuidle driver, as it was at load. */
static char routine[KSYM_NAME_LEN] __ro_after_init;

/* Functions of the kernel that do not wait by HLT, or by the TDVMCALL of that. */
static const char * const others[] = { "mwait_idle" };

/* Where the trampoline of a static call jumps to; 0: there is none. */
static unsigned long static_call_target(const char *trampoline)
{
	struct cvm_text text;
	unsigned long target;

	if (cvm_text_get_function(&text, trampoline))
		return 0;
	target = cvm_text_target(&text, 0);
	cvm_text_put(&text);
	return target;
}

/* mov VARIABLE(%rip),%rax: seven bytes, and the variable is that far behind them. */
static const u8 load_rax[] = { 0x48, 0x8b, 0x05 };
#define LOAD_LEN	(sizeof(load_rax) + sizeof(s32))

/* The variable that a function loads, in order to jump there; 0: it does not. */
static unsigned long jump_target(const char *function)
{
	unsigned long at, target = 0;
	struct cvm_text text;

	if (cvm_text_get_function(&text, function))
		return 0;
	for (at = 0; at + LOAD_LEN <= text.len && !target; at++) {
		if (memcmp(text.bytes + at, load_rax, sizeof(load_rax)))
			continue;
		target = text.start + at + LOAD_LEN +
			 get_unaligned((s32 *)(text.bytes + at + sizeof(load_rax)));
	}
	cvm_text_put(&text);
	if (!target || copy_from_kernel_nofault(&target, (void *)target, sizeof(target)))
		return 0;
	return target;
}

/*
 * select_idle_routine() has chosen at boot: since Linux 6.2 by a static call, before
 * by a variable.
 */
static void find_routine(void)
{
	unsigned long target = static_call_target("__SCT__x86_idle");
	char name[KSYM_SYMBOL_LEN];

	target = target ?: jump_target("arch_cpu_idle");
	if (!target)
		return;
	sprint_symbol_no_offset(name, target);
	strscpy(routine, name, sizeof(routine));
}

static bool routine_halts(void)
{
	return match_string(others, ARRAY_SIZE(others), routine) < 0;
}

/* Does the state of this driver end in HLT? */
static bool state_halts(const struct cpuidle_driver *drv, unsigned int state)
{
	/*
	 * Without a driver state 0 is cpu_idle_poll(), and 1 default_idle_call(): so
	 * it is on a CPU whose driver does not serve it yet.
	 */
	if (!drv || state >= drv->state_count)
		return state == 1 && routine_halts();
	if (drv->states[state].flags & CPUIDLE_FLAG_POLLING)
		return false;
	return !strcmp(drv->name, "haltpoll") ||
	       strstr(drv->states[state].desc, "HLT");
}

static u8 exit_class(void)
{
	return cvm_platform.id == CVMSTAT_PLATFORM_TDX ? CVMSTAT_CLASS_TDVMCALL
						       : CVMSTAT_CLASS_AUTO;
}

static u64 exit_code(void)
{
	return cvm_platform.id == CVMSTAT_PLATFORM_TDX ? (u64)CVMSTAT_TDVMCALL_HLT
						       : (u64)CVMSTAT_SVM_HLT;
}

/* enum cvmstat_idle_exit of a state. */
static u32 exit_of(const struct cpuidle_driver *drv, unsigned int state)
{
	if (!state_halts(drv, state))
		return CVMSTAT_IDLE_EXIT_NONE;
	if (cvm_platform.id == CVMSTAT_PLATFORM_TDX)
		return drv ? CVMSTAT_IDLE_EXIT_MAYBE : CVMSTAT_IDLE_EXIT_EACH;
	if (cvm_platform.hints & CVMSTAT_HINTS_REALTIME)
		return CVMSTAT_IDLE_EXIT_UNKNOWN;
	return CVMSTAT_IDLE_EXIT_MAYBE;
}

/* The states that are taken for exits, by the driver that they belong to. */
static struct {
	const struct cpuidle_driver *drv;
	unsigned long mask;
} exiting __read_mostly;

/* No driver has this address. */
#define NOT_KNOWN	((const struct cpuidle_driver *)-1L)

static bool state_exits(unsigned int state)
{
	const struct cpuidle_driver *drv = cpuidle_get_driver();
	unsigned long mask = 0;
	unsigned int i;

	/* Pairs with the release below: the mask is the driver's. */
	if (likely(smp_load_acquire(&exiting.drv) == drv))
		return READ_ONCE(exiting.mask) & BIT(state);

	for (i = 0; i < STATES; i++) {
		u32 exit = exit_of(drv, i);

		if (exit != CVMSTAT_IDLE_EXIT_MAYBE && exit != CVMSTAT_IDLE_EXIT_EACH)
			continue;
		mask |= BIT(i);
		if (exit == CVMSTAT_IDLE_EXIT_MAYBE)
			cvm_set_provenance(exit_class(), exit_code(),
					   CVMSTAT_PROVENANCE_ESTIMATED);
	}
	WRITE_ONCE(exiting.mask, mask);
	/* Pairs with the acquire above. */
	smp_store_release(&exiting.drv, drv);
	return mask & BIT(state);
}

static void count_exit(struct cvm_cpu *c)
{
	struct cvm_event ev = { .class = exit_class(), .code = exit_code() };

	this_cpu_write(cvm_halt_counted, true);
	cvm_account(c, &ev);
}

static void cpu_idle_probe(void *data, unsigned int state, unsigned int cpu)
{
	const struct cvm_hook *hook = data;
	struct cvm_cpu *c;

	if (state >= STATES) { /* PWR_EVENT_EXIT */
		cvm_duration_end();
		this_cpu_write(cvm_halt_counted, false);
		return;
	}
	c = cvm_hook_hit(hook->id);
	local64_inc(this_cpu_ptr(&idle_counts.entries[state]));
	if (state_exits(state))
		count_exit(c);
	/* Last: what was done here is no part of it. */
	cvm_duration_begin(state);
}

/**
 * struct idle - entries into an idle state
 * @cell: its CPU
 * @state: index of the state
 * @exit: enum cvmstat_idle_exit
 * @polling: the state polls and causes no exit
 * @name: of the state
 * @routine: what it does
 * @entries: how often it was entered
 * @durations: how long it was stayed in, while that was kept
 */
struct idle {
	struct cvm_cell cell;
	u32 state;
	u32 exit;
	bool polling;
	char name[16];
	char routine[32];
	u64 entries;
	struct cvm_hist durations;
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
	cvm_durations_read(&idle->durations, cpu, state);
	idle->exit = exit_of(drv, state);
	if (drv && state < drv->state_count) {
		idle->polling = drv->states[state].flags & CPUIDLE_FLAG_POLLING;
		strscpy(idle->name, drv->states[state].name, sizeof(idle->name));
		strscpy(idle->routine, drv->states[state].desc, sizeof(idle->routine));
		return true;
	}
	idle->polling = state == 0;
	strscpy(idle->name, idle->polling ? "poll" : "default",
		sizeof(idle->name));
	strscpy(idle->routine, idle->polling ? "cpu_idle_poll" : routine,
		sizeof(idle->routine));
	return true;
}

static void add_idle(struct cvm_cell *to, const struct cvm_cell *cell)
{
	const struct idle *idle = container_of(cell, struct idle, cell);
	struct idle *sum = container_of(to, struct idle, cell);

	sum->entries += idle->entries;
	cvm_hist_add(&sum->durations, &idle->durations);
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

static int fill_durations(struct sk_buff *msg, const struct cvm_hist *durations)
{
	if (!durations->cycles)
		return 0;
	if (nla_put_u64_64bit(msg, CVMSTAT_A_AROUND_IDLE_CYCLES, durations->cycles,
			      CVMSTAT_A_AROUND_PAD))
		return -EMSGSIZE;
	return nla_put(msg, CVMSTAT_A_AROUND_IDLE_BUCKETS, sizeof(durations->buckets),
		       durations->buckets);
}

static int fill(struct sk_buff *msg, const void *what)
{
	const struct idle *idle = what;

	if (nla_put_u32(msg, CVMSTAT_A_AROUND_IDLE_STATE, idle->state) ||
	    nla_put_string(msg, CVMSTAT_A_AROUND_IDLE_NAME, idle->name) ||
	    nla_put_string(msg, CVMSTAT_A_AROUND_IDLE_ROUTINE, idle->routine) ||
	    nla_put_u32(msg, CVMSTAT_A_AROUND_IDLE_EXIT, idle->exit) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_AROUND_IDLE_ENTRIES, idle->entries,
			      CVMSTAT_A_AROUND_PAD))
		return -EMSGSIZE;
	if (idle->polling && nla_put_flag(msg, CVMSTAT_A_AROUND_IDLE_POLLING))
		return -EMSGSIZE;
	if (fill_durations(msg, &idle->durations))
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

/* Is any state of this moment taken for an exit, or would it be? */
static bool any_state(u32 exit)
{
	const struct cpuidle_driver *drv = cpuidle_get_driver();
	unsigned int i;

	for (i = 0; i < STATES; i++)
		if (exit_of(drv, i) == exit)
			return true;
	return false;
}

static bool maybe_exits(void)
{
	return any_state(CVMSTAT_IDLE_EXIT_MAYBE);
}

static bool may_run(void)
{
	return any_state(CVMSTAT_IDLE_EXIT_UNKNOWN);
}

/* A kernel that counts HLT itself leaves only the idle states to be counted. */
static void feed(struct cvm_hook *hook)
{
	if (cvm_patched_counts(exit_class(), true, exit_code()) ||
	    !(any_state(CVMSTAT_IDLE_EXIT_EACH) || maybe_exits()))
		return;
	hook->classes = BIT(exit_class());
	hook->provenance = maybe_exits() ? CVMSTAT_PROVENANCE_ESTIMATED
					 : CVMSTAT_PROVENANCE_INFERRED;
	cvm_set_provenance(exit_class(), exit_code(), hook->provenance);
}

static const struct cvm_hook *idle_hook __ro_after_init;

/**
 * cvm_idle_may_time() - can it be known how long CPUs are idle?
 * @rdtsc_is_free: RDTSC does not trap here: it would in the idle loop
 * @extack: for the reason, if it cannot
 *
 * Context: process context.
 * Return: 0 or -EOPNOTSUPP.
 */
int cvm_idle_may_time(bool rdtsc_is_free, struct netlink_ext_ack *extack)
{
	if (!idle_hook->live) {
		NL_SET_ERR_MSG(extack, "the hook on power:cpu_idle is off, idle CPUs are not seen");
		return -EOPNOTSUPP;
	}
	if (!rdtsc_is_free) {
		NL_SET_ERR_MSG(extack, "RDTSC traps on this platform");
		return -EOPNOTSUPP;
	}
	return 0;
}

static void prepare(struct cvm_hook *hook)
{
	idle_hook = hook;
	check_trace_callback_type_cpu_idle(cpu_idle_probe);
	exiting.drv = NOT_KNOWN;
	find_routine();
	feed(hook);
}

static const struct cvm_hook_desc hooks[] = {
	{
		.name = "idle",
		.platforms = CVM_ON_ANY,
		.points = { CVM_TRACEPOINT("power:cpu_idle", cpu_idle_probe) },
		.prepare = prepare,
	},
};

static const struct cvm_gap gaps[] = {
	{ CVM_ON_SEV | CVM_ON_UNTRAPPED, CVMSTAT_CLASS_AUTO, true, CVMSTAT_SVM_HLT,
	  "whether the hypervisor intercepts HLT is not known here: idle entries are taken for exits",
	  maybe_exits },
	{ CVM_ON_SEV | CVM_ON_UNTRAPPED, CVMSTAT_CLASS_AUTO, true, CVMSTAT_SVM_HLT,
	  "CPUs are dedicated, says the hypervisor, and HLT may not exit: idle entries are not taken for exits",
	  may_run },
};

const struct cvm_hook_list cvm_idle_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
	.gaps = gaps,
	.nr_gaps = ARRAY_SIZE(gaps),
};
