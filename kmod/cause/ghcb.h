/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests to an SEV hypervisor by hand (GHCB specification). Interrupts must be
 * off, and the GHCB is this CPU's own, which the #VC handler fills anew for each
 * of its requests; an NMI that comes between would find it in use.
 */
#ifndef CVMSTAT_CAUSE_GHCB_H
#define CVMSTAT_CAUSE_GHCB_H

#include <linux/io.h>
#include <linux/string.h>
#include <linux/cvmstat_codes.h>
#include <asm/msr.h>
#include <asm/svm.h>

#define MSR_GHCB	0xc0010130

static inline void vmgexit(void)
{
	asm volatile("rep; vmmcall" : : : "memory");
}

static inline void ghcb_msr_write(u64 value)
{
	__wrmsrq(MSR_GHCB, value);
}

/* GHCB 2.3.1: one request by the MSR; its response. The MSR is put back. */
static inline u64 ghcb_msr_request(u64 request)
{
	u64 ghcb = __rdmsr(MSR_GHCB), response;

	ghcb_msr_write(request);
	vmgexit();
	response = __rdmsr(MSR_GHCB);
	ghcb_msr_write(ghcb);
	return response;
}

/* GHCB 4.1: an event without registers, for the caller to add those, and vmgexit(). */
static inline struct ghcb *ghcb_event(u64 code, u64 info_1, u64 info_2)
{
	struct ghcb *ghcb = phys_to_virt(__rdmsr(MSR_GHCB));

	memset(&ghcb->save, 0, sizeof(ghcb->save));
	ghcb->protocol_version = 2;
	ghcb->ghcb_usage = 0;
	ghcb_set_sw_exit_code(ghcb, code);
	ghcb_set_sw_exit_info_1(ghcb, info_1);
	ghcb_set_sw_exit_info_2(ghcb, info_2);
	return ghcb;
}

static inline void ghcb_use_buffer(struct ghcb *ghcb)
{
	ghcb_set_sw_scratch(ghcb, __rdmsr(MSR_GHCB) +
				  offsetof(struct ghcb, shared_buffer));
}

/* GHCB MSR protocol: how requests carry what they are about. */
#define GHCB_CPUID_OF(leaf, reg) \
	((u64)(leaf) << 32 | (u64)(reg) << 30 | CVMSTAT_GHCB_MSR_CPUID)
#define GHCB_PSC_OF(gpa, state) \
	((u64)(state) << 52 | (gpa) | CVMSTAT_GHCB_MSR_PSC)
#define GHCB_PRIVATE		1
#define GHCB_SHARED		2

/* And what a response is one to. */
#define GHCB_CODE(val)		((val) & 0xfff)
#define GHCB_CPUID_ANSWER	0x005

/*
 * PVALIDATE (APM vol. 3) of 4 KiB, or, with @huge, 2 MiB: RAX, and whether the
 * page was as asked before (CF).
 */
static inline u64 pvalidate_page(unsigned long va, bool huge, bool validate,
				 bool *same)
{
	u64 result;
	u8 carry;

	asm volatile(".byte 0xf2, 0x0f, 0x01, 0xff\n\tsetc %1"
		     : "=a" (result), "=qm" (carry)
		     : "a" (va), "c" (huge), "d" (validate) : "memory", "cc");
	*same = carry;
	return result;
}

#endif /* CVMSTAT_CAUSE_GHCB_H */
