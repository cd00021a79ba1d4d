// SPDX-License-Identifier: GPL-2.0
/* Answers of an SVSM (AMD 58019), and of an SNP guest's CPU at another VMPL than 0. */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <asm/asm.h>

#include "answers.h"
#include "cause/ghcb.h"
#include "cause/svsm.h"

#ifdef CVM_HAVE_SVSM

#define CORE_REMAP_CA		SVSM_CALL(0, 0)
#define CORE_CREATE_VCPU	SVSM_CALL(0, 2)
#define CORE_DELETE_VCPU	SVSM_CALL(0, 3)
#define CORE_DEPOSIT_MEM	SVSM_CALL(0, 4)
#define CORE_WITHDRAW_MEM	SVSM_CALL(0, 5)
#define CORE_CONFIGURE_VTOM	SVSM_CALL(0, 7)
#define CORE_NONE		SVSM_CALL(0, 99)
#define ATTEST_SERVICES		SVSM_CALL(1, 0)
#define ATTEST_NONE		SVSM_CALL(1, 7)
#define VTPM_QUERY		SVSM_CALL(2, 0)
#define NO_PROTOCOL		SVSM_CALL(0x1234, 0)

#define INCOMPLETE		0x80000000
#define BAD_PROTOCOL		0x80000001
#define BAD_CALL		0x80000002
#define BAD_ADDRESS		0x80000003
#define BAD_PARAMETER		0x80000005
#define BAD_REQUEST		0x80000006
#define UNCHANGED		0x80001010

#define NO_RAM			BIT_ULL(45)
#define NO_VMPL			3
#define VMPL_ANSWER		0x017
#define VMPL_REFUSED		(BIT_ULL(32) | VMPL_ANSWER)
#define RESULT_BAD_INPUT	(2ULL << 60 | 5)

/* APM vol. 3, RMPADJUST, and what Linux' exception table leaves of a #GP. */
#define FAIL_PERMISSION		2
#define RMP_VMSA		BIT(16)
#define GP			0xdead

/* APM vol. 2, table B-4: of a VMSA, what the SVSM looks at. */
#define VMSA_VMPL		0x0ca
#define VMSA_EFER		0x0d0
#define VMSA_SEV_FEATURES	0x3b0
#define SEV_FEATURE_SNP		BIT(0)

/* The pages that questions are about, and this CPU's calling area. */
static struct {
	u8 *page, *other;
	struct svsm_ca *ca;
} my;

/* By the GHCB MSR protocol, as Linux has its GHCB in use now and then. */
static u64 run_vmpl(u64 vmpl, u64 *rax, u64 *rcx, u64 rdx, u64 r8)
{
	register u64 reg_r8 asm("r8") = r8;
	u64 ghcb = __rdmsr(MSR_GHCB), response;

	ghcb_msr_write(vmpl << 32 | CVMSTAT_GHCB_MSR_VMPL);
	asm volatile("rep; vmmcall"
		     : "+a" (*rax), "+c" (*rcx), "+d" (rdx), "+r" (reg_r8) : : "memory");
	response = __rdmsr(MSR_GHCB);
	ghcb_msr_write(ghcb);
	return response;
}

/* Returns RAX; @rcx: in and out. */
static u64 call_rcx(u64 rax, u64 *rcx, u64 rdx, u64 r8)
{
	my.ca->call_pending = 1;
	run_vmpl(0, &rax, rcx, rdx, r8);
	return my.ca->call_pending ? ~0ULL : rax;
}

static u64 call(u64 rax, u64 rcx, u64 rdx, u64 r8)
{
	return call_rcx(rax, &rcx, rdx, r8);
}

static u64 nae_run_vmpl(u64 vmpl)
{
	struct ghcb *ghcb = ghcb_event(CVMSTAT_NAE_RUN_VMPL, vmpl, 0);

	vmgexit();
	return (u64)lower_32_bits(ghcb->save.sw_exit_info_1) << 60 | ghcb->save.sw_exit_info_2;
}

