/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The word of a #VE, put together, and decoded. It stands for up to three events:
 * the #VE, the TDG.VP.VEINFO.GET that told the kernel about it, and the TDVMCALL
 * by which the kernel answers it. Which do is what arch/x86/coco/tdx/tdx.c does.
 */
#ifndef CVMSTAT_WORD_TDX_H
#define CVMSTAT_WORD_TDX_H

#include <asm/insn.h>
#include <asm/tdx.h>

#include "platform.h"
#include "word.h"

/* SDM vol. 3C, exit qualification for I/O instructions. */
#define CVM_VE_IO_IN(qual)	((qual) & BIT(3))
#define CVM_VE_IO_STRING(qual)	((qual) & BIT(4))
#define CVM_VE_IO_PORT(qual)	((u16)((qual) >> 16))

/* GHCI 3.6: only these leaves are the hypervisor's. */
static __always_inline bool cvm_is_hv_leaf(u64 leaf)
{
	return leaf >= 0x40000000UL && leaf <= 0x4fffffffUL;
}

/* What a word says of an MMIO access that the kernel answers. */
static __always_inline u64 cvm_ve_mmio(bool reads)
{
	return CVM_WORD_EXITS | (u64)reads << CVM_WORD_FLAG_SHIFT;
}

/*
 * The same for moves between memory and a register, with a prefix at most: 0x88
 * to 0x8b, of which bit 1 says that it reads. Nearly all MMIO is done by these.
 */
static __always_inline bool cvm_ve_mmio_of_move(const u8 *insn, u64 *mmio)
{
	u8 opcode = *insn;

	if ((opcode & 0xf0) == 0x40 || opcode == 0x66)
		opcode = insn[1];
	*mmio = cvm_ve_mmio(opcode & 2);
	return (opcode & 0xfc) == 0x88;
}

/* Legacy and REX prefixes in front of an opcode. */
static __always_inline bool cvm_is_prefix(u8 byte)
{
	return (byte & 0xf0) == 0x40 || byte == 0x66 || byte == 0x67 ||
	       byte == 0xf2 || byte == 0xf3 || byte == 0xf0 ||
	       (byte & 0xe7) == 0x26 || (byte & 0xfe) == 0x64;
}

/*
 * The same for all moves that insn_decode_mmio() knows; others make
 * handle_mmio() fail, and the kernel answers nothing.
 */
static inline u64 cvm_ve_mmio_of(const u8 *insn)
{
	unsigned int i;

	for (i = 0; i < MAX_INSN_SIZE - 1 && cvm_is_prefix(*insn); i++)
		insn++;
	switch (insn[0]) {
	case 0x88:
	case 0x89:
	case 0xc6:
	case 0xc7:
		return cvm_ve_mmio(false);
	case 0x8a:
	case 0x8b:
		return cvm_ve_mmio(true);
	case 0x0f:
		/* movzx and movsx */
		if ((insn[1] & 0xf6) == 0xb6)
			return cvm_ve_mmio(true);
	}
	return 0;
}

static __always_inline u64 cvm_ve_mmio_word(const struct ve_info *ve)
{
	return CVM_WORD(CVM_INDEX(ve) + CVMSTAT_VE_EPT_VIOLATION) |
	       (ve->gpa & cvm_platform.gpa_mask);
}

/**
 * cvm_ve_word() - the word of a #VE, if it can be had quickly
 * @regs: where it was raised
 * @ve: what the TDX module says of it
 * @word: set. Its key is the MSR's index, the CPUID leaf, the exit qualification
 *	of a port, or the address, with CVM_WORD_EXITS if the kernel answers it,
 *	and then CVM_WORD_FLAG if the instruction reads
 *
 * Return: false if it takes cvm_ve_word_slow().
 */
static __always_inline bool cvm_ve_word(const struct pt_regs *regs,
					const struct ve_info *ve, u64 *word)
{
	u64 reason = ve->exit_reason, user = cvm_word_user(regs), mmio;

	if (reason == CVMSTAT_VE_EPT_VIOLATION) {
		if (user || !cvm_ve_mmio_of_move((const u8 *)regs->ip, &mmio))
			return false;
		*word = cvm_ve_mmio_word(ve) | mmio;
		return true;
	}
	if (reason == CVMSTAT_VE_RDMSR || reason == CVMSTAT_VE_WRMSR)
		*word = CVM_WORD(CVM_INDEX(ve) + reason) | (u32)regs->cx;
	else if (reason == CVMSTAT_VE_IO)
		*word = CVM_WORD(CVM_INDEX(ve) + CVMSTAT_VE_IO) |
			(u32)ve->exit_qual;
	else if (reason == CVMSTAT_VE_CPUID && regs->ax == (u32)regs->ax)
		*word = CVM_WORD(CVM_INDEX(ve) + CVMSTAT_VE_CPUID) | regs->ax;
	else
		return false;
	*word |= user;
	return true;
}

