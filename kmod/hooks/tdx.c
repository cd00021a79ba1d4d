// SPDX-License-Identifier: GPL-2.0
/*
 * TDX: every place in Linux that handles a #VE, makes a TDVMCALL or another
 * TDCALL, as a list of hooks.
 *
 * The TDVMCALLs that follow a #VE are worked out from the #VE by the rules of
 * arch/x86/coco/tdx/tdx.c, one to one: no hook more on the hot path. Those
 * that the kernel makes by itself are caught at the call, each one, so that
 * retries count as often as they exit.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/ptrace.h>
#include <asm/hypervisor.h>
#include <asm/shared/tdx.h>
#include <asm/tdx.h>

#include "count/hot.h"
#include "count/word_tdx.h"
#include "hooks.h"
#include "perf/times.h"
#include "perf/trace.h"
#include "platform.h"
#include "probe/direct.h"
#include "probe/fentry.h"
#include "probe/kprobe.h"

#ifdef CVM_TDX_KNOWN

static __always_inline void count_tdcall(struct cvm_cpu *c, u64 leaf)
{
	struct cvm_event ev = { .class = CVMSTAT_CLASS_TDCALL, .code = leaf };

	cvm_account(c, &ev);
}

/* Count a #VE without a counter in the fast lane, and let preemption on. */
static noinline void ve_slow(const u32 *id, const struct pt_regs *regs,
			     const struct ve_info *ve, unsigned long *slot)
{
	struct cvm_event other, ev = {
		.class = CVMSTAT_CLASS_VE,
		.code = ve->exit_reason,
		.user = user_mode((struct pt_regs *)regs),
		.rip = regs->ip,
		.regs = regs,
	};
	bool exits = false, held;
	unsigned long flags;
	struct cvm_cpu *c;
	u64 word;

	if (cvm_times_taken())
		cvm_time_enter_slow(slot, ev.class, ev.code, ev.user);
	if (cvm_ve_word_slow(regs, ve, &word)) {
		if (cvm_hot_find(word))
			goto out;
		exits = cvm_ve_decode(word, &ev, &other);
	}
	c = cvm_hook_hit(*id);
	held = cvm_trace_hold(&flags);
	cvm_account(c, &ev);
	if (exits)
		cvm_account(c, &other);
	other = cvm_ve_info_get;
	other.regs = regs;
	cvm_account(c, &other);
	if (held)
		cvm_trace_emit(flags);
	cvm_trace_enter(slot, regs, ve->exit_reason);
out:
	preempt_enable_notrace();
}

/*
 * There is more to do than to count. Apart, so that nothing has to be kept over a
 * call where none is made.
 */
static noinline void ve_beside(const u32 *id, const struct pt_regs *regs,
			       const struct ve_info *ve, unsigned long *slot,
			       u64 word)
{
	if (cvm_times_taken() && likely(cvm_hot_hit(word))) {
		cvm_time_enter(slot, word);
		preempt_enable_notrace();
	} else {
		ve_slow(id, regs, ve, slot);
	}
}

/*
 * tdx_handle_virt_exception(struct pt_regs *regs, struct ve_info *ve)
 *
 * A #VE handler may have interrupts on, and an interrupt may raise the next
 * #VE. A kprobe would drop that one, if it came while the first one's handler
 * runs; ftrace does not. @slot: where its return address is.
 */
static __always_inline void ve_hit(const u32 *id, const struct pt_regs *regs,
				   const struct ve_info *ve, unsigned long *slot)
{
	u64 word;

	preempt_disable_notrace();
	if (unlikely(!cvm_ve_word(regs, ve, &word)))
		ve_slow(id, regs, ve, slot);
	else if (likely(cvm_hot_trap(word)))
		preempt_enable_notrace();
	else
		ve_beside(id, regs, ve, slot, word);
}

static bool ve_right(const struct pt_regs *regs)
{
	return cvm_peek(regs->si, offsetof(struct ve_info, exit_reason)) ==
		       CVMSTAT_VE_CPUID &&
	       (u32)cvm_peek(regs->di, offsetof(struct pt_regs, ax)) ==
		       cvm_proof_leaf();
}

static void ve_entered(unsigned long ip, unsigned long parent_ip,
		       struct ftrace_ops *fops, struct ftrace_regs *fregs)
{
	ve_hit(cvm_fentry_id(fops),
	       (const void *)ftrace_regs_get_argument(fregs, 0),
	       (const void *)ftrace_regs_get_argument(fregs, 1),
	       (unsigned long *)ftrace_regs_get_stack_pointer(fregs));
}

