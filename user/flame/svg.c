// SPDX-License-Identifier: GPL-2.0
/*
 * One file that fetches nothing and runs nothing: a tooltip is the title of its
 * group (SVG 2, 5.8), which any viewer shows.
 */
#include "base/format.h"
#include "base/utf8.h"
#include "base/version.h"
#include "flame/draw.h"
#include "out/xml.h"

#define WIDTH 1200
#define MARGIN 10
#define ROW 17
#define HEAD 34
#define LINE 16
#define FOOT 28
/* Of the font's size a character takes so much; monospace fonts agree on it. */
#define FONT 11
#define CHAR (0.6 * FONT)
/* A name that is cut shorter says nothing. */
#define LEAST_CHARS 3
/* Narrower ones nobody sees. */
#define LEAST_WIDTH 0.5

#define STYLE \
	"svg{background:#fff;color-scheme:light dark}" \
	"text{font:11px monospace;fill:#222}text.t{font:bold 15px sans-serif}" \
	"text.n{font:12px sans-serif}g text{fill:#111;pointer-events:none}" \
	"rect{stroke:#fff;stroke-width:.5}g:hover rect{stroke:#000;stroke-width:1}" \
	".f0{fill:#c8ccd4}.f1{fill:#aab4c4}.f2{fill:#f0b860}.f3{fill:#8fc0e8}.f4{fill:#e8907c}" \
	"@media (prefers-color-scheme:dark){svg{background:#16181d}" \
	"svg>text{fill:#e4e6eb}rect{stroke:#16181d}g:hover rect{stroke:#fff}}"

static const char *const kinds[FRAME_KINDS] = {
	[FRAME_ROOT] = "all", [FRAME_PROCESS] = "process", [FRAME_USER] = "user mode",
	[FRAME_KERNEL] = "kernel", [FRAME_REASON] = "reason",
};

/* Where frames are drawn, and how wide one of their unit is. */
struct canvas {
	FILE *f;
	const struct picture *p;
	double scale;
	int bottom;
	u64 narrow;
};

static const char *value_text(const struct picture *p, u64 value, char *buf, size_t size)
{
	if (!p->unit)
		return time_text((double)value, buf, size);
	return plural(value, p->unit, buf, size);
}

static void put_tooltip(const struct canvas *c, const struct frame *frame)
{
	u64 whole = c->p->tree->value;
	char value[64];

	fputs("<title>", c->f);
	xml_text(c->f, frame->name);
	if (frame->owner[0]) {
		fputs(" (", c->f);
		xml_text(c->f, frame->owner);
		fputs(")", c->f);
	}
	fprintf(c->f, ": %s, %.1f%%</title>", value_text(c->p, frame->value, value, sizeof(value)),
		whole ? 100.0 * (double)frame->value / (double)whole : 0);
}

/* As much of the name as there is room for. */
static void put_label(const struct canvas *c, const struct frame *frame, double x, int y,
		      double width)
{
	double room = (width - 4) / CHAR;
	size_t length = utf8_length(frame->name);

	if (room < LEAST_CHARS)
		return;
	fprintf(c->f, "<text x=\"%.2f\" y=\"%d\">", x + 2, y + ROW - 5);
	if ((double)length <= room) {
		xml_text(c->f, frame->name);
	} else {
		xml_begin(c->f, frame->name, (size_t)room - 2);
		fputs("..", c->f);
	}
	fputs("</text>", c->f);
}

static void put_rect(FILE *f, enum frame_kind kind, double x, int y, double width, int height)
{
	fprintf(f, "<rect class=\"f%d\" x=\"%.2f\" y=\"%d\" ", kind, x, y);
	fprintf(f, "width=\"%.2f\" height=\"%d\"/>", width, height);
}

static void put_frame(struct canvas *c, const struct frame *frame, double x, int level)
{
	double width = (double)frame->value * c->scale;
	int y = c->bottom - (level + 1) * ROW;
	const struct frame *above;

	if (width < LEAST_WIDTH) {
		c->narrow++;
		return;
	}
	fprintf(c->f, "<g>");
	put_tooltip(c, frame);
	put_rect(c->f, frame->kind, x, y, width, ROW);
	put_label(c, frame, x, y, width);
	fprintf(c->f, "</g>\n");
	for (above = frame->above; above; above = above->next) {
		put_frame(c, above, x, level + 1);
		x += (double)above->value * c->scale;
	}
}

static void put_line(FILE *f, const char *class, int x, int y, const char *text)
{
	fprintf(f, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, x, y);
	xml_text(f, text);
	fputs("</text>\n", f);
}

static void put_key(FILE *f, int y)
{
	int i, x = MARGIN;

	for (i = FRAME_PROCESS; i < FRAME_KINDS; i++) {
		put_rect(f, i, x, y - 9, 10, 10);
		put_line(f, "n", x + 14, y, kinds[i]);
		x += 100;
	}
}

/**
 * draw_svg - the picture as one file
 * @f: where to
 * @p: what
 */
void draw_svg(FILE *f, const struct picture *p)
{
	int head = HEAD + (int)p->nnotes * LINE, height;
	struct canvas c = { .f = f, .p = p };
	char narrow[96], number[32];
	size_t i;

	c.bottom = head + (int)frames_depth(p->tree) * ROW;
	c.scale = p->tree->value ? (WIDTH - 2 * MARGIN) / (double)p->tree->value : 0;
	height = c.bottom + FOOT;
	fprintf(f, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" ", WIDTH, height);
	fprintf(f, "width=\"%d\" height=\"%d\">\n", WIDTH, height);
	fputs("<!-- cvmstat " CVMSTAT_VERSION " -->\n<title>", f);
	xml_text(f, p->title);
	fputs("</title>\n<style>" STYLE "</style>\n", f);
	put_line(f, "t", MARGIN, 22, p->title);
	for (i = 0; i < p->nnotes; i++)
		put_line(f, "n", MARGIN, HEAD + 6 + (int)i * LINE, p->notes[i]);
	put_frame(&c, p->tree, MARGIN, 0);
	put_key(f, c.bottom + LINE + 4);
	if (c.narrow && p->tree->value) {
		snprintf(narrow, sizeof(narrow), "%s frame%s too narrow to be drawn",
			 grouped(c.narrow, number, sizeof(number)),
			 c.narrow == 1 ? " is" : "s are");
		put_line(f, "n", WIDTH / 2, c.bottom + LINE + 4, narrow);
	}
	fputs("</svg>\n", f);
}
