// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "caps.h"

#define NOBODY		65534

int keep_only(int cap)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { 0 };

	if (cap >= 0) {
		data[cap / 32].effective = 1U << cap % 32;
		data[cap / 32].permitted = 1U << cap % 32;
		data[cap / 32].inheritable = 1U << cap % 32;
	}
	if (prctl(PR_SET_KEEPCAPS, 1) || setgid(NOBODY) || setuid(NOBODY) ||
	    syscall(SYS_capset, &head, data))
		return -errno;
	if (cap < 0)
		return 0;
	/* Ambient, so that it lives through execve(). */
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) ? -errno :
									0;
}

int give_capability(const char *path, int cap)
{
	struct vfs_cap_data data = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
	};

	data.data[cap / 32].permitted = 1U << cap % 32;
	return setxattr(path, "security.capability", &data, sizeof(data), 0) ? -errno : 0;
}
