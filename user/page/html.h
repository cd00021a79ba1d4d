/* SPDX-License-Identifier: GPL-2.0 */
/* Words of HTML. */
#ifndef CVMSTAT_HTML_H
#define CVMSTAT_HTML_H

#include "out/sheet.h"

void html_head(FILE *f, const char *title);
void html_end(FILE *f);
void html_section(FILE *f, const char *title);
void html_paragraph(FILE *f, const char *text);
void html_term(FILE *f, const char *term, const char *text);
void html_table(FILE *f, const struct sheet *s);

#endif
