/* SPDX-License-Identifier: GPL-2.0 */
/* One CPU. */
#define DECLARE_PER_CPU(type, name)	extern type name
#define DEFINE_PER_CPU(type, name)	type name
#define this_cpu_read(name)		(name)
#define this_cpu_write(name, value)	((name) = (value))
