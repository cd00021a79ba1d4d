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
#include <asm/insn.h>
#include <asm/sev.h>

#include "hook.h"
#include "hot.h"

/* The word of a #VC for the fast lane, 0 if it does not fit. */
static __always_inline u64 vc_word(const struct pt_regs *regs, u64 code)
{
	u64 word = cvm_hot_user(regs);

	if (likely(code == CVMSTAT_SVM_MSR))
		return word | CVM_HOT_WORD(AT_VC + CVMSTAT_SVM_MSR) |
		       CVM_HOT_DETAIL | (u32)regs->cx;
	if (code == CVMSTAT_SVM_CPUID)
		return word | CVM_HOT_WORD(AT_VC + CVMSTAT_SVM_CPUID) |
		       CVM_HOT_DETAIL | (u32)regs->ax;
	if (code == CVMSTAT_SVM_NPF)
		return word |
		       CVM_HOT_WORD(AT_VC + SVM_PLACES_LOW);
	if (code < SVM_PLACES_LOW)
		return word | CVM_HOT_WORD(AT_VC + code);
	return 0;
}

static noinline int vc_slow(struct kprobe *kp, const struct pt_regs *regs,
			    u64 code)
{
	u64 word = vc_word(regs, code);
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_VC,
		.code = code,
		.user = user_mode((struct pt_regs *)regs),
		.rip = regs->ip,
	};

	if (word && cvm_hot_find(word))
		return 0;
	if (ev.code == CVMSTAT_SVM_CPUID) {
		ev.has_detail = true;
		ev.detail = (u32)regs->ax;
	} else if (ev.code == CVMSTAT_SVM_MSR) {
		ev.has_detail = true;
		ev.detail = (u32)regs->cx;
	}
	cvm_account(cvm_probe_hit(kp), &ev);
	return 0;
}

/* vc_raw_handle_exception(struct pt_regs *regs, unsigned long error_code) */
static int vc_handler(struct kprobe *kp, struct pt_regs *probe_regs)
{
	const struct pt_regs *regs = (const void *)probe_regs->di;
	u64 word = vc_word(regs, probe_regs->si);

	if (likely(word && cvm_hot_hit(word)))
		return 0;
	return vc_slow(kp, regs, probe_regs->si);
}

/* Software events above the MMIO ones come from callers without a #VC. */
static __always_inline bool has_context(u64 code)
{
	return code <= CVMSTAT_NAE_MMIO_WRITE;
}

/* GHCB specification, table 6: what the event's SW_EXITINFO1 says. */
static __always_inline void vmgexit_detail(struct cvm_event *ev, u64 info1,
					   const struct pt_regs *regs)
{
	ev->has_detail = true;
	switch (ev->code) {
	case CVMSTAT_SVM_MSR:
		ev->detail = (u32)regs->cx;
		ev->op = info1 ? CVMSTAT_OP_WRITE : CVMSTAT_OP_READ;
		break;
	case CVMSTAT_NAE_MMIO_READ:
	case CVMSTAT_NAE_MMIO_WRITE:
		ev->detail = info1 & ~cvm_platform.private_mask;
		break;
	case CVMSTAT_SVM_IOIO:
		/* APM vol. 2 15.10.2: port in 31:16, direction in bit 0. */
		ev->detail = (u16)(info1 >> 16);
		ev->op = info1 & BIT(0) ? CVMSTAT_OP_READ : CVMSTAT_OP_WRITE;
		break;
	case CVMSTAT_SVM_CPUID:
		ev->detail = (u32)regs->ax;
		break;
	default:
		ev->has_detail = false;
	}
}

/*
 * The word of a VMGEXIT for the fast lane, 0 if it does not fit. The context is
 * not touched before the code says that it was filled in.
 */
static __always_inline u64 vmgexit_word(const struct es_em_ctxt *ctxt, u64 code,
					u64 info1)
{
	u64 gpa;

	if (code == CVMSTAT_SVM_MSR)
		return cvm_hot_user(ctxt->regs) | cvm_hot_flag(info1) |
		       CVM_HOT_WORD(AT_VMGEXIT + CVMSTAT_SVM_MSR) |
		       CVM_HOT_DETAIL | (u32)ctxt->regs->cx;
	if (code == CVMSTAT_NAE_MMIO_READ || code == CVMSTAT_NAE_MMIO_WRITE) {
		gpa = info1 & ~cvm_platform.private_mask;
		if (gpa & ~CVM_HOT_DETAIL_MASK)
			return 0;
		return cvm_hot_user(ctxt->regs) | CVM_HOT_DETAIL | gpa |
		       CVM_HOT_WORD(AT_VMGEXIT + SVM_PLACES + (code & 0x1f));
	}
	if (code == CVMSTAT_SVM_IOIO)
		return cvm_hot_user(ctxt->regs) | cvm_hot_flag(info1) |
		       CVM_HOT_WORD(AT_VMGEXIT + CVMSTAT_SVM_IOIO) |
		       CVM_HOT_DETAIL | (u16)(info1 >> 16);
	if (code == CVMSTAT_SVM_CPUID)
		return cvm_hot_user(ctxt->regs) | (u32)ctxt->regs->ax |
		       CVM_HOT_WORD(AT_VMGEXIT + CVMSTAT_SVM_CPUID) |
		       CVM_HOT_DETAIL;
	if (code < SVM_PLACES_LOW)
		return cvm_hot_user(ctxt->regs) | CVM_HOT_WORD(AT_VMGEXIT + code);
	return 0;
}

