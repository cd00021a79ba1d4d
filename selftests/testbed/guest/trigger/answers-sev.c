// SPDX-License-Identifier: GPL-2.0
/* Answers of an SEV-ES or SEV-SNP hypervisor: GHCB specification, APM vol. 3. */
#include <linux/cc_platform.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <asm/cpuid/api.h>

#include "answers.h"
#include "cause/ghcb.h"
#include "cause/svsm.h"
#include "trigger.h"

#define MSR_TSC_AUX		0xc0000103
#define MSR_NONE		0xc0015555	/* no CPU has it */
#define NO_RAM			BIT_ULL(45)

/* GHCB 4.1, "Invoking VMGEXIT": results and reasons. */
#define RESULT_EXCEPTION	1
#define RESULT_ERROR		2
#define INJECT_GP		0x80000b0d
#define BAD_USAGE		2
#define BAD_SCRATCH		3
#define MISSING_INPUT		4
#define BAD_INPUT		5
#define BAD_EVENT		6

#define PSC_BAD_HEADER		(BIT_ULL(32) | 1)
#define PSC_BAD_ENTRY		(BIT_ULL(32) | 2)

#define PVALIDATE_OK		0
#define PVALIDATE_BAD_INPUT	1
#define RMP_VMSA		BIT(16)
#define VMPL_1			1

static bool is_snp(void)
{
	return cc_platform_has(CC_ATTR_GUEST_SEV_SNP);
}

/* SNP, AP creation; more than one VMPL. */
static u64 features(void)
{
	if (!is_snp())
		return 0;
	return svsm_vmpl() ? 0x23 : 3;
}

static void msr_answers(struct seq_file *out)
{
	u64 ghcb = __rdmsr(MSR_GHCB);
	u32 regs[4];
	int i;

	answer(out, "MSR: versions 1 to 2, C-bit",
	       ghcb_msr_request(CVMSTAT_GHCB_MSR_SEV_INFO),
	       2ULL << 48 | 1ULL << 32 | TOP_BIT << 24 | 0x001);
	cpuid_count(0x80000000, 0, &regs[0], &regs[1], &regs[2], &regs[3]);
	for (i = 0; i < 4; i++)
		answer(out, "MSR: CPUID, each register",
		       ghcb_msr_request(GHCB_CPUID_OF(0x80000000, i)),
		       (u64)regs[i] << 32 | (u64)i << 30 | 0x005);
	answer(out, "MSR: no preferred GPA",
	       ghcb_msr_request(CVMSTAT_GHCB_MSR_PREFERRED_GPA), ~0ULL << 12 | 0x011);
	answer(out, "MSR: GPA is registered",
	       ghcb_msr_request(ghcb | CVMSTAT_GHCB_MSR_REGISTER_GPA), ghcb | 0x013);
	answer(out, "MSR: features", ghcb_msr_request(CVMSTAT_GHCB_MSR_HV_FEATURES),
	       features() << 12 | 0x081);
	if (!svsm_vmpl())
		answer(out, "MSR: no VMPL to run", ghcb_msr_request(CVMSTAT_GHCB_MSR_VMPL),
		       1ULL << 32 | 0x017);
	answer(out, "MSR: page state of no RAM",
	       ghcb_msr_request(GHCB_PSC_OF(NO_RAM, GHCB_SHARED)),
	       1ULL << 32 | 0x015);
	answer(out, "MSR: unknown request", ghcb_msr_request(0xffe), 0);
}

/* Both halves of the answer, in one number for one comparison. */
static u64 result(struct ghcb *ghcb)
{
	u64 info_1, info_2;

	vmgexit();
	info_1 = lower_32_bits(ghcb->save.sw_exit_info_1);
	info_2 = ghcb->save.sw_exit_info_2;
	return info_1 << 60 | info_2;
}

#define RESULT(code, info)	((u64)(code) << 60 | (info))

static u64 simple(u64 code, u64 info_1, u64 info_2)
{
	return result(ghcb_event(code, info_1, info_2));
}

static u64 with_buffer(u64 code, u64 info_1, u64 info_2)
{
	struct ghcb *ghcb = ghcb_event(code, info_1, info_2);

	ghcb_use_buffer(ghcb);
	return result(ghcb);
}

static u64 with_scratch(u64 scratch)
{
	struct ghcb *ghcb = ghcb_event(SVM_VMGEXIT_MMIO_READ, 0xfed00000, 4);

	ghcb_set_sw_scratch(ghcb, scratch);
	return result(ghcb);
}

