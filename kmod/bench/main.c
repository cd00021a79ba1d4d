// SPDX-License-Identifier: GPL-2.0
/*
 * cvmstat_bench: the device. What it calls a trigger is a micro-benchmark of the
 * library of causes (../cause/); how one is run and timed is in run.c.
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <asm/tsc.h>

#include "bench.h"
#include "netlink.h"

/* One run at a time: causes keep state, and runs would disturb each other. */
static DEFINE_MUTEX(run_lock);

static u32 count_triggers(void)
{
	u32 n = 0;

	while (cause_benchmark(n))
		n++;
	return n;
}

static u32 max_iterations(const struct cause *cause)
{
	return cause->max_iterations ?: CVMSTAT_BENCH_MAX_ITERATIONS;
}

static long get_machine(void __user *arg)
{
	const struct cvmstat_bench_machine machine = {
		.abi = CVMSTAT_BENCH_ABI,
		.platform = cause_platform,
		.tsc_khz = tsc_khz,
		.triggers = count_triggers(),
	};

	return copy_to_user(arg, &machine, sizeof(machine)) ? -EFAULT : 0;
}

static void fill_reasons(const struct cause *cause,
			 struct cvmstat_bench_trigger *to)
{
	const struct cause_expect *e;
	u32 i;

	for (e = cause->expect; e->platforms; e++) {
		if (!cause_on(e->platforms))
			continue;
		for (i = 0; i < e->n; i++, to->reasons++) {
			if (to->reasons == CVMSTAT_BENCH_MAX_REASONS)
				return;
			to->reason[to->reasons].class = e->reason[i].class;
			to->reason[to->reasons].code = e->reason[i].code;
		}
	}
}

static long get_trigger(void __user *arg)
{
	const struct cause *cause;
	struct cvmstat_bench_trigger *to;
	u32 index;
	long ret = 0;

	if (get_user(index, (u32 __user *)arg))
		return -EFAULT;
	cause = cause_benchmark(index);
	if (!cause)
		return -EINVAL;
	to = kzalloc(sizeof(*to), GFP_KERNEL);
	if (!to)
		return -ENOMEM;
	to->index = index;
	to->flags = cause->flags | (bench_is_direct(cause) ? CVMSTAT_BENCH_DIRECT : 0);
	to->max_iterations = max_iterations(cause);
	strscpy(to->name, cause->name, sizeof(to->name));
	strscpy(to->what, cause->what, sizeof(to->what));
	strscpy(to->why_not, cause_why_not(cause) ?: "", sizeof(to->why_not));
	fill_reasons(cause, to);
	if (copy_to_user(arg, to, sizeof(*to)))
		ret = -EFAULT;
	kfree(to);
	return ret;
}

static long copy_result(const struct bench_result *result, void __user *arg)
{
	const struct cvmstat_bench_run *run = result->run;

	if (copy_to_user(u64_to_user_ptr(run->cycles), result->cycles,
			 run->iterations * sizeof(u64)) ||
	    copy_to_user(u64_to_user_ptr(run->count), result->count,
			 run->counts * sizeof(*result->count)) ||
	    copy_to_user(arg, run, sizeof(*run)))
		return -EFAULT;
	return 0;
}

static long do_run(const struct cause *cause,
		   struct bench_result *result, void __user *arg)
{
	long ret;

	if (mutex_lock_interruptible(&run_lock))
		return -EINTR;
	ret = cause_why_not(cause) ? -EOPNOTSUPP : bench_run(cause, result);
	mutex_unlock(&run_lock);
	return ret ?: copy_result(result, arg);
}

static long start_run(void __user *arg)
{
	const struct cause *cause;
	struct cvmstat_bench_run run;
	struct bench_result result = { .run = &run };
	long ret = -ENOMEM;

	if (copy_from_user(&run, arg, sizeof(run)))
		return -EFAULT;
	cause = cause_benchmark(run.index);
	if (!cause || !run.iterations ||
	    run.iterations > max_iterations(cause) ||
	    run.warm_up > max_iterations(cause) || run.cpu || run.counted ||
	    run.counts || run.reserved || run.direct > 1 ||
	    (run.direct && !bench_is_direct(cause)))
		return -EINVAL;
	result.cycles = kvcalloc(run.iterations, sizeof(u64), GFP_KERNEL);
	result.count = kcalloc(CVMSTAT_BENCH_MAX_COUNTS, sizeof(*result.count),
			       GFP_KERNEL);
	if (result.cycles && result.count)
		ret = do_run(cause, &result, arg);
	kfree(result.count);
	kvfree(result.cycles);
	return ret;
}

static long bench_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case CVMSTAT_BENCH_MACHINE:
		return get_machine((void __user *)arg);
	case CVMSTAT_BENCH_TRIGGER:
		return get_trigger((void __user *)arg);
	case CVMSTAT_BENCH_RUN:
		return start_run((void __user *)arg);
	default:
		return -ENOTTY;
	}
}

/* File modes can be changed; who may open stays. */
static int bench_open(struct inode *inode, struct file *file)
{
	return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE,
	.open = bench_open,
	.unlocked_ioctl = bench_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice bench_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = CVMSTAT_BENCH_DEVICE,
	.mode = 0600,
	.fops = &bench_fops,
};

static int __init bench_init(void)
{
	cause_init();
	return misc_register(&bench_device);
}

static void __exit bench_exit(void)
{
	misc_deregister(&bench_device);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_AUTHOR("The cvmstat developers");
MODULE_DESCRIPTION("Causes exits of confidential VMs one by one, and times them");
MODULE_VERSION(CVM_VERSION);
MODULE_LICENSE("GPL");
