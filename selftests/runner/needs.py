# SPDX-License-Identifier: GPL-2.0
"""What a test needs, as it says itself, in a line of its source:

    needs: confidential, cpus>=2, platform!=tdx, kernel>=6.12

or "needs: ordinary", of guests that raise no trap, or "needs: nothing". A word "long" keeps it out of what runs unasked.
"""
import operator
import os
import re

from .common import SELFTESTS, Failed
from .platforms import CONFIDENTIAL, ORDINARY

LINE = re.compile(r"^\W*needs: (.*?)\W*$", re.M)
TERM = re.compile(r"(cpus|kernel|platform)(>=|<|!=|=)(\S+)")
COMPARE = {">=": operator.ge, "<": operator.lt, "!=": operator.ne, "=": operator.eq}


def of(test):
    """The terms of a test."""
    for path in (f"{SELFTESTS}/{test}.c", f"{SELFTESTS}/{test}"):
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                found = LINE.search(file.read())
            if not found:
                raise Failed(f"{path} does not say what it needs: a line 'needs: ...'")
            return [] if found[1] == "nothing" else re.split(r",\s*", found[1])
    raise Failed(f"no test {test}")


def version(text):
    return [int(n) for n in re.findall(r"\d+", text)[:2]]


def met(term, release, platform, cpus):
    """Does a guest have what the term wants?"""
    if term in ("confidential", "ordinary", "long"):
        return platform in {"confidential": CONFIDENTIAL, "ordinary": ORDINARY}.get(term, ())
    found = TERM.fullmatch(term)
    if not found:
        raise Failed(f"needs: '{term}' is none of confidential, ordinary, long, cpus>=N, kernel>=N.N, "
                     "platform=P, platform!=P")
    have, want = {"cpus": (cpus, found[3]), "platform": (platform, found[3]),
                  "kernel": (version(release), version(found[3]))}[found[1]]
    if found[1] == "cpus":
        want = int(want)
    return COMPARE[found[2]](have, want)


def fitting(tests, kernel, platform, cpus):
    """Those that such a guest can run."""
    return [test for test in tests
            if all(met(term, kernel.release, platform, cpus) for term in of(test))]
