/* SPDX-License-Identifier: GPL-2.0 */
/* A tree of frames as a picture, and as text. */
#ifndef CVMSTAT_DRAW_H
#define CVMSTAT_DRAW_H

#include "flame/frames.h"

#define MOST_NOTES 6

/**
 * struct picture - what is drawn
 * @tree: frames
 * @title: above it
 * @notes: below the title, what the figures lack
 * @nnotes: how many
 * @unit: what values are: a word, or NULL for nanoseconds
 */
struct picture {
	const struct frame *tree;
	const char *title;
	char *notes[MOST_NOTES];
	size_t nnotes;
	const char *unit;
};

void draw_svg(FILE *f, const struct picture *p);
void draw_folded(FILE *f, const struct frame *tree);

#endif
