// SPDX-License-Identifier: GPL-2.0
#include "deliver.h"
#include "entry.h"
#include "face.h"
#include "lapic.h"
#include "wait.h"

struct idle_offer idle_offer;

/* After the platform has set its intercepts. */
void idle_offer_apply(struct vcpu *v)
{
	if (idle_offer.hlt)
		v->vmcb.intercept3 &= ~SVM_I3_HLT;
	if (idle_offer.mwait)
		v->vmcb.intercept4 &= ~(SVM_I4_MONITOR | SVM_I4_MWAIT);
}

/* Others have their turn; this vCPU is ready all the while. */
void vcpu_yield(struct vcpu *v)
{
	if (face->sched_out)
		face->sched_out(v);
	cpu_pause();
	if (face->sched_in)
		face->sched_in(v, true);
}

/* A wake-up ends one halt; what else others want is for the loop to see. */
static bool wanted(struct vcpu *v)
{
	u32 req = __atomic_load_n(&v->request, __ATOMIC_ACQUIRE);

	if (req & VCPU_REQ_WAKE)
		__atomic_and_fetch(&v->request, ~(u32)VCPU_REQ_WAKE, __ATOMIC_ACQ_REL);
	if (!req && !v->wake)
		return v->nmi_pending && !v->nmi_blocked;
	v->wake = false;
	return true;
}

/*
 * The guest need not end an interrupt that the hypervisor can end for it: nothing
 * else may come between the two, so that it has to be the next event.
 */
static void hand_on(struct vcpu *v, u32 vector)
{
	const struct svm_save *s = &v->vmcb.save;

	if (face->take_eoi && s->rflags & X86_EFLAGS_IF && s->efer & X86_EFER_LMA &&
	    lapic_is_edge(vector) && face->take_eoi(v)) {
		lapic_eoi();
		deliver_interrupt_now(v, vector);
	} else {
		deliver_interrupt(v, vector);
	}
}

static void sleep(struct vcpu *v, bool interrupts)
{
	while (!wanted(v)) {
		if (!interrupts) {
			host_halt_masked();
			continue;
		}
		v->host_vector = 0;
		host_halt();
		if (!v->host_vector)
			continue;
		hand_on(v, v->host_vector);
		return;
	}
}

/**
 * vcpu_wait - sleep on QEMU's CPU until the guest has something to do
 * @v: the vCPU; RIP is behind what makes it wait
 * @interrupts: whether an interrupt ends it; an NMI and a request always do
 *
 * The interrupt that wakes it is acknowledged by the host's IDT and handed on,
 * so that the APIC's state is as the guest expects.
 */
void vcpu_wait(struct vcpu *v, bool interrupts)
{
	if (interrupts && v->vmcb.int_ctl & SVM_V_IRQ)
		return;
	if (face->sched_out)
		face->sched_out(v);
	sleep(v, interrupts);
	if (face->sched_in)
		face->sched_in(v, false);
}

/* HLT: with IF clear, as Linux leaves a CPU that goes off line, only an NMI or INIT ends it. */
void vcpu_hlt(struct vcpu *v)
{
	vcpu_skip(v, HLT_LEN);
	vcpu_wait(v, v->vmcb.save.rflags & X86_EFLAGS_IF);
}
