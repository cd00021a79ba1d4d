// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "counts/snapshot.h"

/**
 * snapshot_forget - drop what is held of one command
 */
void snapshot_forget(struct snapshot *s, u8 cmd)
{
	const struct {
		u8 cmd;
		size_t *n;
	} lists[] = {
		{ CVMSTAT_CMD_GET, &s->counts.n },
		{ CVMSTAT_CMD_DETAIL_GET, &s->details.n },
		{ CVMSTAT_CMD_SNAPSHOT, &s->recounts.n },
		{ CVMSTAT_CMD_RIP_GET, &s->rips.n },
		{ CVMSTAT_CMD_HIST_GET, &s->hists.n },
		{ CVMSTAT_CMD_BOUNCE_GET, &s->bounces.n },
		{ CVMSTAT_CMD_IDLE_GET, &s->idles.n },
		{ CVMSTAT_CMD_HOOK_GET, &s->hooks.n },
		{ CVMSTAT_CMD_GAP_GET, &s->gaps.n },
		{ CVMSTAT_CMD_NTF, &s->events.n },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lists); i++)
		if (lists[i].cmd == cmd ||
		    (cmd == CVMSTAT_CMD_SNAPSHOT && lists[i].cmd != CVMSTAT_CMD_NTF))
			*lists[i].n = 0;
}

void snapshot_free(struct snapshot *s)
{
	free(s->counts.v);
	free(s->details.v);
	free(s->recounts.v);
	free(s->rips.v);
	free(s->hists.v);
	free(s->bounces.v);
	free(s->idles.v);
	free(s->hooks.v);
	free(s->gaps.v);
	free(s->events.v);
	*s = (struct snapshot){ 0 };
}
