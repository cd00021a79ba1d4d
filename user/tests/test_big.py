# SPDX-License-Identifier: GPL-2.0
"""Guests of many CPUs: which of them, how it is spread, and what it costs to say so."""

import csv
import io
import json
import os
import pty
import re
import select
import subprocess
import tempfile
import time

import reader
import scenes

ROOT = os.path.join(reader.HERE, "root-cpus")
FAST = os.environ.get("CVMSTAT_FAST_BINARY", os.path.join(reader.HERE, "../build/fast/cvmstat"))
# 50 ms of a CPU that retires 6 of them in a nanosecond: a count, unlike a time, is the
# same on every machine, and beside other work.
LIMIT = 300_000_000
# Callgrind takes each byte of a REP STOSB for an instruction, and Debian 13's memset has one.
PLAIN_MEMSET = {"GLIBC_TUNABLES": "glibc.cpu.x86_rep_stosb_threshold=0x40000000"}


class Big(reader.ReaderTest):
    """512 CPUs on two nodes, of which one sleeps."""

    def run_big(self, *args, scene=scenes.big):
        return self.run_reader("stat", "-e", "none", *args, "true", scene=scene,
                               env={"CVMSTAT_TEST_ROOT": ROOT})

    def report(self, *args):
        status, out, err = self.run_big("--json", "-o", "-", *args)
        self.assertEqual(status, 0, err)
        return json.loads(out)

    @staticmethod
    def msr(report):
        return [r for r in report["reasons"] if (r["class"], r["reason"]) == ("vmgexit", "msr")]

    def test_100_columns(self):
        for args, most in (("--per-cpu",), 22), (("--per-node",), 32), (("-C", "0-9"), 22):
            self.load(scenes.big)
            text = self.on_terminal(100, "stat", "-e", "none", *args, "true",
                                    CVMSTAT_TEST_ROOT=ROOT)[1]
            lines = text.split("\n")
            self.assertLessEqual(max(map(len, lines)), 100)
            self.assertLess(len(lines), most)

    def test_spread(self):
        err = self.run_big("--per-cpu")[2]
        self.assertRegex(err, r"\n class  reason +count +share +min  on +median +max  on\n")
        self.assertRegex(err, r"\n exit   msr +3,707,739 +32\.8%    0  cpu77 +7,256  7,511  cpu511\n")
        self.assertRegex(err, r"\n exit   hlt +2,174,739  = +19\.2% +0  cpu77 +4,256  4,511  cpu511\n")
        err = self.run_big("--per-cpu", "-d", "-C", "0-2")[2]
        self.assertRegex(err, r"\n +x2APIC ICR 0x830 write +1,500 .* 500  cpu0 +500 +500  cpu0\n")
        err = self.run_big("--per-cpu", "--by", "purpose", "-C", "4,6")[2]
        self.assertRegex(err, r"\n exit   halt +8,010  = .* 4,004  cpu4 +4,005 +4,006  cpu6\n")

    def test_spread_of_runs(self):
        err = self.run_big("--per-cpu", "-r", "2", "-C", "0-2")[2]
        self.assertRegex(err, r"\n exit   msr +21,003 .* 7,000  cpu0 +7,001  7,002  cpu2\n")

    def test_all_rows(self):
        report = self.report("--per-cpu")
        self.assertEqual({r["cpu"]: r["count"] for r in self.msr(report)},
                         {cpu: 7000 + cpu for cpu in range(512) if cpu != 77})
        out = self.run_big("--csv", "-o", "-", "--per-cpu")[1]
        rows = [r for r in csv.DictReader(io.StringIO(out)) if r["kind"] != "note"]
        self.assertEqual(len(rows), len(report["reasons"]))

    def test_some(self):
        """Of some CPUs all figures are those of them."""
        report = self.report("-C", "3-5,9")
        self.assertEqual([(r["cpu"], r["count"]) for r in self.msr(report)], [(None, 28021)])
        self.assertEqual([d["count"] for d in report["details"] if d["detail"] == "0x3f8"],
                         [1200])
        self.assertEqual([(i["cpu"], i["entries"]) for i in report["idle"]], [(None, 16021)])
        self.assertEqual(report["cpu_list"], "3-5,9")
        self.assertIn("'true' on CPU 3-5,9", self.run_big("-C", "3-5,9")[2])
        report = self.report("-C", "3-5,9", "--per-cpu")
        self.assertEqual({r["cpu"]: r["count"] for r in self.msr(report)},
                         {3: 7003, 4: 7004, 5: 7005, 9: 7009})

    def test_nodes(self):
        report = self.report("--per-node")
        nodes = {r["node"]: r["count"] for r in self.msr(report)}
        self.assertEqual(set(nodes), {0, 1})
        self.assertEqual(sum(nodes.values()), 3707739)
        self.assertEqual(nodes[1], sum(7000 + cpu for cpu in [*range(128, 256), *range(384, 512)]))
        self.assertEqual({r["cpu"] for r in report["reasons"]}, {None})
        self.assertEqual(sum(p["count"] for p in report["purposes"] if p["kind"] == "exit"),
                         sum(r["count"] for r in report["reasons"] if r["kind"] == "exit"))
        report = self.report("--per-node", "-C", "0-1,128")
        self.assertEqual({r["node"]: r["count"] for r in self.msr(report)}, {0: 14001, 1: 7128})

    def test_wrong(self):
        for args, text in ((("-C", "1-0"), "-C needs a list of CPUs, such as 0-3,8, not '1-0'"),
                           (("-C", "3-0,1"), "not '3-0,1'"),
                           (("-C", "0-"), "-C needs a list of CPUs, such as 0-3,8, not '0-'"),
                           (("-C", "1,,2"), "-C needs a list of CPUs"),
                           (("-C", "99999999999999999999"), "-C needs a list of CPUs"),
                           (("-C", "510-512"), "-C: CPU 512 is not online"),
                           (("--per-cpu", "--per-node"), "exclude each other")):
            status, _, err = self.run_big(*args)
            self.assertEqual(status, 125)
            self.assertIn(text, err)

    def test_stamps(self):
        """As perf stat has them; programs have UTC."""
        err = self.run_reader("stat", "-I", "50", "sleep", "0.3", scene=scenes.snp)[2]
        self.assertRegex(err, r"^     0\.500000000          SEV-SNP")
        self.assertRegex(err, r"\n     1\.000000000          SEV-SNP")
        out = self.run_reader("stat", "-I", "50", "--json", "sleep", "0.3", scene=scenes.snp)[2]
        report = json.loads(out.split("\n")[0])
        self.assertRegex(report["utc"], r"^2026-11-28T12:00:00\.[05]00000000Z$")


