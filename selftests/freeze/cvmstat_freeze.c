// SPDX-License-Identifier: GPL-2.0
/*
 * Compare what cvmstat counted with what the test bed's hypervisor counted, at
 * one instant: under stop_machine() a mark makes the hypervisor note its
 * ledger, and all counters of the module are copied. Nothing exits in between
 * but the mark itself, which the hypervisor counts nowhere (LEDGER.md).
 *
 * Write a label to debugfs cvmstat_freeze/mark; read cvmstat_freeze/counts:
 * the module's counts in the ledger's format, one line for each mark.
 */
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/stop_machine.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "export.h"

#define MARK_PORT	0x4c0
#define LABEL_LEN	64

/* Records for each possible CPU; a snapshot that does not fit is refused. */
#define RECORDS_PER_CPU	2048U

/**
 * struct snapshot - the counters at one mark
 * @list: in the order of the marks
 * @label: the mark
 * @n: records
 * @full: there was no room for all
 * @record: the records
 */
struct snapshot {
	struct list_head list;
	char label[LABEL_LEN];
	u32 n;
	bool full;
	struct cvm_record record[];
};

static LIST_HEAD(snapshots);
static DEFINE_MUTEX(lock);
static struct dentry *dir;

static u32 room(void)
{
	return RECORDS_PER_CPU * num_possible_cpus();
}

static int copy(const struct cvm_record *rec, void *arg)
{
	struct snapshot *snap = arg;

	snap->full = snap->n == room();
	if (snap->full)
		return -ENOSPC;
	snap->record[snap->n++] = *rec;
	return 0;
}

static int freeze(void *arg)
{
	struct snapshot *snap = arg;
	const char *c;

	for (c = snap->label; *c; c++)
		outb(*c, MARK_PORT);
	outb('\n', MARK_PORT);
	if (!cvmstat_each_detail(copy, snap))
		cvmstat_each_reason(copy, snap);
	return 0;
}

static int order(u64 a, u64 b)
{
	return a < b ? -1 : a > b;
}

/* Details come before the total of their reason. */
static int compare(const void *left, const void *right)
{
	const struct cvm_record *a = left, *b = right;

	return order(a->cpu, b->cpu) ?: order(a->class, b->class) ?:
	       order(a->code, b->code) ?: order(b->has_detail, a->has_detail) ?:
	       order(a->overflow, b->overflow) ?: order(a->op, b->op) ?:
	       order(a->detail, b->detail);
}

/* One key can come more than once. */
static void add_up(struct snapshot *snap)
{
	struct cvm_record *to = snap->record;
	u32 i;

	for (i = 1; i < snap->n; i++) {
		const struct cvm_record *rec = &snap->record[i];

		if (compare(to, rec)) {
			*++to = *rec;
			continue;
		}
		to->n[0] += rec->n[0];
		to->n[1] += rec->n[1];
	}
	snap->n = snap->n ? to - snap->record + 1 : 0;
}

static ssize_t mark_write(struct file *file, const char __user *buf,
			  size_t len, loff_t *pos)
{
	struct snapshot *snap;
	ssize_t ret = len;

	if (!len || len >= LABEL_LEN)
		return -EINVAL;
	snap = kvzalloc(struct_size(snap, record, room()), GFP_KERNEL);
	if (!snap)
		return -ENOMEM;
	if (copy_from_user(snap->label, buf, len)) {
		kvfree(snap);
		return -EFAULT;
	}
	strim(snap->label);

	mutex_lock(&lock);
	stop_machine(freeze, snap, NULL);
	if (snap->full) {
		kvfree(snap);
		ret = -ENOSPC;
	} else {
		sort(snap->record, snap->n, sizeof(snap->record[0]), compare,
		     NULL);
		add_up(snap);
		list_add_tail(&snap->list, &snapshots);
	}
	mutex_unlock(&lock);
	return ret;
}

static const struct file_operations mark_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = mark_write,
};

static const char * const class_names[CVM_NR_CLASSES] = CVMSTAT_CLASS_NAMES;

static const char op_names[] = "-rw";

static void show_count(struct seq_file *m, const struct cvm_record *rec,
		       u64 count, bool first)
{
	if (!first)
		seq_putc(m, ',');
	seq_printf(m, "[\"%s\",\"0x%llx\",", class_names[rec->class], rec->code);
	if (rec->has_detail)
		seq_printf(m, "\"0x%llx\",", rec->detail);
	else
		seq_puts(m, "\"-\",");
	seq_printf(m, "\"%c\",%llu]", op_names[rec->op], count);
}

/*
 * In the ledger each event is in one count: what the details of a reason have
 * is not in the reason's own.
 */
static u32 show_cpu(struct seq_file *m, const struct snapshot *snap, u32 i)
{
	u32 cpu = snap->record[i].cpu;
	u64 in_details = 0;
	bool first = true;

	seq_printf(m, "{\"id\":%u,\"counts\":[", cpu);
	for (; i < snap->n && snap->record[i].cpu == cpu; i++) {
		const struct cvm_record *rec = &snap->record[i];
		u64 count = rec->n[0] + rec->n[1];

		if (rec->overflow)
			continue;
		if (rec->has_detail) {
			in_details += count;
		} else {
			count -= in_details;
			in_details = 0;
		}
		if (!count)
			continue;
		show_count(m, rec, count, first);
		first = false;
	}
	seq_puts(m, "]}");
	return i;
}

static int counts_show(struct seq_file *m, void *unused)
{
	const struct snapshot *snap;

	mutex_lock(&lock);
	list_for_each_entry(snap, &snapshots, list) {
		u32 i = 0;

		seq_printf(m, "{\"cvmstat_counts\":1,\"label\":\"%s\",\"vcpus\":[",
			   snap->label);
		while (i < snap->n) {
			if (i)
				seq_putc(m, ',');
			i = show_cpu(m, snap, i);
		}
		seq_puts(m, "]}\n");
	}
	mutex_unlock(&lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counts);

static int __init freeze_init(void)
{
	dir = debugfs_create_dir("cvmstat_freeze", NULL);
	debugfs_create_file("mark", 0200, dir, NULL, &mark_fops);
	debugfs_create_file("counts", 0400, dir, NULL, &counts_fops);
	return PTR_ERR_OR_ZERO(dir);
}

static void __exit freeze_exit(void)
{
	struct snapshot *snap, *next;

	debugfs_remove_recursive(dir);
	list_for_each_entry_safe(snap, next, &snapshots, list)
		kvfree(snap);
}

module_init(freeze_init);
module_exit(freeze_exit);

MODULE_DESCRIPTION("Snapshots of cvmstat's counters while the guest stands still");
MODULE_LICENSE("GPL");
