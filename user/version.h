/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_VERSION_H
#define CVMSTAT_VERSION_H

#define CVMSTAT_VERSION "0.1.0"

#endif
