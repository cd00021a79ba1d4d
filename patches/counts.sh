#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What check-counts runs in a guest: snapshots of the kernel's counters before and
# after a load, whose lines are a trigger's name and its arguments.
set -e
cd /root
echo 0 >/proc/sys/kernel/printk
insmod ./cvm_snapshot.ko
insmod ./cvmbed_trigger.ko
snapshot=/sys/kernel/debug/cvm_snapshot
echo before >$snapshot
cat $snapshot >before
while read -r name n cpu arg; do
	echo "$name $n $cpu $arg" >/sys/kernel/debug/cvmbed_trigger || :
done <list 2>/dev/null
grep -c . /proc/cpuinfo /proc/interrupts >/dev/null
sleep 2
echo after >$snapshot
cat $snapshot >after
sed 's/^/before /' before
sed 's/^/after /' after
grep -E '^ *(VC|VE):' /proc/interrupts
echo complete
