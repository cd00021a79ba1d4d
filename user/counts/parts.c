// SPDX-License-Identifier: GPL-2.0
#include "counts/parts.h"

/* A member of struct record, and what else there is to say of it. */
#define FIELD(kind, record, member, ...) \
	{ .type = FIELD_##kind, .size = SIZE_OF(record, member), \
	  .at = offsetof(struct record, member), __VA_ARGS__ }
#define FLAG(...) { .type = FIELD_FLAG, __VA_ARGS__ }

static const struct field info_fields[CVMSTAT_A_INFO_MAX + 1] = {
	[CVMSTAT_A_INFO_PLATFORM] = FIELD(UINT, info, platform),
	[CVMSTAT_A_INFO_ABI] = FIELD(UINT, info, abi),
	[CVMSTAT_A_INFO_VERSION] = FIELD(STRING, info, version),
	[CVMSTAT_A_INFO_KERNEL] = FIELD(STRING, info, kernel),
	[CVMSTAT_A_INFO_GENERATION] = FIELD(UINT, info, generation),
	[CVMSTAT_A_INFO_POSSIBLE_CPUS] = FIELD(UINT, info, possible_cpus),
	[CVMSTAT_A_INFO_ONLINE_CPUS] = FIELD(UINT, info, online_cpus),
	[CVMSTAT_A_INFO_DETAIL_SLOTS] = FIELD(UINT, info, detail_slots),
	[CVMSTAT_A_INFO_RIP_SLOTS] = FIELD(UINT, info, rip_slots),
	[CVMSTAT_A_INFO_MEMORY] = FIELD(UINT, info, memory),
	[CVMSTAT_A_INFO_TSC_KHZ] = FIELD(UINT, info, tsc_khz),
	[CVMSTAT_A_INFO_PLATFORM_BITS] = FIELD(UINT, info, platform_bits),
	[CVMSTAT_A_INFO_VMPL] = FIELD(UINT, info, vmpl),
	[CVMSTAT_A_INFO_TD_CTLS] = FIELD(UINT, info, td_ctls),
	[CVMSTAT_A_INFO_TDX_MODULE] = FIELD(STRING, info, tdx_module),
	[CVMSTAT_A_INFO_HINTS] = FIELD(UINT, info, hints),
	[CVMSTAT_A_INFO_COUNTING_BEGAN] = FIELD(UINT, info, counting_began),
};

static const struct field config_fields[CVMSTAT_A_CONFIG_MAX + 1] = {
	[CVMSTAT_A_CONFIG_CLASSES] = FIELD(UINT, config, classes, .key = "classes",
					   .means = MEANS_CLASSES),
	[CVMSTAT_A_CONFIG_DETAILS] = FIELD(UINT, config, details, .key = "details",
					   .means = MEANS_SWITCH),
	[CVMSTAT_A_CONFIG_RIPS] = FIELD(UINT, config, rips, .key = "rips",
					.means = MEANS_SWITCH),
	[CVMSTAT_A_CONFIG_LATENCY] = FIELD(UINT, config, latency, .key = "latency",
					   .means = MEANS_SWITCH),
	[CVMSTAT_A_CONFIG_DURATIONS] = FIELD(UINT, config, durations, .key = "durations",
					     .means = MEANS_SWITCH),
};

static const struct place config_keys[] = {
	PLACE(config, classes), PLACE(config, details), PLACE(config, rips),
	PLACE(config, latency), PLACE(config, durations),
};

DEFINE_ORDER(config)

static const struct field record_fields[CVMSTAT_A_COUNT_MAX + 1] = {
	[CVMSTAT_A_COUNT_CLASS] = FIELD(UINT, record, class),
	[CVMSTAT_A_COUNT_CODE] = FIELD(UINT, record, code),
	[CVMSTAT_A_COUNT_OP] = FIELD(UINT, record, op),
	[CVMSTAT_A_COUNT_DETAIL] = FIELD(UINT, record, detail),
	[CVMSTAT_A_COUNT_CPU] = FIELD(UINT, record, cpu),
	[CVMSTAT_A_COUNT_KERNEL] = FIELD(UINT, record, kernel),
	[CVMSTAT_A_COUNT_USER] = FIELD(UINT, record, user),
	[CVMSTAT_A_COUNT_PROVENANCE] = FIELD(UINT, record, provenance),
	[CVMSTAT_A_COUNT_OVERFLOW] = FLAG(),
	[CVMSTAT_A_COUNT_RIP] = FIELD(UINT, record, rip),
	[CVMSTAT_A_COUNT_TGID] = FIELD(UINT, record, tgid),
};

