# SPDX-License-Identifier: GPL-2.0
"""What make check and its longer sisters run, as data: machines (kernel, platform,
vCPUs, flavour) with the tests of each, and the parts that take no guest.
"""
import dataclasses

from . import kernels, patched, platforms

MINUTE = 60


@dataclasses.dataclass(frozen=True)
class Part:
    """One command that judges something.

    kernels: names of those that must be had, headers: to build for;
    first: before all others, one after the other; unavailable: why not here.
    """
    name: str
    command: tuple
    kernels: tuple = ()
    headers: bool = True
    first: bool = False
    timeout: int = 40 * MINUTE
    environment: tuple = ()
    unavailable: str = ""


@dataclasses.dataclass(frozen=True)
class Machine:
    """A guest, and the tests that run in it; none: all that fit."""
    kernel: str
    platform: str
    cpus: int
    tests: str = ""
    patched: str = ""
    options: tuple = ()
    environment: tuple = ()
    timeout: int = 40 * MINUTE
    prefix: str = "guest"

    def part(self):
        words = ["selftests/run-guest", "--platform", self.platform, "--kernel", self.kernel,
                 "--cpus", str(self.cpus), *self.options]
        if self.patched:
            words += ["--patched", self.patched]
        return Part(f"{self.prefix}-{self.platform}-{self.kernel}-{self.cpus}",
                    (*words, *self.tests.split()),
                    kernels=() if self.patched else (self.kernel,), timeout=self.timeout,
                    environment=self.environment)


# A cycle waits for all CPUs some times, in a storm for a second or two.
SHORT = (("KSELFTEST_LOAD_ARGS", "-n 8"),)


def short(*row):
    return Machine(*row, environment=SHORT)


def late(kernel, platform):
    """CPUs that come for the first time: the boot starts one."""
    return Machine(kernel, platform, 4, "late", options=("--append", "maxcpus=1"), prefix="late")


def builds(names, compilers=("gcc", "clang")):
    return [Part(f"build-module-{name}-{compiler}", ("selftests/build-module", name, compiler),
                 kernels=(name,), first=True) for name in names for compiler in compilers]


def tool(name, *command, **options):
    return Part(name, tuple(command), **options)


PROGRAMS = [
    tool("build-reader-gcc", "make", "-C", "user", "CC=gcc", first=True),
    tool("build-reader-clang", "make", "-C", "user", "CC=clang", "BUILD=build/clang", first=True),
    tool("build-hypervisor-gcc", "make", "-C", "selftests/testbed/hv", first=True),
    tool("build-hypervisor-clang", "make", "-C", "selftests/testbed/hv", "CC=clang",
         "OUT=../build/clang", first=True),
    tool("build-tests", "selftests/run-guest", "--build", kernels=("6.12",), first=True),
    tool("netlink-spec", "make", "-C", "kmod", "check", first=True),
    tool("fuzz-table", "make", "-C", "selftests", "check-tables", first=True),
]

TOOLS = [
    tool("build-packages", "user/packaging/build-deb", "selftests/build/packages"),
    tool("bench-snp-6.12-2", "selftests/test-bench", "--platform", "snp", kernels=("6.12",)),
    tool("bench-tdx-6.12-2", "selftests/test-bench", "--platform", "tdx", kernels=("6.12",)),
    tool("cost", "selftests/bench/check-cost", kernels=("6.12", "6.1", "7.3")),
    tool("ledger-snp-6.12-1", "selftests/testbed/test-ledger", "--platform", "snp",
         "--kernel", "6.12", "--cpus", "1", kernels=("6.12",)),
    tool("ledger-tdx-6.12-1", "selftests/testbed/test-ledger", "--platform", "tdx",
         "--kernel", "6.12", "--cpus", "1", kernels=("6.12",)),
    tool("ledger-snp-vmpl2-6.12-1", "selftests/testbed/test-ledger", "--platform", "snp",
         "--kernel", "6.12", "--cpus", "1", "--vmpl", "2", "--match", "svsm", kernels=("6.12",)),
    tool("prometheus", "selftests/test-prometheus", kernels=("6.12",)),
    tool("protocol", "selftests/testbed/test-protocol", kernels=("6.12",)),
    tool("unaccepted", "selftests/testbed/test-unaccepted", "snp:6.12", "tdx:7.3",
         kernels=("6.12", "7.3")),
    tool("signing-6.12", "selftests/test-signing", kernels=("6.12",)),
    tool("style", "selftests/style"),
    tool("runner", "selftests/runner/tests/run"),
    tool("unit-reader", "make", "-C", "user", "check"),
    tool("unit-module", "make", "-C", "kmod", "test"),
    tool("patches", "make", "-C", "patches", "check"),
]

