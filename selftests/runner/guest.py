# SPDX-License-Identifier: GPL-2.0
"""One boot of a guest in the test bed: its files, its console, its ledger, and how
long this machine kept it waiting.
"""
import contextlib
import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from .common import SELFTESTS, Failed, run

CVMBED = os.path.join(SELFTESTS, "testbed", "cvmbed")
# Statuses of cvmbed's own, as its --help has them.
CVMBED_STATUS = range(100, 120)
NS = 1e9


class Waiting(threading.Thread):
    """Watches how long the threads of a process's QEMU were ready to run and were
    not run: proc(5), /proc/PID/schedstat, second field, nanoseconds."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid = pid
        self.over = threading.Event()
        self.by_thread = {}

    def children(self, pid):
        with contextlib.suppress(OSError):
            for path in glob.glob(f"/proc/{pid}/task/*/children"):
                with open(path, encoding="ascii") as file:
                    for child in file.read().split():
                        yield child
                        yield from self.children(child)

    def sample(self):
        for pid in self.children(self.pid):
            with contextlib.suppress(OSError):
                with open(f"/proc/{pid}/comm", encoding="utf-8") as file:
                    if not file.read().startswith("qemu-system"):
                        continue
                for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
                    with open(path, encoding="ascii") as file:
                        self.by_thread[path] = int(file.read().split()[1])

    def run(self):
        while not self.over.wait(1):
            self.sample()

    def stop(self):
        """Seconds of the thread that waited longest, which is a vCPU's."""
        self.over.set()
        self.join()
        return max(self.by_thread.values(), default=0) / NS


class Boot:
    """What came of one."""

    def __init__(self, status, console, states, waited, seconds):
        self.status = status
        self.console = console
        self.states = states
        self.waited = waited
        self.seconds = seconds

    def labelled(self):
        """The ledger's states by label."""
        return {state["label"]: state for state in self.states}

    def exits(self):
        """Exits and injected faults of the whole run."""
        if not self.states:
            return 0, 0
        last = self.states[-1]
        return sum(count for vcpu in last["vcpus"] for kind, *_, count in vcpu["counts"]
                   if kind not in ("vc", "ve", "tdcall")), last["faults"]


def read_ledger(path):
    """Its states; one that a killed hypervisor has cut off is left out."""
    states = []
    with contextlib.suppress(FileNotFoundError), open(path, encoding="ascii") as file:
        for line in file:
            with contextlib.suppress(ValueError):
                states.append(json.loads(line))
    return states


class Guest:
    """The files of a guest, in a directory that is gone with it."""

    def __init__(self, kernel, platform, cpus=1):
        self.kernel = kernel
        self.platform = platform
        self.cpus = cpus
        self.directory = None

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="cvmstat-guest.")
        self.root = os.path.join(self.directory, "root")
        os.makedirs(self.root)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.directory)

    def add(self, path, to="root"):
        """A file into a directory of the guest."""
        os.makedirs(os.path.join(self.root, to), exist_ok=True)
        shutil.copy(path, os.path.join(self.root, to))

    def command(self, options, words):
        modules = ("--modules", self.kernel.modules) if self.kernel.modules else ()
        platform, *paravisor = self.platform.split("-paravisor")
        return [CVMBED, "run", "--platform", platform, *["--paravisor" for _ in paravisor],
                "--kernel", self.kernel.image,
                *modules, "--cpus", str(self.cpus), "--root", self.root, *options, "--", *words]

    def boot(self, *words, options=(), ledger=None, echo=None):
        """Runs a command in it. echo: called with each line of the console."""
        ledger = ledger or os.path.join(self.directory, "ledger")
        start = time.monotonic()
        # The hypervisor's, which is not below every guest.
        if self.platform != "tcg":
            options = [*options, "--ledger", ledger]
        with subprocess.Popen(self.command(options, words), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace") as process:
            waiting = Waiting(process.pid)
            waiting.start()
            console = []
            try:
                for line in process.stdout:
                    line = line.rstrip("\r\n")
                    console.append(line)
                    if echo:
                        echo(line)
            except BaseException:
                process.terminate()
                raise
        seconds = time.monotonic() - start
        return Boot(process.returncode, console, read_ledger(ledger), waiting.stop(), seconds)


def build_programs():
    """What guests run: the reader, the tests, and the test bed's own."""
    for directory in ("testbed/guest", "../user", "."):
        run("make", "-C", os.path.join(SELFTESTS, directory))


def strip_modules(paths, to):
    """Copies modules, as distributions do, without debugging information."""
    os.makedirs(to, exist_ok=True)
    for path in paths:
        run("strip", "--strip-debug", "-o", os.path.join(to, os.path.basename(path)), path)


def say(line):
    print(line, flush=True)


def note(line):
    print(line, file=sys.stderr, flush=True)


__all__ = ["Boot", "Failed", "Guest", "build_programs", "note", "say", "strip_modules"]