/*
 * sev_es_ghcb_hv_call(struct ghcb *ghcb, struct es_em_ctxt *ctxt,
 *		       u64 exit_code, u64 exit_info_1, u64 exit_info_2)
 *
 * The callers that are not in a #VC pass a context that they never filled in.
 */
static int vmgexit_slow(struct kprobe *kp, struct pt_regs *probe_regs)
{
	const struct cvm_probe *probe = cvm_probe_of(kp);
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_VMGEXIT,
		.code = cvm_arg(probe, probe_regs, 2),
	};

	if (likely(has_context(ev.code))) {
		const struct es_em_ctxt *ctxt =
			(const void *)cvm_arg(probe, probe_regs, 1);
		u64 info1 = cvm_arg(probe, probe_regs, 3);
		u64 word = vmgexit_word(ctxt, ev.code, info1);

		if (word && cvm_hot_find(word))
			return 0;
		ev.user = user_mode(ctxt->regs);
		ev.rip = ctxt->regs->ip;
		vmgexit_detail(&ev, info1, ctxt->regs);
	}
	cvm_account(cvm_probe_hit(kp), &ev);
	return 0;
}

/* Where the arguments are is known when the probe is placed. */
static __always_inline int vmgexit_fast(struct kprobe *kp,
					struct pt_regs *probe_regs,
					bool code_in_register,
					bool info1_in_register)
{
	const struct cvm_args *args = &cvm_probe_of(kp)->args;
	u64 word;

	word = vmgexit_word((const void *)cvm_arg_from(args, probe_regs, 1, true),
			    cvm_arg_from(args, probe_regs, 2, code_in_register),
			    cvm_arg_from(args, probe_regs, 3, info1_in_register));
	if (likely(word && cvm_hot_hit(word)))
		return 0;
	return vmgexit_slow(kp, probe_regs);
}

static int vmgexit_fast_cc(struct kprobe *kp, struct pt_regs *regs)
{
	return vmgexit_fast(kp, regs, false, false);
}

static int vmgexit_fast_cr(struct kprobe *kp, struct pt_regs *regs)
{
	return vmgexit_fast(kp, regs, false, true);
}

static int vmgexit_fast_rc(struct kprobe *kp, struct pt_regs *regs)
{
	return vmgexit_fast(kp, regs, true, false);
}

static int vmgexit_fast_rr(struct kprobe *kp, struct pt_regs *regs)
{
	return vmgexit_fast(kp, regs, true, true);
}

