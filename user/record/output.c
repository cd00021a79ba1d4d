// SPDX-License-Identifier: GPL-2.0
/*
 * Into a file and not a pipe: whoever reads a pipe is woken up, and what wakes
 * a CPU is what is measured. The file has no name, so that none is left.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/output.h"

/* What is kept of a long output: its beginning and its end, so much of each. */
#define KEPT_BYTES 32768

/* Figures are looked for in so much of its end. */
#define READ_BYTES (64 << 20)

/* Lines that a failed run shows. */
#define SHOWN_LINES 10

int output_open(void)
{
	const char *folder = getenv("TMPDIR") ?: "/tmp";
	int fd = open(folder, O_TMPFILE | O_RDWR | O_APPEND | O_CLOEXEC, 0600);
	char *path;

	if (fd >= 0)
		return fd;
	/* Not all file systems have files without a name. */
	path = xasprintf("%s/cvmstat-XXXXXX", folder);
	fd = mkostemp(path, O_APPEND | O_CLOEXEC);
	if (fd < 0)
		die(ST_OUTPUT, "%s: %s", path, strerror(errno));
	unlink(path);
	free(path);
	return fd;
}

/* Read the file, or its end; with a NUL behind it, to be freed. */
char *output_read(int fd, size_t *size)
{
	struct stat st;
	size_t at = 0;
	off_t from;
	ssize_t n;
	char *text;

	if (fstat(fd, &st))
		die(ST_FAIL, "fstat: %s", strerror(errno));
	*size = (size_t)st.st_size < READ_BYTES ? (size_t)st.st_size : READ_BYTES;
	from = st.st_size - (off_t)*size;
	text = xcalloc(1, *size + 1);
	while (at < *size && (n = pread(fd, text + at, *size - at, from + (off_t)at)) > 0)
		at += (size_t)n;
	*size = at;
	/* What follows a NUL would not be seen. */
	for (at = 0; at < *size; at++)
		if (!text[at])
			text[at] = ' ';
	return text;
}

void output_keep(struct run *r, const char *text, size_t size)
{
	char *cut;

	r->output_bytes = size;
	if (size <= 2 * KEPT_BYTES) {
		r->output = pool_bytes(&r->texts, text, size);
		r->output_size = size;
		return;
	}
	cut = xasprintf("%.*s\n[%zu bytes are left out here]\n%s", KEPT_BYTES, text,
			size - 2 * KEPT_BYTES, text + size - KEPT_BYTES);
	r->output_size = strlen(cut);
	r->output = pool_bytes(&r->texts, cut, r->output_size);
	free(cut);
}

/* The last lines, which mostly say what was wrong. */
void output_show_end(const char *text)
{
	const char *at = text + strlen(text);
	int lines = 0;

	for (; at > text && lines <= SHOWN_LINES; at--)
		lines += at[-1] == '\n' && at[0];
	if (lines > SHOWN_LINES)
		at++;
	fputs(at, stderr);
	if (*at && at[strlen(at) - 1] != '\n')
		fputc('\n', stderr);
}
