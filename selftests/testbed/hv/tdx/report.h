/* SPDX-License-Identifier: GPL-2.0 */
/* What the TDX module measures of a TD, and its report of that. */
#ifndef HV_TDX_REPORT_H
#define HV_TDX_REPORT_H

#include "vcpu.h"

/* TDX module ABI, MR.REPORT: TDREPORT_STRUCT, and TDINFO_STRUCT in it. */
#define TDREPORT_SIZE			1024
#define TDREPORT_TYPE_TDX		0x81
#define TDREPORT_DATA_OFFSET		128
#define TDREPORT_DATA_SIZE		64
#define TDREPORT_TD_INFO		512
/* Attributes and XFAM, four measurements, the RTMRs: what a quote has of it. */
#define TDREPORT_TD_INFO_SIZE		(8 + 8 + 4 * 48 + 4 * 48)

u64 report_make(struct vcpu *v);
u64 report_extend(struct vcpu *v);

#endif
