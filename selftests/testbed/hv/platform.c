// SPDX-License-Identifier: GPL-2.0
#include "platform.h"

const struct platform *platform;

/* The platform of this name, if there is one, becomes the guest's. */
void platform_choose(const char *name, size_t len)
{
	const struct platform *const *p;
	size_t i;

	for (p = platforms_start; p != platforms_end; p++) {
		for (i = 0; i < len && (*p)->name[i] == name[i]; i++)
			;
		if (i == len && !(*p)->name[len])
			platform = *p;
	}
}
