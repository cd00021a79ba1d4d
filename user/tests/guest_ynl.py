#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The kernel's own ynl client and cvmstat --json, in one cvmbed guest. Prints TAP.

ynl dumps the counters outside and inside of the window that cvmstat measures,
so that inner difference <= cvmstat <= outer difference for each reason and
detail, and what the command alone causes is equal.

usage: guest_ynl.py CVMBED MODULE CVMSTAT YNL PLATFORM [CVMBED OPTION...]

YNL is tools/net/ynl of a kernel tree.
"""

import json
import os
import shutil
import subprocess
import sys

import guest_ledger
from guest_ledger import Tap, bracketed, by_reason

SPEC = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../kmod/cvmstat.yaml")

GUEST = """#!/bin/sh
insmod /root/cvmstat.ko || exit 1
export PYTHONHOME=/usr PYTHONDONTWRITEBYTECODE=1
dump() {{ echo "ynl $1: $(cat /root/ynl-$1)"; }}
/usr/bin/python3 -S /root/ynl/dump.py > /root/ynl-outer-a || exit 1
cvmstat stat -e none --json -o /root/report -- sh -c '
	/usr/bin/python3 -S /root/ynl/dump.py > /root/ynl-inner-a
	dd if=/dev/vda of=/dev/null bs=1M count={mib} iflag=direct 2>/dev/null
	/usr/bin/python3 -S /root/ynl/dump.py > /root/ynl-inner-b'
/usr/bin/python3 -S /root/ynl/dump.py > /root/ynl-outer-b
for mark in outer-a inner-a inner-b outer-b; do
	dump $mark
done
echo "report: $(cat /root/report)"
"""

DUMP = """
import json, sys
sys.path[:0] = ["/root/ynl", "/usr/lib/python3/dist-packages"]
from lib import YnlFamily
f = YnlFamily("/root/ynl/cvmstat.yaml", schema="")
print(json.dumps({op: f.dump(op, {}) for op in ("get", "detail-get")}))
"""

# What dump.py loads, asked of the same interpreter that goes into the guest.
LOADED = """
import sys
sys.path[:0] = [sys.argv[1]]
import json, lib, encodings.idna
print("\\n".join(m.__file__ for m in sys.modules.values() if getattr(m, "__file__", None)))
"""


def copy_python(root, ynl):
    python = "/usr/bin/python3"
    files = subprocess.run([python, "-B", "-c", LOADED, ynl], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.split()
    for path in [os.path.realpath(python), *files]:
        if not path.startswith("/usr/"):
            continue
        to = root + path
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copy(path, to)
    shutil.copy(os.path.realpath(python), root + python)
    to = os.path.join(root, "root/ynl")
    shutil.copytree(os.path.join(ynl, "lib"), os.path.join(to, "lib"),
                    ignore=shutil.ignore_patterns("*.c", "*.h", "__pycache__"))
    shutil.copy(SPEC, to)
    with open(os.path.join(to, "dump.py"), "w", encoding="utf-8") as f:
        f.write(DUMP)


def key(record, ops):
    cls = record["class"]
    op = ops.get(record.get("op"), "-")
    return cls, record.get("code"), hex(record["detail"]) if "detail" in record else None, op


def ynl_counts(dump, op):
    counts = {}
    for r in dump[op]:
        if "code" not in r or r.get("overflow"):
            continue
        k = key(r, {"read": "r", "write": "w"})
        counts[k] = counts.get(k, 0) + r.get("kernel", 0) + r.get("user", 0)
    return counts


def difference(dumps, first, last, op):
    a, b = ynl_counts(dumps[first], op), ynl_counts(dumps[last], op)
    return {k: n - a.get(k, 0) for k, n in b.items() if n != a.get(k, 0)}


def main():
    cvmbed, module, cvmstat, ynl, platform, *options = sys.argv[1:]
    status, out, _ = guest_ledger.run_guest(cvmbed, module, cvmstat, platform, options,
                                            script=GUEST, more=lambda root: copy_python(root, ynl))
    tap = Tap()
    tap.check(not status, f"guest's status {status}")
    dumps, report = {}, None
    for line in out.splitlines():
        if line.startswith("ynl ") and ": {" in line:
            dumps[line[4:].split(":")[0]] = json.loads(line.split(": ", 1)[1])
        elif line.startswith("report: {"):
            report = json.loads(line.split(": ", 1)[1])
    if not report or len(dumps) != 4:
        print("# " + out.replace("\n", "\n# "))
        tap.check(False, "report and dumps")
        return 1
    reasons = {(r["class"], int(r["code"], 0)): r["count"] for r in report["reasons"] if r["code"]}
    bracketed(tap, "reason", reasons, by_reason(difference(dumps, "inner-a", "inner-b", "get")),
              by_reason(difference(dumps, "outer-a", "outer-b", "get")))
    details = {(d["class"], int(d["code"], 0), d["detail"], d["op"]): d["count"]
               for d in report["details"] if d["detail"]}
    inner = difference(dumps, "inner-a", "inner-b", "detail-get")
    bracketed(tap, "detail", details, inner,
              difference(dumps, "outer-a", "outer-b", "detail-get"))
    bells = [d for d in report["details"] if d["name"] and "virtio-blk" in d["name"]]
    tap.check(bells, "the disk's doorbell is there")
    for d in bells:
        n = inner.get((d["class"], int(d["code"], 0), d["detail"], d["op"]))
        tap.check(n == d["count"], f"{d['name']}: {d['count']} = {n}")
    print(f"1..{tap.n}")
    return tap.failed > 0


if __name__ == "__main__":
    sys.exit(main())
