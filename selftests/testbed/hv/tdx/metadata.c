// SPDX-License-Identifier: GPL-2.0
/* TDG.VM.RD, TDG.VM.WR, TDG.SYS.RD: the field in RDX, its value in R8. */
#include "metadata.h"
#include "platform.h"
#include "tdx.h"

/* TDX module ABI, TDCS and global metadata fields. */
#define TDCS_ATTRIBUTES			0x1110000300000000ULL
#define TDCS_CONFIG_FLAGS		0x1110000300000016ULL
#define TDCS_TD_CTLS			0x1110000300000017ULL
#define TDCS_NOTIFY_ENABLES		0x9100000000000010ULL
#define TDCS_TOPOLOGY_ENUM_CONFIGURED	0x9100000000000019ULL
#define SYS_VENDOR_ID			0x0800000200000000ULL
#define SYS_MINOR_VERSION		0x0800000100000003ULL
#define SYS_MAJOR_VERSION		0x0800000100000004ULL
#define SYS_UPDATE_VERSION		0x0800000100000005ULL
#define NO_FIELD			0xffffffffffffffffULL

#define VENDOR_INTEL			0x8086

/* TDCS.TD_CTLS. Topology is told without #VE as it is, without a switch. */
#define TD_CTLS_ENUM_TOPOLOGY		BIT(1)
#define TD_CTLS_REDUCE_VE		BIT(3)

static u64 td_ctls, notify_enables;

/* @variable: the guest may write it. */
static const struct field {
	u64 id;
	u64 value;
	u64 *variable;
} td_fields[] = {
	{ TDCS_ATTRIBUTES, TDX_ATTRIBUTES, NULL },
	{ TDCS_CONFIG_FLAGS, 0, NULL },
	{ TDCS_TD_CTLS, 0, &td_ctls },
	{ TDCS_NOTIFY_ENABLES, 0, &notify_enables },
	{ TDCS_TOPOLOGY_ENUM_CONFIGURED, 1, NULL },
};

/* As of a module whose leaves these are. */
static const struct field module_fields[] = {
	{ SYS_VENDOR_ID, VENDOR_INTEL, NULL },
	{ SYS_MAJOR_VERSION, 1, NULL },
	{ SYS_MINOR_VERSION, 5, NULL },
	{ SYS_UPDATE_VERSION, 0, NULL },
};

bool metadata_reduces_ve(void)
{
	return td_ctls & TD_CTLS_REDUCE_VE;
}

static const struct field *find(const struct field *fields, u32 n, u64 id)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (fields[i].id == id)
			return &fields[i];
	return NULL;
}

static u64 read(struct vcpu *v, const struct field *field)
{
	v->regs[R8] = 0;
	if (!field)
		return TDX_METADATA_FIELD_INCORRECT;
	v->regs[R8] = field->variable ? *field->variable : field->value;
	return TDX_SUCCESS;
}

u64 metadata_vm_rd(struct vcpu *v)
{
	return read(v, find(td_fields, ARRAY_SIZE(td_fields), v->regs[RDX]));
}

u64 metadata_sys_rd(struct vcpu *v)
{
	u64 status = read(v, find(module_fields, ARRAY_SIZE(module_fields), v->regs[RDX]));

	/* The field that comes next: this one is asked by name only. */
	v->regs[RDX] = NO_FIELD;
	return status;
}

static bool may_write(const u64 *variable, u64 value)
{
	u64 offered = TD_CTLS_ENUM_TOPOLOGY;

	if (reduce_ve_offered)
		offered |= TD_CTLS_REDUCE_VE;
	return variable != &td_ctls || !(value & ~offered);
}

/* R9: which bits. */
u64 metadata_vm_wr(struct vcpu *v)
{
	const struct field *field = find(td_fields, ARRAY_SIZE(td_fields), v->regs[RDX]);
	u64 mask = v->regs[R9], value, old;

	if (!field)
		return TDX_METADATA_FIELD_INCORRECT;
	if (!field->variable)
		return TDX_METADATA_FIELD_READONLY;
	old = *field->variable;
	value = (old & ~mask) | (v->regs[R8] & mask);
	if (!may_write(field->variable, value))
		return TDX_OPERAND_INVALID(R8);
	*field->variable = value;
	v->regs[R8] = old;
	return TDX_SUCCESS;
}
