# SPDX-License-Identifier: GPL-2.0
"""The reader as its users meet it, against synthetic modules."""

import csv
import errno
import io
import json
import os
import re
import resource
import signal
import subprocess
import tempfile
import time

import fake_module
import reader
import scenes


class Golden(reader.ReaderTest):
    """Whole outputs, compared with files."""

    def check(self, name, scene, *args, stream=1):
        done = self.run_reader(*args, scene=scene)
        self.assertEqual(done[0], 0, done[2])
        self.golden(name, done[stream])

    def test_stat(self):
        self.check("stat.txt", scenes.snp, "stat", "-e", "none", "--", "true", stream=2)

    def test_stat_details(self):
        self.check("stat-details.txt", scenes.snp, "stat", "-d", "-e", "none", "true", stream=2)

    def test_stat_tdx(self):
        self.check("stat-tdx.txt", scenes.tdx, "stat", "-e", "none", "true", stream=2)

    def test_stat_json(self):
        self.check("stat.json", scenes.snp, "stat", "-e", "none", "--json", "true", stream=2)

    def test_stat_csv(self):
        self.check("stat.csv", scenes.snp, "stat", "-d", "-e", "none", "--csv", "true", stream=2)

    def test_stat_per_cpu(self):
        self.check("stat-per-cpu.txt", scenes.many_cpus, "stat", "--per-cpu", "-e", "none", "true",
                   stream=2)

    def test_stat_strange(self):
        self.check("stat-strange.txt", scenes.strange, "stat", "-d", "-e", "none", "true",
                   stream=2)

    def test_hist(self):
        self.check("hist.txt", scenes.snp, "hist", "true")
        self.check("hist.json", scenes.snp, "hist", "--json", "true")

    def test_rips(self):
        self.check("rips.txt", scenes.snp, "rips", "true")
        self.check("rips.csv", scenes.snp, "rips", "--csv", "true")

    def test_reasons(self):
        self.check("reasons.txt", None, "reasons")
        self.check("reasons.json", None, "reasons", "--json")
        self.check("reasons-hlt.txt", None, "reasons", "hlt")

    def test_help(self):
        self.check("help.txt", None, "help")
        self.check("help-stat.txt", None, "help", "stat")
        self.check("help-stat.txt", None, "stat", "--help")

    def test_bench(self):
        self.check("bench.txt", scenes.snp, "bench", "--cpu", "2")
        self.check("bench.json", scenes.snp, "bench", "--cpu", "2", "--json")
        self.check("bench.csv", scenes.snp, "bench", "--cpu", "2", "--csv")
        self.check("bench-list.txt", scenes.snp, "bench", "--cpu", "2", "--list")

    def test_bench_beside(self):
        """The golden report is the baseline of another guest."""
        baseline = os.path.join(reader.GOLDEN, "bench.json")
        self.check("bench-beside.txt", scenes.tdx, "bench", "--cpu", "0", "--baseline", baseline,
                   "-n", "50")


class Narrow(reader.ReaderTest):
    """What fits a terminal: whole words and items, or the columns that matter most."""

    def check(self, name, cols, *args):
        status, text = self.on_terminal(cols, *args, scene=scenes.snp)
        self.assertEqual(status, 0)
        # What bench says while it measures is gone from the screen.
        text = re.sub("\r[^\n]*\x1b\\[K", "", text)
        self.golden(name, text)
        return text.split("\n")

    def test_widths(self):
        for cols in (40, 80, 120):
            for name, *args in (("stat", "stat", "-e", "none", "true"),
                                ("stat-details", "stat", "-d", "-e", "none", "true"),
                                ("info", "info"), ("hist", "hist", "true"),
                                ("rips", "rips", "true"), ("set", "set"),
                                ("reasons", "reasons"), ("bench", "bench", "--cpu", "2"),
                                ("bench-list", "bench", "--cpu", "2", "--list")):
                with self.subTest(name, cols=cols):
                    lines = self.check(f"{name}-{cols}.txt", cols, *args)
                    # Facts are no tables: a terminal breaks their lines where it must.
                    if cols >= 80 or name not in ("info", "set", "bench"):
                        self.assertEqual([line for line in lines if len(line) > cols], [])


class GoldenOfOldModule(Golden):
    """The same from a module that knows no snapshot, only its parts."""

    old = True


