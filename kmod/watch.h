/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_WATCH_H
#define CVMSTAT_WATCH_H

void cvm_watch_start(void);
void cvm_watch_stop(void);

#endif /* CVMSTAT_WATCH_H */
