// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel itself says of an address: /proc/iomem and /proc/ioports,
 * which show their addresses only to CAP_SYS_ADMIN.
 */
#include <string.h>

#include "names/place.h"

/**
 * place_kernel - name an address after the kernel's list of resources
 * @addr: guest physical address or port
 * @port: which of them
 * @buf: filled with the innermost resource that holds it
 * @size: of @buf
 */
bool place_kernel(u64 addr, bool port, char *buf, size_t size)
{
	unsigned long long first, last;
	bool found = false;
	char line[256];
	int name = 0;
	FILE *f;

	f = sys_open(port ? "/proc/ioports" : "/proc/iomem");
	if (!f)
		return false;
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, " %llx-%llx : %n", &first, &last, &name) != 2)
			continue;
		if (addr < first || addr > last || !last)
			continue;
		line[strcspn(line, "\n")] = '\0';
		/* The bridge's windows hold everything and say nothing. */
		if (!strncmp(line + name, "PCI Bus", 7) || !strncmp(line + name, "PCI conf", 8))
			continue;
		snprintf(buf, size, "%s", line + name);
		found = true;
	}
	fclose(f);
	return found;
}
