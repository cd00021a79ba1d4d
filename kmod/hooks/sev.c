// SPDX-License-Identifier: GPL-2.0
/*
 * SEV-ES and SEV-SNP: every place in Linux that raises a #VC, leaves by
 * VMGEXIT or calls the SVSM, as a list of hooks.
 *
 * Codes and details come from registers and from the kernel's own memory. The
 * GHCB is shared with the hypervisor and never read.
 */
#include <linux/bits.h>
#include <linux/ptrace.h>
#include <asm/hypervisor.h>
#include <asm/sev.h>

#include "count/hot.h"
#include "count/word_sev.h"
#include "hooks.h"
#include "perf/times.h"
#include "perf/trace.h"
#include "platform.h"
#include "probe/direct.h"
#include "probe/fentry.h"
#include "probe/kprobe.h"

static bool is_proof_leaf(u64 regs)
{
	return (u32)cvm_peek(regs, offsetof(struct pt_regs, ax)) ==
	       cvm_proof_leaf();
}

/* @id: number of the hook that is hit, for the account; read when it is needed. */
static noinline void vc_slow(const u32 *id, const struct pt_regs *regs,
			     u64 code, unsigned long *slot)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_VC,
		.code = code,
		.user = user_mode((struct pt_regs *)regs),
		.rip = regs->ip,
		.regs = regs,
	};
	u64 word;

	if (cvm_times_taken())
		cvm_time_enter_slow(slot, ev.class, code, ev.user);
	cvm_trace_enter(slot, regs, code);
	if (cvm_vc_word_slow(regs, code, &word)) {
		if (cvm_hot_find(word))
			return;
		cvm_vc_decode(word, &ev);
	} else {
		cvm_wordless_detail(regs, &ev);
	}
	cvm_account(cvm_hook_hit(*id), &ev);
}

/*
 * There is more to do than to count. Apart, so that nothing has to be kept over a
 * call where none is made.
 */
static noinline void vc_beside(const u32 *id, const struct pt_regs *regs,
			       u64 code, unsigned long *slot, u64 word)
{
	if (cvm_times_taken() && likely(cvm_hot_hit(word)))
		cvm_time_enter(slot, word);
	else
		vc_slow(id, regs, code, slot);
}

/*
 * vc_raw_handle_exception(struct pt_regs *regs, unsigned long error_code)
 *
 * Interrupts are off. @slot: where its return address is.
 */
static __always_inline void vc_hit(const u32 *id, const struct pt_regs *regs,
				   u64 code, unsigned long *slot)
{
	u64 word;

	if (unlikely(!cvm_vc_word(regs, code, &word)))
		vc_slow(id, regs, code, slot);
	else if (unlikely(!cvm_hot_trap(word)))
		vc_beside(id, regs, code, slot, word);
}

static bool vc_right(const struct pt_regs *regs)
{
	return regs->si == CVMSTAT_SVM_CPUID && is_proof_leaf(regs->di);
}

static noinline void vc_probe_beside(struct kprobe *kp, const struct pt_regs *regs)
{
	vc_hit(&cvm_probe_of(kp)->id, (const void *)regs->di, regs->si,
	       (unsigned long *)regs->sp);
}

/* What only few hits need is worked out for these. */
static int vc_handler(struct kprobe *kp, struct pt_regs *regs)
{
	u64 word;

	if (unlikely(!cvm_vc_word((const void *)regs->di, regs->si, &word) ||
		     !cvm_hot_trap(word)))
		vc_probe_beside(kp, regs);
	return 0;
}

