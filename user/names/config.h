/* SPDX-License-Identifier: GPL-2.0 */
/* Configuration space of PCI devices, of which each access is an exit. */
#ifndef CVMSTAT_CONFIG_H
#define CVMSTAT_CONFIG_H

#include "base/util.h"

#define CONFIG_BYTES 256

/**
 * struct config_space - what is known of that of one device
 * @device: number of this very device, which no other one has until the next boot
 * @known: bit n: double word n was read
 * @bytes: the space
 */
struct config_space {
	u64 device;
	u64 known;
	u8 bytes[CONFIG_BYTES];
};

bool config_open(struct config_space *c, const char *address);
bool config_get(struct config_space *c, const char *address, size_t at, size_t len, bool read);
void config_keep(const struct config_space *c, const char *address);

#endif
