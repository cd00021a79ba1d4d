// SPDX-License-Identifier: GPL-2.0
#include "face.h"
#include "text.h"
#include "x86.h"

const struct face *face;

/* The face of this name, if there is one, becomes the hypervisor's. */
void face_choose(const char *name, size_t len)
{
	const struct face *const *f;

	for (f = faces_start; f != faces_end; f++)
		if (text_is((*f)->name, name, len))
			face = *f;
}

/* A leaf that CPUID_IS_HV(). */
void face_cpuid(u32 leaf, struct cpuid_regs *r)
{
	*r = (struct cpuid_regs){ 0 };
	face->cpuid(leaf, r);
}
