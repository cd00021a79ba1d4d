/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The return of a function that was entered, outside of kprobes: its return
 * address is replaced for the one time.
 */
#ifndef CVMSTAT_RETURNS_H
#define CVMSTAT_RETURNS_H

#include <linux/atomic.h>
#include <linux/hash.h>
#include <linux/types.h>

struct pt_regs;

/* struct cvm_return, @asked: for times.c; for trace.c its time, and that it is back. */
#define CVM_ASKED_TIME	1U
#define CVM_ASKED_DONE	2U
#define CVM_ASKED_BACK	4U

/**
 * struct cvm_return - a function that was entered and has not returned
 * @slot: where its return address is; NULL if there is none
 * @address: where it returns to
 * @began: TSC at the entry, if that is asked for
 * @word: for times.c
 * @whereabouts: for trace.c
 * @regs: for trace.c: of the trap
 * @ip: for trace.c: where it was raised
 * @code: for trace.c: of the trap
 * @asked: what has to be told
 */
struct cvm_return {
	unsigned long *slot;
	unsigned long address;
	u64 began;
	u64 word;
	u64 whereabouts;
	const struct pt_regs *regs;
	unsigned long ip;
	u32 code;
	u32 asked;
};

/* From cvm_returns_init() on: their number is a power of two. */
extern struct cvm_return *cvm_return_table;
extern unsigned long cvm_return_mask;

int cvm_returns_init(void);
void cvm_returns_exit(void);
void cvm_returns_use(void);

struct cvm_return *cvm_return_hook(unsigned long *slot);
struct cvm_return *cvm_return_find(unsigned long *slot);

/* Assembly, and what it calls, which is in times.c. */
void cvm_return_trampoline(void);
void cvm_returned(unsigned long *slot);

/* Where what is known of an invocation is, unless another one is there. */
static __always_inline struct cvm_return *cvm_return_place(unsigned long *slot)
{
	BUILD_BUG_ON(sizeof(struct cvm_return) != 64);
	return (void *)cvm_return_table +
	       ((unsigned long)slot * GOLDEN_RATIO_64 >> 32 & cvm_return_mask);
}

static __always_inline void cvm_return_replace(struct cvm_return *entry, unsigned long *slot)
{
	entry->address = *slot;
	entry->asked = 0;
	*slot = (unsigned long)cvm_return_trampoline;
}

/**
 * cvm_return_try() - cvm_return_hook(), if that is done in no time
 * @slot: where its return address is, at its entry
 * @entry: set to what is known of it
 *
 * Context: any, an NMI included; no move to another CPU.
 * Return: false if it was hooked before, or the place is taken.
 */
static __always_inline bool cvm_return_try(unsigned long *slot, struct cvm_return **entry)
{
	*entry = cvm_return_place(slot);
	if (unlikely(*slot == (unsigned long)cvm_return_trampoline ||
		     cmpxchg(&(*entry)->slot, NULL, slot)))
		return false;
	cvm_return_replace(*entry, slot);
	return true;
}

static __always_inline void cvm_return_release(struct cvm_return *entry)
{
	/* From here on another one may have it. */
	smp_store_release(&entry->slot, NULL);
}

#endif /* CVMSTAT_RETURNS_H */
