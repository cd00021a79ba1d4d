// SPDX-License-Identifier: GPL-2.0
/*
 * Drives a cause, of the library (kmod/cause/) or of those that only a test may
 * have, exactly N times on one CPU, between two marks in cvmbed's ledger.
 *
 * Write "NAME N CPU [ARGUMENT]" to the debugfs file cvmbed_trigger. The marks
 * are "NAME:N:CPU:ARGUMENT:before" and ":after". Both are set, and the cause
 * is driven, on that CPU with interrupts off, so that nothing else of that
 * CPU's comes between. (Causes that sleep have interrupts on.) cvmbed_ticks
 * has what the last of them took, without the marks, in ticks of the TSC: under
 * --icount instructions, the hypervisor's included.
 */
#include <linux/cpu.h>
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/set_memory.h>
#include <linux/smp.h>
#include <linux/uaccess.h>

#include "answers.h"
#include "trigger.h"

/* LEDGER.md: a label's bytes go here, and a newline makes the mark. */
#define MARK_PORT	0x4c0
#define LABEL_MAX	63

struct request {
	const struct cause *cause;
	char name[24];
	unsigned long n;
	unsigned int cpu;
	u64 arg;
};

/* One request at a time: causes keep state between their calls. */
static DEFINE_MUTEX(trigger_lock);
static struct dentry *control, *answers;
static u64 ticks;

/* A name of both platforms' tables is another thing on each. */
static const struct cause *find(const char *name)
{
	const struct cause *cause = cause_named(name);

	cause = cause ?: cause_find(test_causes, name);
	if (!cause && cause_on(CVM_ON_SEV))
		cause = cause_find(test_causes_sev, name);
	if (!cause && cause_on(CVM_ON_TDX))
		cause = cause_find(test_causes_tdx, name);
	if (cause && cause->platforms && !cause_on(cause->platforms))
		return NULL;
	return cause;
}

static void mark(const char *label)
{
	do {
		outb(*label, MARK_PORT);
	} while (*label++ != '\n');
}

/* A refusal, env->error, is an exit as well: the ledger is the judge. */
static void drive(const struct cause *cause, struct cause_env *env,
		  unsigned long n)
{
	u64 start = rdtsc();

	while (n--) {
		if (cause->before)
			cause->before(env);
		if (cause->timed)
			cause->timed(env);
		else
			cause->once(env);
	}
	ticks = rdtsc() - start;
}

/* Runs on the CPU in question, in process context. */
static int run_request(void *data)
{
	const struct request *req = data;
	const struct cause *cause = req->cause;
	struct cause_env env = { .arg = req->arg };
	char before[LABEL_MAX + 2], after[LABEL_MAX + 2];
	unsigned long flags = 0;
	int error = 0;

	snprintf(before, sizeof(before), "%s:%lu:%u:0x%llx:before\n",
		 req->name, req->n, req->cpu, req->arg);
	snprintf(after, sizeof(after), "%s:%lu:%u:0x%llx:after\n",
		 req->name, req->n, req->cpu, req->arg);
	if (cause->setup)
		error = cause->setup(&env);
	if (error)
		return error;
	if (!cause->sleeps)
		local_irq_save(flags);
	if (cause->begin)
		cause->begin(&env);
	mark(before);
	drive(cause, &env, req->n);
	mark(after);
	if (cause->end)
		cause->end(&env);
	if (!cause->sleeps)
		local_irq_restore(flags);
	if (cause->teardown)
		cause->teardown(&env);
	return 0;
}

static ssize_t trigger_write(struct file *file, const char __user *from,
			     size_t size, loff_t *pos)
{
	struct request req = { 0 };
	char text[80] = "";
	int error, fields;

	if (size >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, from, size))
		return -EFAULT;
	fields = sscanf(text, "%23s %lu %u %lli", req.name, &req.n, &req.cpu,
			&req.arg);
	if (fields < 3)
		return -EINVAL;
	req.cause = find(req.name);
	if (!req.cause)
		return -ENOENT;
	if (fields == 3)
		req.arg = req.cause->arg;
	mutex_lock(&trigger_lock);
	error = smp_call_on_cpu(req.cpu, run_request, &req, false);
	mutex_unlock(&trigger_lock);
	return error ?: size;
}

static const struct file_operations control_ops = {
	.owner = THIS_MODULE,
	.write = trigger_write,
};

#define SHARED_ORDER	1

/* Pages for requests about shared memory; lost if they do not become shared. */
static void *take_shared(void)
{
	unsigned long pages = __get_free_pages(GFP_KERNEL | __GFP_ZERO, SHARED_ORDER);

	if (!pages || set_memory_decrypted(pages, 1 << SHARED_ORDER))
		return NULL;
	return (void *)pages;
}

static void give_shared_back(void *pages)
{
	if (pages && !set_memory_encrypted((unsigned long)pages, 1 << SHARED_ORDER))
		free_pages((unsigned long)pages, SHARED_ORDER);
}

static int cvmbed_answers_show(struct seq_file *out, void *data)
{
	void *shared = cause_on(CVM_ON_TDX) ? take_shared() : NULL;
	unsigned long flags;

	local_irq_save(flags);
	if (cause_on(CVM_ON_SEV))
		answers_sev(out);
	else if (cause_on(CVM_ON_TDX))
		answers_tdx(out);
	else if (cause_on(CVM_ON_VTOM))
		answers_hyperv(out);
	if (shared)
		answers_tdx_shared(out, shared);
	answers_kvm(out);
	local_irq_restore(flags);
	give_shared_back(shared);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(cvmbed_answers);

static int __init trigger_init(void)
{
	int error;

	cause_init();
	error = catch_nmis();
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
	release_nmis();
}

module_init(trigger_init);
module_exit(trigger_exit);
MODULE_DESCRIPTION("Exact numbers of exits for cvmbed's ledger");
MODULE_LICENSE("GPL");
