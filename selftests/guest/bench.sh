#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What test-bench runs in a guest: each operation twice, between two marks.
#
# usage: bench.sh FEW MANY PARAMETERS [OPERATION]...
#        PARAMETERS: of cvmstat.ko; operations: default all that are possible
few=$1 many=$2 parameters=$3
shift 3
dmesg -n 1
# Whatever these programs cause, they cause on the CPU that is looked at.
taskset -p 1 $$ >/dev/null
# shellcheck disable=SC2086 # words
insmod /root/cvmstat.ko $parameters || exit 1
insmod /root/cvmstat_bench.ko || exit 1
# Its driver stays, but it has nothing to say of its own accord.
ifconfig eth0 down
cvmstat bench --list --json --cpu 0 -o /tmp/list || exit 1
# shellcheck disable=SC2046 # words
[ $# -gt 0 ] ||
	set -- $(cvmstat bench --list --csv --cpu 0 | sed -n 's/^\([a-z0-9-]*\),[a-z]*,true,.*/\1/p')
for name; do
	for n in "$few" "$many"; do
		mark "$name:$n:before"
		cvmstat bench --json --cpu 0 --only "$name" -n "$n" -o "/tmp/$name:$n" 2>/tmp/err ||
			cat /tmp/err
		mark "$name:$n:after"
	done
done
echo "list:$(cat /tmp/list)"
for name; do
	for n in "$few" "$many"; do echo "report:$(cat "/tmp/$name:$n")"; done
done
dmesg | grep -E '[]] (WARNING:|BUG:|INFO: |Oops)' && echo "trouble in the log"
exit 0
