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

#include "count/hot.h"
#include "count/patched.h"
#include "probe/attach.h"
#include "probe/hook.h"
#include "probe/optimise.h"
#include "probe/probes.h"

static struct cvm_hook * const lists[] = {
	/* First, as it decides which of the others are needed. */
	cvm_kernel_hooks,
	cvm_sev_hooks, cvm_tdx_hooks, cvm_idle_hooks, cvm_bounce_hooks,
	cvm_nmi_hooks, cvm_cpuhp_hooks,
};

static struct cvm_hook *hooks[CVM_MAX_HOOKS];
static unsigned int nr_hooks;

/* Hooks that come and go against those who look. */
static DEFINE_MUTEX(attach_lock);

static const struct {
	int err;
	const char *text;
} errors[] = {
	{ -ENOENT, "not in this kernel" },
	{ -EINVAL, "kprobes refuses this function" },
	{ -EILSEQ, "not at an instruction" },
	{ -EBUSY, "ftrace is switched off" },
	{ -ENXIO, "ftrace does not reach this function" },
	{ -EOPNOTSUPP, "kprobes is not supported here" },
	{ -E2BIG, "more call sites than expected" },
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

static void lower_provenance(const struct cvm_hook *hook)
{
	const struct cvm_feed *feed = hook->feeds;

	for (; feed < hook->feeds + CVM_MAX_FEEDS && feed->provenance; feed++)
		cvm_set_provenance(feed->class, feed->code, feed->provenance);
}

/* Does the kernel itself count all that the hook would? */
static bool is_needless(const struct cvm_hook *hook)
{
	return hook->classes && !(hook->classes & ~cvm_patched_classes());
}

static void set_aside(struct cvm_hook *hook)
{
	hook->point = &hook->points[0];
	hook->needless = true;
	strscpy(hook->why, "the kernel's own counters serve it",
		sizeof(hook->why));
}

static void is_off(struct cvm_hook *hook, int err)
{
	explain(hook, err);
	if (!hook->optional && !hook->needless)
		pr_notice("hook %s is off: %s: %s\n", hook->name,
			  hook->point->symbol, hook->why);
}

static void attach_one(struct cvm_hook *hook)
{
	int ret = cvm_attach(hook);

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
	cvm_attach_undo(hook);
}

/* After all are in their places. */
static void arm_one(struct cvm_hook *hook)
{
	int ret;

	if (!hook->live)
		return;
	ret = cvm_attach_arm(hook);
	if (ret) {
		detach_one(hook);
		is_off(hook, ret);
	} else if (!hook->needless) {
		lower_provenance(hook);
	}
}

static bool belongs_here(const struct cvm_hook *hook)
{
	return hook->platforms & BIT(cvm_platform.id) &&
	       (!hook->hypervisor || hypervisor_is_type(hook->hypervisor));
}

static int collect(void)
{
	struct cvm_hook *hook;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		for (hook = lists[i]; hook->name; hook++) {
			if (!belongs_here(hook))
				continue;
			if (WARN_ON(nr_hooks == CVM_MAX_HOOKS))
				return -ENOSPC;
			hook->id = nr_hooks;
			hooks[nr_hooks++] = hook;
		}
	}
	return 0;
}

static unsigned int attach_all(void)
{
	unsigned int i, live = 0;

	mutex_lock(&attach_lock);
	cvm_optimise_start();
	for (i = 0; i < nr_hooks; i++) {
		if (is_needless(hooks[i]))
			set_aside(hooks[i]);
		else
			attach_one(hooks[i]);
	}
	cvm_optimise_stop();
	for (i = 0; i < nr_hooks; i++) {
		arm_one(hooks[i]);
		live += hooks[i]->live;
	}
	cvm_probes_flush();
	mutex_unlock(&attach_lock);
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

	mutex_lock(&attach_lock);
	for (i = 0; i < nr_hooks; i++)
		detach_one(hooks[i]);
	cvm_probes_flush();
	tracepoint_synchronize_unregister();
	while (nr_hooks)
		cvm_attach_free(hooks[--nr_hooks]);
	mutex_unlock(&attach_lock);
}

