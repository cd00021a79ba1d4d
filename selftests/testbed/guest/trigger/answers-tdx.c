// SPDX-License-Identifier: GPL-2.0
/* Answers of the TDX module (its ABI specification) and of a VMM (GHCI 3). */
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <asm/irq_vectors.h>
#include <asm/msr.h>
#include <asm/tsc.h>

#include "answers.h"
#include "tdcall.h"
#include "trigger.h"

/* Completion status; an operand is named in the lower half. */
#define OPERAND_INVALID(operand) (0xc000010000000000ULL | (operand))
#define IN_RAX			0
#define IN_RCX			1
#define IN_RDX			2
#define IN_R8			8
#define NO_VE_INFO		0xc000070400000000ULL
#define ALREADY_ACCEPTED	0x00000b0a00000000ULL
#define FIELD_INCORRECT		0xc0000c0000000000ULL
#define FIELD_READ_ONLY		0xc0000c0100000000ULL

#define ATTRIBUTES		0x1110000300000000ULL
#define CONFIG_FLAGS		0x1110000300000016ULL
#define TD_CTLS			0x1110000300000017ULL
#define MAJOR_VERSION		0x0800000100000004ULL
#define NOTIFY_ENABLES		0x9100000000000010ULL

/* GHCI 2.4.1. */
#define CALL_INVALID		0x8000000000000000ULL
#define CALL_ALIGN_ERROR	0x8000000000000002ULL
#define CALL_RETRY		1

/* GHCI 3.3 and 3.13. */
#define IN_FLIGHT		~0ULL
#define NOT_SUPPORTED		0xfffffffe
/* SDM vol. 3A, table 12-6: interrupts that wait, 32 a register. */
#define MSR_IRR			0x820

#define KVM_ENOSYS		1000
#define NO_RAM			BIT_ULL(38)
#define MSR_NONE		0xc0015555	/* no CPU has it */
#define PORT			0x560
#define HPET			0xfed00000

static u64 leaf(u64 number, u64 rcx, u64 rdx)
{
	struct tdcall_regs r = { .rcx = rcx, .rdx = rdx };

	return tdcall(number, &r);
}

static void module_information(struct seq_file *out)
{
	struct tdcall_regs r = { 0 };

	answer(out, "TDX: VP.INFO", tdcall(CVMSTAT_TDCALL_VP_INFO, &r), 0);
	answer(out, "TDX: width of a GPA", r.rcx, 40);
	answer(out, "TDX: no #VE for private memory", r.rdx, BIT(28));
	answer(out, "TDX: vCPUs", lower_32_bits(r.r8), num_possible_cpus());
	answer(out, "TDX: VEINFO.GET without a #VE",
	       leaf(CVMSTAT_TDCALL_VEINFO_GET, 0, 0), NO_VE_INFO);
	answer(out, "TDX: unknown leaf", leaf(99, 0, 0),
	       OPERAND_INVALID(IN_RAX));
	answer(out, "TDX: VP.RD is not offered", leaf(CVMSTAT_TDCALL_VP_RD, 0, 0),
	       OPERAND_INVALID(IN_RAX));
}

