// SPDX-License-Identifier: GPL-2.0
/* Hooks by kprobes, at one instruction or at many. */
#include <linux/errno.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "kprobe.h"
#include "optimise.h"
#include "probes.h"

#define MAX_SITES	32

/**
 * struct probes - the kprobes of one hook
 * @n: how many there are
 * @probe: the probes
 */
struct probes {
	unsigned int n;
	struct cvm_probe probe[];
};

static int probe_add(const struct cvm_hook *hook, struct cvm_probe *probe,
		     void *addr)
{
	const struct cvm_kprobe_point *how = hook->point->how;

	memset(probe, 0, sizeof(*probe));
	probe->id = hook->id;
	probe->kp.pre_handler = how->handler;
	if (addr)
		probe->kp.addr = addr;
	else
		probe->kp.symbol_name = hook->point->symbol;
	return how->fixups ? cvm_optimise_add(&probe->kp)
			   : cvm_probe_add(&probe->kp);
}

static void detach(struct cvm_hook *hook)
{
	struct probes *probes = hook->state;
	unsigned int i;

	for (i = 0; i < probes->n; i++)
		cvm_probe_remove(&probes->probe[i].kp);
}

static void release(struct cvm_hook *hook)
{
	kfree(hook->state);
	hook->state = NULL;
}

/* As cheap a probe as can be had, and else one on the instruction itself. */
static int attach_site(const struct cvm_hook *hook, struct cvm_probe *probe,
		       const struct cvm_site *site)
{
	unsigned int i;
	int ret;

	for (i = 0; i < site->nr_earlier; i++) {
		ret = probe_add(hook, probe, site->earlier[i]);
		/* No instruction begins there; all else is no matter of the place. */
		if (ret != -EILSEQ)
			return ret;
	}
	return probe_add(hook, probe, site->addr);
}

/* All sites or none: half of them would count half of the events. */
static int attach_sites(struct cvm_hook *hook, const struct cvm_site *sites,
			int n)
{
	struct probes *probes;
	int i, ret;

	probes = kzalloc(struct_size(probes, probe, n), GFP_KERNEL);
	if (!probes)
		return -ENOMEM;
	hook->state = probes;
	for (i = 0; i < n; i++) {
		ret = attach_site(hook, &probes->probe[i], &sites[i]);
		if (ret) {
			detach(hook);
			cvm_probes_flush();
			release(hook);
			return ret;
		}
		probes->n++;
	}
	return 0;
}

static int find_sites(const struct cvm_point *point, struct cvm_site *sites)
{
	const struct cvm_kprobe_point *how = point->how;

	if (how->find)
		return how->find(point->symbol, how->callee, sites, MAX_SITES);
	sites[0] = (struct cvm_site){};
	return 1;
}

static int attach(struct cvm_hook *hook)
{
	struct cvm_site *sites;
	int ret;

	sites = kcalloc(MAX_SITES, sizeof(*sites), GFP_KERNEL);
	if (!sites)
		return -ENOMEM;
	ret = find_sites(hook->point, sites);
	if (ret >= 0)
		ret = attach_sites(hook, sites, ret);
	kfree(sites);
	return ret;
}

static int arm(struct cvm_hook *hook)
{
	struct probes *probes = hook->state;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < probes->n && !ret; i++)
		ret = enable_kprobe(&probes->probe[i].kp);
	return ret;
}

static int aside(struct cvm_hook *hook, bool aside)
{
	struct probes *probes = hook->state;
	unsigned int i;
	int ret = 0;

	for (i = 0; i < probes->n && !ret; i++)
		ret = aside ? disable_kprobe(&probes->probe[i].kp)
			    : enable_kprobe(&probes->probe[i].kp);
	return ret;
}

#define INT3	0xcc
#define JMP32	0xe9
#define CALL32	0xe8

/* The first byte tells: kprobes keeps its own flag where nobody can look. */
static u8 state_of(const struct cvm_probe *probe)
{
	u8 byte;

	if (copy_from_kernel_nofault(&byte, probe->kp.addr, 1))
		return CVMSTAT_BACKEND_NONE;
	switch (byte) {
	case INT3:
		return CVMSTAT_BACKEND_KPROBE;
	case JMP32:
		return CVMSTAT_BACKEND_OPTPROBE;
	case CALL32:
		if (probe->kp.flags & KPROBE_FLAG_FTRACE)
			return CVMSTAT_BACKEND_FTRACE;
	}
	return CVMSTAT_BACKEND_NONE;
}

/* Kprobes optimises with a delay. A hook is as good as its worst probe. */
static u8 state(const struct cvm_hook *hook)
{
	const struct probes *probes = hook->state;
	u8 worst = state_of(&probes->probe[0]);
	unsigned int i;

	for (i = 1; i < probes->n; i++)
		worst = min(worst, state_of(&probes->probe[i]));
	return worst;
}

static u64 missed(const struct cvm_hook *hook)
{
	const struct probes *probes = hook->state;
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < probes->n; i++)
		sum += probes->probe[i].kp.nmissed;
	return sum;
}

const struct cvm_backend cvm_kprobe = {
	.has_rips = true,
	.attach = attach,
	.arm = arm,
	.detach = detach,
	.free = release,
	.aside = aside,
	.state = state,
	.missed = missed,
};