static const struct place record_keys[] = {
	PLACE(record, class),
	PRESENCE(BIT(CVMSTAT_A_COUNT_CODE) | BIT(CVMSTAT_A_COUNT_DETAIL) |
		 BIT(CVMSTAT_A_COUNT_OVERFLOW) | BIT(CVMSTAT_A_COUNT_RIP)),
	PLACE(record, code), PLACE(record, op), PLACE(record, detail), PLACE(record, rip),
	PLACE(record, tgid), PLACE(record, cpu),
};

DEFINE_ORDER(record)

static const struct place record_counts[] = { PLACE(record, kernel), PLACE(record, user) };

static const struct field hist_fields[CVMSTAT_A_COUNT_MAX + 1] = {
	[CVMSTAT_A_COUNT_CLASS] = FIELD(UINT, hist, class),
	[CVMSTAT_A_COUNT_CODE] = FIELD(UINT, hist, code),
	[CVMSTAT_A_COUNT_CPU] = FIELD(UINT, hist, cpu),
	[CVMSTAT_A_COUNT_CYCLES] = FIELD(UINT, hist, cycles),
	[CVMSTAT_A_COUNT_BUCKETS] = FIELD(ARRAY, hist, buckets),
};

static const struct place hist_keys[] = {
	PLACE(hist, class), PRESENCE(BIT(CVMSTAT_A_COUNT_CODE)), PLACE(hist, code),
	PLACE(hist, cpu),
};

DEFINE_ORDER(hist)

static const struct place hist_counts[] = { PLACE(hist, cycles), PLACE(hist, buckets) };

static const struct field bounce_fields[CVMSTAT_A_AROUND_MAX + 1] = {
	[CVMSTAT_A_AROUND_DEVICE] = FIELD(STRING, bounce, device, .key = "device"),
	[CVMSTAT_A_AROUND_DRIVER] = FIELD(STRING, bounce, driver, .key = "driver"),
	[CVMSTAT_A_AROUND_BOUNCES] = FIELD(UINT, bounce, bounces, .key = "tried"),
	[CVMSTAT_A_AROUND_BYTES] = FIELD(UINT, bounce, bytes, .key = "tried_bytes"),
	[CVMSTAT_A_AROUND_CPU] = FIELD(UINT, bounce, cpu, .key = "cpu", .maybe = true),
	[CVMSTAT_A_AROUND_MAPS] = FIELD(UINT, bounce, maps, .key = "maps", .maybe = true),
	[CVMSTAT_A_AROUND_MAP_BYTES] = FIELD(UINT, bounce, map_bytes, .key = "map_bytes",
					     .maybe = true),
	[CVMSTAT_A_AROUND_IN_COPIES] = FIELD(UINT, bounce, in_copies, .key = "in_copies",
					     .maybe = true),
	[CVMSTAT_A_AROUND_IN_BYTES] = FIELD(UINT, bounce, in_bytes, .key = "in_bytes",
					    .maybe = true),
	[CVMSTAT_A_AROUND_OUT_COPIES] = FIELD(UINT, bounce, out_copies, .key = "out_copies",
					      .maybe = true),
	[CVMSTAT_A_AROUND_OUT_BYTES] = FIELD(UINT, bounce, out_bytes, .key = "out_bytes",
					     .maybe = true),
	[CVMSTAT_A_AROUND_FAILED] = FIELD(UINT, bounce, failed, .key = "failed", .maybe = true),
	[CVMSTAT_A_AROUND_CYCLES] = FIELD(UINT, bounce, cycles, .key = "cycles", .maybe = true),
};

static const struct place bounce_keys[] = { STRING_PLACE(bounce, device), PLACE(bounce, cpu) };

DEFINE_ORDER(bounce)

