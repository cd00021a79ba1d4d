# SPDX-License-Identifier: GPL-2.0
"""Figures, read back from JSON and CSV."""

import csv
import io
import json
import os
import resource
import subprocess
import tempfile

import reader
import scenes


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
        sums, known = {}, {}
        for d in report["details"]:
            sums[d["code"]] = sums.get(d["code"], 0) + d["count"]
            if d["detail"]:
                known[d["code"]] = known.get(d["code"], 0) + d["count"]
        counts = {r["code"]: r["count"] for r in report["reasons"]}
        self.assertEqual(counts["0x7c"], known["0x7c"])
        # These details are not complete: the total is not theirs.
        self.assertGreater(counts["0x7b"], 100)
        self.assertEqual(known["0x7b"], 7)
        self.assertEqual(sums, counts)

    def test_csv_is_json(self):
        report = self.stat(scenes.snp, "true")[0]
        _, out, _ = self.run_reader("stat", "--csv", "-o", "-", "-e", "none", "true",
                                    scene=scenes.snp)
        rows = [r for r in csv.DictReader(io.StringIO(out)) if r["kind"] != "note"]
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
        self.assertEqual((msr["count"], msr["stddev"], msr["kernel"]), (7000, 0, 7000))

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
        reports = self.stat(scenes.snp, "-I", "50", "sleep", "1")
        self.assertGreater(len(reports), 3)
        self.assertEqual({r["reasons"][0]["count"] for r in reports}, {18204})
        self.assertEqual([r["time"] for r in reports],
                         [0.5 * (i + 1) for i in range(len(reports))])

    def test_interval_says_once(self):
        """What no interval changes is below the first alone."""
        err = self.run_reader("stat", "-v", "-I", "50", "sleep", "1", scene=scenes.snp)[2]
        self.assertGreater(err.count(" total "), 3)
        for text in ("not countable", "not available in this guest", " hooks "):
            self.assertEqual(err.count(text), 1)

    def test_footer(self):
        """Two lines, and what lowers these figures; the rest is for who asks."""
        def footer(scene, *args):
            err = self.run_reader("stat", *args, "true", scene=scene)[2]
            return err[err.index("\n total ") + 1:].rstrip("\n").split("\n")
        def whole(command, n):
            if command == "hook-get":
                return scenes.snp(command, n)[:2]
            if command == "detail-get":
                return scenes.snp(command, n)[:-1]
            if command == "get":
                return [r for r in scenes.snp(command, n) if r["code"] != scenes.MMIO_WRITE]
            return scenes.snp(command, n)
        self.assertEqual(footer(whole), [
            " total    12,034 exits, 25,823 traps, 2 module calls   (= inferred, one for one)",
            " bounced  641 KiB to devices, 11.8 MiB from them, in 9,812 copies and 3.20 ms; "
            "idle 4,911 halted, 77 polled without exit"])
        self.assertEqual([line[:9] for line in footer(scenes.snp)],
                         [" total   ", " bounced ", " note    ", " note    "])
        self.assertEqual([line[:9] for line in footer(whole, "-v")],
                         [" total   ", " bounced ", " not avai", " L1-dcach", " hooks   ", " not coun"])
        self.assertIn(" not available in this guest: instructions",
                      footer(whole, "-e", "instructions"))

    def test_gap_in_part(self):
        def part(command, n):
            if command == "gap-get":
                return [{"class": 7, "code": 0x78, "why": "outside of the idle loop"}]
            return scenes.snp(command, n)
        err = self.run_reader("stat", "-v", "true", scene=part)[2]
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

    def test_hypercalls(self):
        """Their numbers are the hypervisor's, which is asked before the window."""
        def scene(command, n):
            if command == "get":
                return [scenes.count(4, 1 << 32, 13 * n)]
            if command == "detail-get":
                return [scenes.detail(4, 1 << 32, 0, 10, 7 * n),
                        scenes.detail(4, 1 << 32, 0, 11, 2 * n),
                        scenes.detail(4, 1 << 32, 0, 5, 4 * n)]
            return scenes.tdx(command, n)
        for hypervisor, names in (("kvm", ["KVM_HC_SEND_IPI 0xa", "KVM_HC_KICK_CPU 0x5",
                                           "KVM_HC_SCHED_YIELD 0xb"]),
                                  ("", ["hypercall 0xa", "hypercall 0x5", "hypercall 0xb"])):
            out = self.run_reader("stat", "--json", "-o", "-", "-e", "none", "true", scene=scene,
                                  env={"CVMSTAT_TEST_HYPERVISOR": hypervisor})[1]
            self.assertEqual([d["name"] for d in json.loads(out)["details"]], names)

    def test_hypercalls_of_sev(self):
        """VMMCALL has its number, and a module that does not tell it loses nothing."""
        def scene(command, n, numbers=(10, 11)):
            if command == "get":
                return [scenes.count(1, 0x81, 13 * n), scenes.count(0, 0x81, 13 * n)]
            if command == "detail-get":
                return [scenes.detail(cls, 0x81, 0, number, (17 - number) * n)
                        for cls in (0, 1) for number in numbers]
            return scenes.snp(command, n)
        env = {"CVMSTAT_TEST_HYPERVISOR": "kvm"}
        args = ("stat", "--json", "-o", "-", "-e", "none", "true")
        report = json.loads(self.run_reader(*args, scene=scene, env=env)[1])
        self.assertEqual([(d["name"], d["purpose"]) for d in report["details"]],
                         [("KVM_HC_SEND_IPI 0xa", "ipi"), ("KVM_HC_SCHED_YIELD 0xb", "other")] * 2)
        report = json.loads(self.run_reader(*args, scene=lambda c, n: scene(c, n, ()), env=env)[1])
        self.assertEqual(report["details"], [])

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
        text = self.stat("-v")
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
        self.assertNotIn("not available", self.stat(pmu=""))
        text = self.stat("-v", pmu="")
        self.assertIn("not available in this guest: instructions, cycles, branch-misses", text)
        self.assertNotIn("per 1M", text)

    def test_repeat(self):
        """Of several runs the mean, as of the exits beside it."""
        text = self.stat("-r", "2")
        self.assertRegex(text, r"\n counters 2 G instructions \+- 0   15\.1 exits per 1M")
        self.assertIn(" bounced  641 KiB to devices, 11.8 MiB from them, in 9,812 copies and "
                      "3.20 ms; ", text)
        self.assertIn("; idle 4,911 halted, 77 polled", text)

    def test_deviation(self):
        """A child that faults more often each time: 1000, 2000, 3000 pages and what all do."""
        with tempfile.TemporaryDirectory() as folder:
            script = (f"echo >> {folder}/n; python3 -c 'import mmap; n = 1000 * {{}}; "
                      "m = mmap.mmap(-1, n * 4096); [m.write_byte(1) or m.seek(i * 4096) "
                      "for i in range(n)]'").replace("{}", f"'$(wc -l < {folder}/n)'")
            out = self.run_reader("stat", "--json", "-o", "-", "-e", "page-faults", "-r", "3",
                                  "sh", "-c", script, scene=scenes.snp)[1]
        counter = json.loads(out)["counters"][0]
        self.assertGreater(counter["value"], 2000)
        self.assertEqual(len(counter["values"]), 3)
        self.assertAlmostEqual(sum(counter["values"]) / 3, counter["value"], places=3)
        self.assertAlmostEqual(counter["stddev"], 1000, delta=100)

    def test_time(self):
        self.load(scenes.snp)
        err = self.run_reader("stat", "-e", "task-clock", "true")[2]
        self.assertRegex(err, r"\n counters [0-9.]+ [um]s task-clock\n")

    def test_intervals(self):
        """Each interval has its own part of what is counted."""
        out = self.run_reader("stat", "--json", "-o", "-", "-I", "50", "sleep", "1",
                              scene=scenes.snp, env={"CVMSTAT_TEST_PMU": self.PMU})[1]
        values = [json.loads(line)["counters"][0]["value"] for line in out.splitlines()]
        self.assertGreater(len(values), 3)
        self.assertEqual(set(values), {2000000000})
