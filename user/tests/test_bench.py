# SPDX-License-Identifier: GPL-2.0
"""cvmstat bench, with operations of the tests' own."""

import json
import os
import tempfile

import reader
import scenes


class Bench(reader.ReaderTest):
    """Figures of operations, and what makes them worthless."""

    def bench(self, *args, scene=scenes.snp, env=None, status=0):
        done = self.run_reader("bench", "--cpu", "0", *args, scene=scene, env=env)
        self.assertEqual(done[0], status, done[2])
        return done

    def report(self, *args, **more):
        return json.loads(self.bench("--json", *args, **more)[1])

    def by_name(self, *args, **more):
        return {t["name"]: t for t in self.report(*args, **more)["triggers"]}

    def test_figures(self):
        t = self.by_name("-n", "10")["user-cpuid"]
        # 1,000,000, and 10,009 down to 10,001
        self.assertEqual((t["iterations"], t["cycles_min"], t["cycles_median"], t["cycles_p99"]),
                         (10, 10001, 10005.5, 1000000))
        self.assertAlmostEqual(t["cycles_mean"], 109004.5)
        # The module says 2.5 GHz; the device's 2 GHz does not count beside it.
        self.assertAlmostEqual(t["ns_median"], 4002.2)

    def test_per_operation(self):
        ran = self.by_name("-n", "100")
        self.assertEqual((ran["user-cpuid"]["exits_per_op"], ran["user-cpuid"]["traps_per_op"],
                          ran["user-cpuid"]["calls_per_op"]), (1, 1, None))
        self.assertEqual((ran["convert"]["exits_per_op"], ran["convert"]["calls_per_op"]),
                         (2.04, 1))
        self.assertEqual((ran["by-hand"]["exits_per_op"], ran["by-hand"]["seen"]), (None, False))
        self.assertNotIn("refused", ran)

    def test_most_iterations(self):
        self.assertEqual({t["iterations"] for t in self.by_name("-n", "5000").values()}, {100})

    def test_only(self):
        self.assertEqual(list(self.by_name("--only", "by-hand,user-cpuid")),
                         ["by-hand", "user-cpuid"])
        for name, why in (("nosuch", "no operation 'nosuch'"), ("wbinvd", "it would panic"),
                          ("", "no operation ''")):
            _, _, err = self.bench("--only", name, status=125)
            self.assertIn(why, err)

    def test_no_module(self):
        """Without the counting module there are times, and no counts."""
        report = self.report(scene=None)
        self.assertEqual({t["exits_per_op"] for t in report["triggers"]}, {None})
        self.assertEqual((report["platform"], report["tsc_khz"]), ("snp", 2000000))
        self.assertIn("cvmstat.ko is not loaded", report["notes"][0]["text"])

    def test_no_device(self):
        env = {"CVMSTAT_TEST_BENCH": "none"}
        self.assertEqual(list(self.by_name(env=env)), ["user-cpuid"])
        _, _, err = self.bench(env=env)
        self.assertIn("modprobe cvmstat_bench", err)
        _, out, _ = self.bench("--list", env=env)
        self.assertIn("all in kernel mode  cvmstat_bench.ko is not loaded", out)

    def test_nothing_known(self):
        report = self.report(scene=None, env={"CVMSTAT_TEST_BENCH": "none"})
        self.assertEqual((report["platform"], report["tsc_khz"]), ("unknown", None))
        self.assertIsNone(report["triggers"][0]["ns_median"])

    def test_plain(self):
        report = self.report(scene=None, env={"CVMSTAT_TEST_BENCH": "plain"})
        self.assertEqual({t["exits_per_op"] for t in report["triggers"]}, {None})
        self.assertEqual(report["platform"], "none")

    def test_paravisor(self):
        """Zeros of a module that counts none of them are not figures."""
        def behind(command, n):
            return scenes.info("snp-paravisor") if command == "info" else scenes.snp(command, n)
        report = self.report(scene=behind)
        self.assertEqual({t["exits_per_op"] for t in report["triggers"]}, {None})
        self.assertIn("paravisor", " ".join(n["text"] for n in report["notes"]))

    def test_emulator(self):
        report = self.report(env={"CVMSTAT_TEST_EMULATOR": "QEMU TCG"})
        self.assertEqual(report["emulator"], "QEMU TCG")
        self.assertIn("say nothing about hardware", report["notes"][0]["text"])
        self.assertIsNone(self.report()["emulator"])

    def test_trouble(self):
        """A reload in the middle, and hits that got lost, are said."""
        def reloaded(command, n):
            return scenes.info(generation=n) if command == "info" else scenes.snp(command, n)
        texts = [n["text"] for n in self.report(scene=reloaded)["notes"]]
        self.assertTrue([t for t in texts if "reloaded" in t], texts)
        texts = [n["text"] for n in self.report()["notes"]]
        self.assertFalse([t for t in texts if "reloaded" in t], texts)

    def clock(self, root, current, available):
        path = os.path.join(root, "sys/devices/system/clocksource/clocksource0")
        os.makedirs(path)
        for name, text in (("current", current), ("available", available)):
            with open(os.path.join(path, name + "_clocksource"), "w", encoding="utf-8") as f:
                f.write(text + "\n")
        return {"CVMSTAT_TEST_ROOT": root}

    def test_unstable(self):
        with tempfile.TemporaryDirectory() as root:
            env = self.clock(root, "hpet", "hpet acpi_pm ")
            done = self.bench("--json", env=env, status=125)
            self.assertIn("does not trust the TSC", done[2])
            self.assertEqual(done[1], "")
            report = self.report("--force", env=env)
            self.assertIn("no measure of time", report["notes"][0]["text"])
            self.bench("--list", env=env)

    def test_other_clock(self):
        with tempfile.TemporaryDirectory() as root:
            report = self.report(env=self.clock(root, "kvm-clock", "kvm-clock tsc hpet"))
        self.assertIn("clock is kvm-clock", report["notes"][0]["text"])

    def test_baseline(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "old.json")
            self.bench("--json", "-o", path, "--only", "user-cpuid,by-hand")
            ran = self.by_name("--baseline", path, "-n", "10")
            self.assertEqual(ran["user-cpuid"]["baseline_exits_per_op"], 1)
            self.assertAlmostEqual(ran["user-cpuid"]["ratio"], 10005.5 / 10050.5, places=6)
            self.assertIsNone(ran["by-hand"]["baseline_exits_per_op"])
            self.assertIsNone(ran["convert"]["baseline_ns_median"])
            self.assertIsNone(ran["convert"]["ratio"])

    def test_bad_baseline(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "old.json")
            for text, why in ((None, "No such file"), ("", "not a report"), ("[1]", "not a report"),
                              ('{"command": "bench"}', "not a report"),
                              ('{"command": "bench", "triggers": 5}', "not a report"),
                              ('{"command": "stat", "triggers": []}', "not a report"),
                              ('{"command": "bench", "cvmstat_schema": 99, "triggers": []}',
                               "schema 99")):
                if text is not None:
                    with open(path, "w", encoding="utf-8") as f:
                        f.write(text)
                _, _, err = self.bench("--baseline", path, status=125)
                self.assertIn(why, err)

    def test_odd_baseline(self):
        """What a report may hold and ours does not."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "old.json")
            with open(path, "w", encoding="utf-8") as f:
                f.write('{"command": "bench", "cvmstat_schema": 1, "emulator": "QEMU TCG", '
                        '"triggers": [7, null, {}, {"name": null}, {"name": "user-cpuid", '
                        '"ns_median": "x", "cycles_median": 0}]}')
            report = self.report("--baseline", path)
        self.assertIn("baseline was recorded on an emulated CPU", report["notes"][0]["text"])
        self.assertIsNone(report["triggers"][0]["ratio"])

    def test_twins(self):
        """What of an operation is its exit; where nobody can tell, it is not known."""
        out = json.loads(self.run_reader("bench", "--json", "--cpu", "2", scene=scenes.snp)[1])
        rows = {t["name"]: t for t in out["triggers"]}
        self.assertEqual((rows["split"]["cycles_median"], rows["split"]["cycles_exit_median"]),
                         (10050.5, 6505.5))
        self.assertAlmostEqual(rows["split"]["exit_share"], 6505.5 / 10005.5, 6)
        self.assertEqual(self.exception(rows["split"]), (3500, 3500, 3500))
        self.assertIsNone(rows["user-cpuid"]["exit_share"])
        for args in (("--no-twins",), ("--only", "user-cpuid")):
            out = self.run_reader("bench", "--cpu", "2", *args, scene=scenes.snp)[1]
            self.assertNotIn("What of it is the exit", out)
        out = self.run_reader("bench", "--cpu", "2", scene=scenes.snp)[1]
        self.assertRegex(out, r"\n operation +cycles +exit +exception +least +most +share\n"
                              r" split +10,006 +6,506 +3,500 +3,500 +3,500 +65\.0%\n")
        self.assertIn("Not told of what runs in user mode, which is not timed inside: user-cpuid\n",
                      out)

    @staticmethod
    def exception(row):
        return tuple(row[f"cycles_exception_{which}"] for which in ("median", "min", "max"))

    def test_twins_in_turns(self):
        """What a machine that gets slower adds is in both, and the spread says how far it is off."""
        args = ("bench", "--cpu", "2", "--only", "split")
        env = {"CVMSTAT_TEST_BENCH": "slower"}
        out = json.loads(self.run_reader(*args, "--json", scene=scenes.snp, env=env)[1])
        self.assertEqual(self.exception(out["triggers"][0]), (3500, 2500, 4500))

    def test_twins_less_than_nothing(self):
        """What is below zero, and a share above 1, are what was measured."""
        args = ("bench", "--cpu", "2", "--only", "split")
        env = {"CVMSTAT_TEST_BENCH": "inverse"}
        out = json.loads(self.run_reader(*args, "--json", scene=scenes.snp, env=env)[1])
        self.assertEqual(self.exception(out["triggers"][0]), (-3500, -3500, -3500))
        self.assertGreater(out["triggers"][0]["exit_share"], 1)
        self.assertRegex(self.run_reader(*args, scene=scenes.snp, env=env)[1], r" -3,500 .* 153\.8%\n")

    def test_classes_off(self):
        """What is not counted is not zero."""
        def scene(command, n):
            if command == "config-get":
                return [{"classes": 0xfd, "details": 1, "rips": 0, "latency": 0}]
            return scenes.snp(command, n)
        args = ("bench", "--cpu", "2", "--only", "split")
        out = json.loads(self.run_reader(*args, "--json", scene=scene)[1])
        self.assertEqual((out["triggers"][0]["exits_per_op"], out["triggers"][0]["traps_per_op"]),
                         (None, 1))
        text = "not counted, as their classes are off: vmgexit (cvmstat set classes)"
        self.assertIn(text, [n["text"] for n in out["notes"]])
        self.assertIn(text, self.run_reader(*args, scene=scene)[1])

    def test_usage(self):
        for args in (["-n", "0"], ["-n", "100001"], ["--iterations", "x"], ["--cpu", "9"],
                     ["word"], ["--nosuch"]):
            self.bench(*args, status=125)
