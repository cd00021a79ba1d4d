// SPDX-License-Identifier: GPL-2.0
/*
 * Memory for counters: whole pages for each CPU, on its node, so that no cache
 * line is written by two. All of it is allocated at load.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "counter.h"

static_assert(PAGE_SIZE % SMP_CACHE_BYTES == 0);

static u64 memory;

static void **pointer_of(void __percpu *counters, unsigned int cpu)
{
	return per_cpu_ptr((void * __percpu *)counters, cpu);
}

/**
 * cvm_counters_alloc() - allocate the counters of all CPUs, zero
 * @counters: the per-CPU pointer to them
 * @size: bytes that one CPU needs
 *
 * Return: 0 or -ENOMEM.
 */
int cvm_counters_alloc(void __percpu *counters, size_t size)
{
	unsigned int cpu;

	size = PAGE_ALIGN(size);
	for_each_possible_cpu(cpu) {
		void *p = vzalloc_node(size, cpu_to_node(cpu));

		if (!p) {
			cvm_counters_free(counters);
			return -ENOMEM;
		}
		*pointer_of(counters, cpu) = p;
		memory += size;
	}
	return 0;
}

/**
 * cvm_counters_free() - give counters back; when nothing counts any more
 * @counters: the per-CPU pointer to them
 */
void cvm_counters_free(void __percpu *counters)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		vfree(*pointer_of(counters, cpu));
		*pointer_of(counters, cpu) = NULL;
	}
}

/**
 * cvm_counters_memory() - bytes that all counters take
 */
u64 cvm_counters_memory(void)
{
	return memory;
}
