#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the kernel's log complains of, each with what follows it, as lines "# log: ..."
# for the host to judge (runner/kernellog.py).
dmesg | grep -E -A 40 -e '[]] ((rcu|watchdog|workqueue): )?(WARNING:|BUG:|INFO: |Oops)' \
	-e 'hogged CPU' -e 'KCSAN: ' |
	sed 's/^/# log: /'
