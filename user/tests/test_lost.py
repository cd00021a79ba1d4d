# SPDX-License-Identifier: GPL-2.0
"""What is lost has its row: in text, JSON and CSV."""

import csv
import io
import json

import reader
import scenes

# Reasons that have details, of each class: code, direction, two details.
DETAILED = {
    scenes.VC: [(0x72, 0, (1, 2)), (0x7c, 0, (0x830, 0x80b))],
    scenes.VMGEXIT: [(0x72, 0, (1, 2)), (0x7b, 2, (0x3f8, 0x80)), (0x7c, 2, (0x830, 0x80b)),
                     (scenes.MMIO_READ, 0, (1, 2)), (scenes.MMIO_WRITE, 0, (1, 2))],
    scenes.GHCB_MSR: [(4, 0, (1, 2))],
    scenes.VE: [(10, 0, (1, 2)), (30, 1, (0x70, 0x71)), (31, 0, (1, 2)), (32, 0, (1, 2)),
                (48, 0, (1, 2))],
    scenes.TDVMCALL: [(10, 0, (1, 2)), (30, 1, (0x70, 0x71)), (31, 0, (1, 2)), (32, 0, (1, 2)),
                      (48, 1, (1, 2)), (1 << 32, 0, (5, 11))],
}
ALL = [(cls, *row) for cls, rows in DETAILED.items() for row in rows]


def full(by_reason, per_cpu=()):
    """A module of which each reason has 50 events, and 30 of them found a table full."""
    def scene(command, n):
        cpus = [{"cpu": cpu} for cpu in per_cpu] or [{}]
        if command == "get":
            return [scenes.count(cls, code, 40 * n, 10 * n, **cpu)
                    for cls, code, _, _ in ALL for cpu in cpus]
        if command == "detail-get":
            rows = [scenes.detail(cls, code, op, value, 10 * n, **cpu)
                    for cls, code, op, values in ALL for value in values for cpu in cpus]
            if by_reason:
                return rows + [{"class": cls, "code": code, "kernel": 20 * n, "user": 10 * n,
                                "overflow": True, **cpu} for cls, code, _, _ in ALL for cpu in cpus]
            return rows + [{"class": cls, "kernel": 20 * n * len(rows), "overflow": True,
                            "user": 10 * n * len(rows), **cpu}
                           for cls, rows in DETAILED.items() for cpu in cpus]
        return scenes.snp(command, n)
    return scene


