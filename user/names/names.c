// SPDX-License-Identifier: GPL-2.0
/* Classes and reasons. The codes' names are those of cvmstat_codes.h, all others the spec's. */
#include <assert.h>

#include <linux/cvmstat_codes.h>

#include "names/names.h"
#include "names/spec.h"
#include "names/svsm.h"

#define CODE_NAME(code, ident, name, detail, source) { code, name, source },

static const struct code_name svm_codes[] = { CVMSTAT_SVM_CODES(CODE_NAME) };

static const struct code_name vmgexit_codes[] = {
	CVMSTAT_SVM_CODES(CODE_NAME)
	CVMSTAT_NAE_CODES(CODE_NAME)
	CVMSTAT_VMGEXIT_PSEUDO_CODES(CODE_NAME)
};

static const struct code_name ghcb_msr_codes[] = { CVMSTAT_GHCB_MSR_CODES(CODE_NAME) };
static const struct code_name ve_codes[] = { CVMSTAT_VE_CODES(CODE_NAME) };

static const struct code_name tdvmcall_codes[] = {
	CVMSTAT_TDVMCALL_CODES(CODE_NAME)
	CVMSTAT_TDVMCALL_PSEUDO_CODES(CODE_NAME)
};

static const struct code_name tdcall_codes[] = { CVMSTAT_TDCALL_CODES(CODE_NAME) };

#define SVSM_CODE(ident, name) { ident, name, #ident }

static const struct code_name svsm_codes[] = {
	SVSM_CODE(SVSM_CORE_REMAP_CA, "core-remap-ca"),
	SVSM_CODE(SVSM_CORE_PVALIDATE, "core-pvalidate"),
	SVSM_CODE(SVSM_CORE_CREATE_VCPU, "core-create-vcpu"),
	SVSM_CODE(SVSM_CORE_DELETE_VCPU, "core-delete-vcpu"),
	SVSM_CODE(SVSM_CORE_DEPOSIT_MEM, "core-deposit-mem"),
	SVSM_CODE(SVSM_CORE_WITHDRAW_MEM, "core-withdraw-mem"),
	SVSM_CODE(SVSM_CORE_QUERY_PROTOCOL, "core-query-protocol"),
	SVSM_CODE(SVSM_CORE_CONFIGURE_VTOM, "core-configure-vtom"),
	SVSM_CODE(SVSM_ATTEST_SERVICES, "attest-services"),
	SVSM_CODE(SVSM_ATTEST_SINGLE_SERVICE, "attest-single-service"),
	SVSM_CODE(SVSM_VTPM_QUERY, "vtpm-query"),
	SVSM_CODE(SVSM_VTPM_CMD, "vtpm-command"),
};

static_assert(ARRAY_SIZE(spec_class) == CLASS_COUNT, "each class has a row in classes[]");

/*
 * The label comes before a reason where the same word means something else in
 * another class.
 */
static const struct class {
	const char *label;
	enum kind_of_class kind;
	const struct code_name *codes;
	size_t n;
} classes[CLASS_COUNT] = {
	[CVMSTAT_CLASS_VC] = { "#VC ", KIND_TRAP, svm_codes, ARRAY_SIZE(svm_codes) },
	[CVMSTAT_CLASS_VMGEXIT] = { "", KIND_EXIT, vmgexit_codes, ARRAY_SIZE(vmgexit_codes) },
	[CVMSTAT_CLASS_GHCB_MSR] = { "GHCB-MSR ", KIND_EXIT, ghcb_msr_codes,
				     ARRAY_SIZE(ghcb_msr_codes) },
	[CVMSTAT_CLASS_VE] = { "#VE ", KIND_TRAP, ve_codes, ARRAY_SIZE(ve_codes) },
	[CVMSTAT_CLASS_TDVMCALL] = { "", KIND_EXIT, tdvmcall_codes, ARRAY_SIZE(tdvmcall_codes) },
	[CVMSTAT_CLASS_TDCALL] = { "TDCALL ", KIND_CALL, tdcall_codes, ARRAY_SIZE(tdcall_codes) },
	[CVMSTAT_CLASS_SVSM] = { "SVSM ", KIND_CALL, svsm_codes, ARRAY_SIZE(svsm_codes) },
	[CVMSTAT_CLASS_AUTO] = { "", KIND_EXIT, svm_codes, ARRAY_SIZE(svm_codes) },
};

