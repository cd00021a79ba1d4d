// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "counts/order.h"
#include "guest/whose.h"
#include "names/kallsyms.h"
#include "names/names.h"
#include "names/sym.h"
#include "out/reasons.h"
#include "top/views.h"

static double seconds(const struct snapshot *d)
{
	return d->ns ? (double)d->ns / NSEC_PER_SEC : 1;
}

/* Events of one kind of class in a second. */
double kind_rate(const struct snapshot *d, unsigned int kind)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < d->counts.n; i++)
		if (class_kind(d->counts.v[i].class) == kind)
			sum += (double)record_count(&d->counts.v[i]);
	return sum / seconds(d);
}

static int count_compare(const void *a, const void *b)
{
	const struct record *x = *(const struct record *const *)a;
	const struct record *y = *(const struct record *const *)b;

	if (record_count(x) != record_count(y))
		return record_count(x) > record_count(y) ? -1 : 1;
	return record_compare(x, y);
}

/* Pointers to records, the most frequent first. */
static const struct record **by_count(const struct record_vec *vec)
{
	const struct record **order = xcalloc(vec->n + 1, sizeof(struct record *));
	size_t i;

	for (i = 0; i < vec->n; i++)
		order[i] = &vec->v[i];
	qsort(order, vec->n, sizeof(struct record *), count_compare);
	return order;
}

static void set_columns(struct sheet *s, struct column *cols, const struct column *from,
			size_t n)
{
	memcpy(cols, from, n * sizeof(*cols));
	s->cols = cols;
	s->ncols = n;
}

static void fill_entries(const struct snapshot *d, struct sheet *s, struct column *cols,
			 void (*build)(struct entries *e, const struct window *w))
{
	struct window w = { 0 };
	struct entries e;

	window_add(&w, d);
	build(&e, &w);
	reasons_sheet(s, cols, &e, false);
	entries_free(&e);
	window_reset(&w);
}

static void fill_reasons(const struct snapshot *d, struct sheet *s, struct column *cols)
{
	fill_entries(d, s, cols, entries_build);
}

static void fill_purposes(const struct snapshot *d, struct sheet *s, struct column *cols)
{
	fill_entries(d, s, cols, entries_by_purpose);
}

static void put_rate(struct sheet *s, const struct snapshot *d, const struct record *r)
{
	put_u64(s, record_count(r));
	put_real(s, (double)record_count(r) / seconds(d));
}

static void put_reason(struct sheet *s, const struct record *r)
{
	char name[NAME_BYTES];

	put_string(s, kind_name(class_kind(r->class)));
	put_string(s, loss_label(r, name, sizeof(name)));
}

