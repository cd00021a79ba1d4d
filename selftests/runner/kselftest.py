# SPDX-License-Identifier: GPL-2.0
"""Runs the kselftests in one guest of the test bed, and prints their KTAP."""
import argparse
import glob
import json
import os
import re
import shutil
import subprocess

from . import build, guest, kernellog, kernels, ktap, needs, platforms
from .common import BUILD, SELFTESTS, TOP, Failed, locked, one, run

TRACERS = ("/usr/bin/perf", "/usr/bin/bpftrace", "/usr/bin/trace-cmd")
KSELFTEST = os.path.join(TOP, ".cache", "kselftest", "tools", "testing", "selftests")
YNL = os.path.join(TOP, ".cache", "ynl", "tools", "net", "ynl")
HOME = "kselftest/cvmstat"
# The sizes that the tests are meant for, instead of what fits into a minute or two.
FULL = {"EXACT": "-n 100000", "LOAD": "-n 1000", "HOTPLUG": "-n 100"}

# Modules that the kernel's client comes to import, and no others.
FIND_IMPORTS = """
import sys
sys.path.insert(0, sys.argv[1])
import collections, json, os, subprocess, tempfile, lib
for module in list(sys.modules.values()):
    for name in ("__file__", "__cached__"):
        path = getattr(module, name, None) or ""
        if path.startswith("/usr/") and os.path.exists(path):
            print(path)
"""


def available():
    """All tests, by name."""
    return run("make", "-s", "-C", SELFTESTS, "list_tests").split()


def has_nmis(options):
    """Will NMIs come that nobody asked for?"""
    return "nmi" in options.fault


def environment(options):
    """Variables for the tests, as a file of the guest's shell."""
    variables = {name: value for name, value in os.environ.items()
                 if re.fullmatch(r"KSELFTEST_\w+_ARGS", name)}
    if options.full:
        variables.update({f"KSELFTEST_{name}_ARGS": value for name, value in FULL.items()})
    if options.messages:
        variables["KSELFTEST_FUZZ_ARGS"] = f"-n {options.messages}"
    # Each is said on the loudest level, by a port whose accesses bring the next ones.
    if has_nmis(options):
        variables["CONSOLE_LEVEL"] = "0"
    # What the settings allow is for the short run.
    if options.full or options.messages:
        variables["kselftest_override_timeout"] = str(options.timeout)
    return "".join(f"export {name}='{value}'\n" for name, value in variables.items())


def fill(box, modules, options):
    """The folder as make install would lay it out, and what the tests load and call."""
    home = os.path.join(box.root, HOME)
    os.makedirs(home)
    box.add(f"{KSELFTEST}/kselftest/runner.sh", "kselftest/kselftest")
    run("make", "-C", SELFTESTS, "install", f"INSTALL_PATH={home}")
    guest.strip_modules(glob.glob(f"{modules}/**/*.ko", recursive=True), home)
    box.add(f"{SELFTESTS}/testbed/build/guest/trigger", HOME)
    box.add(f"{SELFTESTS}/guest/run-tests.sh", HOME)
    box.add(f"{SELFTESTS}/guest/kernel-log.sh", HOME)
    # The runner wants an option that busybox does not know.
    box.add("/usr/bin/timeout", "usr/bin")
    box.add(f"{TOP}/user/build/cvmstat", "usr/sbin")
    # What top has to know of the test's terminal.
    box.add(one(*(f"{place}/terminfo/v/vt100" for place in ("/lib", "/usr/share"))),
            "lib/terminfo/v")
    with open(f"{home}/environment", "w", encoding="utf-8") as file:
        file.write(environment(options))


def add_ynl(box):
    """The ynl test in Python: the interpreter, and what the kernel's client imports."""
    run("make", "-C", f"{TOP}/kmod", "generate")
    to = os.path.join(box.root, HOME, "ynl-client")
    shutil.copytree(f"{YNL}/lib", f"{to}/lib")
    box.add(f"{TOP}/kmod/cvmstat.yaml", HOME)
    box.add("/usr/bin/python3", "usr/bin")
    names = run("/usr/bin/python3", "-B", "-c", FIND_IMPORTS, YNL)
    subprocess.run(["rsync", "-aR", "--files-from=-", "/", box.root], input=names, text=True,
                   check=True)


def add_tracers(box):
    """The tools that the test tracers runs."""
    for tool in TRACERS:
        if not os.path.exists(tool):
            raise Failed(f"{tool} is missing: selftests/install-packages check installs it")
        box.add(tool, "usr/bin")


def choose(options):
    """The kernel, as the options name it."""
    if not options.patched:
        return kernels.get(options.kernel, headers=True)
    directory = options.patched
    if "/" not in directory:
        said = run(f"{TOP}/patches/build-kernel", options.kernel, directory)
        directory = os.path.dirname(re.search(r"^kernel (.*)$", said, re.M)[1])
    return kernels.built(directory)


