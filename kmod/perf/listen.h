/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_LISTEN_H
#define CVMSTAT_LISTEN_H

#include <linux/types.h>

void cvm_listen_start(bool times);
void cvm_listen_stop(void);

#endif /* CVMSTAT_LISTEN_H */