# A hypervisor with KVM's face.
KVM = ("--hypervisor", "kvm")
# One at one of twenty exits.
NMIS = ("--fault", "nmi=20")
# Below an SVSM.
VMPL2 = ("--vmpl", "2")

# Longest first. hotplug comes last: after it an SNP guest has CPUs whose GHCB is in
# use for good, and the next #VC inside of one panics (README.md, "Kernels"). After
# full the ledger is full.
CHECK_MACHINES = [
    short("6.1", "snp", 4, "exact counting load optimised netlink permissions reader hotplug"),
    short("6.12", "snp", 4,
          "exact counting load netlink permissions reader whose flame top tracepoints hotplug"),
    short("6.12", "sev-es", 4,
          "exact counting load optimised netlink permissions hotplug suspend reader"),
    short("6.1", "sev-es", 1,
          "exact counting load lost optimised netlink permissions suspend reader idle bounce full"),
    short("6.12", "snp", 1,
          "exact counting load lost optimised netlink permissions reader ynl idle bounce pmu full"),
    short("6.12", "tdx", 4,
          "exact counting load netlink permissions reader whose pmu tracepoints"),
    short("6.12", "tdx", 1,
          "exact counting load lost optimised netlink permissions suspend reader idle bounce full"),
    short("7.3", "snp", 2,
          "exact counting load optimised netlink reader bounce tracepoints hotplug"),
    short("7.3", "sev-es", 2,
          "exact counting load optimised netlink reader bounce hotplug full"),
    short("7.3", "tdx", 2, "exact counting load netlink reader bounce full"),
    # A bounce buffer of 256 slots of 2 KiB.
    Machine("6.1", "sev-es", 2, "bounce", options=("--append", "swiotlb=256"), prefix="bounce"),
    Machine("6.12", "tdx", 1, "bounce", options=("--append", "swiotlb=256"), prefix="bounce"),
    Machine("7.3", "snp", 1, "bounce", options=("--append", "swiotlb=256"), prefix="bounce"),
    Machine("6.12", "snp", 2, "exact", options=VMPL2, prefix="vmpl2"),
    Machine("6.12", "snp", 2, "exact counting", options=(*KVM, "--x2apic"), prefix="kvm-x2apic",
            environment=SHORT),
    # NMIs at any time, in the middle of the module's load, too.
    Machine("6.12", "snp", 1, "load", options=NMIS, environment=SHORT, prefix="nmi"),
    late("6.12", "sev-es"),
    Machine("6.12", "snp", 2, "idle", options=("--idle", "hlt"), prefix="idle-hlt"),
    Machine("6.12", "sev-es", 1, "idle", options=("--idle", "hlt,hint"), prefix="idle-hint"),
    Machine("6.1", "snp", 1, "idle", options=("--idle", "mwait"), prefix="idle-mwait"),
    Machine("7.3", "sev-es", 1, "idle", options=("--idle", "mwait"), prefix="idle-mwait"),
    short("6.12", "plain", 4, "ordinary load netlink permissions hotplug"),
    short("6.1", "plain", 1, "load netlink permissions"),
    short("6.12", "snp-paravisor", 2, "ordinary load"),
]

MATRIX_KERNELS = ("6.1", "6.12-deb12", "6.12-deb13", "6.12-deb12-cloud", "6.12-deb12-rt", "7.2",
                  "7.3", "7.3-cloud", "7.3-rt")
MATRIX_TESTS = "exact counting load optimised netlink reader tracepoints"

def matrix_tests(platform, cpus):
    """hotplug, too, where CPUs can go."""
    return MATRIX_TESTS if cpus == 1 or platform == "tdx" else f"{MATRIX_TESTS} hotplug"


MATRIX = [Machine(kernel, platform, cpus, matrix_tests(platform, cpus), environment=SHORT,
                  prefix="matrix")
          for kernel in MATRIX_KERNELS for platform in platforms.CONFIDENTIAL
          if kernel != "6.1" or kernel in platforms.KERNELS[platform] for cpus in (1, 4)]

LATE = [late(machine.kernel, machine.platform) for machine in MATRIX if machine.cpus == 4]


# What a person sees, where make check does not look.
SEEN = [short(kernel, platform, 2, "whose flame pmu top bench")
        for kernel, platform in (("6.12", "tdx"), ("6.12", "sev-es"), ("6.1", "snp"),
                                 ("7.3", "snp"), ("7.3", "tdx"))]

FAULTS = [Machine(kernel, platform, 1, "load", options=NMIS, environment=SHORT, prefix="nmi")
          for kernel, platform in (("6.12", "tdx"), ("6.1", "sev-es"), ("7.3", "snp"),
                                   ("7.3", "tdx"))]

