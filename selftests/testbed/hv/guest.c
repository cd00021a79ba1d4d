// SPDX-License-Identifier: GPL-2.0
/*
 * Nested page tables. A platform with page states has two trees, one for each
 * alias of a guest physical address; a page is present in the tree of its
 * state and in no other, so that an access through the wrong alias faults as
 * it would on hardware. Other platforms have one tree behind both aliases.
 *
 * TCG flushes its TLB at every VMRUN, so that a change holds from the next
 * entry of each vCPU on.
 */
#include "end.h"
#include "guest.h"
#include "platform.h"

#define NPT_FLAGS	(X86_PTE_P | X86_PTE_W | X86_PTE_U)
#define PTES		512
#define POOL_PAGES	6144
#define MAX_RAM		(32ULL << 30)
#define PTE_ADDR	0x000ffffffffff000ULL

u64 ram_low_top, ram_high_top;

static u64 pool[POOL_PAGES][PTES] __aligned(4096);
static u32 pool_used, table_lock;
static u64 *tree_private, *tree_shared;	/* PDPTs; the same one without page states */
static u64 *root_paged, *root_unpaged;
static u8 states[MAX_RAM / PAGE_SIZE];

static u64 *table_new(void)
{
	if (pool_used == POOL_PAGES)
		hv_end(HV_EXIT_INTERNAL, "no memory left for nested page tables");
	return pool[pool_used++];
}

static u64 *table_at(u64 *entry)
{
	if (!(*entry & X86_PTE_P))
		*entry = (u64)table_new() | NPT_FLAGS;
	return (u64 *)(*entry & PTE_ADDR);
}

/* Turns a 2 MiB leaf into 512 pages of the same kind. */
static u64 *table_split(u64 *entry, u64 base)
{
	u64 *pt;
	u32 i;

	if (*entry & X86_PTE_P && !(*entry & X86_PTE_PS))
		return (u64 *)(*entry & PTE_ADDR);
	pt = table_new();
	if (*entry & X86_PTE_P)
		for (i = 0; i < PTES; i++)
			pt[i] = (base + i * PAGE_SIZE) | NPT_FLAGS;
	__atomic_store_n(entry, (u64)pt | NPT_FLAGS, __ATOMIC_RELEASE);
	return pt;
}

static void map(u64 *pdpt, u64 gpa, u64 size, bool present)
{
	u64 end = gpa + size;

	while (gpa < end) {
		u64 *pd = table_at(&pdpt[gpa >> 30]);
		u64 *pde = &pd[gpa >> HUGE_SHIFT & (PTES - 1)];
		bool huge = !(gpa & (HUGE_SIZE - 1)) && end - gpa >= HUGE_SIZE;

		if (huge) {
			*pde = present ? gpa | NPT_FLAGS | X86_PTE_PS : 0;
			gpa += HUGE_SIZE;
			continue;
		}
		table_split(pde, gpa & ~(HUGE_SIZE - 1))[gpa >> PAGE_SHIFT & (PTES - 1)] =
			present ? gpa | NPT_FLAGS : 0;
		gpa += PAGE_SIZE;
	}
}

static void map_state(u64 gpa, u64 size, enum page_state state)
{
	map(tree_private, gpa, size, state >= PAGE_PRIVATE || state == PAGE_ANY);
	if (tree_shared != tree_private)
		map(tree_shared, gpa, size, state == PAGE_SHARED || state == PAGE_ANY);
}

static void ram_range(u64 start, u64 end, enum page_state state)
{
	memset(&states[start >> PAGE_SHIFT], state, (end - start) >> PAGE_SHIFT);
	map_state(start, end - start, state);
}

/**
 * guest_memory_init - nested page tables for all RAM, everything else absent
 * @low_top: end of RAM below 4 GiB
 * @high_top: end of RAM above 4 GiB; 4 GiB if there is none
 */
