# SPDX-License-Identifier: GPL-2.0
"""What exits are for: what platforms share."""

import csv
import io
import json

import reader
import scenes

LAPIC = 0xfee00000


class Purposes(reader.ReaderTest):
    """One meaning on each platform, and nothing lost or counted twice."""

    def report(self, scene, *args, **env):
        out = self.run_reader("stat", "--json", "-o", "-", "-e", "none", *args, "true",
                              scene=scene, env=env)[1]
        return json.loads(out)

    @staticmethod
    def counts(report, kind="exit"):
        return {p["purpose"]: p["count"] for p in report["purposes"] if p["kind"] == kind}

    @staticmethod
    def scene(platform, counts, details):
        def scene(command, n):
            if command == "info":
                return scenes.info(platform)
            if command == "get":
                return [scenes.count(*c[:2], c[2] * n) for c in counts]
            if command == "detail-get":
                return [scenes.detail(*d[:4], d[4] * n) for d in details]
            return scenes.snp(command, n)
        return scene

    def test_same_on_both(self):
        """A timer, an IPI, an end of interrupt and an idle CPU, by different means."""
        snp = self.scene("snp", [(scenes.VMGEXIT, scenes.MMIO_WRITE, 60), (scenes.AUTO, 0x78, 4)],
                         [(scenes.VMGEXIT, scenes.MMIO_WRITE, 0, LAPIC + 0x380, 10),
                          (scenes.VMGEXIT, scenes.MMIO_WRITE, 0, LAPIC + 0x300, 15),
                          (scenes.VMGEXIT, scenes.MMIO_WRITE, 0, LAPIC + 0x310, 5),
                          (scenes.VMGEXIT, scenes.MMIO_WRITE, 0, LAPIC + 0x0b0, 23),
                          (scenes.VMGEXIT, scenes.MMIO_WRITE, 0, 0xfebf3000, 7)])
        tdx = self.scene("tdx", [(scenes.TDVMCALL, 32, 53), (scenes.TDVMCALL, 48, 7),
                                 (scenes.TDVMCALL, 12, 4)],
                         [(scenes.TDVMCALL, 32, 0, 0x6e0, 10), (scenes.TDVMCALL, 32, 0, 0x830, 20),
                          (scenes.TDVMCALL, 32, 0, 0x80b, 23),
                          (scenes.TDVMCALL, 48, 2, 0xfebf3000, 7)])
        want = {"timer": 10, "ipi": 20, "eoi": 23, "doorbell": 7, "halt": 4}
        self.assertEqual(self.counts(self.report(snp)), want)
        self.assertEqual(self.counts(self.report(tdx)), want)

    def test_adds_up(self):
        """All that was counted is for something, once; what is lost is unknown."""
        for scene in scenes.snp, scenes.tdx, scenes.strange:
            report = self.report(scene)
            for kind in "exit", "trap", "call":
                self.assertEqual(sum(self.counts(report, kind).values()),
                                 sum(r["count"] for r in report["reasons"] if r["kind"] == kind))
        self.assertEqual(self.counts(self.report(scenes.snp))["unknown"], 102)
        self.assertEqual(self.counts(self.report(scenes.snp), "trap"),
                         {"unknown": 18204, "ipi": 7000, "cpuid": 619})

    def test_without_details(self):
        def scene(command, n):
            if command == "config-get":
                return [{"classes": 0xff, "details": 0, "rips": 0, "latency": 0}]
            return [] if command == "detail-get" else scenes.snp(command, n)
        self.assertEqual(self.counts(self.report(scene)), {"unknown": 25327, "halt": 4911})

    def test_rows(self):
        """Each reason and detail has its own; a reason of several has none."""
        report = self.report(scenes.snp)
        self.assertEqual({r["reason"]: r["purpose"] for r in report["reasons"]},
                         {"mmio-write": None, "msr": "ipi", "hlt": "halt", "ioio": "console",
                          "1:3": "svsm", "npf": "unknown", "cpuid": "cpuid"} | {"msr": "ipi"})
        self.assertEqual([d["purpose"] for d in report["details"][:4]],
                         ["timer", "doorbell", "ipi", "unknown"])

    def test_places(self):
        """What is where, on any machine or on this one."""
        cases = [(scenes.VMGEXIT, 0x7b, 1, 0x3f8, "console"), (scenes.VMGEXIT, 0x7b, 2, 0x40, "timer"),
                 (scenes.VMGEXIT, 0x7b, 1, 0x71, "clock"), (scenes.VMGEXIT, 0x7b, 2, 0x20, "eoi"),
                 (scenes.VMGEXIT, 0x7b, 1, 0x608, "clock"), (scenes.VMGEXIT, 0x7b, 2, 0x80, "other"),
                 (scenes.TDVMCALL, 48, 1, 0xfed000f0, "clock"),
                 (scenes.TDVMCALL, 48, 2, 0xfed00108, "timer"),
                 (scenes.TDVMCALL, 48, 2, 0xfec00040, "eoi"),
                 (scenes.TDVMCALL, 48, 2, 0xfec00010, "other"),
                 (scenes.TDVMCALL, 48, 2, 0xfebf1000, "other"),
                 (scenes.VMGEXIT, 0x7c, 2, 0xfd00000830, "ipi"),
                 (scenes.VMGEXIT, 0x7c, 1, 0xc0000080, "other"),
                 (scenes.VMGEXIT, 0x7c, 2, 0x400000b1, "timer"),
                 (scenes.VMGEXIT, 0x7c, 2, 0x4b564d01, "clock")]
        for cls, code, op, place, purpose in cases:
            report = self.report(self.scene("snp", [(cls, code, 9)], [(cls, code, op, place, 9)]))
            self.assertEqual(self.counts(report), {purpose: 9}, hex(place))

    def test_hypercalls(self):
        scene = self.scene("tdx", [(scenes.TDVMCALL, 1 << 32, 9)],
                           [(scenes.TDVMCALL, 1 << 32, 0, 10, 7),
                            (scenes.TDVMCALL, 1 << 32, 0, 12, 2)])
        self.assertEqual(self.counts(self.report(scene, CVMSTAT_TEST_HYPERVISOR="kvm")),
                         {"ipi": 7, "page-state": 2})
        self.assertEqual(self.counts(self.report(scene)), {"other": 9})

    def test_text(self):
        err = self.run_reader("stat", "--by", "purpose", "true", scene=scenes.snp)[2]
        self.assertIn("\n class  purpose    count         /s  share  top details\n", err)
        self.assertRegex(err, r"\n exit +timer +14,745 +29,490  48\.8%  mmio-write LAPIC TMICT "
                         r"0xfee00380 100\.0%\n")
        self.assertRegex(err, r"\n exit +halt +4,911  = +9,822  16\.2%  hlt 100\.0%\n")
        err = self.run_reader("stat", "-d", "--by", "purpose", "true", scene=scenes.snp)[2]
        self.assertRegex(err, r"\n exit +ipi +7,100 .*\n +msr x2APIC ICR 0x830 write +6,000 .*"
                         r"84\.5%\n +mmio-write LAPIC ICR 0xfee00300 +1,100 ")

    def test_csv(self):
        out = self.run_reader("stat", "--csv", "--by", "purpose", "-o", "-", "true",
                              scene=scenes.snp)[1]
        rows = [r for r in csv.DictReader(io.StringIO(out)) if r["kind"] != "note"]
        self.assertEqual({(r["kind"], r["purpose"]): r["count"] for r in rows}["exit", "timer"],
                         "14745")
        self.assertEqual({r["class"] + r["reason"] + r["name"] for r in rows}, {""})

    def test_runs_and_cpus(self):
        report = self.report(scenes.snp, "-r", "3")
        timer = next(p for p in report["purposes"] if p["purpose"] == "timer")
        self.assertEqual((timer["count"], timer["stddev"], timer["values"]),
                         (14745, 0, [14745] * 3))
        report = self.report(scenes.many_cpus, "--per-cpu")
        self.assertEqual([(p["cpu"], p["purpose"], p["count"]) for p in report["purposes"]],
                         [(i, "ipi", i + 1) for i in range(512)])

    def test_reasons(self):
        rows = json.loads(self.run_reader("reasons", "--json")[1])["reasons"]
        purposes = {(r["class"], r["reason"]): r["purpose"] for r in rows}
        self.assertEqual(purposes["vmgexit", "page-state-change"], "page-state")
        self.assertEqual(purposes["tdvmcall", "get-quote"], "attestation")
        self.assertEqual(purposes["svsm", "core-pvalidate"], "page-state")
        self.assertIsNone(purposes["tdvmcall", "wrmsr"])

    def test_wrong(self):
        self.assertEqual(self.run_reader("stat", "--by", "colour", "true", scene=scenes.snp)[::2],
                         (125, "cvmstat: --by needs reason or purpose, not 'colour'\n"))
