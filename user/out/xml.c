// SPDX-License-Identifier: GPL-2.0
#include "base/utf8.h"
#include "out/xml.h"

/* The first characters of a text, which may be any bytes. */
void xml_begin(FILE *f, const char *text, size_t most)
{
	static const struct escapes escapes = {
		.bad = "\xef\xbf\xbd",
		.control = " ",
		.as = { { '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" }, { '"', "&quot;" } },
	};

	utf8_write(f, text, most, &escapes);
}

void xml_text(FILE *f, const char *text)
{
	xml_begin(f, text, SIZE_MAX);
}
