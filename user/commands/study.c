// SPDX-License-Identifier: GPL-2.0
/* cvmstat study: workloads in variants of a guest, reboots included. */
#include <stdlib.h>

#include "commands/command.h"
#include "study/perform.h"

struct options {
	struct out out;
	const char *db;
	struct peer peer;
	bool left;
};

enum { OPT_DB = OPT_OWN, OPT_PEER, OPT_PEER_RUN, OPT_LEFT };

static const struct opt opts[] = {
	{ OPT_PEER, "peer", "HOST", "where the other half of a workload runs; else loopback" },
	{ OPT_PEER_RUN, "peer-run", "CMD", "runs a shell there; 'ssh HOST' if not given" },
	{ OPT_LEFT, "left", NULL, "say what is left, and record nothing" },
	{ OPT_DB, "db", "FILE", "the database" },
};

static void parse_options(const struct command *self, int argc, char **argv, struct options *o)
{
	int opt;

	while ((opt = next_option(self, argc, argv, &o->out)) != -1) {
		switch (opt) {
		case OPT_PEER:
			o->peer.host = optarg;
			break;
		case OPT_PEER_RUN:
			o->peer.run = optarg;
			break;
		case OPT_LEFT:
			o->left = true;
			break;
		case OPT_DB:
			o->db = optarg;
			break;
		}
	}
	if (argc - optind != 1)
		die(ST_FAIL, "study needs one FILE; see cvmstat help study");
	if (o->peer.run && !o->peer.host)
		die(ST_FAIL, "--peer-run needs --peer");
	if (o->peer.host && !o->peer.run)
		o->peer.run = xasprintf("ssh %s", o->peer.host);
}

static void say_kept(const struct run *r, void *to)
{
	struct out *o = to;

	out_line(o, "  run of %s: %.3f s, kept as %s", r->name, (double)r->ns / NSEC_PER_SEC,
		 r->uuid);
	fflush(o->f);
}

/* Before anything runs: a study that stops in its middle for a missing program is a nuisance. */
static void need_workloads(const struct plan *p, const struct peer *peer)
{
	char *why;
	size_t i;

	for (i = 0; i < p->workloads.n; i++) {
		why = workload_needs(&p->workloads.v[i], peer);
		if (why)
			die(ST_FAIL, "workload %s: %s", p->workloads.v[i].name,
			    *why ? why : "it cannot run here");
	}
}

/* The first task that can be done now; NULL if a reboot is needed, or none is left. */
static const struct task *next_task(const struct plan *p, struct store *s,
				    const struct progress *g)
{
	size_t i;

	for (i = 0; i < g->tasks.n && g->tasks.v[i].block == g->tasks.v[0].block; i++)
		if (task_possible(p, s, &g->tasks.v[i]))
			return &g->tasks.v[i];
	return NULL;
}

static void say_task(struct out *o, const struct task *t)
{
	out_line(o, "block %u, %s, %s: %llu run%s", t->block, t->variant->name, t->workload->name,
		 t->left, t->left == 1 ? "" : "s");
	fflush(o->f);
}

/* Return: the status of what failed, or 0. */
static int perform(struct options *o, const struct plan *p, struct store *s, struct progress *g)
{
	const struct task *t;
	int status = 0;

	while (!status && (t = next_task(p, s, g))) {
		say_task(&o->out, t);
		status = task_perform(p, s, t, &o->peer, say_kept, &o->out);
		free(g->tasks.v);
		progress_find(g, p, s);
	}
	return status;
}

static const struct column columns[] = {
	{ "block", "block", COL_NUMBER, SHOW_PLAIN },
	{ "variant", "variant", IN_ALL, SHOW_PLAIN },
	{ "workload", "workload", IN_ALL, SHOW_PLAIN },
	{ "left", "runs left", COL_NUMBER, SHOW_PLAIN },
};

static void show_left(struct out *o, const struct progress *g)
{
	struct sheet s = SHEET("tasks", columns);
	const struct task *t;

	for (t = g->tasks.v; t < g->tasks.v + g->tasks.n; t++) {
		put_u64(&s, t->block);
		put_string(&s, t->variant->name);
		put_string(&s, t->workload->name);
		put_u64(&s, t->left);
	}
	out_sheet(o, &s, IN_ALL);
	sheet_free(&s);
}

static void say_next(struct out *o, const struct plan *p, const struct progress *g)
{
	const struct task *t = g->tasks.v;

	out_string(o, "next_boot", t->variant->boot);
	out_line(o, "\n Next: boot with %s%s%s on the kernel's command line%s,",
		 *t->variant->boot ? "'" : "none of the study's words", t->variant->boot,
		 *t->variant->boot ? "'" : "",
		 variant_booted(p, t->variant) ? ", as it is, but anew" : "");
	out_line(o, " then give the same command again.");
}

static void show(struct options *o, const struct plan *p, const struct progress *g, bool reboot)
{
	struct out *out = &o->out;

	out_begin(out, "study");
	out_string(out, "study", p->name);
	out_string(out, "path", o->peer.host ?: "loopback");
	out_u64(out, "runs", g->all);
	out_u64(out, "left", g->left);
	if (g->left && o->left)
		show_left(out, g);
	out_line(out, " %s: %llu of %llu runs are recorded%s", p->name, g->all - g->left, g->all,
		 o->peer.host ? "" : "; workloads with two halves ran over loopback");
	if (g->left && reboot)
		say_next(out, p, g);
	else
		out_null(out, "next_boot");
	if (!g->left)
		out_line(out, " All is done: cvmstat compare %s%s,variant=%s %s%s,variant=%s",
			 "study=", p->name, p->variants.v[0].name, "study=", p->name,
			 p->variants.v[1].name);
	out_end(out);
}

static int run(const struct command *self, int argc, char **argv)
{
	struct options o = { 0 };
	struct progress g;
	struct store *s;
	struct plan p;
	int status = 0;
	bool reboot;

	parse_options(self, argc, argv, &o);
	plan_read(&p, argv[optind]);
	o.out.stream = true;
	out_open(&o.out, stdout);
	s = store_open(o.db, OPEN_WRITE);
	progress_find(&g, &p, s);
	if (!o.left && g.left) {
		need_workloads(&p, &o.peer);
		status = perform(&o, &p, s, &g);
	}
	reboot = g.left && !next_task(&p, s, &g);
	show(&o, &p, &g, reboot);
	free(g.tasks.v);
	plan_free(&p);
	store_close(s);
	out_close(&o.out);
	return status;
}

const struct command cmd_study = {
	.name = "study",
	.run = run,
	.summary = "record workloads in variants of a guest, reboots included",
	.args = "FILE",
	.opts = opts,
	.nopts = ARRAY_SIZE(opts),
	.more =
		"FILE names workloads and variants; see cvmstat(8). What can be done as the guest was\n"
		"booted is done, and what it has to be booted with next is said. Given again after a\n"
		"reboot or an interruption, the command goes on where it was.",
	.example = "cvmstat study polling.study --peer 192.0.2.1",
};
