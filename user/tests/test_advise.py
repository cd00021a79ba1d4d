# SPDX-License-Identifier: GPL-2.0
"""cvmstat advise: each rule is said where it holds, and nowhere else."""

import json

import recorded

OF_DETAILS = {"0xfee00300": "ipi", "0xfee00380": "timer", "0x1b": "other", "0xfed000f0": "clock",
              "0x3f8": "console", "0xe8": "other", "0xfebf3000": "doorbell"}
HALT = {"idle_option": "default", "x2apic": "yes", "tsc_deadline": "yes"}


def details(*rows):
    """(reason, code, detail, name, count) as details and as reasons with their sums."""
    reasons = {}
    for reason, code, _, _, count in rows:
        reasons.setdefault((reason, code), 0)
        reasons[reason, code] += count
    return {
        "reasons": [{"kind": "exit", "class": "vmgexit", "code": code, "reason": reason,
                     "kernel": n, "user": 0, "purpose": recorded.PURPOSES.get(reason, "")}
                    for (reason, code), n in reasons.items()],
        "details": [{"kind": "exit", "class": "vmgexit", "code": code, "reason": reason,
                     "detail": detail, "name": name, "kernel": n, "user": 0,
                     "purpose": "" if reason in recorded.PURPOSES else OF_DETAILS[detail]}
                    for reason, code, detail, name, n in rows if detail]}


HLT = ("hlt", "0x78", "", "", 4000)
IPI = ("mmio-write", "0x80000002", "0xfee00300", "LAPIC ICR", 3000)
TIMER = ("mmio-write", "0x80000002", "0xfee00380", "LAPIC TMICT", 3000)
OTHER = ("msr", "0x7c", "0x1b", "APIC_BASE", 1000)


class Advise(recorded.RecordedTest):
    """Rules by themselves."""

    def advise(self, *rows, settings=None, status=0, **more):
        counts = details(*rows)
        exits = sum(r["kernel"] for r in counts["reasons"])
        self.fabricate([("x", "boot", {}, {**counts, "exits": exits,
                                           "settings": {**HALT, **(settings or {})}, **more})])
        done = self.run_reader("advise", "--json", "--db", self.db)
        self.assertEqual(done[0], status, done[2])
        report = json.loads(done[1])
        return {f["rule"]: f for f in report["findings"]}, report

    def ranges(self, report, rule):
        return {p["purpose"]: (p["per_op"], p["low"], p["high"])
                for p in report["predictions"] if p["rule"] == rule}

    def test_each_rule(self):
        """What makes a rule hold, and what takes that away."""
        measures = [{"source": "bounce", "item": "d", "name": "failed", "value": 7}]
        idle = [{"source": "cpu", "item": "idle", "name": "ns", "value": 4000 * 100000}]
        cases = (
            ("idle-poll", (HLT, OTHER), {}, {"settings": {"idle_option": "poll"}}),
            ("haltpoll", (HLT, OTHER), {"measures": idle}, {"measures": [
                {**idle[0], "value": 4000 * 5000000}]}),
            ("tsc-deadline", (TIMER, OTHER), {"platform": "tdx",
                                              "settings": {"tsc_deadline": "no"}},
             {"platform": "tdx"}),
            ("x2apic", (IPI, OTHER), {"settings": {"x2apic": "no"}}, {}),
            ("bounce-full", (OTHER,), {"measures": measures}, {}))
        for rule, rows, yes, no in cases:
            with self.subTest(rule):
                self.assertIn(rule, self.advise(*rows, **yes)[0])
                self.assertNotIn(rule, self.advise(*rows, **no)[0])

    def test_each_reason(self):
        """Rules that look at one kind of exit."""
        for rule, row in (("clocksource", ("mmio-read", "0x80000001", "0xfed000f0", "HPET")),
                          ("cpuid", ("cpuid", "0x72", "0x0", "leaf 0x0")),
                          ("console", ("ioio", "0x7b", "0x3f8", "serial")),
                          ("page-conversion", ("page-state-change", "0x80000010", "", "")),
                          ("frequency", ("msr", "0x7c", "0xe8", "APERF")),
                          ("doorbells", ("mmio-write", "0x80000002", "0xfebf3000",
                                         "virtio-net notify")),
                          ("attestation", ("guest-request", "0x80000011", "", ""))):
            with self.subTest(rule):
                found, _ = self.advise((*row, 2000), OTHER)
                self.assertIn(rule, found)
                self.assertRegex(found[rule]["evidence"], "2,000")
                self.assertTrue(found[rule]["change"] and found[rule]["price"])
                found, _ = self.advise((*row, 1), ("hlt", "0x78", "", "", 100000))
                self.assertNotIn(rule, {} if rule == "attestation" else found)

    def test_prediction(self):
        """A range for each purpose that changes, by operation, and for all exits."""
        _, report = self.advise(HLT, IPI, OTHER, per="ops", figures=[
            {"name": "ops", "value": 100, "unit": "", "better": ""}])
        ranges = self.ranges(report, "idle-poll")
        self.assertEqual(ranges["halt"][0], 40)
        self.assertEqual(ranges["halt"][1], 0)
        self.assertLess(ranges["halt"][2], 2)
        self.assertLess(ranges["ipi"][2], 30)
        self.assertEqual(ranges["all"][0], 80)
        self.assertLess(ranges["all"][1], ranges["all"][2])
        for now, low, high in ranges.values():
            self.assertLessEqual(low, high)
            self.assertGreaterEqual(low, 0)
            self.assertGreaterEqual(now, 0)

    def test_not_the_problem(self):
        """So few exits take no time worth speaking of."""
        self.advise(("cpuid", "0x72", "0x0", "leaf 0x0", 10))
        out = self.run_reader("advise", "--db", self.db)[1]
        self.assertIn("Exits are not the problem: 10, at 10 us each 0.0 % of CPU time", out)
        self.assertIn("No rule has anything to say", out)
        self.advise(HLT, ("cpuid", "0x72", "0x0", "leaf 0x0", 50000))
        self.assertIn("54,000 exits, at 10 us each 27 % of CPU time",
                      self.run_reader("advise", "--db", self.db)[1])

    def test_emulated(self):
        self.advise(HLT, settings={"emulator": "QEMU TCG"})
        self.assertIn("shows on hardware", self.run_reader("advise", "--db", self.db)[1])

    def test_bad(self):
        self.fabricate([("x", "boot", {}, {"exits": None})])
        self.one_line(self.run_reader("advise", "--db", self.db), 125, "without the module")
        self.one_line(self.run_reader("advise", "--db", self.db, "y"), 125, "no run is 'y'")
        self.one_line(self.run_reader("advise", "--db", self.db, "x", "x"), 125, "one SELECTOR")