static void switches(struct seq_file *out)
{
	u64 rax = CORE_NONE, rcx = 0;

	answer(out, "SVSM: VMPL 0 runs by the MSR", run_vmpl(0, &rax, &rcx, 0, 0), VMPL_ANSWER);
	answer(out, "SVSM: what is not marked as pending is no call", rax, CORE_NONE);
	answer(out, "SVSM: no other VMPL runs by the MSR", run_vmpl(NO_VMPL, &rax, &rcx, 0, 0),
	       VMPL_REFUSED);
	answer(out, "SVSM: VMPL 0 runs by the GHCB", nae_run_vmpl(0), 0);
	answer(out, "SVSM: no other VMPL runs by the GHCB", nae_run_vmpl(NO_VMPL),
	       RESULT_BAD_INPUT);
	answer(out, "SVSM: no such call", call(CORE_NONE, 0, 0, 0), BAD_CALL);
	answer(out, "SVSM: no such protocol", call(NO_PROTOCOL, 0, 0, 0), BAD_PROTOCOL);
	answer(out, "SVSM: no vTPM", call(VTPM_QUERY, 0, 0, 0), BAD_PROTOCOL);
	answer(out, "SVSM: no memory is wanted", call(CORE_DEPOSIT_MEM, 0, 0, 0), BAD_CALL);
	answer(out, "SVSM: nor given back", call(CORE_WITHDRAW_MEM, 0, 0, 0), BAD_CALL);
}

static u64 query(u64 protocol, u64 version)
{
	u64 rcx = protocol << 32 | version;

	return call_rcx(SVSM_QUERY_PROTOCOL, &rcx, 0, 0) ?: rcx;
}

static void queries(struct seq_file *out)
{
	u64 rcx = 1;

	answer(out, "SVSM: the core protocol, version 1", query(0, 1), 1ULL << 32 | 1);
	answer(out, "SVSM: not version 2", query(0, 2), 0);
	answer(out, "SVSM: the attestation protocol", query(1, 1), 1ULL << 32 | 1);
	answer(out, "SVSM: not the vTPM protocol", query(2, 1), 0);
	answer(out, "SVSM: is there vTOM", call_rcx(CORE_CONFIGURE_VTOM, &rcx, 0, 0), 0);
	answer(out, "SVSM: there is none", rcx, 0);
	answer(out, "SVSM: it cannot be had", call(CORE_CONFIGURE_VTOM, 0, 0, 0), BAD_REQUEST);
}

static void calling_area(struct seq_file *out)
{
	struct svsm_ca *kernels = my.ca;

	answer(out, "SVSM: a CA askew", call(CORE_REMAP_CA, __pa(my.page) + 4, 0, 0),
	       BAD_PARAMETER);
	answer(out, "SVSM: a CA in no RAM", call(CORE_REMAP_CA, NO_RAM, 0, 0), BAD_PARAMETER);
	answer(out, "SVSM: another CA", call(CORE_REMAP_CA, __pa(my.page), 0, 0), 0);
	answer(out, "SVSM: the former one is none", call(CORE_NONE, 0, 0, 0), ~0ULL);
	kernels->call_pending = 0;
	my.ca = (void *)my.page;
	answer(out, "SVSM: the new one is", call(CORE_NONE, 0, 0, 0), BAD_CALL);
	answer(out, "SVSM: and back", call(CORE_REMAP_CA, __pa(kernels), 0, 0), 0);
	my.ca = kernels;
}

/* A list of one page, or the same one over and over. */
static struct svsm_pvalidate_call *list_of(u16 entries, u16 next, u64 entry)
{
	struct svsm_pvalidate_call *list = (void *)my.other;
	u64 *at = (u64 *)(list + 1), *end = (u64 *)(my.other + PAGE_SIZE);

	list->num_entries = entries;
	list->cur_index = next;
	for (; at < end; at++)
		*at = entry;
	return list;
}

static u64 pvalidate_list(u16 entries, u16 next, u64 entry)
{
	return call(SVSM_PVALIDATE, __pa(list_of(entries, next, entry)), 0, 0);
}

static u64 pvalidate_entry(u64 entry)
{
	return pvalidate_list(1, 0, entry);
}

