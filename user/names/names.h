/* SPDX-License-Identifier: GPL-2.0 */
/* Names for what the module counts in numbers. */
#ifndef CVMSTAT_NAMES_H
#define CVMSTAT_NAMES_H

#include "counts/snapshot.h"

#define CLASS_COUNT (CVMSTAT_CLASS_AUTO + 1)
#define NAME_BYTES 128

/* What kind of thing a class counts; in the order of printing. */
enum kind_of_class { KIND_EXIT, KIND_CALL, KIND_TRAP, KIND_UNKNOWN, KIND_COUNT };

struct code_name {
	u64 code;
	const char *name;
	const char *source;
};

enum kind_of_class class_kind(u32 class);
u32 kind_classes(enum kind_of_class kind);
const char *kind_name(enum kind_of_class kind);
const char *classes_text(u32 classes, const char *between, char *buf, size_t size);
const char *class_name(u32 class, char *buf, size_t size);
bool class_by_name(const char *name, u32 *class);
const struct code_name *class_codes(u32 class, size_t *n);
const char *reason_name(u32 class, u64 code, char *buf, size_t size);
const char *reason_label(u32 class, bool has_code, u64 code, char *buf, size_t size);
bool record_halts(const struct record *r);
const char *loss_label(const struct record *r, char *buf, size_t size);
unsigned int detail_kind(const struct record *r);
u64 detail_place(const struct record *r);
bool is_hyperv_call(const struct record *r);
const char *detail_label(const struct record *r, char *buf, size_t size);
void details_learn(void);
bool detail_told(const struct record *r);
void details_complete(struct snapshot *d);
const char *op_name(u32 op);
const char *op_word(u32 op);
const char *provenance_name(u32 provenance);
const char *provenance_mark(u32 provenance);
const char *platform_name(u32 platform);
const char *platform_key(u32 platform);
bool platform_raises_traps(u32 platform);
const char *backend_name(u32 backend);
const char *hints_text(u32 hints, char *buf, size_t size);
const char *phase_name(u32 phase);
const char *idle_exit_name(u32 idle_exit);
const char *announcement_name(u32 announcement);

#endif
