// SPDX-License-Identifier: GPL-2.0
#include "platform.h"
#include "text.h"

const struct platform *platform;
u8 guest_vmpl;
bool reduce_ve_offered;

/* The platform of this name, if there is one, becomes the guest's. */
void platform_choose(const char *name, size_t len)
{
	const struct platform *const *p;

	for (p = platforms_start; p != platforms_end; p++)
		if (text_is((*p)->name, name, len))
			platform = *p;
}
