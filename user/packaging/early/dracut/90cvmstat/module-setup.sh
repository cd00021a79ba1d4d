#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# dracut(8): puts the module into the initramfs, and has it loaded before udev
# loads the drivers.

check()
{
	# shellcheck disable=SC2154 # dracut sets kernel
	modinfo -k "$kernel" cvmstat >/dev/null 2>&1 && return
	dwarn "cvmstat: no module for Linux $kernel: its boot will not be counted"
	return 1
}

depends()
{
	return 0
}

installkernel()
{
	hostonly='' instmods cvmstat
}

install()
{
	# shellcheck disable=SC2154 # dracut sets moddir
	inst_hook pre-udev 00 "$moddir/load-cvmstat.sh"
}
