// SPDX-License-Identifier: GPL-2.0
/*
 * One loop for all attributes of all parts. The kernel is trusted no further
 * than the lengths allow: a newer module may send what this reader never saw.
 */
#include <string.h>

#include <linux/genetlink.h>
#include <netlink/attr.h>

#include "counts/keep.h"
#include "counts/parts.h"
#include "wire/parse.h"

/* Any width serves: a newer module may widen what an older one sent narrow. */
static bool get_uint(const struct nlattr *nla, u64 *val)
{
	u32 narrow;

	switch (nla_len(nla)) {
	case 8:
		memcpy(val, nla_data(nla), sizeof(*val));
		return true;
	case 4:
		memcpy(&narrow, nla_data(nla), sizeof(narrow));
		*val = narrow;
		return true;
	case 1:
		*val = *(const u8 *)nla_data(nla);
		return true;
	}
	return false;
}

static bool put_uint(const struct field *f, const struct nlattr *nla, char *to)
{
	u64 val;
	u32 narrow;

	if (!get_uint(nla, &val))
		return false;
	switch (f->size) {
	case 8:
		memcpy(to, &val, sizeof(val));
		break;
	case 4:
		narrow = (u32)val;
		memcpy(to, &narrow, sizeof(narrow));
		break;
	default:
		*to = (char)val;
	}
	return true;
}

static void put_string(const struct field *f, const struct nlattr *nla, char *to)
{
	size_t len = strnlen(nla_data(nla), (size_t)nla_len(nla));

	if (len > f->size - 1U)
		len = f->size - 1U;
	memcpy(to, nla_data(nla), len);
	to[len] = '\0';
}

static bool put_array(const struct field *f, const struct nlattr *nla, char *to)
{
	size_t len = (size_t)nla_len(nla);

	if (len % sizeof(u64))
		return false;
	if (len > f->size)
		len = f->size;
	memcpy(to, nla_data(nla), len);
	return true;
}

static bool put_field(const struct field *f, const struct nlattr *nla, char *record)
{
	switch (f->type) {
	case FIELD_UINT:
		return put_uint(f, nla, record + f->at);
	case FIELD_STRING:
		put_string(f, nla, record + f->at);
		return true;
	case FIELD_ARRAY:
		return put_array(f, nla, record + f->at);
	case FIELD_FLAG:
		return true;
	}
	return false;
}

static void parse_record(const struct part *p, const struct nlattr *nla, int rest,
			 struct snapshot *s)
{
	char *record = snapshot_slot(s, p);
	u32 has = 0, type;

	for (; nla_ok(nla, rest); nla = nla_next(nla, &rest)) {
		type = (u32)nla_type(nla);
		if (type >= p->nfields)
			s->unknown++;
		else if (put_field(&p->fields[type], nla, record))
			has |= BIT(type);
	}
	memcpy(record, &has, sizeof(has));
}

static void parse_nests(const struct nlattr *nla, int rest, struct snapshot *s)
{
	/* One part comes after the other: mostly it is that of last time. */
	static const struct part *p = parts;

	for (; nla_ok(nla, rest); nla = nla_next(nla, &rest)) {
		if (p->nest != nla_type(nla))
			p = part_in_nest(nla_type(nla));
		if (p) {
			parse_record(p, nla_data(nla), nla_len(nla), s);
			continue;
		}
		s->unknown++;
		p = parts;
	}
}

bool parse_message(const struct nlmsghdr *nlh, struct snapshot *s)
{
	const struct genlmsghdr *genl = (const void *)((const char *)nlh + NLMSG_HDRLEN);
	const struct nlattr *nla = (const void *)((const char *)genl + GENL_HDRLEN);
	int rest = (int)(nlh->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN);
	const struct part *p;

	if (nlh->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
		return false;
	if (genl->cmd == CVMSTAT_CMD_SNAPSHOT) {
		parse_nests(nla, rest, s);
		return true;
	}
	p = part_of_command(genl->cmd);
	if (p)
		parse_record(p, nla, rest, s);
	return p;
}
