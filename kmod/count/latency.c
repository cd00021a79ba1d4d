// SPDX-License-Identifier: GPL-2.0
/*
 * Handler times: TSC cycles from the entry of the trap handler to its return,
 * by a return probe that is only there while it is wanted. The time before the
 * entry (the trap itself, the kernel's entry code) is not in it.
 */
#include <linux/kprobes.h>
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <asm/msr.h>
#include <asm/tdx.h>

#include "counter.h"
#include "latency.h"
#include "platform.h"
#include "reasons.h"

struct times {
	local64_t cycles;
	local64_t buckets[CVM_BUCKETS];
};

struct cpu_times {
	struct times hist[CVM_HISTS];
};

static DEFINE_PER_CPU(struct cpu_times *, cpu_times);

#define CODE_OF(code, ...) code,
static const u64 vc_codes[] = { CVMSTAT_SVM_CODES(CODE_OF) };
static const u64 ve_codes[] = { CVMSTAT_VE_CODES(CODE_OF) };

/* The last histogram is for codes that are in no table. */
#define OTHERS		(CVM_HISTS - 1)

static_assert(ARRAY_SIZE(vc_codes) <= OTHERS && ARRAY_SIZE(ve_codes) <= OTHERS);

/* How many kretprobe instances a CPU may need: traps nest through NMIs. */
#define NESTING		8

static u8 hist_of[CVM_NR_REASONS];
static bool running;

struct entry {
	u64 tsc;
	u8 hist;
};

static u64 trap_code(const struct pt_regs *regs)
{
	if (cvm_platform.trap_class == CVMSTAT_CLASS_VC)
		return regs->si;
	return ((const struct ve_info *)regs->si)->exit_reason;
}

static int entry_handler(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct entry *entry = (void *)ri->data;
	int index = cvm_reason_index(cvm_platform.trap_class, trap_code(regs));

	entry->hist = index < 0 ? OTHERS : hist_of[index];
	entry->tsc = rdtsc();
	return 0;
}

static int return_handler(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct entry *entry = (void *)ri->data;
	u64 cycles = rdtsc() - entry->tsc;
	struct times *times = &this_cpu_read(cpu_times)->hist[entry->hist];

	local64_add(cycles, &times->cycles);
	local64_inc(&times->buckets[cycles ? ilog2(cycles) : 0]);
	return 0;
}

static struct kretprobe retprobe;

static int add_rdtsc(const struct cvm_record *rec, void *sum)
{
	if (rec->code == CVMSTAT_SVM_RDTSC)
		*(u64 *)sum += rec->n[0] + rec->n[1];
	return 0;
}

static u64 rdtsc_traps(cvm_each_fn each_reason)
{
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		each_reason(cpu, CVMSTAT_CLASSES_VC, add_rdtsc, &sum);
	return sum;
}

/* A handler that traps itself would time itself. */
static bool rdtsc_is_free(cvm_each_fn each_reason)
{
	u64 before = rdtsc_traps(each_reason);

	rdtsc();
	return rdtsc_traps(each_reason) == before;
}

/**
 * cvm_latency_start() - begin to take handler times
 * @each_reason: walks all counters
 * @extack: for the reason, if it cannot be done
 *
 * Context: process context, under the configuration's lock.
 * Return: 0 or -errno.
 */
int cvm_latency_start(cvm_each_fn each_reason, struct netlink_ext_ack *extack)
{
	int ret;

	if (running)
		return 0;
	if (!cvm_platform.trap_handler) {
		NL_SET_ERR_MSG(extack, "no trap handler is hooked here, there is nothing to time");
		return -EOPNOTSUPP;
	}
	if (!rdtsc_is_free(each_reason)) {
		NL_SET_ERR_MSG(extack, "RDTSC traps on this platform");
		return -EOPNOTSUPP;
	}
	memset(&retprobe, 0, sizeof(retprobe));
	retprobe.kp.symbol_name = cvm_platform.trap_handler;
	retprobe.entry_handler = entry_handler;
	retprobe.handler = return_handler;
	retprobe.data_size = sizeof(struct entry);
	retprobe.maxactive = NESTING * num_possible_cpus();
	ret = register_kretprobe(&retprobe);
	if (ret) {
		NL_SET_ERR_MSG(extack, "the kernel refuses a return probe on the trap handler");
		return ret;
	}
	running = true;
	return 0;
}

/**
 * cvm_latency_stop() - take no more handler times
 *
 * A return probe that goes gives the instances that are still in use to
 * call_rcu(), from where they return: in a #VC, which is an NMI to the kernel,
 * and may have come in the middle of call_rcu(). So let all of them return first.
 * A #VE handler that was preempted may still be on its way after that; it returns
 * in a task.
 *
 * Context: process context, under the configuration's lock.
 */
void cvm_latency_stop(void)
{
	if (!running)
		return;
	disable_kretprobe(&retprobe);
	synchronize_rcu();
	unregister_kretprobe(&retprobe);
	running = false;
}

/**
 * cvm_hist_read() - read a histogram
 * @cpu: a possible CPU
 * @i: below CVM_HISTS
 * @hist: filled in
 *
 * Return: whether there is anything in it.
 */
bool cvm_hist_read(unsigned int cpu, unsigned int i, struct cvm_hist *hist)
{
	const struct times *times = &per_cpu(cpu_times, cpu)->hist[i];
	const u64 *codes = vc_codes;
	unsigned int n = ARRAY_SIZE(vc_codes), b;

	if (cvm_platform.trap_class == CVMSTAT_CLASS_VE) {
		codes = ve_codes;
		n = ARRAY_SIZE(ve_codes);
	}
	hist->class = cvm_platform.trap_class;
	hist->has_code = i < n;
	hist->code = i < n ? codes[i] : 0;
	hist->cpu = cpu;
	hist->cycles = local64_read(&times->cycles);
	for (b = 0; b < CVM_BUCKETS; b++)
		hist->buckets[b] = local64_read(&times->buckets[b]);
	return hist->cycles;
}

static void map_codes(void)
{
	const u64 *codes = vc_codes;
	unsigned int n = ARRAY_SIZE(vc_codes), i;

	if (cvm_platform.trap_class == CVMSTAT_CLASS_VE) {
		codes = ve_codes;
		n = ARRAY_SIZE(ve_codes);
	}
	memset(hist_of, OTHERS, sizeof(hist_of));
	for (i = 0; i < n; i++)
		hist_of[cvm_reason_index(cvm_platform.trap_class, codes[i])] = i;
}

/**
 * cvm_latency_exit() - stop, and give the histograms back
 */
void cvm_latency_exit(void)
{
	cvm_latency_stop();
	cvm_counters_free(&cpu_times);
}

/**
 * cvm_latency_init() - allocate the histograms
 *
 * Return: 0 or -ENOMEM.
 */
int cvm_latency_init(void)
{
	map_codes();
	return cvm_counters_alloc(&cpu_times, sizeof(struct cpu_times));
}
