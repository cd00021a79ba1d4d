// SPDX-License-Identifier: GPL-2.0
#include "counts/trouble.h"

static const struct {
	u32 bit;
	const char *text;
	const char *brief;
} troubles[] = {
	{ TROUBLE_RELOADED, "the module was reloaded during the run: counts are since the reload",
	  "(reloaded)" },
	{ TROUBLE_CPUS, "a CPU went away or came during the run", "(CPUs changed)" },
	{ TROUBLE_BACKWARDS, "a counter fell during the run: it is counted from zero", NULL },
	{ TROUBLE_CONFIG, "what is counted was changed during the run", "(settings changed)" },
	{ TROUBLE_HOOKS,
	  "a hook was switched off or on during the run: what it feeds is of a part of it",
	  "(hooks changed)" },
	/* Which, and how many, is said of each hook. */
	{ TROUBLE_MISSED, NULL, "(hits missed)" },
	{ TROUBLE_ASIDE,
	  "a hook stood aside while a CPU came online (cvmstat info says which): its counts are low",
	  "(hook aside)" },
};

/**
 * trouble_text - the lines for a set of troubles, one after the other
 * @trouble: bits of enum trouble
 * @i: from 0 on
 *
 * Return: the line, NULL behind the last one.
 */
const char *trouble_text(u32 trouble, size_t i)
{
	size_t at;

	for (at = 0; at < ARRAY_SIZE(troubles); at++)
		if (trouble & troubles[at].bit && troubles[at].text && !i--)
			return troubles[at].text;
	return NULL;
}

/* Where there is no room for a line: the worst of them, "" if it needs none. */
const char *trouble_brief(u32 trouble)
{
	size_t at;

	for (at = 0; at < ARRAY_SIZE(troubles); at++)
		if (trouble & troubles[at].bit && troubles[at].brief)
			return troubles[at].brief;
	return "";
}
