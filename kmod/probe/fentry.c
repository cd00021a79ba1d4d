// SPDX-License-Identifier: GPL-2.0
/* Hooks by ftrace's callbacks. */
#include <linux/errno.h>
#include <linux/string.h>

#include "fentry.h"
#include "probes.h"

/**
 * struct fentry - where ftrace enters one hook
 * @ops: the callback; registered itself only if the hook is hot
 * @hook: the hook
 * @ip: where ftrace enters the function
 *
 * Here for the module's life, as callbacks look at those that have gone.
 */
struct fentry {
	struct cvm_fentry_ops ops;
	const struct cvm_hook *hook;
	unsigned long ip;
};

static struct fentry fentries[CVM_MAX_HOOKS];

/*
 * While the callbacks are there nobody can switch ftrace off by sysctl. They call
 * nothing that can be traced, and so do not ask ftrace to watch over their
 * recursion (FTRACE_OPS_FL_RECURSION), which would drop hits.
 */
#define FOPS_FLAGS	FTRACE_OPS_FL_PERMANENT

/*
 * ftrace waits for all tasks whenever callbacks leave, so the hooks that are
 * not hot share one.
 */
static struct fentry *sharing[CVM_MAX_HOOKS];
static unsigned int nr_sharing, nr_shared_live;

static ftrace_func_t entered_of(const struct cvm_hook *hook)
{
	return ((const struct cvm_fentry_point *)hook->point->how)->entered;
}

static void shared_entered(unsigned long ip, unsigned long parent_ip,
			   struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	unsigned int i, n = smp_load_acquire(&nr_sharing); /* see join() */

	for (i = 0; i < n; i++) {
		struct fentry *f = sharing[i];
		ftrace_func_t entered;

		if (f->ip != ip || !READ_ONCE(f->hook->live))
			continue;
		entered = entered_of(f->hook);
		entered(ip, parent_ip, &f->ops.fops, fregs);
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
static void join(struct fentry *f)
{
	unsigned int i;

	for (i = 0; i < nr_sharing; i++)
		if (sharing[i] == f)
			return;
	sharing[nr_sharing] = f;
	/* Pairs with shared_entered(). */
	smp_store_release(&nr_sharing, nr_sharing + 1);
}

static int share_fops(struct fentry *f)
{
	int ret;

	join(f);
	if (!nr_shared_live)
		fops_init(&shared_fops, shared_entered);
	ret = ftrace_set_filter_ip(&shared_fops, f->ip, 0, 0);
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

static int own_fops(struct fentry *f)
{
	struct ftrace_ops *fops = &f->ops.fops;
	int ret;

	fops_init(fops, entered_of(f->hook));
	ret = ftrace_set_filter_ip(fops, f->ip, 0, 1);
	if (ret)
		return ret;
	ret = register_ftrace_function(fops);
	if (ret)
		ftrace_free_filter(fops);
	return ret;
}

/* By address: for a filter by name ftrace looks at all names of the kernel. */
static int attach(struct cvm_hook *hook)
{
	struct fentry *f = &fentries[hook->id];
	int ret;

	f->hook = hook;
	f->ops.id = hook->id;
	ret = cvm_probe_ask(hook->point->symbol, &f->ip);
	if (ret)
		return ret;
	ret = hook->desc->hot ? own_fops(f) : share_fops(f);
	return ret == -EINVAL ? -ENXIO : ret;
}

static void detach(struct cvm_hook *hook)
{
	struct ftrace_ops *fops = &fentries[hook->id].ops.fops;

	if (hook->desc->hot) {
		unregister_ftrace_function(fops);
		ftrace_free_filter(fops);
	} else {
		unshare_fops();
	}
}

const struct cvm_backend cvm_fentry = {
	.kind = CVMSTAT_BACKEND_FTRACE,
	.has_rips = true,
	.attach = attach,
	.detach = detach,
};
