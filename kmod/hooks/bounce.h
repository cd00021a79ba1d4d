/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_BOUNCE_H
#define CVMSTAT_BOUNCE_H

#include "part.h"

void cvm_bounce_time(void);

extern const struct cvm_part cvm_bounce_part;

#endif /* CVMSTAT_BOUNCE_H */
