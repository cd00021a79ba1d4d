// SPDX-License-Identifier: GPL-2.0
/*
 * Trust nothing that was not seen to work: before any hook attaches, a kprobe
 * on a function of this module must fire; after that, one real CPUID, which
 * traps in every confidential guest and changes nothing, must be seen.
 */
#include <linux/errno.h>
#include <linux/kprobes.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <asm/cpuid/api.h>

#include "count/account.h"
#include "hooks/hooks.h"
#include "platform.h"
#include "probe/probes.h"
#include "selftest.h"

#define DUMMY_ARG	0x636d76737461UL

static unsigned long seen;

noinline unsigned long cvm_selftest_dummy(unsigned long arg);

/* Global, so that the compiler keeps the call as it is written. */
noinline unsigned long cvm_selftest_dummy(unsigned long arg)
{
	barrier();
	return arg + 1;
}

static int dummy_handler(struct kprobe *kp, struct pt_regs *regs)
{
	seen = regs->di;
	return 0;
}

static struct kprobe dummy_probe = {
	.addr = (kprobe_opcode_t *)cvm_selftest_dummy,
	.pre_handler = dummy_handler,
};

/**
 * cvm_selftest_backend() - do kprobes work here at all?
 *
 * Leaves a probe to be flushed with the first hooks', if they do.
 *
 * Return: 0 or -errno; why is in the log.
 */
int cvm_selftest_backend(void)
{
	int ret = cvm_probe_add_armed(&dummy_probe);

	if (ret) {
		pr_err("this kernel does not do kprobes (error %d), nothing can be counted\n",
		       ret);
		return -EOPNOTSUPP;
	}
	seen = 0;
	cvm_selftest_dummy(DUMMY_ARG);
	cvm_probe_remove(&dummy_probe);
	if (seen == DUMMY_ARG)
		return 0;
	cvm_probes_flush();
	pr_err("a kprobe was accepted and does not fire (debugfs: kprobes/enabled?)\n");
	return -EOPNOTSUPP;
}

/*
 * A leaf that not only traps but exits: on SNP one that the CPUID page alone
 * cannot answer (the APIC ID is in it), on TDX one of the hypervisor's.
 */
static u32 proof_leaf(void)
{
	return cvm_platform.id == CVMSTAT_PLATFORM_TDX ? 0x40000000 : 1;
}

/**
 * cvm_selftest_hooks() - note which hooks see one CPUID
 */
void cvm_selftest_hooks(void)
{
	u64 before[CVM_MAX_HOOKS];
	unsigned int i, eax, ebx, ecx, edx;

	for (i = 0; i < cvm_nr_hooks(); i++)
		before[i] = cvm_hook_total(cvm_hook_at(i));
	cpuid(proof_leaf(), &eax, &ebx, &ecx, &edx);
	for (i = 0; i < cvm_nr_hooks(); i++)
		if (cvm_hook_total(cvm_hook_at(i)) != before[i])
			cvm_hook_prove(i);
}
