// SPDX-License-Identifier: GPL-2.0
/* One file: nothing is fetched, nothing runs. */
#include "base/version.h"
#include "out/xml.h"
#include "page/html.h"

/* Colours of the sides are those of plot.c, brighter on a dark ground. */
#define STYLE \
	":root{--paper:#fff;--ink:#222;--faint:#667;--line:#ccd;--c1:#0072b2;--c2:#e69f00;" \
	"--c3:#009e73;--c4:#cc79a7;--c5:#56b4e9;--c6:#d55e00;--c7:#8c6d00;--c8:#6a5acd;" \
	"--c9:#999;" \
	"color-scheme:light dark}\n" \
	"@media (prefers-color-scheme:dark){:root{--paper:#16181d;--ink:#e4e6eb;--faint:#9aa;" \
	"--line:#3a3f4a;--c1:#4da3dd;--c2:#f0b840;--c3:#2fc99a;--c4:#e29ac4;--c5:#7cc8f2;" \
	"--c6:#f2803f;--c7:#c4a33a;--c8:#9a8cf0;--c9:#aaa}}\n" \
	"@media print{:root{--paper:#fff;--ink:#000;--faint:#444;--line:#999}" \
	"section{break-inside:avoid}}\n" \
	"body{background:var(--paper);color:var(--ink);font:15px/1.45 sans-serif;max-width:62em;" \
	"margin:2em auto;padding:0 1em}\n" \
	"h1{font-size:1.5em}" \
	"h2{font-size:1.15em;margin-top:2em;border-bottom:1px solid var(--line)}\n" \
	"table{border-collapse:collapse;margin:.6em 0;font-variant-numeric:tabular-nums}\n" \
	"th,td{padding:.2em .7em;border-bottom:1px solid var(--line);text-align:left;" \
	"vertical-align:top}th{color:var(--faint);font-weight:normal}\n" \
	"td.n,th.n{text-align:right;white-space:nowrap}" \
	"p.term{margin:.1em 0}p.term span{color:var(--faint)}\n" \
	"svg{width:100%;height:auto;max-width:760px}div.wide{overflow-x:auto}\n"

#define HEAD \
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" \
	"<meta name=\"viewport\" content=\"width=device-width\">\n" \
	"<meta name=\"generator\" content=\"cvmstat " CVMSTAT_VERSION "\">\n<title>"

void html_head(FILE *f, const char *title)
{
	fputs(HEAD, f);
	xml_text(f, title);
	fputs("</title>\n<style>\n" STYLE "</style>\n</head>\n<body>\n<h1>", f);
	xml_text(f, title);
	fputs("</h1>\n<section>\n", f);
}

void html_end(FILE *f)
{
	fputs("</section>\n</body>\n</html>\n", f);
}

void html_section(FILE *f, const char *title)
{
	fputs("</section>\n<section>\n<h2>", f);
	xml_text(f, title);
	fputs("</h2>\n", f);
}

void html_paragraph(FILE *f, const char *text)
{
	fputs("<p>", f);
	xml_text(f, text);
	fputs("</p>\n", f);
}

void html_term(FILE *f, const char *term, const char *text)
{
	fprintf(f, "<p class=\"term\"><span>%s</span> ", term);
	xml_text(f, text);
	fputs("</p>\n", f);
}

static void cell(FILE *f, const char *tag, bool number, const char *text)
{
	fprintf(f, "<%s%s>", tag, number ? " class=\"n\"" : "");
	xml_text(f, text);
	fprintf(f, "</%s>", tag);
}

/* What people see of a sheet: its text columns. */
void html_table(FILE *f, const struct sheet *s)
{
	char text[1024];
	size_t i, col;

	fputs("<div class=\"wide\"><table>\n<tr>", f);
	for (col = 0; col < s->ncols; col++)
		if (s->cols[col].flags & IN_TEXT)
			cell(f, "th", s->cols[col].flags & COL_RIGHT, s->cols[col].title);
	fputs("</tr>\n", f);
	for (i = 0; i + s->ncols <= s->cells.n; i += s->ncols) {
		fputs("<tr>", f);
		for (col = 0; col < s->ncols; col++) {
			if (!(s->cols[col].flags & IN_TEXT))
				continue;
			cell_text(&s->cells.v[i + col], s->cols[col].show, text, sizeof(text));
			cell(f, "td", s->cols[col].flags & COL_RIGHT, text);
		}
		fputs("</tr>\n", f);
	}
	fputs("</table></div>\n", f);
}
