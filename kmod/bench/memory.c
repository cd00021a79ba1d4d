// SPDX-License-Identifier: GPL-2.0
/* A page that changes hands: private to shared, and back. */
#include <linux/cc_platform.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/set_memory.h>

#include "bench.h"

static const char *convert_why_not(void)
{
	return cc_platform_has(CC_ATTR_MEM_ENCRYPT) ?
		NULL : "memory is not encrypted: there is nothing to convert";
}

static int convert_setup(struct bench_env *env)
{
	env->value = __get_free_page(GFP_KERNEL);
	return env->value ? 0 : -ENOMEM;
}

static void convert_once(struct bench_env *env)
{
	int ret = set_memory_decrypted(env->value, 1);

	if (!ret)
		ret = set_memory_encrypted(env->value, 1);
	if (ret)
		env->error = -EIO;
}

/* A page of which nobody knows whose it is, is not given back. */
static void convert_teardown(struct bench_env *env)
{
	if (!env->error)
		free_page(env->value);
}

const struct bench_trigger bench_memory_triggers[] = {
	{
		.name = "page-convert",
		.what = "one page from private to shared and back",
		.flags = CVMSTAT_BENCH_NOISY,
		.sleeps = true,
		.max_iterations = 10000,
		.expect = {
			BENCH_CAUSES(CVM_ON_SNP, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_PSC),
			BENCH_CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_MAP_GPA),
			BENCH_CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDCALL, CVMSTAT_TDCALL_PAGE_ACCEPT),
		},
		.why_not = convert_why_not,
		.setup = convert_setup,
		.once = convert_once,
		.teardown = convert_teardown,
	},
	{}
};
