// SPDX-License-Identifier: GPL-2.0
#include <stddef.h>

#include <linux/cvmstat.h>

#include "commands.h"

const struct command read_commands[] = {
	{ "info", CVMSTAT_CMD_INFO, 0 },
	{ "hook-get", CVMSTAT_CMD_HOOK_GET, NLM_F_DUMP },
	{ "gap-get", CVMSTAT_CMD_GAP_GET, NLM_F_DUMP },
	{ "get", CVMSTAT_CMD_GET, NLM_F_DUMP },
	{ "detail-get", CVMSTAT_CMD_DETAIL_GET, NLM_F_DUMP },
	{ "rip-get", CVMSTAT_CMD_RIP_GET, NLM_F_DUMP },
	{ "hist-get", CVMSTAT_CMD_HIST_GET, NLM_F_DUMP },
	{ "bounce-get", CVMSTAT_CMD_BOUNCE_GET, NLM_F_DUMP },
	{ "idle-get", CVMSTAT_CMD_IDLE_GET, NLM_F_DUMP },
	{ "config-get", CVMSTAT_CMD_CONFIG_GET, 0 },
	{ "snapshot", CVMSTAT_CMD_SNAPSHOT, NLM_F_DUMP },
	{ "boot-get", CVMSTAT_CMD_BOOT_GET, NLM_F_DUMP },
	{}
};
