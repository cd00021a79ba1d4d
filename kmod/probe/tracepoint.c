// SPDX-License-Identifier: GPL-2.0
/* Hooks by the kernel's tracepoints. */
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "tracepoint.h"

struct search {
	const char *name;
	struct tracepoint *found;
};

static void match(struct tracepoint *tp, void *arg)
{
	struct search *search = arg;

	if (!strcmp(tp->name, search->name))
		search->found = tp;
}

static void *probe_of(const struct cvm_hook *hook)
{
	return ((const struct cvm_tracepoint_point *)hook->point->how)->probe;
}

static int attach(struct cvm_hook *hook)
{
	struct search search = { strchr(hook->point->symbol, ':') + 1 };

	for_each_kernel_tracepoint(match, &search);
	if (!search.found)
		return -ENOENT;
	hook->state = search.found;
	return tracepoint_probe_register(search.found, probe_of(hook), hook);
}

static void detach(struct cvm_hook *hook)
{
	tracepoint_probe_unregister(hook->state, probe_of(hook), hook);
}

const struct cvm_backend cvm_tracepoint = {
	.kind = CVMSTAT_BACKEND_TRACEPOINT,
	.attach = attach,
	.detach = detach,
};
