#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Runs in the guest, by busybox: measures each way to count the same events.
# Prints lines of "WAY EVENT INSTRUCTIONS", of "WAY cannot attach: WHY", of "reading
# WAY BYTES INSTRUCTIONS", of "switching WAY INSTRUCTIONS", and of "outside EVENT LEAST
# MOST" instructions of an event that are not in the time of its handler.
#
# usage: ways.sh PLATFORM off|all    off: the uncounted and cvmstat's own only
platform=$1 what=$2
tracefs=/sys/kernel/tracing
dmesg -n 1
insmod /cvmbed_trigger.ko

events='rdmsr:0x8b cpuid:1 outb:0x560 readl:0xfed00000'
symbols=vc_raw_handle_exception,sev_es_ghcb_hv_call
[ "$platform" != tdx ] || {
	events='rdmsr:0x8b cpuid:0x40000000 outb:0x560 readl:0xfed00000'
	symbols=tdx_handle_virt_exception
}

measure()
{
	for event in $events; do
		echo "$1 $event $(/exit-cost "${event%:*}" "${event#*:}")"
	done
}

measure_outside()
{
	for event in $events; do
		echo "outside $event $(/exit-cost --outside "${event%:*}" "${event#*:}")"
	done
}

refused()
{
	echo "$1 cannot attach: $(tr '\n' ' ' <"$2" | cut -c 1-120)"
}

# Kprobes optimises with a delay.
settle()
{
	sleep 2
}

# with_events WAY NAME...: while these events of the PMU are open
with_events()
{
	way=$1
	shift
	/event-cost hold "$@" >/tmp/held 2>&1 &
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		grep -q . /tmp/held && break
		sleep 1
	done
	if grep -q held /tmp/held; then
		settle
		measure "$way"
		[ "$way" != times ] || measure_outside
	else
		refused "$way" /tmp/held
	fi
	kill $!
	wait
	# What is kept for events goes a second behind the last one.
	sleep 2
}

pmu_ways()
{
	echo "switching cvmstat $(/event-cost switch traps)"
	echo "switching perf $(/event-cost switch dummy)"
	with_events pmu traps exits
	with_events times traps-time
}

# What people listen to the tracepoints with.
tracing_ways()
{
	perf record -q -a -e 'cvmstat:trap' -e 'cvmstat:exit' -o /tmp/data sleep 1000 >/tmp/perf 2>&1 &
	sleep 4
	if kill -0 $! 2>/dev/null; then
		measure trace-perf
		killall sleep
		wait
	else
		refused trace-perf /tmp/perf
	fi
	rm -f /tmp/data
	echo 'tracepoint:cvmstat:trap,tracepoint:cvmstat:exit { @[args->code, args->detail] = count(); }' \
		>/tmp/program
	bpftrace_program_way trace-bpftrace
}

cvmstat_ways()
{
	insmod /cvmstat.ko || exit
	settle
	measure details
	pmu_ways
	[ "$what" = off ] || {
		echo "reading cvmstat $(/reading-cost cvmstat)"
		tracing_ways
	}
	cvmstat set rips on >/dev/null
	settle
	measure rips
	[ "$what" = all ] || return 0
	cvmstat set rips off details off >/dev/null
	measure counting
	cvmstat set details on latency on >/dev/null
	settle
	measure latency
	rmmod cvmstat
}

kprobes_way()
{
	if insmod /cvmstat_kprobes.ko symbols=$symbols 2>/tmp/error; then
		settle
		measure kprobes
		rmmod cvmstat_kprobes
	else
		refused kprobes /tmp/error
	fi
}

# One event for each probe. The key: reason and MSR index, as far as a kprobe
# event can have both.
define_events()
{
	if [ "$platform" = tdx ]; then
		echo 'p:cvmbench/trap tdx_handle_virt_exception reason=+0(%si):u64 detail=+0x58(%di):u64'
	else
		echo 'p:cvmbench/trap vc_raw_handle_exception reason=%si:u64 detail=+0x58(%di):u64'
		echo 'p:cvmbench/exit sev_es_ghcb_hv_call reason=%dx:u64 detail=%cx:u64'
	fi
}

hist_way()
{
	for dir in "$tracefs"/events/cvmbench/*/; do
		echo 'hist:keys=reason,detail:size=1024' >"${dir}trigger" || return
	done
	settle
	measure hist
	for dir in "$tracefs"/events/cvmbench/*/; do
		echo "reading hist $(/reading-cost file "${dir}hist")"
		echo '!hist:keys=reason,detail:size=1024' >"${dir}trigger"
	done
}

perf_way()
{
	perf stat -a -e 'cvmbench:*' sleep 1000 >/tmp/perf 2>&1 &
	sleep 4
	if kill -0 $! 2>/dev/null; then
		measure perf
		killall sleep
		wait
		grep -q '[1-9].*cvmbench' /tmp/perf || echo "perf counted nothing"
	else
		refused perf /tmp/perf
	fi
}

event_ways()
{
	define_events | while read -r line; do
		echo "$line" >>"$tracefs/kprobe_events" || exit
	done 2>/dev/null || {
		# Why is in tracing's own log.
		grep -o 'error:.*' "$tracefs/error_log" | tail -n 1 >/tmp/error
		refused hist /tmp/error
		refused perf /tmp/error
		return
	}
	hist_way
	perf_way
	echo >"$tracefs/kprobe_events"
}

bpftrace_program()
{
	if [ "$platform" = tdx ]; then
		echo 'kprobe:tdx_handle_virt_exception { @[*(uint64 *)arg1, *(uint64 *)(arg0 + 0x58)] = count(); }'
	else
		echo 'kprobe:vc_raw_handle_exception { @trap[arg1, *(uint64 *)(arg0 + 0x58)] = count(); }'
		echo 'kprobe:sev_es_ghcb_hv_call { @exit[arg2, arg3] = count(); }'
	fi
}

# bpftrace_program_way WAY: the program is in /tmp/program
bpftrace_program_way()
{
	bpftrace /tmp/program >/tmp/bpftrace 2>&1 &
	pid=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
		kill -0 $pid 2>/dev/null || break
		grep -q Attaching /tmp/bpftrace && sleep 4 && break
		sleep 2
	done
	if kill -0 $pid 2>/dev/null; then
		measure "$1"
		echo "reading $1 $(/reading-cost print $pid /tmp/bpftrace)"
		kill -INT $pid
		wait
	else
		grep -v Attaching /tmp/bpftrace >/tmp/error
		refused "$1" /tmp/error
	fi
}

bpftrace_way()
{
	bpftrace_program >/tmp/program
	bpftrace_program_way bpftrace
}

# What the kernel does after boot.
sleep 2
measure off
if [ "$what" = off ]; then
	cvmstat_ways
	exit
fi
cvmstat_ways
kprobes_way
event_ways
bpftrace_way
measure off-again