static noinline void vmgexit_slow(const u32 *id, const struct es_em_ctxt *ctxt,
				  u64 code, u64 info1)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_VMGEXIT,
		.code = code,
	};
	u64 word;

	if (likely(cvm_vmgexit_has_context(code))) {
		ev.user = user_mode(ctxt->regs);
		ev.rip = ctxt->regs->ip;
		ev.regs = ctxt->regs;
	}
	if (likely(cvm_vmgexit_word(ctxt, code, info1, &word))) {
		if (cvm_vmgexit_icr(ctxt, &word) && cvm_hot_find(word))
			return;
		cvm_vmgexit_decode(word, &ev);
	} else if (cvm_vmgexit_has_context(code)) {
		cvm_wordless_detail(ctxt->regs, &ev);
	}
	cvm_account(cvm_hook_hit(*id), &ev);
}

/*
 * sev_es_ghcb_hv_call(struct ghcb *ghcb, struct es_em_ctxt *ctxt,
 *		       u64 exit_code, u64 exit_info_1, u64 exit_info_2)
 *
 * Wherever it is called from, with interrupts off. The callers that are not in a
 * #VC pass a context that they never filled in; but those of Secure AVIC have one
 * with the MSR in it, which is kernel mode and without a RIP.
 */
static __always_inline void vmgexit_hit(const u32 *id,
					const struct es_em_ctxt *ctxt, u64 code,
					u64 info1)
{
	u64 word;

	if (unlikely(!cvm_vmgexit_word(ctxt, code, info1, &word) ||
		     !cvm_hot_hit(word)))
		vmgexit_slow(id, ctxt, code, info1);
}

static bool vmgexit_right(const struct pt_regs *regs)
{
	return regs->dx == CVMSTAT_SVM_CPUID &&
	       is_proof_leaf(cvm_peek(regs->si, offsetof(struct es_em_ctxt, regs)));
}

static int vmgexit_handler(struct kprobe *kp, struct pt_regs *regs)
{
	vmgexit_hit(&cvm_probe_of(kp)->id, (const void *)regs->si, regs->dx,
		    regs->cx);
	return 0;
}

/* Linux 6.16 lets ftrace into the former function, 6.18 into the latter. */

static struct cvm_direct vc_direct, vmgexit_direct;

static void __used vc_called(const struct pt_regs *regs, unsigned long code,
			     u64 unused, u64 unused2, u64 unused3,
			     unsigned long *slot)
{
	vc_hit(&vc_direct.id, regs, code, slot);
}

CVM_DEFINE_DIRECT(vc_direct, vc_called);

static void __used vmgexit_called(struct ghcb *ghcb,
				  const struct es_em_ctxt *ctxt, u64 code,
				  u64 info1)
{
	vmgexit_hit(&vmgexit_direct.id, ctxt, code, info1);
}

CVM_DEFINE_DIRECT(vmgexit_direct, vmgexit_called);

static void vc_entered(unsigned long ip, unsigned long parent_ip,
		       struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	vc_hit(cvm_fentry_id(fops),
	       (const void *)ftrace_regs_get_argument(fregs, 0),
	       ftrace_regs_get_argument(fregs, 1),
	       (unsigned long *)ftrace_regs_get_stack_pointer(fregs));
}

static void vmgexit_entered(unsigned long ip, unsigned long parent_ip,
			    struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	vmgexit_hit(cvm_fentry_id(fops),
		    (const void *)ftrace_regs_get_argument(fregs, 1),
		    ftrace_regs_get_argument(fregs, 2),
		    ftrace_regs_get_argument(fregs, 3));
}

static __always_inline void count_kernel(struct cvm_cpu *c, u8 class, u64 code)
{
	struct cvm_event ev = { .class = class, .code = code };

	cvm_account(c, &ev);
}

/* The following handlers are those of functions that make one known exit. */

static int ap_creation_handler(struct kprobe *kp, struct pt_regs *regs)
{
	count_kernel(cvm_probe_hit(kp), CVMSTAT_CLASS_VMGEXIT,
		     CVMSTAT_NAE_AP_CREATION);
	return 0;
}

