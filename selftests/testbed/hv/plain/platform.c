// SPDX-License-Identifier: GPL-2.0
/*
 * An ordinary VM, the baseline: the same exits, but the hypervisor emulates the
 * instruction, as it may read the guest's registers. All are automatic exits.
 */
#include "cpuid.h"
#include "deliver.h"
#include "detail.h"
#include "end.h"
#include "face.h"
#include "guest.h"
#include "io.h"
#include "mmio.h"
#include "msr.h"
#include "plain.h"
#include "platform.h"
#include "wait.h"

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
	vcpu_skip_to(v, v->vmcb.exit_info_2);
}

static void do_vmmcall(struct vcpu *v)
{
	v->regs[RAX] = face->hypercall(v, v->regs, v->vmcb.save.cpl);
	vcpu_skip(v, VMMCALL_LEN);
}

static const struct {
	u32 code;
	enum detail detail;
	void (*emulate)(struct vcpu *v);
} exits[] = {
	{ CVMSTAT_SVM_CPUID, DETAIL_LEAF, do_cpuid },
	{ CVMSTAT_SVM_NPF, DETAIL_GPA, mmio_emulate },
	{ CVMSTAT_SVM_IOIO, DETAIL_PORT, do_ioio },
	{ CVMSTAT_SVM_MSR, DETAIL_MSR, do_msr },
	{ CVMSTAT_SVM_HLT, DETAIL_NONE, vcpu_hlt },
	{ CVMSTAT_SVM_VMMCALL, DETAIL_HYPERCALL, do_vmmcall },
};

static void count(struct vcpu *v, u64 code, enum detail kind)
{
	u64 rax = v->regs[RAX];

	if (kind == DETAIL_HYPERCALL && face->call_number)
		rax = face->call_number(v->regs);
	detail_count(v->id, CVMSTAT_CLASS_AUTO, code, kind, rax, v->regs[RCX],
		     v->vmcb.exit_info_1, v->vmcb.exit_info_2 & GPA_MASK);
}

/* An exit that an ordinary VM takes. */
void plain_exit(struct vcpu *v, u64 code)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(exits); i++) {
		if (exits[i].code != code)
			continue;
		count(v, code, exits[i].detail);
		exits[i].emulate(v);
		return;
	}
	count(v, code, DETAIL_NONE);
	vcpu_unhandled(v, code);
}

static void plain_bad_access(struct vcpu *v, u64 gpa)
{
	hv_end(HV_EXIT_INTERNAL, "vCPU %u: fault on RAM, RIP %x GPA %x", (u64)v->id,
	       v->vmcb.save.rip, gpa);
}

void plain_cpuid(struct vcpu *v, u32 leaf, u32 subleaf, struct cpuid_regs *r)
{
	(void)v;
	if (CPUID_IS_HV(leaf))
		face_cpuid(leaf, r);
	else
		cpuid_common(leaf, subleaf, r);
}

/*
 * After an INIT, whatever it did, running or halted, it waits for a SIPI, which
 * starts it in real mode at vector << 12.
 */
void plain_request(struct vcpu *v, u32 requests)
{
	if (requests & VCPU_REQ_INIT)
		v->held = true;
	if (requests & VCPU_REQ_SIPI && v->held) {
		vcpu_set_real_mode(v, v->sipi_vector << 8, 0);
		v->held = false;
	}
}

static const struct platform plain = {
	.name = "plain",
	.efer_code = CVMSTAT_SVM_MSR,
	.exit = plain_exit,
	.bad_access = plain_bad_access,
	.cpuid = plain_cpuid,
	.request = plain_request,
};
DECLARE_PLATFORM(plain);
