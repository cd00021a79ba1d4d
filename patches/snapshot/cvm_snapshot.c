// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the kernel's exit counters at the very moment of a mark in cvmbed's
 * ledger, with the machine stopped, so that the two can be compared to the
 * last count on every CPU.
 *
 * Write a label to the debugfs file cvm_snapshot, then read it: a line
 * "CPU CLASS CODE DETAIL OP COUNT" for each counter, in the words of
 * selftests/testbed/LEDGER.md. User and kernel mode are added up, as there.
 */
#include <linux/cpumask.h>
#include <linux/cvm_exits.h>
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/stop_machine.h>
#include <linux/uaccess.h>

#define MARK_PORT	0x4c0
#define LABEL_MAX	63

/* A kernel whose counters are of version 1 has no pages. */
static const char * const class_names[] = {
	"vc", "vmgexit", "ghcb-msr", "ve", "tdvmcall", "tdcall", "svsm", "auto",
	"pages",
};

static const struct cvm_exits *exits;
static struct cvm_exit *records;	/* of all CPUs, exits->slots each */
static char label[LABEL_MAX + 2];
static struct dentry *file;
static DEFINE_MUTEX(snapshot_lock);

/* All other CPUs wait with interrupts off. */
static int take(void *unused)
{
	unsigned int cpu, slot;
	struct cvm_exit exit;
	const char *byte;

	for (byte = label; *byte; byte++)
		outb(*byte, MARK_PORT);

	for_each_possible_cpu(cpu) {
		struct cvm_exit *of_cpu = records + cpu * exits->slots;

		memset(of_cpu, 0, exits->slots * sizeof(*of_cpu));
		for (slot = exits->next(cpu, 0, &exit); slot < exits->slots;
		     slot = exits->next(cpu, slot + 1, &exit))
			of_cpu[slot] = exit;
	}

	return 0;
}

static ssize_t snapshot_write(struct file *f, const char __user *from,
			      size_t size, loff_t *pos)
{
	if (!size || size > LABEL_MAX)
		return -EINVAL;

	mutex_lock(&snapshot_lock);
	memset(label, 0, sizeof(label));
	if (copy_from_user(label, from, size)) {
		mutex_unlock(&snapshot_lock);
		return -EFAULT;
	}
	if (label[size - 1] != '\n')
		label[size] = '\n';
	stop_machine(take, NULL, NULL);
	mutex_unlock(&snapshot_lock);

	return size;
}

static void show_one(struct seq_file *m, unsigned int cpu,
		     const struct cvm_exit *exit)
{
	seq_printf(m, "%u %s 0x%llx ", cpu, class_names[exit->class], exit->code);
	if (exit->flags & CVM_EXIT_F_DETAIL)
		seq_printf(m, "0x%llx", exit->detail);
	else
		seq_puts(m, exit->flags & CVM_EXIT_F_OVERFLOW ? "overflow" : "-");
	seq_printf(m, " %c %llu\n", "-rw"[exit->op], exit->count);
}

static int snapshot_show(struct seq_file *m, void *v)
{
	unsigned int cpu, slot;

	mutex_lock(&snapshot_lock);
	for_each_possible_cpu(cpu) {
		for (slot = 0; slot < exits->slots; slot++)
			if (records[cpu * exits->slots + slot].count)
				show_one(m, cpu, &records[cpu * exits->slots + slot]);
		if (exits->lost(cpu))
			seq_printf(m, "%u lost - - - %llu\n", cpu, exits->lost(cpu));
	}
	mutex_unlock(&snapshot_lock);

	return 0;
}

static int snapshot_open(struct inode *inode, struct file *f)
{
	return single_open(f, snapshot_show, NULL);
}

static const struct file_operations snapshot_fops = {
	.owner		= THIS_MODULE,
	.open		= snapshot_open,
	.read		= seq_read,
	.llseek		= seq_lseek,
	.write		= snapshot_write,
	.release	= single_release,
};

static int __init snapshot_init(void)
{
	exits = cvm_exits_get(CVM_EXITS_VERSION);
	if (!exits)
		return -ENODEV;

	records = kvcalloc((size_t)nr_cpu_ids * exits->slots, sizeof(*records),
			   GFP_KERNEL);
	if (!records)
		return -ENOMEM;

	exits->start();
	file = debugfs_create_file("cvm_snapshot", 0600, NULL, NULL,
				   &snapshot_fops);

	return 0;
}

static void __exit snapshot_exit(void)
{
	debugfs_remove(file);
	exits->stop();
	kvfree(records);
}

module_init(snapshot_init);
module_exit(snapshot_exit);
MODULE_DESCRIPTION("Exit counters at the moment of a mark in cvmbed's ledger");
MODULE_LICENSE("GPL");