static struct cvm_direct ve_direct;

static void __used ve_called(const struct pt_regs *regs,
			     const struct ve_info *ve, u64 unused, u64 unused2,
			     u64 unused3, unsigned long *slot)
{
	ve_hit(&ve_direct.id, regs, ve, slot);
}

CVM_DEFINE_DIRECT(ve_direct, ve_called);

/* The following handlers are those of functions that make one known call. */

static int map_gpa_handler(struct kprobe *kp, struct pt_regs *regs)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_TDVMCALL,
		.code = CVMSTAT_TDVMCALL_MAP_GPA,
		.rip = regs->ip,
	};

	cvm_account(cvm_probe_hit(kp), &ev);
	return 0;
}

static int page_accept_handler(struct kprobe *kp, struct pt_regs *regs)
{
	count_tdcall(cvm_probe_hit(kp), CVMSTAT_TDCALL_PAGE_ACCEPT);
	return 0;
}

static void count_tdvmcall(struct ftrace_ops *fops, unsigned long rip,
			   u64 code, u64 detail)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_TDVMCALL,
		.code = code,
		.has_detail = true,
		.detail = detail,
		.rip = rip,
	};

	preempt_disable_notrace();
	cvm_account(cvm_fentry_hit(fops), &ev);
	preempt_enable_notrace();
}

/* tdx_kvm_hypercall(unsigned int nr, ...): r10 is the number. */
static void kvm_hypercall_entered(unsigned long ip, unsigned long parent_ip,
				  struct ftrace_ops *fops,
				  struct ftrace_regs *fregs)
{
	count_tdvmcall(fops, ip, CVMSTAT_TDVMCALL_VENDOR,
		       (u32)ftrace_regs_get_argument(fregs, 0));
}

/* hv_tdx_hypercall(u64 control, u64 param1, u64 param2): r10 is @control. */
static void hyperv_hypercall_entered(unsigned long ip, unsigned long parent_ip,
				     struct ftrace_ops *fops,
				     struct ftrace_regs *fregs)
{
	count_tdvmcall(fops, ip, CVMSTAT_TDVMCALL_VENDOR,
		       ftrace_regs_get_argument(fregs, 0));
}

/* hv_tdx_msr_read(u64 msr, u64 *val) */
static void hyperv_rdmsr_entered(unsigned long ip, unsigned long parent_ip,
				 struct ftrace_ops *fops,
				 struct ftrace_regs *fregs)
{
	count_tdvmcall(fops, ip, CVMSTAT_TDVMCALL_RDMSR,
		       (u32)ftrace_regs_get_argument(fregs, 0));
}

/* hv_tdx_msr_write(u64 msr, u64 val) */
static void hyperv_wrmsr_entered(unsigned long ip, unsigned long parent_ip,
				 struct ftrace_ops *fops,
				 struct ftrace_regs *fregs)
{
	count_tdvmcall(fops, ip, CVMSTAT_TDVMCALL_WRMSR,
		       (u32)ftrace_regs_get_argument(fregs, 0));
}

/* VMware's leaf of vendor hypercalls, in r10; the command is in r13. */
#define VMWARE_LEAF	0x1af7e4909ULL

/* vmware_tdx_hypercall(unsigned long cmd, ...) */
static void vmware_hypercall_entered(unsigned long ip, unsigned long parent_ip,
				     struct ftrace_ops *fops,
				     struct ftrace_regs *fregs)
{
	count_tdvmcall(fops, ip, CVMSTAT_TDVMCALL_VENDOR, VMWARE_LEAF);
}

/* tdx_hcall_get_quote(u8 *buf, size_t size) makes one TDVMCALL. */
static void get_quote_entered(unsigned long ip, unsigned long parent_ip,
			      struct ftrace_ops *fops,
			      struct ftrace_regs *fregs)
{
	struct cvm_event ev = {
		.class = CVMSTAT_CLASS_TDVMCALL,
		.code = CVMSTAT_TDVMCALL_GET_QUOTE,
		.rip = ip,
	};

	preempt_disable_notrace();
	cvm_account(cvm_fentry_hit(fops), &ev);
	preempt_enable_notrace();
}

