// SPDX-License-Identifier: GPL-2.0
/* A page that changes hands: private to shared, and back. */
#include <linux/cc_platform.h>
#include <linux/mm.h>
#include <linux/set_memory.h>

#include "cause.h"

static const char *convert_why_not(void)
{
	return cc_platform_has(CC_ATTR_MEM_ENCRYPT) ?
		NULL : "memory is not encrypted: there is nothing to convert";
}

static void convert_once(struct cause_env *env)
{
	int ret = set_memory_decrypted(env->value, 1);

	if (!ret)
		ret = set_memory_encrypted(env->value, 1);
	if (ret)
		env->error = -EIO;
}

/* A page of which nobody knows whose it is, is not given back. */
static void convert_teardown(struct cause_env *env)
{
	if (!env->error)
		cause_give_page_back(env);
}

const struct cause causes_memory[] = {
	{
		.name = "page-convert",
		.what = "one page from private to shared and back",
		.flags = CVMSTAT_BENCH_NOISY,
		.sleeps = true,
		.max_iterations = 10000,
		.expect = {
			CAUSES(CVM_ON_SNP, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_PSC),
			CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_MAP_GPA),
			CAUSES(CVM_ON_TDX, CVMSTAT_CLASS_TDCALL, CVMSTAT_TDCALL_PAGE_ACCEPT),
		},
		.why_not = convert_why_not,
		.setup = cause_take_page,
		.once = convert_once,
		.teardown = convert_teardown,
	},
	{}
};