/*
 * This CPU goes idle, and what tells so has counted the TDVMCALL of its HLT. Before
 * Linux 6.15 some idle routines execute HLT itself, and that is a #VE first.
 */
DECLARE_PER_CPU(bool, cvm_halt_counted);

/* The word of a HLT: with CVM_WORD_FLAG, its TDVMCALL is counted already. */
static inline u64 cvm_ve_halt(u64 user)
{
	if (user || !this_cpu_read(cvm_halt_counted))
		return 0;
	this_cpu_write(cvm_halt_counted, false);
	return CVM_WORD_FLAG;
}

/**
 * cvm_ve_word_slow() - the word of any #VE
 * @regs: where it was raised
 * @ve: what the TDX module says of it
 * @word: set
 *
 * Return: false for a reason without a word, which has no detail either.
 */
static inline bool cvm_ve_word_slow(const struct pt_regs *regs,
				    const struct ve_info *ve, u64 *word)
{
	u64 reason = ve->exit_reason, user = cvm_word_user(regs);

	if (cvm_ve_word(regs, ve, word)) {
		if (reason == CVMSTAT_VE_WRMSR && (u32)regs->cx == CVMSTAT_X2APIC_ICR)
			*word |= cvm_icr_key(regs->ax);
		return true;
	}
	if (reason >= CVM_NR_OF(ve))
		return false;
	*word = CVM_WORD(CVM_INDEX(ve) + reason) | user;
	/* The kernel looks at all of RAX to see whose leaf it is. */
	if (reason == CVMSTAT_VE_CPUID)
		*word |= CVM_WORD_FLAG | (u32)regs->ax;
	else if (reason == CVMSTAT_VE_HLT)
		*word |= cvm_ve_halt(user);
	else if (reason == CVMSTAT_VE_EPT_VIOLATION)
		*word |= cvm_ve_mmio_word(ve) |
			 (user ? 0 : cvm_ve_mmio_of((const u8 *)regs->ip));
	return true;
}

/* Does the kernel answer this #VE by a TDVMCALL? It has the same code. */
static __always_inline bool cvm_ve_exits(u64 word, const struct cvm_event *ev)
{
	switch (ev->code) {
	case CVMSTAT_VE_CPUID:
		return !(word & CVM_WORD_FLAG) && cvm_is_hv_leaf(ev->detail);
	case CVMSTAT_VE_EPT_VIOLATION:
		return word & CVM_WORD_EXITS;
	case CVMSTAT_VE_IO:
		return !ev->user && !CVM_VE_IO_STRING(word);
	case CVMSTAT_VE_HLT:
		return !ev->user && !(word & CVM_WORD_FLAG);
	case CVMSTAT_VE_RDMSR:
	case CVMSTAT_VE_WRMSR:
		return !ev->user;
	}
	return false;
}

/**
 * cvm_ve_decode() - the other way round
 * @word: from cvm_ve_word() or cvm_ve_word_slow()
 * @ev: the #VE: class, code and mode are there, the rest is filled in
 * @exit: filled in with the TDVMCALL
 *
 * Return: whether there is a TDVMCALL.
 */
static __always_inline bool cvm_ve_decode(u64 word, struct cvm_event *ev,
					  struct cvm_event *exit)
{
	u8 detail = cvm_word_detail(word);

	ev->has_detail = detail != CVMSTAT_DETAIL_NONE;
	ev->detail = word & CVM_WORD_KEY;
	if (detail == CVMSTAT_DETAIL_PORT_RW) {
		ev->op = cvm_op(CVM_VE_IO_IN(word));
		ev->detail = CVM_VE_IO_PORT(word);
	}
	if (!cvm_ve_exits(word, ev))
		return false;
	*exit = *ev;
	/* What an ICR is written is the exit's. */
	if (detail == CVMSTAT_DETAIL_MSR)
		ev->detail = (u32)ev->detail;
	exit->class = CVMSTAT_CLASS_TDVMCALL;
	if (ev->code == CVMSTAT_VE_EPT_VIOLATION)
		exit->op = cvm_op(word & CVM_WORD_FLAG);
	return true;
}

/* Each #VE comes with one, which is the kernel's own. */
static const struct cvm_event cvm_ve_info_get __maybe_unused = {
	.class = CVMSTAT_CLASS_TDCALL,
	.code = CVMSTAT_TDCALL_VEINFO_GET,
};

#endif /* CVMSTAT_WORD_TDX_H */