void guest_memory_init(u64 low_top, u64 high_top)
{
	ram_low_top = low_top;
	ram_high_top = high_top;
	if (high_top > MAX_RAM)
		hv_end(HV_EXIT_INTERNAL, "more RAM than %u GiB", MAX_RAM >> 30);
	tree_private = table_new();
	tree_shared = platform->page_states ? table_new() : tree_private;
	root_paged = table_new();
	root_unpaged = table_new();
	root_paged[platform->private_bit ? 1 : 0] = (u64)tree_private | NPT_FLAGS;
	root_paged[platform->private_bit ? 0 : 1] = (u64)tree_shared | NPT_FLAGS;
	root_unpaged[0] = (u64)tree_private | NPT_FLAGS;
	root_unpaged[1] = root_paged[1];

	ram_range(0, VGA_HOLE, PAGE_PRIVATE);
	ram_range(VGA_HOLE_END, 0x100000, PAGE_ANY);
	ram_range(0x100000, (u64)hv_image_start, PAGE_PRIVATE);
	ram_range((u64)hv_image_end, low_top, PAGE_PRIVATE);
	if (high_top > BIT(32))
		ram_range(BIT(32), high_top, PAGE_PRIVATE);
}

/**
 * npt_root - the tables for a guest with or without paging
 * @paging: guest CR0.PG. Without it there is no C-bit to set, and every access
 *	    is private (APM vol. 2, 15.34.4).
 */
u64 npt_root(bool paging)
{
	return (u64)(paging ? root_paged : root_unpaged);
}

enum page_state page_state_get(u64 gpa)
{
	return states[(gpa & GPA_MASK) >> PAGE_SHIFT];
}

bool page_state_is(u64 gpa, u64 size, enum page_state state)
{
	u64 end = gpa + size;

	for (; gpa < end; gpa += PAGE_SIZE)
		if (page_state_get(gpa) != state)
			return false;
	return true;
}

/* All of [gpa, gpa + size) must be RAM; the alias bit is ignored. */
void page_state_set(u64 gpa, u64 size, enum page_state state)
{
	gpa &= GPA_MASK;
	while (__atomic_exchange_n(&table_lock, 1, __ATOMIC_ACQUIRE))
		cpu_pause();
	ram_range(gpa, gpa + size, state);
	__atomic_store_n(&table_lock, 0, __ATOMIC_RELEASE);
}

/* Host address of guest RAM at @gpa, or NULL if any of @n bytes is not RAM. */
void *guest_ptr(u64 gpa, size_t n)
{
	gpa &= ~GPA_TOP_BIT;
	return gpa_range_is_ram(gpa, n) ? (void *)gpa : NULL;
}

/**
 * guest_walk - translate a linear address through the guest's page tables
 * @v: the vCPU
 * @va: linear address
 * @w: guest physical address and page size
 * Return: false if nothing maps it.
 */
bool guest_walk(struct vcpu *v, u64 va, struct walk *w)
{
	const struct svm_save *s = &v->vmcb.save;
	u64 table = s->cr3 & PTE_ADDR;
	int shift;

	if (!(s->cr0 & X86_CR0_PG)) {
		w->gpa = va;
		w->size = PAGE_SIZE;
		return true;
	}
	if (!(s->efer & X86_EFER_LMA))
		return false;
	for (shift = 39; ; shift -= 9) {
		const u64 *entry = guest_ptr(table + (va >> shift & (PTES - 1)) * 8, 8);

		if (!entry || !(*entry & X86_PTE_P))
			return false;
		table = *entry & PTE_ADDR;
		if (shift != PAGE_SHIFT && !(*entry & X86_PTE_PS))
			continue;
		w->size = 1ULL << shift;
		w->gpa = (table & ~(w->size - 1)) | (va & (w->size - 1));
		return true;
	}
}

/* Runs @n bytes at @va page by page; false at the first that is not RAM. */
static bool guest_copy(struct vcpu *v, u64 va, u8 *buf, size_t n, bool write)
{
	while (n) {
		size_t part = PAGE_SIZE - (va & ~PAGE_MASK);
		struct walk w;
		void *p;

		if (part > n)
			part = n;
		if (!guest_walk(v, va, &w))
			return false;
		p = guest_ptr(w.gpa, part);
		if (!p)
			return false;
		if (write)
			memcpy(p, buf, part);
		else
			memcpy(buf, p, part);
		va += part;
		buf += part;
		n -= part;
	}
	return true;
}

bool guest_read(struct vcpu *v, u64 va, void *buf, size_t n)
{
	return guest_copy(v, va, buf, n, false);
}

bool guest_write(struct vcpu *v, u64 va, const void *buf, size_t n)
{
	return guest_copy(v, va, (u8 *)buf, n, true);
}