/**
 * cvm_hooks_attach() - attach all hooks of this platform
 *
 * Return: 0 if at least one is live, else -ENODEV.
 */
int cvm_hooks_attach(void)
{
	unsigned int live;
	int ret;

	ret = collect();
	if (ret)
		return ret;
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
		if (hooks[i]->needless && !hooks[i]->attach && !hooks[i]->live)
			attach_one(hooks[i]);
	cvm_optimise_stop();
	for (i = 0; i < nr_hooks; i++)
		if (hooks[i]->needless)
			arm_one(hooks[i]);
	cvm_probes_flush();
}

static void detach_for_rips(void)
{
	unsigned int i;

	for (i = 0; i < nr_hooks; i++)
		if (hooks[i]->needless)
			detach_one(hooks[i]);
	cvm_probes_flush();
	for (i = 0; i < nr_hooks; i++)
		if (hooks[i]->needless)
			cvm_attach_free(hooks[i]);
}

/**
 * cvm_hooks_for_rips() - have probes where instruction pointers come from
 * @wanted: attach what the kernel's own counters made needless, or detach it
 *
 * Does nothing on a kernel that does not count itself.
 *
 * Context: process context, under the configuration's lock.
 */
void cvm_hooks_for_rips(bool wanted)
{
	mutex_lock(&attach_lock);
	if (wanted)
		attach_for_rips();
	else
		detach_for_rips();
	mutex_unlock(&attach_lock);
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
	return hooks[i];
}

/**
 * cvm_hook_prove() - note that a hook was seen to fire
 * @i: its number
 */
void cvm_hook_prove(unsigned int i)
{
	hooks[i]->proven = true;
}

static u8 backend_of(const struct cvm_hook *hook)
{
	return hook->live ? cvm_attach_backend(hook) : CVMSTAT_BACKEND_NONE;
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

/**
 * cvm_hooks_breakpoint_early() - is there a breakpoint where a new CPU has no IDT?
 *
 * Context: CPU hotplug: hooks that are coming or going at this moment wait for
 * it to be over, and count as such a breakpoint.
 * Return: the symbol that a CPU must not reach now, or NULL.
 */
const char *cvm_hooks_breakpoint_early(void)
{
	const char *symbol = NULL;
	unsigned int i;

	if (!mutex_trylock(&attach_lock))
		return "a hook";
	for (i = 0; i < nr_hooks && !symbol; i++)
		if (hooks[i]->early &&
		    backend_of(hooks[i]) == CVMSTAT_BACKEND_KPROBE)
			symbol = hooks[i]->point->symbol;
	mutex_unlock(&attach_lock);
	return symbol;
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
	return hook->needless || !hook->live ||
	       cvm_hook_backend(hook) != CVMSTAT_BACKEND_NONE;
}

/**
 * cvm_hook_total() - hits of a hook
 * @hook: the hook
 */
u64 cvm_hook_total(const struct cvm_hook *hook)
{
	if (hook->live && hook->hits)
		return hook->hits(hook);
	return cvm_hook_hits(hook->id) + cvm_hot_hits(hook->hot);
}

static u64 missed_of(const struct cvm_hook *hook)
{
	u64 missed = 0;
	unsigned int i;

	if (!hook->live)
		return 0;
	if (hook->attach)
		return hook->missed ? hook->missed(hook) : 0;
	for (i = 0; i < hook->nr_probes; i++)
		missed += hook->probes[i].kp.nmissed;
	return missed;
}

/**
 * cvm_hook_missed() - hits of a hook that the kernel dropped
 * @hook: the hook
 *
 * Context: process context.
 */
u64 cvm_hook_missed(const struct cvm_hook *hook)
{
	u64 missed;

	mutex_lock(&attach_lock);
	missed = missed_of(hook);
	mutex_unlock(&attach_lock);
	return missed;
}
