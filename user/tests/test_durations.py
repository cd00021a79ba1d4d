# SPDX-License-Identifier: GPL-2.0
"""How long CPUs were idle, where that is kept."""

import json

import reader
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


class Durations(reader.ReaderTest):
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
