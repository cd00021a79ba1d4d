/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_HOOKS_H
#define CVMSTAT_HOOKS_H

#include "part.h"
#include "probe/hook.h"

int cvm_hooks_attach(bool cpus_are_guarded);
void cvm_hooks_detach(void);
void cvm_hooks_for_rips(bool wanted);

unsigned int cvm_nr_hooks(void);
const struct cvm_hook *cvm_hook_at(unsigned int i);
const struct cvm_gap *cvm_gap_at(unsigned int i);
void cvm_hook_prove(unsigned int i);
u8 cvm_hook_backend(const struct cvm_hook *hook);
void cvm_hooks_stand_aside(void);
void cvm_hooks_stand_back(void);
const char *cvm_hooks_deadly(void);
bool cvm_hook_armed(const struct cvm_hook *hook);
u64 cvm_hook_total(const struct cvm_hook *hook);
u64 cvm_hook_missed(const struct cvm_hook *hook);

extern const struct cvm_part cvm_hook_part;
extern const struct cvm_part cvm_gap_part;

/* The lists of hooks: kmod/Kbuild has their names. */
extern const struct cvm_hook_list CVM_HOOK_LISTS;

#endif /* CVMSTAT_HOOKS_H */
