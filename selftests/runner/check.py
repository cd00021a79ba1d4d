# SPDX-License-Identifier: GPL-2.0
"""Runs parts, some at a time, and says of each what passed and how long it took.
Closes with "N passed, N failed, N skipped".

Each part's output is kept in selftests/build/check/PART.log, what it came to in
PART.json: its tests as KTAP nests them, figures, seconds, kernels.
"""
import argparse
import concurrent.futures
import fnmatch
import json
import os
import signal
import subprocess
import threading
import time

from . import kernels, ktap, parts
from .common import BUILD, TOP, Unavailable

LOGS = os.path.join(BUILD, "check")
# timeout(1)
TIMED_OUT = 124


class Outcome:
    """What came of a part."""

    def __init__(self, part, status, seconds, lines):
        self.part = part
        self.status = status
        self.seconds = seconds
        self.lines = lines
        self.tests, self.figures = ktap.parse(lines, status)
        # One that prints no KTAP counts as a whole.
        if not self.tests:
            self.tests = [ktap.Test(part.name, ktap.FAIL if status else ktap.OK)]
        self.counts = ktap.count(self.tests)

    def leaves(self):
        return [leaf for test in self.tests for leaf in test.leaves()]

    def save(self, releases):
        with open(os.path.join(LOGS, f"{self.part.name}.json"), "w", encoding="utf-8") as file:
            json.dump({"part": self.part.name, "command": self.part.command,
                       "kernels": {name: releases.get(name) for name in self.part.kernels},
                       "status": self.status, "seconds": round(self.seconds, 1),
                       "figures": self.figures,
                       "tests": [test.as_json() for test in self.tests]}, file, indent=1)
            file.write("\n")

    def report(self):
        print(f"{self.part.name:<32} {self.counts[ktap.OK]:4} passed {self.counts[ktap.FAIL]:3} "
              f"failed {self.counts[ktap.SKIP]:3} skipped {self.seconds:5.0f} s", flush=True)
        for name, leaf in self.leaves():
            if leaf.result != ktap.OK:
                print(f"    {leaf.result} {name}{f': {leaf.reason}' if leaf.reason else ''}")
                for line in leaf.said[-10:] if leaf.result == ktap.FAIL else ():
                    print(f"      # {line}")
        if self.counts[ktap.FAIL]:
            if self.status == TIMED_OUT:
                print(f"    not over within {self.part.timeout} s")
            for line in self.lines[-15:]:
                print(f"    | {line}")


class Runner:
    """The processes of the parts: none stays behind."""

    def __init__(self, releases, missing):
        self.releases = releases
        self.missing = missing
        self.running = set()
        self.lock = threading.Lock()
        self.over = False

    def run(self, part):
        """Runs one, in any thread."""
        why = part.unavailable or next((self.missing[name] for name in part.kernels
                                        if name in self.missing), "")
        if why:
            return Outcome(part, 0, 0, [f"ok 1 {part.name} # SKIP {why}"])
        # What make was called with is not for the makes of the parts.
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "TESTS")}
        environment.update(part.environment)
        log = os.path.join(LOGS, f"{part.name}.log")
        start = time.monotonic()
        with open(log, "w", encoding="utf-8") as file:
            process = subprocess.Popen(part.command, cwd=TOP, env=environment, stdout=file,
                                       stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                       start_new_session=True)
        with self.lock:
            self.running.add(process)
        try:
            status = process.wait(part.timeout)
        except subprocess.TimeoutExpired:
            status = TIMED_OUT
        self.end(process)
        with self.lock:
            self.running.discard(process)
        with open(log, encoding="utf-8", errors="replace") as file:
            lines = file.read().splitlines()
        return Outcome(part, status, time.monotonic() - start, lines)

    @staticmethod
    def end(process):
        """All that a part has started: politely, then at once."""
        for sign, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 1)):
            try:
                os.killpg(process.pid, sign)
                process.wait(patience)
            except (ProcessLookupError, PermissionError):
                return
            except subprocess.TimeoutExpired:
                continue

    def end_all(self):
        with self.lock:
            self.over = True
            for process in self.running:
                self.end(process)