def machine(tests, options):
    """Which guest it is, as words for cvmbed."""
    # KASAN keeps a shadow of all memory, and what was freed for a while.
    memory = "2048" if "debug" in (options.patched or "") or "tracers" in tests else "512"
    words = ["--timeout", str(options.timeout), "--memory", memory]
    append = options.append
    if has_nmis(options):
        # Not while it boots, either; and room for what else the log says, which is
        # judged at the end.
        append += " loglevel=0 log_buf_len=32M"
    if append:
        words += ["--append", append]
    for name in ("fault", "vmpl", "idle", "hypervisor"):
        value = getattr(options, name)
        if value:
            words += [f"--{name}", value]
    if options.x2apic:
        words.append("--x2apic")
    return words


def boot(box, tests, options):
    """Boots it, shows its console, and returns the boot."""
    disk = os.path.join(box.directory, "disk")
    run("truncate", "-s", "64M", disk)
    return box.boot("sh", f"/{HOME}/run-tests.sh", *(f"./{name}" for name in tests),
                    options=["--disk", disk, *machine(tests, options)],
                    ledger=options.keep_ledger, echo=guest.say)


def verdict(done, number):
    """Adds what only the host can say. True if nothing failed."""
    wrong, excused = kernellog.judge_boot(done)
    for complaint, why in excused:
        guest.say(f"# excused, {why}: {complaint.lines[0]}")
    for complaint in wrong:
        for line in complaint.lines[:20]:
            guest.say(f"# {line}")
    guest.say(f"{'not ok' if wrong else 'ok'} {number} the kernel's log")
    exits, faults = done.exits()
    figures = {"guests": 1, "exits": exits, "faults": faults, "waited_s": round(done.waited, 1)}
    guest.say(f"# {json.dumps(figures)}")
    tests, _ = ktap.parse(done.console, done.status)
    failed = ktap.count(tests)[ktap.FAIL]
    if done.status:
        guest.say(f"not ok {number + 1} the guest ended with status {done.status}")
    return not (failed or wrong or done.status)


def arguments(words=None):
    """What the command line asks for; words: in its place."""
    parser = argparse.ArgumentParser(
        description="Boots one guest, runs the kselftests (or those named) in it, prints their "
                    "KTAP. Status 0: nothing failed; 4: the kernel cannot be had here.")
    parser.add_argument("--platform", default="snp",
                        choices=(*platforms.PLATFORMS, *platforms.PARAVISOR))
    parser.add_argument("--kernel", default="6.12", help="as selftests/kernels has them")
    parser.add_argument("--patched", metavar="F",
                        help="that kernel with the series of patches/ applied, in flavour F (small, "
                             "debug, ...; patches/README.md), built if it is not in the cache; or, "
                             "with a /, the directory that has such a kernel's bzImage and kdir")
    parser.add_argument("--cpus", type=int, default=1, help="vCPUs (default 1)")
    parser.add_argument("--full", action="store_true",
                        help="as many events and cycles as the tests are meant for")
    parser.add_argument("--fault", default="",
                        help="faults that the hypervisor injects, as cvmbed's --fault")
    parser.add_argument("--idle", help="how its CPUs idle, as cvmbed's --idle")
    parser.add_argument("--vmpl", help="the guest's privilege level, below an SVSM, as cvmbed's "
                                       "--vmpl")
    parser.add_argument("--hypervisor", help="its face, as cvmbed's --hypervisor")
    parser.add_argument("--x2apic", action="store_true", help="as cvmbed's --x2apic")
    parser.add_argument("--append", default="", help="more words of the kernel's command line")
    parser.add_argument("--messages", type=int, help="what the test fuzz sends")
    parser.add_argument("--timeout", type=int, help="of the guest, in seconds (1800; --full: 3600)")
    parser.add_argument("--build", action="store_true", help="only build what that takes")
    parser.add_argument("--keep-ledger", metavar="FILE", help="leave the ledger there")
    parser.add_argument("test", nargs="*")
    options = parser.parse_args(words)
    options.timeout = options.timeout or (3600 if options.full else 1800)
    return options


def prepare(box, kernel, options):
    """Builds what the guest takes, and fills it. Returns the tests."""
    # Several may run at once, but they build in the same folders.
    with locked(os.path.join(BUILD, "run-guest.lock")):
        guest.build_programs()
        modules = build.modules(kernel)
        tests = options.test or needs.fitting(available(), kernel, options.platform, options.cpus)
        fill(box, modules, options)
        if "ynl" in tests:
            add_ynl(box)
        if "tracers" in tests:
            add_tracers(box)
    return tests


def main():
    options = arguments()
    wrong = sorted(set(options.test) - set(available()))
    if wrong:
        raise Failed(f"no test {' '.join(wrong)}; there are {' '.join(available())}")
    kernel = choose(options)
    guest.note(f"Linux {kernel.release}")
    with guest.Guest(kernel, options.platform, options.cpus) as box:
        tests = prepare(box, kernel, options)
        if options.build:
            return 0
        done = boot(box, tests, options)
    return 0 if verdict(done, len(tests) + 1) else 1
