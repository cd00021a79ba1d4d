// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "family.h"
#include "snapshot.h"

/* In the order of asking: the totals first, then what explains them. */
static const struct {
	u8 cmd;
	bool dump;
	bool by_cpu;
} questions[] = {
	{ CVMSTAT_CMD_INFO, false, false },
	{ CVMSTAT_CMD_CONFIG_GET, false, false },
	{ CVMSTAT_CMD_GET, true, true },
	{ CVMSTAT_CMD_DETAIL_GET, true, true },
	{ CVMSTAT_CMD_RIP_GET, true, true },
	{ CVMSTAT_CMD_HIST_GET, true, true },
	{ CVMSTAT_CMD_BOUNCE_GET, true, true },
	{ CVMSTAT_CMD_IDLE_GET, true, true },
	{ CVMSTAT_CMD_HOOK_GET, true, false },
	{ CVMSTAT_CMD_GAP_GET, true, false },
};

/**
 * snapshot_try - ask the module for what it knows now
 * @f: the connection
 * @s: filled; what it held of the same commands is replaced
 * @want: bits WANT(command)
 * @per_cpu: one record for each CPU instead of their sum
 *
 * A command that the module does not know is noted in @s->lacking; every
 * other failure is in @f.
 */
bool snapshot_try(struct family *f, struct snapshot *s, u32 want, bool per_cpu)
{
	struct request rq = { 0 };
	size_t i;

	s->ns = stamp_ns();
	for (i = 0; i < ARRAY_SIZE(questions); i++) {
		if (!(want & BIT(questions[i].cmd)))
			continue;
		rq.cmd = questions[i].cmd;
		rq.dump = questions[i].dump;
		rq.per_cpu = per_cpu && questions[i].by_cpu;
		if (family_ask(f, &rq, s))
			continue;
		if (f->failure != FAIL_UNSUPPORTED)
			return false;
		s->lacking |= BIT(rq.cmd);
	}
	return true;
}

/**
 * snapshot_take - snapshot_try() that ends the program on failure
 */
void snapshot_take(struct family *f, struct snapshot *s, u32 want, bool per_cpu)
{
	if (!snapshot_try(f, s, want, per_cpu))
		family_die(f);
}

/**
 * snapshot_forget - drop what is held of one command
 */
void snapshot_forget(struct snapshot *s, u8 cmd)
{
	size_t *const used[CVMSTAT_CMD_MAX + 1] = {
		[CVMSTAT_CMD_GET] = &s->counts.n,
		[CVMSTAT_CMD_DETAIL_GET] = &s->details.n,
		[CVMSTAT_CMD_RIP_GET] = &s->rips.n,
		[CVMSTAT_CMD_HIST_GET] = &s->hists.n,
		[CVMSTAT_CMD_BOUNCE_GET] = &s->bounces.n,
		[CVMSTAT_CMD_IDLE_GET] = &s->idles.n,
		[CVMSTAT_CMD_HOOK_GET] = &s->hooks.n,
		[CVMSTAT_CMD_GAP_GET] = &s->gaps.n,
		[CVMSTAT_CMD_NTF] = &s->events.n,
	};

	if (cmd <= CVMSTAT_CMD_MAX && used[cmd])
		*used[cmd] = 0;
}

void snapshot_free(struct snapshot *s)
{
	free(s->counts.v);
	free(s->details.v);
	free(s->rips.v);
	free(s->hists.v);
	free(s->bounces.v);
	free(s->idles.v);
	free(s->hooks.v);
	free(s->gaps.v);
	free(s->events.v);
	*s = (struct snapshot){ 0 };
}
