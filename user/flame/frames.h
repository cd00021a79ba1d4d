/* SPDX-License-Identifier: GPL-2.0 */
/* Stacks as a tree of frames that have names. */
#ifndef CVMSTAT_FRAMES_H
#define CVMSTAT_FRAMES_H

#include "base/pool.h"
#include "flame/stacks.h"

enum frame_kind { FRAME_ROOT, FRAME_PROCESS, FRAME_USER, FRAME_KERNEL, FRAME_REASON, FRAME_KINDS };

/**
 * struct frame - one of the tree
 * @name: of the function, the process, the reason
 * @owner: the file or the module that the function is in; "" for none
 * @value: weight of all that is above it
 * @above: the frames that it called, by name
 * @next: beside it
 */
struct frame {
	enum frame_kind kind;
	const char *name;
	const char *owner;
	u64 value;
	struct frame *above;
	struct frame *next;
};

/* How code is called whose function nobody knows. */
enum unnamed {
	UNNAMED_FILE,		/* its file: one frame for all of it */
	UNNAMED_ADDRESS,	/* its file, and the address in it */
};

struct frame *frames_build(const struct stacks *all, const char *root, enum unnamed unnamed,
			   struct pool *p);
size_t frames_depth(const struct frame *f);

#endif