static void fill_details(const struct snapshot *d, struct sheet *s, struct column *cols)
{
	static const struct column columns[] = {
		{ NULL, "count", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
		{ NULL, "/s", IN_TEXT | COL_RIGHT, SHOW_RATE },
		{ NULL, "class", IN_TEXT, SHOW_PLAIN },
		{ NULL, "reason", IN_TEXT, SHOW_PLAIN },
		{ NULL, "detail", IN_TEXT | COL_TRUNC, SHOW_PLAIN },
	};
	const struct record **order = by_count(&d->details);
	char name[NAME_BYTES];
	size_t i;

	set_columns(s, cols, columns, ARRAY_SIZE(columns));
	for (i = 0; i < d->details.n; i++) {
		put_rate(s, d, order[i]);
		put_reason(s, order[i]);
		put_string(s, detail_label(order[i], name, sizeof(name)));
	}
	free(order);
}

static void fill_rips(const struct snapshot *d, struct sheet *s, struct column *cols)
{
	static const struct column columns[] = {
		{ NULL, "count", IN_TEXT | COL_RIGHT, SHOW_GROUPED },
		{ NULL, "/s", IN_TEXT | COL_RIGHT, SHOW_RATE },
		{ NULL, "class", IN_TEXT, SHOW_PLAIN },
		{ NULL, "reason", IN_TEXT, SHOW_PLAIN },
		{ NULL, "process", IN_TEXT, SHOW_PLAIN },
		{ NULL, "code", IN_TEXT | COL_TRUNC, SHOW_PLAIN },
	};
	const struct record **order = by_count(&d->rips);
	char name[512], process[80];
	size_t i;

	set_columns(s, cols, columns, ARRAY_SIZE(columns));
	for (i = 0; i < d->rips.n; i++) {
		put_rate(s, d, order[i]);
		put_reason(s, order[i]);
		if (!(order[i]->has & BIT(CVMSTAT_A_COUNT_RIP))) {
			put_string(s, "");
			put_string(s, "(table full)");
		} else if (order[i]->user) {
			put_string(s, sym_process(order[i]->tgid, process, sizeof(process)));
			put_string(s, sym_user(order[i]->tgid, order[i]->rip, name, sizeof(name)));
		} else {
			put_string(s, "kernel");
			put_string(s, kallsyms_name(order[i]->rip, name, sizeof(name)));
		}
	}
	free(order);
}

/* What one CPU did. */
struct cpu {
	double kinds[KIND_COUNT];
	const struct record *top;
};

static struct cpu *sum_cpus(const struct snapshot *d, u32 *n)
{
	const struct record *r;
	struct cpu *cpus;
	size_t i;

	*n = d->info.possible_cpus;
	for (i = 0; i < d->counts.n; i++)
		if (d->counts.v[i].cpu >= *n && d->counts.v[i].cpu < 65536)
			*n = d->counts.v[i].cpu + 1;
	cpus = xcalloc(*n + 1, sizeof(*cpus));
	for (i = 0; i < d->counts.n; i++) {
		r = &d->counts.v[i];
		if (r->cpu >= *n)
			continue;
		cpus[r->cpu].kinds[class_kind(r->class)] += (double)record_count(r);
		if (class_kind(r->class) == KIND_EXIT &&
		    (!cpus[r->cpu].top || record_count(r) > record_count(cpus[r->cpu].top)))
			cpus[r->cpu].top = r;
	}
	return cpus;
}

static void fill_cpus(const struct snapshot *d, struct sheet *s, struct column *cols)
{
	static const struct column columns[] = {
		{ NULL, "cpu", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
		{ NULL, "exits/s", IN_TEXT | COL_RIGHT, SHOW_RATE },
		{ NULL, "share", IN_TEXT | COL_RIGHT, SHOW_PERCENT },
		{ NULL, "traps/s", IN_TEXT | COL_RIGHT, SHOW_RATE },
		{ NULL, "calls/s", IN_TEXT | COL_RIGHT, SHOW_RATE },
		{ NULL, "most frequent", IN_TEXT | COL_TRUNC, SHOW_PLAIN },
	};
	double exits = kind_rate(d, KIND_EXIT);
	char name[NAME_BYTES];
	struct cpu *cpus;
	u32 n, i;

	cpus = sum_cpus(d, &n);
	set_columns(s, cols, columns, ARRAY_SIZE(columns));
	for (i = 0; i < n; i++) {
		put_u64(s, i);
		put_real(s, cpus[i].kinds[KIND_EXIT] / seconds(d));
		if (exits > 0)
			put_real(s, cpus[i].kinds[KIND_EXIT] / seconds(d) / exits);
		else
			put_none(s);
		put_real(s, cpus[i].kinds[KIND_TRAP] / seconds(d));
		put_real(s, cpus[i].kinds[KIND_CALL] / seconds(d));
		if (cpus[i].top)
			put_string(s, reason_label(cpus[i].top->class, record_has_code(cpus[i].top),
						   cpus[i].top->code, name, sizeof(name)));
		else
			put_none(s);
	}
	free(cpus);
}

/* Those that did most come first. */
static int who_compare(const struct who *x, const struct who *y)
{
	u64 ex = who_count(x, WHO_EXITS), ey = who_count(y, WHO_EXITS);
	u64 tx = who_count(x, WHO_TRAPS), ty = who_count(y, WHO_TRAPS);

	if (ex != ey)
		return ex > ey ? -1 : 1;
	if (tx != ty)
		return tx > ty ? -1 : 1;
	return x->pid != y->pid ? (x->pid > y->pid) - (x->pid < y->pid) : strcmp(x->name, y->name);
}

/**
 * struct ranked - where one stands
 * @who: it
 * @top: the control group that it is in, which is not in another one; else itself
 */
struct ranked {
	const struct who *who, *top;
};

/* What is in another one follows it, though it may have more of the same: it is read later. */
static int ranked_compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->top != y->top)
		return who_compare(x->top, y->top);
	if (x->who == x->top || y->who == y->top)
		return (y->who == y->top) - (x->who == x->top);
	return who_compare(x->who, y->who);
}

