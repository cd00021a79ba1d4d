// SPDX-License-Identifier: GPL-2.0
/* TDG.VP.VMCALL sub-functions: GHCI, section 3. Arguments are in R12 and up. */
#include "end.h"
#include "face.h"
#include "guest.h"
#include "io.h"
#include "ledger.h"
#include "msr.h"
#include "platform.h"
#include "quote.h"
#include "service.h"
#include "tdvmcall.h"
#include "tdx.h"
#include "wait.h"

/* R13 of I/O and MMIO. */
#define DIR_WRITE	1
#define FATAL_TEXT	64

static u64 call_cpuid(struct vcpu *v)
{
	struct cpuid_regs r;

	platform->cpuid(v, v->regs[R12], v->regs[R13], &r);
	v->regs[R12] = r.eax;
	v->regs[R13] = r.ebx;
	v->regs[R14] = r.ecx;
	v->regs[R15] = r.edx;
	return TDVMCALL_SUCCESS;
}

/*
 * R12 says whether interrupts are blocked (GHCI 3.8); then only an NMI ends it.
 * Linux goes idle with IF clear and R12 zero, and sets IF when it is back.
 */
static u64 call_hlt(struct vcpu *v)
{
	vcpu_wait(v, !v->regs[R12]);
	return TDVMCALL_SUCCESS;
}

static u64 call_io(struct vcpu *v)
{
	u64 size = v->regs[R12], port = v->regs[R14];

	if ((size != 1 && size != 2 && size != 4) || v->regs[R13] > DIR_WRITE || port > 0xffff)
		return TDVMCALL_INVALID_OPERAND;
	if (v->regs[R13] == DIR_WRITE)
		io_out(port, size, v->regs[R15]);
	else
		v->regs[R11] = io_in(port, size);
	return TDVMCALL_SUCCESS;
}

static u64 call_rdmsr(struct vcpu *v)
{
	u64 val;

	if (!msr_access(v, v->regs[R12], false, &val))
		return TDVMCALL_INVALID_OPERAND;
	v->regs[R11] = val;
	return TDVMCALL_SUCCESS;
}

static u64 call_wrmsr(struct vcpu *v)
{
	u64 val = v->regs[R13];

	return msr_access(v, v->regs[R12], true, &val) ? TDVMCALL_SUCCESS :
							 TDVMCALL_INVALID_OPERAND;
}

static u64 call_mmio(struct vcpu *v)
{
	u64 gpa = v->regs[R14] & ~GPA_TOP_BIT, size = v->regs[R12];

	if (v->regs[R13] > DIR_WRITE || !mmio_allowed(gpa, size))
		return TDVMCALL_INVALID_OPERAND;
	if (v->regs[R13] == DIR_WRITE)
		mmio_write(v, gpa, size, v->regs[R15]);
	else
		v->regs[R11] = mmio_read(v, gpa, size);
	return TDVMCALL_SUCCESS;
}

/*
 * Leaf 0 of R12: all of the required sub-functions are there. Leaf 1: and of the
 * others these (GHCI 1.5).
 */
#define INFO_GET_QUOTE		BIT(0)
#define INFO_SETUP_NOTIFY	BIT(1)

static u64 call_get_info(struct vcpu *v)
{
	u64 leaf = v->regs[R12];

	if (leaf > 1)
		return TDVMCALL_INVALID_OPERAND;
	v->regs[R11] = leaf ? INFO_GET_QUOTE | INFO_SETUP_NOTIFY : 0;
	v->regs[R12] = 0;
	v->regs[R13] = 0;
	v->regs[R14] = 0;
	return TDVMCALL_SUCCESS;
}

static u64 call_map_gpa(struct vcpu *v)
{
	u64 gpa = v->regs[R12], size = v->regs[R13], at;
	bool shared = gpa & GPA_TOP_BIT;

	gpa &= ~GPA_TOP_BIT;
	v->regs[R11] = v->regs[R12];
	if (gpa & ~PAGE_MASK || !size || size & ~PAGE_MASK)
		return TDVMCALL_ALIGN_ERROR;
	if (gpa + size < gpa)
		return TDVMCALL_INVALID_OPERAND;
	for (at = gpa; at < gpa + size; at += PAGE_SIZE) {
		if (!guest_ptr(at, PAGE_SIZE)) {
			v->regs[R11] = at;
			return TDVMCALL_INVALID_OPERAND;
		}
	}
	page_state_set(gpa, size, shared ? PAGE_SHARED : PAGE_PENDING);
	return TDVMCALL_SUCCESS;
}