class Lost(reader.ReaderTest):
    """Tables that were full, hooks that are off, hits that were missed, classes that are off."""

    def stat(self, scene, *args):
        status, out, err = self.run_reader("stat", "-o", "-", "-e", "none", *args, scene=scene)
        self.assertEqual(status, 0, err)
        return out

    def report(self, scene, *args):
        return json.loads(self.stat(scene, "--json", *args, "true"))

    def notes(self, scene, *args):
        return [n["text"] for n in self.report(scene, *args)["notes"]]

    def adds_up(self, report, losses):
        """The details of each reason have all of its events."""
        for reason in report["reasons"]:
            mine = [d for d in report["details"]
                    if (d["class"], d["code"], d["cpu"]) ==
                    (reason["class"], reason["code"], reason["cpu"])]
            for key in "count", "kernel", "user":
                self.assertEqual(sum(d[key] for d in mine), reason[key], reason)
            lost = [(d["name"], d["detail"], d["count"]) for d in mine if d["overflow"]]
            self.assertEqual(lost, [("(table full)", None, losses)], reason)

    def test_each_table(self):
        """Whether the module tells losses by reason, or those of a class together."""
        for by_reason, provenance in ((True, "counted"), (False, "inferred")):
            report = self.report(full(by_reason))
            self.assertEqual(len(report["reasons"]), len(ALL))
            self.adds_up(report, 30)
            self.assertEqual({d["provenance"] for d in report["details"] if d["overflow"]},
                             {provenance})
            report = self.report(full(by_reason, per_cpu=(0, 3)), "--per-cpu")
            self.assertEqual(len(report["reasons"]), 2 * len(ALL))
            self.adds_up(report, 30)

    def test_text(self):
        for by_reason in (True, False):
            text = self.stat(full(by_reason), "-d", "true")
            self.assertEqual(text.count("  (table full)  "), len(ALL))
            self.assertRegex(text, r"\n exit +ioio +50 .*\n +\(table full\) +30 .* 60\.0%\n")
            text = self.stat(full(by_reason), "true")
            self.assertEqual(text.count("(table full) 60.0%"), len(ALL))
            self.assertIn(f"the table of details was full: {30 * len(ALL)} events are in rows "
                          "(table full); detail_slots=512\n", text)

    def test_csv(self):
        for by_reason in (True, False):
            rows = list(csv.DictReader(io.StringIO(self.stat(full(by_reason), "-d", "--csv",
                                                             "true"))))
            lost = [r for r in rows if r["overflow"] == "true"]
            self.assertEqual({(r["name"], r["count"]) for r in lost}, {("(table full)", "30")})
            self.assertEqual(len(lost), len(ALL))
            self.assertIn("table of details was full",
                          [r["name"] for r in rows if r["kind"] == "note"][0])

    def test_runs(self):
        """Losses are figures as any others."""
        report = self.report(full(False), "-r", "3")
        self.adds_up(report, 30)
        self.assertEqual([d["values"] for d in report["details"] if d["overflow"]][0], [30] * 3)

    def test_nothing_has_a_detail(self):
        """A table that others had filled before: the reason has no detail at all."""
        def scene(command, n):
            if command == "get":
                return [scenes.count(scenes.VMGEXIT, 0x7b, 50 * n)]
            if command == "detail-get":
                return [{"class": scenes.VMGEXIT, "kernel": 1000 + 50 * n, "user": 0,
                         "overflow": True}]
            return scenes.snp(command, n)
        self.assertRegex(self.stat(scene, "-d", "true"),
                         r"\n +\(table full\) +50  = +100 +100\.0% +100\.0%\n")

    def test_no_detail(self):
        """Details were switched on in the window."""
        def scene(command, n):
            if command == "config-get":
                return [{"classes": 0xff, "details": n, "rips": 0, "latency": 0}]
            if command == "get":
                return [scenes.count(scenes.VMGEXIT, 0x7b, 100 + 50 * n)]
            if command == "detail-get":
                return [scenes.detail(scenes.VMGEXIT, 0x7b, 2, 0x80, 20 * n)]
            return scenes.snp(command, n)
        report = self.report(scene)
        self.assertEqual([(d["name"], d["count"], d["overflow"]) for d in report["details"]],
                         [("(no detail)", 30, False), ("POST/delay 0x80 write", 20, False)])
        self.assertIn("what is counted was changed", report["notes"][0]["text"])

    def test_details_off(self):
        def scene(command, n):
            if command == "config-get":
                return [{"classes": 0xff, "details": 0, "rips": 0, "latency": 0}]
            if command == "detail-get":
                return []
            return scenes.snp(command, n)
        report = self.report(scene)
        self.assertEqual(report["details"], [])
        self.assertIn("no details are kept (cvmstat set details on)",
                      [n["text"] for n in report["notes"]])

    def test_classes_off(self):
        """Zero and not counted are two things."""
        def scene(command, n):
            if command == "config-get":
                return [{"classes": 0xfd, "details": 1, "rips": 0, "latency": 0}]
            if command in ("get", "detail-get"):
                return [r for r in scenes.snp(command, n) if r["class"] != scenes.VMGEXIT]
            return scenes.snp(command, n)
        text = "not counted, as their classes are off: vmgexit (cvmstat set classes)"
        self.assertIn(text, self.notes(scene))
        self.assertIn(f" note     {text}\n", self.stat(scene, "true"))
        self.assertIn(text, self.stat(scene, "--csv", "true"))
        # A trap whose exit is not counted is not known to be without one.
        self.assertNotIn("without exit (", self.stat(scene, "true"))

    def hooks(self, *by_step):
        def scene(command, n):
            if command == "hook-get":
                return [scenes.hook(*hook[:5], hook[5] if len(hook) > 5 else 0,
                                    **({"reason": "why not"} if hook[2] == "none" else {}))
                        for hook in by_step[min(n, len(by_step) - 1)]]
            return scenes.snp(command, n)
        return scene

    def test_hook_is_off(self):
        on = ("vc", "f", "optprobe", 1, 5)
        scene = self.hooks([on, ("vmgexit", "g", "none", 2, 0), ("bounce", "t", "none", 0, 0),
                            ("kernel", "k", "none", 0, 0)])
        self.assertEqual(self.notes(scene)[1:],
                         ["hook vmgexit is off (why not): what it would count (vmgexit) is missing",
                          "hook bounce is off (why not): what it would count (bounce buffers) is "
                          "missing"])

    def test_hook_is_lost(self):
        on, off = ("vc", "f", "optprobe", 1, 5), ("vc", "f", "none", 1, 5)
        for steps in ([on], [off]), ([off], [on]):
            self.assertIn("a hook was switched off or on during the run: what it feeds is of a part of "
                          "it", self.notes(self.hooks(*steps)))

    def test_missed(self):
        """By hook, as it is a hook's classes whose figures are low."""
        scene = self.hooks([("vc", "f", "optprobe", 1, 5, 10), ("ve", "g", "ftrace", 0x38, 5, 3)],
                           [("vc", "f", "optprobe", 1, 9, 1243), ("ve", "g", "ftrace", 0x38, 9, 3)])
        text = "the kernel dropped 1,233 hits of hook vc: counts (vc) are low by as many"
        self.assertEqual(self.notes(scene)[0], text)
        self.assertIn(text, self.stat(scene, "--csv", "true"))
        status, out, err = self.run_reader("rips", "--json", "true", scene=scene)
        self.assertEqual(json.loads(out)["notes"][0]["text"], text)
        self.assertIn(text, err)
        out = self.run_reader("hist", "--json", "true", scene=scene)[1]
        self.assertEqual((status, json.loads(out)["notes"][0]["text"]), (0, text))

    def test_lasting_notes_once(self):
        """What no interval changes is below the first alone, but for programs."""
        def scene(command, n):
            if command == "config-get":
                return [{"classes": 0xff, "details": 0, "rips": 0, "latency": 0}]
            return scenes.snp(command, n)
        out = self.stat(scene, "-I", "50", "sleep", "0.3")
        self.assertEqual(out.count("no details are kept"), 1)
        out = self.stat(scene, "-I", "50", "--json", "sleep", "0.3")
        self.assertEqual(out.count("no details are kept"), out.count("\n"))


