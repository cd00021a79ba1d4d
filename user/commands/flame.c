// SPDX-License-Identifier: GPL-2.0
/* cvmstat flame: a flame graph of exits. */
#include <errno.h>
#include <stdlib.h>

#include <linux/cvmstat_codes.h>

#include "base/format.h"
#include "commands/command.h"
#include "flame/draw.h"
#include "flame/sampler.h"
#include "guest/workload.h"
#include "names/kallsyms.h"
#include "names/maps.h"
#include "names/names.h"
#include "wire/family.h"

/* Between two looks at the rings, and how many make one at what was mapped. */
#define LOOK_NS (50 * 1000000ULL)
#define LOOKS 20

struct options {
	struct out out;
	struct workload load;
	bool system;
	bool folded;
	bool by_time;
	bool idle;
	u64 period;
	const char *event;
	char title[160];
};

enum { OPT_BY = OPT_OWN, OPT_EVENT, OPT_FOLDED, OPT_IDLE };

static const struct opt opts[] = {
	{ 'a', "all-cpus", NULL, "all of the guest, not the command alone" },
	{ 'p', "pid", "PID", "until the process PID ends" },
	{ 'c', "count", "N", "take one of N events" },
	{ OPT_EVENT, "event", "WHAT", "exit, trap or call" },
	{ OPT_BY, "by", "WHAT", "width by count, or by the time that traps took" },
	{ OPT_IDLE, "idle", NULL, "idle CPUs, too" },
	{ OPT_FOLDED, "folded", NULL, "stacks as lines, for flamegraph.pl and speedscope" },
};

/* What an event is of, and what its events are called. */
static const struct {
	const char *name;
	enum kind_of_class kind;
	const char *title, *unit;
} events[] = {
	{ "exit", KIND_EXIT, "Exits", "exits" },
	{ "trap", KIND_TRAP, "Traps", "traps" },
	{ "call", KIND_CALL, "Module calls", "calls" },
	{ "done", KIND_TRAP, "Time in traps", NULL },
};

static size_t find_event(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (streq(events[i].name, name))
			return i;
	return 0;
}

static void one_option(int opt, struct options *o)
{
	switch (opt) {
	case 'a':
		o->system = true;
		break;
	case 'p':
		o->load.pid = pid_option(optarg);
		break;
	case 'c':
		o->period = number_option(optarg, "-c", 1, 1000000000);
		break;
	case OPT_EVENT:
		o->event = optarg;
		if (!streq(optarg, "exit") && !streq(optarg, "trap") && !streq(optarg, "call"))
			die(ST_FAIL, "--event needs exit, trap or call, not '%s'", optarg);
		break;
	case OPT_BY:
		o->by_time = streq(optarg, "time");
		if (!o->by_time && !streq(optarg, "count"))
			die(ST_FAIL, "--by needs count or time, not '%s'", optarg);
		break;
	case OPT_IDLE:
		o->idle = true;
		break;
	case OPT_FOLDED:
		o->folded = true;
		break;
	}
}

static void parse_options(const struct command *self, int argc, char **argv, struct options *o)
{
	int opt;

	while ((opt = next_option(self, argc, argv, &o->out)) != -1)
		one_option(opt, o);
	if (optind < argc)
		o->load.argv = argv + optind;
	if (o->out.format != OUT_TEXT)
		die(ST_FAIL, "a flame graph is SVG; its stacks are given by --folded");
	if (o->load.argv && o->load.pid)
		die(ST_FAIL, "-p and a command exclude each other");
	if (o->system && o->load.pid)
		die(ST_FAIL, "-p and -a exclude each other");
	if (o->event && o->by_time)
		die(ST_FAIL, "--by time is of traps; it excludes --event");
	if (!o->load.argv && !o->load.pid)
		o->system = true;
	if (!o->out.path)
		o->out.path = o->folded ? "flame.folded" : "flame.svg";
	o->event = o->by_time ? "done" : o->event ?: "exit";
	workload_title(&o->load, o->title, sizeof(o->title));
}

static void find_tracepoint(const struct options *o, struct sampler *s)
{
	switch (tracepoint_find(o->event, &s->event)) {
	case 0:
		return;
	case -ENODEV:
		die(ST_FAIL, "there is no tracefs: mount -t tracefs none /sys/kernel/tracing");
	case -EACCES:
		die(ST_PERM,
		    "tracepoints are in tracefs, which is root's: mount -o remount,gid=GROUP,mode=0750 /sys/kernel/tracing gives it to a group");
	default:
		die(ST_NOMODULE, "the loaded module has no tracepoint cvmstat:%s%s", o->event,
		    o->by_time ? ", which tells times" : "");
	}
}

static enum perf_scope scope_of(const struct options *o)
{
	return o->system ? PERF_SYSTEM : o->load.pid ? PERF_PROCESS : PERF_CHILD;
}

