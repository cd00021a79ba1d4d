// SPDX-License-Identifier: GPL-2.0
/* cvmstat top: exits as they happen. */
#include "commands/command.h"
#include "counts/diff.h"
#include "counts/keep.h"
#include "guest/whose.h"
#include "names/kallsyms.h"
#include "names/maps.h"
#include "names/names.h"
#include "names/place.h"
#include "names/purpose.h"
#include "names/sym.h"
#include "top/term.h"
#include "top/top.h"
#include "wire/take.h"

/* After a change of view, so that the screen is not empty for long. */
#define FIRST_DELAY_MS 500

static const struct opt opts[] = {
	{ 'd', "delay", "SECONDS", "time between two looks, 0.1 to 60; 2 without it" },
};

/* From the first sample of RIPs on: when they are shown, processes may be gone. */
static void track_processes(struct top *t)
{
	if (!t->tracking && !(views[t->view].want & WANT(RIPS)))
		return;
	if (!t->tracking) {
		maps_start(0);
		maps_read_all();
	}
	t->tracking = true;
	sym_forget();
	maps_forget();
	maps_collect();
	kallsyms_refresh();
}

/* Of what is not counted there is no total that a task could have a part of. */
static void choose_masks(struct top *t)
{
	const struct config *c = &t->before.config;
	u32 on = c->has & BIT(CVMSTAT_A_CONFIG_CLASSES) ? c->classes : -1U;
	u32 masks[WHO_COUNTS] = {
		[WHO_EXITS] = kind_classes(KIND_EXIT) & on,
		[WHO_TRAPS] = kind_classes(KIND_TRAP) & on,
	};

	if (memcmp(masks, t->crowd.masks, sizeof(masks)))
		crowd_free(&t->crowd);
	memcpy(t->crowd.masks, masks, sizeof(masks));
}

/* Of a view by tasks: what each of them did since the last sample. */
static void sample_crowd(struct top *t)
{
	const struct view *v = &views[t->view];

	if (!v->see || !t->before.ns)
		crowd_free(&t->crowd);
	t->has_pmu = whose_type(&t->crowd.type);
	if (!v->see || !t->has_pmu)
		return;
	choose_masks(t);
	v->see(&t->crowd);
	crowd_collect(&t->crowd);
}

/* The window since the last sample; a module that went away is waited for. */
static void sample(struct top *t)
{
	const struct view *v = &views[t->view];
	struct snapshot now = { 0 };

	if (!t->connected)
		t->connected = family_open(&t->family);
	if (!t->connected)
		return;
	sample_crowd(t);
	if (!snapshot_try(&t->family, &now, v->want, v->per_cpu)) {
		if (t->family.failure == FAIL_NO_PERMISSION)
			family_die(&t->family);
		snprintf(t->problem, sizeof(t->problem), "waiting for the module: %s",
			 t->family.text);
		family_close(&t->family);
		t->connected = false;
		crowd_free(&t->crowd);
		snapshot_free(&now);
		return;
	}
	track_processes(t);
	place_refresh();
	snapshot_free(&t->d);
	if (t->before.ns)
		snapshot_diff(&t->before, &now, &t->d);
	details_complete(&t->d);
	purposes_add_up(&t->d);
	snapshot_free(&t->before);
	t->before = now;
}

static void watch(struct top *t)
{
	u64 next, now;
	int key, wait_ms;

	sample(t);
	while (!t->quit) {
		top_draw(t);
		next = now_ns() + (u64)t->delay_ms * 1000000;
		if (!t->d.ns && t->delay_ms > FIRST_DELAY_MS)
			next = now_ns() + FIRST_DELAY_MS * 1000000ULL;
		do {
			now = now_ns();
			wait_ms = now < next ? (int)((next - now) / 1000000) : 0;
			key = term_key(wait_ms);
			if (key == KEY_NOTHING)
				break;
			top_key(t, key);
			if (!t->before.ns)
				sample(t);
			top_draw(t);
		} while (!t->quit);
		if (!t->quit)
			sample(t);
	}
}

static int run(const struct command *self, int argc, char **argv)
{
	struct top t = { .delay_ms = 2000 };
	struct out o = { 0 };
	int opt;

	while ((opt = next_option(self, argc, argv, &o)) != -1)
		if (!top_delay(&t, optarg))
			die(ST_FAIL, "-d needs seconds from %.1f to %d, not '%s'",
			    MIN_DELAY_MS / 1000.0, MAX_DELAY_MS / 1000, optarg);
	no_arguments(argc, argv);
	if (o.format != OUT_TEXT || o.path)
		die(ST_FAIL, "top is for a terminal; for a file use cvmstat stat -I");
	family_need(&t.family);
	t.connected = true;
	details_learn();
	term_open(!o.no_color);
	watch(&t);
	term_close();
	maps_stop();
	crowd_free(&t.crowd);
	snapshot_free(&t.before);
	snapshot_free(&t.d);
	if (t.connected)
		family_close(&t.family);
	return ST_OK;
}

const struct command cmd_top = {
	.name = "top",
	.run = run,
	.summary = "exits as they happen, by reason, purpose, CPU, detail, code, process or cgroup",
	.args = "",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.more = top_keys_help,
	.one_format = true,
	.no_file = true,
	.example = "cvmstat top -d 0.5",
};