# A minute of exits on all CPUs, the listener woken for each, and NMIs in between.
MINUTE_LONG = (("KSELFTEST_TRACEPOINTS_ARGS", "-s 60"),)
STORMS = [Machine(kernel, platform, 2, "tracepoints", options=NMIS, environment=MINUTE_LONG,
                  prefix="storm")
          for kernel, platform in (("6.1", "sev-es"), ("6.1", "snp"), ("6.12", "sev-es"),
                                   ("6.12", "snp"), ("6.12", "tdx"), ("7.3", "snp"),
                                   ("7.3", "tdx"), ("6.12-deb12-rt", "snp"))]

# What people use; the tools are large, so that these guests are, too.
TRACERS = [Machine("6.12", platform, 2, "tracers", prefix="tracers")
           for platform in ("snp", "tdx")]


# Linux 6.11 and later know an SVSM.
SVSM = [Machine(kernel, "snp", cpus, matrix_tests("snp", cpus), options=VMPL2, environment=SHORT,
                prefix="matrix-vmpl2")
        for kernel in ("6.12-deb12", "6.12-deb13", "7.3", "7.3-cloud") for cpus in (1, 4)]

# Behind a paravisor; and the same of ordinary guests with other kernels.
PARAVISOR = [short(kernel, platform, cpus, "ordinary load netlink permissions")
             for kernel, platform, cpus in (
                 ("6.12", "snp-paravisor", 4),
                 ("7.3", "snp-paravisor", 1), ("6.12", "tdx-paravisor", 1),
                 ("7.3", "tdx-paravisor", 4), ("6.1", "plain", 2), ("7.3", "plain", 1))]

# With KVM's face, and with an x2APIC.
FACES = [
    *(Machine(kernel, platform, cpus, MATRIX_TESTS, options=KVM, environment=SHORT,
              prefix="matrix-kvm")
      for kernel in ("6.1", "6.12", "7.3") for platform in platforms.CONFIDENTIAL
      if kernel != "6.1" or kernel in platforms.KERNELS[platform] for cpus in (1, 4)),
    *(Machine(kernel, "snp", cpus, MATRIX_TESTS, options=("--x2apic",), environment=SHORT,
              prefix="matrix-x2apic")
      for kernel in ("6.1", "6.12", "7.3") for cpus in (1, 4)),
]
FACE_LEDGERS = [
    tool(f"ledger-{platform}-kvm-6.12-1", "selftests/testbed/test-ledger", "--platform", platform,
         "--kernel", "6.12", "--cpus", "1", *KVM, *x2apic, kernels=("6.12",))
    for platform, x2apic in (("plain", ("--x2apic",)), ("sev-es", ()), ("snp", ("--x2apic",)),
                             ("tdx", ()))
]

# Debian offers images of these, and no headers.
IMAGES = ("6.16", "6.17", "6.18", "6.19", "7.0", "7.1")


def images():
    return [Part(f"image-{name}", ("selftests/test-images", name), kernels=(name,), headers=False)
            for name in IMAGES]


# A TDX module that raises fewer #VEs, and a guest that asks for it.
REDUCE_VE = [
    tool("ledger-tdx-reduce-ve-7.3-1", "selftests/testbed/test-ledger", "--platform", "tdx",
         "--kernel", "7.3", "--cpus", "1", "--reduce-ve", kernels=("7.3",)),
]

# What make check has one of, or half of.
UNACCEPTED = [
    tool("unaccepted-others", "selftests/testbed/test-unaccepted", "tdx:6.12", "snp:7.3",
         kernels=("6.12", "7.3")),
]
SIGNING = [
    tool("signing-6.1", "selftests/test-signing", "--kernel", "6.1", kernels=("6.1",)),
    tool("signing-7.3", "selftests/test-signing", "--kernel", "7.3", kernels=("7.3",)),
]

# Whole systems, by debootstrap, with kernels of their own.
PACKAGES = [
    tool("packages-bookworm", "selftests/test-packages", "bookworm", timeout=60 * MINUTE),
    tool("packages-trixie", "selftests/test-packages", "trixie", timeout=60 * MINUTE),
]


def parts_of(machines):
    return [machine.part() for machine in machines]


def check():
    small = patched.wanted("6.12", "small")
    parts = [*builds(("6.1", "6.12", "7.3")), *PROGRAMS, *parts_of(CHECK_MACHINES), *TOOLS]
    machine = Machine("6.12", "snp", 2, "exact load optimised netlink", patched="small",
                      environment=SHORT, prefix="patched").part()
    return [*parts, dataclasses.replace(machine, unavailable=small)]


def check_all():
    guests = MATRIX + LATE + SEEN + FAULTS + STORMS + TRACERS + SVSM + PARAVISOR + FACES
    return [*builds(MATRIX_KERNELS), *PROGRAMS, *parts_of(guests), *images(), *FACE_LEDGERS,
            *REDUCE_VE, *UNACCEPTED, *SIGNING, *PACKAGES]


