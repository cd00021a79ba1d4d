// SPDX-License-Identifier: GPL-2.0
/* Names of details. Which reasons have which is in the table of codes. */
#include <linux/cvmstat_codes.h>

#include "names/names.h"
#include "names/place.h"

static const struct {
	u32 class;
	enum cvmstat_detail detail;
	u64 code;
} details[] = CVMSTAT_DETAILS;

static unsigned int detail_kind(const struct record *r)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(details); i++)
		if (details[i].class == r->class && details[i].code == r->code)
			return CVMSTAT_DETAIL_KIND(details[i].detail);
	return CVMSTAT_DETAIL_NONE;
}

static bool named_place(unsigned int kind, u64 at, char *name, size_t size)
{
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
	default:
		return false;
	}
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
	const char *word = op_word(r->op);
	unsigned int kind = detail_kind(r);
	char name[NAME_BYTES], direction[16] = "";
	bool named;

	if (record_overflow(r) || !record_has_detail(r)) {
		snprintf(buf, size, "%s", record_overflow(r) ? "(table full)" : "(no detail)");
		return buf;
	}
	if (word)
		snprintf(direction, sizeof(direction), " %s", word);
	named = named_place(kind, r->detail, name, sizeof(name));
	if (named && kind != CVMSTAT_DETAIL_LEAF)
		snprintf(buf, size, "%s 0x%llx%s", name, r->detail, direction);
	else
		snprintf(buf, size, "%s0x%llx%s%s%s%s", nouns[kind],
			 r->detail, direction, named ? " (" : "",
			 named ? name : "", named ? ")" : "");
	return buf;
}

/* Whether the module tells a detail of each of a reason's events. */
bool detail_told(const struct record *r)
{
	return record_has_code(r) && detail_kind(r) != CVMSTAT_DETAIL_NONE;
}
