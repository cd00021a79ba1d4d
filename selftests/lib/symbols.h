/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's symbols, for those who may read their addresses. */
#ifndef CVMSTAT_TEST_SYMBOLS_H
#define CVMSTAT_TEST_SYMBOLS_H

#include <linux/types.h>
#include <stdbool.h>

/** symbols_read() - read all of them; 0 or -errno */
int symbols_read(void);

/** symbols_name() - of the function that an address is in, "" if there is none */
const char *symbols_name(__u64 address);

/** symbols_is() - is the address in this function, or in a part of it? */
bool symbols_is(__u64 address, const char *function);

#endif /* CVMSTAT_TEST_SYMBOLS_H */
