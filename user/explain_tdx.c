// SPDX-License-Identifier: GPL-2.0
/*
 * Intel TDX, after the GHCI (chapter 3), the TDX module base specification
 * (#VE: chapter 18; TDCALL leaves: ABI reference) and what Linux does.
 */
#include <linux/cvmstat_codes.h>

#include "explain.h"

#define VE CVMSTAT_CLASSES_VE
#define EXIT CVMSTAT_CLASSES_TDVMCALL
#define CALL CVMSTAT_CLASSES_TDCALL

/* Kinds of cost. */
#define TRAP "an exception inside the guest and a TDCALL for its details"
#define TRAP_EXIT "an exception inside the guest, a TDCALL for its details and, after them, a TDVMCALL that is counted apart"
#define SWITCH "a full world switch through the TDX module to the hypervisor and back"
#define SWITCH_EMULATE "a full world switch and an emulation in the hypervisor, often in its user space"
#define SWITCH_SLEEP "a world switch, and the time that the virtual CPU sleeps"
#define MODULE "a switch to the TDX module and back, which the hypervisor does not see"

const struct explanation explain_tdx[] = {
	/* Traps. */
	{ VE, CVMSTAT_VE_CPUID,
	  "CPUID was executed for a leaf that the TDX module does not answer itself.",
	  TRAP, "Linux answers all but the hypervisor's leaves with zeros and no exit; cache the answer in programs that ask often" },
	{ VE, CVMSTAT_VE_HLT,
	  "HLT was executed outside the idle routine, which leaves directly without a trap.",
	  TRAP_EXIT, "find the code by cvmstat rips: idle itself does not trap" },
	{ VE, CVMSTAT_VE_IO,
	  "An I/O port was accessed with IN or OUT.",
	  TRAP_EXIT, "use virtio 1.0 devices in place of legacy ones, and less output to the serial console" },
	{ VE, CVMSTAT_VE_RDMSR,
	  "An MSR was read that the TDX module leaves to the hypervisor.",
	  TRAP_EXIT, "look at the MSR: most are read at boot or by a monitoring tool" },
	{ VE, CVMSTAT_VE_WRMSR,
	  "An MSR was written that the TDX module leaves to the hypervisor: mostly the TSC deadline and x2APIC IPIs.",
	  TRAP_EXIT, "keep the TSC-deadline timer on: without it each timer takes more writes; fewer cross-CPU wakeups" },
	{ VE, CVMSTAT_VE_EPT_VIOLATION,
	  "A load or store reached shared memory that is not backed by RAM (MMIO).",
	  TRAP_EXIT, "find the device by its address and batch its doorbells" },
	{ VE, CVMSTAT_VE_WBINVD,
	  "WBINVD was executed to write back and invalidate the caches.",
	  TRAP, "find the driver that does it: Linux does not support it in a TD" },

	/* Exits. */
	{ EXIT, CVMSTAT_TDVMCALL_CPUID,
	  "CPUID for a hypervisor leaf (0x40000000 and up) was passed on.",
	  SWITCH, "cache the answer in programs that ask often" },
	{ EXIT, CVMSTAT_TDVMCALL_HLT,
	  "A virtual CPU had nothing to do and halted.",
	  SWITCH_SLEEP, "poll before halting (cpuidle-haltpoll, guest_halt_poll_ns) where the idle times are short" },
	{ EXIT, CVMSTAT_TDVMCALL_IO,
	  "An access to an I/O port was passed to the hypervisor.",
	  SWITCH_EMULATE, "use virtio 1.0 devices in place of legacy ones, and less output to the serial console" },
	{ EXIT, CVMSTAT_TDVMCALL_RDMSR,
	  "RDMSR was passed to the hypervisor.",
	  SWITCH, "look at the MSR: most are read at boot or by a monitoring tool" },
	{ EXIT, CVMSTAT_TDVMCALL_WRMSR,
	  "WRMSR was passed to the hypervisor: mostly the TSC deadline and x2APIC IPIs.",
	  SWITCH, "fewer timers (nohz, coarser timer slack) and fewer cross-CPU wakeups make fewer of them" },
	{ EXIT, CVMSTAT_TDVMCALL_MMIO,
	  "An access to device memory was passed to the hypervisor: mostly doorbells of virtio devices.",
	  SWITCH_EMULATE, "batch requests, and use more data for each" },
	{ EXIT, CVMSTAT_TDVMCALL_GET_INFO,
	  "The kernel asked which sub-functions the hypervisor has.",
	  SWITCH, "nothing: it happens at boot only" },
	{ EXIT, CVMSTAT_TDVMCALL_MAP_GPA,
	  "The guest turned pages from private to shared or back.",
	  "a world switch, and page table updates on the host for the whole range",
	  "let drivers keep their DMA buffers; many of them mean that buffers are made and dropped" },
	{ EXIT, CVMSTAT_TDVMCALL_GET_QUOTE,
	  "The guest asked for a signed quote for attestation.",
	  "a world switch and milliseconds in the host's quoting service", "ask for fewer quotes and keep them" },
	{ EXIT, CVMSTAT_TDVMCALL_REPORT_FATAL,
	  "The guest told the hypervisor that it cannot go on.",
	  SWITCH, "read the message on the host's console" },
	{ EXIT, CVMSTAT_TDVMCALL_SETUP_NOTIFY,
	  "The kernel said which vector announces a finished quote.",
	  SWITCH, "nothing: it happens at boot only" },
	{ EXIT, CVMSTAT_TDVMCALL_SERVICE,
	  "The guest used a service TD or a service of the host, such as a vTPM.",
	  SWITCH_EMULATE, "ask the service less often" },
	{ EXIT, CVMSTAT_TDVMCALL_VENDOR,
	  "A hypercall of the hypervisor's own went out, such as a KVM kick of a sleeping lock waiter or an IPI.",
	  SWITCH, "look at its number: paravirtual spinlocks, IPIs and scheduling hints are the usual ones" },

	/* Module calls. */
	{ CALL, CVMSTAT_TDCALL_VP_VMCALL,
	  "TDCALL was executed to leave for the hypervisor; these are counted in class tdvmcall.",
	  SWITCH, "look at class tdvmcall" },
	{ CALL, CVMSTAT_TDCALL_VP_INFO,
	  "The kernel asked for the TD's attributes and address width.",
	  MODULE, "nothing: it happens at boot only" },
	{ CALL, CVMSTAT_TDCALL_RTMR_EXTEND,
	  "A runtime measurement register was extended.",
	  MODULE, "measure fewer files, if the measurement policy allows it" },
	{ CALL, CVMSTAT_TDCALL_VEINFO_GET,
	  "The kernel fetched what caused a #VE, once for each of them.",
	  MODULE, "look at class ve: fewer traps make fewer of them" },
	{ CALL, CVMSTAT_TDCALL_MR_REPORT,
	  "A TDREPORT was made for attestation.",
	  MODULE, "ask for fewer reports" },
	{ CALL, CVMSTAT_TDCALL_CPUIDVE_SET,
	  "The kernel chose whether CPUID always raises #VE.",
	  MODULE, "nothing: it happens at boot only" },
	{ CALL, CVMSTAT_TDCALL_PAGE_ACCEPT,
	  "The guest accepted memory, by pages of 4 KiB, 2 MiB or 1 GiB.",
	  MODULE ", and the clearing of the page", "accept memory at boot (accept_memory=eager) and in large pages" },
	{ CALL, CVMSTAT_TDCALL_VM_RD,
	  "The kernel read a field of the TD's control structure.",
	  MODULE, "nothing: it happens at boot only" },
	{ CALL, CVMSTAT_TDCALL_VM_WR,
	  "The kernel wrote a field of the TD's control structure.",
	  MODULE, "nothing: it happens at boot only" },
	{ CALL, CVMSTAT_TDCALL_VP_RD,
	  "The guest read a field of a virtual CPU, as an L1 hypervisor of a partitioned TD does.",
	  MODULE, "look at the L1 hypervisor" },
	{ CALL, CVMSTAT_TDCALL_VP_WR,
	  "The guest wrote a field of a virtual CPU, as an L1 hypervisor of a partitioned TD does.",
	  MODULE, "look at the L1 hypervisor" },
	{ CALL, CVMSTAT_TDCALL_SYS_RD,
	  "The guest read a property of the TDX module.",
	  MODULE, "nothing: it happens at boot only" },
	{ CALL, CVMSTAT_TDCALL_SYS_RDALL,
	  "The guest read all properties of the TDX module.",
	  MODULE, "nothing: it happens at boot only" },
	{ CALL, CVMSTAT_TDCALL_SERVTD_RD,
	  "A service TD read the state of the TD that it serves.",
	  MODULE, "nothing: it happens in service TDs, such as for migration" },
	{ CALL, CVMSTAT_TDCALL_SERVTD_WR,
	  "A service TD wrote the state of the TD that it serves.",
	  MODULE, "nothing: it happens in service TDs, such as for migration" },
	{ CALL, CVMSTAT_TDCALL_VERIFYREPORT,
	  "A report of another TD on this machine was verified.",
	  MODULE, "verify fewer reports" },
	{ CALL, CVMSTAT_TDCALL_PAGE_ATTR_RD,
	  "An L1 hypervisor read the attributes of a page of its L2 guests.",
	  MODULE, "look at the L1 hypervisor" },
	{ CALL, CVMSTAT_TDCALL_PAGE_ATTR_WR,
	  "An L1 hypervisor wrote the attributes of a page of its L2 guests.",
	  MODULE, "use large pages for L2 guests" },
	{ CALL, CVMSTAT_TDCALL_VP_ENTER,
	  "An L1 hypervisor entered its L2 guest.",
	  MODULE ", and the L2 guest's run", "look at the exits of the L2 guest" },
	{ CALL, CVMSTAT_TDCALL_INVEPT,
	  "An L1 hypervisor flushed translations of its L2 guests.",
	  MODULE, "look at the L1 hypervisor" },
	{ CALL, CVMSTAT_TDCALL_INVVPID,
	  "An L1 hypervisor flushed address translations of one L2 virtual CPU.",
	  MODULE, "look at the L1 hypervisor" },
};

const size_t explain_tdx_count = ARRAY_SIZE(explain_tdx);
