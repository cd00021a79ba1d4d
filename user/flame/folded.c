// SPDX-License-Identifier: GPL-2.0
/*
 * A line for each stack, its frames with semicolons between them, as flamegraph.pl
 * and others read it; behind functions of the kernel is the mark that they know.
 */
#include <string.h>

#include "flame/draw.h"

/* Frames of one line, the lowest first. */
struct path {
	const struct frame *frame;
	const struct path *below;
};

static void put_name(FILE *f, const char *name)
{
	for (; *name; name++)
		fputc(*name == ';' ? ':' : *name == '\n' ? ' ' : *name, f);
}

static void put_path(FILE *f, const struct path *p)
{
	if (p->below) {
		put_path(f, p->below);
		fputc(';', f);
	}
	put_name(f, p->frame->name);
	if (p->frame->kind == FRAME_KERNEL)
		fputs("_[k]", f);
}

static void put_frame(FILE *f, const struct frame *frame, const struct path *below)
{
	const struct path path = { frame, below };
	const struct frame *above;

	for (above = frame->above; above; above = above->next)
		put_frame(f, above, &path);
	if (frame->above)
		return;
	put_path(f, &path);
	fprintf(f, " %llu\n", frame->value);
}

/* Without the root, which is not in the stacks. */
void draw_folded(FILE *f, const struct frame *tree)
{
	const struct frame *above;

	for (above = tree->above; above; above = above->next)
		put_frame(f, above, NULL);
}
