// SPDX-License-Identifier: GPL-2.0
/* Hooks at a function's entry and return. */
#include <linux/errno.h>
#include <linux/string.h>

#include "ends.h"
#include "probes.h"

/* Calls under way: a task's and those of interrupts in it, on each CPU, and sleepers. */
#define CALLS	8

static const struct cvm_ends_point *how_of(const struct cvm_hook *hook)
{
	return hook->point->how;
}

static int attach(struct cvm_hook *hook, int (*add)(struct cvm_hook *hook, struct cvm_ends *ends))
{
	const struct cvm_ends_point *point = how_of(hook);
	struct cvm_ends *ends = point->ends;
	int ret = point->begin();

	if (ret)
		return ret;
	memset(ends, 0, sizeof(*ends));
	ends->point = point;
	ends->hook = hook;
	ret = add(hook, ends);
	if (ret) {
		ends->hook = NULL;
		point->end();
	} else {
		hook->state = ends;
	}
	return ret;
}

static void release(struct cvm_hook *hook)
{
	hook->state = NULL;
	how_of(hook)->end();
}

static u64 hits(const struct cvm_hook *hook)
{
	return how_of(hook)->hits();
}

static int kretprobe_entered(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct cvm_ends *ends = container_of(get_kretprobe(ri), struct cvm_ends, kretprobe);

	ends->point->entered(ri->data, regs);
	return 0;
}

static int kretprobe_returned(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct cvm_ends *ends = container_of(get_kretprobe(ri), struct cvm_ends, kretprobe);

	ends->point->returned(ri->data, regs_return_value(regs));
	return 0;
}

static int kretprobe_add(struct cvm_hook *hook, struct cvm_ends *ends)
{
	ends->kretprobe = (struct kretprobe){
		.kp.symbol_name = hook->point->symbol,
		.entry_handler = kretprobe_entered,
		.handler = kretprobe_returned,
		.data_size = ends->point->size,
		.maxactive = CALLS * num_possible_cpus(),
	};
	return register_kretprobe(&ends->kretprobe);
}

static int kretprobe_attach(struct cvm_hook *hook)
{
	return attach(hook, kretprobe_add);
}

static void kretprobe_detach(struct cvm_hook *hook)
{
	unregister_kretprobe(&how_of(hook)->ends->kretprobe);
}

static u8 kretprobe_state(const struct cvm_hook *hook)
{
	struct kprobe *kp = &how_of(hook)->ends->kretprobe.kp;

	if (kprobe_disabled(kp))
		return CVMSTAT_BACKEND_NONE;
	return kp->flags & KPROBE_FLAG_FTRACE ? CVMSTAT_BACKEND_FTRACE : CVMSTAT_BACKEND_KPROBE;
}

static u64 kretprobe_missed(const struct cvm_hook *hook)
{
	const struct kretprobe *probe = &how_of(hook)->ends->kretprobe;

	return probe->nmissed + probe->kp.nmissed;
}

const struct cvm_backend cvm_ends_kretprobe = {
	.kind = CVMSTAT_BACKEND_KPROBE,
	.attach = kretprobe_attach,
	.detach = kretprobe_detach,
	.free = release,
	.state = kretprobe_state,
	.hits = hits,
	.missed = kretprobe_missed,
};

#ifdef CVM_HAVE_FPROBE_DATA

static int fprobe_entered(struct fprobe *fprobe, unsigned long ip, unsigned long ret_ip,
			  struct pt_regs *regs, void *call)
{
	container_of(fprobe, struct cvm_ends, fprobe)->point->entered(call, regs);
	return 0;
}

static void fprobe_returned(struct fprobe *fprobe, unsigned long ip, unsigned long ret_ip,
			    struct pt_regs *regs, void *call)
{
	const struct cvm_ends *ends = container_of(fprobe, struct cvm_ends, fprobe);

	ends->point->returned(call, regs_return_value(regs));
}

/* While it is there nobody can switch ftrace off by sysctl. */
static int fprobe_add(struct cvm_hook *hook, struct cvm_ends *ends)
{
	struct fprobe *fprobe = &ends->fprobe;
	unsigned long ip;
	int ret;

	ret = cvm_probe_ask(hook->point->symbol, &ip);
	if (ret)
		return ret;
	fprobe->ops.flags = FTRACE_OPS_FL_PERMANENT;
	fprobe->entry_data_size = ends->point->size;
	fprobe->nr_maxactive = CALLS * num_possible_cpus();
	fprobe->entry_handler = fprobe_entered;
	fprobe->exit_handler = fprobe_returned;
	ret = register_fprobe_ips(fprobe, &ip, 1);
	return ret == -EINVAL ? -ENXIO : ret;
}

static void fprobe_detach(struct cvm_hook *hook)
{
	unregister_fprobe(&how_of(hook)->ends->fprobe);
}

static u8 fprobe_state(const struct cvm_hook *hook)
{
	return fprobe_disabled(&how_of(hook)->ends->fprobe) ? CVMSTAT_BACKEND_NONE
							    : CVMSTAT_BACKEND_FTRACE;
}

static u64 fprobe_missed(const struct cvm_hook *hook)
{
	return how_of(hook)->ends->fprobe.nmissed;
}

static int fprobe_attach(struct cvm_hook *hook)
{
	return attach(hook, fprobe_add);
}

const struct cvm_backend cvm_ends_fprobe = {
	.kind = CVMSTAT_BACKEND_FTRACE,
	.attach = fprobe_attach,
	.detach = fprobe_detach,
	.free = release,
	.state = fprobe_state,
	.hits = hits,
	.missed = fprobe_missed,
};

#else

static int fprobe_attach(struct cvm_hook *hook)
{
	return -ENXIO;
}

const struct cvm_backend cvm_ends_fprobe = {
	.kind = CVMSTAT_BACKEND_FTRACE,
	.attach = fprobe_attach,
};

#endif /* CVM_HAVE_FPROBE_DATA */
