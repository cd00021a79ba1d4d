# SPDX-License-Identifier: GPL-2.0
"""Reads KTAP (Linux, Documentation/dev-tools/ktap.rst), as kselftests print it on
the console of a guest: nested by "# " or by two spaces, with carriage returns,
cut off where a guest died, with figures as JSON in diagnostics:

    # {"loads": 12, "hotplugs": 10}
"""
import dataclasses
import json
import re

VERSION = re.compile(r"(K?TAP) version \d+$")
PLAN = re.compile(r"1\.\.(\d+)(?:\s*#\s*SKIP\b\s*(.*))?$", re.I)
RESULT = re.compile(r"(?P<not>not )?ok (?P<number>\d+)\b(?:\s+-)?\s*(?P<name>.*?)"
                    r"(?:\s+#\s*(?:(?P<word>SKIP|TODO|XFAIL)\b\s*)?(?P<reason>.*))?$", re.I)
BAIL = re.compile(r"Bail out!\s*(.*)$")
NEST = re.compile(r"(?:# ?| {2})")

OK, FAIL, SKIP = "ok", "not ok", "skip"


@dataclasses.dataclass
class Test:
    """A result, with those that it is made of and what was said before it."""
    name: str
    result: str
    reason: str = ""
    tests: list = dataclasses.field(default_factory=list)
    said: list = dataclasses.field(default_factory=list)

    def leaves(self):
        """Those that count: a test that has others inside counts by them, and by
        itself only if it failed where none of them did."""
        inner = [leaf for test in self.tests for leaf in test.leaves()]
        if not inner or (self.result == FAIL and all(t.result != FAIL for _, t in inner)):
            inner.append(("", self))
        return [(f"{self.name}: {path}" if path else self.name, leaf) for path, leaf in inner]

    def as_json(self):
        out = {"name": self.name, "result": self.result}
        if self.reason:
            out["reason"] = self.reason
        if self.tests:
            out["tests"] = [test.as_json() for test in self.tests]
        return out


def strip(line):
    """(depth, rest) of a line: how deep it is nested."""
    depth = 0
    while found := NEST.match(line):
        line = line[found.end():]
        depth += 1
    return depth, line


class Parser:
    """Takes lines, one after the other; finish() has the tests."""

    def __init__(self):
        self.pending = {}       # depth -> [Test], not yet inside of another
        self.plans = {}         # depth -> number
        self.said = []
        self.figures = {}

    def line(self, line):
        depth, text = strip(line.rstrip())
        if VERSION.match(text):
            self.plans.pop(depth, None)
        elif found := PLAN.match(text):
            self.plan(depth, int(found[1]), found[2])
        elif found := BAIL.match(text):
            self.add(depth, Test("bailed out", FAIL, found[1]))
        elif found := RESULT.match(text):
            self.result(depth, found)
        elif depth:
            self.diagnostic(text)

    def plan(self, depth, number, reason):
        self.plans[depth] = number
        if not number:
            self.add(depth, Test("all", SKIP, reason or ""))

    def diagnostic(self, text):
        if text.startswith("{"):
            try:
                for name, value in json.loads(text).items():
                    known = self.figures.get(name, 0)
                    self.figures[name] = known + value if isinstance(value, (int, float)) else value
                return
            except (ValueError, AttributeError, TypeError):
                pass
        self.said.append(text)

    def add(self, depth, test):
        test.said, self.said = self.said, []
        self.pending.setdefault(depth, []).append(test)

    def inside(self, depth):
        """Takes what lies deeper, with what its plans say is missing."""
        found = []
        for deeper in sorted(d for d in self.pending if d > depth):
            tests = self.pending.pop(deeper)
            found += tests + self.missing(tests, self.plans.pop(deeper, None))
        for deeper in [d for d in self.plans if d > depth]:
            found += self.missing([], self.plans.pop(deeper))
        return found

    @staticmethod
    def missing(tests, planned):
        """What a plan promised and nothing reported."""
        if planned is None or planned <= len(tests):
            return []
        return [Test(f"{planned - len(tests)} of {planned} tests", FAIL, "reported nothing")]

    def result(self, depth, found):
        result = FAIL if found["not"] else OK
        word = (found["word"] or "").upper()
        if word == "SKIP":
            result = SKIP
        elif word in ("TODO", "XFAIL"):
            result = OK
        name = found["name"] or f"test {found['number']}"
        said, self.said = self.said, []
        tests = self.inside(depth)
        self.said = said
        self.add(depth, Test(name, result, found["reason"] or "", tests))

    def finish(self, status=0):
        """The tests. status: how the program that printed them ended."""
        top = self.inside(-1) if self.pending or self.plans else []
        if status and not any(leaf.result == FAIL for test in top for _, leaf in test.leaves()):
            top.append(Test(f"status {status}", FAIL, "it ended before it could say more"))
        return top


def parse(lines, status=0):
    """(tests, figures) of lines."""
    parser = Parser()
    for line in lines:
        parser.line(line)
    return parser.finish(status), parser.figures


def count(tests):
    """How many leaves are {ok, not ok, skip}."""
    totals = {OK: 0, FAIL: 0, SKIP: 0}
    for test in tests:
        for _, leaf in test.leaves():
            totals[leaf.result] += 1
    return totals
