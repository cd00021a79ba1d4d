/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_BOOT_H
#define CVMSTAT_BOOT_H

#include "part.h"

extern const struct cvm_part cvm_boot_part;

#endif /* CVMSTAT_BOOT_H */
