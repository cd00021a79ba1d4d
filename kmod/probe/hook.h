/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hook is three things: what is to be counted (its description, constant),
 * how the kernel is asked to tell (a backend, constant), and what came of it in
 * this guest (the instance).
 */
#ifndef CVMSTAT_HOOK_H
#define CVMSTAT_HOOK_H

#include <linux/types.h>
#include <linux/cvmstat.h>

#include "verify.h"

struct cvm_hook;

/**
 * struct cvm_backend - a way to have hits
 * @kind: enum cvmstat_backend, where @state does not say it
 * @has_rips: its hits have instruction pointers behind them
 * @attach: attach to the hook's @point; may write the hook's @why. Return: 0
 *	or -errno
 * @arm: let it fire, once all hooks are attached; absent if @attach does
 * @detach: fire no more; handlers may run until cvm_probes_flush()
 * @free: give back what @attach allocated, after that; may be absent
 * @aside: leave the hook's function as it was for a while, or come back. Return:
 *	0 or -errno; absent if no hit is ever a breakpoint
 * @state: enum cvmstat_backend at this moment, NONE if it does not fire any
 *	more; absent if it is always @kind
 * @hits: absent if the account has them
 * @missed: hits that the kernel dropped; absent if it drops none
 *
 * Context of all: process context, under the lock of hooks.c. All but @attach
 * are called for hooks that are attached only.
 */
struct cvm_backend {
	u8 kind;
	bool has_rips;
	int (*attach)(struct cvm_hook *hook);
	int (*arm)(struct cvm_hook *hook);
	void (*detach)(struct cvm_hook *hook);
	void (*free)(struct cvm_hook *hook);
	int (*aside)(struct cvm_hook *hook, bool aside);
	u8 (*state)(const struct cvm_hook *hook);
	u64 (*hits)(const struct cvm_hook *hook);
	u64 (*missed)(const struct cvm_hook *hook);
};

/**
 * struct cvm_point - one way to attach a hook
 * @backend: by what
 * @symbol: to what: a function, a tracepoint
 * @how: what the backend has to know beside, in a struct of its own
 * @provenance: enum cvmstat_provenance, if this way knows less than the hook
 */
struct cvm_point {
	const struct cvm_backend *backend;
	const char *symbol;
	const void *how;
	u8 provenance;
};

/**
 * struct cvm_feed - what a hook counts
 * @what: CVM_FEED_END, a whole class, or one reason
 * @class: enum cvmstat_class
 * @provenance: enum cvmstat_provenance, of a reason
 * @code: reason
 */
struct cvm_feed {
	enum { CVM_FEED_END, CVM_FEED_CLASS, CVM_FEED_CODE } what;
	u8 class;
	u8 provenance;
	u64 code;
};

#define CVM_FEEDS_ALL(class)	{ CVM_FEED_CLASS, CVMSTAT_CLASS_##class }
#define CVM_FEEDS(class, code, provenance) \
	{ CVM_FEED_CODE, CVMSTAT_CLASS_##class, \
	  CVMSTAT_PROVENANCE_##provenance, code }

#define CVM_MAX_POINTS	5
#define CVM_MAX_FEEDS	9

/**
 * struct cvm_hook_desc - something that can be counted
 * @name: stable name
 * @platforms: BIT(enum cvmstat_platform)
 * @classes: BIT(enum cvmstat_class) that it feeds
 * @hot: BIT() of the class whose words of the fast lane are this hook's
 * @provenance: enum cvmstat_provenance
 * @hypervisor: enum x86_hypervisor_type, if only there, else 0
 * @optional: its absence is normal: the kernel has nothing to count there
 * @early: BIT(enum cvmstat_platform) where a CPU that comes online passes there
 *	before it has an IDT, see guard.c
 * @points: ways to attach, best first
 * @feeds: what it counts, and what nothing counts while it is off
 * @right: are the function's arguments those of a known event? May be absent
 * @here: is it so in this guest? Absent if it always is
 * @prepare: sets what depends on the guest before it attaches; may be absent
 */
struct cvm_hook_desc {
	const char *name;
	u32 platforms;
	u32 classes;
	u32 hot;
	u8 provenance;
	u8 hypervisor;
	u32 early;
	bool optional;
	struct cvm_point points[CVM_MAX_POINTS];
	struct cvm_feed feeds[CVM_MAX_FEEDS];
	cvm_right_fn right;
	bool (*here)(void);
	void (*prepare)(struct cvm_hook *hook);
};

#define CVM_REASON_LEN	96

/**
 * struct cvm_hook - a hook of this guest
 * @desc: its description
 * @point: the way that worked, or the last that was tried
 * @state: the backend's
 * @classes: BIT(enum cvmstat_class) that it feeds here
 * @id: number
 * @provenance: enum cvmstat_provenance
 * @live: attached
 * @superseded: the kernel counts its classes; attached for RIPs only
 * @optional: its absence is normal in this guest
 * @proven: seen to fire on a known event
 * @aside: it stands aside at this moment
 * @asides: how often it did
 * @why: why it is not attached, or not by the best way
 */
struct cvm_hook {
	const struct cvm_hook_desc *desc;
	const struct cvm_point *point;
	void *state;
	u32 classes;
	u16 id;
	u8 provenance;
	bool live;
	bool superseded;
	bool optional;
	bool proven;
	bool aside;
	u32 asides;
	char why[CVM_REASON_LEN];
};

/**
 * struct cvm_gap - something that cannot be counted
 * @platforms: BIT(enum cvmstat_platform)
 * @class: enum cvmstat_class
 * @has_code: @code means something; else the whole class is meant
 * @code: reason
 * @why: for people
 * @here: is it so in this guest? Absent if it always is
 */
struct cvm_gap {
	u32 platforms;
	u8 class;
	bool has_code;
	u64 code;
	const char *why;
	bool (*here)(void);
};

/**
 * struct cvm_hook_list - the hooks of one source file, and what they leave out
 * @hooks: descriptions
 * @nr_hooks: how many
 * @gaps: what they do not reach
 * @nr_gaps: how many
 */
struct cvm_hook_list {
	const struct cvm_hook_desc *hooks;
	unsigned int nr_hooks;
	const struct cvm_gap *gaps;
	unsigned int nr_gaps;
};

#endif /* CVMSTAT_HOOK_H */