static int ap_hlt_loop_handler(struct kprobe *kp, struct pt_regs *regs)
{
	count_kernel(cvm_probe_hit(kp), CVMSTAT_CLASS_VMGEXIT,
		     CVMSTAT_NAE_AP_HLT_LOOP);
	return 0;
}

static int hyperv_handler(struct kprobe *kp, struct pt_regs *regs)
{
	count_kernel(cvm_probe_hit(kp), CVMSTAT_CLASS_VMGEXIT,
		     CVMSTAT_VMGEXIT_HYPERV);
	return 0;
}

/* __sev_cpuid_hv(u32 fn, int reg_idx, u32 *reg) */
static int msr_cpuid_handler(struct kprobe *kp, struct pt_regs *regs)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_GHCB_MSR,
		.code = CVMSTAT_GHCB_MSR_CPUID,
		.has_detail = true,
		.detail = (u32)regs->di,
	};

	cvm_account(cvm_probe_hit(kp), &ev);
	return 0;
}

/* Where struct svsm_call, which 6.1 does not know, has protocol and call. */
#define SVSM_CALL_RAX	8

/* There is no call to hold its arguments to before the first hit: look, do not trust. */
static void count_svsm(struct cvm_cpu *c, unsigned long call)
{
	count_kernel(c, CVMSTAT_CLASS_SVSM, cvm_peek(call, SVSM_CALL_RAX));
	count_kernel(c, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_RUN_VMPL);
}

/* svsm_perform_ghcb_protocol(struct ghcb *ghcb, struct svsm_call *call) */
static int svsm_handler(struct kprobe *kp, struct pt_regs *regs)
{
	count_svsm(cvm_probe_hit(kp), regs->si);
	return 0;
}

/* svsm_perform_call_protocol(struct svsm_call *call), the caller of the former */
static int svsm_caller_handler(struct kprobe *kp, struct pt_regs *regs)
{
	count_svsm(cvm_probe_hit(kp), regs->di);
	return 0;
}

static bool is_below_svsm(void)
{
	return cvm_platform.vmpl;
}

/* There are such calls then, whatever the kernel calls its functions. */
static void svsm_prepare(struct cvm_hook *hook)
{
	hook->optional = !is_below_svsm();
}

static void count_hyperv_msr(struct cvm_cpu *c, u64 index, u8 op)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_VMGEXIT,
		.code = CVMSTAT_SVM_MSR,
		.op = op,
		.has_detail = true,
		.detail = (u32)index,
	};

	cvm_account(c, &ev);
}

/* hv_ghcb_msr_read(u64 msr, u64 *value) */
static int hyperv_rdmsr_handler(struct kprobe *kp, struct pt_regs *regs)
{
	count_hyperv_msr(cvm_probe_hit(kp), regs->di, CVMSTAT_OP_READ);
	return 0;
}

/* hv_ghcb_msr_write(u64 msr, u64 value) */
static int hyperv_wrmsr_handler(struct kprobe *kp, struct pt_regs *regs)
{
	count_hyperv_msr(cvm_probe_hit(kp), regs->di, CVMSTAT_OP_WRITE);
	return 0;
}

