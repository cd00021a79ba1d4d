// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include <linux/cvmstat.h>

#include "kselftest.h"

#include "tally.h"

static struct tally_reason *find(const struct tally *tally, __u32 class, __u64 code)
{
	size_t i;

	for (i = 0; i < tally->n; i++)
		if (tally->v[i].class == class && tally->v[i].code == code)
			return (struct tally_reason *)&tally->v[i];
	return NULL;
}

static struct tally_reason *reason_of(struct tally *tally, struct nlattr *const *attr)
{
	__u32 class = nl_u32(attr[CVMSTAT_A_COUNT_CLASS]);
	__u64 code = nl_u64(attr[CVMSTAT_A_COUNT_CODE]);
	struct tally_reason *r = find(tally, class, code);

	if (r)
		return r;
	if (tally->n == TALLY_MAX)
		abort();
	r = &tally->v[tally->n++];
	*r = (struct tally_reason){ .class = class, .code = code };
	return r;
}

static __u64 events(struct nlattr *const *attr)
{
	return nl_u64(attr[CVMSTAT_A_COUNT_KERNEL]) + nl_u64(attr[CVMSTAT_A_COUNT_USER]);
}

static void add_first(struct nlattr *const *attr, void *arg)
{
	if (attr[CVMSTAT_A_COUNT_CODE])
		reason_of(arg, attr)->first += events(attr);
}

static void add_second(struct nlattr *const *attr, void *arg)
{
	if (attr[CVMSTAT_A_COUNT_CODE])
		reason_of(arg, attr)->second += events(attr);
}

static void add_record(struct nlattr *const *attr, void *arg)
{
	struct tally *tally = arg;

	if (!attr[CVMSTAT_A_COUNT_CODE])
		tally->nameless += events(attr);
	else if (attr[CVMSTAT_A_COUNT_OVERFLOW])
		reason_of(tally, attr)->lost += events(attr);
	else
		reason_of(tally, attr)->records += events(attr);
}

int tally_read(struct nl *nl, __u8 cmd, struct tally *tally)
{
	int ret;

	memset(tally, 0, sizeof(*tally));
	ret = nl_get(nl, CVMSTAT_CMD_GET, NLM_F_DUMP, add_first, tally);
	ret = ret ?: nl_get(nl, cmd, NLM_F_DUMP, add_record, tally);
	return ret ?: nl_get(nl, CVMSTAT_CMD_GET, NLM_F_DUMP, add_second, tally);
}

struct tally_reason tally_of(const struct tally *tally, __u32 class, __u64 code)
{
	const struct tally_reason *r = find(tally, class, code);

	return r ? *r : (struct tally_reason){ .class = class, .code = code };
}

unsigned int tally_gaps(const struct tally *before, const struct tally *tally)
{
	static const struct tally none;
	unsigned int gaps = 0;
	size_t i;

	before = before ?: &none;
	for (i = 0; i < tally->n; i++) {
		const struct tally_reason *now = &tally->v[i];
		struct tally_reason was = tally_of(before, now->class, now->code);
		__u64 all = now->records + now->lost - was.records - was.lost;

		if (!now->records && !now->lost)
			continue;
		if (all >= now->first - was.second && all <= now->second - was.first)
			continue;
		ksft_print_msg("class %u code 0x%llx: %llu to %llu, %llu in records, %llu lost\n",
			       now->class, now->code, now->first - was.second,
			       now->second - was.first, now->records - was.records,
			       now->lost - was.lost);
		gaps++;
	}
	return gaps;
}
