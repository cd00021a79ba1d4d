# SPDX-License-Identifier: GPL-2.0
"""cvmstat record: what a run keeps, and which runs are kept."""

import json
import os
import re
import shutil
import signal
import subprocess
import time

import reader
import recorded
import scenes
import test_split


class Record(recorded.RecordedTest):
    """What of a run is kept."""

    def test_whose(self):
        """What of a run is the command's, and what came in idle CPUs; or nothing of it."""
        env = {"CVMSTAT_TEST_ROOT": test_split.ROOT, "CVMSTAT_TEST_TASKS": test_split.SNP}

        def whose(*args):
            done = self.run_reader("record", "-e", "none", "--db", self.db, *args, "true",
                                   scene=test_split.snp, env=env)
            self.assertEqual(done[0], 0, done[2])
            return {(item, name): value for item, name, value in self.sql(
                "SELECT item, name, value FROM measure WHERE source = 'whose' AND "
                "run = (SELECT max(id) FROM run)")}
        known = whose()
        self.assertEqual((known["vmgexit:0x7c", "own"], known["vmgexit:0x7c", "idle"]), (5000, 1500))
        self.assertEqual((known["auto:0x78", "own"], known["auto:0x78", "idle"]), (0, 4911))
        self.assertEqual(whose("--no-split"), {})

    def test_counts(self):
        """The difference of one window: not of the run before, not of the preparation."""
        self.record("-r", "3", "--prepare", "true", "true", scene=scenes.snp)
        for run in self.exported():
            self.assertEqual((run["exits"], run["traps"], run["calls"]), (30238, 25823, 2))
            rows = {(r["class"], r["code"]): r for r in run["reasons"]}
            self.assertEqual(len(rows), 8)
            self.assertEqual(rows["vmgexit", "0x80000002"]["count"], 18204)
            self.assertEqual((rows["vc", "0x72"]["kernel"], rows["vc", "0x72"]["user"]), (19, 600))
            self.assertEqual(rows["auto", "0x78"]["provenance"], "inferred")
            details = {(r["class"], r["name"]): r["count"] for r in run["details"]}
            self.assertEqual(details["vmgexit", "LAPIC TMICT 0xfee00380"], 14745)
            self.assertEqual(details["vmgexit", "(table full)"], 102)
            self.assertEqual({r["reason"]: r["purpose"] for r in run["reasons"]
                              if r["class"] in ("auto", "vmgexit")},
                             {"hlt": "halt", "ioio": None, "msr": None, "mmio-write": None})
            self.assertEqual({d["purpose"] for d in run["details"] if d["code"] == "0x7b"},
                             {"console"})
            measures = {(m["source"], m["item"], m["name"]): m["value"] for m in run["measures"]}
            self.assertEqual(measures["idle", "C1", "halted"], 4911)
            self.assertEqual(measures["idle", "POLL", "polled"], 77)
            self.assertEqual(measures["bounce", "0000:00:03.0", "tried_bytes"], 13002342)
            self.assertEqual(measures["hook", "all", "missed"], 0)
            self.assertEqual(sum(b["count"] for b in run["histograms"] if b["code"] == "0x72"), 71)
            self.assertEqual((run["platform"], run["ns"]), ("snp", 500000000))

    def test_series(self):
        out = self.record("-n", "x", "-t", "a=1", "-t", "b=2", "-r", "2", "true",
                          scene=scenes.snp)[0]
        first, second = self.exported()
        self.assertEqual([first["run"], second["run"]], [1, 2])
        self.assertEqual(first["series"], second["series"])
        self.assertNotEqual(first["uuid"], second["uuid"])
        self.assertEqual(first["tags"], [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
        self.assertEqual(re.findall(r"kept as (\S+)", out), [first["uuid"], second["uuid"]])
        self.assertLess(first["started_ns"], second["started_ns"])

    def test_without_module(self):
        """What nobody counted is not zero."""
        _, err = self.record("true")
        self.assertIn("no exits", err)
        run = self.exported()[0]
        self.assertEqual([run[k] for k in ("exits", "traps", "calls", "module")], [None] * 4)
        self.assertEqual((run["reasons"], run["platform"]), ([], "none"))
        self.assertIsNone(self.runs()[0]["exits"])
        self.assertEqual(self.sql("SELECT exits, traps, calls FROM run"), [(None, None, None)])

    def test_no_permission(self):
        self.load(scenes.snp).refuse["snapshot"] = (1, "reading needs CAP_PERFMON here")
        self.one_line(self.run_reader("record", "--db", self.db, "true"), 121, "CAP_PERFMON")

    def test_kernel_counters(self):
        """What /proc and /sys say is a difference, too."""
        root = os.path.join(self.folder, "root")
        shutil.copytree(reader.ROOT, root, symlinks=True)
        proc, state = f"{root}/proc", f"{root}/sys/devices/system/cpu/cpu0/cpuidle/state0"
        os.makedirs(f"{proc}/net")
        os.makedirs(state)

        def write(n):
            files = {
                f"{proc}/stat": f"cpu  {100 * n} 0 50 {n} 0 0 0 {7 * n} 0 0\nintr {900 * n} 1 2\n"
                                f"ctxt {1000 + 333 * n}\nprocesses 5\n",
                f"{proc}/interrupts": f"     CPU0 CPU1\n 24: {10 * n} {5 * n} PCI-MSI  virtio0\n"
                                      f"LOC: {n} 2   Local timer interrupts\n",
                f"{proc}/net/dev": "Inter-| Receive\n face |bytes\n"
                                   f"  eth0: {1000 * n} {n} 0 0 0 0 0 0 {2000 * n} {3 * n} 0 0 0 0\n",
                f"{proc}/diskstats": f" 254 0 vda {n} 0 {8 * n} 0 {2 * n} 0 {16 * n} 0 0 0 0\n",
                f"{state}/name": "POLL\n", f"{state}/usage": f"{4 * n}\n",
                f"{state}/time": f"{50 * n}\n"}
            return "".join(f"cat > {path} <<'X'\n{text}X\n" for path, text in files.items())
        subprocess.run(["sh", "-c", write(1)], check=True)
        done = self.run_reader("record", "-e", "none", "--db", self.db, "sh", "-c", write(3),
                               env={"CVMSTAT_TEST_ROOT": root})
        self.assertEqual(done[0], 0, done[2])
        got = {(m["source"], m["item"], m["name"]): m["value"]
               for m in self.exported()[0]["measures"]}
        tick = 1000000000 // os.sysconf("SC_CLK_TCK")
        want = {("cpu", "user", "ns"): 200 * tick, ("cpu", "steal", "ns"): 14 * tick,
                ("cpu", "idle", "ns"): 2 * tick,
                ("kernel", "interrupts", "count"): 1800,
                ("kernel", "context-switches", "count"): 666,
                ("interrupt", "24 PCI-MSI  virtio0", "count"): 30,
                ("interrupt", "LOC Local timer interrupts", "count"): 2,
                ("net", "eth0", "rx_bytes"): 2000, ("net", "eth0", "rx_packets"): 2,
                ("net", "eth0", "tx_bytes"): 4000, ("net", "eth0", "tx_packets"): 6,
                ("disk", "vda", "reads"): 2, ("disk", "vda", "read_bytes"): 16 * 512,
                ("disk", "vda", "writes"): 4, ("disk", "vda", "written_bytes"): 32 * 512,
                ("idle-state", "POLL", "entries"): 8, ("idle-state", "POLL", "ns"): 100000}
        self.assertEqual(got, want)

    def test_settings(self):
        self.record("true", scene=scenes.snp)
        run = self.exported()[0]
        settings = {s["key"]: s["value"] for s in run["settings"]}
        self.assertEqual(settings["swiotlb_mode"], "all DMA")
        self.assertEqual(settings["guest_halt_poll_ns"], "200000")
        self.assertRegex(settings["program_build_id"], "^[0-9a-f]{20,}$")
        self.assertNotIn("program", settings)
        private = {s["key"] for s in self.exported("--private")[0]["settings"]}
        self.assertLessEqual({"program", "kernel_command_line"}, private)

    def test_output(self):
        """Both streams, in a file: shortened in the middle; nobody is asked."""
        self.record("sh", "-c", "echo out; echo err >&2; cat; tty; true")
        run = self.exported("--private", "name=sh")
        self.assertEqual(run[0]["output"], "out\nerr\nnot a tty\n")
        self.assertEqual(json.loads(run[0]["workload"])[0], "sh")
        self.assertNotIn("output", self.exported()[0])
        self.assertNotIn("workload", self.exported()[0])
        self.record("-n", "long", "seq", "100000")
        run = self.exported("--private", "long")[0]
        self.assertEqual(run["output_bytes"], 588895)
        self.assertTrue(run["output"].startswith("1\n2\n"))
        self.assertTrue(run["output"].endswith("99999\n100000\n"))
        self.assertLess(len(run["output"]), 66000)

    def test_delay(self):
        start = time.monotonic()
        self.record("-D", "300", "sleep", "0.6", scene=scenes.snp)
        self.assertGreater(time.monotonic() - start, 0.6)
        self.assertEqual(self.runs()[0]["exits"], 30238)
        _, err = self.record("-D", "30000", "true", status=125)
        self.assertIn("ended before the window began", err)
        self.assertEqual(len(self.runs()), 1)


class Metrics(recorded.RecordedTest):
    """The workload's own figures."""

    def figures(self, text, *specs, status=0):
        args = [a for spec in specs for a in ("--metric", spec)]
        before = len(self.runs()) if os.path.exists(self.db) else 0
        _, err = self.record(*args, "printf", "%s", text, status=status)
        if status:
            self.assertEqual(len(self.runs()) if os.path.exists(self.db) else 0, before)
            return err
        return {f["name"]: (f["value"], f["unit"], f["better"])
                for f in self.exported()[-1]["figures"]}

    def test_regex(self):
        text = "at 1: 5 ops\nat 2: 1,234.5 ops\nlatency 7 us\n"
        self.assertEqual(self.figures(text, "ops,1/s,higher=re:([0-9.,]+) ops",
                                      "lat,us,lower=re:^latency ([0-9]+)", "plain=re:at ([0-9])"),
                         {"ops": (1234.5, "1/s", "higher"), "lat": (7, "us", "lower"),
                          "plain": (2, "", "")})

    def test_json(self):
        text = 'started\n{"a": {"b/c": [1, {"rate": 2.5e3}]}, "s": "17.5 MB"}\n'
        self.assertEqual(self.figures(text, "r,higher=json:/a/b~1c/1/rate", "s,MB=json:/s"),
                         {"r": (2500, "", "higher"), "s": (17.5, "MB", "")})

    def test_missing(self):
        for spec in ("x=re:none ([0-9]+)", "x=json:/none", "x=re:(b)"):
            self.assertIn("the output has no x", self.figures("abc", spec, status=125))

    def test_wrong(self):
        for spec, text in (("x", "no '='"), ("=re:(a)", "no name"), ("x=re:a", "needs a group"),
                           ("x=re:(", "("), ("x=json:a", "neither re: nor json:/"),
                           ("x,a,b=re:(a)", "two units")):
            with self.subTest(spec):
                self.one_line(self.run_reader("record", "--metric", spec, "true"), 125, text)
        self.one_line(self.run_reader("record", "--metric", "x=re:(a)", "--metric", "x=re:(b)",
                                      "true"), 125, "there is one of this name")

    def test_per(self):
        self.record("--per", "n", "--metric", "n=re:([0-9]+)", "echo", "40")
        self.assertEqual(self.exported()[0]["per"], "n")
        self.one_line(self.run_reader("record", "--per", "n", "true"), 125, "no --metric")
        _, err = self.record("--per", "n", "--metric", "n=re:([0-9]+)", "echo", "0", status=125)
        self.assertIn("there were no operations", err)


class Failures(recorded.RecordedTest):
    """A run that fails ends the series, and is none."""

    def counter(self, then):
        """A command that counts its runs in a file."""
        path = os.path.join(self.folder, "n")
        return ["sh", "-c", f"echo x >> {path}; n=$(wc -l < {path}); {then}"], path

    def test_ends(self):
        command, path = self.counter("test $n -ne 3 || { echo so it goes; exit 7; }")
        _, err = self.record("-r", "5", *command, status=7)
        self.assertEqual(len(self.runs()), 2)
        self.assertIn("so it goes", err)
        self.assertIn("failed with status 7", err)
        with open(path, encoding="ascii") as f:
            self.assertEqual(f.read(), "x\n" * 3)

    def test_ignored(self):
        command, _ = self.counter("test $n -ne 3 || exit 7")
        self.record("-i", "-r", "5", *command, status=7)
        self.assertEqual([r["exit_status"] for r in self.runs()], [0, 0, 7, 0, 0])

    def test_warmup(self):
        command, path = self.counter("true")
        self.record("-w", "2", "-r", "3", *command)
        self.assertEqual(len(self.runs()), 3)
        with open(path, encoding="ascii") as f:
            self.assertEqual(f.read(), "x\n" * 5)

    def test_around(self):
        log = os.path.join(self.folder, "log")
        say = f"echo %s >> {log}"
        args = ["--setup", say % "setup", "--prepare", say % "prepare", "--cleanup",
                say % "cleanup"]
        self.record(*args, "-r", "2", "sh", "-c", say % "run")
        with open(log, encoding="ascii") as f:
            self.assertEqual(f.read().split(), ["setup"] + ["prepare", "run"] * 2 + ["cleanup"])
        _, err = self.record("--cleanup", say % "last", "--prepare", "exit 9", "true", status=9)
        self.assertIn("--prepare failed with status 9", err)
        with open(log, encoding="ascii") as f:
            self.assertTrue(f.read().endswith("last\n"))
        self.assertEqual(len(self.runs()), 2)

    def test_timeout(self):
        """All that the command started ends with it."""
        start = time.monotonic()
        mark = os.path.join(self.folder, "pid")
        _, err = self.record("--timeout", "1", "sh", "-c", f"sleep 60 & echo $! > {mark}; wait",
                             status=128 + signal.SIGTERM)
        self.assertIn("took longer than 1 s", err)
        self.assertLess(time.monotonic() - start, 30)
        with open(mark, encoding="ascii") as f:
            pid = int(f.read())
        time.sleep(0.2)
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)
            with open(f"/proc/{pid}/stat", encoding="ascii") as f:
                if f.read().split(") ")[1][0] == "Z":
                    raise ProcessLookupError
        self.assertEqual(self.runs(), [])

    def test_interrupt(self):
        with subprocess.Popen([reader.BINARY, "record", "-e", "none", "-i", "-r", "3", "--db",
                               self.db, "sh", "-c", "touch $0; sleep 60", f"{self.folder}/up"],
                              env=reader.environment(), stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, preexec_fn=lambda: signal.signal(
                                  signal.SIGINT, signal.SIG_DFL)) as p:
            while not os.path.exists(f"{self.folder}/up"):
                time.sleep(0.02)
            p.send_signal(signal.SIGINT)
            p.communicate(timeout=30)
        self.assertEqual(p.returncode, 128 + signal.SIGINT)
        self.assertEqual(self.runs(), [])

    def test_usage(self):
        for args in ((), ("-r", "0", "true"), ("-t", "x", "true"), ("-t", "a=b,c", "true"),
                     ("-n", "a,b", "true"), ("--timeout", "x", "true")):
            with self.subTest(args):
                self.one_line(self.run_reader("record", *args), 125)
        self.assertEqual(self.run_reader("record", "--db", self.db, "/nonexistent/x")[0], 127)
