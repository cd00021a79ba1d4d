/* SPDX-License-Identifier: GPL-2.0 */
/* What the module's files that are tested in user space take from the kernel. */
#ifndef TESTS_LINUX_TYPES_H
#define TESTS_LINUX_TYPES_H

#include <stdbool.h>
#include <stdint.h>
#include_next <linux/types.h>

#define U8_MAX	UINT8_MAX
#define U32_MAX	UINT32_MAX

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;

#endif /* TESTS_LINUX_TYPES_H */
