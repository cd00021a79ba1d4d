// SPDX-License-Identifier: GPL-2.0
/* The tables, one a kind, as one. */
#include <linux/cache.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "cause.h"

u32 cause_platform __ro_after_init;

static const struct cause * const tables[] = {
	causes_insn,
	causes_io,
	causes_apic,
	causes_cpu,
	causes_memory,
	causes_kvm,
	causes_sev,
	causes_svsm,
	causes_tdx,
};

/**
 * cause_init() - find out what this guest is
 *
 * Context: a module's initialisation, before anything else of the library.
 */
void __init cause_init(void)
{
	cause_platform = cvm_platform_detect();
}

/**
 * cause_find() - the cause of a name in one table
 * @table: ends with an entry without a name
 * @name: its name
 *
 * Return: the cause, or NULL.
 */
const struct cause *cause_find(const struct cause *table, const char *name)
{
	for (; table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}

/**
 * cause_named() - the cause of a name
 * @name: its name
 *
 * Return: the cause, or NULL.
 */
const struct cause *cause_named(const char *name)
{
	const struct cause *cause = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables) && !cause; i++)
		cause = cause_find(tables[i], name);
	return cause;
}

/**
 * cause_benchmark() - the causes that are micro-benchmarks, by number
 * @index: from 0
 *
 * Return: the cause, or NULL if there are not so many.
 */
const struct cause *cause_benchmark(u32 index)
{
	const struct cause *cause;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(tables); i++)
		for (cause = tables[i]; cause->name; cause++)
			if (cause->what && !index--)
				return cause;
	return NULL;
}

static const char *not_here(u32 platforms)
{
	return platforms == CVM_ON_TDX ? "not a TDX guest" :
					 "not an SEV-ES or SEV-SNP guest";
}

/**
 * cause_why_not() - why a cause is impossible on this CPU now
 * @cause: the cause
 *
 * Context: process; may itself exit.
 * Return: a text, or NULL if it is possible.
 */
const char *cause_why_not(const struct cause *cause)
{
	const char *why = cause->why_not ? cause->why_not() : NULL;

	if (!why && cause->platforms && !cause_on(cause->platforms))
		why = not_here(cause->platforms);
	return why;
}

/**
 * cause_twin() - the cause that makes the same request without a trap
 * @cause: the cause
 *
 * Return: the cause, or NULL if there is none on this platform.
 */
const struct cause *cause_twin(const struct cause *cause)
{
	const struct cause *twin = cause->twin ? cause_named(cause->twin) : NULL;

	return twin && cause_on(twin->platforms) ? twin : NULL;
}

/**
 * cause_exits_in_vc() - is it one #VC, of which the handler makes the VMGEXIT?
 * @cause: the cause
 *
 * What waits for other CPUs has exits of its own and of theirs, or, if the other one
 * is just awake, none.
 */
bool cause_exits_in_vc(const struct cause *cause)
{
	const struct cause_expect *e;

	if (cause->sleeps || cause->timed)
		return false;
	for (e = cause->expect; e->platforms; e++)
		if (cause_on(e->platforms) && e->n == 2 &&
		    e->reason[0].class == CVMSTAT_CLASS_VC &&
		    e->reason[1].class == CVMSTAT_CLASS_VMGEXIT)
			return true;
	return false;
}

/**
 * cause_take_page() - a page whose state may be changed
 * @env: gets its address in @env->value
 *
 * Return: 0 or -errno.
 */
int cause_take_page(struct cause_env *env)
{
	env->value = __get_free_page(GFP_KERNEL);
	return env->value ? 0 : -ENOMEM;
}

/**
 * cause_give_page_back() - undo cause_take_page()
 * @env: of a cause
 */
void cause_give_page_back(struct cause_env *env)
{
	free_page(env->value);
}
