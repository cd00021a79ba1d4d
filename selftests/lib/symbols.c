// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols.h"

#define NAME_LEN	64

static struct symbol {
	__u64 address;
	char name[NAME_LEN];
} *symbols;

static size_t n;

static int compare(const void *left, const void *right)
{
	const struct symbol *a = left, *b = right;

	return a->address < b->address ? -1 : a->address > b->address;
}

int symbols_read(void)
{
	FILE *file = fopen("/proc/kallsyms", "re");
	struct symbol symbol;
	char line[512], type;
	size_t room = 0;

	if (!file)
		return -errno;
	n = 0;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%llx %c %63s", &symbol.address, &type, symbol.name) != 3 ||
		    !strchr("tT", type))
			continue;
		if (n == room) {
			room = 2 * room + 65536;
			symbols = reallocarray(symbols, room, sizeof(*symbols));
			if (!symbols)
				abort();
		}
		symbols[n++] = symbol;
	}
	fclose(file);
	qsort(symbols, n, sizeof(*symbols), compare);
	return n && symbols[0].address != symbols[n - 1].address ? 0 : -EACCES;
}

const char *symbols_name(__u64 address)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? symbols[low - 1].name : "";
}

bool symbols_is(__u64 address, const char *function)
{
	const char *name = symbols_name(address);
	size_t len = strlen(function);

	return !strncmp(name, function, len) && (!name[len] || name[len] == '.');
}