static const struct place bounce_counts[] = {
	PLACE(bounce, bounces), PLACE(bounce, bytes), PLACE(bounce, maps),
	PLACE(bounce, map_bytes), PLACE(bounce, in_copies), PLACE(bounce, in_bytes),
	PLACE(bounce, out_copies), PLACE(bounce, out_bytes), PLACE(bounce, failed),
	PLACE(bounce, cycles),
};

static const struct field idle_fields[CVMSTAT_A_AROUND_MAX + 1] = {
	[CVMSTAT_A_AROUND_IDLE_STATE] = FIELD(UINT, idle, state, .key = "state"),
	[CVMSTAT_A_AROUND_IDLE_NAME] = FIELD(STRING, idle, name, .key = "name"),
	[CVMSTAT_A_AROUND_IDLE_ENTRIES] = FIELD(UINT, idle, entries, .key = "entries"),
	[CVMSTAT_A_AROUND_IDLE_POLLING] = FLAG(.key = "polling"),
	[CVMSTAT_A_AROUND_IDLE_ROUTINE] = FIELD(STRING, idle, routine, .key = "routine",
						.maybe = true),
	[CVMSTAT_A_AROUND_IDLE_EXIT] = FIELD(UINT, idle, exit, .key = "exit", .maybe = true,
					     .means = MEANS_IDLE_EXIT),
	[CVMSTAT_A_AROUND_IDLE_CYCLES] = FIELD(UINT, idle, cycles, .key = "cycles", .maybe = true),
	[CVMSTAT_A_AROUND_IDLE_BUCKETS] = FIELD(ARRAY, idle, buckets),
	[CVMSTAT_A_AROUND_CPU] = FIELD(UINT, idle, cpu, .key = "cpu", .maybe = true),
};

static const struct place idle_keys[] = { PLACE(idle, state), PLACE(idle, cpu) };

DEFINE_ORDER(idle)

static const struct place idle_counts[] = {
	PLACE(idle, entries), PLACE(idle, cycles), PLACE(idle, buckets),
};

static const struct field hook_fields[CVMSTAT_A_HOOK_MAX + 1] = {
	[CVMSTAT_A_HOOK_NAME] = FIELD(STRING, hook, name, .key = "name"),
	[CVMSTAT_A_HOOK_SYMBOL] = FIELD(STRING, hook, symbol, .key = "symbol"),
	[CVMSTAT_A_HOOK_BACKEND] = FIELD(UINT, hook, backend, .key = "attached",
					 .means = MEANS_BACKEND),
	[CVMSTAT_A_HOOK_CLASSES] = FIELD(UINT, hook, classes, .key = "classes",
					 .means = MEANS_CLASSES),
	[CVMSTAT_A_HOOK_HITS] = FIELD(UINT, hook, hits, .key = "hits"),
	[CVMSTAT_A_HOOK_MISSED] = FIELD(UINT, hook, missed, .key = "missed"),
	[CVMSTAT_A_HOOK_REASON] = FIELD(STRING, hook, reason, .key = "reason"),
	[CVMSTAT_A_HOOK_PROVENANCE] = FIELD(UINT, hook, provenance, .key = "provenance",
					    .means = MEANS_PROVENANCE),
	[CVMSTAT_A_HOOK_PROVEN] = FLAG(.key = "proven"),
	[CVMSTAT_A_HOOK_ASIDE] = FIELD(UINT, hook, asides, .key = "asides", .maybe = true),
};

static const struct place hook_keys[] = { STRING_PLACE(hook, name) };

DEFINE_ORDER(hook)

static const struct place hook_counts[] = {
	PLACE(hook, hits), PLACE(hook, missed), PLACE(hook, asides)
};

static const struct field gap_fields[CVMSTAT_A_GAP_MAX + 1] = {
	[CVMSTAT_A_GAP_CLASS] = FIELD(UINT, gap, class),
	[CVMSTAT_A_GAP_CODE] = FIELD(UINT, gap, code),
	[CVMSTAT_A_GAP_WHY] = FIELD(STRING, gap, why),
};

