// SPDX-License-Identifier: GPL-2.0
/*
 * Holds the words of events to the table of codes: each reason that has a detail
 * there gets it out of its word again, of any size that it may have, and in both
 * modes; one that has none gets none.
 */
#include <stdio.h>

#include <linux/types.h>

#include "../count/word_sev.c"
#include "../count/word_tdx.c"
#include "../reasons.c"

struct cvm_platform cvm_platform = { .gpa_mask = GENMASK_ULL(38, 0) };

static unsigned int nr, failed;

static void result(bool good, const char *class, u64 code)
{
	failed += !good;
	printf("%sok %u %s 0x%llx\n", good ? "" : "not ", ++nr, class, (unsigned long long)code);
}

/* mov %eax,(%rdi), where the kernel's own would be. */
static const u8 store[16] = { 0x89, 0x07 };

/* No two of them are alike, and none is what a word has anyway. */
static struct pt_regs make_regs(bool user)
{
	return (struct pt_regs) {
		.ax = 0x41414101, .cx = 0x43434303, .dx = 0x44444404, .bx = 0x42424202,
		.ip = (unsigned long)store, .cs = user ? 0x33 : 0x10,
	};
}

#define PORT	0x3f8
#define INFO	((u64)PORT << 16 | 1)
#define GPA	0x123456789aULL

static u64 expected(u8 kind, const struct pt_regs *regs)
{
	switch (kind) {
	case CVMSTAT_DETAIL_LEAF:
	case CVMSTAT_DETAIL_HYPERCALL:
		return regs->ax;
	case CVMSTAT_DETAIL_MSR:
		return regs->cx;
	case CVMSTAT_DETAIL_PORT:
		return PORT;
	case CVMSTAT_DETAIL_GPA:
		return GPA;
	}
	return 0;
}

static bool vc_event(const struct pt_regs *regs, struct cvm_event *ev)
{
	u64 word;

	if (!cvm_vc_word_slow(regs, ev->code, &word)) {
		cvm_wordless_detail(regs, ev);
		return true;
	}
	cvm_vc_decode(word, ev);
	return cvm_word_reason(word) == (unsigned int)cvm_reason_index(ev->class, ev->code);
}

static bool vmgexit_event(struct pt_regs *regs, u8 kind, struct cvm_event *ev)
{
	const struct es_em_ctxt ctxt = { .regs = regs };
	u64 word, info1 = kind == CVMSTAT_DETAIL_GPA ? GPA : INFO;

	if (!cvm_vmgexit_word(&ctxt, ev->code, info1, &word)) {
		cvm_wordless_detail(regs, ev);
		return true;
	}
	cvm_vmgexit_decode(word, ev);
	return cvm_word_reason(word) == (unsigned int)cvm_reason_index(ev->class, ev->code);
}

static bool ve_event(const struct pt_regs *regs, struct cvm_event *ev)
{
	const struct ve_info ve = { .exit_reason = ev->code, .exit_qual = INFO, .gpa = GPA };
	struct cvm_event exit;
	u64 word;

	if (!cvm_ve_word_slow(regs, &ve, &word))
		return true;
	cvm_ve_decode(word, ev, &exit);
	return cvm_word_reason(word) == (unsigned int)cvm_reason_index(ev->class, ev->code);
}

static bool comes_out(const struct detail_row *row, struct pt_regs *regs)
{
	u8 kind = CVMSTAT_DETAIL_KIND(row->detail);
	struct cvm_event ev = {
		.class = row->class, .code = row->code, .user = regs->cs & 3,
	};
	bool good = false;

	switch (row->class) {
	case CVMSTAT_CLASS_VC:
		good = vc_event(regs, &ev);
		break;
	case CVMSTAT_CLASS_VMGEXIT:
		good = vmgexit_event(regs, kind, &ev);
		break;
	case CVMSTAT_CLASS_VE:
		good = ve_event(regs, &ev);
		break;
	}
	if (kind == CVMSTAT_DETAIL_NONE)
		return good && !ev.has_detail;
	return good && ev.has_detail && ev.detail == expected(kind, regs);
}

/*
 * What a hook knows without a trap, it tells without a word. A nested page fault is
 * a trap, and no event that a VMGEXIT would have as its code.
 */
