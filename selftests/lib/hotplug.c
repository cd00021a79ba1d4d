// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "hotplug.h"
#include "setting.h"

int set_online(int cpu, bool online)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online",
		 cpu);
	return setting_write(path, online ? "1" : "0");
}

#define COME_BACK_TRIES	30

int come_back(int cpu)
{
	int i, ret;

	for (i = 0; i < COME_BACK_TRIES; i++) {
		ret = set_online(cpu, true);
		if (ret != -EBUSY)
			break;
		sleep(1);
	}
	return ret;
}
