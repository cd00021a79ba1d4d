# SPDX-License-Identifier: GPL-2.0
"""Prints KTAP, for tests that run on the host."""


class Tap:
    """Results in order."""

    def __init__(self):
        self.n = 0
        self.failed = 0
        print("KTAP version 1", flush=True)

    def check(self, name, wrong=()):
        """A result; wrong: what is, line by line. None of it: ok."""
        self.n += 1
        self.failed += bool(wrong)
        print(f"{'not ' if wrong else ''}ok {self.n} {name}")
        for line in wrong:
            print(f"# {line}")
        print(end="", flush=True)

    def skip(self, name, why):
        self.n += 1
        print(f"ok {self.n} {name} # SKIP {why}", flush=True)

    def end(self):
        """The plan. Returns the status of a program."""
        print(f"1..{self.n}")
        print(f"# {self.n - self.failed} of {self.n} passed", flush=True)
        return 0 if self.n and not self.failed else 1
