// SPDX-License-Identifier: GPL-2.0
/*
 * What probes cost that only count: a kprobe, with one counter, on each of the
 * functions that are named. The yardstick where tracing tools cannot attach.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#define MAX_PROBES	2

static char *symbols[MAX_PROBES];
static int nr_symbols;
module_param_array(symbols, charp, &nr_symbols, 0444);
MODULE_PARM_DESC(symbols, "functions to count, two at most");

struct counting_probe {
	struct kprobe kp;
	unsigned long count;
};

static struct counting_probe probes[MAX_PROBES];
static struct kprobe *registered[MAX_PROBES];

static int count(struct kprobe *kp, struct pt_regs *regs)
{
	container_of(kp, struct counting_probe, kp)->count++;
	return 0;
}

static int __init kprobes_init(void)
{
	int i;

	for (i = 0; i < nr_symbols; i++) {
		probes[i].kp.symbol_name = symbols[i];
		probes[i].kp.pre_handler = count;
		registered[i] = &probes[i].kp;
	}
	return register_kprobes(registered, nr_symbols);
}

static void __exit kprobes_exit(void)
{
	int i;

	unregister_kprobes(registered, nr_symbols);
	for (i = 0; i < nr_symbols; i++)
		pr_info("%s: %lu\n", symbols[i], probes[i].count);
}

module_init(kprobes_init);
module_exit(kprobes_exit);
MODULE_DESCRIPTION("Kprobes that only count, to compare with");
MODULE_LICENSE("GPL");
