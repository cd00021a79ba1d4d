// SPDX-License-Identifier: GPL-2.0
/*
 * Guests that raise no trap: ordinary ones as a baseline, and those behind a
 * paravisor. What exits there is emulated below the guest, which does not notice;
 * but the kernel tells of some of the instructions that exit, or of what it does
 * by them, and that is what a confidential guest would exit for, too.
 *
 * All of it is estimated: the kernel need not tell of each, and a hypervisor may
 * let run what another intercepts (a virtual APIC, MSRs).
 */
#include <linux/bits.h>
#include <linux/cpumask.h>
#include <linux/irqreturn.h>
#include <linux/kernel.h>
#include <linux/kvm_para.h>
#include <linux/mm.h>
#include <linux/virtio.h>
#include <asm/apic.h>
#include <asm/apicdef.h>
#include <asm/cpuid/api.h>
#include <asm/hypervisor.h>
#include <asm/msr.h>
#include <asm/pgtable.h>

#include "count/account.h"
#include "hooks.h"
#include "platform.h"
#include "probe/fentry.h"
#include "probe/tracepoint.h"

/* How this guest reaches its APIC; found at load. */
static struct {
	bool x2apic;
	bool eoi_is_told;	/* by the tracepoint of MSRs */
	bool ipi_is_told;	/* by that, or by Hyper-V's hooks */
} apic_ways __ro_after_init;

static u32 hyperv_hints(void)
{
	if (!hypervisor_is_type(X86_HYPER_MS_HYPERV))
		return 0;
	return cpuid_eax(CVM_HYPERV_HINTS);
}

/* Hyper-V's MSRs for EOI and ICR go with an xAPIC, and Linux takes them there. */
static void find_apic_ways(void)
{
	u32 hints = hyperv_hints();
	u64 base;

	rdmsrq(MSR_IA32_APICBASE, base);
	apic_ways.x2apic = base & X2APIC_ENABLE;
	apic_ways.eoi_is_told = !apic_ways.x2apic && hints & CVM_HYPERV_APIC_MSRS;
	apic_ways.ipi_is_told = apic_ways.x2apic || apic_ways.eoi_is_told ||
				hints & CVM_HYPERV_CLUSTER_IPI;
}

/*
 * What hypervisors do not intercept, KVM's list for SEV-ES (direct_access_msrs of
 * arch/x86/kvm/svm/svm.c); and two that the hooks of timer and EOI count.
 */
static bool may_exit(u32 msr, bool write)
{
	switch (msr) {
	case MSR_IA32_SPEC_CTRL:
	case MSR_IA32_PRED_CMD:
	case MSR_IA32_SYSENTER_CS:
	case MSR_IA32_SYSENTER_ESP:
	case MSR_IA32_SYSENTER_EIP:
	case MSR_IA32_CR_PAT:
	case MSR_STAR ... MSR_SYSCALL_MASK:
	case MSR_FS_BASE ... MSR_TSC_AUX:
		return false;
	case MSR_IA32_TSC_DEADLINE:
	case APIC_BASE_MSR + (APIC_EOI >> 4):
		return !write;
	default:
		return true;
	}
}

static void count_msr(const struct cvm_hook *hook, u32 msr, u8 op)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_AUTO,
		.code = CVMSTAT_SVM_MSR,
		.op = op,
		.has_detail = true,
		.detail = msr,
	};

	if (!may_exit(msr, op == CVMSTAT_OP_WRITE))
		return;
	preempt_disable_notrace();
	cvm_account(cvm_hook_hit(hook->id), &ev);
	preempt_enable_notrace();
}

static void read_msr_probe(void *data, unsigned int msr, u64 val, int failed)
{
	count_msr(data, msr, CVMSTAT_OP_READ);
}

static void write_msr_probe(void *data, unsigned int msr, u64 val, int failed)
{
	count_msr(data, msr, CVMSTAT_OP_WRITE);
}

/* A register of the APIC is written, in the way that it is reached. */
static __always_inline void count_apic(struct cvm_cpu *c, u32 reg, unsigned long rip)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_AUTO,
		.code = apic_ways.x2apic ? CVMSTAT_SVM_MSR : CVMSTAT_SVM_NPF,
		.op = apic_ways.x2apic ? CVMSTAT_OP_WRITE : CVMSTAT_OP_NONE,
		.has_detail = true,
		.detail = apic_ways.x2apic ? APIC_BASE_MSR + (reg >> 4) :
					     APIC_DEFAULT_PHYS_BASE + reg,
		.rip = rip,
	};

	cvm_account(c, &ev);
}

