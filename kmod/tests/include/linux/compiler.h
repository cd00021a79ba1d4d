/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TESTS_LINUX_COMPILER_H
#define TESTS_LINUX_COMPILER_H

#include <assert.h>

#undef __always_inline
#define __always_inline		inline __attribute__((always_inline))
#define __maybe_unused		__attribute__((unused))
#define likely(x)		(x)
#define unlikely(x)		(x)

#endif /* TESTS_LINUX_COMPILER_H */
