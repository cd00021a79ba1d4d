/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a #VC and of the VMGEXITs in it: put together, and decoded. */
#ifndef CVMSTAT_WORD_SEV_H
#define CVMSTAT_WORD_SEV_H

#include <linux/cc_platform.h>
#include <linux/pgtable.h>
#include <asm/sev.h>

#include "platform.h"
#include "word.h"

/* Where in struct pt_regs the key of a #VC is, by its code. */
extern u8 cvm_vc_key[CVM_NR_OF(vc)];

void cvm_vc_key_init(void);

/**
 * cvm_vc_word() - the word of a #VC, if it can be had quickly
 * @regs: where it was raised
 * @code: its exit code
 * @word: set
 *
 * Those up to VMMCALL are nearly all.
 *
 * Return: false if it takes cvm_vc_word_slow().
 */
static __always_inline bool cvm_vc_word(const struct pt_regs *regs, u64 code,
					u64 *word)
{
	*word = cvm_word_user(regs);
	if (likely(code < CVMSTAT_SVM_VMMCALL))
		*word |= CVM_WORD(code) |
			*(const u32 *)((const char *)regs + cvm_vc_key[code]);
	else if (likely(code == CVMSTAT_SVM_NPF))
		*word |= CVM_WORD(CVM_INDEX(vc_fault));
	else
		return false;
	return true;
}

static_assert(CVM_NR_OF(vc) > CVMSTAT_SVM_VMMCALL);

/**
 * cvm_vmmcall_word() - the word of a VMMCALL, or of its VMGEXIT
 * @regs: where it was raised
 * @index: of the reason's counter
 * @word: set. Its key is RAX
 *
 * Return: false if RAX is no number that a word has room for.
 */
static __always_inline bool cvm_vmmcall_word(const struct pt_regs *regs,
					     unsigned int index, u64 *word)
{
	*word = cvm_word_user(regs) | CVM_WORD(index) | (regs->ax & CVM_WORD_KEY);
	return !(regs->ax & ~CVM_WORD_KEY);
}

/**
 * cvm_vc_word_slow() - the word of any #VC
 * @regs: where it was raised
 * @code: its exit code
 * @word: set
 *
 * Return: false for one that has none: then cvm_wordless_detail() knows its detail.
 */
static inline bool cvm_vc_word_slow(const struct pt_regs *regs, u64 code, u64 *word)
{
	if (cvm_vc_word(regs, code, word))
		return true;
	if (code == CVMSTAT_SVM_VMMCALL)
		return cvm_vmmcall_word(regs, CVM_INDEX(vc) + code, word);
	*word = cvm_word_user(regs) | CVM_WORD(CVM_INDEX(vc) + code);
	return code < CVM_NR_OF(vc);
}

/**
 * cvm_wordless_detail() - the detail of a #VC, or of its VMGEXIT, without a word
 * @regs: where it was raised
 * @ev: class and code are there, the detail is filled in
 */
static inline void cvm_wordless_detail(const struct pt_regs *regs, struct cvm_event *ev)
{
	ev->has_detail = ev->code == CVMSTAT_SVM_VMMCALL;
	ev->detail = ev->has_detail ? regs->ax : 0;
}

/**
 * cvm_vc_decode() - the other way round
 * @word: from cvm_vc_word_slow()
 * @ev: class, code and mode are there, the rest is filled in
 */
static __always_inline void cvm_vc_decode(u64 word, struct cvm_event *ev)
{
	ev->has_detail = cvm_word_detail(word) != CVMSTAT_DETAIL_NONE;
	ev->detail = word & CVM_WORD_KEY;
}

/* APM vol. 2 15.10.2, what SW_EXITINFO1 of an I/O event is made of. */
#define CVM_IOIO_IN(info)	((info) & BIT(0))
#define CVM_IOIO_PORT(info)	((u16)((info) >> 16))

/* MMIO reads and writes have indexes by the lowest bits of their codes. */
#define CVM_INDEX_OF_MMIO(code)	(CVM_INDEX(nae) + ((code) & 3))

static_assert(CVMSTAT_NAE_MMIO_READ == 0x80000001UL &&
	      CVMSTAT_NAE_MMIO_WRITE == 0x80000002UL);

/* Software events above the MMIO ones come from callers without a #VC. */
static __always_inline bool cvm_vmgexit_has_context(u64 code)
{
	return code <= CVMSTAT_NAE_MMIO_WRITE;
}