static const struct cvm_hook_desc hooks[] = {
	{
		.name = "vc",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VC,
		.hot = CVMSTAT_CLASSES_VC,
		.early = CVM_ON_SEV,
		.feeds = { CVM_FEEDS_ALL(VC) },
		.right = vc_right,
		.points = {
			CVM_DIRECT(CVM_VC_HANDLER, vc_direct),
			CVM_FENTRY(CVM_VC_HANDLER, vc_entered),
			CVM_KPROBE(CVM_VC_HANDLER, .handler = vc_handler, .fixups = true),
		},
	}, {
		.name = "vmgexit",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.hot = CVMSTAT_CLASSES_VMGEXIT,
		.early = BIT(CVMSTAT_PLATFORM_SEV_ES),
		.feeds = { CVM_FEEDS_ALL(VMGEXIT) },
		.right = vmgexit_right,
		.points = {
			CVM_DIRECT("sev_es_ghcb_hv_call", vmgexit_direct),
			CVM_FENTRY("sev_es_ghcb_hv_call", vmgexit_entered),
			CVM_KPROBE("sev_es_ghcb_hv_call",
				   .handler = vmgexit_handler, .fixups = true),
			/* A kernel that counts itself has the former inline. */
			CVM_KPROBE("__sev_es_ghcb_hv_call",
				   .handler = vmgexit_handler, .fixups = true),
		},
	}, {
		.name = "ap-creation",
		.platforms = CVM_ON_SNP,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.feeds = { CVM_FEEDS(VMGEXIT, CVMSTAT_NAE_AP_CREATION, COUNTED) },
		.points = {
			CVM_KPROBE("wakeup_cpu_via_vmgexit", .find = cvm_find_vmgexits,
				   .handler = ap_creation_handler, .fixups = true),
			/* Linux 6.16, where it serves destruction, too. */
			CVM_KPROBE("vmgexit_ap_control", .find = cvm_find_vmgexits,
				   .handler = ap_creation_handler, .fixups = true),
		},
	}, {
		.name = "ap-hlt-loop",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.feeds = { CVM_FEEDS(VMGEXIT, CVMSTAT_NAE_AP_HLT_LOOP, COUNTED) },
		.points = {
			/*
			 * RCU does not know a dying CPU, and kprobes has its
			 * handlers in a list of RCU's. Where that is proven it
			 * has to be a breakpoint, which is as an NMI.
			 */
			CVM_KPROBE("sev_es_play_dead", .find = cvm_find_vmgexits,
				   .handler = ap_hlt_loop_handler,
				   .fixups = !IS_ENABLED(CONFIG_PROVE_RCU_LIST)),
		},
	}, {
		.name = "ghcb-msr-cpuid",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_GHCB_MSR,
		.feeds = { CVM_FEEDS(GHCB_MSR, CVMSTAT_GHCB_MSR_CPUID, COUNTED) },
		.points = {
			CVM_KPROBE("__sev_cpuid_hv", .handler = msr_cpuid_handler, .fixups = true),
			/* Linux 6.17 has it among the startup code. */
			CVM_KPROBE("__pi___sev_cpuid_hv",
				   .handler = msr_cpuid_handler, .fixups = true),
		},
	}, {
		.name = "svsm",
		.platforms = CVM_ON_SNP,
		.classes = CVMSTAT_CLASSES_SVSM | CVMSTAT_CLASSES_VMGEXIT,
		.optional = true,
		.feeds = {
			CVM_FEEDS_ALL(SVSM),
			CVM_FEEDS(VMGEXIT, CVMSTAT_NAE_RUN_VMPL, COUNTED),
		},
		.prepare = svsm_prepare,
		.points = {
			CVM_KPROBE("svsm_perform_ghcb_protocol",
				   .handler = svsm_handler, .fixups = true),
			/*
			 * Where the compiler made one function of the two: a call
			 * that the SVSM wants to be repeated counts once.
			 */
			{
				.backend = &cvm_kprobe,
				.symbol = "svsm_perform_call_protocol",
				.how = &(const struct cvm_kprobe_point){
					.handler = svsm_caller_handler,
					.fixups = true,
				},
				.provenance = CVMSTAT_PROVENANCE_ESTIMATED,
			},
		},
	}, {
		.name = "hyperv-hypercall",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.provenance = CVMSTAT_PROVENANCE_ESTIMATED,
		.hypervisor = X86_HYPER_MS_HYPERV,
		.points = {
			CVM_KPROBE("hv_ghcb_hypercall", .handler = hyperv_handler),
		},
		.feeds = {
			CVM_FEEDS(VMGEXIT, CVMSTAT_VMGEXIT_HYPERV, ESTIMATED),
		},
	}, {
		.name = "hyperv-rdmsr",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.hypervisor = X86_HYPER_MS_HYPERV,
		.feeds = { CVM_FEEDS(VMGEXIT, CVMSTAT_SVM_MSR, COUNTED) },
		.points = {
			CVM_KPROBE("hv_ghcb_msr_read", .handler = hyperv_rdmsr_handler),
			CVM_KPROBE("hv_ivm_msr_read", .handler = hyperv_rdmsr_handler),
		},
	}, {
		.name = "hyperv-wrmsr",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.hypervisor = X86_HYPER_MS_HYPERV,
		.feeds = { CVM_FEEDS(VMGEXIT, CVMSTAT_SVM_MSR, COUNTED) },
		.points = {
			CVM_KPROBE("hv_ghcb_msr_write", .handler = hyperv_wrmsr_handler),
			CVM_KPROBE("hv_ivm_msr_write", .handler = hyperv_wrmsr_handler),
		},
	},
};

