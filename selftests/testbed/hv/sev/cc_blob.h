/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HV_SEV_CC_BLOB_H
#define HV_SEV_CC_BLOB_H

#include "types.h"

struct boot_params;

void cc_blob_boot(struct boot_params *bp);

#endif
