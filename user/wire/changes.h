/* SPDX-License-Identifier: GPL-2.0 */
/* What others change of the module while somebody measures. */
#ifndef CVMSTAT_CHANGES_H
#define CVMSTAT_CHANGES_H

#include "counts/snapshot.h"
#include "wire/family.h"

/**
 * struct changes - announcements are listened to
 * @family: the connection
 * @heard: that is permitted
 */
struct changes {
	struct family family;
	bool heard;
};

void changes_begin(struct changes *c);
void changes_take(struct changes *c, struct snapshot *d);
void changes_end(struct changes *c);

#endif
