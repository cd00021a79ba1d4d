# SPDX-License-Identifier: GPL-2.0
"""cvmstat study: what is recorded when, and what is left."""

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

SHIPPED = os.path.join(reader.HERE, "../workloads")

PLAN = """
name = s      # of the study
workload = one
workload = two
runs = 2
blocks = 2
[variant halt]
boot =
[variant poll]
boot = idle=poll nosmt
"""

ONE = """
PER=n
METRICS='n=re:n=([0-9]+)
half,%,lower=re:half=([0-9]+)'
setup() { echo setup >> $LOG; }
server() { echo server $WHERE >> $LOG; }
end_server() { echo end $WHERE >> $LOG; }
load() { echo load >> $LOG; echo n=10 half=5; }
teardown() { echo teardown >> $LOG; }
"""


class Study(recorded.RecordedTest):
    """Studies of workloads that do nothing, in a guest of files."""

    def setUp(self):
        super().setUp()
        self.root = os.path.join(self.folder, "root")
        shutil.copytree(reader.ROOT, self.root, symlinks=True)
        os.makedirs(f"{self.root}/proc/sys/kernel/random")
        self.log = os.path.join(self.folder, "log")
        self.boot(1)
        self.write("one.sh", ONE)
        self.write("two.sh", "load() { true; }\n")
        shutil.copy(os.path.join(SHIPPED, "lib.sh"), self.folder)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="ascii") as f:
            f.write(text)
        return os.path.join(self.folder, name)

    def boot(self, number, words=""):
        with open(f"{self.root}/proc/cmdline", "w", encoding="ascii") as f:
            f.write(f"root=/dev/vda quiet {words}\n")
        with open(f"{self.root}/proc/sys/kernel/random/boot_id", "w", encoding="ascii") as f:
            f.write(f"{number:036d}\n")

    def environment(self):
        return {"CVMSTAT_TEST_ROOT": self.root, "LOG": self.log, "WHERE": "here"}

    def study(self, plan, *args, status=0):
        path = self.write("s.study", plan)
        done = self.run_reader("study", "--db", self.db, *args, path, env=self.environment())
        self.assertEqual(done[0], status, done[2])
        return done

    def recorded(self):
        return [(b, v, n) for b, v, n in self.sql(
            "SELECT b.value, v.value, r.name FROM run r JOIN tag b ON b.run = r.id AND b.key ="
            " 'block' JOIN tag v ON v.run = r.id AND v.key = 'variant' ORDER BY r.id")]

    def logged(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log, encoding="ascii") as f:
            lines = f.read().split("\n")[:-1]
        os.unlink(self.log)
        return lines

    def test_reboots(self):
        """Each variant is booted anew for each block, and the order changes."""
        self.load(scenes.snp)
        out = self.study(PLAN)[1]
        self.assertEqual(self.recorded(), [("1", "halt", w) for w in ("one",) * 2 + ("two",) * 2])
        self.assertIn("Next: boot with 'idle=poll nosmt'", out)
        self.assertIn("4 of 16 runs", out)
        self.assertIn("Next: boot with 'idle=poll nosmt'", self.study(PLAN)[1])
        self.assertEqual(len(self.recorded()), 4)
        self.boot(2, "idle=poll")
        self.study(PLAN)
        self.assertEqual(len(self.recorded()), 4, "a word is missing")
        self.boot(3, "nosmt idle=poll")
        out = self.study(PLAN)[1]
        self.assertEqual(self.recorded()[4:], [("1", "poll", w) for w in
                                               ("one",) * 2 + ("two",) * 2])
        self.assertIn("'idle=poll nosmt' on the kernel's command line, as it is, but anew", out)
        self.boot(4, "nosmt idle=poll")
        self.assertIn("none of the study's words", self.study(PLAN)[1])
        self.boot(5)
        out = self.study(PLAN)[1]
        self.assertEqual([r[:2] for r in self.recorded()[8::4]], [("2", "poll"), ("2", "halt")])
        self.assertIn("All is done: cvmstat compare study=s,variant=halt study=s,variant=poll",
                      out)
        self.assertEqual(len({r["boot_id"] for r in self.exported()}), 4)

    def test_functions(self):
        self.study(PLAN.replace("workload = two\n", "warmups = 1\n"))
        self.assertEqual(self.logged(), ["setup", "server here", "load", "load", "load",
                                         "teardown", "end here"])
        run = self.exported()[0]
        self.assertEqual(run["per"], "n")
        self.assertEqual([(f["name"], f["value"], f["unit"], f["better"]) for f in run["figures"]],
                         [("half", 5, "%", "lower"), ("n", 10, "", "")])
        tags = {t["key"]: t["value"] for t in run["tags"]}
        self.assertEqual(tags, {"study": "s", "variant": "halt", "block": "1",
                                "path": "loopback"})

    def test_peer(self):
        """The server's side runs there, with nothing but a shell."""
        self.study(PLAN, "--peer", "192.0.2.7", "--peer-run", "env WHERE=there")
        self.assertEqual(self.logged(), ["setup", "server there", "load", "load", "teardown",
                                         "end there"])
        self.assertEqual({t["value"] for r in self.exported() for t in r["tags"]
                          if t["key"] == "path"}, {"192.0.2.7"})

    def test_without_reboots(self):
        """Variants of one boot take turns by block, and are taken back."""
        plan = f"""
            name = t
            workload = two
            runs = 1
            blocks = 3
            [variant off]
            [variant on]
            apply = echo on >> {self.log}
            undo = echo off >> {self.log}
            """
        out = self.study(plan)[1]
        self.assertEqual([r[:2] for r in self.recorded()],
                         [("1", "off"), ("1", "on"), ("2", "on"), ("2", "off"), ("3", "off"),
                          ("3", "on")])
        self.assertEqual(self.logged(), ["on", "off"] * 3)
        self.assertIn("6 of 6", out)

    def test_resumes(self):
        """Killed in its middle, it goes on with what is left."""
        self.write("two.sh", "load() { sleep 0.3; }\n")
        plan = PLAN.replace("runs = 2", "runs = 5")
        path = self.write("s.study", plan)
        with subprocess.Popen([reader.BINARY, "study", "--db", self.db, path],
                              env={**reader.environment(), **self.environment()},
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as p:
            while not os.path.exists(self.db) or len(self.sql("SELECT * FROM sqlite_master")) < 9 \
                    or len(self.recorded()) < 7:
                time.sleep(0.05)
            p.send_signal(signal.SIGKILL)
        before = len(self.recorded())
        self.assertLess(before, 10)
        self.study(plan)
        self.assertEqual(self.recorded(), [("1", "halt", "one")] * 5 + [("1", "halt", "two")] * 5)

    def test_left(self):
        report = json.loads(self.study(PLAN, "--left", "--json")[1])
        self.assertEqual((report["runs"], report["left"], report["next_boot"]), (16, 16, None))
        self.assertEqual([(t["block"], t["variant"], t["workload"], t["left"])
                          for t in report["tasks"]][3:5],
                         [(1, "poll", "two", 2), (2, "poll", "one", 2)])
        self.assertEqual(self.runs(), [])

    def test_failures(self):
        """A workload that fails ends it, and is taken down; one that cannot run is said first."""
        self.write("one.sh", ONE.replace("echo n=10 half=5", "exit 3"))
        err = self.study(PLAN, status=3)[2]
        self.assertIn("failed with status 3", err)
        self.assertEqual(self.logged()[-2:], ["teardown", "end here"])
        self.write("two.sh", "requires() { needs no-such-program some-package; }\n")
        done = self.study(PLAN, status=125)
        self.assertIn("workload two: needs no-such-program: on Debian, the package some-package",
                      done[2])
        self.assertEqual(self.logged(), [])

    def test_wrong_files(self):
        for text, said in (("", "needs a workload"), ("name = x\nworkload = one\n", "two variants"),
                           (PLAN.replace("name = s", ""), "needs a name"),
                           ("nonsense\n", "line 1: neither"), ("x = 1\n", "line 1: a study has"),
                           ("workload = none\n", "there is no workload 'none'"),
                           ("runs = x\n", "has to be a number"), ("runs = 0\n", "has to be a number"),
                           ("[variant]\n", "begins a variant"), ("[variant a b]\n", "no blanks"),
                           ("[variant a]\n[variant a]\n", "line 2: there is a variant"),
                           ("[variant a]\nruns = 3\n", "boot, apply and undo"),
                           ("name = a,b\n", "no blanks")):
            with self.subTest(text):
                self.assertIn(said, self.study(text, status=125)[2])
        self.one_line(self.run_reader("study"), 125)
        self.one_line(self.run_reader("study", "/nonexistent"), 125)
        self.one_line(self.run_reader("study", "--peer-run", "x", "/dev/null"), 125)

    def test_shipped(self):
        """The files that are shipped are found, read, and say what they need."""
        names = sorted(n[:-3] for n in os.listdir(SHIPPED) if n.endswith(".sh") and n != "lib.sh")
        self.assertGreaterEqual(len(names), 9)
        for name in names:
            plan = f"name = x\nworkload = {name}\n[variant a]\n[variant b]\n"
            path = self.write("shipped.study", plan)
            env = {**self.environment(), "CVMSTAT_WORKLOADS": SHIPPED, "PATH": "/nonexistent"}
            with self.subTest(name):
                done = self.run_reader("study", "--left", "--db", self.db, path, env=env)
                self.assertEqual(done[0], 0, done[2])
        done = self.run_reader("study", "--left", "--db", self.db,
                               os.path.join(SHIPPED, "polling.study"), env=self.environment())
        self.assertEqual(done[0], 0, done[2])
        self.assertTrue(re.search(r"polling: 0 of 90 runs", done[1]))