static void sample(struct options *o, struct sampler *s)
{
	enum perf_scope scope = scope_of(o);
	unsigned int looks = 0;
	enum wake wake;

	maps_start(o->load.pid);
	if (o->system)
		maps_read_all();
	workload_prepare(&o->load);
	sampler_open(s, scope, o->load.pid ? o->load.pid : o->load.child);
	sampler_start(s, scope);
	workload_go(&o->load);
	do {
		wake = workload_wait(&o->load, now_ns() + LOOK_NS);
		sampler_collect(s);
		if (++looks % LOOKS == 0)
			maps_collect();
	} while (wake == WAKE_TIME);
	sampler_stop(s);
	maps_stop();
}

static void note(struct picture *p, char *text)
{
	p->notes[p->nnotes++] = text;
}

static char *total_text(const struct options *o, const struct sampler *s, const char *unit)
{
	char number[64];

	if (unit)
		plural(s->weight, unit, number, sizeof(number));
	else
		time_text((double)s->weight, number, sizeof(number));
	if (o->period == 1)
		return xstrdup(number);
	return xasprintf("about %s, by one of %llu", number, o->period);
}

/* What did not come, and what is not shown. */
static void put_notes(const struct sampler *s, struct picture *p)
{
	char buf[160], number[32];
	const char *problem;

	if (s->idle && p->unit)
		note(p, xasprintf("not shown: %s of idle CPUs (--idle)",
				  plural(s->idle, p->unit, number, sizeof(number))));
	else if (s->idle)
		note(p, xasprintf("not shown: %s of idle CPUs (--idle)",
				  time_text((double)s->idle, number, sizeof(number))));
	if (s->lost[LOSS_MODULE])
		note(p, xasprintf("the module left %s out while it told of others",
				  plural(s->lost[LOSS_MODULE], "events", number, sizeof(number))));
	if (s->lost[LOSS_ROOM])
		note(p, xasprintf("%s had stacks that there is no room for",
				  plural(s->lost[LOSS_ROOM], "samples", number, sizeof(number))));
	if (s->lost[LOSS_FORM])
		note(p, xasprintf("%s could not be read",
				  plural(s->lost[LOSS_FORM], "samples", number, sizeof(number))));
	if (!kallsyms_named())
		note(p, xstrdup("kernel addresses have names only with CAP_SYSLOG"));
	problem = maps_problem(buf, sizeof(buf));
	if (problem)
		note(p, xstrdup(problem));
}

static u64 all_lost(const struct sampler *s)
{
	u64 sum = 0;
	size_t i;

	for (i = 0; i < LOSSES; i++)
		sum = sat_add(sum, s->lost[i]);
	return sum;
}

static void draw(const struct options *o, struct sampler *s, struct picture *p)
{
	struct pool pool = { 0 };

	p->tree = frames_build(&s->stacks, "all", o->folded ? UNNAMED_ADDRESS : UNNAMED_FILE,
			       &pool);
	if (o->folded)
		draw_folded(o->out.f, p->tree);
	else
		draw_svg(o->out.f, p);
	pool_free(&pool);
}

/* What is drawn, as soon as that is kept. */
static void say(const char *path, struct picture *p)
{
	size_t i;

	fprintf(stderr, "%s%s%s\n", path ? path : "", path ? ": " : "", p->title);
	for (i = 0; i < p->nnotes; i++) {
		warn("%s", p->notes[i]);
		free(p->notes[i]);
	}
}

static void finish(struct options *o, struct sampler *s)
{
	size_t which = find_event(o->event);
	char *total = total_text(o, s, events[which].unit), lost[32];
	char *title = xasprintf("%s of %s%s: %s, %s lost", events[which].title,
				o->system ? "the guest during " : "", o->title, total,
				grouped(all_lost(s), lost, sizeof(lost)));
	struct picture p = { .title = title, .unit = events[which].unit };

	put_notes(s, &p);
	draw(o, s, &p);
	out_close(&o->out);
	say(o->out.path, &p);
	free(title);
	free(total);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options o = { .period = 1 };
	struct sampler s = { 0 };
	struct family f;

	parse_options(self, argc, argv, &o);
	family_need(&f);
	family_close(&f);
	find_tracepoint(&o, &s);
	s.classes = kind_classes(events[find_event(o.event)].kind);
	s.period = o.period;
	s.by_time = o.by_time;
	s.with_idle = o.idle;
	/* Before anything runs in vain; and names of places, which cost exits. */
	out_open(&o.out, stdout);
	o.load.taken = !o.out.path;
	details_learn();
	sample(&o, &s);
	finish(&o, &s);
	sampler_free(&s);
	return o.load.status;
}

const struct command cmd_flame = {
	.name = "flame",
	.run = run,
	.summary = "a flame graph of exits: which code makes them, called by what",
	.args = "[-p PID | -a] [[--] COMMAND...]",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.words = true,
	.more =
		"Without a command or a process it samples the guest until Ctrl-C. The picture is one\n"
		"file of SVG, flame.svg without -o, with what did not come in its title. A frame is a\n"
		"function, its width the exits that came of it; on top is the reason.",
	.one_format = true,
	.example = "cvmstat flame -o redis.svg -- redis-benchmark -t set -n 20000 -q",
};
