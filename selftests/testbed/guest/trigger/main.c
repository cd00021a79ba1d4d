// SPDX-License-Identifier: GPL-2.0
/*
 * Causes one reason of an exit exactly N times on one CPU, between two marks
 * in cvmbed's ledger.
 *
 * Write "NAME N CPU [ARGUMENT]" to the debugfs file cvmbed_trigger. The marks
 * are "NAME:N:CPU:ARGUMENT:before" and ":after". Both are set, and the reason
 * is caused, on that CPU with interrupts off, so that nothing else of that
 * CPU's comes between. (Triggers that sleep have interrupts on.) cvmbed_ticks
 * has what the last of them took, without the marks, in ticks of the TSC: under
 * --icount instructions, the hypervisor's included.
 */
#include <linux/cc_platform.h>
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/smp.h>
#include <linux/uaccess.h>

#include "answers.h"
#include "trigger.h"

/* LEDGER.md: a label's bytes go here, and a newline makes the mark. */
#define MARK_PORT	0x4c0
#define LABEL_MAX	63

struct request {
	const struct trigger *trigger;
	char name[24];
	unsigned long n;
	unsigned int cpu;
	u64 arg;
};

static const struct trigger * const tables[] = {
	generic_triggers,
	sev_triggers,
	tdx_triggers,
};

/* One request at a time: the triggers keep state between their calls. */
static DEFINE_MUTEX(trigger_lock);
static struct dentry *control, *answers;
static u64 ticks;

static unsigned int platform(void)
{
	if (boot_cpu_has(X86_FEATURE_TDX_GUEST))
		return ON_TDX;
	return cc_platform_has(CC_ATTR_GUEST_STATE_ENCRYPT) ? ON_SEV : ON_PLAIN;
}

static const struct trigger *find_trigger(const char *name)
{
	const struct trigger *trigger;
	int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (trigger = tables[i]; trigger->name; trigger++)
			if (!strcmp(trigger->name, name) &&
			    trigger->platforms & platform())
				return trigger;
	return NULL;
}

static void mark(const char *label)
{
	do {
		outb(*label, MARK_PORT);
	} while (*label++ != '\n');
}

static void run_timed(const struct request *req)
{
	u64 start = rdtsc();

	req->trigger->run(req->n, req->arg);
	ticks = rdtsc() - start;
}

/* Runs on the CPU in question, in process context. */
static int run_request(void *data)
{
	const struct request *req = data;
	const struct trigger *trigger = req->trigger;
	char before[LABEL_MAX + 2], after[LABEL_MAX + 2];
	unsigned long flags;
	int error = 0;

	snprintf(before, sizeof(before), "%s:%lu:%u:0x%llx:before\n",
		 req->name, req->n, req->cpu, req->arg);
	snprintf(after, sizeof(after), "%s:%lu:%u:0x%llx:after\n",
		 req->name, req->n, req->cpu, req->arg);
	if (trigger->prepare)
		error = trigger->prepare(req->arg);
	if (error)
		return error;
	if (trigger->sleeps) {
		mark(before);
		run_timed(req);
		mark(after);
	} else {
		local_irq_save(flags);
		mark(before);
		run_timed(req);
		mark(after);
		local_irq_restore(flags);
	}
	if (trigger->finish)
		trigger->finish();
	return 0;
}

static ssize_t trigger_write(struct file *file, const char __user *from,
			     size_t size, loff_t *pos)
{
	struct request req = { 0 };
	char text[80] = "";
	int error;

	if (size >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, size))
		return -EFAULT;
	if (sscanf(text, "%23s %lu %u %lli", req.name, &req.n, &req.cpu,
		   &req.arg) < 3)
		return -EINVAL;
	req.trigger = find_trigger(req.name);
	if (!req.trigger)
		return -ENOENT;
	mutex_lock(&trigger_lock);
	error = smp_call_on_cpu(req.cpu, run_request, &req, false);
	mutex_unlock(&trigger_lock);
	return error ?: size;
}

static const struct file_operations control_ops = {
	.owner = THIS_MODULE,
	.write = trigger_write,
};

static int cvmbed_answers_show(struct seq_file *out, void *data)
{
	unsigned long flags;

	local_irq_save(flags);
	switch (platform()) {
	case ON_SEV:
		answers_sev(out);
		break;
	case ON_TDX:
		answers_tdx(out);
		break;
	}
	local_irq_restore(flags);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(cvmbed_answers);

static int __init trigger_init(void)
{
	int error = generic_init();

	if (error)
		return error;
	control = debugfs_create_file("cvmbed_trigger", 0200, NULL, NULL,
				      &control_ops);
	answers = debugfs_create_file("cvmbed_answers", 0400, NULL, NULL,
				      &cvmbed_answers_fops);
	debugfs_create_u64("cvmbed_ticks", 0400, NULL, &ticks);
	return 0;
}

static void __exit trigger_exit(void)
{
	debugfs_remove(answers);
	debugfs_lookup_and_remove("cvmbed_ticks", NULL);
	debugfs_remove(control);
	generic_exit();
}

module_init(trigger_init);
module_exit(trigger_exit);
MODULE_DESCRIPTION("Exact numbers of exits for cvmbed's ledger");
MODULE_LICENSE("GPL");