def fetch(wanted):
    """(releases by name, why not by name). wanted: are headers, by name."""
    releases, missing = {}, {}
    for name, headers in wanted.items():
        try:
            releases[name] = kernels.get(name, headers=headers).release
        except Unavailable as why:
            missing[name] = str(why).splitlines()[0]
            print(f"Linux {name}: {missing[name]}", flush=True)
    for name, release in releases.items():
        print(f"Linux {name} is {release}", flush=True)
    return releases, missing


def run_all(chosen, jobs):
    """Yields outcomes as they come."""
    os.makedirs(LOGS, exist_ok=True)
    releases, missing = fetch(parts.kernels_of(chosen))
    runner = Runner(releases, missing)
    try:
        for width, rows in ((1, [p for p in chosen if p.first]),
                            (jobs, [p for p in chosen if not p.first])):
            with concurrent.futures.ThreadPoolExecutor(width) as pool:
                done = [pool.submit(runner.run, part) for part in rows]
                try:
                    for future in concurrent.futures.as_completed(done):
                        outcome = future.result()
                        outcome.save(releases)
                        outcome.report()
                        yield outcome
                except BaseException:
                    for future in done:
                        future.cancel()
                    runner.end_all()
                    raise
    finally:
        runner.end_all()


def totals(outcomes):
    """What the guests went through, from the figures of the parts."""
    figures = {}
    for outcome in outcomes:
        for name, value in outcome.figures.items():
            if isinstance(value, (int, float)):
                figures[name] = figures.get(name, 0) + value
    words = {"guests": "guests", "exits": "exits", "messages": "messages",
             "loads": "loads and unloads", "hotplugs": "times a CPU off and on",
             "faults": "faults", "waited_s": "s waiting for a CPU"}
    return ", ".join(f"{figures[name]:,.0f} {text}" for name, text in words.items()
                     if figures.get(name))


def matrix(outcomes):
    """One row a machine, one column a test, for a person."""
    rows = [outcome for outcome in outcomes if outcome.part.name.startswith("matrix-")]
    if not rows:
        return
    print(f"\n{'machine':32} {'kernel':28} result")
    for outcome in sorted(rows, key=lambda row: row.part.name):
        release = next(iter(outcome.part.kernels), "")
        cells = [f"{test.name.split(': ')[-1]} {test.result}" for test in outcome.tests]
        print(f"{outcome.part.name.removeprefix('matrix-'):32} {release:28} {', '.join(cells)}")


def main():
    parser = argparse.ArgumentParser(description="Runs what shows that cvmstat is right.")
    parser.add_argument("-j", type=int, default=os.cpu_count(), dest="jobs",
                        help="parts at a time (default: as many as CPUs; a guest keeps one busy)")
    parser.add_argument("-p", dest="list", default="check", choices=parts.LISTS)
    parser.add_argument("-n", action="store_true", dest="show", help="only say what would run")
    parser.add_argument("patterns", metavar="pattern", nargs="*", default=["*"],
                        help="parts whose name matches one of them")
    options = parser.parse_args()
    chosen = [part for part in parts.LISTS[options.list]()
              if any(fnmatch.fnmatchcase(part.name, pattern) for pattern in options.patterns)]
    if options.show:
        for part in chosen:
            print(f"{part.name:32} {' '.join(part.command)}")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    start = time.monotonic()
    outcomes = list(run_all(chosen, options.jobs))
    matrix(outcomes)
    sums = {key: sum(outcome.counts[key] for outcome in outcomes)
            for key in (ktap.OK, ktap.FAIL, ktap.SKIP)}
    print(totals(outcomes))
    print(f"{time.monotonic() - start:.0f} s in all")
    print(f"{sums[ktap.OK]} passed, {sums[ktap.FAIL]} failed, {sums[ktap.SKIP]} skipped")
    return 0 if sums[ktap.OK] and not sums[ktap.FAIL] else 1
