// SPDX-License-Identifier: GPL-2.0
#include "deliver.h"
#include "end.h"
#include "guest.h"
#include "platform.h"

#define TSS_RSP0	0x04
#define TSS_IST1	0x24
#define GATE_TRAP	15	/* the other 64-bit gate type is the interrupt gate, 14 */
#define CS64_ATTRIB	0xa9b	/* present, DPL 0, code, 64-bit */
#define NO_INTERRUPT_SHADOW	0

struct idt_gate {
	u16 offset_low;
	u16 selector;
	u16 flags;		/* IST 2:0, type 11:8, DPL 14:13, P 15 */
	u16 offset_mid;
	u32 offset_high;
	u32 rsvd;
};

static void deliver_failed(struct vcpu *v, const char *what)
{
	hv_end(HV_EXIT_SHUTDOWN, "vCPU %u: no %s to deliver an exception, RIP %x", (u64)v->id, what,
	       v->vmcb.save.rip);
}

/* The stack that the gate asks for; the TSS is read where LTR left it. */
static u64 exception_stack(struct vcpu *v, const struct idt_gate *gate)
{
	struct svm_save *s = &v->vmcb.save;
	u32 ist = gate->flags & 7;
	u64 rsp = v->regs[RSP], slot;

	if (ist || s->cpl) {
		svm_vmsave(&v->vmcb);
		slot = s->tr.base + (ist ? TSS_IST1 + 8 * (ist - 1) : TSS_RSP0);
		if (!guest_read(v, slot, &rsp, sizeof(rsp)))
			deliver_failed(v, "TSS");
	}
	return rsp & ~0xfULL;
}

/* Enters the gate of @vector, with @words of @frame on its stack. */
static void enter_gate(struct vcpu *v, u32 vector, const u64 *frame, size_t words)
{
	struct svm_save *s = &v->vmcb.save;
	struct idt_gate gate;
	u64 rsp;

	if (s->idtr.limit < vector * sizeof(gate) + sizeof(gate) - 1 ||
	    !guest_read(v, s->idtr.base + vector * sizeof(gate), &gate, sizeof(gate)) ||
	    !(gate.flags & BIT(15)))
		deliver_failed(v, "IDT gate");
	rsp = exception_stack(v, &gate) - words * sizeof(*frame);
	if (!guest_write(v, rsp, frame, words * sizeof(*frame)))
		deliver_failed(v, "stack");

	v->regs[RSP] = rsp;
	s->rip = gate.offset_low | (u64)gate.offset_mid << 16 | (u64)gate.offset_high << 32;
	s->cs.selector = gate.selector & ~3;
	s->cs.attrib = CS64_ATTRIB;
	s->cs.base = 0;
	s->cs.limit = ~0U;
	if (s->cpl) {
		s->ss.selector = 0;
		s->ss.attrib = 0;
		s->cpl = 0;
	}
	s->rflags &= ~(X86_EFLAGS_TF | X86_EFLAGS_NT | X86_EFLAGS_RF | X86_EFLAGS_VM);
	if ((gate.flags >> 8 & 0xf) != GATE_TRAP)
		s->rflags &= ~X86_EFLAGS_IF;
	v->vmcb.int_state = NO_INTERRUPT_SHADOW;
}

/**
 * deliver_by_hand - raise an exception at the current instruction
 * @v: the vCPU, in 64-bit mode with an IDT
 * @vector: one for which EVENTINJ under TCG pushes no error code: 29, #VC
 * @error_code: what is pushed
 *
 * APM vol. 2, 8.9.3 (interrupt stack frame) and 8.9.4 (interrupt-stack table).
 */
void deliver_by_hand(struct vcpu *v, u32 vector, u32 error_code)
{
	const struct svm_save *s = &v->vmcb.save;
	const u64 frame[] = { error_code, s->rip, s->cs.selector, s->rflags, v->regs[RSP],
			      s->ss.selector };

	enter_gate(v, vector, frame, ARRAY_SIZE(frame));
}

/* An exception without error code: EVENTINJ does it all. */
void deliver_exception(struct vcpu *v, u32 vector)
{
	v->vmcb.event_inj = vector | SVM_INJ_EXCEPTION | SVM_INJ_VALID;
	v->vmcb.int_state = NO_INTERRUPT_SHADOW;
}

/* The same with error code 0: #GP, #DF. */
void deliver_exception_zero(struct vcpu *v, u32 vector)
{
	v->vmcb.event_inj = SVM_INJ_WITH_ERROR(vector);
	v->vmcb.event_inj_err = 0;
	v->vmcb.int_state = NO_INTERRUPT_SHADOW;
}

/*
 * An interrupt that the host's IDT took while the guest was halted. V_IRQ waits
 * for the guest's IF, which a TDX guest has clear while it halts.
 */
void deliver_interrupt(struct vcpu *v, u32 vector)
{
	v->vmcb.int_ctl |= SVM_V_IRQ | SVM_V_IGN_TPR;
	v->vmcb.int_vector = vector;
}

/*
 * The same in 64-bit mode with IF set, ahead of all that the APIC has pending. With
 * EVENTINJ guests of 4 vCPUs hung under TCG 7.2, as if it were delivered twice; that
 * is not proven.
 */
void deliver_interrupt_now(struct vcpu *v, u32 vector)
{
	const struct svm_save *s = &v->vmcb.save;
	const u64 frame[] = { s->rip, s->cs.selector, s->rflags, v->regs[RSP], s->ss.selector };

	enter_gate(v, vector, frame, ARRAY_SIZE(frame));
}

/*
 * A pending NMI, unless NMIs are blocked or another event is on its way. The
 * block ends when the guest says so (platform->nmi_complete) or with the
 * handler's IRET, which is known to be over when RIP has left it.
 */
void deliver_nmi(struct vcpu *v)
{
	if (v->nmi_iret_rip && v->vmcb.save.rip != v->nmi_iret_rip) {
		v->nmi_iret_rip = 0;
		v->nmi_blocked = false;
	}
	if (!v->nmi_pending || v->nmi_blocked || v->vmcb.event_inj & SVM_INJ_VALID ||
	    (platform->blocks_nmi && platform->blocks_nmi(v)))
		return;
	v->nmi_pending = false;
	v->nmi_blocked = true;
	v->vmcb.event_inj = X86_TRAP_NMI | SVM_INJ_NMI | SVM_INJ_VALID;
	v->vmcb.int_state = NO_INTERRUPT_SHADOW;
	if (!platform->nmi_complete)
		v->vmcb.intercept3 |= SVM_I3_IRET;
}
