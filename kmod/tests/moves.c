// SPDX-License-Identifier: GPL-2.0
/*
 * Holds probe/moves.c to bytes whose meaning is known, and then to this
 * processor: what is said of random bytes must be what they do when executed.
 *
 * usage: moves [SEED [ROUNDS]]
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probe/moves.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_BYTES	16

static unsigned int nr, failed;

static void result(bool good, const char *name)
{
	failed += !good;
	printf("%sok %u %s\n", good ? "" : "not ", ++nr, name);
}

/* Bytes, and where instructions start behind the first; 0: they do not lead there. */
struct known {
	const char *name;
	const char *bytes;
	u32 starts;
};

static const struct known known[] = {
	{ "moves and a constant", "48 89 de 4c 89 e7 ba 7c 00 00 00", 0x848 },
	{ "xor", "31 c9 ba 72 00 00 00", 0x84 },
	{ "a 32-bit move", "89 c2 48 89 ef", 0x24 },
	{ "a store to the stack", "4c 89 4c 24 08 48 89 df", 0x120 },
	{ "the later of two", "be 01 00 00 00 be 02 00 00 00", 0x420 },
	{ "REX names the upper registers", "4d 89 c8 4c 89 c7", 0x48 },
	{ "a constant for r8", "41 b8 05 00 00 00 4c 89 c1", 0x240 },
	{ "arithmetic", "48 01 d8 48 09 d8 48 31 d8", 0x248 },
	{ "pop", "5b 5d 48 89 c6", 0x26 },
	{ "a move from the stack pointer", "48 89 e7 89 c2", 0x28 },
	{ "a move to the stack pointer", "48 89 ec 5d 89 c2", 0 },
	{ "pop to the stack pointer", "5c 48 89 c6 90", 0 },
	{ "r12 is not the stack pointer", "49 89 c4 41 5c", 0x28 },
	{ "a store", "48 89 5c 24 08", 0x20 },
	{ "a store that is RIP-relative", "48 89 05 00 00 00 00", 0x80 },
	{ "a store without a base", "89 04 25 00 00 00 00", 0x80 },
	{ "ends in the middle", "48 89 de 48 89", 0 },
	{ "a load", "48 8b 3b 89 c2", 0 },
	{ "lea", "48 8d 3c 24 89 c2", 0 },
	{ "a constant to memory", "c7 04 24 00 00 00 00", 0 },
	{ "a 64-bit constant", "48 bf 01 00 00 00 00 00 00 00", 0 },
	{ "a 16-bit move", "66 89 c2 48 89 df", 0 },
	{ "an 8-bit move", "88 c2 48 89 df", 0 },
	{ "push", "53 48 89 df 90", 0 },
	{ "a jump", "eb 03 48 89 df", 0 },
	{ "a call", "e8 00 00 00 00 48 89 df", 0 },
	{ "a conditional move", "48 0f 44 f8 89 c2", 0 },
	{ "arithmetic on memory", "48 01 07 48 89 df", 0 },
	{ "a string move", "f3 48 a5 48 89 df", 0 },
};

static unsigned int parse(const char *hex, u8 *bytes)
{
	unsigned int n = 0;
	char *end;

	for (; *hex; hex = *end ? end + 1 : end)
		bytes[n++] = (u8)strtoul(hex, &end, 16);
	return n;
}

static void test_known(const struct known *k)
{
	u8 bytes[2 * MAX_BYTES] = { 0 };
	unsigned int n = parse(k->bytes, bytes);
	bool good, leads;
	u32 starts;

	leads = cvm_moves_lead(bytes, bytes + n, &starts);
	good = leads ? starts == k->starts : !k->starts;
	if (!good)
		printf("# %s: %s, starts %#x\n", k->bytes,
		       leads ? "lead there" : "refused", starts);
	result(good, k->name);
}

/*
 * What the processor does: all registers are loaded from @before, in the order
 * of their numbers, the bytes are run, and so is what comes behind them.
 */
static struct {
	u64 before[16];
	u64 saved_rsp;
	void *code;
} cpu;

void run(void);
void run_back(void);

asm(".text\n"
    "run:\n"
    "	push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
    "	mov %rsp, 128+cpu(%rip)\n"
    "	mov 0+cpu(%rip), %rax;   mov 8+cpu(%rip), %rcx\n"
    "	mov 16+cpu(%rip), %rdx;  mov 24+cpu(%rip), %rbx\n"
    "	mov 32+cpu(%rip), %rsp;  mov 40+cpu(%rip), %rbp\n"
    "	mov 48+cpu(%rip), %rsi;  mov 56+cpu(%rip), %rdi\n"
    "	mov 64+cpu(%rip), %r8;   mov 72+cpu(%rip), %r9\n"
    "	mov 80+cpu(%rip), %r10;  mov 88+cpu(%rip), %r11\n"
    "	mov 96+cpu(%rip), %r12;  mov 104+cpu(%rip), %r13\n"
    "	mov 112+cpu(%rip), %r14; mov 120+cpu(%rip), %r15\n"
    "	jmp *136+cpu(%rip)\n"
    "run_back:\n"
    "	mov 128+cpu(%rip), %rsp\n"
    "	pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
    "	ret\n");

/* A page of code, then memory that all registers point into; below 2 GiB. */
#define CODE_BYTES	4096
#define SCRATCH_BYTES	65536
static u8 *code, *scratch;

static u8 now[MAX_BYTES];
static unsigned int now_len;

static void print_now(void)
{
	unsigned int i;

	printf("#");
	for (i = 0; i < now_len; i++)
		printf(" %02x", now[i]);
	printf("\n");
}

