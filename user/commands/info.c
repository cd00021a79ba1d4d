// SPDX-License-Identifier: GPL-2.0
/* cvmstat info: what this guest is, what is counted and what is not. */
#include <stdlib.h>
#include <string.h>

#include "base/format.h"
#include "commands/command.h"
#include "counts/keep.h"
#include "guest/settings.h"
#include "names/names.h"
#include "names/td.h"
#include "out/record.h"
#include "wire/take.h"

#define WANT_INFO (WANT_BASICS | WANT(GAPS) | WANT(BOUNCES) | WANT(IDLE))

static const struct column fact_columns[] = {
	{ "key", NULL, IN_CSV, SHOW_PLAIN },
	{ "value", NULL, IN_CSV, SHOW_PLAIN },
};

/* A fact is a line of text, a member of the JSON object and a row of CSV. */
static void fact_data(struct out *o, const char *key, const char *value)
{
	struct sheet s = SHEET(NULL, fact_columns);

	if (value)
		out_string(o, key, value);
	else
		out_null(o, key);
	put_string(&s, key);
	put_string(&s, value);
	out_sheet(o, &s, IN_CSV);
	sheet_free(&s);
}

static void fact(struct out *o, const char *key, const char *label, const char *value)
{
	out_line(o, " %-12s %s", label, value);
	fact_data(o, key, value);
}

static void fact_u64(struct out *o, const char *key, u64 value)
{
	struct sheet s = SHEET(NULL, fact_columns);

	out_u64(o, key, value);
	put_string(&s, key);
	put_u64(&s, value);
	out_sheet(o, &s, IN_CSV);
	sheet_free(&s);
}

/* A number for programs, and for people what its bits are called. */
static void fact_bits(struct out *o, const char *key, const char *label, u64 bits,
		      const char *text)
{
	char buf[32];

	out_line(o, " %-12s %s", label, text);
	snprintf(buf, sizeof(buf), "0x%llx", bits);
	fact_data(o, key, buf);
}

/* What a TD may know of itself; an old TDX module tells less. */
static void show_td(struct out *o, const struct info *info)
{
	char buf[256];

	if (info->has & BIT(CVMSTAT_A_INFO_PLATFORM_BITS)) {
		fact_bits(o, "platform_bits", "attributes", info->platform_bits,
			  td_attributes_text(info->platform_bits, buf, sizeof(buf)));
		out_line(o, " %-12s %s", "PMU",
			 info->platform_bits >> TD_ATTRIBUTE_PERFMON & 1 ?
			 "attribute PERFMON: its counters are the guest's" :
			 "none: it takes attribute PERFMON, which is the host's to set");
	}
	if (info->has & BIT(CVMSTAT_A_INFO_TD_CTLS)) {
		fact_bits(o, "td_ctls", "TD_CTLS", info->td_ctls,
			  td_ctls_text(info->td_ctls, buf, sizeof(buf)));
		out_line(o, " %-12s %s", "",
			 info->td_ctls >> TD_CTLS_REDUCE_VE & 1 ?
			 "the TDX module answers most CPUID leaves, without #VE" :
			 "without REDUCE_VE some CPUID leaves are a #VE, and no exit");
	}
	if (info->has & BIT(CVMSTAT_A_INFO_TDX_MODULE))
		fact(o, "tdx_module", "TDX module", info->tdx_module);
}

