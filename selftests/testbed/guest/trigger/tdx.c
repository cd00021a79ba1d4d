// SPDX-License-Identifier: GPL-2.0
/*
 * Ways in which a TD ends, by its wish or by what the TDX module punishes, and
 * what comes between a #VE and the question for its information.
 */
#include <linux/io.h>
#include <linux/kdebug.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <asm/apic.h>
#include <asm/cpuid/api.h>
#include <asm/trapnr.h>

#include "tdcall.h"
#include "trigger.h"

/* A leaf whose #VE Linux answers by TDVMCALL. */
#define VE_LEAF		0x40000000

static void call_hypervisor(u64 function, u64 r12, u64 r13)
{
	struct tdcall_regs regs = { .r12 = r12, .r13 = r13 };

	tdvmcall(function, &regs);
}

/* Error code 0, no message. */
static void fatal_error(struct cause_env *env)
{
	call_hypervisor(CVMSTAT_TDVMCALL_REPORT_FATAL, 0, 0);
}

static void map_gpa(struct cause_env *env, u64 bits)
{
	call_hypervisor(CVMSTAT_TDVMCALL_MAP_GPA, __pa(env->value) | bits, PAGE_SIZE);
}

static void private_access(struct cause_env *env)
{
	map_gpa(env, BIT_ULL(TOP_BIT));
	READ_ONCE(*(u8 *)env->value);
}

/* Private again, but not accepted. */
static void pending_access(struct cause_env *env)
{
	map_gpa(env, BIT_ULL(TOP_BIT));
	map_gpa(env, 0);
	READ_ONCE(*(u8 *)env->value);
}

/*
 * What happens in the #VE handler before it asks for the #VE's information. It
 * does so in this function, and nowhere else at run time.
 */
static int before_veinfo_get(struct kprobe *probe, struct pt_regs *regs);

static struct kprobe veinfo_probe = {
	.symbol_name = "tdx_get_ve_info",
	.pre_handler = before_veinfo_get,
};

static enum { DO_NOTHING, DO_CPUID, DO_NMI } in_handler;

static int before_veinfo_get(struct kprobe *probe, struct pt_regs *regs)
{
	u64 self = (u64)raw_smp_processor_id() << 32;
	int what = in_handler;

	in_handler = DO_NOTHING;
	if (what == DO_CPUID)
		cpuid_eax(VE_LEAF);
	else if (what == DO_NMI)
		call_hypervisor(CVMSTAT_TDVMCALL_WRMSR,
				APIC_BASE_MSR + (APIC_ICR >> 4),
				self | APIC_DM_NMI);
	return 0;
}

static int probe_veinfo(struct cause_env *env)
{
	/* What an earlier registration has found. */
	veinfo_probe.addr = NULL;
	veinfo_probe.flags = 0;
	return register_kprobe(&veinfo_probe);
}

static void unprobe_veinfo(struct cause_env *env)
{
	unregister_kprobe(&veinfo_probe);
}

/*
 * Asks in the handler's stead, or each port access of Linux's last words would
 * be a #VE too much, and a double fault again.
 */
static int at_double_fault(struct notifier_block *block, unsigned long event,
			   void *data)
{
	struct tdcall_regs regs = { 0 };
	const struct die_args *args = data;

	if (args->trapnr == X86_TRAP_DF)
		tdcall(CVMSTAT_TDCALL_VEINFO_GET, &regs);
	return NOTIFY_DONE;
}

static struct notifier_block double_fault_notifier = {
	.notifier_call = at_double_fault,
};

static int probe_for_double_fault(struct cause_env *env)
{
	register_die_notifier(&double_fault_notifier);
	return probe_veinfo(env);
}

static void unprobe_double_fault(struct cause_env *env)
{
	unprobe_veinfo(env);
	unregister_die_notifier(&double_fault_notifier);
}

/* A second #VE there is a double fault, and Linux's end. */
static void second_ve(struct cause_env *env)
{
	in_handler = DO_CPUID;
	cpuid_eax(VE_LEAF);
}

/* An NMI there, whose handler has a #VE of its own: it has to wait. */
static void nmi_in_ve(struct cause_env *env)
{
	nmi_cpuid_leaf = VE_LEAF;
	expect_nmi();
	in_handler = DO_NMI;
	cpuid_eax(VE_LEAF);
	wait_for_nmi();
	nmi_cpuid_leaf = 0;
}

#define ON_PAGE(_name, _once) { \
	.name = _name, \
	.platforms = CVM_ON_TDX, \
	.setup = cause_take_page, \
	.once = _once, \
	.teardown = cause_give_page_back, \
}

const struct cause test_causes_tdx[] = {
	{ .name = "fatal-error", .platforms = CVM_ON_TDX, .once = fatal_error },
	ON_PAGE("private-access", private_access),
	ON_PAGE("pending-access", pending_access),
	{
		.name = "second-ve",
		.platforms = CVM_ON_TDX,
		.setup = probe_for_double_fault,
		.once = second_ve,
		.teardown = unprobe_double_fault,
	}, {
		.name = "nmi-in-ve",
		.platforms = CVM_ON_TDX,
		.setup = probe_veinfo,
		.once = nmi_in_ve,
		.teardown = unprobe_veinfo,
	},
	{}
};