static const struct field phase_fields[CVMSTAT_A_BOOT_MAX + 1] = {
	[CVMSTAT_A_BOOT_PHASE] = FIELD(UINT, phase, phase),
	[CVMSTAT_A_BOOT_NS] = FIELD(UINT, phase, ns),
	[CVMSTAT_A_BOOT_CLASS] = FIELD(UINT, phase, class),
	[CVMSTAT_A_BOOT_CODE] = FIELD(UINT, phase, code),
	[CVMSTAT_A_BOOT_OP] = FIELD(UINT, phase, op),
	[CVMSTAT_A_BOOT_DETAIL] = FIELD(UINT, phase, detail),
	[CVMSTAT_A_BOOT_OVERFLOW] = FLAG(),
	[CVMSTAT_A_BOOT_USER] = FLAG(),
	[CVMSTAT_A_BOOT_PAGE_OP] = FIELD(UINT, phase, page_op),
	[CVMSTAT_A_BOOT_PAGE_BYTES] = FIELD(UINT, phase, page_bytes),
	[CVMSTAT_A_BOOT_COUNT] = FIELD(UINT, phase, count),
};

static const struct field event_fields[CVMSTAT_A_EVENT_MAX + 1] = {
	[CVMSTAT_A_EVENT_ANNOUNCEMENT] = FIELD(UINT, event, announcement, .key = "announcement",
					       .means = MEANS_ANNOUNCEMENT),
	[CVMSTAT_A_EVENT_GENERATION] = FIELD(UINT, event, generation, .key = "generation",
					     .means = MEANS_HEX),
	[CVMSTAT_A_EVENT_HOOK] = FIELD(STRING, event, hook, .key = "hook"),
	[CVMSTAT_A_EVENT_CLASSES] = FIELD(UINT, event, classes, .key = "classes",
					  .means = MEANS_HEX, .maybe = true),
	[CVMSTAT_A_EVENT_DETAILS] = FIELD(UINT, event, details, .key = "details",
					  .means = MEANS_SWITCH, .maybe = true),
	[CVMSTAT_A_EVENT_RIPS] = FIELD(UINT, event, rips, .key = "rips",
				       .means = MEANS_SWITCH, .maybe = true),
	[CVMSTAT_A_EVENT_LATENCY] = FIELD(UINT, event, latency, .key = "latency",
					  .means = MEANS_SWITCH, .maybe = true),
	[CVMSTAT_A_EVENT_DURATIONS] = FIELD(UINT, event, durations, .key = "durations",
					    .means = MEANS_SWITCH, .maybe = true),
};

/* What can be said of a part before its fields. */
#define ABI(name, command, attribute) \
	.bit = CVMSTAT_PARTS_##name, .cmd = CVMSTAT_CMD_##command, \
	.nest = CVMSTAT_A_SNAPSHOT_##attribute
#define ONE(type) \
	.at = offsetof(struct snapshot, type), .size = sizeof(struct type), \
	.fields = type##_fields, .nfields = ARRAY_SIZE(type##_fields)
#define LIST(type, member) \
	.list = true, .at = offsetof(struct snapshot, member), .size = sizeof(struct type), \
	.fields = type##_fields, .nfields = ARRAY_SIZE(type##_fields)
#define COUNTED(type) \
	.order = type##_order, .counts = type##_counts, .ncounts = ARRAY_SIZE(type##_counts)