class Figures(reader.ReaderTest):
    """Figures, read back from JSON and CSV."""

    def stat(self, scene, *args, status=0):
        done = self.run_reader("stat", "--json", "-o", "-", "-e", "none", *args, scene=scene)
        self.assertEqual(done[0], status, done[2])
        return [json.loads(line) for line in done[1].splitlines()]

    def test_adds_up(self):
        report = self.stat(scenes.snp, "true")[0]
        exits = [r for r in report["reasons"] if r["kind"] == "exit"]
        self.assertAlmostEqual(sum(r["share"] for r in exits), 1)
        mmio = [r for r in exits if r["reason"] == "mmio-write"][0]
        details = [d for d in report["details"] if d["code"] == mmio["code"]]
        self.assertEqual(sum(d["count"] for d in details), mmio["count"])
        self.assertTrue(details[-1]["overflow"])

    def test_totals_of_the_details(self):
        """Events between totals and details: the details' own sum is the total."""
        for old in (False, True):
            self.totals_of_the_details(old)

    def totals_of_the_details(self, old):
        module = self.load(None, old)
        asked = []

        def busy(command, n):
            asked.append(command)
            busier = 100 * n + len(asked) ** 2    # more in each question
            if command == "get":
                return [scenes.count(1, 0x7c, busier), scenes.count(1, 0x7b, 5000 + busier)]
            if command == "detail-get":
                return [scenes.detail(1, 0x7c, 1, 0x10, 70 * n),
                        scenes.detail(1, 0x7c, 2, 0x10, busier - 70 * n),
                        scenes.detail(1, 0x7b, 2, 0x10, 7 * n + 1)]
            return scenes.snp(command, n)
        module.content = busy
        report = self.stat(None, "true")[0]
        sums = {}
        for d in report["details"]:
            sums[d["code"]] = sums.get(d["code"], 0) + d["count"]
        counts = {r["code"]: r["count"] for r in report["reasons"]}
        self.assertEqual(counts["0x7c"], sums["0x7c"])
        # These details are not complete: the total is not theirs.
        self.assertGreater(counts["0x7b"], 100)
        self.assertEqual(sums["0x7b"], 7)

    def test_csv_is_json(self):
        report = self.stat(scenes.snp, "true")[0]
        _, out, _ = self.run_reader("stat", "--csv", "-o", "-", "-e", "none", "true",
                                    scene=scenes.snp)
        rows = list(csv.DictReader(io.StringIO(out)))
        self.assertEqual([int(r["count"]) for r in rows],
                         [r["count"] for r in report["reasons"]])

    def test_quoting(self):
        report = self.stat(scenes.snp, "sh", "-c", 'true "a\tb" \\ \x7f é')[0]
        self.assertEqual(report["workload"], '\'sh -c true "a\tb" \\ \x7f é\'')

    def test_invalid_utf8(self):
        report = self.stat(scenes.snp, b"true", b"\xff\xc3\xa9\xed\xa0\x80")[0]
        self.assertIn("\ufffd\u00e9", report["workload"])

    def test_csv_quoting(self):
        with tempfile.TemporaryDirectory() as root:
            os.mkdir(os.path.join(root, "proc"))
            with open(os.path.join(root, "proc/cmdline"), "w", encoding="utf-8") as f:
                f.write('quiet idle=a"b,c swiotlb=1\n')
            _, out, _ = self.run_reader("info", "--csv", scene=scenes.snp,
                                        env={"CVMSTAT_TEST_ROOT": root})
        self.assertIn('idle_option,"a""b,c"\n', out)
        rows = dict(csv.reader(io.StringIO(out)))
        self.assertEqual(rows["idle_option"], 'a"b,c')

    def test_more_details_than_events(self):
        """Two dumps, and events between them: no share is above one."""
        def late(command, n):
            if command == "get":
                return [scenes.count(1, 0x7c, 10 * n)]
            if command == "detail-get":
                return [scenes.detail(1, 0x7c, 1, 0x10, 15 * n),
                        scenes.detail(1, 0x7c, 2, 0x10, 5 * n)]
            return scenes.snp(command, n)
        report = self.stat(late, "true")[0]
        self.assertEqual([d["share"] for d in report["details"]], [0.75, 0.25])

    def test_wrap(self):
        counts = {r["reason"]: r["count"] for r in self.stat(scenes.brim, "true")[0]["reasons"]}
        self.assertEqual(counts, {"mmio-write": 10, "msr": 500})
        _, _, err = self.run_reader("stat", "true", scene=scenes.huge)
        self.assertEqual(err.count("18,446,744,073,709,551,615"), 2)    # and the total

    def test_repeat(self):
        report = self.stat(scenes.snp, "-r", "4", "true")[0]
        self.assertEqual(report["runs"], 4)
        msr = [r for r in report["reasons"] if r["class"] == "vmgexit" and r["code"] == "0x7c"][0]
        self.assertEqual((msr["count"], msr["stddev"], msr["kernel"]), (7000, 0, 28000))

    def test_repeat_deviation(self):
        def uneven(command, n):
            if command == "get":
                return [scenes.count(1, 0x7c, [0, 10, 10, 30, 30, 60][n]),
                        scenes.count(1, 0x7b, [5, 5, 5, 5, 5, 11][n])]
            return scenes.snp(command, 1)
        rows = {r["reason"]: r for r in self.stat(uneven, "-r", "3", "true")[0]["reasons"]}
        self.assertAlmostEqual(rows["msr"]["count"], 20)
        self.assertAlmostEqual(rows["msr"]["stddev"], 10)
        # 0, 0, 6: two runs without the reason count as zero
        self.assertAlmostEqual(rows["ioio"]["count"], 2)
        self.assertAlmostEqual(rows["ioio"]["stddev"], 12 ** 0.5, places=6)

    def test_intervals(self):
        reports = self.stat(scenes.snp, "-I", "50", "sleep", "0.3")
        self.assertGreater(len(reports), 3)
        self.assertEqual({r["reasons"][0]["count"] for r in reports}, {18204})
        self.assertEqual([r["time"] for r in reports],
                         [0.5 * (i + 1) for i in range(len(reports))])

    def test_interval_says_once(self):
        """What no interval changes is below the first alone."""
        err = self.run_reader("stat", "-I", "50", "sleep", "0.3", scene=scenes.snp)[2]
        self.assertGreater(err.count(" total "), 3)
        for text in ("not countable", "not available in this guest", " hooks "):
            self.assertEqual(err.count(text), 1)

    def test_gap_in_part(self):
        def part(command, n):
            if command == "gap-get":
                return [{"class": 7, "code": 0x78, "why": "outside of the idle loop"}]
            return scenes.snp(command, n)
        err = self.run_reader("stat", "true", scene=part)[2]
        self.assertIn("says why): hlt (a part)\n", err)

    def test_inside(self):
        """CPUIDs that were answered inside, of more that were not."""
        def some(command, n):
            if command == "get":
                return [scenes.count(0, 0x72, 34 * n), scenes.count(1, 0x72, 2 * n)]
            if command == "detail-get":
                return [scenes.detail(0, 0x72, 0, 0x1, 34 * n)]
            return scenes.snp(command, n)
        err = self.run_reader("stat", "true", scene=some)[2]
        self.assertIn("  32= without exit (CPUID page), leaf 0x1 (features) 100.0%\n", err)
        err = self.run_reader("stat", "-d", "true", scene=some)[2]
        self.assertRegex(err, r"\n +without exit \(CPUID page\) +32  =\n")
        err = self.run_reader("stat", "-d", "true", scene=scenes.snp)[2]
        self.assertRegex(err, r"\n +without exit \(CPUID page\) +619  =\n")

    def test_counters_scope(self):
        done = self.run_reader("stat", "--json", "-e", "task-clock,page-faults", "true",
                               scene=scenes.snp)
        report = json.loads(done[2])
        self.assertEqual(report["counters_scope"], "workload")
        self.assertEqual([c["event"] for c in report["counters"]], ["task-clock", "page-faults"])
        self.assertGreater(report["counters"][1]["value"], 0)


