/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_HOOK_H
#define CVMSTAT_HOOK_H

#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/types.h>

#include "count/account.h"
#include "platform.h"
#include "sites.h"

struct cvm_hook;

/**
 * struct cvm_probe - one kprobe of a hook
 * @kp: the kprobe
 * @id: number of the hook whose it is
 * @args: where the function's, or the callee's, arguments are
 */
struct cvm_probe {
	struct kprobe kp;
	u32 id;
	struct cvm_args args;
};

/**
 * enum cvm_where - where in a function a hook attaches
 * @CVM_AT_ENTRY: at its first instruction, by a kprobe
 * @CVM_AT_FENTRY: at its entry, by ftrace itself: cheaper than a kprobe, and
 *	no hit is dropped while a kprobe's handler runs on this CPU
 * @CVM_AT_CALLS_OF: before each call of it, wherever the calls are
 * @CVM_AT_CALLS_IN: at each call of another function in it
 * @CVM_AT_VMGEXIT: at each VMGEXIT in it
 * @CVM_AT_OWN: by the hook's own attach() and detach()
 */
enum cvm_where {
	CVM_AT_ENTRY,
	CVM_AT_FENTRY,
	CVM_AT_CALLS_OF,
	CVM_AT_CALLS_IN,
	CVM_AT_VMGEXIT,
	CVM_AT_OWN,
};

/**
 * struct cvm_point - one way to attach a hook
 * @where: see enum cvm_where
 * @symbol: the function
 * @callee: with CVM_AT_CALLS_IN, the function called
 * @handler: called on a hit, with preemption off, in any context
 * @pick: chooses the handler by where the arguments are; in place of @handler
 * @entered: with CVM_AT_FENTRY, called instead, see cvm_fentry_hit()
 * @reads: with CVM_AT_CALLS_IN, what @handler reads of @callee's arguments
 * @fixups: the function has entries in the exception table, see optimise.c
 */
struct cvm_point {
	enum cvm_where where;
	const char *symbol;
	const char *callee;
	kprobe_pre_handler_t handler;
	kprobe_pre_handler_t (*pick)(const struct cvm_args *args);
	ftrace_func_t entered;
	enum cvm_reads reads;
	bool fixups;
};

/**
 * struct cvm_feed - reasons whose figures are less than counted
 * @class: enum cvmstat_class
 * @code: reason
 * @provenance: enum cvmstat_provenance
 */
struct cvm_feed {
	u8 class;
	u8 provenance;
	u64 code;
};

#define CVM_MAX_POINTS	4
#define CVM_MAX_FEEDS	8
#define CVM_REASON_LEN	96

/**
 * struct cvm_hook - something that can be counted
 * @name: stable name
 * @platforms: BIT(enum cvmstat_platform)
 * @classes: BIT(enum cvmstat_class) that it feeds
 * @hot: BIT() of the class whose words of the fast lane are this hook's
 * @provenance: enum cvmstat_provenance
 * @hypervisor: enum x86_hypervisor_type, if only there, else 0
 * @optional: its absence is normal, not worth a line in the log
 * @early: a CPU that comes online passes there before it has an IDT
 * @points: ways to attach, best first
 * @feeds: reasons that are not counted event for event
 * @attach: CVM_AT_OWN only; may write @why
 * @detach: CVM_AT_OWN only
 * @hits: CVM_AT_OWN only; absent if the account has them
 * @missed: CVM_AT_OWN only; may be absent
 *
 * @id: number
 * @live: attached
 * @needless: the kernel counts its classes; attached for RIPs only
 * @proven: seen to fire on a known event
 * @backend: enum cvmstat_backend, if CVM_AT_OWN
 * @point: the way that worked, or the last that was tried
 * @probes: its kprobes
 * @nr_probes: how many
 * @fentry: where ftrace enters the function
 * @fops: its ftrace callback
 * @why: why it is not attached
 */