static const struct who *find_top(const struct crowd *c, const struct who *w)
{
	size_t len = strcspn(w->name, "/"), i;

	for (i = 0; !w->pid && w->name[len] && i < c->v.n; i++)
		if (strlen(c->v.v[i].name) == len && !strncmp(c->v.v[i].name, w->name, len))
			return &c->v.v[i];
	return w;
}

static void put_rest(struct sheet *s, const struct snapshot *d, double exits, double traps,
		     const char *whose)
{
	put_none(s);
	put_real(s, exits > 0 ? exits / seconds(d) : 0);
	put_share(s, exits > 0 ? exits / seconds(d) : 0, kind_rate(d, KIND_EXIT));
	put_real(s, traps > 0 ? traps / seconds(d) : 0);
	put_string(s, whose);
}

/* What cannot be counted is not nothing. */
static void put_who(struct sheet *s, const struct snapshot *d, const struct who *w)
{
	u64 exits, traps;

	put_u64(s, (u64)w->pid);
	if (whose_window(&w->counters[WHO_EXITS], &exits)) {
		put_real(s, (double)exits / seconds(d));
		put_share(s, (double)exits / seconds(d), kind_rate(d, KIND_EXIT));
	} else {
		put_none(s);
		put_none(s);
	}
	if (whose_window(&w->counters[WHO_TRAPS], &traps))
		put_real(s, (double)traps / seconds(d));
	else
		put_none(s);
	put_string(s, w->name);
}

/* All of them, and what is left: what is in another one is in its figures. */
static void fill_crowd(const struct snapshot *d, const struct crowd *c, struct sheet *s,
		       struct column *cols, const char *whose)
{
	static const struct column columns[] = {
		{ NULL, "pid", IN_TEXT | COL_RIGHT, SHOW_PLAIN },
		{ NULL, "exits/s", IN_TEXT | COL_RIGHT, SHOW_RATE },
		{ NULL, "share", IN_TEXT | COL_RIGHT, SHOW_PERCENT },
		{ NULL, "traps/s", IN_TEXT | COL_RIGHT, SHOW_RATE },
		{ NULL, "process", IN_TEXT | COL_TRUNC, SHOW_PLAIN },
	};
	struct ranked *order = xcalloc(c->v.n + 1, sizeof(*order)), *r;
	double exits = kind_rate(d, KIND_EXIT) * seconds(d);
	double traps = kind_rate(d, KIND_TRAP) * seconds(d);
	size_t i;

	set_columns(s, cols, columns, ARRAY_SIZE(columns));
	for (i = 0; i < c->v.n; i++) {
		r = &order[i];
		*r = (struct ranked){ &c->v.v[i], find_top(c, &c->v.v[i]) };
		if (r->who != r->top)
			continue;
		exits -= (double)who_count(r->who, WHO_EXITS);
		traps -= (double)who_count(r->who, WHO_TRAPS);
	}
	qsort(order, c->v.n, sizeof(*order), ranked_compare);
	put_rest(s, d, exits, traps, whose);
	for (i = 0; i < c->v.n; i++)
		put_who(s, d, order[i].who);
	free(order);
}

static void fill_processes(const struct snapshot *d, const struct crowd *c, struct sheet *s,
			   struct column *cols)
{
	fill_crowd(d, c, s, cols, "(idle CPUs, and who came and went)");
}

static void fill_cgroups(const struct snapshot *d, const struct crowd *c, struct sheet *s,
			 struct column *cols)
{
	fill_crowd(d, c, s, cols, "(idle CPUs, and who is in none)");
	cols[0].flags = 0;
	cols[4].title = "control group";
}

#define WANT_ALWAYS (WANT_BASICS | WANT(COUNTS) | WANT(BOUNCES))

const struct view views[VIEW_COUNT] = {
	{ .name = "reasons", .want = WANT_ALWAYS | WANT(DETAILS), .fill = fill_reasons },
	{ .name = "purposes", .want = WANT_ALWAYS | WANT(DETAILS), .fill = fill_purposes },
	{ .name = "cpus", .want = WANT_ALWAYS, .per_cpu = true, .fill = fill_cpus },
	{ .name = "details", .want = WANT_ALWAYS | WANT(DETAILS), .fill = fill_details },
	{ .name = "rips", .want = WANT_ALWAYS | WANT(RIPS), .fill = fill_rips },
	{ .name = "tasks", .want = WANT_ALWAYS, .see = crowd_processes,
	  .fill_crowd = fill_processes },
	{ .name = "cgroups", .want = WANT_ALWAYS, .see = crowd_cgroups,
	  .fill_crowd = fill_cgroups },
};
