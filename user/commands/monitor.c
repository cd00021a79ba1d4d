// SPDX-License-Identifier: GPL-2.0
/* cvmstat monitor: announcements of the module as they come. */
#include <signal.h>
#include <time.h>

#include "commands/command.h"
#include "counts/keep.h"
#include "names/names.h"
#include "out/record.h"
#include "wire/take.h"

static const struct opt opts[] = {
	{ 'n', "number", "COUNT", "end after COUNT announcements" },
};

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static const struct column columns[] = {
	{ "time", NULL, IN_DATA, SHOW_PLAIN },
	{ "announcement", NULL, IN_DATA, SHOW_PLAIN },
	{ "generation", NULL, IN_DATA, SHOW_PLAIN },
	{ "hook", NULL, IN_DATA, SHOW_PLAIN },
	{ "classes", NULL, IN_DATA, SHOW_PLAIN },
	{ "details", NULL, IN_DATA, SHOW_PLAIN },
	{ "rips", NULL, IN_DATA, SHOW_PLAIN },
	{ "latency", NULL, IN_DATA, SHOW_PLAIN },
	{ "durations", NULL, IN_DATA, SHOW_PLAIN },
};

static void text_event(struct out *o, const char *when, const struct event *e)
{
	char line[512], classes[256];
	size_t at;

	at = (size_t)snprintf(line, sizeof(line), "%s  %s", when,
			      announcement_name(e->announcement));
	if (e->has & BIT(CVMSTAT_A_EVENT_HOOK))
		at += (size_t)snprintf(line + at, sizeof(line) - at, " %s", e->hook);
	if (e->has & BIT(CVMSTAT_A_EVENT_GENERATION))
		at += (size_t)snprintf(line + at, sizeof(line) - at, "  generation 0x%llx",
				       e->generation);
	if (e->has & BIT(CVMSTAT_A_EVENT_CLASSES))
		snprintf(line + at, sizeof(line) - at,
			 "  classes %s, details %s, rips %s, latency %s, durations %s",
			 classes_text(e->classes, ",", classes, sizeof(classes)),
			 e->details ? "on" : "off", e->rips ? "on" : "off",
			 e->latency ? "on" : "off", e->durations ? "on" : "off");
	out_line(o, "%s", line);
}

static void show(struct out *o, const struct event *e)
{
	struct sheet s = SHEET("announcements", columns);
	time_t now = time(NULL);
	struct tm tm;
	char when[32];

	localtime_r(&now, &tm);
	strftime(when, sizeof(when), "%FT%T%z", &tm);
	put_string(&s, when);
	put_record(&s, &parts[PART_EVENTS], e, 1);
	out_begin(o, "monitor");
	text_event(o, when, e);
	out_sheet(o, &s, IN_DATA);
	out_end(o);
	sheet_free(&s);
}

/*
 * A module that is loaded again announces itself before anyone can listen to
 * its new group: its generation tells it as well.
 */
static void joined_again(struct family *f, struct snapshot *s)
{
	struct event e = { .announcement = CVMSTAT_ANNOUNCEMENT_LOAD };
	struct family ask;

	family_listen(f);
	if (!family_open(&ask))
		return;
	/* It may be gone again: then its announcements say so. */
	if (snapshot_try(&ask, s, WANT(INFO), false)) {
		e.has = BIT(CVMSTAT_A_EVENT_GENERATION);
		e.generation = s->info.generation;
		*event_push(&s->events) = e;
	}
	family_close(&ask);
}

static bool said_already(const struct event *e, u64 *loaded)
{
	bool again;

	if (e->announcement != CVMSTAT_ANNOUNCEMENT_LOAD)
		return false;
	again = e->generation == *loaded;
	*loaded = e->generation;
	return again;
}

static void monitor(struct family *f, struct out *o, u64 limit, const sigset_t *mask)
{
	struct snapshot s = { 0 };
	u64 shown = 0, loaded = 0;
	size_t i;

	while (!stopped && shown < limit) {
		snapshot_forget(&s, CVMSTAT_CMD_NTF);
		family_wait(f, &s, mask);
		if (f->arrived)
			joined_again(f, &s);
		for (i = 0; i < s.events.n && shown < limit; i++) {
			if (said_already(&s.events.v[i], &loaded))
				continue;
			show(o, &s.events.v[i]);
			shown++;
		}
	}
	snapshot_free(&s);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct sigaction action = { .sa_handler = stop };
	struct out o = { .stream = true };
	sigset_t ends, mask;
	struct family f;
	u64 limit = U64_MAX;
	int opt;

	while ((opt = next_option(self, argc, argv, &o)) != -1)
		limit = number_option(optarg, "-n", 1, U64_MAX);
	no_arguments(argc, argv);
	family_need(&f);
	out_open(&o, stdout);
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, &mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	family_listen(&f);
	monitor(&f, &o, limit, &mask);
	family_close(&f);
	out_close(&o);
	return ST_OK;
}

const struct command cmd_monitor = {
	.name = "monitor",
	.run = run,
	.summary = "announcements of the module as they come",
	.args = "",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.more =
		"Announced are a load and an unload of the module, a change of what is counted, and the\n"
		"loss of a hook.",
	.example = "cvmstat monitor -n 1",
};
