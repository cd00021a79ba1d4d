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
		cvmstat bench --json --no-twins --cpu 0 --only "$name" -n "$n" -o "/tmp/$name:$n" 2>/tmp/err ||
			cat /tmp/err
		mark "$name:$n:after"
	done
done
# What of them is the exit; of the table people see the same.
cvmstat bench --json --cpu 0 --only cpuid-host,rdmsr,in,out -n "$many" -o /tmp/twins 2>/tmp/err ||
	cat /tmp/err
cvmstat bench --cpu 0 --only cpuid-host,rdmsr,in,out -n "$many" | sed -n '/^ What of it/,/^$/p;/exception/,/^$/p'
# No message of the kernel's comes in between, not even the loudest.
echo 0 >/proc/sys/kernel/printk
echo "list:$(cat /tmp/list)"
echo "twins:$(cat /tmp/twins)"
for name; do
	for n in "$few" "$many"; do echo "report:$(cat "/tmp/$name:$n")"; done
done
dmesg -n 1
sh "$(dirname "$0")/kernel-log.sh"
