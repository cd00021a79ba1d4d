/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Guest memory: where it is, who may see which page, and the guest's own
 * paging. Guest physical and host physical addresses are the same but for the
 * top bit, which says private or shared.
 */
#ifndef HV_GUEST_H
#define HV_GUEST_H

#include "vcpu.h"

/* The largest physical address width that TCG offers: the top bit is ours. */
#define GUEST_PHYS_BITS	40
#define GPA_TOP_BIT	BIT(GUEST_PHYS_BITS - 1)
#define GPA_MASK	(GPA_TOP_BIT - 1)

/* Firmware and ACPI tables: ../README.md says why both aliases reach them. */
enum page_state {
	PAGE_ANY,		/* both aliases */
	PAGE_SHARED,
	PAGE_PENDING,		/* private, not yet validated or accepted */
	PAGE_PRIVATE,
	PAGE_CONTEXT,		/* private, and what a vCPU starts from */
};

struct walk {
	u64 gpa;		/* with the alias bit */
	u64 size;		/* of the page that maps it */
};

extern u64 ram_low_top, ram_high_top;
extern char hv_image_start[], hv_image_end[];

#define VGA_HOLE	0xa0000UL
#define VGA_HOLE_END	0xc0000UL

static inline bool gpa_between(u64 gpa, u64 start, u64 end)
{
	return gpa - start < end - start;
}

/*
 * RAM that is the guest's: not the VGA hole, not the hypervisor. One comparison
 * a hole, so that an exit costs as many instructions with page tables below as
 * with those above the hypervisor: they are another process's each time.
 */
static inline bool gpa_is_ram(u64 gpa)
{
	if (gpa < ram_low_top)
		return !gpa_between(gpa, VGA_HOLE, VGA_HOLE_END) &&
		       !gpa_between(gpa, (u64)hv_image_start, (u64)hv_image_end);
	return gpa >= BIT(32) && gpa < ram_high_top;
}

/* The same for all of a range. */
static inline bool gpa_range_is_ram(u64 gpa, u64 size)
{
	u64 end = gpa + size;

	if (end <= gpa)
		return false;
	if (end <= ram_low_top)
		return (end <= VGA_HOLE || gpa >= VGA_HOLE_END) &&
		       (end <= (u64)hv_image_start || gpa >= (u64)hv_image_end);
	return gpa >= BIT(32) && end <= ram_high_top;
}

void guest_memory_init(u64 low_top, u64 high_top);
u64 npt_root(bool paging);

enum page_state page_state_get(u64 gpa);
void page_state_set(u64 gpa, u64 size, enum page_state state);
bool page_state_is(u64 gpa, u64 size, enum page_state state);

bool guest_walk(struct vcpu *v, u64 va, struct walk *w);
bool guest_read(struct vcpu *v, u64 va, void *buf, size_t n);
bool guest_write(struct vcpu *v, u64 va, const void *buf, size_t n);
void *guest_ptr(u64 gpa, size_t n);

#endif