static void metadata(struct seq_file *out)
{
	struct tdcall_regs r = { .rdx = NOTIFY_ENABLES };
	u64 before;

	answer(out, "TDX: VM.RD", tdcall(CVMSTAT_TDCALL_VM_RD, &r), 0);
	before = r.r8;
	r = (struct tdcall_regs) {
		.rdx = NOTIFY_ENABLES, .r8 = ~before, .r9 = 1 };
	answer(out, "TDX: VM.WR", tdcall(CVMSTAT_TDCALL_VM_WR, &r), 0);
	answer(out, "TDX: VM.WR returns the old value", r.r8, before);
	r = (struct tdcall_regs) { .rdx = NOTIFY_ENABLES };
	tdcall(CVMSTAT_TDCALL_VM_RD, &r);
	answer(out, "TDX: VM.WR wrote what its mask says", r.r8, before ^ 1);
	r = (struct tdcall_regs) {
		.rdx = NOTIFY_ENABLES, .r8 = before, .r9 = 1 };
	tdcall(CVMSTAT_TDCALL_VM_WR, &r);
	answer(out, "TDX: VM.RD of no field", leaf(CVMSTAT_TDCALL_VM_RD, 0, 1),
	       FIELD_INCORRECT);
	answer(out, "TDX: VM.WR of no field", leaf(CVMSTAT_TDCALL_VM_WR, 0, 1),
	       FIELD_INCORRECT);
	answer(out, "TDX: VM.WR of a constant",
	       leaf(CVMSTAT_TDCALL_VM_WR, 0, CONFIG_FLAGS), FIELD_READ_ONLY);
	r = (struct tdcall_regs) { .rdx = ATTRIBUTES };
	answer(out, "TDX: VM.RD of the attributes",
	       tdcall(CVMSTAT_TDCALL_VM_RD, &r) | r.r8, BIT(28));
	r = (struct tdcall_regs) { .rdx = TD_CTLS, .r8 = BIT_ULL(40), .r9 = BIT_ULL(40) };
	answer(out, "TDX: VM.WR of a control that is none",
	       tdcall(CVMSTAT_TDCALL_VM_WR, &r), OPERAND_INVALID(IN_R8));
	r = (struct tdcall_regs) { .rdx = MAJOR_VERSION };
	answer(out, "TDX: SYS.RD", tdcall(CVMSTAT_TDCALL_SYS_RD, &r) | r.r8, 1);
	answer(out, "TDX: SYS.RD of no field", leaf(CVMSTAT_TDCALL_SYS_RD, 0, 1),
	       FIELD_INCORRECT);
}

static void measurement(struct seq_file *out, unsigned long page)
{
	u8 *data = (u8 *)page, *report = data + 1024;
	u64 pa = __pa(page);

	data[0] = 0x5a;
	answer(out, "TDX: MR.REPORT", leaf(CVMSTAT_TDCALL_MR_REPORT, pa + 1024, pa), 0);
	answer(out, "TDX: a report's type", report[0], 0x81);
	answer(out, "TDX: a report's data", report[128], 0x5a);
	answer(out, "TDX: MR.REPORT, alignment of the report",
	       leaf(CVMSTAT_TDCALL_MR_REPORT, pa + 512, pa), OPERAND_INVALID(IN_RCX));
	answer(out, "TDX: MR.REPORT, alignment of the data",
	       leaf(CVMSTAT_TDCALL_MR_REPORT, pa + 1024, pa + 1),
	       OPERAND_INVALID(IN_RDX));
	answer(out, "TDX: RTMR.EXTEND, no such register",
	       leaf(CVMSTAT_TDCALL_RTMR_EXTEND, pa, 4), OPERAND_INVALID(IN_RDX));
	answer(out, "TDX: RTMR.EXTEND, alignment",
	       leaf(CVMSTAT_TDCALL_RTMR_EXTEND, pa + 8, 3), OPERAND_INVALID(IN_RCX));
}

/* TDVMCALL's status; R11 of the answer goes to @r11. */
static u64 call(u64 function, u64 r12, u64 r13, u64 r14, u64 *r11)
{
	struct tdcall_regs r = { .r12 = r12, .r13 = r13, .r14 = r14 };
	u64 status = tdvmcall(function, &r);

	if (r11)
		*r11 = r.r11;
	return status;
}

