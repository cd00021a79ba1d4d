// SPDX-License-Identifier: GPL-2.0
/* The hook of a kernel that counts its exits itself. */
#include <linux/errno.h>
#include <linux/string.h>

#include "count/patched.h"
#include "hooks.h"
#include "platform.h"

static u64 hits(const struct cvm_hook *hook)
{
	return cvm_patched_hits();
}

static u64 missed(const struct cvm_hook *hook)
{
	return cvm_patched_missed();
}

static int attach(struct cvm_hook *hook)
{
	int ret = cvm_patched_start();

	if (ret == -EPROTO)
		strscpy(hook->why, "another version of the kernel's counters",
			sizeof(hook->why));
	if (ret)
		return ret;
	hook->classes = cvm_patched_classes();
	return 0;
}

static void detach(struct cvm_hook *hook)
{
	cvm_patched_stop();
}

static const struct cvm_backend patched = {
	.kind = CVMSTAT_BACKEND_PATCHED,
	.attach = attach,
	.detach = detach,
	.hits = hits,
	.missed = missed,
};

static const struct cvm_hook_desc hooks[] = {
	{
		.name = "kernel",
		.platforms = CVM_ON_SEV | CVM_ON_TDX,
		.optional = true,
		.points = { { &patched, "cvm_exits_get" } },
	},
};

const struct cvm_hook_list cvm_kernel_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
};