class Cost(reader.ReaderTest):
    """Instructions of what is shipped, which a synthetic module answers at once."""

    def setUp(self):
        answers = {}
        self.load(lambda command, n: answers.setdefault((command, n > 0),
                                                        scenes.big(command, min(n, 1))))
        for command in ("info", "get", "detail-get", "idle-get"):
            for step in 0, 1:
                self.module.content(command, step)

    def counted(self, *args):
        """A command that counts the instructions of another one, and where it says how many."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        said = os.path.join(folder.name, "said")
        return ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                f"--log-file={said}", FAST, *args], said

    def instructions(self, said):
        with open(said, encoding="ascii") as f:
            text = f.read()
        found = re.search(r"Collected : (\d+)", text)
        self.assertTrue(found, text)
        return int(found[1])

    def test_stat(self):
        for args in (("--per-cpu", "-d"), ("--per-node",), ("-C", "0-99")):
            self.module.step = -1
            argv, said = self.counted("stat", "-e", "none", *args, "true")
            subprocess.run(argv, env=reader.environment(self.module, root=ROOT, **PLAIN_MEMSET),
                           check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=300)
            self.assertLess(self.instructions(said), LIMIT, args)

    def test_top(self):
        """One look at all CPUs."""
        argv, said = self.counted("top", "-d", "0.2")
        pid, fd = pty.fork()
        if not pid:
            os.execvpe(argv[0], argv, reader.environment(self.module, root=ROOT, TERM="vt100",
                                                         **PLAIN_MEMSET))
        keys, end = [b"\t", b"\t"], time.monotonic() + 300
        while self.module.step < 12 and time.monotonic() < end:
            if select.select([fd], [], [], 0.1)[0]:
                os.read(fd, 65536)
                if keys:
                    os.write(fd, keys.pop())
        os.write(fd, b"q")
        while True:
            try:
                if not os.read(fd, 65536):
                    break
            except OSError:
                break
        os.close(fd)
        os.waitpid(pid, 0)
        looks = self.module.step + 1
        self.assertGreater(looks, 10)
        self.assertLess(self.instructions(said) / looks, LIMIT)
