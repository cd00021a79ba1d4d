/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One way out for every command: text for people, JSON for programs, CSV for
 * spreadsheets. A command says everything once; each call does what its
 * format has room for.
 */
#ifndef CVMSTAT_OUT_H
#define CVMSTAT_OUT_H

#include "out/json.h"
#include "out/sheet.h"

/**
 * struct out - where a command's output goes, and how
 * @path: of the file, NULL for none
 * @shared: the file can be read by all
 * @stream: one report after the other: the file is written as they come; else it is
 *	replaced by the whole new one
 * @f: what is being written
 * @beside: name of what is being written, until it takes @target's place; or NULL
 */
struct out {
	enum format format;
	bool no_color;
	bool shared;
	bool stream;
	const char *path;
	FILE *f;
	char *beside, *target;
	struct json json;
	bool csv_titled;
};

void out_open(struct out *o, FILE *fallback);
void out_begin(struct out *o, const char *command);
void out_end(struct out *o);
void out_close(struct out *o);

void out_line(struct out *o, const char *fmt, ...) __printf(2, 3);
void out_paragraph(struct out *o, const char *text, int indent);
void out_labelled(struct out *o, const char *label, const char *fmt, ...) __printf(3, 4);
void out_sheet(struct out *o, const struct sheet *s, unsigned int formats);
void out_string(struct out *o, const char *key, const char *val);
void out_u64(struct out *o, const char *key, u64 val);
void out_hex(struct out *o, const char *key, u64 val);
void out_real(struct out *o, const char *key, double val);
void out_null(struct out *o, const char *key);

int out_width(const struct out *o);

#endif
