// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC: registers by MMIO or, in x2APIC mode, by MSR; its timer in
 * both ways; an IPI to itself. The timer is given back after each row.
 */
#include <linux/io.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <asm/apic.h>
#include <asm/tsc.h>

#include "cause.h"
#include "lapic.h"

#define X2APIC_MSR(reg)	(APIC_BASE_MSR + ((reg) >> 4))

#define LVTT_MODES	(APIC_LVT_TIMER_PERIODIC | APIC_LVT_TIMER_TSCDEADLINE)

/* As far in the future as no row takes. */
#define FAR_MS		1000

/**
 * lapic_read() - read a register of this CPU's local APIC
 * @env: of a cause that lapic_setup() has set up
 * @reg: offset in the page
 */
u32 lapic_read(struct cause_env *env, u32 reg)
{
	u64 val;

	if (env->mmio)
		return readl(env->mmio + reg);
	rdmsrq(X2APIC_MSR(reg), val);
	return val;
}

/**
 * lapic_write() - write a register of this CPU's local APIC
 * @env: of a cause that lapic_setup() has set up
 * @reg: offset in the page
 * @val: what to write
 */
void lapic_write(struct cause_env *env, u32 reg, u32 val)
{
	if (env->mmio)
		writel(val, env->mmio + reg);
	else
		wrmsrq(X2APIC_MSR(reg), val);
}

/**
 * lapic_send() - send what is no ordinary interrupt
 * @env: of a cause that lapic_setup() has set up
 * @id: to whom: what APIC_ID reads as there
 * @command: lower half of the ICR
 */
void lapic_send(struct cause_env *env, u32 id, u32 command)
{
	if (env->mmio) {
		writel(id, env->mmio + APIC_ICR2);
		writel(command, env->mmio + APIC_ICR);
	} else {
		wrmsrq(X2APIC_MSR(APIC_ICR), (u64)id << 32 | command);
	}
}

static const char *xapic_why_not(void)
{
	return x2apic_enabled() ? "the local APIC is in x2APIC mode" : NULL;
}

static const char *x2apic_why_not(void)
{
	return x2apic_enabled() ? NULL : "the local APIC is not in x2APIC mode";
}

/**
 * lapic_setup() - map the local APIC; leaves @env->mmio NULL in x2APIC mode
 * @env: of a cause
 *
 * Return: 0 or -errno.
 */
int lapic_setup(struct cause_env *env)
{
	u64 base;

	if (x2apic_enabled())
		return 0;
	rdmsrq(MSR_IA32_APICBASE, base);
	env->mmio = ioremap(base & MSR_IA32_APICBASE_BASE, PAGE_SIZE);
	return env->mmio ? 0 : -ENOMEM;
}

/**
 * lapic_teardown() - undo lapic_setup()
 * @env: of a cause
 */
void lapic_teardown(struct cause_env *env)
{
	if (env->mmio)
		iounmap(env->mmio);
}

static void read_version(struct cause_env *env)
{
	lapic_read(env, APIC_LVR);
}

/* Latches the errors since the last write, of which nobody has asked. */
static void write_esr(struct cause_env *env)
{
	lapic_write(env, APIC_ESR, 0);
}

static u32 timer_mode(struct cause_env *env)
{
	return lapic_read(env, APIC_LVTT) & LVTT_MODES;
}

static const char *mode_why_not(bool (*ok)(u32 mode),
				const char *why_not)
{
	struct cause_env env = { 0 };
	u32 mode;

	if (lapic_setup(&env))
		return "no memory";
	mode = timer_mode(&env);
	lapic_teardown(&env);
	return ok(mode) ? NULL : why_not;
}

static bool not_periodic(u32 mode)
{
	return mode != APIC_LVT_TIMER_PERIODIC;
}

static bool is_deadline(u32 mode)
{
	return mode == APIC_LVT_TIMER_TSCDEADLINE;
}

static const char *tmict_why_not(void)
{
	return mode_why_not(not_periodic,
			    "the local APIC's timer is periodic: its phase would be lost");
}

static const char *deadline_why_not(void)
{
	return mode_why_not(is_deadline,
			    "the local APIC's timer does not use the TSC deadline");
}

/* What the timer was about to do, where that can be read and written. */
static void timer_begin(struct cause_env *env)
{
	env->mode = timer_mode(env);
	if (is_deadline(env->mode))
		rdmsrq(MSR_IA32_TSC_DEADLINE, env->value);
}

/*
 * Linux waits for an interrupt that it has asked for, and that may have been
 * due meanwhile; a hypervisor may forget it when the timer is written, even
 * after it has shown the timer as expired. So there is always one: at the
 * deadline, which comes due at once if it has passed, or at once. If it comes
 * early, Linux programs the rest.
 */
