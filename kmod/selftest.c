// SPDX-License-Identifier: GPL-2.0
/*
 * Trust nothing that was not seen to work: before any hook attaches, a kprobe
 * on a function of this module must fire; after that, one real CPUID, which
 * traps in every confidential guest and changes nothing, must be seen.
 */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kprobes.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/cpuid/api.h>

#include "config.h"
#include "hooks/hooks.h"
#include "probe/probes.h"
#include "selftest.h"
#include "sum.h"

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

/* What one CPUID is counted as, by the platform's classes. */
static const struct {
	u8 class;
	u32 code;
} proofs[] = {
	{ CVMSTAT_CLASS_VC, CVMSTAT_SVM_CPUID },
	{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_SVM_CPUID },
	{ CVMSTAT_CLASS_VE, CVMSTAT_VE_CPUID },
};

#define NR_PROOFS	ARRAY_SIZE(proofs)

static int add_proof(const struct cvm_record *rec, void *arg)
{
	u64 *n = arg;
	unsigned int i;

	for (i = 0; i < NR_PROOFS; i++)
		if (rec->class == proofs[i].class && rec->code == proofs[i].code &&
		    rec->has_detail && rec->detail == cvm_proof_leaf())
			n[i] += rec->n[0];
	return 0;
}

/* This CPU's counters of all proofs. */
static void count_proofs(u64 *n)
{
	memset(n, 0, NR_PROOFS * sizeof(*n));
	cvm_each_detail(smp_processor_id(), CVM_ALL_CLASSES, add_proof, n);
}

/* The hook that counts a class's proof: the first, as lists are in that order. */
static void prove(u8 class)
{
	unsigned int i;

	for (i = 0; i < cvm_nr_hooks(); i++) {
		const struct cvm_hook *hook = cvm_hook_at(i);

		if (hook->live && !hook->superseded &&
		    hook->classes & BIT(class)) {
			cvm_hook_prove(i);
			return;
		}
	}
}

/**
 * cvm_selftest_hooks() - note which hooks count one CPUID as what it is, once
 */
void cvm_selftest_hooks(void)
{
	u64 before[NR_PROOFS], after[NR_PROOFS];
	u32 eax, ebx, ecx, edx;
	unsigned long flags;
	unsigned int i;

	/* So that nobody else causes one on this CPU meanwhile. */
	local_irq_save(flags);
	count_proofs(before);
	cpuid(cvm_proof_leaf(), &eax, &ebx, &ecx, &edx);
	count_proofs(after);
	local_irq_restore(flags);
	for (i = 0; i < NR_PROOFS; i++)
		if (after[i] == before[i] + 1)
			prove(proofs[i].class);
}