static void page_states(struct seq_file *out, unsigned long page)
{
	u64 pa = __pa(page), at;

	answer(out, "TDX: accepted already",
	       leaf(CVMSTAT_TDCALL_PAGE_ACCEPT, pa, 0), ALREADY_ACCEPTED);
	answer(out, "TDX: accept 2 MiB from the middle",
	       leaf(CVMSTAT_TDCALL_PAGE_ACCEPT, (pa | PAGE_SIZE) | 1, 0),
	       OPERAND_INVALID(IN_RCX));
	answer(out, "TDX: MapGPA to shared",
	       call(CVMSTAT_TDVMCALL_MAP_GPA, pa | BIT_ULL(TOP_BIT), PAGE_SIZE, 0, NULL),
	       0);
	answer(out, "TDX: MapGPA to private",
	       call(CVMSTAT_TDVMCALL_MAP_GPA, pa, PAGE_SIZE, 0, NULL), 0);
	answer(out, "TDX: accepted", leaf(CVMSTAT_TDCALL_PAGE_ACCEPT, pa, 0), 0);
	answer(out, "TDX: MapGPA of half a page",
	       call(CVMSTAT_TDVMCALL_MAP_GPA, pa + 8, PAGE_SIZE, 0, NULL),
	       CALL_ALIGN_ERROR);
	answer(out, "TDX: MapGPA of no RAM",
	       call(CVMSTAT_TDVMCALL_MAP_GPA, NO_RAM, PAGE_SIZE, 0, &at), CALL_INVALID);
	answer(out, "TDX: MapGPA says where it stopped", at, NO_RAM);
	answer(out, "TDX: MapGPA of a range that wraps around",
	       call(CVMSTAT_TDVMCALL_MAP_GPA, pa, -2 * PAGE_SIZE, 0, NULL),
	       CALL_INVALID);
	answer(out, "TDX: GetQuote in private memory",
	       call(CVMSTAT_TDVMCALL_GET_QUOTE, pa, PAGE_SIZE, 0, NULL), CALL_INVALID);
}

/* GHCI 3.3. */
struct quote_buffer {
	u64 version, status;
	u32 in_len, out_len;
	u8 data[];
};

static u64 ask_quote(u64 pa)
{
	return call(CVMSTAT_TDVMCALL_GET_QUOTE, pa | BIT_ULL(TOP_BIT), PAGE_SIZE, 0, NULL);
}

static u64 wait_quote(const struct quote_buffer *b)
{
	u64 end = rdtsc() + tsc_khz * 1000ULL;

	while (READ_ONCE(b->status) == IN_FLIGHT && rdtsc() < end)
		call(CVMSTAT_TDVMCALL_GET_INFO, 0, 0, 0, NULL);
	return b->status;
}

/* Does it wait in this CPU's APIC? */
static bool has_come(u32 vector)
{
	return __rdmsr(MSR_IRR + vector / 32) & BIT(vector % 32);
}

static void quotes(struct seq_file *out, struct quote_buffer *b, u64 pa)
{
	*b = (struct quote_buffer) { .version = 1, .in_len = 1024 };
	b->data[0] = 0x81;
	answer(out, "TDX: GetQuote", ask_quote(pa), 0);
	answer(out, "TDX: a quote is in flight", b->status, IN_FLIGHT);
	answer(out, "TDX: one at a time", ask_quote(pa), CALL_RETRY);
	answer(out, "TDX: nothing has come", has_come(X86_PLATFORM_IPI_VECTOR), false);
	answer(out, "TDX: a quote is there", wait_quote(b), 0);
	answer(out, "TDX: its length", b->out_len, 636);
	answer(out, "TDX: an interrupt has told so", has_come(X86_PLATFORM_IPI_VECTOR), true);
	b->in_len = 7;
	answer(out, "TDX: GetQuote without a report", ask_quote(pa), 0);
	answer(out, "TDX: has an error for an answer", wait_quote(b), CALL_INVALID);
}

/* A command of any GUID, and its response behind it; each has a page. */
static void services(struct seq_file *out, u32 *command, u32 *response, u64 pa)
{
	u64 shared = pa | BIT_ULL(TOP_BIT);

	command[4] = 24;
	response[4] = 8;
	answer(out, "TDX: Service without room for a response",
	       call(CVMSTAT_TDVMCALL_SERVICE, shared, shared + PAGE_SIZE, 0, NULL), CALL_INVALID);
	response[4] = PAGE_SIZE;
	command[0] = 0x1234567;
	answer(out, "TDX: Service",
	       call(CVMSTAT_TDVMCALL_SERVICE, shared, shared + PAGE_SIZE, 0, NULL), 0);
	answer(out, "TDX: no service is there", response[5], NOT_SUPPORTED);
	answer(out, "TDX: and it is that one", response[0], 0x1234567);
}

