/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_AROUND_H
#define CVMSTAT_AROUND_H

#include <linux/types.h>

/**
 * struct cvm_idle_record - entries into an idle state
 * @cpu: CPU
 * @state: index of the state
 * @polling: the state polls and causes no exit
 * @name: of the state
 * @entries: how often it was entered
 */
struct cvm_idle_record {
	u32 cpu;
	u32 state;
	bool polling;
	char name[16];
	u64 entries;
};

/**
 * struct cvm_bounce_record - data copied through the bounce buffer
 * @cpu: CPU
 * @slot: number of the device; the last one is for those beyond the table
 * @device: name of the device
 * @driver: name of its driver
 * @bounces: mappings
 * @bytes: their size
 */
struct cvm_bounce_record {
	u32 cpu;
	u32 slot;
	const char *device;
	const char *driver;
	u64 bounces;
	u64 bytes;
};

#define CVM_IDLE_STATES		10
#define CVM_BOUNCE_SLOTS	65

bool cvm_idle_read(unsigned int cpu, unsigned int state,
		   struct cvm_idle_record *rec);
bool cvm_bounce_read(unsigned int cpu, unsigned int slot,
		     struct cvm_bounce_record *rec);

#endif /* CVMSTAT_AROUND_H */
