// SPDX-License-Identifier: GPL-2.0
/* What the boot took, where the kernel has counted it, as it is told. */
#include <net/netlink.h>

#include "boot.h"
#include "count/patched.h"
#include "records.h"

/**
 * struct boot_record - one record of a phase
 * @phase: number of the phase
 * @is_time: it tells the phase's time; else it is a counter
 * @ns: the time
 * @event: the counter
 */
struct boot_record {
	u32 phase;
	bool is_time;
	u64 ns;
	struct cvm_boot_event event;
};

static void add(struct cvm_records *records, const struct boot_record *rec)
{
	if (records)
		*(struct boot_record *)cvm_records_add(records) = *rec;
}

static u32 add_phase(struct cvm_records *records, u32 phase)
{
	struct boot_record rec = { .phase = phase, .is_time = true };
	u32 slot = 0, n = 1;

	rec.ns = cvm_patched_phase_ns(phase);
	add(records, &rec);
	rec.is_time = false;
	for (; cvm_patched_next(phase, &slot, &rec.event); n++)
		add(records, &rec);
	return n;
}

/* Add the records of all phases, or only count them: they do not change. */
static u32 add_all(struct cvm_records *records)
{
	u32 phase, n = 0;

	for (phase = 0; phase < cvm_patched_phases(); phase++)
		n += add_phase(records, phase);
	return n;
}

static struct cvm_records *take_boot(const struct cvm_wanted *wanted)
{
	struct cvm_records *records;

	records = cvm_records_alloc(add_all(NULL), sizeof(struct boot_record));
	if (records)
		add_all(records);
	return records;
}

static int put_u64(struct sk_buff *msg, int attr, u64 value)
{
	return nla_put_u64_64bit(msg, attr, value, CVMSTAT_A_BOOT_PAD);
}

static int fill_pages(struct sk_buff *msg, const struct cvm_boot_event *pages)
{
	return nla_put_u32(msg, CVMSTAT_A_BOOT_PAGE_OP, pages->code) ?:
	       put_u64(msg, CVMSTAT_A_BOOT_PAGE_BYTES, pages->detail) ?:
	       put_u64(msg, CVMSTAT_A_BOOT_COUNT, pages->count);
}

static int fill_event(struct sk_buff *msg, const struct cvm_boot_event *event)
{
	int ret;

	ret = nla_put_u32(msg, CVMSTAT_A_BOOT_CLASS, event->class) ?:
	      put_u64(msg, CVMSTAT_A_BOOT_CODE, event->code) ?:
	      nla_put_u32(msg, CVMSTAT_A_BOOT_OP, event->op) ?:
	      put_u64(msg, CVMSTAT_A_BOOT_COUNT, event->count);
	if (!ret && event->has_detail)
		ret = put_u64(msg, CVMSTAT_A_BOOT_DETAIL, event->detail);
	if (!ret && event->overflow)
		ret = nla_put_flag(msg, CVMSTAT_A_BOOT_OVERFLOW);
	if (!ret && event->user)
		ret = nla_put_flag(msg, CVMSTAT_A_BOOT_USER);
	return ret;
}

static int fill_boot(struct sk_buff *msg, const void *what)
{
	const struct boot_record *rec = what;

	if (nla_put_u32(msg, CVMSTAT_A_BOOT_PHASE, rec->phase))
		return -EMSGSIZE;
	if (rec->is_time)
		return rec->ns ? put_u64(msg, CVMSTAT_A_BOOT_NS, rec->ns) : 0;
	if (rec->event.is_pages)
		return fill_pages(msg, &rec->event);
	return fill_event(msg, &rec->event);
}

const struct cvm_part cvm_boot_part = {
	.needs = CVMSTAT_PARTS_BOOT,
	.nest = CVMSTAT_A_SNAPSHOT_BOOT,
	.take = take_boot,
	.fill = fill_boot,
};
