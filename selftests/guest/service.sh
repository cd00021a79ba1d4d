#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What test-packages has systemd run in a guest whose disk is the system with the
# packages: waits for the timer's service to have run twice, says what has come of it.
file=/run/cvmstat/cvmstat.prom link=/var/lib/prometheus/node-exporter/cvmstat.prom
say()
{
	echo "@service $*" >/dev/console
}

for _ in 1 2; do
	old=$(stat -c %Y.%i $file)
	until [ -s $file ] && [ "$(stat -c %Y.%i $file)" != "$old" ]; do sleep 1; done
done
say unit "$(systemctl show -p Result,ExecMainStatus cvmstat-metrics.service | tr '\n' ' ')"
say file "$(stat -c '%U:%G %a' $file) $(find /run/cvmstat -type f | tr '\n' ' ')"
say nobody "$(setpriv --reuid nobody --regid nogroup --clear-groups grep -c ^cvmstat_ $link)"
# The same by hand, without the capability.
say bare "$(setpriv --reuid cvmstat --regid cvmstat --clear-groups cvmstat metrics 2>&1)"
while read -r line; do
	say metric "$line"
done <$file
systemctl poweroff --force --force