/* The text is in eight registers: GHCI 3.4. */
static u64 call_report_fatal(struct vcpu *v)
{
	static const u8 order[] = { R14, R15, RBX, RDI, RSI, R8, R9, RDX };
	char text[FATAL_TEXT + 1] = "";
	u32 i;

	for (i = 0; i < ARRAY_SIZE(order); i++)
		memcpy(text + 8 * i, &v->regs[order[i]], 8);
	hv_end(HV_EXIT_FATAL, "guest reported a fatal error: code %x, %s", v->regs[R12], text);
}

enum call_detail { DETAIL_NONE, DETAIL_R12, DETAIL_IO, DETAIL_MMIO };

static const struct {
	u64 code;
	enum call_detail detail;
	u64 (*handle)(struct vcpu *v);
} calls[] = {
	{ CVMSTAT_TDVMCALL_WRMSR, DETAIL_R12, call_wrmsr },
	{ CVMSTAT_TDVMCALL_HLT, DETAIL_NONE, call_hlt },
	{ CVMSTAT_TDVMCALL_MMIO, DETAIL_MMIO, call_mmio },
	{ CVMSTAT_TDVMCALL_IO, DETAIL_IO, call_io },
	{ CVMSTAT_TDVMCALL_RDMSR, DETAIL_R12, call_rdmsr },
	{ CVMSTAT_TDVMCALL_CPUID, DETAIL_R12, call_cpuid },
	{ CVMSTAT_TDVMCALL_GET_INFO, DETAIL_NONE, call_get_info },
	{ CVMSTAT_TDVMCALL_MAP_GPA, DETAIL_NONE, call_map_gpa },
	{ CVMSTAT_TDVMCALL_GET_QUOTE, DETAIL_NONE, quote_request },
	{ CVMSTAT_TDVMCALL_REPORT_FATAL, DETAIL_NONE, call_report_fatal },
	{ CVMSTAT_TDVMCALL_SETUP_NOTIFY, DETAIL_NONE, quote_setup_notify },
	{ CVMSTAT_TDVMCALL_SERVICE, DETAIL_NONE, service_request },
};

static void count(struct vcpu *v, u64 code, enum call_detail kind)
{
	enum cvmstat_op op = v->regs[R13] == DIR_WRITE ? CVMSTAT_OP_WRITE : CVMSTAT_OP_READ;
	u64 detail = LEDGER_NO_DETAIL;

	switch (kind) {
	case DETAIL_NONE:
		op = CVMSTAT_OP_NONE;
		break;
	case DETAIL_R12:
		op = CVMSTAT_OP_NONE;
		detail = (u32)v->regs[R12];
		if (code == CVMSTAT_TDVMCALL_WRMSR && detail == CVMSTAT_X2APIC_ICR)
			detail = CVMSTAT_ICR_DETAIL(detail, v->regs[R13]);
		break;
	case DETAIL_IO:
		detail = v->regs[R14];
		break;
	case DETAIL_MMIO:
		detail = v->regs[R14] & ~GPA_TOP_BIT;
		break;
	}
	ledger_count(v->id, CVMSTAT_CLASS_TDVMCALL, code, detail, op);
}

/**
 * tdvmcall - serve TDG.VP.VMCALL
 * @v: the vCPU; RIP is behind it. The status goes to R10.
 */
void tdvmcall(struct vcpu *v)
{
	u64 code = v->regs[R11];
	u32 i;

	quote_poll();
	if (v->regs[R10]) {
		ledger_count(v->id, CVMSTAT_CLASS_TDVMCALL, CVMSTAT_TDVMCALL_VENDOR, v->regs[R10],
			     CVMSTAT_OP_NONE);
		v->regs[R10] = face->tdvmcall(v);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		if (calls[i].code != code)
			continue;
		count(v, code, calls[i].detail);
		v->regs[R10] = calls[i].handle(v);
		return;
	}
	count(v, code, DETAIL_NONE);
	v->regs[R10] = TDVMCALL_INVALID_OPERAND;
}