class Pmu(reader.ReaderTest):
    """Hardware counters beside the exits: a PMU that counts, and none."""

    # 2 G instructions counted all the time; cycles on the PMU half the time;
    # branch-misses (5) enabled and never on it; caches and TLB are not there.
    PMU = "1=2000000000/100/100,0=1000000000/100/50,5=7/100/0"

    def stat(self, *args, pmu=PMU):
        status, out, err = self.run_reader("stat", *args, "true", scene=scenes.snp,
                                           env={"CVMSTAT_TEST_PMU": pmu})
        self.assertEqual(status, 0, err)
        return out or err

    def test_counted(self):
        text = self.stat()
        # 30,238 exits of the window
        self.assertRegex(text, r"\n counters 2 G instructions   15\.1 exits per 1M")
        self.assertRegex(text, r"\n +2 G cycles ~\n")
        self.assertIn("not counted: the PMU was taken: branch-misses\n", text)
        self.assertIn("not available in this guest: dTLB-load-misses, L1-dcache-load-misses\n",
                      text)

    def test_json(self):
        found = {c["event"]: c for c in json.loads(self.stat("--json"))["counters"]}
        self.assertEqual([found[e]["value"] for e in ("instructions", "cycles", "branch-misses")],
                         [2000000000, 2000000000, None])
        self.assertEqual([found[e]["provenance"] for e in ("instructions", "cycles")],
                         ["counted", "estimated"])
        self.assertEqual(found["dTLB-load-misses"]["problem"], "not available in this guest")

    def test_many_counters(self):
        """More counters than files may be open by the shell's limit."""
        self.load(scenes.snp)
        done = subprocess.run([reader.BINARY, "stat", "-a", "-r", "2", "--json", "-o", "-", "-e",
                               ",".join(["instructions"] * 40), "sh", "-c", "ulimit -n >&2"],
                              env=reader.environment(self.module, CVMSTAT_TEST_PMU=self.PMU),
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE,
                                                                    (30, 4096)),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
        self.assertEqual({c["problem"] for c in json.loads(done.stdout)["counters"]}, {None})
        self.assertEqual(done.stderr, b"30\n30\n")

    def test_none(self):
        text = self.stat(pmu="")
        self.assertIn("not available in this guest: instructions, cycles, branch-misses", text)
        self.assertNotIn("per 1M", text)

    def test_repeat(self):
        """Of several runs the mean, as of the exits beside it."""
        text = self.stat("-r", "2")
        self.assertRegex(text, r"\n counters 2 G instructions   15\.1 exits per 1M")
        self.assertIn(" bounced  12.4 MiB in 9,812 copies", text)
        self.assertIn(" idle     4,911 halted, 77 polled", text)

    def test_time(self):
        self.load(scenes.snp)
        err = self.run_reader("stat", "-e", "task-clock", "true")[2]
        self.assertRegex(err, r"\n counters [0-9.]+ [um]s task-clock\n")

    def test_intervals(self):
        """Each interval has its own part of what is counted."""
        out = self.run_reader("stat", "--json", "-o", "-", "-I", "50", "sleep", "0.3",
                              scene=scenes.snp, env={"CVMSTAT_TEST_PMU": self.PMU})[1]
        values = [json.loads(line)["counters"][0]["value"] for line in out.splitlines()]
        self.assertGreater(len(values), 3)
        self.assertEqual(set(values), {2000000000})


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
            for text, why in ((None, "not a report"), ("", "not a report"), ("[1]", "not a report"),
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

    def test_usage(self):
        for args in (["-n", "0"], ["-n", "100001"], ["--iterations", "x"], ["--cpu", "9"],
                     ["word"], ["--nosuch"]):
            self.bench(*args, status=125)


class Workload(reader.ReaderTest):
    """The command is the user's: status, signals, standard streams."""

    def test_status(self):
        for status in (0, 1, 42, 125):
            done = self.run_reader("stat", "sh", "-c", f"exit {status}", scene=scenes.snp)
            self.assertEqual(done[0], status)

    def test_signal_status(self):
        done = self.run_reader("stat", "sh", "-c", "kill -SEGV $$", scene=scenes.snp)
        self.assertEqual(done[0], 128 + signal.SIGSEGV)

    def test_not_found(self):
        status, _, err = self.run_reader("stat", "/nonexistent/x", scene=scenes.snp)
        self.assertEqual((status, err),
                         (127, "cvmstat: /nonexistent/x: No such file or directory\n"))

    def test_not_executable(self):
        self.assertEqual(self.run_reader("stat", "/etc/passwd", scene=scenes.snp)[0], 126)

    def test_streams(self):
        _, out, err = self.run_reader("stat", "sh", "-c", "echo hello", scene=scenes.snp)
        self.assertEqual(out, "hello\n")
        self.assertIn("Guest exits during", err)

    def test_starts_after_snapshot(self):
        module = self.load(scenes.snp)
        self.run_reader("stat", "sh", "-c", "echo $PPID > /dev/null")
        self.assertEqual(module.step, 1)

    def test_inherits_signals(self):
        """The command has the dispositions that cvmstat was started with."""
        for ignored in ("", "trap '' PIPE; "):
            self.load(scenes.snp)
            show = 'grep -E "Sig(Ign|Blk)" /proc/self/status'
            plain = subprocess.run(["sh", "-c", f"{ignored} exec {show}"], check=True,
                                   stdout=subprocess.PIPE, restore_signals=True)
            through = subprocess.run(["sh", "-c", f"{ignored} exec {reader.BINARY} stat {show}"],
                                     env=reader.environment(self.module), check=True,
                                     stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            self.assertEqual(through.stdout, plain.stdout)

    def popen(self, *args):
        return subprocess.Popen([reader.BINARY, *args], env=reader.environment(self.module),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def test_passes_signals_on(self):
        self.load(scenes.snp)
        with self.popen("stat", "sh", "-c", "trap 'echo got it; exit 3' TERM; echo up; "
                        "while :; do sleep 0.05; done") as p:
            self.assertEqual(p.stdout.readline(), b"up\n")
            p.send_signal(signal.SIGTERM)
            out, err = p.communicate(timeout=20)
            self.assertEqual((p.returncode, out), (3, b"got it\n"))
            self.assertIn(b"Guest exits during", err)

    def test_until_interrupt(self):
        self.load(scenes.snp)
        with self.popen("stat") as p:
            while self.module.step < 0:
                time.sleep(0.01)
            time.sleep(0.2)
            p.send_signal(signal.SIGINT)
            _, err = p.communicate(timeout=20)
            self.assertEqual(p.returncode, 0)
            self.assertIn(b"the time until the interrupt", err)

    def test_pid(self):
        self.load(scenes.snp)
        with subprocess.Popen(["sleep", "0.5"]) as other, self.popen("stat", "-p",
                                                                     str(other.pid)) as p:
            time.sleep(0.1)
            other.wait()
            _, err = p.communicate(timeout=20)
            self.assertEqual(p.returncode, 0)
            self.assertIn(b"process %d" % other.pid, err)

    def test_no_process(self):
        self.assertEqual(self.run_reader("stat", "-p", "4194300", scene=scenes.snp)[0], 125)


class BadDays(reader.ReaderTest):
    """One clear line and a status of its own, or right results."""

    def one_line(self, done, status, *parts):
        self.assertEqual(done[0], status, done[2])
        self.assertEqual(done[2].count("\n"), 1, done[2])
        for part in parts:
            self.assertIn(part, done[2])

    def test_no_module(self):
        for command in ("stat", "info", "rips", "hist", "set", "monitor", "top"):
            self.one_line(self.run_reader(command), 122, "not loaded", "not a confidential guest",
                          "modprobe cvmstat")

    def refuse(self, command, err, text, old=False):
        self.load(scenes.snp, old).refuse[command] = (err, text)

    def test_no_permission(self):
        for command, old in (("snapshot", False), ("info", True)):
            self.refuse(command, errno.EPERM, "reading needs CAP_PERFMON here", old)
            self.one_line(self.run_reader("info"), 121, "CAP_PERFMON",
                          "reading needs CAP_PERFMON here")

    def test_set_without_permission(self):
        self.refuse("config-set", errno.EPERM, "changing needs CAP_NET_ADMIN here")
        self.one_line(self.run_reader("set", "rips", "on"), 121, "CAP_NET_ADMIN")

    def test_old_module(self):
        self.refuse("hist-get", errno.EOPNOTSUPP, "", old=True)
        self.one_line(self.run_reader("hist"), 122, "does not measure times")

    def test_old_module_stat(self):
        module = self.load(scenes.snp, old=True)
        for command in ("detail-get", "bounce-get", "idle-get", "gap-get", "hook-get"):
            module.refuse[command] = (errno.EOPNOTSUPP, "")
        status, _, err = self.run_reader("stat", "true")
        self.assertEqual(status, 0)
        self.assertIn("mmio-write  18,204", err)
        self.assertEqual(err.count(" note "), 5)

    def test_full_disk(self):
        for args in (("reasons",), ("info", "--json"), ("stat", "true"), ("stat", "--csv", "true")):
            done = self.run_reader(args[0], "-o", "/dev/full", *args[1:], scene=scenes.snp)
            self.one_line(done, 120, "No space left on device", "/dev/full")

        for args in (("help",), ("help", "stat"), ("--version",), ("stat", "--help"),
                     ("top", "--version")):
            with open("/dev/full", "wb") as full:
                self.one_line(self.run_reader(*args, stdout=full), 120, "No space left on device")

    def test_closed_pipe(self):
        read, write = os.pipe()
        os.close(read)
        done = self.run_reader("reasons", stdout=write)
        os.close(write)
        self.one_line(done, 120, "Broken pipe")

    def test_no_folder(self):
        self.one_line(self.run_reader("reasons", "-o", "/nonexistent/file"), 120)

    def test_interrupted_dump(self):
        for old, command, dumps in ((False, "snapshot", 5), (True, "get", 7)):
            self.load(scenes.snp, old).interrupt[command] = 3
            status, _, err = self.run_reader("stat", "--json", "true")
            self.assertEqual(status, 0)
            self.assertEqual(json.loads(err)["reasons"][0]["count"], 18204)
            self.assertEqual([name for name, _ in self.module.asked].count(command), dumps)

    def test_never_still(self):
        for old, command in ((False, "snapshot"), (True, "get")):
            self.load(scenes.snp, old).interrupt[command] = 1000
            self.one_line(self.run_reader("stat", "true"), 123, "did not hold still")

    def test_asks_once(self):
        """Two snapshots are two requests, and an old module is not asked twice."""
        module = self.load(scenes.snp)
        self.run_reader("stat", "true")
        self.assertEqual([name for name, _ in module.asked], ["snapshot"] * 2)
        module = self.load(scenes.snp, old=True)
        self.run_reader("stat", "true")
        self.assertEqual([name for name, _ in module.asked].count("snapshot"), 1)

    def test_reload(self):
        status, _, err = self.run_reader("stat", "true", scene=scenes.reload)
        self.assertEqual(status, 0)
        self.assertIn("the module was reloaded", err)
        self.assertIn("a CPU went away", err)
        self.assertRegex(err, r"exit +msr +7 ")

    def test_fallen(self):
        status, _, err = self.run_reader("stat", "true", scene=scenes.fallen)
        self.assertEqual(status, 0)
        self.assertIn("a counter fell", err)
        self.assertIn("dropped hits", err)
        self.assertRegex(err, r"exit +msr +10 ")

    def test_usage(self):
        for args in (("stat", "-I", "5", "true"), ("stat", "-r", "0", "true"), ("stat", "-r", "2"),
                     ("stat", "-p", "1", "true"), ("stat", "-e", "nonsense", "true"),
                     ("stat", "-I", "1x"), ("stat", "--nonsense"), ("nonsense",), ("info", "x"),
                     ("set", "rips"), ("set", "rips", "maybe"), ("set", "x", "on"),
                     ("set", "classes", "vc,nonsense"), ("reasons", "nonsense"), ("top", "--json"),
                     ("top", "-d", "x"), ("top", "-d", "0")):
            with self.subTest(args=args):
                self.assertEqual(self.run_reader(*args, scene=scenes.snp)[0], 125)


class Options(reader.ReaderTest):
    """Help, manual and completion know the same options, and the reader takes them."""

    def commands(self):
        out = self.run_reader("help")[1]
        return re.findall(r"^  ([a-z]+) ", out, re.M)

    def options(self, command):
        """Long options of a command of its own."""
        out = self.run_reader("help", command)[1].split("Options of all commands:")[0]
        return set(re.findall(r"--([a-z-]+)", out.split("\nOptions:\n")[1])) - \
            {"json", "csv", "no-color", "output", "help", "version"}

    def test_manual(self):
        with open(os.path.join(reader.HERE, "../cvmstat.8"), encoding="utf-8") as f:
            manual = f.read()
        sections = dict(re.findall(r"^\.Ss (\w+)\n(.*?)(?=^\.S)", manual, re.M | re.S))
        examples = manual.split(".Sh EXAMPLES")[1]
        self.assertEqual(list(sections), self.commands())
        for command, text in sections.items():
            with self.subTest(command):
                self.assertEqual(set(re.findall(r"Fl -([a-z-]+)", text)), self.options(command))
                self.assertRegex(examples, rf"(?m)^\.Dl .*cvmstat {command}\b")

    def test_completion(self):
        script = os.path.join(reader.HERE, "../cvmstat.bash-completion")
        for command in self.commands():
            done = subprocess.run(["bash", "-c", f"source {script}; _cvmstat_options {command}"],
                                  stdout=subprocess.PIPE, check=True)
            known = {o[2:] for o in done.stdout.decode().split()}
            with self.subTest(command):
                self.assertEqual(known - {"json", "csv", "no-color", "output", "help", "version"},
                                 self.options(command))

    def test_wrong(self):
        for args, text in ((("-x",), "cvmstat stat has no option -x"),
                           (("--json", "-adx"), "cvmstat stat has no option -x"),
                           (("--nope=1",), "cvmstat stat has no option --nope=1"),
                           (("--details=3",), "--details=3: there is no value to give"),
                           (("-aI",), "-I needs a value"),
                           (("--interval",), "--interval needs a value")):
            with self.subTest(args):
                self.assertEqual(self.run_reader("stat", *args),
                                 (125, "", f"cvmstat: {text}; see cvmstat help stat\n"))

    def test_anywhere(self):
        """Options may come after words, but for those of another program."""
        self.assertEqual(json.loads(self.run_reader("reasons", "hlt", "--json")[1])["command"],
                         "reasons")
        out = self.run_reader("stat", "echo", "--json", scene=scenes.snp)[1]
        self.assertEqual(out, "--json\n")

    def test_no_command(self):
        status, out, err = self.run_reader()
        self.assertEqual((status, out), (125, ""))
        self.assertEqual(err, self.run_reader("help")[1])
        self.assertEqual(self.run_reader("--help")[1], err)


class Commands(reader.ReaderTest):
    """What is not a table of figures."""

    def test_info(self):
        status, out, _ = self.run_reader("info", scene=scenes.snp)
        self.assertEqual(status, 0)
        for text in ("SEV-SNP, VMPL0", "SEV_STATUS 0x7", "no symbol of this name",
                     "tsc_deadline no", "x2apic yes", "idle_option halt", "swiotlb_mode all DMA",
                     "swiotlb_size 64 MiB (200 KiB used)", "guest_halt_poll_ns 200000",
                     "guest_halt_poll_allow_shrink Y", "vpmu no",
                     "snp-ap is not attached: no symbol of this name in this kernel"):
            self.assertIn(text, re.sub(" +", " ", out))

    def test_swiotlb_mode(self):
        def mode(platform, option):
            def scene(command, n):
                return scenes.info(platform) if command == "info" else scenes.snp(command, n)
            with tempfile.TemporaryDirectory() as root:
                os.mkdir(os.path.join(root, "proc"))
                with open(os.path.join(root, "proc/cmdline"), "w", encoding="utf-8") as f:
                    f.write(f"quiet {option}\n")
                out = self.run_reader("info", "--json", scene=scene,
                                      env={"CVMSTAT_TEST_ROOT": root})[1]
            return {s["key"]: s["value"] for s in json.loads(out)["settings"]}["swiotlb_mode"]
        self.assertEqual(mode("tdx", ""), "all DMA")
        self.assertEqual(mode("snp", "swiotlb=65536,noforce"), "off (swiotlb=noforce)")
        self.assertEqual(mode("none", "swiotlb=4096,2,force"), "all DMA (swiotlb=force)")
        self.assertEqual(mode("none", "swiotlb=4096"), "where a device needs it")
        self.assertIsNone(mode(9, ""))

    def test_info_json(self):
        info = json.loads(self.run_reader("info", "--json", scene=scenes.snp)[1])
        self.assertEqual(info["hooks"][2]["reason"], "no symbol of this name in this kernel")
        self.assertEqual(info["gaps"][0]["code"], "0x60")
        self.assertEqual({s["key"]: s["value"] for s in info["settings"]}["clocksource"], "tsc")

    def test_info_of_a_newer_module(self):
        status, out, _ = self.run_reader("info", scene=scenes.strange)
        self.assertEqual(status, 0)
        self.assertIn("the module is newer: 1 attributes are unknown here", out)
        self.assertIn("platform-9", out)
        self.assertIn("backend-42", out)
        self.assertIn("class-12", out)

    def test_set_sends(self):
        module = self.load(scenes.snp)
        status, out, _ = self.run_reader("set", "latency", "on", "rips", "off", "classes",
                                         "vc,vmgexit")
        self.assertEqual(status, 0)
        sent = dict(module.asked)["config-set"]
        attrs = fake_module.SETS["config"]
        self.assertEqual(sent, fake_module.encode(attrs, {"classes": 3, "rips": 0, "latency": 1}))
        self.assertIn("latency  on", out)

    def test_per_cpu_asks(self):
        module = self.load(scenes.many_cpus)
        self.run_reader("stat", "--per-cpu", "true")
        sent = fake_module.attributes(dict(module.asked)["snapshot"])
        self.assertEqual(sent[fake_module.SETS["snapshot"]["per-cpu"][0]], b"")

    def test_per_cpu_asks_old_module(self):
        module = self.load(scenes.many_cpus, old=True)
        self.run_reader("stat", "--per-cpu", "true")
        flag = fake_module.encode(fake_module.SETS["count"], {"per-cpu": True})
        self.assertEqual(dict(module.asked)["get"], flag)
        flag = fake_module.encode(fake_module.SETS["around"], {"per-cpu": True})
        self.assertEqual(dict(module.asked)["idle-get"], flag)

    def test_monitor(self):
        self.load(scenes.snp)
        with subprocess.Popen([reader.BINARY, "monitor", "--json", "-n", "2"],
                              env=reader.environment(self.module), stdout=subprocess.PIPE) as p:
            time.sleep(0.5)
            self.module.announce(announcement="hook-lost", generation=5, hook="vc")
            self.module.announce(announcement="config", generation=5, classes=3, details=1,
                                 rips=0, latency=1)
            lines = [json.loads(line)["announcements"][0] for line in p.stdout]
        self.assertEqual([(e["announcement"], e["hook"]) for e in lines],
                         [("hook-lost", "vc"), ("config", "")])
        self.assertEqual((lines[1]["classes"], lines[1]["rips"]), ("0x3", False))

    def test_monitor_reload(self):
        """A module that is loaded again is said once, however it became known."""
        self.load(scenes.snp)
        with subprocess.Popen([reader.BINARY, "monitor", "--json", "-n", "3"],
                              env=reader.environment(self.module), stdout=subprocess.PIPE) as p:
            time.sleep(0.5)
            self.module.announce(announcement="unload", generation=1)
            self.module.arrive()
            first = [json.loads(p.stdout.readline())["announcements"][0] for _ in range(2)]
            self.module.announce(announcement="load", generation=0x1234)
            self.module.announce(announcement="hook-lost", generation=0x1234, hook="vc")
            last = json.loads(p.stdout.readline())["announcements"][0]
        self.assertEqual([(e["announcement"], e["generation"]) for e in first + [last]],
                         [("unload", "0x1"), ("load", "0x1234"), ("hook-lost", "0x1234")])

    def test_monitor_stops(self):
        self.load(scenes.snp)
        with subprocess.Popen([reader.BINARY, "monitor"], env=reader.environment(self.module),
                              stdout=subprocess.PIPE) as p:
            time.sleep(0.5)
            p.send_signal(signal.SIGINT)
            p.communicate(timeout=10)
            self.assertEqual(p.returncode, 0)

    def test_kernel_symbols(self):
        root = os.path.join(reader.HERE, "root-symbols")
        _, out, _ = self.run_reader("rips", "--json", "true", scene=scenes.snp,
                                    env={"CVMSTAT_TEST_ROOT": root})
        symbols = [r["symbol"] for r in json.loads(out)["rips"]]
        self.assertEqual(symbols[:2], ["writel+0x10", "native_apic_msr_write+0x0"])

    def test_user_symbols(self):
        python = os.path.realpath("/proc/self/exe")
        with open("/proc/self/maps", encoding="utf-8") as f:
            start = [int(line.split("-")[0], 16) for line in f if python in line and " r-xp " in line]

        def mine(command, n):
            if command == "rip-get":
                return [{"class": 0, "code": 0x72, "rip": start[0] + 0x10, "tgid": os.getpid(),
                         "kernel": 0, "user": 5 * n}] if n else []
            return scenes.snp(command, n)
        _, out, _ = self.run_reader("rips", "--json", "true", scene=mine,
                                    env={"CVMSTAT_TEST_ROOT": ""})
        rip = json.loads(out)["rips"][0]
        self.assertIn(os.path.basename(python), rip["symbol"])
        self.assertRegex(rip["process"], rf"^\w.*/{os.getpid()}$")

    def test_symbols_of_the_gone(self):
        """Code of a command that is over when the report is made, and of its copy."""
        out = self.run_reader("stat", "-a", "--json", "-o", "-", "-e", "context-switches", "true",
                              scene=scenes.snp)[1]
        if json.loads(out)["counters"][0]["problem"]:
            self.skipTest("software events of all CPUs are not permitted here")
        with tempfile.NamedTemporaryFile("r") as told:
            script = ("import os, sys\n"
                      "def tell():\n"
                      "    line = next(l for l in open('/proc/self/maps') if ' r-xp ' in l\n"
                      "                and os.path.realpath('/proc/self/exe') in l)\n"
                      "    with open(sys.argv[1], 'a') as f:\n"
                      "        f.write(f'{os.getpid()} {line.split(\"-\")[0]}\\n')\n"
                      "tell()\n"
                      "if not os.fork(): tell()\n"
                      "else: os.wait()\n")

            def theirs(command, n):
                if command == "rip-get":
                    pairs = [line.split() for line in told.read().splitlines()] if n else []
                    return [{"class": 0, "code": 0x72, "rip": int(start, 16) + 0x10,
                             "tgid": int(pid), "kernel": 0, "user": 5} for pid, start in pairs]
                return scenes.snp(command, n)
            python = os.path.realpath("/proc/self/exe")
            _, out, err = self.run_reader("rips", "--json", "--", python, "-c", script, told.name,
                                          scene=theirs, env={"CVMSTAT_TEST_ROOT": ""})
        rips = json.loads(out)["rips"]
        self.assertEqual(len(rips), 2, err)
        for rip in rips:
            self.assertIn(os.path.basename(python), rip["symbol"])
            self.assertEqual(rip["process"], f"{os.path.basename(python)[:15]}/{rip['tgid']}")

    def test_reasons_choices(self):
        def names(*args):
            rows = json.loads(self.run_reader("reasons", "--json", *args)[1])["reasons"]
            return {(r["class"], r["reason"]) for r in rows}
        self.assertEqual(names("vmgexit:0x7c"), {("vmgexit", "msr")})
        self.assertEqual(names("#VE wrmsr"), {("ve", "wrmsr")})
        self.assertEqual(len(names("tdcall")), 21)
        self.assertIn(("auto", "hlt"), names("hlt"))

    def test_every_code_explained(self):
        rows = json.loads(self.run_reader("reasons", "--json")[1])["reasons"]
        names = {r["reason"] for r in rows}
        header = os.path.join(reader.HERE, "../../kmod/uapi/linux/cvmstat_codes.h")
        with open(header, encoding="utf-8") as f:
            for line in f:
                if line.startswith("\tX(0x") or line.startswith("\tX(1") or line.startswith("\tX("):
                    name = line.split('"')[1]
                    self.assertIn(name, names)
        for row in rows:
            for key in ("cause", "cost", "help", "spec"):
                self.assertTrue(row[key], row)
            self.assertEqual(row["cause"][-1], ".")

    def test_completion(self):
        script = os.path.join(reader.HERE, "../cvmstat.bash-completion")

        def complete(*words):
            line = " ".join(f"'{w}'" for w in words)
            done = subprocess.run(
                ["bash", "-c", f"source {script}; COMP_WORDS=({line}); "
                 f"COMP_CWORD={len(words) - 1}; _cvmstat; printf '%s\\n' \"${{COMPREPLY[@]}}\""],
                stdout=subprocess.PIPE, check=True,
                env={"PATH": f"{os.path.dirname(reader.BINARY)}:{os.environ['PATH']}"})
            return done.stdout.decode().split()
        self.assertEqual(complete("cvmstat", "re"), ["reasons"])
        self.assertEqual(complete("cvmstat", "set", "lat"), ["latency"])
        self.assertEqual(complete("cvmstat", "set", "rips", "o"), ["on", "off"])
        self.assertEqual(complete("cvmstat", "stat", "--per"), ["--per-cpu"])
        self.assertIn("sleep", complete("cvmstat", "stat", "-I", "100", "slee"))
        self.assertEqual(complete("cvmstat", "reasons", "wrm"), ["wrmsr"])
        self.assertEqual(complete("cvmstat", "bench", "--base"), ["--baseline"])
        self.assertEqual(complete("cvmstat", "set", "classes", "vc,vm"), ["vc,vmgexit"])
        self.assertEqual(complete("cvmstat", "stat", "-e", "cycles,instr"),
                         ["cycles,instructions"])
        events = complete("cvmstat", "stat", "-e", "")
        self.assertGreater(len(events), 20)
        self.assertEqual(self.run_reader("stat", "-e", ",".join(events), "true",
                                         scene=scenes.snp)[0], 0)
        self.assertEqual(complete("cvmstat", "stat", "-I", ""), [])
        self.assertIn("sleep", complete("cvmstat", "stat", "-d", "slee"))
        self.assertEqual(complete("cvmstat", "help", "mon"), ["monitor"])
        self.assertEqual(complete("cvmstat", "bench", "--only", "by"), ["by-hand"])

    def test_version(self):
        self.assertRegex(self.run_reader("--version")[1], r"^cvmstat \d+\.\d+\.\d+\n$")
        self.assertEqual(self.run_reader("stat", "--version")[0], 0)
