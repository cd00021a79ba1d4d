/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_IDLE_H
#define CVMSTAT_IDLE_H

#include "part.h"

extern const struct cvm_part cvm_idle_part;

#endif /* CVMSTAT_IDLE_H */
