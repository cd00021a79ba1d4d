/* SPDX-License-Identifier: GPL-2.0 */
/* The commands, in the order in which help lists them: one is NAME.c and a row. */
#ifndef CVMSTAT_LIST_H
#define CVMSTAT_LIST_H

#define COMMANDS(X) \
	X(stat) \
	X(top) \
	X(info) \
	X(boot) \
	X(reasons) \
	X(rips) \
	X(flame) \
	X(hist) \
	X(bench) \
	X(record) \
	X(runs) \
	X(compare) \
	X(advise) \
	X(report) \
	X(study) \
	X(set) \
	X(monitor) \
	X(metrics) \
	X(help)

#endif
