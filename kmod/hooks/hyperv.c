// SPDX-License-Identifier: GPL-2.0
/*
 * Guests of Hyper-V that raise no trap: behind a paravisor, or ordinary ones.
 * Hypercalls by their code. From Linux 6.18 on all pass through one function;
 * before they are inline, and what is left are the tracepoints of IPIs and
 * flushes, and the function that makes pages visible, which an ordinary guest
 * does not call.
 *
 * Past its paravisor the guest itself asks the host for MSRs of the synthetic
 * interrupt controller: by VMGEXIT, or by TDG.VP.VMCALL.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <asm/hypervisor.h>

#include "count/account.h"
#include "hooks.h"
#include "platform.h"
#include "probe/fentry.h"
#include "probe/text.h"
#include "probe/tracepoint.h"

/* TLFS, "Hypercall reference"; the second is Linux', hvgdk.h. */
#define SEND_IPI	0x000b
#define VISIBILITY	0x00db
#define CALL_CODE	GENMASK(15, 0)
/* It is one of four. */
#define NOT_KNOWN	0

#define STD_HYPERCALL	"hv_std_hypercall"

static __always_inline void count_call(struct cvm_cpu *c, u64 code, unsigned long rip)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_AUTO,
		.code = CVMSTAT_SVM_VMMCALL,
		.has_detail = code != NOT_KNOWN,
		.detail = code,
		.rip = rip,
	};

	cvm_account(c, &ev);
}

/* hv_std_hypercall(u64 control, u64 param1, u64 param2) */
static void hypercall_entered(unsigned long ip, unsigned long parent_ip,
			      struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	preempt_disable_notrace();
	count_call(cvm_fentry_hit(fops),
		   ftrace_regs_get_argument(fregs, 0) & CALL_CODE, parent_ip);
	preempt_enable_notrace();
}

/* HV_MAX_MODIFY_GPA_REP_COUNT: page numbers of one call, behind two words. */
#define PAGES_A_CALL	(PAGE_SIZE / sizeof(u64) - 2)

/* hv_vtom_set_host_visibility(unsigned long kbuffer, int pagecount, bool enc) */
static void visibility_entered(unsigned long ip, unsigned long parent_ip,
			       struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	int pages = ftrace_regs_get_argument(fregs, 1);

	preempt_disable_notrace();
	for (; pages > 0; pages -= PAGES_A_CALL)
		count_call(cvm_fentry_hit(fops), VISIBILITY, parent_ip);
	preempt_enable_notrace();
}

static void traced_call(const struct cvm_hook *hook, u64 code)
{
	preempt_disable_notrace();
	count_call(cvm_hook_hit(hook->id), code, 0);
	preempt_enable_notrace();
}

static void ipi_one_probe(void *data, int cpu, int vector)
{
	traced_call(data, SEND_IPI);
}

static void ipi_mask_probe(void *data, const struct cpumask *cpus, int vector)
{
	traced_call(data, SEND_IPI);
}

/* What is flushed would tell the call, and is no module's business. */
static void flush_probe(void *data, const struct cpumask *cpus, const void *info)
{
	traced_call(data, NOT_KNOWN);
}

static bool calls_are_inline(void)
{
	unsigned long start, len;

	return cvm_text_function(STD_HYPERCALL, &start, &len);
}

static bool calls_are_shown(void)
{
	return cvm_platform_shows_kernel() && !calls_are_inline();
}

static bool calls_are_guessed(void)
{
	return cvm_platform_shows_kernel() && calls_are_inline();
}

/* hv_ivm_msr_read(u64 msr, u64 *value), hv_ivm_msr_write(u64 msr, u64 value) */
static void count_host_msr(struct ftrace_ops *fops, u32 msr, unsigned long rip,
			   bool write)
{
	bool tdx = cvm_platform.id == CVMSTAT_PLATFORM_TDX_PARAVISOR;
	struct cvm_event ev = {
		.class = tdx ? CVMSTAT_CLASS_TDVMCALL : CVMSTAT_CLASS_VMGEXIT,
		.code = !tdx ? CVMSTAT_SVM_MSR :
			write ? CVMSTAT_TDVMCALL_WRMSR : CVMSTAT_TDVMCALL_RDMSR,
		.op = tdx ? CVMSTAT_OP_NONE :
		      write ? CVMSTAT_OP_WRITE : CVMSTAT_OP_READ,
		.has_detail = true,
		.detail = msr,
		.rip = rip,
	};

	preempt_disable_notrace();
	cvm_account(cvm_fentry_hit(fops), &ev);
	preempt_enable_notrace();
}

