#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
# The first process of a disk that test-packages boots by an initramfs of Debian's:
# says what that has left behind.
/bin/busybox --install -s /bin
export PATH=/bin:/usr/bin
[ -e /proc/modules ] || mount -t proc proc /proc
[ -e /sys/module ] || mount -t sysfs sysfs /sys
dmesg -n 1
# The last one is the oldest.
echo "@early modules $(cut -d " " -f 1 /proc/modules | tr "\n" " ")"
echo "@early report $(cvmstat stat --since-load --json -o -)"
poweroff -f
