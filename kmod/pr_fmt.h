/* SPDX-License-Identifier: GPL-2.0 */
/* Included before everything else, so that each file speaks under this name. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
