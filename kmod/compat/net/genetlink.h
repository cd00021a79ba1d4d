/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Split operations came with Linux 6.2. The generated table is written in
 * them, so on older kernels they are defined here and translated when the
 * family is set up.
 */
#ifndef _CVMSTAT_COMPAT_NET_GENETLINK_H
#define _CVMSTAT_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>

#ifdef CVM_HAVE_SPLIT_OPS

static inline int cvm_genl_set_ops(struct genl_family *family,
				   const struct genl_split_ops *ops,
				   unsigned int n)
{
	family->split_ops = ops;
	family->n_split_ops = n;
	return 0;
}

static inline void cvm_genl_free_ops(struct genl_family *family)
{
}

#else

struct genl_split_ops {
	int (*doit)(struct sk_buff *skb, struct genl_info *info);
	int (*start)(struct netlink_callback *cb);
	int (*dumpit)(struct sk_buff *skb, struct netlink_callback *cb);
	int (*done)(struct netlink_callback *cb);
	const struct nla_policy *policy;
	unsigned int maxattr;
	u8 cmd;
	u8 flags;
	u8 validate;
};

static inline int cvm_genl_set_ops(struct genl_family *family,
				   const struct genl_split_ops *ops,
				   unsigned int n)
{
	struct genl_ops *legacy = kcalloc(n, sizeof(*legacy), GFP_KERNEL);
	unsigned int i;

	if (!legacy)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		legacy[i].doit = ops[i].doit;
		legacy[i].start = ops[i].start;
		legacy[i].dumpit = ops[i].dumpit;
		legacy[i].done = ops[i].done;
		legacy[i].policy = ops[i].policy;
		legacy[i].maxattr = ops[i].maxattr;
		legacy[i].cmd = ops[i].cmd;
		legacy[i].validate = ops[i].validate;
	}
	family->ops = legacy;
	family->n_ops = n;
	return 0;
}

static inline void cvm_genl_free_ops(struct genl_family *family)
{
	kfree(family->ops);
}

#endif

#ifdef CVM_HAVE_DUMPIT_GENL_INFO

static inline struct nlattr **cvm_genl_dump_attrs(struct netlink_callback *cb)
{
	return genl_dumpit_info(cb)->info.attrs;
}

#else

static inline struct nlattr **cvm_genl_dump_attrs(struct netlink_callback *cb)
{
	return genl_dumpit_info(cb)->attrs;
}

#endif

#endif /* _CVMSTAT_COMPAT_NET_GENETLINK_H */
