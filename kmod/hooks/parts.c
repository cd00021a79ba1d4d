// SPDX-License-Identifier: GPL-2.0
/* The hooks of this guest and what they leave out, as they are told. */
#include <net/netlink.h>

#include "count/patched.h"
#include "hooks.h"
#include "platform.h"
#include "records.h"

static struct cvm_records *take_hooks(const struct cvm_wanted *wanted)
{
	struct cvm_records *records;
	unsigned int i;

	records = cvm_records_alloc(cvm_nr_hooks(), sizeof(struct cvm_hook *));
	if (!records)
		return NULL;
	for (i = 0; i < cvm_nr_hooks(); i++)
		*(const struct cvm_hook **)cvm_records_add(records) =
			cvm_hook_at(i);
	return records;
}

/* Why it is off, or attached in another way than the best; "" if neither. */
static const char *why_off(const struct cvm_hook *hook)
{
	if (!hook->live || cvm_hook_backend(hook) != CVMSTAT_BACKEND_NONE)
		return hook->why;
	return READ_ONCE(hook->aside) ? "stands aside while a CPU comes online"
				      : "kprobes are switched off";
}

/* Nobody misses what the kernel counts itself, or has no function for. */
static u32 classes_of(const struct cvm_hook *hook)
{
	if (hook->superseded || (!hook->live && hook->optional))
		return 0;
	return hook->classes;
}

static int fill_hook(struct sk_buff *msg, const void *what)
{
	const struct cvm_hook *hook = *(const struct cvm_hook **)what;
	const char *why;

	if (nla_put_string(msg, CVMSTAT_A_HOOK_NAME, hook->desc->name) ||
	    nla_put_string(msg, CVMSTAT_A_HOOK_SYMBOL, hook->point->symbol) ||
	    nla_put_u32(msg, CVMSTAT_A_HOOK_BACKEND, cvm_hook_backend(hook)) ||
	    nla_put_u32(msg, CVMSTAT_A_HOOK_CLASSES, classes_of(hook)) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_HOOK_HITS, cvm_hook_total(hook),
			      CVMSTAT_A_HOOK_PAD) ||
	    nla_put_u64_64bit(msg, CVMSTAT_A_HOOK_MISSED, cvm_hook_missed(hook),
			      CVMSTAT_A_HOOK_PAD) ||
	    nla_put_u32(msg, CVMSTAT_A_HOOK_PROVENANCE, hook->provenance) ||
	    nla_put_u32(msg, CVMSTAT_A_HOOK_ASIDE, READ_ONCE(hook->asides)))
		return -EMSGSIZE;
	if (hook->proven && nla_put_flag(msg, CVMSTAT_A_HOOK_PROVEN))
		return -EMSGSIZE;
	why = why_off(hook);
	return why[0] ? nla_put_string(msg, CVMSTAT_A_HOOK_REASON, why) : 0;
}

static bool is_gap(const struct cvm_gap *gap)
{
	return gap->platforms & BIT(cvm_platform.id) &&
	       (!gap->here || gap->here()) &&
	       !cvm_patched_counts(gap->class, gap->has_code, gap->code);
}

/* Emit a gap, or only count it. */
static void add_gap(struct cvm_records *records, const struct cvm_gap *gap,
		    unsigned int *n)
{
	if (!is_gap(gap))
		return;
	if (records)
		*(struct cvm_gap *)cvm_records_add(records) = *gap;
	++*n;
}

/* Nothing counts what a hook feeds that is off; why is in the hook. */
static void add_gaps_of(struct cvm_records *records,
			const struct cvm_hook *hook, unsigned int *n)
{
	const struct cvm_feed *feed = hook->desc->feeds;

	if (hook->live || hook->superseded || hook->optional)
		return;
	for (; feed < hook->desc->feeds + CVM_MAX_FEEDS && feed->what; feed++) {
		struct cvm_gap gap = {
			.platforms = CVM_ON_ANY,
			.class = feed->class,
			.has_code = feed->what == CVM_FEED_CODE,
			.code = feed->code,
			.why = hook->why,
		};

		add_gap(records, &gap, n);
	}
}

static unsigned int add_gaps(struct cvm_records *records)
{
	const struct cvm_gap *gap;
	unsigned int i, n = 0;

	for (i = 0; (gap = cvm_gap_at(i)); i++)
		add_gap(records, gap, &n);
	for (i = 0; i < cvm_nr_hooks(); i++)
		add_gaps_of(records, cvm_hook_at(i), &n);
	return n;
}

static struct cvm_records *take_gaps(const struct cvm_wanted *wanted)
{
	struct cvm_records *records;

	records = cvm_records_alloc(add_gaps(NULL), sizeof(struct cvm_gap));
	if (records)
		add_gaps(records);
	return records;
}

static int fill_gap(struct sk_buff *msg, const void *what)
{
	const struct cvm_gap *gap = what;

	if (nla_put_u32(msg, CVMSTAT_A_GAP_CLASS, gap->class) ||
	    nla_put_string(msg, CVMSTAT_A_GAP_WHY, gap->why))
		return -EMSGSIZE;
	if (!gap->has_code)
		return 0;
	return nla_put_u64_64bit(msg, CVMSTAT_A_GAP_CODE, gap->code,
				 CVMSTAT_A_GAP_PAD);
}

const struct cvm_part cvm_hook_part = {
	.needs = CVMSTAT_PARTS_HOOKS,
	.nest = CVMSTAT_A_SNAPSHOT_HOOK,
	.take = take_hooks,
	.fill = fill_hook,
};

const struct cvm_part cvm_gap_part = {
	.needs = CVMSTAT_PARTS_GAPS,
	.nest = CVMSTAT_A_SNAPSHOT_GAP,
	.take = take_gaps,
	.fill = fill_gap,
};
