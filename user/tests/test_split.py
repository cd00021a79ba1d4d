# SPDX-License-Identifier: GPL-2.0
"""Whose exits: of a command, a process or a control group, and of all others."""

import csv
import io
import json
import os

import reader
import scenes

ROOT = os.path.join(reader.HERE, "root-pmu")


def tasks(**events):
    """What the module's PMU has: reasons as c1_0x7c, classes as all_1."""
    def config(name):
        cls, code = name.split("_")
        return f"{1 << 8 + int(code)}:0" if cls == "all" else f"{int(cls[1:])}:{int(code, 16)}"
    return ",".join(f"{config(name)}={n}/1/1" for name, n in events.items())


SNP = tasks(all_0=600, all_1=9000, all_7=0, c0_0x72=600, c0_0x7c=0, c0_0x400=0, c1_0x7b=100,
            c1_0x7c=5000, c1_0x80000002=3900, c2_0x2=0, c7_0x78=0)


def snp(command, n):
    """With the hook that HLT is inferred from, and what idle CPUs did."""
    if command == "idle-count":
        return [scenes.count(scenes.VMGEXIT, 0x80000002, 10 + 11000 * n),
                scenes.count(scenes.VMGEXIT, 0x7c, 1500 * n),
                scenes.count(scenes.AUTO, 0x78, 4911 * n)]
    if command == "hook-get":
        return scenes.snp(command, n) + [
            scenes.hook("idle", "power:cpu_idle", "tracepoint", 0x80, 1)]
    return scenes.snp(command, n)