static void timer_end(struct cause_env *env)
{
	if (is_deadline(env->mode))
		wrmsrq(MSR_IA32_TSC_DEADLINE, env->value ?: rdtsc());
	else
		lapic_write(env, APIC_TMICT, 1);
}

static void tmict_once(struct cause_env *env)
{
	lapic_write(env, APIC_TMICT, U32_MAX);
}

static void deadline_once(struct cause_env *env)
{
	wrmsrq(MSR_IA32_TSC_DEADLINE, rdtsc() + (u64)tsc_khz * FAR_MS);
}

static bool self_done;

static void self_arrived(struct irq_work *work)
{
	WRITE_ONCE(self_done, true);
}

static struct irq_work self_work = IRQ_WORK_INIT_HARD(self_arrived);

/* Interrupts are on for as long as it takes to arrive. */
static void self_ipi_once(struct cause_env *env)
{
	WRITE_ONCE(self_done, false);
	if (!irq_work_queue(&self_work)) {
		env->error = -EBUSY;
		return;
	}
	local_irq_enable();
	while (!READ_ONCE(self_done))
		cpu_relax();
	local_irq_disable();
}

#define LAPIC_WRITE { \
	CAUSES_VC_EXIT(CVMSTAT_SVM_NPF, CVMSTAT_NAE_MMIO_WRITE), \
	CAUSES_VE_EXIT(CVMSTAT_VE_WRMSR, CVMSTAT_TDVMCALL_WRMSR), \
}

const struct cause causes_apic[] = {
	{
		.name = "lapic-read",
		.what = "MMIO read of the local APIC (version)",
		.expect = {
			CAUSES_VC_EXIT(CVMSTAT_SVM_NPF, CVMSTAT_NAE_MMIO_READ),
		},
		.why_not = xapic_why_not,
		.setup = lapic_setup,
		.once = read_version,
		.teardown = lapic_teardown,
	}, {
		.name = "lapic-write",
		.what = "MMIO write to the local APIC (error status)",
		.expect = {
			CAUSES_VC_EXIT(CVMSTAT_SVM_NPF, CVMSTAT_NAE_MMIO_WRITE),
		},
		.why_not = xapic_why_not,
		.setup = lapic_setup,
		.once = write_esr,
		.teardown = lapic_teardown,
	}, {
		.name = "x2apic-rdmsr",
		.what = "RDMSR of an x2APIC register (version)",
		.expect = {
			CAUSES_VC_EXIT(CVMSTAT_SVM_MSR, CVMSTAT_SVM_MSR),
			CAUSES_VE_EXIT(CVMSTAT_VE_RDMSR, CVMSTAT_TDVMCALL_RDMSR),
		},
		.why_not = x2apic_why_not,
		.setup = lapic_setup,
		.once = read_version,
		.teardown = lapic_teardown,
	}, {
		.name = "x2apic-wrmsr",
		.what = "WRMSR of an x2APIC register (error status)",
		.expect = {
			CAUSES_VC_EXIT(CVMSTAT_SVM_MSR, CVMSTAT_SVM_MSR),
			CAUSES_VE_EXIT(CVMSTAT_VE_WRMSR, CVMSTAT_TDVMCALL_WRMSR),
		},
		.why_not = x2apic_why_not,
		.setup = lapic_setup,
		.once = write_esr,
		.teardown = lapic_teardown,
	}, {
		.name = "timer-tmict",
		.what = "the local APIC's timer programmed by its initial count",
		.expect = LAPIC_WRITE,
		.why_not = tmict_why_not,
		.setup = lapic_setup,
		.begin = timer_begin,
		.once = tmict_once,
		.end = timer_end,
		.teardown = lapic_teardown,
	}, {
		.name = "timer-deadline",
		.what = "the local APIC's timer programmed by a TSC deadline",
		.expect = {
			CAUSES_VC_EXIT(CVMSTAT_SVM_MSR, CVMSTAT_SVM_MSR),
			CAUSES_VE_EXIT(CVMSTAT_VE_WRMSR, CVMSTAT_TDVMCALL_WRMSR),
		},
		.why_not = deadline_why_not,
		.setup = lapic_setup,
		.begin = timer_begin,
		.once = deadline_once,
		.end = timer_end,
		.teardown = lapic_teardown,
	}, {
		.name = "ipi-self",
		.what = "an IPI to this CPU, until its handler has run",
		.flags = CVMSTAT_BENCH_NOISY,
		.expect = {
			CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VC, CVMSTAT_SVM_NPF),
			CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_READ),
			CAUSES(CVM_ON_SEV, CVMSTAT_CLASS_VMGEXIT, CVMSTAT_NAE_MMIO_WRITE),
		},
		.once = self_ipi_once,
	},
	{}
};