static u64 refused_msr(u64 write)
{
	struct ghcb *ghcb = ghcb_event(SVM_EXIT_MSR, write, 0);

	ghcb_set_rax(ghcb, 0);
	ghcb_set_rcx(ghcb, MSR_NONE);
	ghcb_set_rdx(ghcb, 0);
	return result(ghcb);
}

static u64 bad_usage(void)
{
	struct ghcb *ghcb = ghcb_event(SVM_EXIT_RDTSC, 0, 0);
	u64 got;

	ghcb->ghcb_usage = 0x1234;
	got = result(ghcb);
	ghcb->ghcb_usage = 0;
	return got;
}

static void refusals(struct seq_file *out)
{
	u64 ghcb = __rdmsr(MSR_GHCB);

	answer(out, "GHCB: unknown event", simple(0x8000abcd, 0, 0),
	       RESULT(RESULT_ERROR, BAD_EVENT));
	if (!svsm_vmpl())
		answer(out, "GHCB: run VMPL is not offered",
		       simple(0x80000018, 0, 0), RESULT(RESULT_ERROR, BAD_EVENT));
	answer(out, "GHCB: unknown usage", bad_usage(),
	       RESULT(RESULT_ERROR, BAD_USAGE));
	answer(out, "GHCB: CPUID without RAX", simple(SVM_EXIT_CPUID, 0, 0),
	       RESULT(RESULT_ERROR, MISSING_INPUT));
	answer(out, "GHCB: MMIO without scratch area",
	       simple(SVM_VMGEXIT_MMIO_READ, 0xfed00000, 4),
	       RESULT(RESULT_ERROR, MISSING_INPUT));
	answer(out, "GHCB: scratch area of no RAM", with_scratch(NO_RAM),
	       RESULT(RESULT_ERROR, BAD_SCRATCH));
	answer(out, "GHCB: scratch area at the GHCB's end",
	       with_scratch(ghcb + 0xff8), RESULT(RESULT_ERROR, BAD_SCRATCH));
	answer(out, "GHCB: scratch area in the GHCB's fields",
	       with_scratch(ghcb + 0x10), RESULT(RESULT_ERROR, BAD_SCRATCH));
	answer(out, "GHCB: MMIO of RAM",
	       with_buffer(SVM_VMGEXIT_MMIO_READ, 0x1000000, 4),
	       RESULT(RESULT_ERROR, BAD_INPUT));
	answer(out, "GHCB: MMIO beyond the guest's addresses",
	       with_buffer(SVM_VMGEXIT_MMIO_READ, NO_RAM, 4),
	       RESULT(RESULT_ERROR, BAD_INPUT));
	answer(out, "GHCB: MMIO of three bytes",
	       with_buffer(SVM_VMGEXIT_MMIO_READ, 0xfed00000, 3),
	       RESULT(RESULT_ERROR, BAD_INPUT));
	/* APM vol. 2, 15.10.2: port 0x560, operand size 3. */
	answer(out, "GHCB: port I/O of three bytes",
	       simple(SVM_EXIT_IOIO, 0x560 << 16 | 3 << 4 | 1, 0),
	       RESULT(RESULT_ERROR, BAD_INPUT));
	answer(out, "GHCB: #GP for an MSR that is not read", refused_msr(0),
	       RESULT(RESULT_EXCEPTION, INJECT_GP));
	answer(out, "GHCB: #GP for an MSR that is not written", refused_msr(1),
	       RESULT(RESULT_EXCEPTION, INJECT_GP));
	answer(out, "GHCB: jump table, unknown operation",
	       simple(SVM_VMGEXIT_AP_JUMP_TABLE, 7, 0),
	       RESULT(RESULT_ERROR, BAD_INPUT));
}

static void counters(struct seq_file *out)
{
	struct ghcb *ghcb = ghcb_event(SVM_EXIT_RDTSCP, 0, 0);
	u64 before = rdtsc(), tsc;

	answer(out, "GHCB: RDTSCP", result(ghcb), 0);
	tsc = (u32)ghcb->save.rax | ghcb->save.rdx << 32;
	answer(out, "GHCB: RDTSCP lies between two RDTSC",
	       before < tsc && tsc < rdtsc(), true);
	answer(out, "GHCB: RDTSCP has TSC_AUX", ghcb->save.rcx,
	       __rdmsr(MSR_TSC_AUX));
	ghcb = ghcb_event(SVM_EXIT_RDPMC, 0, 0);
	ghcb_set_rcx(ghcb, 0);
	answer(out, "GHCB: RDPMC", result(ghcb) | ghcb->save.rax, 0);
}