static const char *const kinds[KIND_COUNT] = {
	[KIND_EXIT] = "exit",
	[KIND_CALL] = "call",
	[KIND_TRAP] = "trap",
	[KIND_UNKNOWN] = "?",
};

enum kind_of_class class_kind(u32 class)
{
	return class < CLASS_COUNT ? classes[class].kind : KIND_UNKNOWN;
}

/* Classes of one kind, bits of enum cvmstat_classes. */
u32 kind_classes(enum kind_of_class kind)
{
	u32 class, mask = 0;

	for (class = 0; class < CLASS_COUNT; class++)
		if (class_kind(class) == kind)
			mask |= BIT(class);
	return mask;
}

const char *kind_name(enum kind_of_class kind)
{
	return kinds[kind];
}

const char *class_name(u32 class, char *buf, size_t size)
{
	if (class < CLASS_COUNT)
		snprintf(buf, size, "%s", spec_class[class]);
	else
		snprintf(buf, size, "class-%u", class);
	return buf;
}

/* Names of a set of classes, with a text between them. */
const char *classes_text(u32 classes, const char *between, char *buf, size_t size)
{
	char name[32];
	size_t at = 0;
	u32 class;

	buf[0] = '\0';
	for (class = 0; class < 32 && at < size; class++)
		if (classes & BIT(class))
			at += (size_t)snprintf(buf + at, size - at, "%s%s", at ? between : "",
					       class_name(class, name, sizeof(name)));
	return buf;
}

bool class_by_name(const char *name, u32 *class)
{
	for (*class = 0; *class < CLASS_COUNT; ++*class)
		if (streq(spec_class[*class], name))
			return true;
	return false;
}

const struct code_name *class_codes(u32 class, size_t *n)
{
	*n = class < CLASS_COUNT ? classes[class].n : 0;
	return *n ? classes[class].codes : NULL;
}

static const struct code_name *code_find(u32 class, u64 code)
{
	const struct code_name *codes;
	size_t i, n;

	codes = class_codes(class, &n);
	for (i = 0; i < n; i++)
		if (codes[i].code == code)
			return &codes[i];
	return NULL;
}

/* Name of a reason inside its class; the raw code if it has none. */
const char *reason_name(u32 class, u64 code, char *buf, size_t size)
{
	const struct code_name *found = code_find(class, code);

	if (found)
		snprintf(buf, size, "%s", found->name);
	else if (class == CVMSTAT_CLASS_SVSM)
		snprintf(buf, size, "%u:%u", (u32)(code >> 32), (u32)code);
	else
		snprintf(buf, size, "0x%llx", code);
	return buf;
}

/* Name of a reason that stands alone, without a column for its class. */
const char *reason_label(u32 class, bool has_code, u64 code, char *buf, size_t size)
{
	char class_buf[32], name[NAME_BYTES];

	if (!has_code)
		snprintf(buf, size, "%s (other reasons)",
			 class_name(class, class_buf, sizeof(class_buf)));
	else if (class < CLASS_COUNT)
		snprintf(buf, size, "%s%s", classes[class].label,
			 reason_name(class, code, name, sizeof(name)));
	else
		snprintf(buf, size, "class-%u %s", class,
			 reason_name(class, code, name, sizeof(name)));
	return buf;
}

/* Whether it is HLT, which is told of idle entries. */
bool record_halts(const struct record *r)
{
	return (r->class == CVMSTAT_CLASS_AUTO && r->code == CVMSTAT_SVM_HLT) ||
	       (r->class == CVMSTAT_CLASS_TDVMCALL && r->code == CVMSTAT_TDVMCALL_HLT);
}