/* What leads to the end is not what the processor makes of it. */
static void died(int sig)
{
	print_now();
	printf("not ok %u the processor: signal %d\n", ++nr, sig);
	fflush(stdout);
	_exit(1);
}

/* Steele, Lea and Flood: SplitMix. */
static u64 random_state;

static u64 random64(void)
{
	u64 z = (random_state += 0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static unsigned int below(unsigned int n)
{
	return random64() % n;
}

/* Stores need pointers; RSP, for a pop, is always one. */
static u64 random_register(unsigned int r, bool pointers)
{
	if (!pointers && r != 4)
		return random64();
	return (u64)scratch + SCRATCH_BYTES / 2 + 8 * below(512);
}

static void execute(bool stores)
{
	/* jmp *0(%rip) and the address */
	static const u8 jmp[] = { 0xff, 0x25, 0, 0, 0, 0 };
	void *back = run_back;
	unsigned int i;

	memcpy(code, now, now_len);
	memcpy(code + now_len, jmp, sizeof(jmp));
	memcpy(code + now_len + sizeof(jmp), &back, sizeof(back));
	for (i = 0; i < 16; i++)
		cpu.before[i] = random_register(i, stores);
	cpu.code = code;
	run();
}

static void add(u8 byte)
{
	now[now_len++] = byte;
}

static void add32(u32 value)
{
	memcpy(now + now_len, &value, sizeof(value));
	now_len += sizeof(value);
}

/* A store in any of the addressing forms, to the scratch memory. */
static void add_store(void)
{
	u8 mod = below(3), rm = below(8), base = below(8), reg = below(8) << 3;
	u32 at = (u32)(u64)scratch + 8 * below(1024);

	if (below(2))
		add(0x48 | below(2) << 2 | (rm == 5 ? 0 : below(2)));
	add(0x89);
	add(mod << 6 | reg | rm);
	if (rm == 4)
		add(below(4) << 6 | 4 << 3 | base);
	if (mod == 1)
		add(below(256));
	else if (mod == 2)
		add32(below(4096));
	else if (rm == 5)
		add32(at - (u32)(u64)(code + now_len + 4));
	else if (rm == 4 && base == 5)
		add32(at);
}

/* What leaves memory alone: moves, arithmetic and constants in registers. */
static void add_plain(void)
{
	static const u8 opcodes[] = { 0x89, 0x01, 0x29, 0x31, 0x39 };

	if (below(2)) {
		add(0x40 | below(16));
		add(opcodes[below(ARRAY_SIZE(opcodes))]);
		add(0xc0 | below(64));
	} else {
		add(0xb8 | below(8));
		add32(random64());
	}
}

/* Mostly what could be a move, and sometimes anything. */
static void add_random(void)
{
	static const u8 opcodes[] = {
		0x89, 0x89, 0x89, 0x01, 0x09, 0x11, 0x19, 0x21, 0x29, 0x31, 0x39,
		0xb8, 0xb9, 0xba, 0xbe, 0xbf, 0x58, 0x5b, 0x5d, 0x5f,
	};

	if (below(2))
		add(0x40 | below(16));
	add(below(16) ? opcodes[below(ARRAY_SIZE(opcodes))] : below(256));
	if (below(4))
		add(0xc0 | below(64));
	else
		add(below(256));
}

/* A sequence of so many bytes, or some more. */
static void make(unsigned int len, bool store)
{
	now_len = 0;
	if (store)
		add_store();
	while (now_len < len)
		(store ? add_plain : add_random)();
}

/* Does an instruction of the sequence store? */
static bool has_store(u32 starts)
{
	unsigned int at;

	for (at = 0; at < now_len; at++) {
		const u8 *b = now + at;

		if (at && !(starts & 1u << at))
			continue;
		b += (b[0] & 0xf0) == 0x40;
		if (b[0] == 0x89 && b[1] >> 6 != 3)
			return true;
	}
	return false;
}

/* Whatever is said to lead to the end has to get there, or the process dies. */
static void test_processor(unsigned int rounds, bool stores)
{
	unsigned int i, led = 0;
	u32 starts;

	for (i = 0; i < rounds; i++) {
		u8 bytes[2 * MAX_BYTES] = { 0 };

		make(3 + below(8), stores);
		memcpy(bytes, now, now_len);
		/* Only what was made to store has addresses for it. */
		if (!cvm_moves_lead(bytes, bytes + now_len, &starts) ||
		    (!stores && has_store(starts)))
			continue;
		led++;
		execute(stores);
	}
	printf("# %u of %u sequences lead to their ends\n", led, i);
	result(led > rounds / 100,
	       stores ? "the processor, after a store" : "the processor");
}

static void prepare_processor(void)
{
	static u8 stack[65536];
	stack_t alt = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction action = { .sa_handler = died, .sa_flags = SA_ONSTACK };
	static const int signals[] = { SIGSEGV, SIGILL, SIGBUS, SIGTRAP, SIGFPE };
	unsigned int i;

	sigaltstack(&alt, NULL);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
	code = mmap(NULL, CODE_BYTES + SCRATCH_BYTES,
		    PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (code == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	scratch = code + CODE_BYTES;
}

int main(int argc, char **argv)
{
	unsigned int i, rounds = argc > 2 ? atoi(argv[2]) : 1000000;

	for (i = 0; i < ARRAY_SIZE(known); i++)
		test_known(&known[i]);
	prepare_processor();
	random_state = argc > 1 ? strtoul(argv[1], NULL, 0) : 1;
	test_processor(rounds, false);
	test_processor(rounds, true);
	printf("1..%u\n", nr);
	return failed > 0;
}
