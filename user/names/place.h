/* SPDX-License-Identifier: GPL-2.0 */
/* What lies at a physical address or an I/O port of this machine. */
#ifndef CVMSTAT_PLACE_H
#define CVMSTAT_PLACE_H

#include "base/util.h"

bool place_fixed_mmio(u64 gpa, char *buf, size_t size);
bool place_fixed_port(u64 port, char *buf, size_t size);
bool place_msr(u64 index, char *buf, size_t size);
bool place_leaf(u64 leaf, char *buf, size_t size);
bool place_pci(u64 addr, bool port, char *buf, size_t size);
bool place_doorbell(u64 addr, bool port);
bool place_kernel(u64 addr, bool port, char *buf, size_t size);
void place_learn(void);
void place_refresh(void);

#endif
