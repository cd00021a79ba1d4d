// SPDX-License-Identifier: GPL-2.0
/* A snapshot is one request, or its parts one after the other. */
#include "counts/settle.h"
#include "wire/take.h"

/* In the order of asking: the totals first, then what explains them. */
static const struct {
	u8 cmd;
	bool dump;
	bool by_cpu;
	u32 part;
} questions[] = {
	{ CVMSTAT_CMD_INFO, false, false, CVMSTAT_PARTS_INFO },
	{ CVMSTAT_CMD_CONFIG_GET, false, false, CVMSTAT_PARTS_CONFIG },
	{ CVMSTAT_CMD_GET, true, true, CVMSTAT_PARTS_COUNTS },
	{ CVMSTAT_CMD_DETAIL_GET, true, true, CVMSTAT_PARTS_DETAILS },
	{ CVMSTAT_CMD_RIP_GET, true, true, CVMSTAT_PARTS_RIPS },
	{ CVMSTAT_CMD_HIST_GET, true, true, CVMSTAT_PARTS_HISTS },
	{ CVMSTAT_CMD_BOUNCE_GET, true, true, CVMSTAT_PARTS_BOUNCES },
	{ CVMSTAT_CMD_IDLE_GET, true, true, CVMSTAT_PARTS_IDLE },
	{ CVMSTAT_CMD_HOOK_GET, true, false, CVMSTAT_PARTS_HOOKS },
	{ CVMSTAT_CMD_GAP_GET, true, false, CVMSTAT_PARTS_GAPS },
};

/* An older module does not send the totals again by itself. */
static bool ask_again(struct family *f, struct snapshot *s, bool per_cpu)
{
	struct request rq = { .cmd = CVMSTAT_CMD_GET, .dump = true, .per_cpu = per_cpu };
	struct record_vec first = s->counts;
	bool ok;

	s->counts = (struct record_vec){ 0 };
	ok = family_ask(f, &rq, s);
	s->recounts = s->counts;
	s->counts = first;
	if (ok)
		snapshot_settle(s);
	return ok;
}

/* Each part by a command of its own: for a module that knows no other way. */
static bool ask_parts(struct family *f, struct snapshot *s, u32 want, bool per_cpu)
{
	struct request rq = { 0 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(questions); i++) {
		if (!(want & BIT(questions[i].cmd)))
			continue;
		rq.cmd = questions[i].cmd;
		rq.dump = questions[i].dump;
		rq.per_cpu = per_cpu && questions[i].by_cpu;
		if (family_ask(f, &rq, s)) {
			if (rq.cmd == CVMSTAT_CMD_DETAIL_GET && want & WANT(GET) &&
			    !ask_again(f, s, per_cpu))
				return false;
			continue;
		}
		if (f->failure != FAIL_UNSUPPORTED)
			return false;
		s->lacking |= BIT(rq.cmd);
	}
	return true;
}

static bool ask_whole(struct family *f, struct snapshot *s, u32 want, bool per_cpu)
{
	struct request rq = { .cmd = CVMSTAT_CMD_SNAPSHOT, .dump = true, .per_cpu = per_cpu };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(questions); i++)
		if (want & BIT(questions[i].cmd))
			rq.parts |= questions[i].part;
	if (!family_ask(f, &rq, s))
		return false;
	if (want & WANT(GET) && want & WANT(DETAIL_GET))
		snapshot_settle(s);
	return true;
}

/**
 * snapshot_try - ask the module for what it knows now
 * @f: the connection
 * @s: filled; what it held before is replaced
 * @want: bits WANT(command)
 * @per_cpu: one record for each CPU instead of their sum
 *
 * A command that the module does not know is noted in @s->lacking; every
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
 */
void snapshot_take(struct family *f, struct snapshot *s, u32 want, bool per_cpu)
{
	if (!snapshot_try(f, s, want, per_cpu))
		family_die(f);
}
