// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer target: a datagram as the kernel might send it, through the
 * parser, the difference and the printing of what came out.
 */
#include <stdlib.h>
#include <string.h>

#include <netlink/msg.h>

#include "counts/diff.h"
#include "counts/keep.h"
#include "report/print.h"
#include "wire/parse.h"

static void parse(const u8 *data, size_t size, struct snapshot *s)
{
	struct nlmsghdr *nlh;
	int rest = (int)size;
	void *copy;

	/* Aligned, and of this size to the byte, for the sanitizer to see. */
	copy = malloc(size ? size : 1);
	memcpy(copy, data, size);
	for (nlh = copy; nlmsg_ok(nlh, rest); nlh = nlmsg_next(nlh, &rest))
		parse_message(nlh, s);
	free(copy);
}

static void print(const struct snapshot *d, enum format in, FILE *f)
{
	struct perf none = { 0 };
	struct report r = { .title = "fuzz", .details = true, .last = d, .perf = &none };
	struct out o = { .format = in, .f = f, .json.f = f };

	report_add(&r, d);
	report_print(&o, &r);
	report_reset(&r);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct snapshot from = { 0 }, to = { .ns = NSEC_PER_SEC }, d;
	static FILE *null;

	if (!null) {
		null = fopen("/dev/null", "w");
		/* Names must not depend on the machine. */
		sysroot = "/nonexistent";
	}
	parse(data, size / 2, &from);
	parse(data + size / 2, size - size / 2, &to);
	snapshot_diff(&from, &to, &d);
	print(&d, OUT_TEXT, null);
	print(&d, OUT_JSON, null);
	print(&d, OUT_CSV, null);
	snapshot_free(&from);
	snapshot_free(&to);
	snapshot_free(&d);
	return 0;
}
