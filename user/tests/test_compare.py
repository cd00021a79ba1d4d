# SPDX-License-Identifier: GPL-2.0
"""cvmstat compare: verdicts, what explains them, and what is said of the runs.

How often verdicts are wrong is what tests/tries.c counts.
"""

import json
import os
import subprocess
import time

import recorded


def side(name, boots, runs, counts, noise=0.01, **more):
    """Runs whose counts vary a little, in a known way."""
    out = []
    for boot in range(boots):
        for run in range(runs):
            part = 1 + noise * ((boot * 7 + run * 3) % 5 - 2) / 2
            out.append((name, f"{name}-{boot}", {r: int(n * part) for r, n in counts.items()},
                        {key: value(boot, run) if callable(value) else value
                         for key, value in more.items()}))
    return out


class Compare(recorded.RecordedTest):
    """Reports on few runs."""

    def compare(self, *args, status=0):
        done = self.run_reader("compare", "--json", "--db", self.db, *args)
        self.assertEqual(done[0], status, done[2])
        report = json.loads(done[1])
        rows = {(f["group"], f["reason"] or f["name"]): f for f in report["findings"]}
        return report, rows

    def two(self, a, b, **more):
        self.fabricate(side("a", 5, 4, a, **more) + side("b", 5, 4, b, **more))
        return self.compare("a", "b")

    def test_difference(self):
        _, rows = self.two({"hlt": 10000, "msr": 5000}, {"hlt": 4000, "msr": 5000})
        hlt, msr = rows["reason", "hlt"], rows["reason", "msr"]
        self.assertEqual((hlt["verdict"], msr["verdict"]), ("less", "no difference shown"))
        self.assertAlmostEqual(hlt["ratio"], 0.4, 2)
        self.assertLess(hlt["ratio_low"], 0.4)
        self.assertGreater(hlt["ratio_high"], 0.4)
        self.assertAlmostEqual(hlt["explains"], 1, 2)
        self.assertEqual(rows["purpose", "halt"]["verdict"], "less")
        self.assertEqual(rows["total", "exits"]["verdict"], "less")
        self.assertEqual(rows["figure", "time"]["ratio"], 1)

    def test_order(self):
        """What explains most comes first."""
        report, _ = self.two({"hlt": 1000, "msr": 5000, "cpuid": 700},
                             {"hlt": 1500, "msr": 9000, "cpuid": 600})
        self.assertEqual([f["reason"] for f in report["findings"] if f["group"] == "reason"],
                         ["msr", "hlt", "cpuid"])

    def test_gone(self):
        """A ratio needs something to be a part of."""
        _, rows = self.two({"hlt": 1000}, {"hlt": 1000, "msr": 300})
        msr = rows["reason", "msr"]
        self.assertEqual((msr["verdict"], msr["ratio"], msr["first_per_op"]), ("more", None, 0))

    def test_rare(self):
        _, rows = self.two({"hlt": 100000, "msr": 2, "cpuid": 30},
                           {"hlt": 100000, "msr": 4, "cpuid": 90})
        self.assertEqual(rows["reason", "msr"]["verdict"], "too rare")
        self.assertEqual(rows["reason", "cpuid"]["verdict"], "too rare")

    def test_operations(self):
        """Twice the work with twice the exits is no difference."""
        def figures(ops):
            return [{"name": "ops", "value": ops, "unit": "", "better": "higher"}]
        self.fabricate(side("a", 4, 3, {"hlt": 1000}, per="ops", figures=figures(500)) +
                       side("b", 4, 3, {"hlt": 2000}, per="ops", figures=figures(1000)))
        report, rows = self.compare("a", "b")
        self.assertEqual(report["operations"], "ops")
        hlt = rows["reason", "hlt"]
        self.assertAlmostEqual(hlt["per_op"], 2, 1)
        self.assertEqual(hlt["verdict"], "no difference shown")
        self.assertAlmostEqual(hlt["per_second"], 2000, -2)
        self.assertEqual(rows["figure", "ops"]["verdict"], "more")
        _, rows = self.compare("--by", "second", "a", "b")
        self.assertEqual(rows["reason", "hlt"]["verdict"], "more")

    def test_instructions(self):
        measures = [{"source": "counter", "item": "instructions", "name": "counted",
                     "value": 4000000}]
        _, rows = self.two({"hlt": 1000}, {"hlt": 2000}, measures=measures)
        self.assertAlmostEqual(rows["reason", "hlt"]["first_per_minstr"], 250, -1)

    def test_one_boot_a_side(self):
        self.fabricate(side("a", 1, 20, {"hlt": 1000}) + side("b", 1, 20, {"hlt": 2000}))
        report, rows = self.compare("a", "b")
        self.assertEqual(rows["reason", "hlt"]["verdict"], "no verdict")
        self.assertAlmostEqual(rows["reason", "hlt"]["ratio"], 2, 1)
        self.assertIsNone(rows["reason", "hlt"]["ratio_low"])
        self.assertIn("fewer than 3 boots", report["notes"][0]["text"])

    def test_turns(self):
        """In one boot: only if the sides take turns."""
        a, b = side("a", 1, 6, {"hlt": 1000}), side("b", 1, 6, {"hlt": 1300})
        mixed = [(n, "boot", c, m) for pair in zip(a, b) for n, _, c, m in pair]
        self.fabricate(mixed)
        report, rows = self.compare("a", "b")
        self.assertEqual((rows["reason", "hlt"]["verdict"], report["sides"][0]["unit"],
                          report["sides"][0]["paired"]), ("more", "pair", True))
        os.unlink(self.db)
        self.fabricate([(n, "boot", c, m) for n, _, c, m in a + b])
        report, rows = self.compare("a", "b")
        self.assertEqual(rows["reason", "hlt"]["verdict"], "no verdict")
        self.assertIn("do not take turns", report["notes"][0]["text"])

    def test_blocks(self):
        """What all variants of a round have in common is no difference."""
        runs = []
        for block in range(5):
            for name, n in (("a", 1000), ("b", 1050)):
                runs.append((name, f"{name}{block}", {"hlt": n * (1 + block)},
                             {"tags": {"block": str(block)}}))
        self.fabricate(runs)
        report, rows = self.compare("a", "b")
        self.assertEqual(report["sides"][0]["paired"], True)
        self.assertAlmostEqual(rows["reason", "hlt"]["ratio"], 1.05, 3)
        self.assertEqual(rows["reason", "hlt"]["verdict"], "more")

    def test_notes(self):
        """Outliers and drift are said, and are in the figures."""
        runs = [("a", f"a{i % 4}", {"hlt": 1000 + 20 * i}, {}) for i in range(12)]
        runs += [("b", f"b{i % 4}", {"hlt": (1000, 1010, 990)[i % 3] if i != 5 else 9000}, {})
                 for i in range(12)]
        self.fabricate(runs)
        report, rows = self.compare("a", "b")
        notes = [n["text"] for n in report["notes"]]
        self.assertIn("a: exits drifts from run to run", notes)
        self.assertIn("b: exits of 1 of 12 runs is far from the others, and is in all figures",
                      notes)
        self.assertAlmostEqual(rows["total", "exits"]["per_op"], (8000 + 12 * 1000) / 12, -2)

    def test_differing(self):
        self.fabricate(side("a", 3, 2, {"hlt": 1000}, settings={"idle_option": "default"}) +
                       side("b", 3, 2, {"hlt": 1000}, settings={"idle_option": "poll"}))
        report, _ = self.compare("a", "b")
        self.assertEqual(report["differing"], [{"side": "b", "key": "idle", "first": "halt",
                                                "value": "poll", "reboot": True}])
        report, _ = self.compare("idle=halt", "idle=poll")
        self.assertEqual([s["runs"] for s in report["sides"]], [6, 6])

    def test_labels(self):
        self.fabricate(side("a", 4, 2, {"hlt": 1000}) + side("b", 4, 2, {"hlt": 500}))
        report, _ = self.compare("before:name=a", "after:b,platform=snp")
        self.assertEqual([s["side"] for s in report["sides"]], ["before", "after"])
        self.assertEqual({f["side"] for f in report["findings"]}, {"after"})
        self.one_line(self.run_reader("compare", "--db", self.db, "x:none", "a"), 125,
                      "no run is 'none'")

    def test_three_sides(self):
        self.fabricate(side("a", 4, 2, {"hlt": 1000}) + side("b", 4, 2, {"hlt": 1000}) +
                       side("c", 4, 2, {"hlt": 500}))
        report, _ = self.compare("a", "b", "c")
        verdicts = {f["side"]: f["verdict"] for f in report["findings"] if f["reason"] == "hlt"}
        self.assertEqual(verdicts, {"b": "no difference shown", "c": "less"})

    def test_unknown(self):
        """Without the module there are times, and no exits."""
        self.fabricate(side("a", 3, 2, {"hlt": 1000}) +
                       side("b", 3, 2, {}, exits=None, traps=None, calls=None))
        report, rows = self.compare("a", "b")
        self.assertEqual((rows["reason", "hlt"]["verdict"], rows["reason", "hlt"]["per_op"]),
                         ("no verdict", None))
        self.assertIn("without the module", report["notes"][0]["text"])

    def test_fail_above(self):
        def figures(ops):
            return lambda boot, run: [{"name": "ops", "value": ops + boot + run, "unit": "",
                                       "better": "higher"}]
        self.fabricate(side("a", 5, 3, {"hlt": 1000}, figures=figures(1000)) +
                       side("slow", 5, 3, {"hlt": 1000}, figures=figures(800)) +
                       side("dear", 5, 3, {"hlt": 1200}, figures=figures(1000)))
        for limit, name, status in ((30, "slow", 0), (10, "slow", 1), (30, "dear", 0),
                                    (10, "dear", 1)):
            with self.subTest(name, limit=limit):
                done = self.run_reader("compare", "--fail-above", str(limit), "--db", self.db, "a",
                                       name)
                self.assertEqual(done[0], status, done[2])
                self.assertEqual(done[2].count("is worse by"), status)
        self.assertEqual(self.run_reader("compare", "--fail-above", "0", "--db", self.db, "slow",
                                         "a")[0], 0)
        self.fabricate(side("one", 1, 5, {"hlt": 1000}))
        done = self.run_reader("compare", "--fail-above", "5", "--db", self.db, "a", "one")
        self.one_line(done, 125, "there is no verdict")

    def test_text(self):
        self.two({"hlt": 10000, "msr": 5000}, {"hlt": 4000, "msr": 5000})
        out = self.run_reader("compare", "--db", self.db, "a", "b")[1]
        self.assertRegex(out, r"reason +exit hlt +10,000 +4,000 +-60.0% .* less +100%\n")
        self.assertNotIn("exit msr", out)
        self.assertIn("exit msr", self.run_reader("compare", "-d", "--db", self.db, "a", "b")[1])
        csv = self.run_reader("compare", "--csv", "--db", self.db, "a", "b")[1]
        self.assertTrue(csv.startswith("side,group,verdict,kind,class,reason,name,"))

    def test_usage(self):
        self.fabricate(side("a", 1, 1, {"hlt": 1}))
        for args in ((), ("a",), ("a", "nothing"), ("a", "a"), ("--by", "x", "a", "a"),
                     ("--fail-above", "x", "a", "a"), ("--fail-above", "-1", "a", "a")):
            with self.subTest(args):
                self.one_line(self.run_reader("compare", "--db", self.db, *args), 125)

    def test_thousand_runs(self):
        """1,000 runs with 500 rows each are compared within a second."""
        counts = {f"reason-{i}": 100 + i for i in range(500)}
        self.fabricate(side("a", 5, 100, counts) + side("b", 5, 100, counts))
        start = time.monotonic()
        subprocess.run([recorded.PLAIN, "compare", "--db", self.db, "a", "b"], check=True,
                       stdout=subprocess.DEVNULL)
        self.assertLess(time.monotonic() - start, 1)
