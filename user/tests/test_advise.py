# SPDX-License-Identifier: GPL-2.0
"""cvmstat advise: each rule is said where it holds, and nowhere else."""

import json
import math
import random

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


# guest_halt_poll_ns and its first poll, of the kernel.
LONGEST, FIRST = 200000, 50000


def bins(halts, unit="ns"):
    """{longest of the bucket: count} of halts, as a run has them."""
    return [{"source": "idle", "class": "halted", "code": "C1", "unit": unit, "from": (to + 1) // 2,
             "to": to, "count": count} for to, count in halts.items()]


def polled(lengths, longest=LONGEST):
    """What part of idle times a CPU polls through: the governor, step by step."""
    limit, gone = 0, 0
    for length in lengths:
        halt = length - limit
        if halt <= 0:
            gone += 1
        elif limit < halt <= longest:
            limit = min(max(2 * limit, FIRST), longest)
        elif halt > longest:
            limit = limit // 2 if limit // 2 >= FIRST else 0
    return gone / len(lengths)


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

    def haltpoll(self, halts, mean_us, unit="ns", **settings):
        """What the rule says of 4,000 halts: its text and the range; None if it does not hold."""
        found, report = self.advise(
            HLT, OTHER, histograms=bins(halts, unit), settings=settings, measures=[
                {"source": "cpu", "item": "idle", "name": "ns", "value": 4000 * 1000 * mean_us}])
        if "haltpoll" not in found:
            return None, None
        return found["haltpoll"]["how"], self.ranges(report, "haltpoll")["halt"][1:]

    def test_durations(self):
        """What was measured is believed, and what it says on average is not."""
        for halts, mean_us, holds in (({32767: 4000}, 5000, True), ({33554431: 4000}, 100, False),
                                      ({32767: 3200, 33554431: 800}, 5000, True),
                                      ({32767: 400, 33554431: 3600}, 100, False)):
            with self.subTest(halts):
                how, _ = self.haltpoll(halts, mean_us)
                self.assertEqual(bool(how), holds)
                if holds:
                    self.assertIn("halts measured as shorter", how)
                    self.assertNotIn("as chance has it", how)
                # Nobody knows how long a cycle is; what polls is no halt.
                self.assertEqual(bool(self.haltpoll(halts, mean_us, unit="cycles")[0]), not holds)
        self.assertIn("as chance has it (measured after set durations on)", self.haltpoll({}, 100)[0])

    def test_governor(self):
        """The least that polling spares is what the governor does with such halts by chance."""
        for halts in ({32767: 3200, 33554431: 800}, {131071: 2000, 524287: 600, 33554431: 1400},
                      {65535: 3000, 262143: 1000}, {524287: 1600, 32767: 2400}):
            with self.subTest(halts):
                lengths = [to for to, count in halts.items() for _ in range(count * 25)]
                random.Random(1).shuffle(lengths)
                _, (low, high) = self.haltpoll(halts, 100)
                # Without what chance adds: x + 1.645 sqrt(x) + 3.
                least = 1.2 - ((math.sqrt(1.645 ** 2 + 4 * (high - 3)) - 1.645) / 2) ** 2 / 4000
                self.assertAlmostEqual(least, polled(lengths), delta=0.01)
                most = sum(count for to, count in halts.items() if to // 2 < LONGEST)
                # A fifth more than were short enough may go.
                left = max(4000 - most - 800, 0)
                self.assertAlmostEqual(low, left - 1.645 * math.sqrt(left), places=3)

    def test_longest_poll(self):
        """It is the guest's own setting."""
        halts = {32767: 2000, 1048575: 2000}
        _, usual = self.haltpoll(halts, 1000)
        _, longer = self.haltpoll(halts, 1000, guest_halt_poll_ns="2000000")
        self.assertGreater(usual[0], 1000)
        self.assertEqual(longer[0], 0)
        self.assertLess(longer[1], usual[1])
        self.assertIsNone(self.haltpoll({1048575: 4000}, 1000)[0])

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
