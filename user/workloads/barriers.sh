# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2034
# Threads that wait for each other: NPB's ua where it is installed, else an
# OpenMP program that is made of barriers.
PER=barriers
METRICS='barriers=re:([0-9]+) barriers'

ua()
{
	command -v ua.A.x || command -v ua.A
}

requires()
{
	ua >/dev/null || needs cc gcc
}

setup()
{
	! ua >/dev/null || return 0
	cat >/tmp/cvmstat-barriers.c <<-'END'
		#include <omp.h>
		#include <stdio.h>
		#include <stdlib.h>

		int main(int argc, char **argv)
		{
			long i, n = argc > 1 ? atol(argv[1]) : 0;

		#pragma omp parallel private(i)
			for (i = 0; i < n; i++) {
		#pragma omp barrier
			}
			printf("%ld barriers\n", n);
		}
	END
	cc -O2 -fopenmp -o /tmp/cvmstat-barriers /tmp/cvmstat-barriers.c
}

# Threads that spin do not halt: those of a workload that shares its CPUs sleep.
load()
{
	if ua >/dev/null; then
		"$(ua)"
		echo "1 barriers"
	else
		OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 /tmp/cvmstat-barriers "${BARRIERS:-100000}"
	fi
}

teardown()
{
	rm -f /tmp/cvmstat-barriers /tmp/cvmstat-barriers.c
}
