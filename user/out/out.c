// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/version.h"
#include "out/out.h"
#include "out/table.h"

#define BUFFER_BYTES 65536

/* What is not complete when the program ends is no output. */
static const char *unfinished;

static void remove_unfinished(void)
{
	if (unfinished)
		unlink(unfinished);
}

/* Of a new file: what the umask lets others have. */
static mode_t usual_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* A device or a pipe cannot be replaced: it is written as it is. */
static bool replaceable(const char *path, mode_t *mode)
{
	struct stat st;

	if (stat(path, &st)) {
		*mode = usual_mode();
		return errno == ENOENT;
	}
	*mode = st.st_mode & 0777;
	return S_ISREG(st.st_mode);
}

/*
 * A new file in the folder of the old one, or of what a link leads to. Its name
 * ends in no way that anybody looks for.
 */
static FILE *open_beside(struct out *o, mode_t mode)
{
	FILE *f = NULL;
	int fd;

	o->target = realpath(o->path, NULL) ?: xstrdup(o->path);
	o->beside = xasprintf("%s.XXXXXX", o->target);
	fd = mkostemp(o->beside, O_CLOEXEC);
	if (fd >= 0 && !fchmod(fd, o->shared ? 0644 : mode))
		f = fdopen(fd, "w");
	if (!f)
		return NULL;
	unfinished = o->beside;
	atexit(remove_unfinished);
	return f;
}

static void forget_beside(struct out *o)
{
	unfinished = NULL;
	free(o->beside);
	free(o->target);
	o->beside = NULL;
	o->target = NULL;
}

/* Where the folder takes no new file, the old one may be written. */
static FILE *open_path(struct out *o)
{
	mode_t mode;
	FILE *f;

	if (!o->stream && replaceable(o->path, &mode)) {
		f = open_beside(o, mode);
		if (f || access(o->path, W_OK))
			return f;
		forget_beside(o);
	}
	return fopen(o->path, "we");
}

/**
 * out_open - decide where the output goes
 * @o: options are read
 * @fallback: stream without -o; "-o -" is standard output
 */
void out_open(struct out *o, FILE *fallback)
{
	if (o->path && streq(o->path, "-")) {
		o->path = NULL;
		fallback = stdout;
	}
	o->f = o->path ? open_path(o) : fallback;
	if (!o->f)
		die(ST_OUTPUT, "%s: %s", o->path, strerror(errno));
	/* A report of many CPUs is long, and each one is flushed. */
	if (o->f == stderr)
		setvbuf(stderr, NULL, _IOFBF, BUFFER_BYTES);
	o->json.f = o->f;
}

static void out_failed(const struct out *o) __noreturn;
static void out_failed(const struct out *o)
{
	die(ST_OUTPUT, "cannot write %s: %s", o->path ? o->path : "output", strerror(errno));
}

static void out_flush(struct out *o)
{
	if (fflush(o->f) || ferror(o->f))
		out_failed(o);
}

/* A full disk may show only here. */
void out_close(struct out *o)
{
	out_flush(o);
	if (o->path && fclose(o->f))
		out_failed(o);
	if (o->beside && rename(o->beside, o->target))
		out_failed(o);
	forget_beside(o);
	o->f = NULL;
}

/* Start a report: in JSON one object, and one line. */
void out_begin(struct out *o, const char *command)
{
	if (o->format != OUT_JSON)
		return;
	o->json.more = false;
	json_open(&o->json, NULL, '{');
	json_u64(&o->json, "cvmstat_schema", JSON_SCHEMA);
	json_string(&o->json, "version", CVMSTAT_VERSION);
	json_string(&o->json, "command", command);
}

void out_end(struct out *o)
{
	if (o->format == OUT_JSON) {
		json_close(&o->json, '}');
		fputc('\n', o->f);
	}
	out_flush(o);
}

void out_line(struct out *o, const char *fmt, ...)
{
	va_list ap;

	if (o->format != OUT_TEXT)
		return;
	va_start(ap, fmt);
	vfprintf(o->f, fmt, ap);
	va_end(ap);
	fputc('\n', o->f);
}

void out_string(struct out *o, const char *key, const char *val)
{
	if (o->format == OUT_JSON)
		json_string(&o->json, key, val);
}

void out_u64(struct out *o, const char *key, u64 val)
{
	if (o->format == OUT_JSON)
		json_u64(&o->json, key, val);
}

void out_hex(struct out *o, const char *key, u64 val)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%llx", val);
	out_string(o, key, text);
}

void out_real(struct out *o, const char *key, double val)
{
	if (o->format == OUT_JSON)
		json_real(&o->json, key, val);
}

void out_null(struct out *o, const char *key)
{
	if (o->format == OUT_JSON)
		json_null(&o->json, key);
}

/* Words, on lines of @width columns; those after the first are indented. */
static void put_words(FILE *f, const char *text, int col, int indent, int width)
{
	int len;

	for (; *text; text += len + (text[len] == ' ')) {
		len = (int)strcspn(text, " ");
		if (width && col > indent && col + len + 1 >= width)
			col = fprintf(f, "\n%*s", indent, "") - 1;
		col += fprintf(f, "%s%.*s", col > indent ? " " : "", len, text);
	}
	fputc('\n', f);
}

