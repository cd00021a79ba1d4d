// SPDX-License-Identifier: GPL-2.0
#include "deliver.h"
#include "entry.h"
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
	while (!interrupts || !(v->vmcb.int_ctl & SVM_V_IRQ)) {
		if (__atomic_load_n(&v->request, __ATOMIC_ACQUIRE) ||
		    (v->nmi_pending && !v->nmi_blocked))
			return;
		if (!interrupts) {
			host_halt_masked();
			continue;
		}
		v->host_vector = 0;
		host_halt();
		if (v->host_vector)
			deliver_interrupt(v, v->host_vector);
	}
}

/* HLT: with IF clear, as Linux leaves a CPU that goes off line, only an NMI or INIT ends it. */
void vcpu_hlt(struct vcpu *v)
{
	vcpu_skip(v, HLT_LEN);
	vcpu_wait(v, v->vmcb.save.rflags & X86_EFLAGS_IF);
}
