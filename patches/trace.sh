#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What check-trace runs in a guest: the load of ./list between two marks, once for
# each tool, which ./TOOL starts.
#
# usage: trace.sh run    the load alone
#        trace.sh TOOL...
cd /root || exit
if [ "$1" = run ]; then
	while read -r name n cpu arg; do
		echo "$name $n $cpu $arg" >/sys/kernel/debug/cvmbed_trigger
	done <list
	exit
fi
dmesg -n 1
insmod ./cvmbed_trigger.ko
for tool; do
	mark "before-$tool"
	# shellcheck source=/dev/null
	. "./$tool"
	mark "after-$tool"
done
