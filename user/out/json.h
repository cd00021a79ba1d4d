/* SPDX-License-Identifier: GPL-2.0 */
/* JSON as it goes, exact for all 64-bit numbers. */
#ifndef CVMSTAT_JSON_H
#define CVMSTAT_JSON_H

#include "base/util.h"

/**
 * struct json - a writer
 * @f: where to
 * @more: something was written at this level: a comma comes first
 */
struct json {
	FILE *f;
	bool more;
};

void json_open(struct json *j, const char *key, char bracket);
void json_close(struct json *j, char bracket);
void json_string(struct json *j, const char *key, const char *val);
void json_u64(struct json *j, const char *key, u64 val);
void json_real(struct json *j, const char *key, double val);
void json_bool(struct json *j, const char *key, bool val);
void json_null(struct json *j, const char *key);

#endif
