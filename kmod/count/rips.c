// SPDX-License-Identifier: GPL-2.0
/*
 * The instruction pointers behind events: a set-associative table on each CPU
 * that keeps the frequent ones.
 *
 * A newcomer to a full set wears the weakest entry of the set down, one hit at
 * a time, and takes its slot when nothing is left: what comes often stays,
 * what came once goes. Events without an entry, and those of an entry that has
 * gone, are in the class's overflow, so that nothing is lost from the sum.
 */
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <net/netlink.h>

#include "counter.h"
#include "reasons.h"
#include "records.h"
#include "rips.h"

unsigned int cvm_rip_slots = 512;
module_param_named(rip_slots, cvm_rip_slots, uint, 0444);
MODULE_PARM_DESC(rip_slots, "RIPs that each CPU can keep, a power of two (512)");

#define CVM_MAX_RIP_SLOTS	BIT(16)
#define RIP_WAYS		8U

/**
 * struct rip_slot - a frequent instruction pointer
 * @seq: odd while the entry changes hands
 * @strength: hits that a newcomer must still wear down
 * @index: of the reason's counter
 * @tgid: process, for a user-mode RIP
 * @rip: instruction pointer; 0 if the entry is free
 * @count: events since the entry was taken
 */
struct rip_slot {
	u32 seq;
	u32 strength;
	u32 index;
	u32 tgid;
	u64 rip;
	struct cvm_pair count;
};

/**
 * struct rip_table - table of one CPU
 * @busy: a hit is inside; one that nests must not touch the sets
 * @overflow: events without an entry
 * @slot: sets of RIP_WAYS entries
 */
struct rip_table {
	bool busy;
	struct cvm_pair overflow[CVM_NR_CLASSES];
	struct rip_slot slot[] ____cacheline_aligned;
};

static DEFINE_PER_CPU(struct rip_table *, rip_table);

static void give_up(struct rip_table *t, struct rip_slot *slot)
{
	struct cvm_record rec = {};

	if (!slot->rip)
		return;
	cvm_reason_at(slot->index, &rec);
	local64_add(local64_read(&slot->count.n[0]),
		    &t->overflow[rec.class].n[0]);
	local64_add(local64_read(&slot->count.n[1]),
		    &t->overflow[rec.class].n[1]);
}

static void slot_take(struct rip_table *t, struct rip_slot *slot,
		      unsigned int index, u32 tgid, bool user, u64 rip)
{
	WRITE_ONCE(slot->seq, slot->seq + 1);
	smp_wmb(); /* pairs with read_slot() */
	give_up(t, slot);
	WRITE_ONCE(slot->index, index);
	WRITE_ONCE(slot->tgid, tgid);
	WRITE_ONCE(slot->rip, rip);
	slot->strength = 1;
	local64_set(&slot->count.n[user], 1);
	local64_set(&slot->count.n[!user], 0);
	smp_wmb(); /* pairs with read_slot() */
	WRITE_ONCE(slot->seq, slot->seq + 1);
}

static void account_in(struct rip_table *t, unsigned int index,
		       unsigned int class, bool user, u64 rip)
{
	u32 sets = cvm_rip_slots / RIP_WAYS;
	u32 at = hash_64(rip + index, 32) & (sets - 1);
	struct rip_slot *slot = &t->slot[at * RIP_WAYS], *weak = slot;
	u32 tgid = user ? current->tgid : 0;
	unsigned int i;

	for (i = 0; i < RIP_WAYS; i++, slot++) {
		if (slot->rip == rip && slot->index == index &&
		    slot->tgid == tgid) {
			slot->strength += slot->strength < U32_MAX;
			local64_inc(&slot->count.n[user]);
			return;
		}
		if (slot->strength < weak->strength)
			weak = slot;
	}
	if (weak->strength)
		weak->strength--;
	if (weak->strength)
		local64_inc(&t->overflow[class].n[user]);
	else
		slot_take(t, weak, index, tgid, user, rip);
}

