// SPDX-License-Identifier: GPL-2.0
/*
 * Exits: what is the same on every platform is handled here, the rest is handed
 * over.
 */
#include "cpuid.h"
#include "deliver.h"
#include "end.h"
#include "entry.h"
#include "exit.h"
#include "fault.h"
#include "guest.h"
#include "ledger.h"
#include "platform.h"

static void efer_access(struct vcpu *v, bool write)
{
	struct svm_save *s = &v->vmcb.save;
	u64 val = vcpu_edx_eax(v);

	if (write) {
		s->efer = (val & ~X86_EFER_LMA) | (s->efer & X86_EFER_LMA) | X86_EFER_SVME;
		if (platform->efer_code == CVMSTAT_SVM_MSR)
			ledger_count(v->id, CVMSTAT_CLASS_AUTO, CVMSTAT_SVM_MSR, MSR_EFER,
				     CVMSTAT_OP_WRITE);
		else if (platform->efer_code)
			ledger_count(v->id, CVMSTAT_CLASS_AUTO, platform->efer_code,
				     LEDGER_NO_DETAIL, CVMSTAT_OP_NONE);
	} else {
		vcpu_set_edx_eax(v, s->efer & ~X86_EFER_SVME);
	}
	vcpu_skip(v, MSR_LEN);
}

static void exit_msr(struct vcpu *v)
{
	bool write = v->vmcb.exit_info_1 & SVM_MSR_WRITE;
	u32 msr = v->regs[RCX];
	u64 val = vcpu_edx_eax(v);

	if (msr == MSR_EFER) {
		efer_access(v, write);
	} else if (platform->native_msr && platform->native_msr(v, msr, write, &val)) {
		if (!write)
			vcpu_set_edx_eax(v, val);
		vcpu_skip(v, MSR_LEN);
	} else {
		platform->exit(v, CVMSTAT_SVM_MSR);
	}
}

static void exit_ioio(struct vcpu *v)
{
	u64 info = v->vmcb.exit_info_1;

	if (SVM_IOIO_PORT(info) != PORT_MARK || info & SVM_IOIO_STRING) {
		platform->exit(v, CVMSTAT_SVM_IOIO);
		return;
	}
	if (info & SVM_IOIO_IN)
		v->regs[RAX] = (v->regs[RAX] & ~0xffULL) | ledger_mark_read(v->id);
	else if (ledger_mark_write(v->id, v->regs[RAX]))
		fault_begin();
	vcpu_skip_to(v, v->vmcb.exit_info_2);
}

/* A locked down kernel gives nobody a port, and cannot keep CPUID from user mode. */
static void mark_cpuid(struct vcpu *v)
{
	/* "cvmbed mark": whoever asks knows that it was taken. */
	struct cpuid_regs r = { 0, 0x626d7663, 0x6d206465, 0x6b7261 };
	u32 what = v->regs[RCX];

	if (what == MARK_READ)
		r.eax = ledger_mark_read(v->id);
	else if (what <= 0xff && ledger_mark_write(v->id, what))
		fault_begin();
	vcpu_set_cpuid(v, &r);
	vcpu_skip(v, CPUID_LEN);
}

static void exit_cpuid(struct vcpu *v)
{
	if ((u32)v->regs[RAX] == CPUID_MARK)
		mark_cpuid(v);
	else
		platform->exit(v, CVMSTAT_SVM_CPUID);
}

/* Is RAM at @gpa there for this access, now? Another vCPU may just have changed it. */
static bool access_fits(struct vcpu *v, u64 gpa)
{
	enum page_state state = page_state_get(gpa);
	bool private = !(v->vmcb.save.cr0 & X86_CR0_PG) ||
		       (gpa & GPA_TOP_BIT) == platform->private_bit;

	return state == PAGE_ANY || !platform->page_states || private == (state >= PAGE_PRIVATE);
}

static void exit_npf(struct vcpu *v)
{
	u64 gpa = v->vmcb.exit_info_2;

	if (!gpa_is_ram(gpa & GPA_MASK)) {
		platform->exit(v, CVMSTAT_SVM_NPF);
		return;
	}
	if (!access_fits(v, gpa))
		platform->bad_access(v, gpa);
}

/* Handles the exit that @v took, or hands it to the platform. */
void handle_exit(struct vcpu *v)
{
	u64 code = v->vmcb.exit_code;

	switch (code) {
	case CVMSTAT_SVM_NMI:
		host_take_nmi();
		break;
	case SVM_EXIT_IRET:
		v->nmi_iret_rip = v->vmcb.save.rip;
		v->vmcb.intercept3 &= ~SVM_I3_IRET;
		break;
	case SVM_EXIT_EXCP_BASE + X86_TRAP_UD:
		if (!platform->opcode || !platform->opcode(v))
			deliver_exception(v, X86_TRAP_UD);
		break;
	case CVMSTAT_SVM_MSR:
		exit_msr(v);
		break;
	case CVMSTAT_SVM_IOIO:
		exit_ioio(v);
		break;
	case CVMSTAT_SVM_CPUID:
		exit_cpuid(v);
		break;
	case CVMSTAT_SVM_NPF:
		exit_npf(v);
		break;
	case CVMSTAT_SVM_SHUTDOWN:
		hv_end(HV_EXIT_SHUTDOWN, "vCPU %u: shutdown (triple fault), RIP %x CR2 %x",
		       (u64)v->id, v->vmcb.save.rip, v->vmcb.save.cr2);
	case SVM_EXIT_VMRUN:
	case SVM_EXIT_VMRUN + 2 ... SVM_EXIT_SKINIT:
		deliver_exception(v, X86_TRAP_UD);
		break;
	default:
		platform->exit(v, code);
		break;
	}
}
