/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CVMSTAT_TEXT_H
#define CVMSTAT_TEXT_H

#include <linux/types.h>

/**
 * struct cvm_text - a copy of a piece of kernel text
 * @start: where it is
 * @len: how long it is
 * @bytes: the copy
 */
struct cvm_text {
	unsigned long start;
	unsigned long len;
	u8 *bytes;
};

int cvm_text_function(const char *symbol, unsigned long *start,
		      unsigned long *len);
int cvm_text_get(struct cvm_text *text, unsigned long start,
		 unsigned long len);
int cvm_text_get_function(struct cvm_text *text, const char *symbol);
void cvm_text_put(struct cvm_text *text);

unsigned long cvm_text_target(const struct cvm_text *text, unsigned long at);
bool cvm_text_jumped_into(unsigned long from, u32 starts);

#endif /* CVMSTAT_TEXT_H */
