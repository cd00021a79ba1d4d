#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What test-prometheus runs in a guest: gives the host the figures, again and again,
# each reading between two marks, while another CPU exits all the time. After half of
# the readings the module goes and comes.
#
# usage: metrics.sh READINGS
readings=$1
dmesg -n 1

load()
{
	mark load:before
	insmod /root/cvmstat.ko || exit 1
	mark load:after
	cvmstat set latency on
}

# Programs of some length, for their marks are in the ledger, too.
storm()
{
	while [ ! -e /tmp/enough ]; do
		trigger cpuid 4000 1 0x40000000
		trigger outb 2000 1 0x80
	done
}

reading()
{
	mark "reading:$1:before"
	cvmstat metrics -n 20 -o /tmp/cvmstat.prom
	mark "reading:$1:after"
	nc 10.0.2.100 9101 </tmp/cvmstat.prom || exit 1
}

taskset -p 1 $$ >/dev/null
load
storm &
i=0
while [ "$i" -lt "$readings" ]; do
	[ "$i" -ne $((readings / 2)) ] || { rmmod cvmstat && load; }
	reading "$i"
	sleep 1
	i=$((i + 1))
done
touch /tmp/enough
wait
sh "$(dirname "$0")/kernel-log.sh"