/* tdx_mcall_get_report0(u8 *reportdata, u8 *tdreport) makes one TDCALL. */
static void mr_report_entered(unsigned long ip, unsigned long parent_ip,
			      struct ftrace_ops *fops,
			      struct ftrace_regs *fregs)
{
	preempt_disable_notrace();
	count_tdcall(cvm_fentry_hit(fops), CVMSTAT_TDCALL_MR_REPORT);
	preempt_enable_notrace();
}

/* tdx_mcall_extend_rtmr(u8 index, u8 *data) makes one TDCALL. */
static void rtmr_extend_entered(unsigned long ip, unsigned long parent_ip,
				struct ftrace_ops *fops,
				struct ftrace_regs *fregs)
{
	preempt_disable_notrace();
	count_tdcall(cvm_fentry_hit(fops), CVMSTAT_TDCALL_RTMR_EXTEND);
	preempt_enable_notrace();
}

#define CALLS_IN(function, call, hit) \
	CVM_KPROBE(function, .find = cvm_find_calls_in, .callee = call, \
		   .handler = hit)

#define VE_INFERS(code)	CVM_FEEDS(TDVMCALL, code, INFERRED)

static const struct cvm_hook_desc hooks[] = {
	{
		.name = "ve",
		.platforms = CVM_ON_TDX,
		.classes = CVMSTAT_CLASSES_VE | CVMSTAT_CLASSES_TDVMCALL |
			   CVMSTAT_CLASSES_TDCALL,
		.hot = CVMSTAT_CLASSES_VE,
		.right = ve_right,
		.points = {
			CVM_DIRECT(CVM_VE_HANDLER, ve_direct),
			CVM_FENTRY(CVM_VE_HANDLER, ve_entered),
		},
		.feeds = {
			CVM_FEEDS_ALL(VE),
			VE_INFERS(CVMSTAT_TDVMCALL_CPUID),
			VE_INFERS(CVMSTAT_TDVMCALL_HLT),
			VE_INFERS(CVMSTAT_TDVMCALL_IO),
			VE_INFERS(CVMSTAT_TDVMCALL_RDMSR),
			VE_INFERS(CVMSTAT_TDVMCALL_WRMSR),
			VE_INFERS(CVMSTAT_TDVMCALL_MMIO),
			CVM_FEEDS(TDCALL, CVMSTAT_TDCALL_VEINFO_GET, INFERRED),
		},
	}, {
		.name = "map-gpa",
		.platforms = CVM_ON_TDX,
		.classes = CVMSTAT_CLASSES_TDVMCALL,
		.feeds = { CVM_FEEDS(TDVMCALL, CVMSTAT_TDVMCALL_MAP_GPA, COUNTED) },
		.points = {
			CALLS_IN("tdx_map_gpa", "__tdx_hypercall", map_gpa_handler),
		},
	}, {
		.name = "get-quote",
		.platforms = CVM_ON_TDX,
		.classes = CVMSTAT_CLASSES_TDVMCALL,
		.feeds = { CVM_FEEDS(TDVMCALL, CVMSTAT_TDVMCALL_GET_QUOTE, COUNTED) },
		.points = {
			CVM_FENTRY("tdx_hcall_get_quote", get_quote_entered),
		},
	}, {
		.name = "kvm-hypercall",
		.platforms = CVM_ON_TDX,
		.classes = CVMSTAT_CLASSES_TDVMCALL,
		.hypervisor = X86_HYPER_KVM,
		.feeds = { CVM_FEEDS(TDVMCALL, CVMSTAT_TDVMCALL_VENDOR, COUNTED) },
		.points = {
			CVM_FENTRY("tdx_kvm_hypercall", kvm_hypercall_entered),
		},
	}, {
		.name = "hyperv-hypercall",
		.platforms = CVM_ON_TDX,
		.classes = CVMSTAT_CLASSES_TDVMCALL,
		.hypervisor = X86_HYPER_MS_HYPERV,
		.feeds = { CVM_FEEDS(TDVMCALL, CVMSTAT_TDVMCALL_VENDOR, COUNTED) },
		.points = {
			CVM_FENTRY("hv_tdx_hypercall", hyperv_hypercall_entered),
		},
	}, {
		.name = "hyperv-rdmsr",
		.platforms = CVM_ON_TDX,
		.classes = CVMSTAT_CLASSES_TDVMCALL,
		.hypervisor = X86_HYPER_MS_HYPERV,
		.feeds = { CVM_FEEDS(TDVMCALL, CVMSTAT_TDVMCALL_RDMSR, COUNTED) },
		.points = {
			CVM_FENTRY("hv_tdx_msr_read", hyperv_rdmsr_entered),
		},
	}, {
		.name = "hyperv-wrmsr",
		.platforms = CVM_ON_TDX,
		.classes = CVMSTAT_CLASSES_TDVMCALL,
		.hypervisor = X86_HYPER_MS_HYPERV,
		.feeds = { CVM_FEEDS(TDVMCALL, CVMSTAT_TDVMCALL_WRMSR, COUNTED) },
		.points = {
			CVM_FENTRY("hv_tdx_msr_write", hyperv_wrmsr_entered),
		},
	}, {
		.name = "vmware-hypercall",
		.platforms = CVM_ON_TDX,
		.classes = CVMSTAT_CLASSES_TDVMCALL,
		.hypervisor = X86_HYPER_VMWARE,
		.feeds = { CVM_FEEDS(TDVMCALL, CVMSTAT_TDVMCALL_VENDOR, COUNTED) },
		.points = {
			CVM_FENTRY("vmware_tdx_hypercall", vmware_hypercall_entered),
		},
	}, {
		.name = "mr-report",
		.platforms = CVM_ON_TDX,
		.classes = CVMSTAT_CLASSES_TDCALL,
		.feeds = { CVM_FEEDS(TDCALL, CVMSTAT_TDCALL_MR_REPORT, COUNTED) },
		.points = {
			CVM_FENTRY("tdx_mcall_get_report0", mr_report_entered),
		},
	}, {
		.name = "rtmr-extend",
		.platforms = CVM_ON_TDX,
		.classes = CVMSTAT_CLASSES_TDCALL,
		.optional = true,
		.feeds = { CVM_FEEDS(TDCALL, CVMSTAT_TDCALL_RTMR_EXTEND, COUNTED) },
		.points = {
			CVM_FENTRY("tdx_mcall_extend_rtmr", rtmr_extend_entered),
		},
	}, {
		.name = "page-accept",
		.platforms = CVM_ON_TDX,
		.classes = CVMSTAT_CLASSES_TDCALL,
		.feeds = { CVM_FEEDS(TDCALL, CVMSTAT_TDCALL_PAGE_ACCEPT, COUNTED) },
		.points = {
			CALLS_IN("try_accept_one", "__tdcall", page_accept_handler),
			CALLS_IN("tdx_accept_memory", "__tdcall", page_accept_handler),
		},
	},
};

