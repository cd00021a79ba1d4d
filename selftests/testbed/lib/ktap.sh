# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Results in KTAP (Linux, Documentation/dev-tools/ktap.rst).

ktap_number=0
ktap_failed=0

ktap_begin()
{
	echo "KTAP version 1"
}

# ktap_result ok|"not ok"|skip NAME [REASON]
ktap_result()
{
	local name=$2 reason=${3:-}

	ktap_number=$((ktap_number + 1))
	case $1 in
	ok) echo "ok $ktap_number $name" ;;
	skip) echo "ok $ktap_number $name # SKIP $reason" ;;
	*)
		ktap_failed=$((ktap_failed + 1))
		echo "not ok $ktap_number $name"
		[[ -z $reason ]] || sed 's/^/# /' <<<"$reason"
		;;
	esac
}

# Prints the plan, and ends the test.
ktap_end()
{
	echo "1..$ktap_number"
	echo "# $((ktap_number - ktap_failed)) of $ktap_number passed"
	exit $((ktap_failed > 0))
}
