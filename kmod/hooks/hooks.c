// SPDX-License-Identifier: GPL-2.0
/*
 * The hooks of this guest, which of them are live, and why others are not. A
 * hook that cannot attach keeps the reason, and the others go on.
 */
#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <asm/hypervisor.h>

#include "count/account.h"
#include "count/hot.h"
#include "count/patched.h"
#include "hooks.h"
#include "platform.h"
#include "probe/optimise.h"
#include "probe/probes.h"
#include "reasons.h"

/* The kernel's comes first, as it decides which of the others are needed. */
static const struct cvm_hook_list * const lists[] = { CVM_HOOK_LIST_POINTERS };

static struct cvm_hook hooks[CVM_MAX_HOOKS];
static unsigned int nr_hooks;

/* Will hooks stand aside as CPUs come online? */
static bool guarded;

/*
 * Hooks that come and go, and CPUs that come online: one of them at a time, for
 * as long as it takes.
 */
static DEFINE_MUTEX(change_lock);

/* Inside of that, against those who look. */
static DEFINE_MUTEX(attach_lock);

static const struct {
	int err;
	const char *text;
} errors[] = {
	{ -ENOENT, "not in this kernel" },
	{ -ESRCH, "nothing to probe is in this function" },
	{ -EINVAL, "kprobes refuses this function" },
	{ -EILSEQ, "not at an instruction" },
	{ -EPROTO, "its arguments are not those that are known of it" },
	{ -EBUSY, "ftrace is switched off" },
	{ -ENXIO, "ftrace does not reach this function" },
	{ -EOPNOTSUPP, "kprobes is not supported here" },
	{ -E2BIG, "more to probe than expected is in this function" },
	{ -ENOMEM, "out of memory" },
};

static void explain(struct cvm_hook *hook, int err)
{
	unsigned int i;

	if (hook->why[0])
		return;
	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		if (errors[i].err != err)
			continue;
		strscpy(hook->why, errors[i].text, sizeof(hook->why));
		return;
	}
	snprintf(hook->why, sizeof(hook->why), "error %d", err);
}

static void lower_provenance(struct cvm_hook *hook)
{
	const struct cvm_feed *feed = hook->desc->feeds;
	u8 provenance, most = hook->point->provenance;

	hook->provenance = max(hook->provenance, most);
	for (; feed < hook->desc->feeds + CVM_MAX_FEEDS && feed->what; feed++) {
		provenance = max(feed->provenance, most);
		if (feed->what == CVM_FEED_CODE && provenance)
			cvm_set_provenance(feed->class, feed->code, provenance);
	}
}

/* Does the kernel itself count all that the hook would? */
static bool is_superseded(const struct cvm_hook *hook)
{
	return hook->classes && !(hook->classes & ~cvm_patched_classes());
}

static void supersede(struct cvm_hook *hook)
{
	hook->point = &hook->desc->points[0];
	hook->superseded = true;
	strscpy(hook->why, "the kernel's own counters serve it",
		sizeof(hook->why));
}

static void is_off(struct cvm_hook *hook, int err)
{
	/* Nothing to count is only where there is no such function. */
	if (err != -ENOENT)
		hook->optional = false;
	explain(hook, err);
	if (!hook->optional && !hook->superseded)
		pr_notice("hook %s is off: %s: %s\n", hook->desc->name,
			  hook->point->symbol, hook->why);
}

/* A kprobe may be a breakpoint at any time: optimised ones become such, too. */
static bool may_kill(const struct cvm_hook *hook, const struct cvm_point *point)
{
	return hook->desc->early & BIT(cvm_platform.id) &&
	       point->backend->aside && !guarded;
}

/* Has another way on the same function been verified? */
static bool is_verified(const struct cvm_hook *hook)
{
	const struct cvm_point *points = hook->desc->points;

	return hook->point > points &&
	       !strcmp(hook->point[-1].symbol, hook->point->symbol);
}

