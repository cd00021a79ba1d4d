// SPDX-License-Identifier: GPL-2.0
/*
 * Handler times: TSC cycles from the entry of the trap handler to its return,
 * by a return probe that is only there while it is wanted. The time before the
 * entry (the trap itself, the kernel's entry code) is not in it.
 */
#include <linux/kprobes.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <net/netlink.h>
#include <asm/msr.h>
#include <asm/tdx.h>

#include "counter.h"
#include "hist.h"
#include "latency.h"
#include "platform.h"
#include "reasons.h"
#include "records.h"

/* One histogram for each reason of the trap. */
#define HISTS		40

struct cpu_times {
	struct cvm_buckets hist[HISTS];
};

static DEFINE_PER_CPU(struct cpu_times *, cpu_times);

#define CODE_OF(code, ...) code,
static const u64 vc_codes[] = { CVMSTAT_SVM_CODES(CODE_OF) };
static const u64 ve_codes[] = { CVMSTAT_VE_CODES(CODE_OF) };

/* Of this platform's trap. */
static const u64 *codes __ro_after_init;
static unsigned int nr_codes __ro_after_init;

/* The last histogram is for codes that are in no table. */
#define OTHERS		(HISTS - 1)

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

	cvm_buckets_add(&this_cpu_read(cpu_times)->hist[entry->hist], cycles);
	return 0;
}

static struct kretprobe retprobe;

/**
 * cvm_latency_start() - begin to take handler times
 * @rdtsc_is_free: RDTSC does not trap here: a handler that traps would time itself
 * @extack: for the reason, if it cannot be done
 *
 * Context: process context, under the configuration's lock.
 * Return: 0 or -errno.
 */
int cvm_latency_start(bool rdtsc_is_free, struct netlink_ext_ack *extack)
{
	int ret;

	if (running)
		return 0;
	if (!cvm_platform.trap_handler) {
		NL_SET_ERR_MSG(extack, "no trap handler is hooked here, there is nothing to time");
		return -EOPNOTSUPP;
	}
	if (!rdtsc_is_free) {
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
 * struct hist - handler times of one reason
 * @cell: its CPU
 * @row: the reason, by its code's index
 * @times: the times
 */
struct hist {
	struct cvm_cell cell;
	u32 row;
	struct cvm_hist times;
};

static bool read_hist(unsigned int cpu, unsigned int row, struct cvm_cell *cell)
{
	struct hist *hist = container_of(cell, struct hist, cell);

	hist->row = row;
	cvm_hist_read(&hist->times, &per_cpu(cpu_times, cpu)->hist[row]);
	return hist->times.cycles;
}

static void add_hist(struct cvm_cell *to, const struct cvm_cell *cell)
{
	struct hist *sum = container_of(to, struct hist, cell);

	cvm_hist_add(&sum->times, &container_of(cell, struct hist, cell)->times);
}

static const struct cvm_matrix hists = {
	.rows = HISTS,
	.size = sizeof(struct hist),
	.read = read_hist,
	.add = add_hist,
};

static struct cvm_records *take_hists(const struct cvm_wanted *wanted)
{
	if (!(wanted->classes & BIT(cvm_platform.trap_class)))
		return cvm_records_alloc(0, hists.size);
	return cvm_matrix_take(&hists, wanted);
}

static int fill_hist(struct sk_buff *msg, const void *what)
{
	const struct hist *hist = what;

	if (nla_put_u32(msg, CVMSTAT_A_COUNT_CLASS, cvm_platform.trap_class) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_CYCLES, hist->times.cycles,
			      CVMSTAT_A_COUNT_PAD) ||
	    nla_put(msg, CVMSTAT_A_COUNT_BUCKETS, sizeof(hist->times.buckets),
		    hist->times.buckets))
		return -EMSGSIZE;
	if (hist->cell.has_cpu &&
	    nla_put_u32(msg, CVMSTAT_A_COUNT_CPU, hist->cell.cpu))
		return -EMSGSIZE;
	/* Without a code: all other reasons. */
	if (hist->row >= nr_codes)
		return 0;
	return nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_CODE, codes[hist->row],
				 CVMSTAT_A_COUNT_PAD);
}

const struct cvm_part cvm_hist_part = {
	.needs = CVMSTAT_PARTS_HISTS,
	.nest = CVMSTAT_A_SNAPSHOT_HIST,
	.take = take_hists,
	.fill = fill_hist,
};

static void map_codes(void)
{
	unsigned int i;

	if (cvm_platform.trap_class == CVMSTAT_CLASS_VE) {
		codes = ve_codes;
		nr_codes = ARRAY_SIZE(ve_codes);
	} else {
		codes = vc_codes;
		nr_codes = ARRAY_SIZE(vc_codes);
	}
	memset(hist_of, OTHERS, sizeof(hist_of));
	for (i = 0; i < nr_codes; i++)
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
