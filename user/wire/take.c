// SPDX-License-Identifier: GPL-2.0
/* A snapshot is one request, or its parts one after the other. */
#include "counts/parts.h"
#include "counts/settle.h"
#include "wire/take.h"

static bool ask_part(struct family *f, struct snapshot *s, const struct part *p, bool per_cpu)
{
	struct request rq = { .cmd = p->cmd, .dump = p->dump };

	if (per_cpu)
		rq.per_cpu = p->per_cpu;
	return family_ask(f, &rq, s);
}

/* An older module does not send the totals again by itself. */
static bool ask_again(struct family *f, struct snapshot *s, bool per_cpu)
{
	struct record_vec first = s->counts;
	bool ok;

	s->counts = (struct record_vec){ 0 };
	ok = ask_part(f, s, &parts[PART_COUNTS], per_cpu);
	s->recounts = s->counts;
	s->counts = first;
	if (ok)
		snapshot_settle(s);
	return ok;
}

/*
 * Each part by a command of its own: for a module that knows no other way. One that
 * has none came later than that.
 */
static bool ask_parts(struct family *f, struct snapshot *s, u32 want, bool per_cpu)
{
	const struct part *p;

	for_each_part(p) {
		if (!(want & p->bit))
			continue;
		if (!p->cmd) {
			s->lacking |= p->bit;
			continue;
		}
		if (ask_part(f, s, p, per_cpu)) {
			if (p == &parts[PART_DETAILS] && want & WANT(COUNTS) &&
			    !ask_again(f, s, per_cpu))
				return false;
			continue;
		}
		if (f->failure != FAIL_UNSUPPORTED)
			return false;
		s->lacking |= p->bit;
	}
	return true;
}

static bool ask_whole(struct family *f, struct snapshot *s, u32 want, bool per_cpu)
{
	struct request rq = { .cmd = CVMSTAT_CMD_SNAPSHOT, .dump = true, .parts = want };

	if (per_cpu)
		rq.per_cpu = CVMSTAT_A_SNAPSHOT_PER_CPU;
	if (!family_ask(f, &rq, s))
		return false;
	if (want & WANT(COUNTS) && want & WANT(DETAILS))
		snapshot_settle(s);
	return true;
}

/**
 * snapshot_try - ask the module for what it knows now
 * @f: the connection
 * @s: filled; what it held before is replaced
 * @want: parts, bits of enum cvmstat_parts
 * @per_cpu: one record for each CPU instead of their sum
 *
 * A part that the module does not know is noted in @s->lacking; every
 * other failure is in @f.
 */
bool snapshot_try(struct family *f, struct snapshot *s, u32 want, bool per_cpu)
{
	s->ns = stamp_ns();
	if (!f->piecemeal) {
		if (ask_whole(f, s, want, per_cpu))
			return true;
		if (f->failure != FAIL_UNSUPPORTED)
			return false;
		f->piecemeal = true;
	}
	return ask_parts(f, s, want, per_cpu);
}

/**
 * snapshot_take - snapshot_try() that ends the program on failure
 *
 * A module that was loaded again is asked, and its generation tells.
 */
void snapshot_take(struct family *f, struct snapshot *s, u32 want, bool per_cpu)
{
	if (snapshot_try(f, s, want, per_cpu))
		return;
	if (f->failure == FAIL_NO_MODULE && family_again(f) && snapshot_try(f, s, want, per_cpu))
		return;
	if (f->failure == FAIL_NO_MODULE)
		f->failure = FAIL_GONE;
	family_die(f);
}
