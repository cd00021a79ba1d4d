#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What test-images runs in a guest: of each function whether this kernel has it,
# ftrace reaches it, and kprobes refuses it. Lines "symbol NAME yes|no yes|no yes|no".
#
# usage: symbols.sh NAME...
has()
{
	if grep -qE "$1" "$2" 2>/dev/null; then echo yes; else echo no; fi
}

for name; do
	echo "symbol $name $(has " $name( |\$)" /proc/kallsyms)" \
		"$(has "^$name( |\$)" /sys/kernel/tracing/available_filter_functions)" \
		"$(has "[[:space:]]$name\$" /sys/kernel/debug/kprobes/blacklist)"
done