static void events(struct seq_file *out)
{
	struct ghcb *ghcb = ghcb_event(SVM_EXIT_READ_DR7, 0, 0);

	answer(out, "GHCB: DR7", result(ghcb), 0);
	answer(out, "GHCB: DR7's value", ghcb->save.rax, 0x400);
	answer(out, "GHCB: features", simple(SVM_VMGEXIT_HV_FEATURES, 0, 0),
	       features());
	answer(out, "GHCB: INVD", simple(SVM_EXIT_INVD, 0, 0), 0);
	answer(out, "GHCB: jump table is page-aligned memory",
	       simple(SVM_VMGEXIT_AP_JUMP_TABLE, 1, 0) & 0xfff, 0);
	counters(out);
}

/* A page state change by the GHCB: GHCB 4.1.6. */
static u64 change(u16 entries, u64 entry)
{
	struct ghcb *ghcb = ghcb_event(SVM_VMGEXIT_PSC, 0, 0);

	memset(ghcb->shared_buffer, 0, sizeof(ghcb->shared_buffer));
	((u16 *)ghcb->shared_buffer)[1] = entries - 1;
	((u64 *)ghcb->shared_buffer)[1] = entry;
	ghcb_use_buffer(ghcb);
	return result(ghcb);
}

#define PSC_ENTRY(gpa, state)	((u64)(state) << 52 | (gpa))

static void snp_events(struct seq_file *out, unsigned long page)
{
	u64 vmsa = (u64)raw_smp_processor_id() << 32 | 1;
	struct ghcb *ghcb;

	answer(out, "SNP: too many page state changes", change(254, 0),
	       PSC_BAD_HEADER);
	answer(out, "SNP: page state change of no RAM",
	       change(1, PSC_ENTRY(NO_RAM, GHCB_SHARED)), PSC_BAD_ENTRY);
	answer(out, "SNP: unknown page state",
	       change(1, PSC_ENTRY(__pa(page), 9)), PSC_BAD_ENTRY);
	answer(out, "SNP: AP creation, no VMSA",
	       simple(SVM_VMGEXIT_AP_CREATION, vmsa, __pa(page)),
	       RESULT(RESULT_ERROR, BAD_INPUT));
	answer(out, "SNP: AP creation, no RAM",
	       simple(SVM_VMGEXIT_AP_CREATION, vmsa, NO_RAM),
	       RESULT(RESULT_ERROR, BAD_INPUT));
	answer(out, "SNP: AP creation, no such vCPU",
	       simple(SVM_VMGEXIT_AP_CREATION, 99ULL << 32 | 1, __pa(page)),
	       RESULT(RESULT_ERROR, BAD_INPUT));
	ghcb = ghcb_event(SVM_VMGEXIT_GUEST_REQUEST, 0, 0);
	answer(out, "SNP: VMM error for a guest request", result(ghcb),
	       0xffffffffULL << 32);
}

static u64 rmpadjust_page(unsigned long va, u64 attributes)
{
	u64 result;

	asm volatile(".byte 0xf3, 0x0f, 0x01, 0xfe"
		     : "=a" (result)
		     : "a" (va), "c" (0), "d" (attributes) : "memory", "cc");
	return result;
}

static void page_states(struct seq_file *out, unsigned long page)
{
	bool same;

	answer(out, "SNP: validated again",
	       pvalidate_page(page, false, true, &same), PVALIDATE_OK);
	answer(out, "SNP: nothing changed", same, true);
	answer(out, "SNP: rescinded",
	       pvalidate_page(page, false, false, &same), PVALIDATE_OK);
	answer(out, "SNP: something changed", same, false);
	answer(out, "SNP: to shared",
	       change(1, PSC_ENTRY(__pa(page), GHCB_SHARED)), 0);
	answer(out, "SNP: to private",
	       change(1, PSC_ENTRY(__pa(page), GHCB_PRIVATE)), 0);
	answer(out, "SNP: validated", pvalidate_page(page, false, true, &same),
	       PVALIDATE_OK);
	answer(out, "SNP: that changed it", same, false);
	answer(out, "SNP: 2 MiB from the middle",
	       pvalidate_page(page | PAGE_SIZE, true, true, &same),
	       PVALIDATE_BAD_INPUT);
	answer(out, "SNP: to VMSA", rmpadjust_page(page, RMP_VMSA | VMPL_1), 0);
	answer(out, "SNP: from VMSA", rmpadjust_page(page, VMPL_1), 0);
}

void answers_sev(struct seq_file *out)
{
	unsigned long page = __get_free_page(GFP_ATOMIC);

	msr_answers(out);
	refusals(out);
	events(out);
	if (page && is_snp()) {
		snp_events(out, page);
		if (svsm_vmpl())
			answers_svsm(out);
		else
			page_states(out, page);
	}
	free_page(page);
}
