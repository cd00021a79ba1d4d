// SPDX-License-Identifier: GPL-2.0
/*
 * mark - set a mark in cvmbed's ledger.
 *
 * mark LABEL	appends the ledger's state under LABEL
 * mark -r LABEL	also prints the line that this made
 */
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "mark.h"

int main(int argc, char **argv)
{
	int show = argc > 1 && !strcmp(argv[1], "-r");
	char buf[4096];
	size_t got;

	if (argc != 2 + show)
		errx(2, "usage: mark [-r] LABEL");
	if (mark_open())
		err(1, "cannot reach the ledger");
	if (mark_write(argv[1 + show]))
		err(2, "label '%s'", argv[1 + show]);
	while (show) {
		got = mark_read(buf, sizeof(buf));
		if (!got)
			break;
		fwrite(buf, 1, got, stdout);
	}
	if (fflush(stdout))
		err(1, "standard output");
	mark_close();
	return 0;
}
