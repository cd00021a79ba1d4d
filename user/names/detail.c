// SPDX-License-Identifier: GPL-2.0
/* Names of details. Which reasons have which is in the table of codes. */
#include <linux/cvmstat_codes.h>

#include "names/hypercall.h"
#include "names/names.h"
#include "names/place.h"

static const struct {
	u32 class;
	enum cvmstat_detail detail;
	u64 code;
} details[] = CVMSTAT_DETAILS;

/* What a reason's detail is: one of enum cvmstat_detail, without the direction. */
unsigned int detail_kind(const struct record *r)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(details); i++)
		if (details[i].class == r->class && details[i].code == r->code)
			return CVMSTAT_DETAIL_KIND(details[i].detail);
	return CVMSTAT_DETAIL_NONE;
}

/* A hypercall of which it is known whose it is. */
bool is_hyperv_call(const struct record *r)
{
	return r->code == CVMSTAT_VMGEXIT_HYPERV && r->class == CVMSTAT_CLASS_VMGEXIT;
}

/* No device is at an address whose lower half is the APIC's. */
static bool writes_icr(const struct record *r, unsigned int kind)
{
	u32 at = kind == CVMSTAT_DETAIL_MSR ? CVMSTAT_X2APIC_ICR : CVMSTAT_XAPIC_ICR;

	return (kind == CVMSTAT_DETAIL_MSR || kind == CVMSTAT_DETAIL_GPA) &&
	       (u32)r->detail == at && r->detail >> CVMSTAT_ICR_SHIFT &&
	       !(r->detail >> CVMSTAT_ICR_SHIFT & ~CVMSTAT_ICR_MASK);
}

/* What is written to an ICR is for names alone: the MSR's index, or the address. */
u64 detail_place(const struct record *r)
{
	return writes_icr(r, detail_kind(r)) ? (u32)r->detail : r->detail;
}

static bool named_place(const struct record *r, unsigned int kind, char *name, size_t size)
{
	u64 at = detail_place(r);

	switch (kind) {
	case CVMSTAT_DETAIL_LEAF:
		return place_leaf(at, name, size);
	case CVMSTAT_DETAIL_MSR:
		return place_msr(at, name, size);
	case CVMSTAT_DETAIL_PORT:
		return place_pci(at, true, name, size) || place_fixed_port(at, name, size) ||
		       place_kernel(at, true, name, size);
	case CVMSTAT_DETAIL_GPA:
		return place_fixed_mmio(at, name, size) || place_pci(at, false, name, size) ||
		       place_kernel(at, false, name, size);
	case CVMSTAT_DETAIL_HYPERCALL:
		return hypercall_name(at, is_hyperv_call(r), name, size);
	default:
		return false;
	}
}

static const char *written(const struct record *r, unsigned int kind, char *buf, size_t size)
{
	char text[64];

	buf[0] = '\0';
	if (writes_icr(r, kind))
		snprintf(buf, size, ": %s", icr_text(r->detail >> CVMSTAT_ICR_SHIFT, text,
						     sizeof(text)));
	return buf;
}

/**
 * detail_label - name of a detail with its number and direction
 * @r: a record of a detail dump
 * @buf: filled
 * @size: of @buf
 */
const char *detail_label(const struct record *r, char *buf, size_t size)
{
	static const char *const nouns[] = {
		[CVMSTAT_DETAIL_NONE] = "", [CVMSTAT_DETAIL_LEAF] = "leaf ",
		[CVMSTAT_DETAIL_MSR] = "MSR ", [CVMSTAT_DETAIL_HYPERCALL] = "hypercall ",
		[CVMSTAT_DETAIL_PORT] = "port ", [CVMSTAT_DETAIL_GPA] = "",
	};
	char name[NAME_BYTES], direction[16] = "", value[80];
	unsigned int kind = detail_kind(r);
	const char *word = op_word(r->op);
	u64 number;
	bool named;

	if (record_overflow(r) || !record_has_detail(r)) {
		snprintf(buf, size, "%s", record_overflow(r) ? "(table full)" : "(no detail)");
		return buf;
	}
	if (word)
		snprintf(direction, sizeof(direction), " %s", word);
	number = detail_place(r);
	named = named_place(r, kind, name, sizeof(name));
	if (named && kind != CVMSTAT_DETAIL_LEAF)
		snprintf(buf, size, "%s 0x%llx%s%s", name, number, direction,
			 written(r, kind, value, sizeof(value)));
	else
		snprintf(buf, size, "%s0x%llx%s%s%s%s", nouns[kind], number, direction,
			 named ? " (" : "", named ? name : "", named ? ")" : "");
	return buf;
}

/*
 * Whether the module tells a detail of each of a reason's events. Not every one
 * tells the number of a hypercall under SEV.
 */
bool detail_told(const struct record *r)
{
	unsigned int kind = detail_kind(r);

	if (!record_has_code(r) || kind == CVMSTAT_DETAIL_NONE)
		return false;
	return kind != CVMSTAT_DETAIL_HYPERCALL || r->class == CVMSTAT_CLASS_TDVMCALL;
}

/* What names need to know, and what costs exits to know. */
void details_learn(void)
{
	place_learn();
	hypercall_learn();
}
