/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_SITES_H
#define CVMSTAT_SITES_H

#define CVM_MAX_EARLIER	4

/**
 * struct cvm_site - an instruction that is worth a probe
 * @addr: the instruction itself
 * @nr_earlier: number of @earlier
 * @earlier: places before it that may carry an optimised probe, best first; the
 *	first that register_kprobe() takes for an instruction is the right one
 */
struct cvm_site {
	void *addr;
	unsigned int nr_earlier;
	void *earlier[CVM_MAX_EARLIER];
};

/**
 * typedef cvm_find_fn - find instructions that are worth a probe
 * @symbol: a function
 * @callee: a function that is called in it
 * @sites: filled in
 * @max: their number
 *
 * Return: how many there are, or -errno.
 */
typedef int (*cvm_find_fn)(const char *symbol, const char *callee,
			   struct cvm_site *sites, int max);

int cvm_find_calls_in(const char *symbol, const char *callee,
		      struct cvm_site *sites, int max);
int cvm_find_vmgexits(const char *symbol, const char *callee,
		      struct cvm_site *sites, int max);
void *cvm_site_behind(const char *symbol, const char *callee);

#endif /* CVMSTAT_SITES_H */