class LostRips(reader.ReaderTest):
    """RIPs that gave their place to others."""

    def rips(self, before, after, *args):
        def scene(command, n):
            if command == "rip-get":
                return after if n else before
            return scenes.snp(command, n)
        status, out, err = self.run_reader("rips", "--json", *args, "true", scene=scene)
        self.assertEqual(status, 0, err)
        return json.loads(out)

    @staticmethod
    def rip(address, kernel, code=0x7c, **more):
        return {"class": 1, "code": code, "rip": address, "kernel": kernel, "user": 0, **more}

    @staticmethod
    def loss(kernel, **more):
        return {"class": 1, "kernel": kernel, "user": 0, "overflow": True, **more}

    def rows(self, report):
        return [(r["count"], r["reason"], r["rip"]) for r in report["rips"]]

    def test_let_go(self):
        """What one had counted before the window is no loss of the window."""
        report = self.rips([self.rip(0x1000, 5000), self.rip(0x2000, 70), self.loss(10)],
                           [self.rip(0x3000, 4), self.rip(0x2000, 75), self.loss(5013)])
        self.assertEqual(self.rows(report), [(5, "msr", "0x2000"), (4, "msr", "0x3000"),
                                             (3, "vmgexit (any reason)", None)])
        self.assertEqual(report["events"], 12)

    def test_let_go_on_one_cpu(self):
        """The sum of some CPUs falls when one of them lets go: the rest is not known."""
        report = self.rips([self.rip(0x1000, 150), self.loss(10)],
                           [self.rip(0x1000, 60), self.loss(112)])
        self.assertEqual(self.rows(report), [(12, "vmgexit (any reason)", None)])

    def test_by_reason(self):
        report = self.rips([self.rip(0x1000, 500), self.rip(0x9000, 5, 0x7b),
                            self.loss(10, code=0x7c)],
                           [self.rip(0x3000, 4), self.rip(0x9000, 6, 0x7b),
                            self.loss(512, code=0x7c)])
        self.assertEqual(self.rows(report), [(4, "msr", "0x3000"), (2, "msr", None),
                                             (1, "ioio", "0x9000")])

    def test_always_shown(self):
        rips = [self.rip(0x1000 * i, 1000 - i) for i in range(1, 31)] + [self.loss(7)]
        report = self.rips([], rips, "-n", "2")
        self.assertEqual([r[0] for r in self.rows(report)], [999, 998, 7])
        self.assertTrue(report["rips"][2]["overflow"])
        self.assertEqual((report["left_out_rows"], report["left_out_events"]),
                         (28, sum(1000 - i for i in range(3, 31))))
        out = self.run_reader("rips", "-n", "2", "true",
                              scene=lambda command, n: (rips if n else []) if command == "rip-get"
                              else scenes.snp(command, n))[1]
        self.assertIn("(table full)", out)
        self.assertIn(" 28 more rows with 27,538 events: -n ROWS\n", out)


class LostReasons(reader.ReaderTest):
    """Reasons beyond the module's table: a class's together, and no reason's name."""

    def test_hist(self):
        def scene(command, n):
            if command == "hist-get":
                rest = scenes.hist(scenes.TDCALL, 0, 2 * n)
                del rest["code"]
                return [scenes.hist(scenes.TDCALL, 0, n), rest]
            return scenes.snp(command, n)
        out = self.run_reader("hist", "--json", "true", scene=scene)[1]
        self.assertEqual([(r["code"], r["reason"], r["count"])
                          for r in json.loads(out)["reasons"]],
                         [(None, None, 142), ("0x0", "vp-vmcall", 71)])
        out = self.run_reader("hist", "true", scene=scene)[1]
        self.assertIn("tdcall (other reasons): 142 times", out)

    def test_gap(self):
        """Events of other reasons do not stand for the one whose code is 0."""
        def scene(command, n):
            if command == "gap-get":
                return [{"class": scenes.TDCALL, "code": 0, "why": "cannot be"}]
            if command == "get":
                return [{"class": scenes.TDCALL, "kernel": 3 * n, "user": 0, "overflow": True}]
            return scenes.snp(command, n)
        err = self.run_reader("stat", "-v", "true", scene=scene)[2]
        self.assertIn("says why): TDCALL vp-vmcall\n", err)
        self.assertIn("tdcall (other reasons)", err)
