// SPDX-License-Identifier: GPL-2.0
/* Instructions that reach a device by its address, which the hypervisor carries out. */
#include "end.h"
#include "guest.h"
#include "insn.h"
#include "io.h"
#include "mmio.h"

/* One element of MOVS between memory and a device, either way. */
static bool mmio_movs(struct vcpu *v, const struct insn *i, u64 gpa)
{
	struct walk dst;
	u64 val = 0;

	if (guest_walk(v, v->regs[RDI], &dst) && (dst.gpa & GPA_MASK) == gpa) {
		if (!guest_read(v, v->regs[RSI], &val, i->mem_size))
			return false;
		mmio_write(v, gpa, i->mem_size, val);
		return true;
	}
	val = mmio_read(v, gpa, i->mem_size);
	return guest_write(v, v->regs[RDI], &val, i->mem_size);
}

/* String instructions take an exit for each element, so that RCX stays true. */
static void string_step(struct vcpu *v, const struct insn *i)
{
	u64 step = v->vmcb.save.rflags & X86_EFLAGS_DF ? -(u64)i->mem_size : i->mem_size;

	v->regs[RDI] += step;
	if (i->kind == INSN_MOVS)
		v->regs[RSI] += step;
	if (!i->rep || !--v->regs[RCX])
		vcpu_skip(v, i->len);
}

static bool mmio_access(struct vcpu *v, const struct insn *i, u64 gpa)
{
	switch (i->kind) {
	case INSN_LOAD:
	case INSN_LOAD_SIGNED:
		insn_reg_set(v, i, mmio_read(v, gpa, i->mem_size));
		break;
	case INSN_STORE:
		mmio_write(v, gpa, i->mem_size, insn_reg_get(v, i));
		break;
	case INSN_STORE_IMM:
		mmio_write(v, gpa, i->mem_size, i->imm);
		break;
	case INSN_STOS:
		mmio_write(v, gpa, i->mem_size, v->regs[RAX]);
		string_step(v, i);
		return true;
	case INSN_MOVS:
		if (!mmio_movs(v, i, gpa))
			return false;
		string_step(v, i);
		return true;
	default:
		return false;
	}
	vcpu_skip(v, i->len);
	return true;
}

/* The one at RIP, whose operand has no RAM behind it. */
void mmio_emulate(struct vcpu *v)
{
	u64 gpa = v->vmcb.exit_info_2 & GPA_MASK;
	struct insn i;

	if (!insn_decode(v, &i) || !mmio_allowed(gpa, i.mem_size) || !mmio_access(v, &i, gpa))
		hv_end(HV_EXIT_INTERNAL, "no emulation of the access at RIP %x to GPA %x",
		       v->vmcb.save.rip, gpa);
}