static bool has_word(const struct detail_row *row)
{
	switch (row->class) {
	case CVMSTAT_CLASS_VC:
	case CVMSTAT_CLASS_VE:
		return true;
	case CVMSTAT_CLASS_VMGEXIT:
		return cvm_vmgexit_has_context(row->code) && row->code != CVMSTAT_SVM_NPF &&
		       row->code != CVMSTAT_VMGEXIT_HYPERV;
	}
	return false;
}

static void test(const struct detail_row *row)
{
	static const char * const names[] = CVMSTAT_CLASS_NAMES;
	struct pt_regs kernel = make_regs(false), user = make_regs(true);
	bool good = comes_out(row, &kernel) && comes_out(row, &user);

	/* A number that a word has no room for. */
	kernel.ax |= 0xf000000000000000UL;
	if (row->detail == CVMSTAT_DETAIL_HYPERCALL)
		good = good && comes_out(row, &kernel);
	result(good, names[row->class], row->code);
}

#define ICR_VALUE	0x000c08fcUL	/* to all others, logical, vector 0xfc */

/* Who writes an ICR has the value in the detail of the exit: the opcode and ModRM say where. */
static bool stores_icr(u8 opcode, u8 rex, u8 modrm)
{
	struct pt_regs regs = { .ax = ICR_VALUE, .r9 = ICR_VALUE, .cs = 0x10 };
	const struct es_em_ctxt ctxt = {
		.regs = &regs,
		.insn = { .opcode.bytes = { opcode }, .rex_prefix.value = rex,
			  .modrm.value = modrm, .immediate1.value = ICR_VALUE },
	};
	struct cvm_event ev = { .class = CVMSTAT_CLASS_VMGEXIT, .code = CVMSTAT_NAE_MMIO_WRITE };
	u64 word;
	bool known = cvm_vmgexit_word(&ctxt, ev.code, CVMSTAT_XAPIC_ICR, &word) &&
		     cvm_vmgexit_icr(&ctxt, &word);

	cvm_vmgexit_decode(word, &ev);
	return known && ev.detail == CVMSTAT_ICR_DETAIL((u64)CVMSTAT_XAPIC_ICR, ICR_VALUE);
}

static bool writes_icr(bool tdx)
{
	struct pt_regs regs = { .ax = ICR_VALUE, .cx = CVMSTAT_X2APIC_ICR, .cs = 0x10 };
	const struct es_em_ctxt ctxt = { .regs = &regs };
	const struct ve_info ve = { .exit_reason = CVMSTAT_VE_WRMSR };
	struct cvm_event trap = { .class = CVMSTAT_CLASS_VE, .code = CVMSTAT_VE_WRMSR };
	struct cvm_event exit = { .class = CVMSTAT_CLASS_VMGEXIT, .code = CVMSTAT_SVM_MSR };
	u64 word;

	if (tdx) {
		if (!cvm_ve_word_slow(&regs, &ve, &word) || !cvm_ve_decode(word, &trap, &exit) ||
		    trap.detail != CVMSTAT_X2APIC_ICR)
			return false;
	} else {
		if (!cvm_vmgexit_word(&ctxt, exit.code, 1, &word) ||
		    !cvm_vmgexit_icr(&ctxt, &word))
			return false;
		cvm_vmgexit_decode(word, &exit);
	}
	return exit.detail == CVMSTAT_ICR_DETAIL((u64)CVMSTAT_X2APIC_ICR, ICR_VALUE);
}

int main(void)
{
	const struct detail_row *row = detail_rows;

	cvm_reasons_init();
	cvm_vc_key_init();
	for (; row < detail_rows + ARRAY_SIZE(detail_rows); row++)
		if (has_word(row))
			test(row);
	result(stores_icr(0x89, 0, 0x04), "icr of eax", CVMSTAT_XAPIC_ICR);
	result(stores_icr(0x89, 4, 0x0c), "icr of r9d", CVMSTAT_XAPIC_ICR);
	result(stores_icr(0xc7, 0, 0x04), "icr of a constant", CVMSTAT_XAPIC_ICR);
	result(!stores_icr(0x87, 0, 0x04), "icr of an unknown", CVMSTAT_XAPIC_ICR);
	result(writes_icr(false), "icr by #VC", CVMSTAT_X2APIC_ICR);
	result(writes_icr(true), "icr by #VE", CVMSTAT_X2APIC_ICR);
	printf("1..%u\n", nr);
	return failed > 0;
}
