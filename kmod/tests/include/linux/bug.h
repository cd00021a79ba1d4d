/* SPDX-License-Identifier: GPL-2.0 */
#define WARN_ON(x)	(x)
