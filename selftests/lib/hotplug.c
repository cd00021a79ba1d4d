// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "hotplug.h"
#include "setting.h"

int set_online(int cpu, bool online)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online",
		 cpu);
	return setting_write(path, online ? "1" : "0");
}