static int try_point(struct cvm_hook *hook)
{
	int ret;

	if (may_kill(hook, hook->point)) {
		strscpy(hook->why, "a CPU that comes online would die of it: no hook on _cpu_up",
			sizeof(hook->why));
		return -EPERM;
	}
	if (hook->desc->right && !is_verified(hook)) {
		ret = cvm_verify(hook->point->symbol, hook->desc->right);
		if (ret)
			return ret;
	}
	return hook->point->backend->attach(hook);
}

static int attach_best(struct cvm_hook *hook)
{
	const struct cvm_point *points = hook->desc->points, *refused = NULL;
	int i, ret = -ENOENT, why = -ENOENT;

	for (i = 0; i < CVM_MAX_POINTS && points[i].backend; i++) {
		hook->point = &points[i];
		ret = try_point(hook);
		if (!ret || ret == -EPROTO)
			return ret;
		/* Of more than one way, the last in this kernel says why. */
		if (ret != -ENOENT) {
			refused = &points[i];
			why = ret;
		}
	}
	if (refused)
		hook->point = refused;
	return why;
}

static void attach_one(struct cvm_hook *hook)
{
	int ret = attach_best(hook);

	if (ret)
		is_off(hook, ret);
	else
		WRITE_ONCE(hook->live, true);
}

static void detach_one(struct cvm_hook *hook)
{
	if (!hook->live)
		return;
	WRITE_ONCE(hook->live, false);
	hook->point->backend->detach(hook);
}

/* After cvm_probes_flush(). */
static void free_one(struct cvm_hook *hook)
{
	if (hook->state && hook->point->backend->free)
		hook->point->backend->free(hook);
}

/* After all are attached. */
static void arm_one(struct cvm_hook *hook)
{
	const struct cvm_backend *backend = hook->point->backend;
	int ret;

	if (!hook->live)
		return;
	ret = backend->arm ? backend->arm(hook) : 0;
	if (ret) {
		detach_one(hook);
		cvm_probes_flush();
		free_one(hook);
		is_off(hook, ret);
	} else if (!hook->superseded) {
		lower_provenance(hook);
	}
}

static bool belongs_here(const struct cvm_hook_desc *desc)
{
	return desc->platforms & BIT(cvm_platform.id) &&
	       (!desc->hypervisor || hypervisor_is_type(desc->hypervisor)) &&
	       (!desc->here || desc->here());
}

static void add_hook(const struct cvm_hook_desc *desc)
{
	if (WARN_ON(nr_hooks == CVM_MAX_HOOKS))
		return;
	hooks[nr_hooks] = (struct cvm_hook){
		.desc = desc,
		.classes = desc->classes,
		.provenance = desc->provenance,
		.optional = desc->optional,
		.id = nr_hooks,
	};
	nr_hooks++;
}

static void add_hooks(void)
{
	unsigned int i, k;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		for (k = 0; k < lists[i]->nr_hooks; k++)
			if (belongs_here(&lists[i]->hooks[k]))
				add_hook(&lists[i]->hooks[k]);
}

static unsigned int attach_all(void)
{
	unsigned int i, live = 0;

	mutex_lock(&change_lock);
	mutex_lock(&attach_lock);
	cvm_optimise_start();
	for (i = 0; i < nr_hooks; i++) {
		if (hooks[i].desc->prepare)
			hooks[i].desc->prepare(&hooks[i]);
		if (is_superseded(&hooks[i]))
			supersede(&hooks[i]);
		else
			attach_one(&hooks[i]);
	}
	cvm_optimise_stop();
	for (i = 0; i < nr_hooks; i++) {
		arm_one(&hooks[i]);
		live += hooks[i].live;
	}
	cvm_probes_flush();
	mutex_unlock(&attach_lock);
	mutex_unlock(&change_lock);
	return live;
}