struct cvm_hook {
	const char *name;
	u32 platforms;
	u32 classes;
	u32 hot;
	u8 provenance;
	u8 hypervisor;
	bool optional;
	bool early;
	struct cvm_point points[CVM_MAX_POINTS];
	struct cvm_feed feeds[CVM_MAX_FEEDS];
	int (*attach)(struct cvm_hook *hook);
	void (*detach)(struct cvm_hook *hook);
	u64 (*hits)(const struct cvm_hook *hook);
	u64 (*missed)(const struct cvm_hook *hook);

	u16 id;
	bool live;
	bool needless;
	bool proven;
	u8 backend;
	const struct cvm_point *point;
	struct cvm_probe *probes;
	unsigned int nr_probes;
	unsigned long fentry;
	struct ftrace_ops fops;
	char why[CVM_REASON_LEN];
};

static __always_inline struct cvm_probe *cvm_probe_of(struct kprobe *kp)
{
	return container_of(kp, struct cvm_probe, kp);
}

/**
 * cvm_probe_hit() - count a hit of a kprobe's hook
 * @kp: the kprobe
 *
 * Context: any, an NMI included; preemption off.
 * Return: this CPU's counters.
 */
static __always_inline struct cvm_cpu *cvm_probe_hit(struct kprobe *kp)
{
	return cvm_hook_hit(cvm_probe_of(kp)->id);
}

static __always_inline struct cvm_hook *cvm_fentry_hook(struct ftrace_ops *fops)
{
	return container_of(fops, struct cvm_hook, fops);
}

/**
 * cvm_fentry_hit() - count a hit of an ftrace callback's hook
 * @fops: what the callback got
 *
 * Context: any, an NMI included; preemption off.
 * Return: this CPU's counters.
 */
static __always_inline struct cvm_cpu *cvm_fentry_hit(struct ftrace_ops *fops)
{
	return cvm_hook_hit(cvm_fentry_hook(fops)->id);
}

/**
 * cvm_arg() - an argument of the function, or of the callee, at a hit
 * @probe: the probe
 * @regs: registers at the hit
 * @n: which, from 0
 */
static __always_inline u64 cvm_arg(const struct cvm_probe *probe,
				   const struct pt_regs *regs, unsigned int n)
{
	const struct cvm_arg *arg = &probe->args.arg[n];

	return arg->in_register ? *(const u64 *)((const char *)regs + arg->value)
				: arg->value;
}

int cvm_hooks_attach(void);
void cvm_hooks_detach(void);
void cvm_hooks_for_rips(bool wanted);

unsigned int cvm_nr_hooks(void);
const struct cvm_hook *cvm_hook_at(unsigned int i);
void cvm_hook_prove(unsigned int i);
u8 cvm_hook_backend(const struct cvm_hook *hook);
const char *cvm_hooks_breakpoint_early(void);
bool cvm_hook_armed(const struct cvm_hook *hook);
u64 cvm_hook_total(const struct cvm_hook *hook);
u64 cvm_hook_missed(const struct cvm_hook *hook);

/* The lists of hooks, one a source file; each ends with a nameless one. */
extern struct cvm_hook cvm_kernel_hooks[];
extern struct cvm_hook cvm_sev_hooks[];
extern struct cvm_hook cvm_tdx_hooks[];
extern struct cvm_hook cvm_idle_hooks[];
extern struct cvm_hook cvm_bounce_hooks[];
extern struct cvm_hook cvm_nmi_hooks[];
extern struct cvm_hook cvm_cpuhp_hooks[];

/**
 * struct cvm_gap - something that cannot be counted
 * @platforms: BIT(enum cvmstat_platform)
 * @class: enum cvmstat_class
 * @has_code: @code means something; else the whole class is meant
 * @code: reason
 * @why: for people
 */
struct cvm_gap {
	u32 platforms;
	u8 class;
	bool has_code;
	u64 code;
	const char *why;
};

extern const struct cvm_gap cvm_sev_gaps[];
extern const struct cvm_gap cvm_tdx_gaps[];

#endif /* CVMSTAT_HOOK_H */