#define AUTO_GAP(code, what) \
	{ CVM_ON_SEV, CVMSTAT_CLASS_AUTO, true, code, \
	  what ": an automatic exit, handled without the guest" }

static const struct cvm_gap gaps[] = {
	AUTO_GAP(CVMSTAT_SVM_INTR, "INTR"),
	AUTO_GAP(CVMSTAT_SVM_NMI, "NMI"),
	AUTO_GAP(CVMSTAT_SVM_VINTR, "VINTR"),
	AUTO_GAP(CVMSTAT_SVM_PAUSE, "PAUSE"),
	AUTO_GAP(CVMSTAT_SVM_NPF, "NPF on private memory"),
	AUTO_GAP(CVMSTAT_SVM_BUS_LOCK, "bus lock"),
	AUTO_GAP(CVMSTAT_SVM_EFER_WRITE, "EFER write"),
	AUTO_GAP(CVMSTAT_SVM_CR0_WRITE, "CR0 write"),
	AUTO_GAP(CVMSTAT_SVM_CR4_WRITE, "CR4 write"),
	{ CVM_ON_SEV, CVMSTAT_CLASS_AUTO, true, CVMSTAT_SVM_HLT,
	  "HLT outside of the idle loop (paravirtual spinlocks, a dying CPU)" },
	{ CVM_ON_SEV_ES, CVMSTAT_CLASS_VMGEXIT, true, CVMSTAT_NAE_AP_JUMP_TABLE,
	  "made once at boot, before the module is there" },
	{ CVM_ON_SEV, CVMSTAT_CLASS_VMGEXIT, true, CVMSTAT_NAE_TERMINATE,
	  "the guest does not come back from it" },
	{ CVM_ON_SEV, CVMSTAT_CLASS_GHCB_MSR, true, CVMSTAT_GHCB_MSR_SEV_INFO,
	  "made at boot, before the module is there" },
	{ CVM_ON_SNP, CVMSTAT_CLASS_GHCB_MSR, true, CVMSTAT_GHCB_MSR_PSC,
	  "made at boot only; later changes of page state use the GHCB" },
	{ CVM_ON_SEV, CVMSTAT_CLASS_GHCB_MSR, true, CVMSTAT_GHCB_MSR_AP_RESET_HOLD,
	  "made by firmware and the real-mode trampoline" },
	{ CVM_ON_SNP, CVMSTAT_CLASS_GHCB_MSR, true, CVMSTAT_GHCB_MSR_VMPL,
	  "made at boot only; later calls of the SVSM use the GHCB", is_below_svsm },
	{ CVM_ON_SEV, CVMSTAT_CLASS_GHCB_MSR, true, CVMSTAT_GHCB_MSR_TERMINATE,
	  "the guest does not come back from it" },
};

const struct cvm_hook_list cvm_sev_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
	.gaps = gaps,
	.nr_gaps = ARRAY_SIZE(gaps),
};
