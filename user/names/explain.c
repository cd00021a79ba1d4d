// SPDX-License-Identifier: GPL-2.0
#include "names/explain.h"

static const struct explanation *find(const struct explanation *v, size_t n, u32 class, u64 code)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (v[i].code == code && v[i].classes & BIT(class))
			return &v[i];
	return NULL;
}

/**
 * explain - what is known about a reason
 *
 * Return: NULL for a reason that is not in cvmstat_codes.h.
 */
const struct explanation *explain(u32 class, u64 code)
{
	if (class >= 32)
		return NULL;
	return find(explain_sev, explain_sev_count, class, code) ?:
	       find(explain_tdx, explain_tdx_count, class, code);
}
