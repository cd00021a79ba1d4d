// SPDX-License-Identifier: GPL-2.0
#include "base/format.h"
#include "counts/keep.h"
#include "counts/trouble.h"
#include "names/names.h"
#include "out/notes.h"

const struct column note_columns[NOTE_COLUMNS] = { { "text", NULL, IN_JSON, SHOW_PLAIN } };

static void put_troubles(struct sheet *s, u32 trouble)
{
	const char *text;
	size_t i;

	for (i = 0; (text = trouble_text(trouble, i)); i++)
		put_string(s, text);
}

static void put_lacking(struct sheet *s, u32 lacking)
{
	const struct part *p;
	char text[80];

	for_each_part(p) {
		if (!(lacking & p->bit) || !p->lacks)
			continue;
		snprintf(text, sizeof(text), "this module %s", p->lacks);
		put_string(s, text);
	}
}

/* What a hook that sees nothing would feed: the empty text for one that nobody misses. */
static const char *fed_by(const struct hook *h, char *buf, size_t size)
{
	const struct part *p;

	if (h->classes)
		return classes_text(h->classes, ", ", buf, size);
	for_each_part(p)
		if (part_has_hook(p, h))
			return p->feeds;
	return "";
}

static void put_missed(struct sheet *s, const struct hook *h)
{
	char text[512], feeds[256], num[32];

	if (!h->missed)
		return;
	snprintf(text, sizeof(text),
		 "the kernel dropped %s hits of hook %s: counts (%s) are low by as many",
		 grouped(h->missed, num, sizeof(num)), h->name, fed_by(h, feeds, sizeof(feeds)));
	put_string(s, text);
}

static void put_off(struct sheet *s, const struct hook *h)
{
	char text[768], feeds[256];
	const char *fed = fed_by(h, feeds, sizeof(feeds));

	if (h->backend != CVMSTAT_BACKEND_NONE || !fed[0])
		return;
	snprintf(text, sizeof(text), "hook %s is off (%s): what it would count (%s) is missing",
		 h->name, h->reason, fed);
	put_string(s, text);
}

/* Classes that would be counted here, and are not to be. */
u32 switched_off(const struct snapshot *d)
{
	if (!(d->config.has & BIT(CVMSTAT_A_CONFIG_CLASSES)) || d->lacking & WANT(HOOKS))
		return 0;
	return classes_fed(d) & ~d->config.classes;
}

void put_switched_off(struct sheet *s, const struct snapshot *d)
{
	char text[320], classes[256];

	if (!switched_off(d))
		return;
	snprintf(text, sizeof(text),
		 "not counted, as their classes are off: %s (cvmstat set classes)",
		 classes_text(switched_off(d), ", ", classes, sizeof(classes)));
	put_string(s, text);
}

static void put_settings(struct sheet *s, const struct snapshot *d)
{
	put_switched_off(s, d);
	if (d->config.has & BIT(CVMSTAT_A_CONFIG_DETAILS) && !d->config.details)
		put_string(s, "no details are kept (cvmstat set details on)");
}

/* Drivers try again or give up: copies that did not come about are nowhere else. */
static void put_bounce_full(struct sheet *s, const struct snapshot *sum)
{
	u64 failed = snapshot_sum(sum, &parts[PART_BOUNCES], CVMSTAT_A_AROUND_FAILED, 0, 0);
	char text[160], num[32];

	if (!failed)
		return;
	snprintf(text, sizeof(text),
		 "the bounce buffer was full: %s mappings failed; swiotlb= makes a larger one",
		 grouped(failed, num, sizeof(num)));
	put_string(s, text);
}

/* Which are low, as their classes were off for some time. */
static void put_partly(struct sheet *s, const struct snapshot *sum)
{
	u32 partly = sum->partly & classes_fed(sum);
	char text[320], classes[256];

	if (!partly)
		return;
	snprintf(text, sizeof(text), "counted in a part of the run only: %s",
		 classes_text(partly, ", ", classes, sizeof(classes)));
	put_string(s, text);
}

/**
 * put_notes - what happened that makes figures low
 * @s: a line for each
 * @sum: of the window: what its hooks did and what was bounced, if that was asked for
 * @trouble: bits of enum trouble
 */
void put_notes(struct sheet *s, const struct snapshot *sum, u32 trouble)
{
	size_t i;

	put_troubles(s, trouble);
	put_partly(s, sum);
	for (i = 0; i < sum->hooks.n; i++)
		put_missed(s, &sum->hooks.v[i]);
	put_bounce_full(s, sum);
}

/* What is not counted at all; one window after the other has it. */
void put_lasting_notes(struct sheet *s, const struct snapshot *d)
{
	size_t i;

	for (i = 0; i < d->hooks.n; i++)
		put_off(s, &d->hooks.v[i]);
	put_settings(s, d);
	put_lacking(s, d->lacking);
}

const char *note_at(const struct sheet *s, size_t i)
{
	return s->cells.v[i].string;
}