static void host_rdmsr_entered(unsigned long ip, unsigned long parent_ip,
			       struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	count_host_msr(fops, ftrace_regs_get_argument(fregs, 0), parent_ip, false);
}

static void host_wrmsr_entered(unsigned long ip, unsigned long parent_ip,
			       struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	count_host_msr(fops, ftrace_regs_get_argument(fregs, 0), parent_ip, true);
}

#define HYPERCALLS(provenance_) \
	.platforms = CVM_ON_UNTRAPPED, \
	.classes = CVMSTAT_CLASSES_AUTO, \
	.hypervisor = X86_HYPER_MS_HYPERV, \
	.provenance = CVMSTAT_PROVENANCE_##provenance_, \
	.feeds = { CVM_FEEDS(AUTO, CVMSTAT_SVM_VMMCALL, provenance_) }

#define HOST_MSRS \
	.platforms = CVM_ON_VTOM, \
	.classes = CVMSTAT_CLASSES_VMGEXIT | CVMSTAT_CLASSES_TDVMCALL, \
	.hypervisor = X86_HYPER_MS_HYPERV

static const struct cvm_hook_desc hooks[] = {
	{
		.name = "hyperv-hypercall",
		.here = calls_are_shown,
		.points = { CVM_FENTRY(STD_HYPERCALL, hypercall_entered) },
		HYPERCALLS(COUNTED),
	}, {
		.name = "hyperv-ipi",
		.here = calls_are_guessed,
		.points = { CVM_TRACEPOINT("hyperv:hyperv_send_ipi_one", ipi_one_probe) },
		HYPERCALLS(ESTIMATED),
	}, {
		.name = "hyperv-ipi-mask",
		.here = calls_are_guessed,
		.points = { CVM_TRACEPOINT("hyperv:hyperv_send_ipi_mask", ipi_mask_probe) },
		HYPERCALLS(ESTIMATED),
	}, {
		.name = "hyperv-tlb-flush",
		.here = calls_are_guessed,
		.points = {
			CVM_TRACEPOINT("hyperv:hyperv_mmu_flush_tlb_multi", flush_probe),
			CVM_TRACEPOINT("hyperv:hyperv_mmu_flush_tlb_others", flush_probe),
		},
		HYPERCALLS(ESTIMATED),
	}, {
		.name = "hyperv-visibility",
		.optional = true,
		.here = calls_are_guessed,
		.points = {
			CVM_FENTRY("hv_vtom_set_host_visibility", visibility_entered),
			/* Linux 6.1 */
			CVM_FENTRY("hv_set_mem_host_visibility", visibility_entered),
		},
		HYPERCALLS(ESTIMATED),
	}, {
		.name = "host-rdmsr",
		.points = {
			CVM_FENTRY("hv_ivm_msr_read", host_rdmsr_entered),
			CVM_FENTRY("hv_ghcb_msr_read", host_rdmsr_entered),
		},
		HOST_MSRS,
	}, {
		.name = "host-wrmsr",
		.points = {
			CVM_FENTRY("hv_ivm_msr_write", host_wrmsr_entered),
			CVM_FENTRY("hv_ghcb_msr_write", host_wrmsr_entered),
		},
		HOST_MSRS,
	},
};

static bool is_hyperv(void)
{
	return hypervisor_is_type(X86_HYPER_MS_HYPERV) && calls_are_guessed();
}

static const struct cvm_gap gaps[] = {
	{ CVM_ON_UNTRAPPED, CVMSTAT_CLASS_AUTO, true, CVMSTAT_SVM_VMMCALL,
	  "calls but those of IPIs, flushes and page visibility: inline before Linux 6.18",
	  is_hyperv },
	{ BIT(CVMSTAT_PLATFORM_SNP_PARAVISOR), CVMSTAT_CLASS_VC, false, 0,
	  "each #VC is taken by the paravisor, out of sight" },
	{ BIT(CVMSTAT_PLATFORM_SNP_PARAVISOR), CVMSTAT_CLASS_VMGEXIT, false, 0,
	  "those of the paravisor are out of sight" },
	{ BIT(CVMSTAT_PLATFORM_TDX_PARAVISOR), CVMSTAT_CLASS_VE, false, 0,
	  "each #VE is taken by the paravisor, out of sight" },
	{ BIT(CVMSTAT_PLATFORM_TDX_PARAVISOR), CVMSTAT_CLASS_TDVMCALL, false, 0,
	  "those of the paravisor are out of sight" },
};

const struct cvm_hook_list cvm_hyperv_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
	.gaps = gaps,
	.nr_gaps = ARRAY_SIZE(gaps),
};
