# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# Reads of 4 KiB from anywhere in a file, past the page cache.
PER=reads
METRICS='reads=json:/jobs/0/read/total_ios
iops,1/s,higher=json:/jobs/0/read/iops'

requires()
{
	needs fio fio
}

load()
{
	fio --name=read --rw=randread --bs=4k --iodepth=16 --ioengine=libaio --direct=1 \
		--filename="${FIO_FILE:-/var/tmp/cvmstat-fio}" --size="${FIO_SIZE:-256M}" \
		--runtime="${SECONDS_OF_LOAD:-30}" --time_based --output-format=json
}

teardown()
{
	[ -n "$FIO_FILE" ] || rm -f /var/tmp/cvmstat-fio
}
