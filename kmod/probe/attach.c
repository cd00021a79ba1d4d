// SPDX-License-Identifier: GPL-2.0
/*
 * The ways to attach a hook to the kernel: kprobes at one place or at many, or
 * ftrace. The hooks of CVM_AT_OWN bring their own.
 */
#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "attach.h"
#include "optimise.h"
#include "probes.h"

#define MAX_SITES	32

static int probe_place(struct cvm_hook *hook, struct cvm_probe *probe,
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
	return hook->point->fixups ? cvm_optimise_place(&probe->kp)
				   : cvm_probe_place(&probe->kp);
}

static void probes_leave(struct cvm_hook *hook)
{
	unsigned int i;

	for (i = 0; i < hook->nr_probes; i++)
		cvm_probe_leave(&hook->probes[i].kp);
}

static int find_sites(const struct cvm_point *point, struct cvm_site *sites)
{
	switch (point->where) {
	case CVM_AT_CALLS_OF:
		return cvm_sites_of(point->symbol, sites, MAX_SITES);
	case CVM_AT_CALLS_IN:
		return cvm_sites_in(point->symbol, point->callee, point->reads,
				    sites, MAX_SITES);
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
		if (!probe_place(hook, probe, site->early[i].addr,
				 &site->early[i].args))
			return 0;
	return probe_place(hook, probe, site->addr, &cvm_args_in_place);
}

/* All sites or none: half of them would count half of the events. */
static int attach_sites(struct cvm_hook *hook, const struct cvm_site *sites,
			int n)
{
	int i, ret;

	hook->probes = kcalloc(n, sizeof(*hook->probes), GFP_KERNEL);
	if (!hook->probes)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		ret = attach_site(hook, &hook->probes[i], &sites[i]);
		if (ret) {
			probes_leave(hook);
			cvm_probes_flush();
			cvm_attach_free(hook);
			return ret;
		}
		hook->nr_probes++;
	}
	return 0;
}

static int attach_point(struct cvm_hook *hook)
{
	struct cvm_site *sites;
	int ret;

	sites = kcalloc(MAX_SITES, sizeof(*sites), GFP_KERNEL);
	if (!sites)
		return -ENOMEM;
	ret = find_sites(hook->point, sites);
	if (ret >= 0)
		ret = attach_sites(hook, sites, ret);
	kfree(sites);
	return ret;
}

/*
 * The callbacks call nothing that can be traced, so ftrace need not watch over
 * their recursion, which would drop hits. And while they are there nobody can
 * switch ftrace off by sysctl.
 */
#define FOPS_FLAGS	(FTRACE_OPS_FL_RECURSION | FTRACE_OPS_FL_PERMANENT)

/*
 * ftrace waits for all tasks whenever callbacks leave, so the hooks that are
 * not hot share one.
 */
static struct cvm_hook *sharing[CVM_MAX_HOOKS];
static unsigned int nr_sharing, nr_shared_live;

static void shared_entered(unsigned long ip, unsigned long parent_ip,
			   struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	unsigned int i, n = smp_load_acquire(&nr_sharing); /* see join() */

	for (i = 0; i < n; i++) {
		struct cvm_hook *hook = sharing[i];

		if (hook->fentry == ip && READ_ONCE(hook->live))
			hook->point->entered(ip, parent_ip, &hook->fops, fregs);
	}
}

static struct ftrace_ops shared_fops;

/* Before each registration: ftrace_free_filter() leaves what it has freed. */
static void fops_init(struct ftrace_ops *fops, ftrace_func_t func)
{
	memset(fops, 0, sizeof(*fops));
	fops->func = func;
	fops->flags = FOPS_FLAGS;
}

/* One that came before is there still. */
static void join(struct cvm_hook *hook)
{
	unsigned int i;

	for (i = 0; i < nr_sharing; i++)
		if (sharing[i] == hook)
			return;
	sharing[nr_sharing] = hook;
	/* Pairs with shared_entered(). */
	smp_store_release(&nr_sharing, nr_sharing + 1);
}

static int share_fops(struct cvm_hook *hook)
{
	int ret;

	join(hook);
	if (!nr_shared_live)
		fops_init(&shared_fops, shared_entered);
	ret = ftrace_set_filter_ip(&shared_fops, hook->fentry, 0, 0);
	if (ret)
		return ret;
	if (!nr_shared_live)
		ret = register_ftrace_function(&shared_fops);
	if (!ret)
		nr_shared_live++;
	else
		ftrace_free_filter(&shared_fops);
	return ret;
}

static void unshare_fops(void)
{
	if (--nr_shared_live)
		return;
	unregister_ftrace_function(&shared_fops);
	ftrace_free_filter(&shared_fops);
}

static int own_fops(struct cvm_hook *hook)
{
	int ret;

	fops_init(&hook->fops, hook->point->entered);
	ret = ftrace_set_filter_ip(&hook->fops, hook->fentry, 0, 1);
	if (ret)
		return ret;
	ret = register_ftrace_function(&hook->fops);
	if (ret)
		ftrace_free_filter(&hook->fops);
	return ret;
}

/* By address: for a filter by name ftrace looks at all names of the kernel. */
static int attach_fentry(struct cvm_hook *hook)
{
	int ret;

	ret = cvm_probe_ask(hook->point->symbol, &hook->fentry);
	if (ret)
		return ret;
	ret = hook->hot ? own_fops(hook) : share_fops(hook);
	return ret == -EINVAL ? -ENXIO : ret;
}

static void detach_fentry(struct cvm_hook *hook)
{
	if (hook->hot) {
		unregister_ftrace_function(&hook->fops);
		ftrace_free_filter(&hook->fops);
	} else {
		unshare_fops();
	}
}

/**
 * cvm_attach() - attach a hook by the best way that works
 * @hook: the hook; @hook->point says then which way it was
 *
 * Its kprobes are in their places, and do not fire before cvm_attach_arm().
 *
 * Context: process context, under the lock of hook.c, as all of this file.
 * Return: 0 or -errno.
 */
int cvm_attach(struct cvm_hook *hook)
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

/**
 * cvm_attach_arm() - let the kprobes of an attached hook fire
 * @hook: the hook
 *
 * Return: 0 or -errno.
 */
int cvm_attach_arm(struct cvm_hook *hook)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < hook->nr_probes && !ret; i++)
		ret = enable_kprobe(&hook->probes[i].kp);
	return ret;
}

/**
 * cvm_attach_undo() - detach a hook
 * @hook: the hook
 *
 * Its handlers may run until cvm_probes_flush(). Then comes cvm_attach_free().
 */
void cvm_attach_undo(struct cvm_hook *hook)
{
	if (hook->detach)
		hook->detach(hook);
	else if (hook->point->where == CVM_AT_FENTRY)
		detach_fentry(hook);
	else
		probes_leave(hook);
}

/**
 * cvm_attach_free() - give back what a hook needed to be attached
 * @hook: the hook, after cvm_probes_flush()
 */
void cvm_attach_free(struct cvm_hook *hook)
{
	kfree(hook->probes);
	hook->probes = NULL;
	hook->nr_probes = 0;
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

/**
 * cvm_attach_backend() - how a live hook is attached at this moment
 * @hook: the hook
 *
 * Kprobes optimises with a delay. A hook is as good as its worst probe.
 *
 * Return: enum cvmstat_backend.
 */
u8 cvm_attach_backend(const struct cvm_hook *hook)
{
	u8 worst, backend;
	unsigned int i;

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
