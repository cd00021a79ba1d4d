/* SPDX-License-Identifier: GPL-2.0 */
/* Texts in HTML and SVG. */
#ifndef CVMSTAT_XML_H
#define CVMSTAT_XML_H

#include "base/util.h"

void xml_text(FILE *f, const char *text);
void xml_begin(FILE *f, const char *text, size_t most);

#endif