#define HUGE		1
#define VALID		4
#define IGNORE_CF	8

static void page_lists(struct seq_file *out)
{
	u64 gpa = __pa(my.page);
	u16 most = (PAGE_SIZE - sizeof(struct svsm_pvalidate_call)) / sizeof(u64);

	answer(out, "SVSM: a list of no pages", pvalidate_list(0, 0, 0), BAD_PARAMETER);
	answer(out, "SVSM: a list that is done", pvalidate_list(1, 1, gpa), BAD_PARAMETER);
	answer(out, "SVSM: a list beyond its page", pvalidate_list(most + 1, 0, gpa),
	       BAD_PARAMETER);
	answer(out, "SVSM: a list in no RAM", call(SVSM_PVALIDATE, NO_RAM, 0, 0), BAD_PARAMETER);
	answer(out, "SVSM: a list askew", call(SVSM_PVALIDATE, __pa(my.other) + 4, 0, 0),
	       BAD_PARAMETER);
	answer(out, "SVSM: many pages are done in parts",
	       pvalidate_list(33, 0, gpa | VALID | IGNORE_CF), INCOMPLETE);
	answer(out, "SVSM: that is the first of them",
	       ((struct svsm_pvalidate_call *)my.other)->cur_index, 32);
	answer(out, "SVSM: the rest", call(SVSM_PVALIDATE, __pa(my.other), 0, 0), 0);
}

static void pages(struct seq_file *out)
{
	u64 gpa = __pa(my.page);

	page_lists(out);
	answer(out, "SVSM: a page of no size", pvalidate_entry(gpa | 2), BAD_PARAMETER);
	answer(out, "SVSM: 2 MiB from the middle", pvalidate_entry((gpa | PAGE_SIZE) | HUGE),
	       BAD_PARAMETER);
	answer(out, "SVSM: a page of no RAM", pvalidate_entry(NO_RAM | VALID), BAD_ADDRESS);
	answer(out, "SVSM: validated again", pvalidate_entry(gpa | VALID), UNCHANGED);
	answer(out, "SVSM: which is right", pvalidate_entry(gpa | VALID | IGNORE_CF), 0);
	*my.page = 1;
	answer(out, "SVSM: rescinded", pvalidate_entry(gpa), 0);
	answer(out, "SVSM: rescinded again", pvalidate_entry(gpa), UNCHANGED);
	answer(out, "SVSM: validated", pvalidate_entry(gpa | VALID), 0);
	answer(out, "SVSM: it is empty", *my.page, 0);
}

static void fill_vmsa(u8 vmpl, u64 efer)
{
	memset(my.page, 0, PAGE_SIZE);
	my.page[VMSA_VMPL] = vmpl;
	*(u64 *)(my.page + VMSA_EFER) = efer;
	*(u64 *)(my.page + VMSA_SEV_FEATURES) = SEV_FEATURE_SNP;
}

static u64 create(u64 vmsa, u64 ca, u64 apic_id)
{
	return call(CORE_CREATE_VCPU, vmsa, ca, apic_id);
}

static void vcpus(struct seq_file *out)
{
	u64 vmsa = __pa(my.page), ca = __pa(my.other);

	fill_vmsa(svsm_vmpl(), EFER_SVME);
	answer(out, "SVSM: a VMSA askew", create(vmsa + 8, ca, 0), BAD_ADDRESS);
	answer(out, "SVSM: a VMSA that is its CA", create(vmsa, vmsa, 0), BAD_ADDRESS);
	answer(out, "SVSM: a VMSA in no RAM", create(NO_RAM, ca, 0), BAD_ADDRESS);
	answer(out, "SVSM: a vCPU that is not here", create(vmsa, ca, 99), BAD_PARAMETER);
	fill_vmsa(0, EFER_SVME);
	answer(out, "SVSM: a VMSA of VMPL 0", create(vmsa, ca, 0), BAD_PARAMETER);
	fill_vmsa(svsm_vmpl(), 0);
	answer(out, "SVSM: a VMSA without SVME", create(vmsa, ca, 0), BAD_PARAMETER);
	fill_vmsa(svsm_vmpl(), EFER_SVME);
	answer(out, "SVSM: a VMSA", create(vmsa, ca, 0), 0);
	answer(out, "SVSM: it is not the guest's any more", create(vmsa, ca, 0), BAD_ADDRESS);
	answer(out, "SVSM: nor its page to rescind", pvalidate_entry(vmsa), BAD_ADDRESS);
	answer(out, "SVSM: it goes", call(CORE_DELETE_VCPU, vmsa, 0, 0), 0);
	answer(out, "SVSM: it is gone", call(CORE_DELETE_VCPU, vmsa, 0, 0), BAD_PARAMETER);
}