/**
 * cvm_hooks_detach() - detach all hooks
 *
 * When it returns, no handler runs any more.
 */
void cvm_hooks_detach(void)
{
	unsigned int i;

	mutex_lock(&change_lock);
	mutex_lock(&attach_lock);
	for (i = 0; i < nr_hooks; i++)
		detach_one(&hooks[i]);
	cvm_probes_flush();
	tracepoint_synchronize_unregister();
	while (nr_hooks)
		free_one(&hooks[--nr_hooks]);
	mutex_unlock(&attach_lock);
	mutex_unlock(&change_lock);
}

/**
 * cvm_hooks_attach() - attach all hooks of this platform
 * @cpus_are_guarded: no CPU comes online without cvm_hooks_stand_aside()
 *
 * Return: 0 if at least one is live, else -ENODEV.
 */
int cvm_hooks_attach(bool cpus_are_guarded)
{
	unsigned int live;

	guarded = cpus_are_guarded;

	add_hooks();
	live = attach_all();
	if (!live) {
		pr_err("no hook could be attached\n");
		cvm_hooks_detach();
		return -ENODEV;
	}
	pr_info("%s: %u of %u hooks live\n", cvm_platform_name(), live,
		nr_hooks);
	return 0;
}

static void attach_for_rips(void)
{
	unsigned int i;

	cvm_optimise_start();
	for (i = 0; i < nr_hooks; i++)
		if (hooks[i].superseded && !hooks[i].live &&
		    hooks[i].point->backend->has_rips)
			attach_one(&hooks[i]);
	cvm_optimise_stop();
	for (i = 0; i < nr_hooks; i++)
		if (hooks[i].superseded)
			arm_one(&hooks[i]);
	cvm_probes_flush();
}

static void detach_for_rips(void)
{
	unsigned int i;

	for (i = 0; i < nr_hooks; i++)
		if (hooks[i].superseded)
			detach_one(&hooks[i]);
	cvm_probes_flush();
	for (i = 0; i < nr_hooks; i++)
		if (hooks[i].superseded)
			free_one(&hooks[i]);
}

/**
 * cvm_hooks_for_rips() - have probes where instruction pointers come from
 * @wanted: attach what the kernel's own counters superseded, or detach it
 *
 * Does nothing on a kernel that does not count itself.
 *
 * Context: process context, under the configuration's lock.
 */
void cvm_hooks_for_rips(bool wanted)
{
	mutex_lock(&change_lock);
	mutex_lock(&attach_lock);
	if (wanted)
		attach_for_rips();
	else
		detach_for_rips();
	mutex_unlock(&attach_lock);
	mutex_unlock(&change_lock);
}

/**
 * cvm_nr_hooks() - number of hooks of this guest, live or not
 *
 * Does not change between cvm_hooks_attach() and cvm_hooks_detach().
 */
unsigned int cvm_nr_hooks(void)
{
	return nr_hooks;
}

/**
 * cvm_hook_at() - a hook by its number
 * @i: below cvm_nr_hooks()
 */
const struct cvm_hook *cvm_hook_at(unsigned int i)
{
	return &hooks[i];
}

/**
 * cvm_gap_at() - something that hooks cannot count
 * @i: from 0
 *
 * Return: the gap, of whatever platform; NULL if there are not so many.
 */
const struct cvm_gap *cvm_gap_at(unsigned int i)
{
	unsigned int k;

	for (k = 0; k < ARRAY_SIZE(lists); k++) {
		if (i < lists[k]->nr_gaps)
			return &lists[k]->gaps[i];
		i -= lists[k]->nr_gaps;
	}
	return NULL;
}

/**
 * cvm_hook_prove() - note that a hook was seen to fire
 * @i: its number
 */
void cvm_hook_prove(unsigned int i)
{
	hooks[i].proven = true;
}