const struct part parts[PART_COUNT] = {
	[PART_INFO] = { ABI(INFO, INFO, INFO), ONE(info), .diff = DIFF_ALL },
	[PART_CONFIG] = { ABI(CONFIG, CONFIG_GET, CONFIG), ONE(config), .diff = DIFF_ALL,
			  .order = config_order },
	/* No command tells it alone. */
	[PART_IDLE_COUNTS] = { .bit = CVMSTAT_PARTS_IDLE_COUNTS,
			       .nest = CVMSTAT_A_SNAPSHOT_IDLE_COUNT,
			       LIST(record, idle_counts), COUNTED(record), .diff = DIFF_CHANGED },
	[PART_COUNTS] = { ABI(COUNTS, GET, COUNT), LIST(record, counts), COUNTED(record),
			  .dump = true,
			  .per_cpu = CVMSTAT_A_COUNT_PER_CPU, .cpu = CVMSTAT_A_COUNT_CPU,
			  .diff = DIFF_CHANGED },
	[PART_DETAILS] = { ABI(DETAILS, DETAIL_GET, DETAIL), LIST(record, details), COUNTED(record),
			   .dump = true,
			  .per_cpu = CVMSTAT_A_COUNT_PER_CPU, .cpu = CVMSTAT_A_COUNT_CPU,
			   .diff = DIFF_CHANGED, .lacks = "keeps no details" },
	/* Counts once more, with the details and unasked. */
	[PART_RECOUNTS] = { .nest = CVMSTAT_A_SNAPSHOT_RECOUNT,
			    LIST(record, recounts), COUNTED(record) },
	/* Worked out of counts and details. */
	[PART_PURPOSES] = { LIST(record, purposes), COUNTED(record) },
	/* A table of the most frequent may let go of a record. */
	[PART_RIPS] = { ABI(RIPS, RIP_GET, RIP), LIST(record, rips), COUNTED(record),
			.dump = true,
			  .per_cpu = CVMSTAT_A_COUNT_PER_CPU, .cpu = CVMSTAT_A_COUNT_CPU,
			.diff = DIFF_CHANGED, .fades = true, .lacks = "does not keep RIPs" },
	[PART_HISTS] = { ABI(HISTS, HIST_GET, HIST), LIST(hist, hists), COUNTED(hist),
			 .dump = true,
			  .per_cpu = CVMSTAT_A_COUNT_PER_CPU, .cpu = CVMSTAT_A_COUNT_CPU,
			 .diff = DIFF_CHANGED, .lacks = "does not measure times" },
	[PART_BOUNCES] = { ABI(BOUNCES, BOUNCE_GET, BOUNCE), LIST(bounce, bounces), COUNTED(bounce),
			   .dump = true,
			  .per_cpu = CVMSTAT_A_AROUND_PER_CPU, .cpu = CVMSTAT_A_AROUND_CPU,
			   .diff = DIFF_CHANGED, .lacks = "does not count bounce buffers",
			   .hook = "bounce", .feeds = "bounce buffers" },
	[PART_IDLES] = { ABI(IDLE, IDLE_GET, IDLE), LIST(idle, idles), COUNTED(idle),
			 .dump = true,
			  .per_cpu = CVMSTAT_A_AROUND_PER_CPU, .cpu = CVMSTAT_A_AROUND_CPU,
			 .diff = DIFF_CHANGED, .lacks = "does not count idle states",
			 .hook = "idle", .feeds = "idle states" },
	[PART_HOOKS] = { ABI(HOOKS, HOOK_GET, HOOK), LIST(hook, hooks), COUNTED(hook),
			 .dump = true,
			 .diff = DIFF_ALL, .lacks = "does not tell its hooks" },
	[PART_GAPS] = { ABI(GAPS, GAP_GET, GAP), LIST(gap, gaps),
			.dump = true,
			.diff = DIFF_ALL, .lacks = "does not tell what it cannot count" },
	[PART_PHASES] = { ABI(BOOT, BOOT_GET, BOOT), LIST(phase, phases),
			  .dump = true, .lacks = "does not tell of the boot" },
	[PART_EVENTS] = { .cmd = CVMSTAT_CMD_NTF, LIST(event, events) },
};

/* The part that a command's answer is of, or an announcement; NULL for none. */
const struct part *part_of_command(u8 cmd)
{
	const struct part *p;

	for_each_part(p)
		if (cmd && p->cmd == cmd)
			return p;
	return NULL;
}

/* The part that an attribute of a snapshot has; NULL for none. */
const struct part *part_in_nest(int type)
{
	const struct part *p;

	for_each_part(p)
		if (type && p->nest == type)
			return p;
	return NULL;
}

/* Whether a hook counts it. */
bool part_has_hook(const struct part *p, const struct hook *h)
{
	return p->hook && !strncmp(h->name, p->hook, strlen(p->hook));
}

/* The attribute that programs know by a name; 0 for none. */
u32 part_attribute(const struct part *p, const char *key)
{
	u32 attr;

	for (attr = 0; attr < p->nfields; attr++)
		if (p->fields[attr].key && streq(p->fields[attr].key, key))
			return attr;
	return 0;
}