static void reports(struct seq_file *out)
{
	struct svsm_attest_call *request = (void *)my.other;

	memset(request, 0, sizeof(*request));
	answer(out, "SVSM: a report without a nonce", call(ATTEST_SERVICES, __pa(request), 0, 0),
	       BAD_PARAMETER);
	request->nonce = (struct svsm_loc_entry){ .pa = __pa(my.page), .len = 64 };
	request->report_buf = (struct svsm_loc_entry){ .pa = __pa(my.page), .len = PAGE_SIZE };
	request->manifest_buf = request->report_buf;
	answer(out, "SVSM: nobody signs a report", call(ATTEST_SERVICES, __pa(request), 0, 0),
	       BAD_REQUEST);
	request->report_buf.pa = NO_RAM;
	answer(out, "SVSM: a report into no RAM", call(ATTEST_SERVICES, __pa(request), 0, 0),
	       BAD_PARAMETER);
	answer(out, "SVSM: attestation has no such call", call(ATTEST_NONE, __pa(request), 0, 0),
	       BAD_CALL);
}

/* Either instruction's RAX, or GP. */
#define TRY(opcode, rdx) ({ \
	u64 _rax = (u64)my.page, _gp = GP; \
	asm volatile("1: .byte " opcode "\n\txor %1, %1\n2:\n" \
		     _ASM_EXTABLE(1b, 2b) \
		     : "+a" (_rax), "+r" (_gp) : "c" (0), "d" (rdx) : "memory", "cc"); \
	_gp ?: _rax; \
})
#define PVALIDATE	"0xf2, 0x0f, 0x01, 0xff"
#define RMPADJUST	"0xf3, 0x0f, 0x01, 0xfe"

static void instructions(struct seq_file *out)
{
	answer(out, "VMPL: PVALIDATE is not the guest's", TRY(PVALIDATE, 1), GP);
	answer(out, "VMPL: nor the rights of its own VMPL", TRY(RMPADJUST, svsm_vmpl()),
	       FAIL_PERMISSION);
	if (svsm_vmpl() == NO_VMPL)
		return;
	answer(out, "VMPL: those of a lower one are", TRY(RMPADJUST, RMP_VMSA | NO_VMPL), 0);
	answer(out, "VMPL: no VMSA comes of that", pvalidate_entry(__pa(my.page) | VALID),
	       UNCHANGED);
}

/* Linux says where it has its calling area when it uses it. */
static bool find_ca(void)
{
	struct svsm_attest_call nothing = {};
	struct svsm_call call = {};

	return !snp_issue_svsm_attest_req(SVSM_QUERY_PROTOCOL, &call, &nothing) &&
	       (my.ca = call.caa);
}

void answers_svsm(struct seq_file *out)
{
	my.page = (void *)get_zeroed_page(GFP_ATOMIC);
	my.other = (void *)get_zeroed_page(GFP_ATOMIC);
	answer(out, "SVSM: Linux has called it", find_ca(), true);
	if (my.page && my.other && my.ca) {
		switches(out);
		queries(out);
		calling_area(out);
		pages(out);
		vcpus(out);
		reports(out);
		instructions(out);
	}
	free_page((unsigned long)my.page);
	free_page((unsigned long)my.other);
}

#else

void answers_svsm(struct seq_file *out)
{
}

#endif /* CVM_HAVE_SVSM */