static void show_module(struct out *o, const struct snapshot *s)
{
	const struct info *info = &s->info;
	char buf[256], size[32];

	snprintf(buf, sizeof(buf), "%s", platform_name(info->platform));
	if (info->has & BIT(CVMSTAT_A_INFO_VMPL))
		snprintf(buf, sizeof(buf), "%s, VMPL%u", platform_name(info->platform),
			 info->vmpl);
	out_line(o, " %-12s %s", "platform", buf);
	fact_data(o, "platform", platform_key(info->platform));
	if (info->platform == CVMSTAT_PLATFORM_TDX) {
		show_td(o, info);
	} else if (info->has & BIT(CVMSTAT_A_INFO_PLATFORM_BITS)) {
		snprintf(buf, sizeof(buf), "0x%llx", info->platform_bits);
		fact(o, "platform_bits", "SEV_STATUS", buf);
	}
	if (info->has & BIT(CVMSTAT_A_INFO_HINTS))
		fact(o, "hints", "hints", info->hints ?
		     hints_text(info->hints, buf, sizeof(buf)) : "none");
	fact(o, "kernel", "kernel", info->kernel);
	fact(o, "module", "module", info->version);
	snprintf(buf, sizeof(buf), "0x%llx", info->generation);
	fact(o, "generation", "generation", buf);
	out_line(o, " %-12s %u online of %u possible", "CPUs", info->online_cpus,
		 info->possible_cpus);
	fact_u64(o, "online_cpus", info->online_cpus);
	fact_u64(o, "possible_cpus", info->possible_cpus);
	out_line(o, " %-12s %s for %u details and %u RIPs a CPU", "memory",
		 bytes_text(info->memory, size, sizeof(size)), info->detail_slots,
		 info->rip_slots);
	fact_u64(o, "memory", info->memory);
	fact_u64(o, "detail_slots", info->detail_slots);
	fact_u64(o, "rip_slots", info->rip_slots);
	fact_u64(o, "tsc_khz", info->tsc_khz);
	if (info->has & BIT(CVMSTAT_A_INFO_VMPL))
		fact_u64(o, "vmpl", info->vmpl);
	if (s->unknown)
		out_line(o, " %-12s the module is newer: %u attributes are unknown here", "note",
			 s->unknown);
	fact_u64(o, "unknown_attributes", s->unknown);
}

/* Since the module's load; a module that does not tell is not one that saw none. */
static void show_bounces(struct out *o, const struct snapshot *s)
{
	u64 failed = snapshot_sum(s, &parts[PART_BOUNCES], CVMSTAT_A_AROUND_FAILED, 0, 0);
	char num[32];

	if (!snapshot_any(s, &parts[PART_BOUNCES], BIT(CVMSTAT_A_AROUND_FAILED))) {
		fact_data(o, "bounce_failed", NULL);
		return;
	}
	if (failed)
		out_line(o, " %-12s %s mappings found no place in the bounce buffer since the load",
			 "full", grouped(failed, num, sizeof(num)));
	fact_u64(o, "bounce_failed", failed);
}

static const struct column idle_columns[] = {
	{ "state", NULL, IN_JSON, SHOW_PLAIN },
	{ "name", "idle state", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "polling", NULL, IN_JSON, SHOW_PLAIN },
	{ "routine", "what it does", IN_TEXT | IN_JSON | COL_TRUNC, SHOW_PLAIN },
	{ "exit", "an exit", IN_TEXT | IN_JSON, SHOW_PLAIN },
};

/* What an idle CPU does, and whether that is known to be an exit. */
static void show_idle(struct out *o, const struct snapshot *s)
{
	struct sheet sheet = SHEET("idle", idle_columns);
	bool told = snapshot_any(s, &parts[PART_IDLES], BIT(CVMSTAT_A_AROUND_IDLE_EXIT));

	put_records(&sheet, &parts[PART_IDLES], s, 1);
	if (told)
		out_line(o, "\n What idle CPUs did since the load");
	out_sheet(o, &sheet, told ? IN_TEXT | IN_JSON : IN_JSON);
	sheet_free(&sheet);
}

static void show_config(struct out *o, const struct snapshot *s)
{
	const struct config *c = &s->config;
	char buf[256];

	if (s->lacking & WANT(CONFIG))
		return;
	classes_text(c->classes, " ", buf, sizeof(buf));
	fact(o, "counting", "counting", buf);
	fact(o, "details", "details", c->details ? "on" : "off");
	fact(o, "rips", "RIPs", c->rips ? "on" : "off");
	fact(o, "latency", "latency", c->latency ? "on" : "off");
	fact(o, "durations", "durations", c->durations ? "on" : "off");
}

static const struct column hook_columns[] = {
	{ "name", "hook", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "attached", "attached", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "symbol", "to", IN_TEXT | IN_JSON | COL_TRUNC, SHOW_PLAIN },
	{ "classes", "classes", IN_TEXT | IN_JSON | COL_SPARE, SHOW_PLAIN },
	{ "hits", "hits", IN_TEXT | IN_JSON | COL_RIGHT, SHOW_GROUPED },
	{ "missed", "missed", IN_TEXT | IN_JSON | COL_RIGHT, SHOW_GROUPED },
	{ "proven", "proven", IN_TEXT | IN_JSON | COL_SPARE, SHOW_PLAIN },
	{ "provenance", "figures", IN_TEXT | IN_JSON | COL_SPARE, SHOW_PLAIN },
	{ "asides", NULL, IN_JSON, SHOW_PLAIN },
	{ "reason", NULL, IN_JSON, SHOW_PLAIN },
};

