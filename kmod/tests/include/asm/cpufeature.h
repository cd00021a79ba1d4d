/* SPDX-License-Identifier: GPL-2.0 */
#define boot_cpu_has(feature)	false
