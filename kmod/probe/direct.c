// SPDX-License-Identifier: GPL-2.0
/* Hooks by ftrace's direct calls. */
#include <linux/errno.h>
#include <linux/string.h>

#include "direct.h"
#include "probes.h"

#ifdef CVM_HAVE_DIRECT_CALLS

static const struct cvm_direct_point *how_of(const struct cvm_hook *hook)
{
	return hook->point->how;
}

static unsigned long trampoline_of(const struct cvm_hook *hook)
{
	return (unsigned long)how_of(hook)->trampoline;
}

/* Who has a function's direct call can only be told so. */
static int attach(struct cvm_hook *hook)
{
	struct cvm_direct *direct = how_of(hook)->direct;
	unsigned long ip;
	int ret;

	ret = cvm_probe_ask(hook->point->symbol, &ip);
	if (ret)
		return ret;
	direct->id = hook->id;
	/* ftrace_free_filter() leaves what it has freed. */
	memset(&direct->fops, 0, sizeof(direct->fops));
	direct->fops.flags = FTRACE_OPS_FL_PERMANENT;
	ret = ftrace_set_filter_ip(&direct->fops, ip, 0, 1);
	if (ret)
		return ret == -EINVAL ? -ENXIO : ret;
	ret = register_ftrace_direct(&direct->fops, trampoline_of(hook));
	if (ret)
		ftrace_free_filter(&direct->fops);
	if (ret == -EBUSY)
		strscpy(hook->why, "no direct call: another program's has this function",
			sizeof(hook->why));
	return ret;
}

static void detach(struct cvm_hook *hook)
{
	unregister_ftrace_direct(&how_of(hook)->direct->fops,
				 trampoline_of(hook), true);
}

#else

static int attach(struct cvm_hook *hook)
{
	return -ENXIO;
}

static void detach(struct cvm_hook *hook)
{
}

#endif /* CVM_HAVE_DIRECT_CALLS */

const struct cvm_backend cvm_direct = {
	.kind = CVMSTAT_BACKEND_DIRECT,
	.has_rips = true,
	.attach = attach,
	.detach = detach,
};
