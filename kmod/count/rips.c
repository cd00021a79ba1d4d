// SPDX-License-Identifier: GPL-2.0
/*
 * The instruction pointers behind events: a set-associative table on each CPU
 * that keeps the frequent ones.
 *
 * A newcomer to a full set wears the weakest entry of the set down, one hit at
 * a time, and takes its slot when nothing is left: what comes often stays,
 * what came once goes. Events without an entry, and those of an entry that has
 * gone, are in the reason's overflow, so that nothing is lost from the sum.
 *
 * User mode chooses its own instruction pointers. It has sets of its own, so that
 * it can wear down no entry of the kernel's.
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

/* Sets behind those of the kernel: so many times fewer, but one. */
#define USER_SHARE	4U

static unsigned int user_sets __read_mostly;

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
 * @overflow: events without an entry, by index of the reason's counter
 * @slot: sets of RIP_WAYS entries; those of user mode are the last ones
 */
struct rip_table {
	bool busy;
	struct cvm_pair overflow[CVM_NR_REASONS];
	struct rip_slot slot[] ____cacheline_aligned;
};

static DEFINE_PER_CPU(struct rip_table *, rip_table);

static void give_up(struct rip_table *t, struct rip_slot *slot)
{
	struct cvm_pair *overflow = &t->overflow[slot->index];

	if (!slot->rip)
		return;
	local64_add(local64_read(&slot->count.n[0]), &overflow->n[0]);
	local64_add(local64_read(&slot->count.n[1]), &overflow->n[1]);
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

static struct rip_slot *set_of(struct rip_table *t, unsigned int index, bool user,
			       u64 rip)
{
	u32 first = user ? cvm_rip_slots / RIP_WAYS : 0;
	u32 sets = user ? user_sets : cvm_rip_slots / RIP_WAYS;

	return &t->slot[(first + (hash_64(rip + index, 32) & (sets - 1))) * RIP_WAYS];
}

static void account_in(struct rip_table *t, unsigned int index, bool user, u64 rip)
{
	struct rip_slot *slot = set_of(t, index, user, rip), *weak = slot;
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
		local64_inc(&t->overflow[index].n[user]);
	else
		slot_take(t, weak, index, tgid, user, rip);
}

/**
 * cvm_rips_account() - note the instruction pointer behind an event
 * @index: of the counter of the event's reason
 * @user: raised in user mode
 * @rip: the instruction pointer
 *
 * Context: any, an NMI included; preemption off.
 */
void cvm_rips_account(unsigned int index, bool user, u64 rip)
{
	struct rip_table *t = this_cpu_read(rip_table);

	if (t->busy) {
		local64_inc(&t->overflow[index].n[user]);
		return;
	}
	WRITE_ONCE(t->busy, true);
	barrier();
	account_in(t, index, user, rip);
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

static unsigned int nr_slots(void)
{
	return cvm_rip_slots + user_sets * RIP_WAYS;
}

static int each_lost(const struct rip_table *t, unsigned int cpu, u32 classes,
		     cvm_record_fn fn, void *arg)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < CVM_NR_REASONS && !ret; i++) {
		struct cvm_record rec = {
			.overflow = true, .cpu = cpu,
			.n[0] = local64_read(&t->overflow[i].n[0]),
			.n[1] = local64_read(&t->overflow[i].n[1]),
		};

		if (!rec.n[0] && !rec.n[1])
			continue;
		cvm_reason_at(i, &rec);
		if (classes & BIT(rec.class))
			ret = fn(&rec, arg);
	}
	return ret;
}

static int each_rip(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg)
{
	const struct rip_table *t = per_cpu(rip_table, cpu);
	unsigned int i, slots = nr_slots();
	int ret = 0;

	for (i = 0; i < slots && !ret; i++) {
		struct cvm_record rec = { .cpu = cpu };

		if (read_slot(&t->slot[i], &rec) && classes & BIT(rec.class))
			ret = fn(&rec, arg);
	}
	return ret ?: each_lost(t, cpu, classes, fn, arg);
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
	user_sets = max(cvm_rip_slots / RIP_WAYS / USER_SHARE, 1U);
	return cvm_counters_alloc(&rip_table, struct_size((struct rip_table *)NULL, slot,
							  nr_slots()));
}
