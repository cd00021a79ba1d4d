/* SPDX-License-Identifier: GPL-2.0 */
/* Memory and CPUs: a test has as many CPUs as it says, and looks at what is allocated. */
#ifndef TESTS_LINUX_KERNEL_H
#define TESTS_LINUX_KERNEL_H

#include <errno.h>
#include <stdlib.h>

#include <linux/types.h>

#define GFP_KERNEL_ACCOUNT	0

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

extern unsigned int nr_cpus;
extern size_t largest;

#define num_possible_cpus()		nr_cpus
#define for_each_possible_cpu(cpu)	for ((cpu) = 0; (cpu) < nr_cpus; (cpu)++)
#define cond_resched()			((void)0)

static inline void *kvzalloc(size_t size, int flags)
{
	(void)flags;
	if (size > largest)
		largest = size;
	return calloc(1, size);
}

#define kvfree(p)	free(p)

#endif /* TESTS_LINUX_KERNEL_H */