#else

static const struct cvm_hook_desc hooks[] = {};

#endif /* CVM_TDX_KNOWN */

#define BY_NOBODY	"no function of Linux that is hooked makes it: another module's is not seen"

static const struct cvm_gap gaps[] = {
	{ CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, true, CVMSTAT_TDVMCALL_HLT,
	  "HLT outside of the idle loop (paravirtual spinlocks, a dying CPU): noinstr" },
	{ CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, true, CVMSTAT_TDVMCALL_REPORT_FATAL,
	  "the guest does not come back from it" },
	{ CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, true, CVMSTAT_TDVMCALL_GET_INFO,
	  BY_NOBODY },
	{ CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, true, CVMSTAT_TDVMCALL_SETUP_NOTIFY,
	  BY_NOBODY },
	{ CVM_ON_TDX, CVMSTAT_CLASS_TDVMCALL, true, CVMSTAT_TDVMCALL_SERVICE,
	  BY_NOBODY },
	{ CVM_ON_TDX, CVMSTAT_CLASS_TDCALL, true, CVMSTAT_TDCALL_SYS_RD,
	  BY_NOBODY },
	{ CVM_ON_TDX, CVMSTAT_CLASS_TDCALL, true, CVMSTAT_TDCALL_VP_INFO,
	  "made at boot, before the module is there" },
	{ CVM_ON_TDX, CVMSTAT_CLASS_TDCALL, true, CVMSTAT_TDCALL_VM_RD,
	  "made at boot, before the module is there" },
	{ CVM_ON_TDX, CVMSTAT_CLASS_TDCALL, true, CVMSTAT_TDCALL_VM_WR,
	  "made at boot, before the module is there" },
	{ CVM_ON_TDX, CVMSTAT_CLASS_AUTO, false, 0,
	  "interrupts, EPT violations on private memory, PAUSE: handled without the guest" },
};

const struct cvm_hook_list cvm_tdx_hooks = {
	.hooks = hooks,
	.nr_hooks = ARRAY_SIZE(hooks),
	.gaps = gaps,
	.nr_gaps = ARRAY_SIZE(gaps),
};