static kprobe_pre_handler_t vmgexit_pick(const struct cvm_args *args)
{
	static const kprobe_pre_handler_t fast[2][2] = {
		{ vmgexit_fast_cc, vmgexit_fast_cr },
		{ vmgexit_fast_rc, vmgexit_fast_rr },
	};

	if (!args->arg[1].in_register)
		return vmgexit_slow;
	return fast[args->arg[2].in_register][args->arg[3].in_register];
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

/* The start of struct svsm_call, which 6.1 does not know. */
struct svsm_call_head {
	void *caa;
	u64 rax;
};

/* svsm_perform_ghcb_protocol(struct ghcb *ghcb, struct svsm_call *call) */
static int svsm_handler(struct kprobe *kp, struct pt_regs *regs)
{
	const struct svsm_call_head *call = (const void *)regs->si;
	struct cvm_cpu *c = cvm_probe_hit(kp);

	count_kernel(c, CVMSTAT_CLASS_SVSM, call->rax);
	count_kernel(c, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_RUN_VMPL);
	return 0;
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

/*
 * A CPU that comes online raises #VC and executes CPUID before it has an IDT in
 * which a breakpoint would be handled: hooks on its way say so (early), and
 * cpuhp.c keeps CPUs away as long as their probes are breakpoints.
 */
struct cvm_hook cvm_sev_hooks[] = {
	{
		.name = "vc",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VC,
		.hot = CVMSTAT_CLASSES_VC,
		.early = true,
		.points = {
			{ CVM_AT_ENTRY, "vc_raw_handle_exception", NULL, vc_handler },
		},
	}, {
		.name = "vmgexit",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.hot = CVMSTAT_CLASSES_VMGEXIT,
		.early = true,
		.points = {
			{ CVM_AT_CALLS_OF, "sev_es_ghcb_hv_call", .pick = vmgexit_pick },
			{ CVM_AT_ENTRY, "sev_es_ghcb_hv_call", NULL, vmgexit_slow },
			/* A kernel that counts itself has the former inline. */
			{ CVM_AT_ENTRY, "__sev_es_ghcb_hv_call", NULL, vmgexit_slow },
		},
	}, {
		.name = "ap-creation",
		.platforms = CVM_ON_SNP,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.points = {
			{ CVM_AT_VMGEXIT, "wakeup_cpu_via_vmgexit", NULL,
			  ap_creation_handler },
		},
	}, {
		.name = "ap-hlt-loop",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.points = {
			{ CVM_AT_VMGEXIT, "sev_es_play_dead", NULL,
			  ap_hlt_loop_handler },
		},
	}, {
		.name = "ghcb-msr-cpuid",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_GHCB_MSR,
		.points = {
			{ CVM_AT_ENTRY, "__sev_cpuid_hv", NULL, msr_cpuid_handler },
		},
	}, {
		.name = "svsm",
		.platforms = CVM_ON_SNP,
		.classes = CVMSTAT_CLASSES_SVSM | CVMSTAT_CLASSES_VMGEXIT,
		.optional = true,
		.points = {
			{ CVM_AT_ENTRY, "svsm_perform_ghcb_protocol", NULL,
			  svsm_handler },
		},
	}, {
		.name = "hyperv-hypercall",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.provenance = CVMSTAT_PROVENANCE_ESTIMATED,
		.hypervisor = X86_HYPER_MS_HYPERV,
		.points = {
			{ CVM_AT_ENTRY, "hv_ghcb_hypercall", NULL, hyperv_handler },
		},
		.feeds = {
			{ CVMSTAT_CLASS_VMGEXIT, CVMSTAT_PROVENANCE_ESTIMATED,
			  CVMSTAT_VMGEXIT_HYPERV },
		},
	}, {
		.name = "hyperv-rdmsr",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.hypervisor = X86_HYPER_MS_HYPERV,
		.points = {
			{ CVM_AT_ENTRY, "hv_ghcb_msr_read", NULL, hyperv_rdmsr_handler },
			{ CVM_AT_ENTRY, "hv_ivm_msr_read", NULL, hyperv_rdmsr_handler },
		},
	}, {
		.name = "hyperv-wrmsr",
		.platforms = CVM_ON_SEV,
		.classes = CVMSTAT_CLASSES_VMGEXIT,
		.hypervisor = X86_HYPER_MS_HYPERV,
		.points = {
			{ CVM_AT_ENTRY, "hv_ghcb_msr_write", NULL, hyperv_wrmsr_handler },
			{ CVM_AT_ENTRY, "hv_ivm_msr_write", NULL, hyperv_wrmsr_handler },
		},
	},
	{}
};

#define AUTO_GAP(code, what) \
	{ CVM_ON_SEV, CVMSTAT_CLASS_AUTO, true, code, \
	  what ": an automatic exit, handled without the guest" }

const struct cvm_gap cvm_sev_gaps[] = {
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
	{ CVM_ON_SEV, CVMSTAT_CLASS_VMGEXIT, true, CVMSTAT_NAE_AP_JUMP_TABLE,
	  "made once at boot, before the module is there" },
	{ CVM_ON_SEV, CVMSTAT_CLASS_VMGEXIT, true, CVMSTAT_NAE_TERMINATE,
	  "the guest does not come back from it" },
	{ CVM_ON_SEV, CVMSTAT_CLASS_GHCB_MSR, true, CVMSTAT_GHCB_MSR_SEV_INFO,
	  "made at boot, before the module is there" },
	{ CVM_ON_SEV, CVMSTAT_CLASS_GHCB_MSR, true, CVMSTAT_GHCB_MSR_PSC,
	  "made at boot only; later changes of page state use the GHCB" },
	{ CVM_ON_SEV, CVMSTAT_CLASS_GHCB_MSR, true, CVMSTAT_GHCB_MSR_AP_RESET_HOLD,
	  "made by firmware and the real-mode trampoline" },
	{ CVM_ON_SEV, CVMSTAT_CLASS_GHCB_MSR, true, CVMSTAT_GHCB_MSR_TERMINATE,
	  "the guest does not come back from it" },
	{}
};
