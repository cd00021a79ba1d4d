// SPDX-License-Identifier: GPL-2.0
/*
 * From below: the process, its functions, those of the kernel, and what the
 * innermost of them came to, a reason with its detail. Functions are named by what
 * was mapped while they ran; addresses that only return there are those of the call.
 */
#include <linux/perf_event.h>

#include "flame/frames.h"
#include "names/kallsyms.h"
#include "names/names.h"
#include "names/sym.h"

/* A frame of a stack, before it has its place. */
struct step {
	enum frame_kind kind;
	char name[300];
	char owner[128];
};

static int order(const struct frame *f, const struct step *s)
{
	int by_name = strcmp(f->name, s->name);

	if (by_name)
		return by_name;
	return f->kind != s->kind ? (int)f->kind - (int)s->kind : strcmp(f->owner, s->owner);
}

/* The frame above, a new one if need be. */
static struct frame *step_up(struct frame *below, const struct step *s, u64 weight,
			     struct pool *p)
{
	struct frame **at = &below->above, *f;

	while (*at && order(*at, s) < 0)
		at = &(*at)->next;
	if (!*at || order(*at, s)) {
		f = pool_alloc(p, sizeof(*f));
		f->kind = s->kind;
		f->name = pool_text(p, s->name);
		f->owner = pool_text(p, s->owner);
		f->next = *at;
		*at = f;
	}
	f = *at;
	f->value = sat_add(f->value, weight);
	return f;
}

static void name_process(u32 tgid, struct step *s)
{
	char comm[64];

	s->kind = FRAME_PROCESS;
	s->owner[0] = '\0';
	if (!tgid)
		snprintf(s->name, sizeof(s->name), "(idle)");
	else if (sym_command(tgid, comm, sizeof(comm)))
		snprintf(s->name, sizeof(s->name), "%s", comm);
	else
		snprintf(s->name, sizeof(s->name), "(gone)");
}

static void name_function(const struct function *f, u64 addr, enum unnamed unnamed, struct step *s)
{
	snprintf(s->owner, sizeof(s->owner), "%s", f->owner);
	if (f->name[0])
		snprintf(s->name, sizeof(s->name), "%s", f->name);
	else if (!f->owner[0])
		snprintf(s->name, sizeof(s->name), "0x%llx", addr);
	else if (unnamed == UNNAMED_ADDRESS)
		snprintf(s->name, sizeof(s->name), "%s+0x%llx", f->owner, f->offset);
	else
		snprintf(s->name, sizeof(s->name), "[%s]", f->owner);
}

static void name_reason(const struct stack *stack, struct step *s)
{
	char reason[NAME_BYTES], detail[NAME_BYTES];
	struct record r = {
		.has = BIT(CVMSTAT_A_COUNT_CODE) |
		       (stack->has_detail ? BIT(CVMSTAT_A_COUNT_DETAIL) : 0),
		.class = stack->class, .code = stack->code,
		.detail = stack->detail, .op = stack->op,
	};

	s->kind = FRAME_REASON;
	reason_name(stack->class, stack->code, reason, sizeof(reason));
	if (stack->has_detail)
		snprintf(s->name, sizeof(s->name), "%s: %s", reason,
			 detail_label(&r, detail, sizeof(detail)));
	else
		snprintf(s->name, sizeof(s->name), "%s", reason);
	class_name(stack->class, s->owner, sizeof(s->owner));
}

/* perf's marks say whose the addresses behind them are. */
static bool is_mark(u64 addr)
{
	return addr >= (u64)PERF_CONTEXT_MAX;
}

static enum frame_kind kind_after(u64 mark, enum frame_kind before)
{
	switch (mark) {
	case (u64)PERF_CONTEXT_KERNEL:
		return FRAME_KERNEL;
	case (u64)PERF_CONTEXT_USER:
		return FRAME_USER;
	default:
		return before;
	}
}

/* Its mark is the last one before it in the chain. */
static enum frame_kind kind_of(const struct stack *stack, size_t at)
{
	enum frame_kind kind = FRAME_KERNEL;
	size_t i;

	for (i = 0; i < at; i++)
		if (is_mark(stack->chain[i]))
			kind = kind_after(stack->chain[i], kind);
	return kind;
}

/* Only where it was is exact; the others are behind their calls. */
static u64 address_of(const struct stack *stack, size_t at)
{
	bool returns = at && !is_mark(stack->chain[at - 1]);

	return stack->chain[at] - returns;
}

static bool find_function(const struct stack *stack, size_t at, struct function *f)
{
	u64 addr = address_of(stack, at);

	*f = (struct function){ 0 };
	return kind_of(stack, at) == FRAME_KERNEL ? kallsyms_find(addr, f) :
						    sym_find(stack->tgid, addr, f);
}

/*
 * No frame: a mark, and 0, which stands where a chain begins of which only the callers
 * are known, as of a halt.
 */
static bool is_none(u64 addr)
{
	return !addr || is_mark(addr);
}

/* What started the first CPU's idle task was thrown away after boot, and has no name. */
static size_t without_boot(const struct stack *stack, size_t end)
{
	struct function f;

	if (stack->tgid || !kallsyms_named())
		return end;
	while (end && (is_none(stack->chain[end - 1]) || !find_function(stack, end - 1, &f)))
		end--;
	return end;
}

/*
 * Where the chain ends, from the innermost on. Of code without frame pointers it goes on
 * with what the stack has there: the first address of user mode that is no code is the
 * end of it. Where it was is an address, whatever is there.
 */
static size_t end_of(const struct stack *stack)
{
	struct function f;
	size_t i;

	for (i = 1; i < stack->depth; i++)
		if (!is_mark(stack->chain[i]) && !is_mark(stack->chain[i - 1]) &&
		    kind_of(stack, i) == FRAME_USER && !find_function(stack, i, &f))
			break;
	return without_boot(stack, i < stack->depth ? i : stack->depth);
}

static void add_stack(struct frame *root, const struct stack *stack, enum unnamed unnamed,
		      struct pool *p)
{
	struct frame *f = root;
	struct function function;
	struct step s;
	size_t i;

	root->value = sat_add(root->value, stack->weight);
	name_process(stack->tgid, &s);
	f = step_up(f, &s, stack->weight, p);
	for (i = end_of(stack); i-- > 0;) {
		if (is_none(stack->chain[i]))
			continue;
		s.kind = kind_of(stack, i);
		find_function(stack, i, &function);
		name_function(&function, address_of(stack, i), unnamed, &s);
		f = step_up(f, &s, stack->weight, p);
	}
	name_reason(stack, &s);
	step_up(f, &s, stack->weight, p);
}

/**
 * frames_build - the tree of all stacks
 * @all: they
 * @root: what the lowest frame is called
 * @unnamed: how code is called whose function nobody knows
 * @p: where the tree is kept
 */
struct frame *frames_build(const struct stacks *all, const char *root, enum unnamed unnamed,
			   struct pool *p)
{
	struct frame *tree = pool_alloc(p, sizeof(*tree));
	size_t i;

	tree->kind = FRAME_ROOT;
	tree->name = pool_text(p, root);
	tree->owner = "";
	for (i = 0; i < all->v.n; i++)
		add_stack(tree, &all->v.v[i], unnamed, p);
	return tree;
}

/* Frames on top of each other. */
size_t frames_depth(const struct frame *f)
{
	size_t most = 0, depth;
	const struct frame *above;

	for (above = f->above; above; above = above->next) {
		depth = frames_depth(above);
		if (depth > most)
			most = depth;
	}
	return most + 1;
}
