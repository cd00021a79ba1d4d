#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Where the module is of no use it says so in the kernel's log; -b:
# modprobe.blacklist=cvmstat keeps it out of a boot.
modprobe -q -b cvmstat || :
