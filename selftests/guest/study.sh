#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What make study runs in a guest: short workloads, recorded, and the database at
# the end, on the console. $1: the variant. $2: how often each runs.
#
# The ledger is marked before and after each run, and within it: what cvmstat
# counted lies between the two differences.
variant=$1 runs=$2
dmesg -n 1
insmod /study/cvmstat.ko || insmod /study/cvmstat.ko force=1 || exit 1
# How long CPUs are idle says what haltpoll would spare.
cvmstat set durations on >/dev/null || exit 1
driver=$(cat /sys/devices/system/cpu/cpuidle/current_driver)
[ "$variant" != haltpoll ] || [ "$driver" = haltpoll ] || {
	echo "study: the idle driver is $driver"
	exit 1
}
ifconfig lo 127.0.0.1 up
ifconfig eth0 10.0.2.15 up
LC_ALL=C redis-server --save '' --appendonly no --daemonize yes --logfile /tmp/log >/dev/null || exit 1
until redis-cli ping >/dev/null 2>&1; do sleep 0.3; done
sleep 2

# measure NAME FIGURE UNIT REGEX COMMAND
measure()
{
	n=0
	while [ $n -lt "$runs" ]; do
		n=$((n + 1))
		mark "$1-$n-outer-a"
		cvmstat record -e none --db /tmp/runs.db -n "$1" -t "variant=$variant" \
			--timeout 120 --metric "$2,$3=re:$4" --per "$2" \
			-- sh -c "mark $1-$n-inner-a; $5; mark $1-$n-inner-b" >/tmp/said 2>&1 ||
			tail -n 3 /tmp/said
		mark "$1-$n-outer-b"
	done
}

measure ping packets '' '([0-9]+) packets received' 'ping -c 20 -i 0.1 10.0.2.2'
measure iperf3 megabytes MB '([0-9.]+) MBytes .*receiver' \
	'iperf3 -c 10.0.2.100 -p 5201 -n 8M -f M'
measure iperf3-in megabytes MB '([0-9.]+) MBytes .*receiver' \
	'iperf3 -c 10.0.2.100 -p 5201 -n 8M -f M -R'
measure redis-set requests '' '([0-9]+) requests completed' \
	'redis-benchmark -t set -n 1000 -c 4'
measure redis-get requests '' '([0-9]+) requests completed' \
	'redis-benchmark -t get -n 400 -c 1'
measure disk reads '' '([0-9]+)[+]0 records in' \
	'dd if=/dev/vda of=/dev/null bs=64k count=128 iflag=direct'
# shellcheck disable=SC2016 # the guest's shell expands them
measure sleeper sleeps '' '([0-9]+) sleeps' \
	'i=0; while [ $i -lt 100 ]; do usleep 5000; i=$((i + 1)); done; echo $i sleeps'
# No message of the kernel's comes in between, not even the loudest.
echo 0 >/proc/sys/kernel/printk
echo "study: $(cvmstat runs export --db /tmp/runs.db | gzip -9 | base64 -w 0)"