/**
 * cvm_vmgexit_word() - the word of a VMGEXIT in a #VC
 * @ctxt: of the #VC; not touched before the code says that it was filled in
 * @code: SW_EXITCODE
 * @info1: SW_EXITINFO1; what it says: GHCB specification, table 6
 * @word: set. Its key is the MSR's index, with CVM_WORD_FLAG if it is written,
 *	the CPUID leaf, the address, the hypercall's number, or for a port @info1
 *
 * Return: false for one that has none: then cvm_wordless_detail() knows its detail.
 */
static __always_inline bool cvm_vmgexit_word(const struct es_em_ctxt *ctxt,
					     u64 code, u64 info1, u64 *word)
{
	if (code == CVMSTAT_NAE_MMIO_READ || code == CVMSTAT_NAE_MMIO_WRITE)
		*word = CVM_WORD(CVM_INDEX_OF_MMIO(code)) |
			(info1 & cvm_platform.gpa_mask);
	else if (code == CVMSTAT_SVM_MSR)
		*word = CVM_WORD(CVM_INDEX(vmgexit) + CVMSTAT_SVM_MSR) |
			(info1 ? CVM_WORD_FLAG : 0) | (u32)ctxt->regs->cx;
	else if (code == CVMSTAT_SVM_IOIO)
		*word = CVM_WORD(CVM_INDEX(vmgexit) + CVMSTAT_SVM_IOIO) |
			(u32)info1;
	else if (code == CVMSTAT_SVM_CPUID)
		*word = CVM_WORD(CVM_INDEX(vmgexit) + CVMSTAT_SVM_CPUID) |
			(u32)ctxt->regs->ax;
	else if (code == CVMSTAT_SVM_VMMCALL)
		return cvm_vmmcall_word(ctxt->regs, CVM_INDEX(vmgexit) + code, word);
	else if (code < CVM_NR_OF(vmgexit))
		*word = CVM_WORD(CVM_INDEX(vmgexit) + code);
	else
		return false;
	*word |= cvm_word_user(ctxt->regs);
	return true;
}

/* Of writes to an ICR, as cvm_vmgexit_word() has them. */
#define CVM_WORD_X2APIC_ICR \
	(CVM_WORD(CVM_INDEX(vmgexit) + CVMSTAT_SVM_MSR) | CVM_WORD_FLAG | \
	 CVMSTAT_X2APIC_ICR)
#define CVM_WORD_XAPIC_ICR \
	(CVM_WORD(CVM_INDEX_OF_MMIO(CVMSTAT_NAE_MMIO_WRITE)) | CVMSTAT_XAPIC_ICR)

u64 cvm_stored(const struct es_em_ctxt *ctxt);

/**
 * cvm_vmgexit_icr() - what a VMGEXIT writes to an ICR
 * @ctxt: of the #VC
 * @word: from cvm_vmgexit_word(); completed
 *
 * Return: false if it writes one, and what is not known.
 */
static inline bool cvm_vmgexit_icr(const struct es_em_ctxt *ctxt, u64 *word)
{
	u64 value;

	switch (*word & ~CVM_WORD_USER) {
	case CVM_WORD_X2APIC_ICR:
		value = ctxt->regs->ax;
		break;
	case CVM_WORD_XAPIC_ICR:
		value = cvm_stored(ctxt);
		break;
	default:
		return true;
	}
	*word |= cvm_icr_key(value);
	return cvm_icr_key(value);
}

/**
 * cvm_vmgexit_decode() - the other way round
 * @word: from cvm_vmgexit_word()
 * @ev: class, code and mode are there, the rest is filled in
 */
static __always_inline void cvm_vmgexit_decode(u64 word, struct cvm_event *ev)
{
	u8 detail = cvm_word_detail(word);

	ev->has_detail = detail != CVMSTAT_DETAIL_NONE;
	ev->detail = word & CVM_WORD_KEY;
	if (detail == CVMSTAT_DETAIL_MSR_RW) {
		ev->op = cvm_op(!(word & CVM_WORD_FLAG));
	} else if (detail == CVMSTAT_DETAIL_PORT_RW) {
		ev->op = cvm_op(CVM_IOIO_IN(word));
		ev->detail = CVM_IOIO_PORT(word);
	}
}

#endif /* CVMSTAT_WORD_SEV_H */