static u8 backend_of(const struct cvm_hook *hook)
{
	const struct cvm_backend *backend;

	if (!hook->live)
		return CVMSTAT_BACKEND_NONE;
	backend = hook->point->backend;
	return backend->state ? backend->state(hook) : backend->kind;
}

/**
 * cvm_hook_backend() - how a hook is attached at this moment
 * @hook: the hook
 *
 * Context: process context.
 * Return: enum cvmstat_backend.
 */
u8 cvm_hook_backend(const struct cvm_hook *hook)
{
	u8 backend;

	mutex_lock(&attach_lock);
	backend = backend_of(hook);
	mutex_unlock(&attach_lock);
	return backend;
}

/* Would a CPU that comes online die of it? */
static bool is_deadly(const struct cvm_hook *hook)
{
	return hook->desc->early & BIT(cvm_platform.id) && !hook->aside &&
	       backend_of(hook) == CVMSTAT_BACKEND_KPROBE;
}

/**
 * cvm_hooks_stand_aside() - no breakpoint is where a CPU would die of it
 *
 * Hooks neither come nor go until cvm_hooks_stand_back(). A breakpoint that is
 * not away then is another owner's, and there without this module, too.
 *
 * Context: process context, not under cpus_write_lock().
 */
void cvm_hooks_stand_aside(void)
{
	unsigned int i;

	mutex_lock(&change_lock);
	mutex_lock(&attach_lock);
	for (i = 0; i < nr_hooks; i++) {
		if (!is_deadly(&hooks[i]))
			continue;
		WRITE_ONCE(hooks[i].aside, true);
		hooks[i].asides++;
		hooks[i].point->backend->aside(&hooks[i], true);
	}
	mutex_unlock(&attach_lock);
}

/**
 * cvm_hooks_stand_back() - hooks that stood aside count again
 */
void cvm_hooks_stand_back(void)
{
	unsigned int i;

	mutex_lock(&attach_lock);
	for (i = 0; i < nr_hooks; i++) {
		if (!hooks[i].aside)
			continue;
		hooks[i].point->backend->aside(&hooks[i], false);
		WRITE_ONCE(hooks[i].aside, false);
	}
	mutex_unlock(&attach_lock);
	mutex_unlock(&change_lock);
}

/**
 * cvm_hooks_deadly() - has a breakpoint come since hooks stood aside?
 *
 * Context: between the two, by the same task.
 * Return: the symbol that a CPU must not reach now, or NULL.
 */
const char *cvm_hooks_deadly(void)
{
	unsigned int i;

	for (i = 0; i < nr_hooks; i++)
		if (is_deadly(&hooks[i]))
			return hooks[i].point->symbol;
	return NULL;
}

/**
 * cvm_hook_armed() - does an attached hook still fire?
 * @hook: the hook
 *
 * Return: false if it was attached once and is switched off now.
 */
bool cvm_hook_armed(const struct cvm_hook *hook)
{
	/* One that comes and goes with the wish for RIPs is nobody's loss. */
	return hook->superseded || !hook->live || READ_ONCE(hook->aside) ||
	       cvm_hook_backend(hook) != CVMSTAT_BACKEND_NONE;
}

/**
 * cvm_hook_total() - hits of a hook
 * @hook: the hook
 */
u64 cvm_hook_total(const struct cvm_hook *hook)
{
	if (hook->live && hook->point->backend->hits)
		return hook->point->backend->hits(hook);
	return cvm_hook_hits(hook->id) + cvm_hot_hits(hook->desc->hot);
}

/**
 * cvm_hook_missed() - hits of a hook that the kernel dropped
 * @hook: the hook
 *
 * Context: process context.
 */
u64 cvm_hook_missed(const struct cvm_hook *hook)
{
	u64 missed = 0;

	mutex_lock(&attach_lock);
	if (hook->live && hook->point->backend->missed)
		missed = hook->point->backend->missed(hook);
	mutex_unlock(&attach_lock);
	return missed;
}