/* lapic_next_event(): TMICT. In x2APIC mode it is a WRMSR, of which the kernel tells. */
static void next_event_entered(unsigned long ip, unsigned long parent_ip,
			       struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	preempt_disable_notrace();
	if (!apic_ways.x2apic)
		count_apic(cvm_fentry_hit(fops), APIC_TMICT, ip);
	preempt_enable_notrace();
}

/* lapic_next_deadline(): by a WRMSR of which the kernel tells in some versions. */
static void next_deadline_entered(unsigned long ip, unsigned long parent_ip,
				  struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_AUTO,
		.code = CVMSTAT_SVM_MSR,
		.op = CVMSTAT_OP_WRITE,
		.has_detail = true,
		.detail = MSR_IA32_TSC_DEADLINE,
		.rip = ip,
	};

	preempt_disable_notrace();
	cvm_account(cvm_fentry_hit(fops), &ev);
	preempt_enable_notrace();
}

/* An interrupt of the APIC's ends by EOI. */
static void count_eoi(const struct cvm_hook *hook)
{
	preempt_disable_notrace();
	count_apic(cvm_hook_hit(hook->id), APIC_EOI, 0);
	preempt_enable_notrace();
}

static void vector_probe(void *data, int vector)
{
	count_eoi(data);
}

static void irq_probe(void *data, int irq, struct irqaction *action)
{
	count_eoi(data);
}

/* Is the last one on its way? Then target and command: __default_send_IPI_dest_field(). */
static void count_ipis(const struct cvm_hook *hook, unsigned int n)
{
	struct cvm_cpu *c;

	preempt_disable_notrace();
	for (; n; n--) {
		c = cvm_hook_hit(hook->id);
		count_apic(c, APIC_ICR, 0);
		count_apic(c, APIC_ICR2, 0);
		count_apic(c, APIC_ICR, 0);
	}
	preempt_enable_notrace();
}

static void ipi_cpu_probe(void *data, unsigned int cpu, unsigned long callsite,
			  void *callback)
{
	count_ipis(data, 1);
}

/* A logical destination is a mask, a physical one is one CPU. */
static void ipi_mask_probe(void *data, const struct cpumask *mask,
			   unsigned long callsite, void *callback)
{
	count_ipis(data, apic->dest_mode_logical ? 1 : cpumask_weight(mask));
}

/* The address behind an ioremap(); 0: not known. */
static u64 gpa_of(unsigned long va)
{
	unsigned int level;
	pte_t *pte = lookup_address(va, &level);
	unsigned long mask;

	if (!pte || !pte_present(*pte))
		return 0;
	mask = page_level_mask(level);
	return (((u64)pte_pfn(*pte) << PAGE_SHIFT & mask) | (va & ~mask)) &
	       cvm_platform.gpa_mask;
}

/* lib/iomap.c: addresses below are ports, and their offset says so. */
#define PIO_END		0x40000UL
#define PIO_PORT	0xffff

/* vp_notify(struct virtqueue *vq): a write to vq->priv, iowrite16() or iowrite32(). */
static void notify_entered(unsigned long ip, unsigned long parent_ip,
			   struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	const struct virtqueue *vq = (const void *)ftrace_regs_get_argument(fregs, 0);
	unsigned long at = (unsigned long)vq->priv;
	bool port = at < PIO_END;
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_AUTO,
		.code = port ? CVMSTAT_SVM_IOIO : CVMSTAT_SVM_NPF,
		.op = port ? CVMSTAT_OP_WRITE : CVMSTAT_OP_NONE,
		.detail = port ? at & PIO_PORT : gpa_of(at),
		.rip = ip,
	};

	ev.has_detail = ev.detail;
	preempt_disable_notrace();
	cvm_account(cvm_fentry_hit(fops), &ev);
	preempt_enable_notrace();
}

static bool shows_kernel(void)
{
	find_apic_ways();
	return cvm_platform_shows_kernel();
}

/* KVM then ends most interrupts by a flag in memory; which, the kernel does not tell. */
static bool has_pv_eoi(void)
{
	u32 base = hypervisor_is_type(X86_HYPER_KVM) ? cpuid_base_hypervisor(KVM_SIGNATURE, 0) : 0;

	return cvm_platform_shows_kernel() && base &&
	       cpuid_eax(base + KVM_CPUID_FEATURES - KVM_CPUID_SIGNATURE) & BIT(KVM_FEATURE_PV_EOI);
}

static bool shows_eois(void)
{
	return shows_kernel() && !apic_ways.eoi_is_told && !has_pv_eoi();
}

static bool shows_ipis(void)
{
	return shows_kernel() && !apic_ways.ipi_is_told;
}