/**
 * cvm_rips_account() - note the instruction pointer behind an event
 * @index: of the counter of the event's reason
 * @class: enum cvmstat_class
 * @user: raised in user mode
 * @rip: the instruction pointer
 *
 * Context: any, an NMI included; preemption off.
 */
void cvm_rips_account(unsigned int index, unsigned int class, bool user,
		      u64 rip)
{
	struct rip_table *t = this_cpu_read(rip_table);

	if (t->busy) {
		local64_inc(&t->overflow[class].n[user]);
		return;
	}
	WRITE_ONCE(t->busy, true);
	barrier();
	account_in(t, index, class, user, rip);
	barrier();
	WRITE_ONCE(t->busy, false);
}

/* Copy an entry; false if it is free, or changes hands at this moment. */
static bool read_slot(const struct rip_slot *slot, struct cvm_record *rec)
{
	u32 seq = READ_ONCE(slot->seq);

	smp_rmb(); /* pairs with slot_take() */
	rec->rip = READ_ONCE(slot->rip);
	rec->tgid = READ_ONCE(slot->tgid);
	cvm_reason_at(READ_ONCE(slot->index), rec);
	rec->n[0] = local64_read(&slot->count.n[0]);
	rec->n[1] = local64_read(&slot->count.n[1]);
	smp_rmb(); /* pairs with slot_take() */
	return !(seq & 1) && rec->rip && READ_ONCE(slot->seq) == seq;
}

static int each_rip(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg)
{
	const struct rip_table *t = per_cpu(rip_table, cpu);
	unsigned int i;
	int ret = 0;

	for (i = 0; i < cvm_rip_slots && !ret; i++) {
		struct cvm_record rec = { .cpu = cpu };

		if (read_slot(&t->slot[i], &rec) && classes & BIT(rec.class))
			ret = fn(&rec, arg);
	}
	for (i = 0; i < CVM_NR_CLASSES && !ret; i++) {
		struct cvm_record rec = {
			.class = i, .overflow = true, .cpu = cpu,
			.n[0] = local64_read(&t->overflow[i].n[0]),
			.n[1] = local64_read(&t->overflow[i].n[1]),
		};

		if (classes & BIT(i) && (rec.n[0] || rec.n[1]))
			ret = fn(&rec, arg);
	}
	return ret;
}

static struct cvm_records *take_rips(const struct cvm_wanted *wanted)
{
	return cvm_records_take(each_rip, wanted);
}

static int fill_rip(struct sk_buff *msg, const void *what)
{
	const struct cvm_record *rec = what;

	if (cvm_record_fill(msg, rec) ||
	    (rec->tgid && nla_put_u32(msg, CVMSTAT_A_COUNT_TGID, rec->tgid)))
		return -EMSGSIZE;
	if (!rec->rip)
		return 0;
	return nla_put_u64_64bit(msg, CVMSTAT_A_COUNT_RIP, rec->rip,
				 CVMSTAT_A_COUNT_PAD);
}

const struct cvm_part cvm_rip_part = {
	.needs = CVMSTAT_PARTS_RIPS,
	.nest = CVMSTAT_A_SNAPSHOT_RIP,
	.take = take_rips,
	.fill = fill_rip,
};

/**
 * cvm_rips_exit() - give the tables back; after all hooks are detached
 */
void cvm_rips_exit(void)
{
	cvm_counters_free(&rip_table);
}

/**
 * cvm_rips_init() - allocate the tables
 *
 * Return: 0, -EINVAL for a wrong module parameter (in the log), or -ENOMEM.
 */
int cvm_rips_init(void)
{
	if (!is_power_of_2(cvm_rip_slots) || cvm_rip_slots < RIP_WAYS ||
	    cvm_rip_slots > CVM_MAX_RIP_SLOTS) {
		pr_err("rip_slots=%u is not a power of two from %u to %lu\n",
		       cvm_rip_slots, RIP_WAYS, CVM_MAX_RIP_SLOTS);
		return -EINVAL;
	}
	return cvm_counters_alloc(&rip_table, struct_size((struct rip_table *)NULL, slot,
							  cvm_rip_slots));
}