/**
 * out_paragraph - text that is broken into lines
 * @o: where to
 * @text: words with one blank between them
 * @indent: columns before each line
 */
void out_paragraph(struct out *o, const char *text, int indent)
{
	int width = out_width(o);

	if (o->format != OUT_TEXT)
		return;
	if (!width || width > 100)
		width = 100;
	put_words(o->f, text, fprintf(o->f, "%*s", indent, ""), indent, width);
}

#define LABEL_WIDTH 10

/**
 * out_labelled - a line that begins with a label, and is broken on a terminal
 * @o: where to
 * @label: the label
 */
void out_labelled(struct out *o, const char *label, const char *fmt, ...)
{
	char *text;
	va_list ap;

	if (o->format != OUT_TEXT)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		die(ST_FAIL, "out of memory");
	va_end(ap);
	put_words(o->f, text, fprintf(o->f, " %-*s", LABEL_WIDTH - 1, label), LABEL_WIDTH,
		  out_width(o));
	free(text);
}

static void json_list(struct json *j, const char *key, const struct u64_vec *list)
{
	size_t i;

	json_open(j, key, '[');
	for (i = 0; i < list->n; i++)
		json_u64(j, NULL, list->v[i]);
	json_close(j, ']');
}

static void json_cell(struct json *j, const char *key, const struct cell *c)
{
	switch (c->type) {
	case CELL_U64:
		json_u64(j, key, c->num);
		break;
	case CELL_REAL:
		json_real(j, key, c->real);
		break;
	case CELL_STRING:
		json_string(j, key, c->string);
		break;
	case CELL_BOOL:
		json_bool(j, key, c->num);
		break;
	case CELL_LIST:
		json_list(j, key, &c->list);
		break;
	case CELL_NONE:
		json_null(j, key);
	}
}

static void json_sheet(struct json *j, const struct sheet *s)
{
	size_t i, col;

	json_open(j, s->name, '[');
	for (i = 0; i + s->ncols <= s->cells.n; i += s->ncols) {
		json_open(j, NULL, '{');
		for (col = 0; col < s->ncols; col++)
			if (s->cols[col].flags & IN_JSON)
				json_cell(j, s->cols[col].key, &s->cells.v[i + col]);
		json_close(j, '}');
	}
	json_close(j, ']');
}

/* RFC 4180: what holds a comma, a quote or a line break is quoted. */
static void csv_text(FILE *f, const char *s)
{
	if (!strpbrk(s, ",\"\r\n")) {
		fputs(s, f);
		return;
	}
	fputc('"', f);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', f);
		fputc(*s, f);
	}
	fputc('"', f);
}

static void csv_cell(FILE *f, const struct cell *c)
{
	switch (c->type) {
	case CELL_U64:
		fprintf(f, "%llu", c->num);
		break;
	case CELL_REAL:
		fprintf(f, "%.9g", c->real);
		break;
	case CELL_STRING:
		csv_text(f, c->string);
		break;
	case CELL_BOOL:
		fputs(c->num ? "true" : "false", f);
		break;
	case CELL_LIST:
	case CELL_NONE:
		break;
	}
}

static void csv_titles(struct out *o, const struct sheet *s)
{
	const char *comma = "";
	size_t col;

	if (o->csv_titled)
		return;
	o->csv_titled = true;
	for (col = 0; col < s->ncols; col++) {
		if (!(s->cols[col].flags & IN_CSV))
			continue;
		fprintf(o->f, "%s%s", comma, s->cols[col].key);
		comma = ",";
	}
	fputc('\n', o->f);
}

static void csv_sheet(struct out *o, const struct sheet *s)
{
	const char *comma;
	size_t i, col;

	csv_titles(o, s);
	for (i = 0; i + s->ncols <= s->cells.n; i += s->ncols) {
		comma = "";
		for (col = 0; col < s->ncols; col++) {
			if (!(s->cols[col].flags & IN_CSV))
				continue;
			fputs(comma, o->f);
			csv_cell(o->f, &s->cells.v[i + col]);
			comma = ",";
		}
		fputc('\n', o->f);
	}
}

/* Columns of the terminal; 0 where lines need not end. */
int out_width(const struct out *o)
{
	struct winsize ws;

	if (!isatty(fileno(o->f)))
		return 0;
	if (ioctl(fileno(o->f), TIOCGWINSZ, &ws) || !ws.ws_col)
		return 80;
	return ws.ws_col;
}

static bool wants_color(const struct out *o)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !o->no_color && !(no && *no) && term && !streq(term, "dumb") &&
	       isatty(fileno(o->f));
}

/**
 * out_sheet - give out a sheet
 * @o: where to
 * @s: the sheet
 * @formats: the formats that it is in
 */
void out_sheet(struct out *o, const struct sheet *s, unsigned int formats)
{
	if (!(formats & BIT(o->format)))
		return;
	if (o->format == OUT_JSON)
		json_sheet(&o->json, s);
	else if (o->format == OUT_CSV)
		csv_sheet(o, s);
	else
		text_table(o->f, s, out_width(o), wants_color(o));
}
