/* SPDX-License-Identifier: GPL-2.0 */
/* Linux, include/uapi/linux/tdx-guest.h; older C libraries have no copy. */
#ifndef CVMBED_TDX_REPORT_H
#define CVMBED_TDX_REPORT_H

#include <linux/types.h>
#include <sys/ioctl.h>

struct tdx_report {
	__u8 data[64];
	__u8 report[1024];
};

#define TDX_GET_REPORT0	_IOWR('T', 1, struct tdx_report)

#endif /* CVMBED_TDX_REPORT_H */
