// SPDX-License-Identifier: GPL-2.0
/*
 * An ordinary VM, the baseline: the same exits, but the hypervisor emulates the
 * instruction, as it may read the guest's registers. All are automatic exits.
 */
#include "cpuid.h"
#include "deliver.h"
#include "end.h"
#include "guest.h"
#include "insn.h"
#include "io.h"
#include "ledger.h"
#include "platform.h"

#define CPUID_LEN	2
#define VMMCALL_LEN	3

static void do_cpuid(struct vcpu *v)
{
	struct cpuid_regs r;

	platform->cpuid(v, v->regs[RAX], v->regs[RCX], &r);
	vcpu_set_cpuid(v, &r);
	vcpu_skip(v, CPUID_LEN);
}

static void do_msr(struct vcpu *v)
{
	bool write = v->vmcb.exit_info_1 & SVM_MSR_WRITE;
	u64 val = vcpu_edx_eax(v);

	if (!msr_access(v, v->regs[RCX], write, &val)) {
		deliver_exception_zero(v, X86_TRAP_GP);
		return;
	}
	if (!write)
		vcpu_set_edx_eax(v, val);
	vcpu_skip(v, MSR_LEN);
}

/* One element of INS or OUTS; false if its memory is not there. */
static bool io_element(struct vcpu *v, u64 info, u32 size)
{
	u64 step = v->vmcb.save.rflags & X86_EFLAGS_DF ? -(u64)size : size;
	u32 val = 0;

	if (info & SVM_IOIO_IN) {
		val = io_in(SVM_IOIO_PORT(info), size);
		if (!guest_write(v, v->regs[RDI], &val, size))
			return false;
		v->regs[RDI] += step;
	} else {
		if (!guest_read(v, v->regs[RSI], &val, size))
			return false;
		io_out(SVM_IOIO_PORT(info), size, val);
		v->regs[RSI] += step;
	}
	return true;
}

static void io_string(struct vcpu *v, u64 info, u32 size)
{
	u64 count = info & SVM_IOIO_REP ? v->regs[RCX] : 1;

	for (; count; count--)
		if (!io_element(v, info, size))
			break;
	if (count)
		hv_end(HV_EXIT_INTERNAL, "string I/O on unmapped memory at RIP %x",
		       v->vmcb.save.rip);
	if (info & SVM_IOIO_REP)
		v->regs[RCX] = 0;
}

static void do_ioio(struct vcpu *v)
{
	u64 info = v->vmcb.exit_info_1, mask;
	u32 size = SVM_IOIO_SIZE(info);

	if (info & SVM_IOIO_STRING) {
		io_string(v, info, size);
	} else if (info & SVM_IOIO_IN) {
		mask = BIT(8 * size) - 1;
		v->regs[RAX] = (size == 4 ? 0 : v->regs[RAX] & ~mask) |
			       io_in(SVM_IOIO_PORT(info), size);
	} else {
		io_out(SVM_IOIO_PORT(info), size, v->regs[RAX]);
	}
	v->vmcb.save.rip = v->vmcb.exit_info_2;
	v->vmcb.int_state = 0;
}

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

static void do_npf(struct vcpu *v)
{
	u64 gpa = v->vmcb.exit_info_2;
	struct insn i;

	if (!insn_decode(v, &i) || !mmio_allowed(gpa, i.mem_size) || !mmio_access(v, &i, gpa))
		hv_end(HV_EXIT_INTERNAL, "no emulation of the access at RIP %x to GPA %x",
		       v->vmcb.save.rip, gpa);
}

/* What is counted, before anything is done: LEDGER.md, "Details". */
static void count(struct vcpu *v, u64 code)
{
	u64 detail = LEDGER_NO_DETAIL, info = v->vmcb.exit_info_1;
	enum cvmstat_op op = CVMSTAT_OP_NONE;

	switch (code) {
	case CVMSTAT_SVM_CPUID:
		detail = (u32)v->regs[RAX];
		break;
	case CVMSTAT_SVM_MSR:
		detail = (u32)v->regs[RCX];
		op = info & SVM_MSR_WRITE ? CVMSTAT_OP_WRITE : CVMSTAT_OP_READ;
		break;
	case CVMSTAT_SVM_IOIO:
		detail = SVM_IOIO_PORT(info);
		op = info & SVM_IOIO_IN ? CVMSTAT_OP_READ : CVMSTAT_OP_WRITE;
		break;
	case CVMSTAT_SVM_NPF:
		detail = v->vmcb.exit_info_2;
		break;
	}
	ledger_count(v->id, CVMSTAT_CLASS_AUTO, code, detail, op);
}

static void plain_exit(struct vcpu *v, u64 code)
{
	count(v, code);
	switch (code) {
	case CVMSTAT_SVM_CPUID:
		do_cpuid(v);
		break;
	case CVMSTAT_SVM_MSR:
		do_msr(v);
		break;
	case CVMSTAT_SVM_IOIO:
		do_ioio(v);
		break;
	case CVMSTAT_SVM_NPF:
		do_npf(v);
		break;
	case CVMSTAT_SVM_VMMCALL:
		v->regs[RAX] = (u64)-KVM_ENOSYS;
		vcpu_skip(v, VMMCALL_LEN);
		break;
	case CVMSTAT_SVM_HLT:
		vcpu_hlt(v);
		break;
	default:
		vcpu_unhandled(v, code);
	}
}

static void plain_bad_access(struct vcpu *v, u64 gpa)
{
	hv_end(HV_EXIT_INTERNAL, "vCPU %u: fault on RAM, RIP %x GPA %x", (u64)v->id,
	       v->vmcb.save.rip, gpa);
}

static void plain_cpuid(struct vcpu *v, u32 leaf, u32 subleaf, struct cpuid_regs *r)
{
	(void)v;
	if (CPUID_IS_HV(leaf))
		cpuid_hypervisor(leaf, true, r);
	else
		cpuid_common(leaf, subleaf, r);
}

/* Whatever it did, running or halted, it now waits for a SIPI. */
static void plain_init(struct vcpu *v)
{
	v->hold = HOLD_WAIT_SIPI;
}

/* As after a real SIPI: real mode at vector << 12. */
static void plain_start(struct vcpu *v, u32 request)
{
	(void)request;
	if (v->hold != HOLD_WAIT_SIPI)
		return;
	vcpu_set_real_mode(v, v->sipi_vector << 8, 0);
	v->hold = HOLD_NONE;
}

const struct platform plain_platform = {
	.name = "plain",
	.efer_code = CVMSTAT_SVM_MSR,
	.exit = plain_exit,
	.bad_access = plain_bad_access,
	.cpuid = plain_cpuid,
	.init = plain_init,
	.start = plain_start,
};
