// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "hotplug.h"

int set_online(int cpu, bool online)
{
	char path[64];
	int fd, ret = 0;

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online",
		 cpu);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (write(fd, online ? "1" : "0", 1) != 1)
		ret = -errno;
	close(fd);
	return ret;
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
