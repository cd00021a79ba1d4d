/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What explanations have in common. A short advice is the beginning of a longer
 * one: what helps against an intercepted instruction is the same for the trap,
 * for the exit after it, and for the automatic exit of an ordinary VM.
 */
#ifndef CVMSTAT_ADVICE_H
#define CVMSTAT_ADVICE_H

/* Kinds of cost. */
#define SWITCH_EMULATE \
	"a full world switch and an emulation in the hypervisor, often in its user space"
#define SWITCH_SLEEP "a world switch, and the time that the virtual CPU sleeps"

/* What helps. */
#define ALIGN "align the data that the program locks"
#define NO_BREAKPOINTS "remove hardware breakpoints"
#define TSC_PASSED "have the host stop intercepting the TSC"
#define NO_PROFILER "stop the profiler"
#define CACHE_CPUID "cache the answer in programs that ask often"
#define FIND_INVD "look for the driver that does it"
#define FIND_WBINVD "find the driver that flushes everything"
#define FLUSH_RANGE FIND_WBINVD " where CLFLUSH of a range would do"
#define VIRTIO "use virtio 1.0 devices in place of legacy ones"
#define VIRTIO_CONSOLE VIRTIO ", and less output to the serial console"
#define NO_MWAIT "use an idle driver without MWAIT"
#define POLL_IDLE \
	"poll before halting (cpuidle-haltpoll, guest_halt_poll_ns) where the idle times are short"
#define HALT_INSIDE \
	"; where the CPUs are the guest's own the host may let HLT run without an exit: idle entries are then no exits"
#define FEWER_WAKEUPS(how) "fewer timers" how " and fewer cross-CPU wakeups"
#define FEWER_MSRS FEWER_WAKEUPS(" (nohz, coarser timer slack)") " make fewer of them"
#define WHAT_CALLS "look at what calls: paravirtual spinlocks"
#define WHAT_CALLS_AND WHAT_CALLS " and scheduling hints are the usual ones"
#define FIND_DEVICE "find the device by its address"
#define KEEP_REPORTS "ask for fewer reports and keep them"
#define KEEP_BUFFERS "let drivers keep their DMA buffers"
#define LARGE_BOUNCE \
	"make the bounce buffer large enough (swiotlb=): where a full one may grow, its pages are converted"
#define ACCEPT_EARLY "accept memory at boot (accept_memory=eager)"
#define HOST_CONSOLE "read the reason code on the host's console"
#define ASK_L1 "look at the L1 hypervisor"

/* What is not worth the trouble. */
#define NO_GAIN "there is nothing to gain: it "
#define AT_BOOT NO_GAIN "happens at boot only"
#define AT_HOTPLUG NO_GAIN "happens at boot and at CPU hotplug only"
#define AT_CPU_START NO_GAIN "happens at the start of a CPU only"
#define ONCE_A_CPU NO_GAIN "happens once for each virtual CPU"

#endif
