/* SPDX-License-Identifier: GPL-2.0 */
/* What a TD's attributes and controls are called (TDX module ABI specification). */
#ifndef CVMSTAT_TD_H
#define CVMSTAT_TD_H

#include <stddef.h>

#include "base/util.h"

/* Bits: performance counters are the TD's own. */
#define TD_ATTRIBUTE_PERFMON	63
/* What the module left to a #VE it answers itself. */
#define TD_CTLS_REDUCE_VE	3

/** td_attributes_text() - the bits and their names */
const char *td_attributes_text(u64 bits, char *buf, size_t size);

/** td_ctls_text() - the same of TDCS.TD_CTLS */
const char *td_ctls_text(u64 bits, char *buf, size_t size);

#endif
