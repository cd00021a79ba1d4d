# SPDX-License-Identifier: GPL-2.0
"""How long CPUs were idle, where that is kept."""

import json

import recorded
import scenes

# 2.5 GHz: 2^18 cycles are 104.8 us, 2^25 are 13.4 ms.
SHORT, LONG = 18, 25


def durations(**buckets):
    counts = [0] * 64
    for bucket, count in buckets.items():
        counts[int(bucket[1:])] = count
    return {"idle-buckets": counts, "idle-cycles": sum(n * 3 << b - 1 for b, n in
                                                       enumerate(counts) if n)}


def timed(command, n):
    """Each window has 60 halts of some 0.15 ms, 40 of some 20 ms, and polls."""
    if command == "config-get":
        return [{"classes": 0xff, "details": 1, "rips": 0, "latency": 0, "durations": 1}]
    if command == "idle-get":
        return [{"idle-state": 0, "idle-name": "POLL", "idle-entries": 77 * n,
                 "idle-polling": True, **durations(b14=77 * n)},
                {"idle-state": 1, "idle-name": "C1", "idle-entries": 100 * n,
                 **durations(**{f"b{SHORT}": 60 * n, f"b{LONG}": 40 * n})}]
    return scenes.snp(command, n)


def switched_off(command, n):
    """There were some before the window."""
    return timed(command, 1) if command == "idle-get" else scenes.snp(command, n)


class Durations(recorded.RecordedTest):
    """In each place that shows them."""

    def stat(self, *args, scene=timed):
        done = self.run_reader("stat", "-e", "none", *args, "true", scene=scene)
        self.assertEqual(done[0], 0, done[2])
        return done[2]

    def test_stat(self):
        cycles = durations(**{f"b{SHORT}": 60, f"b{LONG}": 40})["idle-cycles"]
        for args in (), ("-r", "3"):
            with self.subTest(args):
                self.assertRegex(self.stat(*args), r"; idle 100 \w+, 77 polled without exit, "
                                                   r"asleep for 815 ms\n")
                idle = json.loads(self.stat("--json", *args))["idle"]
                self.assertEqual({i["name"]: i["cycles"] for i in idle},
                                 {"POLL": 77 * 3 << 13, "C1": cycles})

    def test_none(self):
        """None in the window, or none kept at all, is not 0."""
        for scene in scenes.snp, switched_off:
            self.assertNotIn("asleep", self.stat(scene=scene))
            for idle in json.loads(self.stat("--json", scene=scene))["idle"]:
                self.assertIsNone(idle["cycles"])

    def test_hist(self):
        status, out, err = self.run_reader("hist", "true", scene=timed)
        self.assertEqual(status, 0, err)
        self.assertIn("idle C1: 100 durations, mean 20,", out)
        self.assertRegex(out, r"\n +262,144 +105 us +#+ +60\n")
        report = json.loads(self.run_reader("hist", "--json", "true", scene=timed)[1])
        self.assertEqual([(i["state"], i["name"], i["count"]) for i in report["idle"]],
                         [(0, "POLL", 77), (1, "C1", 100)])
        self.assertIn({"state": 1, "name": "C1", "cycles_from": 1 << LONG,
                       "cycles_to": (2 << LONG) - 1, "count": 40}, report["idle_buckets"])
        out = self.run_reader("hist", "true", scene=lambda c, n: [] if c == "hist-get" else
                              scenes.snp(c, n))[1]
        self.assertIn("cvmstat set latency on, or durations on", out)

    def test_set(self):
        """A setting like the others, and a change of it is noted."""
        status, out, _ = self.run_reader("set", "durations", "on", scene=timed)
        self.assertEqual(status, 0)
        self.assertRegex(out, r"\n durations +on\n")
        self.assertEqual(self.run_reader("info", "--json", scene=timed)[0], 0)
        self.assertIn("changed", self.stat(scene=lambda c, n: timed(c, n) if c != "config-get" or n
                                           else scenes.snp(c, n)))

    def bins(self, db=None):
        return [(b["source"], b["class"], b["code"], b["unit"], b["from"], b["to"], b["count"])
                for run in self.exported(db=db) for b in run["histograms"]
                if b["source"] == "idle"]

    def test_record(self):
        """In nanoseconds, which guests share; in cycles, if their length is not known."""
        self.record("true", scene=timed)
        self.assertEqual(self.bins(), [
            ("idle", "halted", "C1", "ns", 104857, 209714, 60),
            ("idle", "halted", "C1", "ns", 13421772, 26843544, 40),
            ("idle", "polled", "POLL", "ns", 6553, 13106, 77)])
        text = self.run_reader("runs", "show", "-d", "--db", self.db)[1]
        self.assertRegex(text, r"\n +idle +halted +C1 +ns +104,857 +209,714 +60\n")
        done = self.run_reader("runs", "export", "--db", self.db)
        other = self.db + "-other"
        with open(self.db + ".jsonl", "w", encoding="ascii") as f:
            f.write(done[1])
        self.assertEqual(self.run_reader("runs", "import", "--db", other, f.name)[0], 0)
        self.assertEqual(self.bins(db=other), self.bins())

    def test_record_cycles(self):
        def unknown(command, n):
            return [{**i, "tsc-khz": 0} for i in timed(command, n)] if command == "info" else \
                timed(command, n)
        self.record("true", scene=unknown)
        self.assertIn(("idle", "halted", "C1", "cycles", 1 << SHORT, (2 << SHORT) - 1, 60),
                      self.bins())

    def test_record_bounds(self):
        """What is shorter than a nanosecond, and longer than there can be: one bin each."""
        for khz, bins in ((2500000, [(0, 0, 2), (1844674407370955264, 3689348814741910527, 1),
                                     (3689348814741910528, 2 ** 63 - 2, 1)]),
                          (1000, [(0, 1999, 1), (2000, 3999, 1), (2 ** 63 - 1, 2 ** 63 - 1, 2)])):
            def strange(command, n, khz=khz):
                if command == "info":
                    return [{**i, "tsc-khz": khz} for i in timed(command, n)]
                if command == "idle-get":
                    return [{"idle-state": 1, "idle-name": "C1", "idle-entries": 4 * n,
                             **durations(b1=n), "idle-buckets": [n, n] + [0] * 60 + [n, n]}]
                return timed(command, n)
            with self.subTest(khz):
                db = f"{self.db}-{khz}"
                self.record("true", scene=strange, db=db)
                self.assertEqual([bounds[4:] for bounds in self.bins(db=db)], bins)

    def test_none_recorded(self):
        self.record("true", scene=switched_off)
        self.assertEqual(self.bins(), [])

    def test_report(self):
        self.record("-n", "x", "true", scene=timed)
        page = self.db + ".html"
        done = self.run_reader("report", "--db", self.db, "-o", page, "x")
        self.assertEqual(done[0], 0, done[2])
        with open(page, encoding="utf-8") as f:
            text = f.read()
        halts = text.split("Durations of halts")[1]
        self.assertIn("<text>65536</text>", halts)
        # What polled is none.
        self.assertNotIn("<text>4096</text>", halts)

    def test_report_beside(self):
        """A side of which no duration is known, as one that never halts."""
        self.record("-n", "x", "true", scene=timed)
        self.record("-n", "y", "true", scene=switched_off)
        page = self.db + ".html"
        done = self.run_reader("report", "--db", self.db, "-o", page, "x", "y")
        self.assertEqual(done[0], 0, done[2])
        with open(page, encoding="utf-8") as f:
            self.assertIn("Durations of halts", f.read())