#define ESTIMATED(code, here_) \
	.platforms = CVM_ON_UNTRAPPED, \
	.classes = CVMSTAT_CLASSES_AUTO, \
	.provenance = CVMSTAT_PROVENANCE_ESTIMATED, \
	.feeds = { CVM_FEEDS(AUTO, code, ESTIMATED) }, \
	.here = here_

#define EOI_OF(name_, event) { \
	.name = "eoi-" name_, \
	.points = { CVM_TRACEPOINT("irq_vectors:" event "_entry", vector_probe) }, \
	ESTIMATED(CVMSTAT_SVM_NPF, shows_eois), \
}

static const struct cvm_hook_desc hooks[] = {
	{
		.name = "msr-read",
		.points = { CVM_TRACEPOINT("msr:read_msr", read_msr_probe) },
		ESTIMATED(CVMSTAT_SVM_MSR, shows_kernel),
	}, {
		.name = "msr-write",
		.points = { CVM_TRACEPOINT("msr:write_msr", write_msr_probe) },
		ESTIMATED(CVMSTAT_SVM_MSR, shows_kernel),
	}, {
		.name = "timer",
		.points = { CVM_FENTRY("lapic_next_event", next_event_entered) },
		ESTIMATED(CVMSTAT_SVM_NPF, shows_kernel),
	}, {
		.name = "timer-deadline",
		.points = { CVM_FENTRY("lapic_next_deadline", next_deadline_entered) },
		ESTIMATED(CVMSTAT_SVM_MSR, shows_kernel),
	},
	EOI_OF("timer", "local_timer"),
	EOI_OF("reschedule", "reschedule"),
	EOI_OF("call", "call_function"),
	EOI_OF("call-single", "call_function_single"),
	EOI_OF("irq-work", "irq_work"),
	{
		.name = "eoi-device",
		.points = { CVM_TRACEPOINT("irq:irq_handler_entry", irq_probe) },
		ESTIMATED(CVMSTAT_SVM_NPF, shows_eois),
	}, {
		.name = "ipi",
		.points = { CVM_TRACEPOINT("ipi:ipi_send_cpu", ipi_cpu_probe) },
		ESTIMATED(CVMSTAT_SVM_NPF, shows_ipis),
	}, {
		.name = "ipi-mask",
		.points = { CVM_TRACEPOINT("ipi:ipi_send_cpumask", ipi_mask_probe) },
		ESTIMATED(CVMSTAT_SVM_NPF, shows_ipis),
	}, {
		.name = "doorbell",
		.points = { CVM_FENTRY("vp_notify", notify_entered) },
		ESTIMATED(CVMSTAT_SVM_NPF, shows_kernel),
	}, {
		.name = "doorbell-data",
		.optional = true,
		.points = { CVM_FENTRY("vp_notify_with_data", notify_entered) },
		ESTIMATED(CVMSTAT_SVM_NPF, shows_kernel),
	},
};

static const struct cvm_gap gaps[] = {
	{ CVM_ON_UNTRAPPED, CVMSTAT_CLASS_AUTO, true, CVMSTAT_SVM_CPUID,
	  "the kernel does not tell of CPUID, and user mode needs no kernel for it",
	  cvm_platform_shows_kernel },
	{ CVM_ON_UNTRAPPED, CVMSTAT_CLASS_AUTO, true, CVMSTAT_SVM_IOIO,
	  "the kernel does not tell of port I/O",
	  cvm_platform_shows_kernel },
	{ CVM_ON_UNTRAPPED, CVMSTAT_CLASS_AUTO, true, CVMSTAT_SVM_NPF,
	  "of MMIO the kernel tells APIC timer, IPIs, EOI and doorbells of virtio only",
	  cvm_platform_shows_kernel },
	{ CVM_ON_UNTRAPPED, CVMSTAT_CLASS_AUTO, true, CVMSTAT_SVM_NPF,
	  "EOI: KVM's PV EOI ends most interrupts without an exit, and it is not told which",
	  has_pv_eoi },
	{ CVM_ON_UNTRAPPED, CVMSTAT_CLASS_AUTO, true, CVMSTAT_SVM_MSR,
	  "accesses of which the kernel tells, of MSRs that KVM intercepts; another hypervisor may not",
	  cvm_platform_shows_kernel },
	{ CVM_ON_UNTRAPPED, CVMSTAT_CLASS_AUTO, false, 0,
	  "a virtual APIC (AVIC, APICv) takes EOI, IPIs and timer without an exit",
	  cvm_platform_shows_kernel },
	{ CVM_ON_UNTRAPPED, CVMSTAT_CLASS_AUTO, true, CVMSTAT_SVM_INTR,
	  "interrupts of the host end in the host" },
};

const struct cvm_hook_list cvm_ordinary_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
	.gaps = gaps,
	.nr_gaps = ARRAY_SIZE(gaps),
};