void answers_tdx_shared(struct seq_file *out, void *pages)
{
	u64 pa = __pa(pages);

	quotes(out, pages, pa);
	memset(pages, 0, 2 * PAGE_SIZE);
	services(out, pages, pages + PAGE_SIZE, pa);
}

static void calls(struct seq_file *out)
{
	struct tdcall_regs r = {
		.rcx = TDVMCALL_EXPOSED, .r10 = 99 };
	u64 value;

	answer(out, "TDX: GetTdVmCallInfo",
	       call(CVMSTAT_TDVMCALL_GET_INFO, 0, 0, 0, &value) | value, 0);
	answer(out, "TDX: unknown sub-function",
	       call(0x1abcd, 0, 0, 0, NULL), CALL_INVALID);
	answer(out, "TDX: GetTdVmCallInfo of the other sub-functions",
	       call(CVMSTAT_TDVMCALL_GET_INFO, 1, 0, 0, &value) | value, 3);
	answer(out, "TDX: GetTdVmCallInfo of nothing",
	       call(CVMSTAT_TDVMCALL_GET_INFO, 2, 0, 0, NULL), CALL_INVALID);
	answer(out, "TDX: Service without buffers",
	       call(CVMSTAT_TDVMCALL_SERVICE, 0, 0, 0, NULL), CALL_INVALID);
	answer(out, "TDX: RDMSR", call(CVMSTAT_TDVMCALL_RDMSR, 0x8b, 0, 0, NULL), 0);
	answer(out, "TDX: RDMSR of no MSR",
	       call(CVMSTAT_TDVMCALL_RDMSR, MSR_NONE, 0, 0, NULL), CALL_INVALID);
	answer(out, "TDX: WRMSR of no MSR",
	       call(CVMSTAT_TDVMCALL_WRMSR, MSR_NONE, 0, 0, NULL), CALL_INVALID);
	answer(out, "TDX: I/O", call(CVMSTAT_TDVMCALL_IO, 1, 0, PORT, &value), 0);
	answer(out, "TDX: a port with nothing behind it", value, 0xff);
	answer(out, "TDX: I/O of three bytes",
	       call(CVMSTAT_TDVMCALL_IO, 3, 0, PORT, NULL), CALL_INVALID);
	answer(out, "TDX: I/O, no such direction",
	       call(CVMSTAT_TDVMCALL_IO, 1, 2, PORT, NULL), CALL_INVALID);
	answer(out, "TDX: I/O, no such port",
	       call(CVMSTAT_TDVMCALL_IO, 1, 0, 0x10000, NULL), CALL_INVALID);
	answer(out, "TDX: MMIO, no such direction",
	       call(CVMSTAT_TDVMCALL_MMIO, 4, 2, HPET, NULL), CALL_INVALID);
	answer(out, "TDX: MMIO of RAM",
	       call(CVMSTAT_TDVMCALL_MMIO, 4, 0, 0x1000000, NULL), CALL_INVALID);
	answer(out, "TDX: MMIO beyond the guest's addresses",
	       call(CVMSTAT_TDVMCALL_MMIO, 4, 0, BIT_ULL(45), NULL), CALL_INVALID);
	answer(out, "TDX: notification by an exception's vector",
	       call(CVMSTAT_TDVMCALL_SETUP_NOTIFY, 31, 0, 0, NULL), CALL_INVALID);
	answer(out, "TDX: notification by an interrupt's vector",
	       call(CVMSTAT_TDVMCALL_SETUP_NOTIFY, X86_PLATFORM_IPI_VECTOR, 0, 0, NULL), 0);
	tdcall(CVMSTAT_TDCALL_VP_VMCALL, &r);
	answer(out, "TDX: unknown vendor hypercall", r.r10, -KVM_ENOSYS);
}

void answers_tdx(struct seq_file *out)
{
	unsigned long page = __get_free_page(GFP_ATOMIC);

	module_information(out);
	metadata(out);
	calls(out);
	if (page) {
		measurement(out, page);
		page_states(out, page);
	}
	free_page(page);
}
