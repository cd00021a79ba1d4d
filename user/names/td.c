// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "names/td.h"

struct bit {
	unsigned int bit;
	const char *name;
};

/* As Linux has them: arch/x86/include/asm/shared/tdx.h. */
static const struct bit attributes[] = {
	{ 0, "DEBUG" }, { 4, "HGS_PLUS_PROF" }, { 5, "PERF_PROF" }, { 6, "PMT_PROF" },
	{ 16, "ICSSD" }, { 27, "LASS" }, { 28, "SEPT_VE_DISABLE" }, { 29, "MIGRATABLE" },
	{ 30, "PKS" }, { 31, "KL" }, { 62, "TPA" }, { TD_ATTRIBUTE_PERFMON, "PERFMON" },
	{ 0, NULL },
};

static const struct bit ctls[] = {
	{ 0, "PENDING_VE_DISABLE" }, { 1, "ENUM_TOPOLOGY" }, { 2, "VIRT_CPUID2" },
	{ TD_CTLS_REDUCE_VE, "REDUCE_VE" }, { 63, "LOCK" }, { 0, NULL },
};

static const char *bits_text(const struct bit *names, u64 bits, char *buf, size_t size)
{
	const char *sep = " (", *end = "";
	size_t len = snprintf(buf, size, "0x%llx", bits);

	for (; names->name && len < size; names++) {
		if (!(bits >> names->bit & 1))
			continue;
		len += snprintf(buf + len, size - len, "%s%s", sep, names->name);
		sep = ", ";
		end = ")";
	}
	if (len < size)
		snprintf(buf + len, size - len, "%s", end);
	return buf;
}

const char *td_attributes_text(u64 bits, char *buf, size_t size)
{
	return bits_text(attributes, bits, buf, size);
}

const char *td_ctls_text(u64 bits, char *buf, size_t size)
{
	return bits_text(ctls, bits, buf, size);
}
