// SPDX-License-Identifier: GPL-2.0
/* Names of details: which reasons have which (cvmstat.yaml, LEDGER.md). */
#include <linux/cvmstat_codes.h>

#include "names/names.h"
#include "names/place.h"

enum what { RAW, LEAF, MSR, PORT, MMIO, HYPERCALL };

static const struct {
	u32 classes;
	u64 code;
	enum what what;
} meanings[] = {
	{ CVMSTAT_CLASSES_VC | CVMSTAT_CLASSES_VMGEXIT | CVMSTAT_CLASSES_AUTO,
	  CVMSTAT_SVM_CPUID, LEAF },
	{ CVMSTAT_CLASSES_VC | CVMSTAT_CLASSES_VMGEXIT | CVMSTAT_CLASSES_AUTO,
	  CVMSTAT_SVM_MSR, MSR },
	{ CVMSTAT_CLASSES_VC | CVMSTAT_CLASSES_VMGEXIT | CVMSTAT_CLASSES_AUTO,
	  CVMSTAT_SVM_IOIO, PORT },
	{ CVMSTAT_CLASSES_VC | CVMSTAT_CLASSES_AUTO, CVMSTAT_SVM_NPF, MMIO },
	{ CVMSTAT_CLASSES_VMGEXIT, CVMSTAT_NAE_MMIO_READ, MMIO },
	{ CVMSTAT_CLASSES_VMGEXIT, CVMSTAT_NAE_MMIO_WRITE, MMIO },
	{ CVMSTAT_CLASSES_GHCB_MSR, CVMSTAT_GHCB_MSR_CPUID, LEAF },
	{ CVMSTAT_CLASSES_VE, CVMSTAT_VE_CPUID, LEAF },
	{ CVMSTAT_CLASSES_VE, CVMSTAT_VE_IO, PORT },
	{ CVMSTAT_CLASSES_VE, CVMSTAT_VE_RDMSR, MSR },
	{ CVMSTAT_CLASSES_VE, CVMSTAT_VE_WRMSR, MSR },
	{ CVMSTAT_CLASSES_VE, CVMSTAT_VE_EPT_VIOLATION, MMIO },
	{ CVMSTAT_CLASSES_TDVMCALL, CVMSTAT_TDVMCALL_CPUID, LEAF },
	{ CVMSTAT_CLASSES_TDVMCALL, CVMSTAT_TDVMCALL_IO, PORT },
	{ CVMSTAT_CLASSES_TDVMCALL, CVMSTAT_TDVMCALL_RDMSR, MSR },
	{ CVMSTAT_CLASSES_TDVMCALL, CVMSTAT_TDVMCALL_WRMSR, MSR },
	{ CVMSTAT_CLASSES_TDVMCALL, CVMSTAT_TDVMCALL_MMIO, MMIO },
	{ CVMSTAT_CLASSES_TDVMCALL, CVMSTAT_TDVMCALL_VENDOR, HYPERCALL },
};

static enum what meaning(const struct record *r)
{
	size_t i;

	if (r->class >= CLASS_COUNT)
		return RAW;
	for (i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meanings[i].classes & BIT(r->class) && meanings[i].code == r->code)
			return meanings[i].what;
	return RAW;
}

static bool named_place(enum what what, u64 at, char *name, size_t size)
{
	switch (what) {
	case LEAF:
		return place_leaf(at, name, size);
	case MSR:
		return place_msr(at, name, size);
	case PORT:
		return place_pci(at, true, name, size) || place_fixed_port(at, name, size) ||
		       place_kernel(at, true, name, size);
	case MMIO:
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
		[RAW] = "", [LEAF] = "leaf ", [MSR] = "MSR ", [PORT] = "port ", [MMIO] = "",
		[HYPERCALL] = "hypercall ",
	};
	const char *word = op_word(r->op);
	enum what what = meaning(r);
	char name[NAME_BYTES], direction[16] = "";
	bool named;

	if (record_overflow(r) || !record_has_detail(r)) {
		snprintf(buf, size, "%s", record_overflow(r) ? "(table full)" : "(none)");
		return buf;
	}
	if (word)
		snprintf(direction, sizeof(direction), " %s", word);
	named = named_place(what, r->detail, name, sizeof(name));
	if (named && what != LEAF)
		snprintf(buf, size, "%s 0x%llx%s", name, r->detail, direction);
	else
		snprintf(buf, size, "%s0x%llx%s%s%s%s", nouns[what],
			 r->detail, direction, named ? " (" : "",
			 named ? name : "", named ? ")" : "");
	return buf;
}