/* Of a detail or a RIP: those of a class may be lost together, whatever their reasons. */
const char *loss_label(const struct record *r, char *buf, size_t size)
{
	char name[32];

	if (record_has_code(r))
		return reason_label(r->class, true, r->code, buf, size);
	snprintf(buf, size, "%s (any reason)", class_name(r->class, name, sizeof(name)));
	return buf;
}

/* A value of a newer module shows as its number, until the next call. */
static const char *pick(const char *const *names, size_t n, const char *what, u32 i)
{
	static char raw[32];

	if (i < n && names[i])
		return names[i];
	snprintf(raw, sizeof(raw), "%s-%u", what, i);
	return raw;
}

#define PICK(names, what, i) pick(names, ARRAY_SIZE(names), what, i)

/* As the ledger has it. */
const char *op_name(u32 op)
{
	static const char *const letters[] = { "-", "r", "w" };

	return PICK(letters, "op", op);
}

/* The word for a direction, NULL for none. */
const char *op_word(u32 op)
{
	return op != CVMSTAT_OP_NONE && op < ARRAY_SIZE(spec_op) ? spec_op[op] : NULL;
}

const char *provenance_name(u32 provenance)
{
	return PICK(spec_provenance, "provenance", provenance);
}

/* Stands beside a figure that was not counted event for event. */
const char *provenance_mark(u32 provenance)
{
	static const char *const marks[] = { "", "=", "~" };

	return provenance < ARRAY_SIZE(marks) ? marks[provenance] : "?";
}

const char *platform_name(u32 platform)
{
	static const char *const names[] = {
		[CVMSTAT_PLATFORM_NONE] = "not confidential",
		[CVMSTAT_PLATFORM_SEV_ES] = "SEV-ES",
		[CVMSTAT_PLATFORM_SNP] = "SEV-SNP",
		[CVMSTAT_PLATFORM_TDX] = "TDX",
		[CVMSTAT_PLATFORM_SEV] = "SEV, state not encrypted",
		[CVMSTAT_PLATFORM_SNP_PARAVISOR] = "SEV-SNP behind Hyper-V's paravisor",
		[CVMSTAT_PLATFORM_TDX_PARAVISOR] = "TDX behind Hyper-V's paravisor",
	};

	return PICK(names, "platform", platform);
}

/* For programs. */
const char *platform_key(u32 platform)
{
	return PICK(spec_platform, "platform", platform);
}

/* In others no exit shows: an ordinary VM, and one behind a paravisor. */
bool platform_raises_traps(u32 platform)
{
	return platform == CVMSTAT_PLATFORM_SEV_ES || platform == CVMSTAT_PLATFORM_SNP ||
	       platform == CVMSTAT_PLATFORM_TDX;
}

const char *backend_name(u32 backend)
{
	return PICK(spec_backend, "backend", backend);
}

/* What the hypervisor says of itself: names with blanks between them. */
const char *hints_text(u32 hints, char *buf, size_t size)
{
	size_t i, at = 0;

	buf[0] = '\0';
	for (i = 0; i < 32 && at < size; i++) {
		if (!(hints & BIT(i)))
			continue;
		at += (size_t)snprintf(buf + at, size - at, "%s", at ? " " : "");
		if (i < ARRAY_SIZE(spec_hints))
			at += (size_t)snprintf(buf + at, size - at, "%s", spec_hints[i]);
		else
			at += (size_t)snprintf(buf + at, size - at, "hint-%zu", i);
	}
	return buf;
}

const char *phase_name(u32 phase)
{
	return PICK(spec_phase, "phase", phase);
}

const char *announcement_name(u32 announcement)
{
	return PICK(spec_announcement, "announcement", announcement);
}

const char *idle_exit_name(u32 idle_exit)
{
	return PICK(spec_idle_exit, "idle-exit", idle_exit);
}
