// SPDX-License-Identifier: GPL-2.0
/*
 * Holds records.c to what it promises of a guest of many CPUs, of which each has
 * full tables: sums are right, in order, and nothing is allocated, or sorted, that
 * grows with what CPUs have in common.
 */
#include <stdio.h>
#include <time.h>

#include "../records.c"

/* Full tables of a CPU: the fast lane, the slow one, and what losses are told. */
#define KEYS		3300U
/* What no two CPUs have in common: what users chose. */
#define OWN		128U
#define CPUS		512U

#define SECONDS		5

unsigned int nr_cpus = CPUS;
size_t largest;

static unsigned int nr, failed;

static void result(bool good, const char *name)
{
	failed += !good;
	printf("%sok %u %s\n", good ? "" : "not ", ++nr, name);
}

/* Out of order, each key twice, as a source may tell it. */
static int each(unsigned int cpu, u32 classes, cvm_record_fn fn, void *arg)
{
	unsigned int i, key;
	int ret = 0;

	for (i = 0; i < 2 * KEYS && !ret; i++) {
		struct cvm_record rec = { .cpu = cpu, .has_code = true, .has_detail = true };

		key = i * 7919 % KEYS;
		rec.detail = key < OWN ? (u64)(cpu + 1) << 32 | key : key;
		rec.n[0] = 1;
		rec.n[1] = cpu;
		if (classes & BIT(0))
			ret = fn(&rec, arg);
	}
	return ret;
}

static bool in_order(const struct cvm_records *records)
{
	const struct cvm_record *rec = (const void *)records->data;
	u32 i;

	for (i = 1; i < records->n; i++)
		if (compare(&rec[i - 1], &rec[i]) >= 0)
			return false;
	return true;
}

static u64 total(const struct cvm_records *records, unsigned int user)
{
	const struct cvm_record *rec = (const void *)records->data;
	u64 sum = 0;
	u32 i;

	for (i = 0; i < records->n; i++)
		sum += rec[i].n[user];
	return sum;
}

static void test(bool per_cpu, u32 keys, size_t most)
{
	const struct cvm_wanted wanted = { .classes = 1, .per_cpu = per_cpu };
	struct cvm_records *records;
	clock_t start = clock();

	largest = 0;
	records = cvm_records_take(each, &wanted);
	result(clock() - start < SECONDS * CLOCKS_PER_SEC, "in time");
	result(records->n == keys, "each key once");
	result(total(records, 0) == 2ULL * KEYS * CPUS &&
	       total(records, 1) == 2ULL * KEYS * (CPUS * (CPUS - 1) / 2), "nothing lost");
	result(largest <= most, "no more memory than for what is told");
	if (!per_cpu)
		result(in_order(records), "in order");
	cvm_records_free(records);
}

int main(void)
{
	u32 common = KEYS - OWN, own = OWN * CPUS;

	/* And what one CPU tells twice. */
	test(false, common + own,
	     (common + own + 2 * KEYS + HEADROOM) * sizeof(struct cvm_record));
	test(true, KEYS * CPUS, ((2 * KEYS + HEADROOM) * (size_t)CPUS + 1) *
			       sizeof(struct cvm_record));
	printf("1..%u\n", nr);
	return failed > 0;
}
