// SPDX-License-Identifier: GPL-2.0
/* Answers of Hyper-V (its TLFS), and of its paravisor's. */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <asm/msr.h>

#include "answers.h"
#include "platform.h"

#define NO_CALL			0x0001
#define SEND_IPI		0x000b
#define VISIBILITY		0x00db
#define FAST			BIT_ULL(16)
#define REPS(n)			((u64)(n) << 32)

#define INVALID_CODE		2
#define INVALID_ALIGNMENT	4
#define INVALID_PARAMETER	5

#define MSR_VP_INDEX		0x40000002
#define MSR_TIME_REF_COUNT	0x40000020
#define MSR_NONE		0x400000ff

#define NOT_VISIBLE		0
#define READ_WRITE		3
#define NO_RAM_PFN		(BIT_ULL(38) >> PAGE_SHIFT)

struct visibility {
	u64 partition;
	u32 visible, rsvd;
	u64 pages[];
};

static u64 call(u64 control, u64 input, u64 more)
{
	register u64 r8 asm("r8") = more;
	u64 result;

	asm volatile("vmmcall"
		     : "=a" (result), "+c" (control), "+d" (input), "+r" (r8)
		     : : "cc", "memory", "r9", "r10", "r11");
	return result;
}

static void leaves(struct seq_file *out)
{
	u32 type = cvm_platform_detect() == CVMSTAT_PLATFORM_TDX_PARAVISOR ?
		   CVM_HYPERV_TYPE_TDX : CVM_HYPERV_TYPE_SNP;

	answer(out, "Hyper-V: there is a paravisor",
	       cpuid_eax(CVM_HYPERV_ISOLATION), CVM_HYPERV_PARAVISOR);
	answer(out, "Hyper-V: what it isolates",
	       cpuid_ebx(CVM_HYPERV_ISOLATION) & CVM_HYPERV_TYPE, type);
}

static void msrs(struct seq_file *out)
{
	u64 first = 0, second = 0;

	rdmsrq_safe(MSR_VP_INDEX, &first);
	answer(out, "Hyper-V: index of this vCPU", first, smp_processor_id());
	rdmsrq_safe(MSR_TIME_REF_COUNT, &first);
	rdmsrq_safe(MSR_TIME_REF_COUNT, &second);
	answer(out, "Hyper-V: time goes on", second > first, 1);
	answer(out, "Hyper-V: a register that can only be read",
	       wrmsrq_safe(MSR_VP_INDEX, 1) != 0, 1);
	answer(out, "Hyper-V: no such register",
	       rdmsrq_safe(MSR_NONE, &first) != 0, 1);
}

static void calls(struct seq_file *out)
{
	answer(out, "Hyper-V: unknown hypercall", call(NO_CALL, 0, 0), INVALID_CODE);
	answer(out, "Hyper-V: an IPI to nobody", call(SEND_IPI | FAST, 0xf0, 0), 0);
	answer(out, "Hyper-V: an IPI by an exception's vector",
	       call(SEND_IPI | FAST, 0x0f, 1), INVALID_PARAMETER);
	answer(out, "Hyper-V: an IPI whose arguments are in memory",
	       call(SEND_IPI, 0xf0, 1), INVALID_PARAMETER);
}

static u64 make(struct visibility *in, u64 partition, u32 visible, u64 pfn)
{
	in->partition = partition;
	in->visible = visible;
	in->pages[0] = pfn;
	return call(VISIBILITY | REPS(1), virt_to_phys(in), 0);
}

static void visibility_calls(struct seq_file *out, struct visibility *in, u64 pfn)
{
	answer(out, "Hyper-V: a page becomes visible", make(in, ~0ULL, READ_WRITE, pfn),
	       REPS(1));
	answer(out, "Hyper-V: and private again", make(in, ~0ULL, NOT_VISIBLE, pfn), REPS(1));
	answer(out, "Hyper-V: a page of another partition", make(in, 1, READ_WRITE, pfn),
	       INVALID_PARAMETER);
	answer(out, "Hyper-V: a page that is no RAM",
	       make(in, ~0ULL, READ_WRITE, NO_RAM_PFN), INVALID_PARAMETER);
	answer(out, "Hyper-V: more pages than one call has",
	       call(VISIBILITY | REPS(511), virt_to_phys(in), 0), INVALID_PARAMETER);
	answer(out, "Hyper-V: pages in the middle of a page",
	       call(VISIBILITY | REPS(1), virt_to_phys(in) + 8, 0), INVALID_ALIGNMENT);
}

void answers_hyperv(struct seq_file *out)
{
	unsigned long in = get_zeroed_page(GFP_ATOMIC), page = __get_free_page(GFP_ATOMIC);

	leaves(out);
	msrs(out);
	calls(out);
	if (in && page)
		visibility_calls(out, (void *)in, virt_to_phys((void *)page) >> PAGE_SHIFT);
	free_page(page);
	free_page(in);
}
