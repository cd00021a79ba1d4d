// SPDX-License-Identifier: GPL-2.0
/*
 * Attaching hooks: one after the other, each by the best way that works on
 * this kernel. A hook that cannot attach keeps the reason, and the others go
 * on.
 */
#include <linux/errno.h>
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>
#include <asm/hypervisor.h>

#include "config.h"
#include "hook.h"
#include "hot.h"
#include "patched.h"
#include "thunks.h"

#define MAX_SITES	32

static struct cvm_hook * const lists[] = {
	/* First, as it decides which of the others are needed. */
	cvm_patched_hooks,
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

static int probe_register(struct cvm_hook *hook, struct cvm_probe *probe,
			  void *addr, const struct cvm_args *args)
{
	memset(probe, 0, sizeof(*probe));
	probe->id = hook->id;
	probe->args = *args;
	probe->kp.pre_handler = hook->point->pick ? hook->point->pick(args)
						  : hook->point->handler;
	if (addr)
		probe->kp.addr = addr;
	else
		probe->kp.symbol_name = hook->point->symbol;
	return register_kprobe(&probe->kp);
}

/* Kprobes to be removed, together: each removal waits for all CPUs. */
#define MAX_LEAVING	64

static struct kprobe *leaving[MAX_LEAVING];
static unsigned int nr_leaving;

static void probes_flush(void)
{
	unregister_kprobes(leaving, nr_leaving);
	nr_leaving = 0;
}

static void probes_leave(struct cvm_hook *hook)
{
	unsigned int i;

	for (i = 0; i < hook->nr_probes; i++) {
		if (nr_leaving == MAX_LEAVING)
			probes_flush();
		leaving[nr_leaving++] = &hook->probes[i].kp;
	}
}

static void probes_free(struct cvm_hook *hook)
{
	kfree(hook->probes);
	hook->probes = NULL;
	hook->nr_probes = 0;
}

static int find_sites(const struct cvm_point *point, struct cvm_site *sites)
{
	switch (point->where) {
	case CVM_AT_CALLS_OF:
		return cvm_sites_of(point->symbol, sites, MAX_SITES);
	case CVM_AT_CALLS_IN:
		return cvm_sites_in(point->symbol, point->callee, sites,
				    MAX_SITES);
	case CVM_AT_VMGEXIT:
		return cvm_sites_vmgexit(point->symbol, sites, MAX_SITES);
	default:
		sites[0] = (struct cvm_site){};
		return 1;
	}
}

/* As cheap a probe as can be had, and else one on the instruction itself. */
static int attach_site(struct cvm_hook *hook, struct cvm_probe *probe,
		       const struct cvm_site *site)
{
	unsigned int i;

	for (i = 0; i < site->nr_early; i++)
		if (!probe_register(hook, probe, site->early[i].addr,
				    &site->early[i].args))
			return 0;
	return probe_register(hook, probe, site->addr, &cvm_args_in_place);
}

/* All sites or none: half of them would count half of the events. */
static int attach_point(struct cvm_hook *hook)
{
	struct cvm_site *sites;
	int n, i, ret;

	sites = kcalloc(MAX_SITES, sizeof(*sites), GFP_KERNEL);
	if (!sites)
		return -ENOMEM;
	ret = find_sites(hook->point, sites);
	if (ret < 0)
		goto free_sites;
	n = ret;
	ret = -ENOMEM;
	hook->probes = kcalloc(n, sizeof(*hook->probes), GFP_KERNEL);
	if (!hook->probes)
		goto free_sites;

	for (i = 0; i < n; i++) {
		ret = attach_site(hook, &hook->probes[i], &sites[i]);
		if (ret)
			break;
		hook->nr_probes++;
	}
	if (ret) {
		probes_leave(hook);
		probes_flush();
		probes_free(hook);
	}
free_sites:
	kfree(sites);
	return ret;
}

/*
 * The callbacks call nothing that can be traced, so ftrace need not watch over
 * their recursion, which would drop hits. And while they are there nobody can
 * switch ftrace off by sysctl.
 */
static int attach_fentry(struct cvm_hook *hook)
{
	char name[KSYM_NAME_LEN];
	int ret;

	strscpy(name, hook->point->symbol, sizeof(name));
	memset(&hook->fops, 0, sizeof(hook->fops));
	hook->fops.func = hook->point->entered;
	hook->fops.flags = FTRACE_OPS_FL_RECURSION | FTRACE_OPS_FL_PERMANENT;
	ret = ftrace_set_filter(&hook->fops, name, strlen(name), 1);
	if (ret)
		return ret == -EINVAL ? -ENOENT : ret;
	ret = register_ftrace_function(&hook->fops);
	if (ret)
		ftrace_free_filter(&hook->fops);
	return ret;
}

static int attach(struct cvm_hook *hook)
{
	unsigned int i;
	int ret = -ENOENT;

	if (hook->attach) {
		hook->point = &hook->points[0];
		return hook->attach(hook);
	}
	for (i = 0; i < CVM_MAX_POINTS && hook->points[i].symbol; i++) {
		hook->point = &hook->points[i];
		ret = hook->point->where == CVM_AT_FENTRY ?
			attach_fentry(hook) : attach_point(hook);
		if (!ret)
			return 0;
	}
	return ret;
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

static void attach_one(struct cvm_hook *hook)
{
	int ret = attach(hook);

	if (ret) {
		explain(hook, ret);
		if (!hook->optional && !hook->needless)
			pr_notice("hook %s is off: %s: %s\n", hook->name,
				  hook->point->symbol, hook->why);
		return;
	}
	hook->live = true;
	if (!hook->needless)
		lower_provenance(hook);
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

/**
 * cvm_hooks_attach() - attach all hooks of this platform
 *
 * Return: 0 if at least one is live, else -ENODEV.
 */
int cvm_hooks_attach(void)
{
	unsigned int i, live = 0;
	int ret;

	ret = collect();
	if (ret)
		return ret;
	mutex_lock(&attach_lock);
	cvm_thunks_start();
	for (i = 0; i < nr_hooks; i++) {
		if (is_needless(hooks[i]))
			set_aside(hooks[i]);
		else
			attach_one(hooks[i]);
		live += hooks[i]->live;
	}
	cvm_thunks_stop();
	mutex_unlock(&attach_lock);
	cvm_sites_done();
	cvm_config_refresh();
	if (!live) {
		pr_err("no hook could be attached\n");
		return -ENODEV;
	}
	pr_info("%s: %u of %u hooks live\n", cvm_platform_name(), live,
		nr_hooks);
	return 0;
}

static void detach_one(struct cvm_hook *hook)
{
	if (!hook->live)
		return;
	hook->live = false;
	if (hook->detach) {
		hook->detach(hook);
	} else if (hook->point->where == CVM_AT_FENTRY) {
		unregister_ftrace_function(&hook->fops);
		ftrace_free_filter(&hook->fops);
	} else {
		probes_leave(hook);
	}
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
	probes_flush();
	tracepoint_synchronize_unregister();
	while (nr_hooks)
		probes_free(hooks[--nr_hooks]);
	mutex_unlock(&attach_lock);
}

static void attach_for_rips(void)
{
	unsigned int i;

	for (i = 0; i < nr_hooks; i++)
		if (hooks[i]->needless && !hooks[i]->attach && !hooks[i]->live)
			attach_one(hooks[i]);
	cvm_sites_done();
}

static void detach_for_rips(void)
{
	unsigned int i;

	for (i = 0; i < nr_hooks; i++)
		if (hooks[i]->needless)
			detach_one(hooks[i]);
	probes_flush();
	for (i = 0; i < nr_hooks; i++)
		if (hooks[i]->needless)
			probes_free(hooks[i]);
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

unsigned int cvm_nr_hooks(void)
{
	return nr_hooks;
}

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

#define INT3	0xcc
#define JMP32	0xe9
#define CALL32	0xe8

/* The first byte tells: kprobes keeps its own flag where nobody can look. */
static u8 probe_backend(const struct cvm_probe *probe)
{
	u8 byte;

	if (copy_from_kernel_nofault(&byte, probe->kp.addr, 1))
		return CVMSTAT_BACKEND_NONE;
	switch (byte) {
	case INT3:
		return CVMSTAT_BACKEND_KPROBE;
	case JMP32:
		return CVMSTAT_BACKEND_OPTPROBE;
	case CALL32:
		if (probe->kp.flags & KPROBE_FLAG_FTRACE)
			return CVMSTAT_BACKEND_FTRACE;
	}
	return CVMSTAT_BACKEND_NONE;
}

/* Kprobes optimises with a delay. A hook is as good as its worst probe. */
static u8 backend_of(const struct cvm_hook *hook)
{
	u8 worst, backend;
	unsigned int i;

	if (!hook->live)
		return CVMSTAT_BACKEND_NONE;
	if (hook->attach)
		return hook->backend;
	if (hook->point->where == CVM_AT_FENTRY)
		return CVMSTAT_BACKEND_FTRACE;
	worst = probe_backend(&hook->probes[0]);
	for (i = 1; i < hook->nr_probes; i++) {
		backend = probe_backend(&hook->probes[i]);
		if (backend < worst)
			worst = backend;
	}
	return worst;
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
