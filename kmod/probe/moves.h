/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_MOVES_H
#define CVMSTAT_MOVES_H

#include <linux/types.h>

bool cvm_moves_lead(const u8 *from, const u8 *to, u32 *starts);

#endif /* CVMSTAT_MOVES_H */
