/* SPDX-License-Identifier: GPL-2.0 */
/* The exact account of what happened; its format: ../LEDGER.md. */
#ifndef HV_LEDGER_H
#define HV_LEDGER_H

#include <linux/cvmstat.h>
#include <linux/cvmstat_codes.h>

#include "types.h"

#define PORT_MARK	0x4c0
#define LEDGER_NO_DETAIL	(~0ULL)
/* In place of a detail, or of a code as well, for which there was no room. */
#define LEDGER_FULL		(~1ULL)

/* A vCPU is known here by its number. */
void ledger_begin(const char *platform, u32 vcpus);
void ledger_count(u32 vcpu, enum cvmstat_class class, u64 code, u64 detail, enum cvmstat_op op);
void ledger_bug(void);
void ledger_fault(void);
bool ledger_mark_write(u32 vcpu, u8 byte);
u8 ledger_mark_read(u32 vcpu);
void ledger_end(void);

#endif
