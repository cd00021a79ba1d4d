/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_ATTACH_H
#define CVMSTAT_ATTACH_H

#include "hook.h"

int cvm_attach(struct cvm_hook *hook);
int cvm_attach_arm(struct cvm_hook *hook);
void cvm_attach_undo(struct cvm_hook *hook);
void cvm_attach_free(struct cvm_hook *hook);
u8 cvm_attach_backend(const struct cvm_hook *hook);

#endif /* CVMSTAT_ATTACH_H */
