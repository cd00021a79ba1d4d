/* SPDX-License-Identifier: GPL-2.0 */
/* All commands; help, which is one of them, lists them. */
#ifndef CVMSTAT_REGISTRY_H
#define CVMSTAT_REGISTRY_H

#include "commands/command.h"

const struct command *command_find(const char *name);
void commands_help(FILE *f);

#endif