class Split(reader.ReaderTest):
    """Parts that add up to what was counted."""

    def run_split(self, *args, scene=snp, events=SNP, old=False):
        self.load(scene, old)
        return self.run_reader("stat", "-e", "none", *args,
                               env={"CVMSTAT_TEST_ROOT": ROOT, "CVMSTAT_TEST_TASKS": events})

    def report(self, *args, **more):
        status, out, err = self.run_split("--json", "-o", "-", *args, **more)
        self.assertEqual(status, 0, err)
        return json.loads(out)

    @staticmethod
    def rows(report):
        return {(r["class"], r["reason"]): (r["count"], r["own"], r["idle"], r["others"])
                for r in report["reasons"]}

    def test_adds_up(self):
        report = self.report("true")
        rows = self.rows(report)
        self.assertEqual(report["own_of"], "command")
        self.assertEqual(rows["vmgexit", "msr"], (7000, 5000, 1500, 500))
        self.assertEqual(rows["vmgexit", "mmio-write"], (18204, 3900, 11000, 3304))
        self.assertEqual(rows["auto", "hlt"], (4911, 0, 4911, 0))
        # Not in the PMU's events: not known, which is not nothing.
        self.assertEqual(rows["svsm", "1:3"], (2, None, None, None))
        self.assertEqual({(d["own"], d["idle"], d["others"]) for d in report["details"]},
                         {(None, None, None)})

    def test_text(self):
        err = self.run_split("true")[2]
        self.assertIn("\n class  reason       count     command    idle  others      /s  share  top details\n",
                      err)
        self.assertRegex(err, r"\n exit   msr +7,000 +5,000 +1,500 +500 +14,000  23\.1%  ")
        self.assertRegex(err, r"\n total    30,238 exits, 25,823 traps, 2 module calls; of the command: "
                         r"9,000 exits, of idle CPUs: 17,411 ")

    def test_csv(self):
        rows = list(csv.DictReader(io.StringIO(self.run_split("--csv", "true")[2])))
        self.assertEqual([(r["own"], r["idle"], r["others"]) for r in rows if r["reason"] == "msr"],
                         [("5000", "1500", "500"), ("0", "0", "7000")])

    def test_without_idle(self):
        """A module that does not tell what idle CPUs did; reasons beyond its table; a kernel that counts."""
        report = self.report("true", scene=scenes.snp, old=True)
        self.assertEqual(self.rows(report)["vmgexit", "msr"], (7000, 5000, None, 2000))
        self.assertNotIn("idle ", self.run_split("true", scene=scenes.snp, old=True)[2].split("share")[0])

        def rest(command, n):
            if command == "idle-count":
                return [{"class": scenes.VMGEXIT, "kernel": 7 * n, "user": 0}]
            return snp(command, n)
        self.assertEqual(self.rows(self.report("true", scene=rest))["vmgexit", "msr"],
                         (7000, 5000, None, 2000))

        def patched(command, n):
            if command == "hook-get":
                return [scenes.hook("kernel", "cvm_exits", "patched", 0x02, 1)]
            return snp(command, n)
        self.assertEqual(self.rows(self.report("true", scene=patched))["vmgexit", "msr"],
                         (7000, 5000, None, 2000))

    def test_runs(self):
        rows = self.rows(self.report("-r", "3", "true"))
        self.assertEqual(rows["vmgexit", "msr"], (7000, 5000, 1500, 500))

    def test_runs_add_up(self):
        """Means are shown as whole numbers, and these add up as well."""
        def scene(command, n):
            if command == "get":
                return [scenes.count(scenes.VMGEXIT, 0x7c, 100 * n + 2 * (n > 3))]
            if command == "idle-count":
                return [scenes.count(scenes.VMGEXIT, 0x7c, 33 * n + (n > 3))]
            return [] if command == "detail-get" else snp(command, n)
        events = tasks(all_1=33, c1_0x7c=33)
        self.assertRegex(self.run_split("-r", "3", "true", scene=scene, events=events)[2],
                         r" msr +101 +1 +33 +33 +35 ")
        report = self.report("-r", "3", "true", scene=scene, events=events)
        self.assertAlmostEqual(sum(self.rows(report)["vmgexit", "msr"][1:]), 302 / 3, 4)
        # From the first one's start to the last one's end.
        self.assertEqual((report["time"], report["seconds"]), (2.5, 1.5))

    def test_80_columns(self):
        """The parts are worth more than top details."""
        text = self.on_terminal(80, "stat", "-e", "none", "true", scene=snp,
                                CVMSTAT_TEST_TASKS=SNP, root=ROOT)[1]
        self.assertRegex(text, r"\n class  reason +count +command +idle +others +")
        self.assertLessEqual(max(map(len, text.splitlines())), 80)

    def test_intervals(self):
        out = self.run_split("--json", "-I", "50", "sleep", "0.5")[2]
        for line in out.splitlines():
            self.assertEqual(self.rows(json.loads(line))["vmgexit", "msr"], (7000, 5000, 1500, 500))

    def test_no_more_than_all(self):
        """What a CPU had begun is in one of the two."""
        rows = self.rows(self.report("true", events=tasks(all_1=9000, c1_0x7c=5502)))
        self.assertEqual(rows["vmgexit", "msr"], (7000, 5502, 1498, 0))

    def test_first_of_its_kind(self):
        """A reason that comes first in the window has no event: its class has."""
        def scene(command, n, reasons=(0x7c,)):
            if command == "get":
                return [scenes.count(scenes.VMGEXIT, 0x7b, 5 + 10 * n)] + [
                    scenes.count(scenes.VMGEXIT, code, 50 * (n - 1)) for code in reasons if n > 1]
            return [] if command == "detail-get" else scenes.snp(command, n)
        events = tasks(all_1=38, c1_0x7b=8)
        rows = self.rows(self.report("true", scene=scene, events=events))
        self.assertEqual(rows, {("vmgexit", "ioio"): (10, 8, 0, 2), ("vmgexit", "msr"): (50, 30, 0, 20)})
        two = lambda command, n: scene(command, n, (0x7c, 0x72))
        rows = self.rows(self.report("true", scene=two, events=events))
        self.assertEqual(rows["vmgexit", "msr"], (50, None, None, None))
        rows = self.rows(self.report("true", scene=two, events=tasks(all_1=8, c1_0x7b=8)))
        self.assertEqual(rows["vmgexit", "msr"], (50, 0, 0, 50))

    def test_cgroup(self):
        cpus = os.sysconf("SC_NPROCESSORS_CONF")
        report = self.report("-G", "web.slice", "true", events=tasks(c1_0x7c=1000))
        self.assertEqual(report["own_of"], "cgroup")
        self.assertEqual(self.rows(report)["vmgexit", "msr"], (7000, 1000 * cpus, 1500, 5500 - 1000 * cpus))
        self.assertEqual(self.run_split("-G", "no.slice", "true")[::2],
                         (125, "cvmstat: -G no.slice: No such file or directory\n"))
        self.assertIn("-G excludes", self.run_split("-G", "a", "-C", "0", "true")[2])

    def test_all_cgroups(self):
        """The kernel has idle CPUs in the topmost one; they belong to no task."""
        cpus = os.sysconf("SC_NPROCESSORS_CONF")
        for name in "/", "web.slice/..":
            rows = self.rows(self.report("-G", name, "true", events=tasks(
                c1_0x7c=7000 // cpus, c7_0x78=4911)))
            self.assertEqual(rows["vmgexit", "msr"], (7000, 7000 // cpus * cpus - 1500, 1500, 7000 % cpus))
            if cpus == 1:
                self.assertEqual(rows["auto", "hlt"], (4911, 0, 4911, 0))
        rows = self.rows(self.report("-G", "/", "true", scene=scenes.snp, old=True,
                                     events=tasks(c1_0x7c=1000)))
        self.assertEqual(rows["vmgexit", "msr"], (7000, None, None, None))
        self.assertEqual(self.run_split("-G", "", "true")[::2],
                         (125, "cvmstat: -G needs the name of a control group, such as system.slice\n"))

    def test_without_pmu(self):
        status, out, _ = self.run_reader("stat", "--json", "-o", "-", "true", scene=scenes.snp)
        report = json.loads(out)
        self.assertEqual((status, report["own_of"], report["reasons"][0]["own"]), (0, None, None))
        status, _, err = self.run_reader("stat", "-G", "x", "true", scene=scenes.snp)
        self.assertEqual(status, 122)
        self.assertIn("the loaded module has no PMU", err)

    def test_not_asked(self):
        report = self.report("--no-split", "true")
        self.assertEqual((report["own_of"], report["reasons"][0]["own"]), (None, None))
        self.assertNotIn("others", self.run_split("--no-split", "true")[2])

    def test_not_of_cpus(self):
        self.assertIsNone(self.report("-C", "0", "true")["own_of"])
