/* SPDX-License-Identifier: GPL-2.0 */
/* Messages are not what is tested. */
struct sk_buff;

#define nla_put_u32(msg, attr, value)			((void)(msg), 0)
#define nla_put_u64_64bit(msg, attr, value, pad)	((void)(msg), 0)
#define nla_put_flag(msg, attr)				((void)(msg), 0)