static void show_unattached(struct out *o, const struct snapshot *s)
{
	const struct hook *hook;
	char *text;
	size_t i;

	for (i = 0; i < s->hooks.n; i++) {
		hook = &s->hooks.v[i];
		if (hook->reason[0]) {
			text = xasprintf("%s%s: %s", hook->name,
					 hook->backend ? "" : " is not attached", hook->reason);
			out_paragraph(o, text, 1);
			free(text);
		}
		if (hook->asides) {
			text = xasprintf("%s stood aside %llu times while CPUs came online",
					 hook->name, hook->asides);
			out_paragraph(o, text, 1);
			free(text);
		}
	}
}

static void show_hooks(struct out *o, const struct snapshot *s)
{
	struct sheet sheet = SHEET("hooks", hook_columns);

	put_records(&sheet, &parts[PART_HOOKS], s, 1);
	if (s->hooks.n)
		out_line(o, "\n How it counts");
	out_sheet(o, &sheet, IN_TEXT | IN_JSON);
	show_unattached(o, s);
	sheet_free(&sheet);
}

static const struct column gap_columns[] = {
	{ "class", "class", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "code", NULL, IN_JSON, SHOW_PLAIN },
	{ "reason", "reason", IN_TEXT | IN_JSON, SHOW_PLAIN },
	{ "why", "why", IN_TEXT | IN_JSON | COL_WRAP, SHOW_PLAIN },
};

static void show_gaps(struct out *o, const struct snapshot *s)
{
	struct sheet sheet = SHEET("gaps", gap_columns);
	char name[NAME_BYTES];
	const struct gap *g;
	size_t i;

	for (i = 0; i < s->gaps.n; i++) {
		g = &s->gaps.v[i];
		put_string(&sheet, class_name(g->class, name, sizeof(name)));
		if (g->has & BIT(CVMSTAT_A_GAP_CODE)) {
			put_hex(&sheet, g->code);
			put_string(&sheet, reason_name(g->class, g->code, name, sizeof(name)));
		} else {
			put_none(&sheet);
			put_string(&sheet, "(all)");
		}
		put_string(&sheet, g->why);
	}
	if (s->gaps.n)
		out_line(o, "\n What cannot be counted in this guest");
	out_sheet(o, &sheet, IN_TEXT | IN_JSON);
	sheet_free(&sheet);
}

static const struct column setting_columns[] = {
	{ "key", "setting", IN_ALL, SHOW_PLAIN },
	{ "value", "value", IN_ALL, SHOW_PLAIN },
	{ "why", "why it matters", IN_TEXT | COL_WRAP | COL_SPARE, SHOW_PLAIN },
};

static void show_settings(struct out *o, const struct snapshot *s)
{
	struct sheet sheet = SHEET("settings", setting_columns);
	struct setting_vec all = { 0 };
	size_t i;

	settings_read(&all, s->info.platform);
	for (i = 0; i < all.n; i++) {
		put_string(&sheet, all.v[i].key);
		put_string(&sheet, all.v[i].value);
		put_string(&sheet, all.v[i].why);
	}
	settings_free(&all);
	out_line(o, "\n Settings that decide exits");
	out_sheet(o, &sheet, IN_ALL);
	sheet_free(&sheet);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct snapshot s = { 0 };
	struct out o = { 0 };
	struct family f;

	next_option(self, argc, argv, &o);
	no_arguments(argc, argv);
	family_need(&f);
	out_open(&o, stdout);
	snapshot_take(&f, &s, WANT_INFO, false);
	out_begin(&o, "info");
	show_module(&o, &s);
	show_bounces(&o, &s);
	show_config(&o, &s);
	show_hooks(&o, &s);
	show_gaps(&o, &s);
	show_idle(&o, &s);
	show_settings(&o, &s);
	out_end(&o);
	snapshot_free(&s);
	family_close(&f);
	out_close(&o);
	return ST_OK;
}

const struct command cmd_info = {
	.name = "info",
	.run = run,
	.summary = "platform, hooks, what cannot be counted, settings that matter",
	.args = "",
	.example = "cvmstat info",
};