# Kernels that stop at the first mistake (patches/config/debug.config): one that
# counts itself, and one that has to be probed. The classes that ynl switches off
# are for the latter. Data races are for kernels of their own (kcsan.config).
def debug(flavour, platform, tests, cpus=4, prefix="debug", kernel="6.12"):
    return Machine(kernel, platform, cpus, tests, patched=flavour, prefix=prefix,
                   environment=SHORT, options=("--timeout", "7000"), timeout=7200)


DEBUG_FLAVOURS = ("small-debug", "small-stock-debug", "small-kcsan", "small-stock-kcsan",
                  "small-stock-noprobes", "small-stock-callers", "small-stock-prototype",
                  "small-stock-safehalt")
MOST = "exact counting load netlink permissions"
PERF = "tracepoints pmu"
DEBUG = [
    debug("small-debug", "sev-es", f"{MOST} hotplug reader top bench fuzz"),
    debug("small-debug", "snp", f"{MOST} reader top bench fuzz hotplug"),
    debug("small-debug", "tdx", f"{MOST} reader top bench fuzz"),
    debug("small-stock-debug", "sev-es", f"{MOST} lost hotplug {PERF} reader top bench fuzz",
          prefix="debug-probes"),
    debug("small-stock-debug", "snp", f"{MOST} lost {PERF} reader top bench ynl fuzz hotplug",
          prefix="debug-probes"),
    debug("small-stock-debug", "tdx", f"{MOST} lost {PERF} reader top bench fuzz",
          prefix="debug-probes"),
    debug("small-kcsan", "sev-es", f"{MOST} hotplug reader top bench fuzz", prefix="debug-races"),
    debug("small-stock-kcsan", "snp", f"{MOST} lost {PERF} reader top bench fuzz",
          prefix="debug-races-probes"),
    debug("small-stock-kcsan", "tdx", f"{MOST} lost {PERF} reader top bench fuzz",
          prefix="debug-races-probes"),
    debug("small-stock-noprobes", "snp", "lost", cpus=1, prefix="debug-noprobes"),
    debug("small-debug", "sev-es", f"{MOST} hotplug", kernel="7.3"),
    debug("small-debug", "snp", f"{MOST} hotplug", kernel="7.3"),
    debug("small-debug", "tdx", MOST, kernel="7.3"),
    debug("small-stock-callers", "snp", "exact counting load", cpus=1, prefix="callers"),
    debug("small-stock-prototype", "snp", "prototype load", cpus=1, prefix="prototype"),
    debug("small-stock-safehalt", "tdx", "exact idle counting", cpus=2, prefix="safehalt"),
]


def patched_kernels(flavours, kernel="6.12"):
    return [Part(f"kernel-{kernel}-{flavour}", ("patches/build-kernel", kernel, flavour),
                 first=True, timeout=7200) for flavour in flavours]


def check_debug():
    return [*patched_kernels(DEBUG_FLAVOURS), *patched_kernels(("small-debug",), "7.3"),
            *parts_of(DEBUG)]


# 1,000,000 messages, shared by guests of which each has another fault to live with
# (the faults are those of SEV). exact comes after fuzz: no count was lost. With NMIs
# it does without MOVS from a device, a #VC inside a #VC: Linux has no GHCB for a
# third one, and panics.
def fuzzed(platform, cpus, messages, fault="", environment=()):
    options = ["--messages", str(messages), "--timeout", "21000"]
    if fault:
        options += ["--fault", fault]
    name = f"fuzz-{fault.split('=')[0] or 'quiet'}"
    return Machine("6.12", platform, cpus, "fuzz exact", patched="small-debug", prefix=name,
                   options=tuple(options), environment=environment, timeout=21600)


FUZZ = [
    fuzzed("sev-es", 4, 160000, "nmi=200", (("KSELFTEST_EXACT_ARGS", "-xmovs"),)),
    fuzzed("snp", 2, 290000, "ghcb-error=1000"),
    fuzzed("snp", 2, 290000, "lie=100"),
    fuzzed("tdx", 2, 260000),
]


def fuzz():
    return [*patched_kernels(("small-debug",)), *parts_of(FUZZ)]


LISTS = {"check": check, "check-all": check_all, "check-debug": check_debug, "fuzz": fuzz}


def kernels_of(parts):
    """Names of the kernels that parts take, the first to be used first, and whether
    any of them builds for it."""
    wanted = {}
    for part in parts:
        for name in part.kernels:
            wanted[name] = wanted.get(name, False) or part.headers
    return wanted


__all__ = ["LISTS", "Part", "kernels", "kernels_of"]
