/* SPDX-License-Identifier: GPL-2.0 */
/* Modules and the kernel's log, as the tests use them. */
#ifndef CVMSTAT_TEST_MODULE_H
#define CVMSTAT_TEST_MODULE_H

#include <linux/types.h>
#include <stdbool.h>

/**
 * module_load() - load NAME.ko
 * @name: cvmstat, cvmstat_freeze, cvmbed_trigger
 * @params: its parameters, "" for none
 *
 * The file is looked for in $CVMSTAT_MODULES, $CVMSTAT_TEST_MODULES, and the
 * current directory.
 *
 * Return: 0 or -errno; -ENOENT if there is no such file.
 */
int module_load(const char *name, const char *params);

/** module_unload() - 0 or -errno */
int module_unload(const char *name);

/**
 * module_unload_busy() - the same while others use it
 * @name: cvmstat, of which who is in the middle of a dump holds a reference
 * @meanwhile: called after each try that failed, with their number; may be NULL
 *
 * Return: 0 or -errno, at the latest after 10 s.
 */
int module_unload_busy(const char *name, void (*meanwhile)(unsigned int tries));

bool module_loaded(const char *name);

/**
 * module_not_here() - is this error no fault of the module's?
 * @ret: of module_load(): no such file, no permission, a kernel without modules
 */
bool module_not_here(int ret);

/**
 * module_need() - have cvmstat loaded, or end the test
 *
 * Outside of confidential guests it is loaded by force. Where the
 * module cannot be had, the test is skipped; any other error is the module's
 * own, and the test fails.
 */
void module_need(void);

/** module_platform() - platform of the loaded module, -errno if there is none */
int module_platform(void);

/** module_below_svsm() - is it a guest at another VMPL than 0? */
bool module_below_svsm(void);

/* Of cvmbed_trigger: where "NAME N CPU ARGUMENT" is written. */
#define TRIGGER		"/sys/kernel/debug/cvmbed_trigger"

/** trigger() - have cvmbed_trigger do something, in kernel mode; 0 or -errno */
int trigger(const char *name, unsigned int n, unsigned int cpu, __u64 arg);

/** module_kernel_counts() - does a kernel with the series of patches/ count? */
bool module_kernel_counts(void);

/** kmsg_open() - the log from here on; a file descriptor or -1 */
int kmsg_open(void);

/**
 * kmsg_find() - look through what was logged since, once
 * @fd: of kmsg_open()
 * @words: what to look for, up to a NULL
 * @line: where the last such line is stored, 256 bytes
 *
 * Return: how many lines have one of them.
 */
int kmsg_find(int fd, const char *const *words, char *line);

/* What no line of the log may have, and what each of the module's own has. */
extern const char *const kmsg_trouble[], *const kmsg_module[];

/** kmsg_clean() - was nothing logged since that has trouble in it? Says what. */
bool kmsg_clean(int fd);

#endif /* CVMSTAT_TEST_MODULE_H */
