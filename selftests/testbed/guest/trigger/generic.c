// SPDX-License-Identifier: GPL-2.0
/* NMIs, CPUs' ways of their own, and ways in which a guest ends, whatever the platform. */
#include <linux/cpuhotplug.h>
#include <linux/cpuidle.h>
#include <linux/delay.h>
#include <linux/ftrace.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/vmalloc.h>
#include <asm/apic.h>
#include <asm/cpuid/api.h>
#include <asm/desc.h>
#include <asm/nmi.h>

#include "cause/lapic.h"
#include "trigger.h"

/* For ever, and no interrupt gets in. */
static void hang(struct cause_env *env)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

/* Without an IDT an exception cannot be delivered, nor the next one. */
static void triple_fault(struct cause_env *env)
{
	const struct desc_ptr none = { 0 };

	load_idt(&none);
	asm volatile("int3");
}

static struct page *page;
static void *alias;

/* A page that stays private, through a mapping that says shared. */
static int map_shared(struct cause_env *env)
{
	page = alloc_page(GFP_KERNEL);
	if (!page)
		return -ENOMEM;
	alias = vmap(&page, 1, VM_MAP, pgprot_decrypted(PAGE_KERNEL));
	return alias ? 0 : -ENOMEM;
}

static void shared_access(struct cause_env *env)
{
	READ_ONCE(*(u8 *)alias);
}

static void unmap_shared(struct cause_env *env)
{
	vunmap(alias);
	__free_page(page);
}

static atomic_t nmis_wanted;
unsigned int nmi_cpuid_leaf;

static int count_nmi(unsigned int type, struct pt_regs *regs)
{
	if (atomic_dec_if_positive(&nmis_wanted) < 0)
		return NMI_DONE;
	if (nmi_cpuid_leaf)
		cpuid_eax(nmi_cpuid_leaf);
	return NMI_HANDLED;
}

void expect_nmi(void)
{
	atomic_set(&nmis_wanted, 1);
}

void wait_for_nmi(void)
{
	unsigned int spins;

	for (spins = 0; spins < 100000000; spins++)
		if (!atomic_read(&nmis_wanted))
			break;
}

int find_own_apic(struct cause_env *env)
{
	int ret = lapic_setup(env);

	if (!ret)
		env->value = lapic_read(env, APIC_ID);
	return ret;
}

static void nmi(struct cause_env *env)
{
	expect_nmi();
	lapic_send(env, env->value, APIC_DM_NMI);
	wait_for_nmi();
}

int catch_nmis(void)
{
	return register_nmi_handler(NMI_LOCAL, count_nmi, 0, "cvmbed");
}

void release_nmis(void)
{
	unregister_nmi_handler(NMI_LOCAL, "cvmbed");
}

/* An idle state that executes HLT itself, as some of Linux' drivers have done. */
static __cpuidle int enter_hlt(struct cpuidle_device *dev, struct cpuidle_driver *drv,
			       int index)
{
	asm volatile("sti; hlt; cli" : : : "memory");
	return index;
}

static struct cpuidle_driver hlt_driver = {
	.name = "cvmbed_hlt",
	.owner = THIS_MODULE,
	.states = { {
		.enter = enter_hlt,
		.exit_latency = 1,
		.target_residency = 1,
		.name = "HLT",
		.desc = "cvmbed HLT",
	} },
	.state_count = 1,
};

static int take_idle_over(struct cause_env *env)
{
	return cpuidle_register(&hlt_driver, NULL);
}

static void idle_a_while(struct cause_env *env)
{
	msleep(20);
}

static void give_idle_back(struct cause_env *env)
{
	cpuidle_unregister(&hlt_driver);
}

static int (*past_ftrace)(unsigned int cpu, int tasks_frozen, enum cpuhp_state target);

/* Behind the call of ftrace's, which begins the function: where kprobes has its probes. */
static int find_cpu_up(struct cause_env *env)
{
	struct kprobe probe = { .symbol_name = "_cpu_up", .flags = KPROBE_FLAG_DISABLED };
	int ret = register_kprobe(&probe);

	if (ret)
		return ret;
	past_ftrace = (void *)probe.addr + MCOUNT_INSN_SIZE;
	unregister_kprobe(&probe);
	return 0;
}

/* Brings the CPU env->arg online, by a way on which ftrace leads nobody elsewhere. */
static void __nocfi cpu_up_unled(struct cause_env *env)
{
	env->error = past_ftrace(env->arg, 0, CPUHP_ONLINE);
}

const struct cause test_causes[] = {
	{ .name = "hang", .once = hang },
	{ .name = "triple-fault", .once = triple_fault },
	{
		.name = "shared-access",
		.platforms = CVM_ON_SEV | CVM_ON_TDX,
		.setup = map_shared,
		.once = shared_access,
		.teardown = unmap_shared,
	}, {
		.name = "nmi",
		.setup = find_own_apic,
		.once = nmi,
		.teardown = lapic_teardown,
	}, {
		.name = "cpuidle-hlt",
		.sleeps = true,
		.setup = take_idle_over,
		.once = idle_a_while,
		.teardown = give_idle_back,
	}, {
		.name = "cpu-up-unled",
		.sleeps = true,
		.setup = find_cpu_up,
		.once = cpu_up_unled,
	},
	{}
};
