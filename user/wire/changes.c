// SPDX-License-Identifier: GPL-2.0
/*
 * Two snapshots tell what was changed from one to the other. What was switched off
 * and on again in between is in none of them: the module announces it.
 */
#include "counts/keep.h"
#include "counts/trouble.h"
#include "wire/changes.h"

/**
 * changes_begin - listen from now on
 * @c: filled; who may not listen knows of no change that was taken back
 */
void changes_begin(struct changes *c)
{
	c->heard = family_open(&c->family) && family_join(&c->family) && c->family.announces;
}

/**
 * changes_take - what was announced since the last time goes into a window
 * @c: who listens
 * @d: difference of the window, whose later snapshot is taken
 *
 * A change is announced before the next one is made, so that one that was taken
 * back has been heard of.
 */
void changes_take(struct changes *c, struct snapshot *d)
{
	struct snapshot said = { 0 };
	const struct event *e;
	bool all;

	if (!c->heard)
		return;
	all = family_heard(&c->family, &said);
	/* A module that was loaded again has another group. */
	if (c->family.arrived)
		c->heard = family_join(&c->family) && c->family.announces;
	/* What nobody heard may have been anything. */
	if (!all) {
		d->trouble |= TROUBLE_CONFIG;
		d->partly = classes_fed(d);
	}
	for (e = said.events.v; e < said.events.v + said.events.n; e++) {
		if (e->announcement != CVMSTAT_ANNOUNCEMENT_CONFIG ||
		    e->generation != d->info.generation)
			continue;
		d->trouble |= TROUBLE_CONFIG;
		d->partly |= e->classes ^ d->config.classes;
	}
	snapshot_free(&said);
}

void changes_end(struct changes *c)
{
	family_close(&c->family);
}
