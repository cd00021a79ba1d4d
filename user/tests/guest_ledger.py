#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""cvmstat stat in a cvmbed guest, held against the ledger. Prints TAP.

The guest marks the ledger outside and inside of the window that cvmstat
measures, so that for each class, reason, direction and detail

	inner difference <= what cvmstat counted <= outer difference

and what the command alone causes, such as the disk's doorbells, is equal.

usage: guest_ledger.py CVMBED MODULE CVMSTAT PLATFORM [CVMBED OPTION...]
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

DISK_MIB = 32

GUEST = """#!/bin/sh
insmod /root/cvmstat.ko || exit 1
cvmstat stat -d -- dd if=/dev/vda of=/dev/null bs=1M count={mib} iflag=direct 2>/root/table
mark outer-a
cvmstat stat -e none --json -o /root/report -- sh -c '
	mark inner-a
	dd if=/dev/vda of=/dev/null bs=1M count={mib} iflag=direct 2>/dev/null
	mark inner-b'
mark outer-b
cat /root/table
echo "report: $(cat /root/report)"
"""


def run_guest(cvmbed, module, cvmstat, platform, options, script=GUEST, more=lambda root: None):
    with tempfile.TemporaryDirectory() as tmp:
        root = os.path.join(tmp, "root")
        os.makedirs(os.path.join(root, "root"))
        os.makedirs(os.path.join(root, "usr/sbin"))
        subprocess.run(["strip", "-g", "-o", os.path.join(root, "root/cvmstat.ko"), module],
                       check=True)
        shutil.copy(cvmstat, os.path.join(root, "usr/sbin/cvmstat"))
        with open(os.path.join(root, "root/test.sh"), "w", encoding="utf-8") as f:
            f.write(script.format(mib=DISK_MIB))
        more(root)
        disk = os.path.join(tmp, "disk")
        with open(disk, "wb") as f:
            f.truncate(DISK_MIB << 20)
        ledger = os.path.join(tmp, "ledger")
        done = subprocess.run([cvmbed, "run", "--platform", platform, "--root", root,
                               "--disk", disk, "--ledger", ledger, "--timeout", "300",
                               *options, "--", "sh", "/root/test.sh"],
                              stdout=subprocess.PIPE, timeout=400, check=False)
        with open(ledger, encoding="utf-8") as f:
            lines = [json.loads(line) for line in f]
    return done.returncode, done.stdout.decode(errors="replace"), lines


def ledger_counts(line):
    counts = {}
    for vcpu in line["vcpus"]:
        for cls, code, detail, op, count in vcpu["counts"]:
            key = (cls, int(code, 0), detail, op)
            counts[key] = counts.get(key, 0) + count
    return counts


def between(lines, first, last):
    marks = {line["label"]: ledger_counts(line) for line in lines}
    a, b = marks[first], marks[last]
    return {k: n - a.get(k, 0) for k, n in b.items() if n != a.get(k, 0)}


def by_reason(counts):
    sums = {}
    for (cls, code, _, _), n in counts.items():
        sums[cls, code] = sums.get((cls, code), 0) + n
    return sums


class Tap:
    def __init__(self):
        self.n = 0
        self.failed = 0

    def check(self, ok, text):
        self.n += 1
        self.failed += not ok
        print(f"{'ok' if ok else 'not ok'} {self.n} {text}")


def bracketed(tap, what, got, inner, outer):
    for key in sorted(set(got) | set(inner), key=str):
        low, n, high = inner.get(key, 0), got.get(key, 0), outer.get(key, 0)
        tap.check(low <= n <= high, f"{what} {' '.join(map(str, key))}: {low} <= {n} <= {high}")


def main():
    cvmbed, module, cvmstat, platform, *options = sys.argv[1:]
    status, out, lines = run_guest(cvmbed, module, cvmstat, platform, options)
    tap = Tap()
    print("# " + out.replace("\n", "\n# "))
    tap.check(not status, f"guest's status {status}")
    report = json.loads(next(line for line in out.splitlines()
                             if "report: {" in line).split("report: ", 1)[1])
    inner, outer = between(lines, "inner-a", "inner-b"), between(lines, "outer-a", "outer-b")
    # What the ledger cannot see: module calls, and idle as the guest infers it.
    seen = [r for r in report["reasons"] if r["class"] not in ("auto", "tdcall", "svsm")]
    classes = {r["class"] for r in seen}
    inner = {k: n for k, n in inner.items() if k[0] in classes}
    outer = {k: n for k, n in outer.items() if k[0] in classes}
    reasons = {(r["class"], int(r["code"], 0)): r["count"] for r in seen}
    bracketed(tap, "reason", reasons, by_reason(inner), by_reason(outer))
    details = {(d["class"], int(d["code"], 0), d["detail"], d["op"]): d["count"]
               for d in report["details"] if d["detail"] and d["class"] in classes}
    bracketed(tap, "detail", details, {k: n for k, n in inner.items() if k in details}, outer)
    bells = {k: d["name"] for d in report["details"] if d["detail"] for k in
             [(d["class"], int(d["code"], 0), d["detail"], d["op"])]
             if d["name"] and "virtio-blk" in d["name"] and "notify" in d["name"]}
    tap.check(bells, "the disk's doorbell has a name")
    for key, name in bells.items():
        tap.check(details[key] == inner.get(key), f"{name}: {details[key]} = {inner.get(key)}")
    for r in seen:
        mine = [d["count"] for d in report["details"]
                if (d["class"], d["code"]) == (r["class"], r["code"])]
        if mine:
            tap.check(sum(mine) == r["count"],
                      f"{r['class']} {r['reason']}: details {sum(mine)} add up to {r['count']}")
    tap.check(abs(sum(r["share"] or 0 for r in report["reasons"]) - 1) < 1e-6,
              "shares add up to 1")
    print(f"1..{tap.n}")
    return tap.failed > 0


if __name__ == "__main__":
    sys.exit(main())
