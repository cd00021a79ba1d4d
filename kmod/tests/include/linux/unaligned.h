/* SPDX-License-Identifier: GPL-2.0 */
#define get_unaligned(p) \
	(((const struct { __typeof__(*(p)) value; } __attribute__((packed)) *)(p))->value)
