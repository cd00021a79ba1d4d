# SPDX-License-Identifier: GPL-2.0
"""top on a real terminal: tmux, driven by keys, its screen asserted."""

import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import reader
import scenes


@unittest.skipUnless(shutil.which("tmux"), "needs tmux")
class Top(reader.ReaderTest):

    def tmux(self, *args):
        done = subprocess.run(["tmux", "-L", f"cvmstat-{os.getpid()}-{id(self)}", "-f", "/dev/null", *args],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20,
                              check=False)
        return done.stdout.decode()

    def start(self, cols, rows, scene=scenes.snp, *args, **more):
        self.load(scene)
        env = {k: v for k, v in reader.environment(self.module, **more).items() if k != "TERM"}
        words = ["env", *(f"{k}={v}" for k, v in env.items()), reader.BINARY, "top", "-d", "0.2",
                 *args]
        self.tmux("new-session", "-d", "-x", str(cols), "-y", str(rows),
                  f"{shlex.join(words)}; echo status=$?; sleep 60")
        self.addCleanup(self.tmux, "kill-server")

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def screen(self, *expected, absent=()):
        """Wait for a screen that has all of the texts; return its lines."""
        end = time.monotonic() + 15
        text = ""
        while time.monotonic() < end:
            text = self.tmux("capture-pane", "-p")
            if all(e in text for e in expected) and not any(a in text for a in absent):
                return text.rstrip("\n").split("\n")
            time.sleep(0.1)
        self.fail(f"no {expected} without {absent} on the screen:\n{text}")

    def test_80x24(self):
        self.start(80, 24)
        lines = self.screen("mmio-write")
        self.assertEqual(len(lines), 24)
        self.assertEqual(lines[0], "cvmstat top  SEV-SNP, 4 vCPUs, 6.12.117  every 0.2 s")
        self.assertEqual(lines[1], "60,476 exits/s  51,646 traps/s  24.8 MiB/s bounced")
        self.assertEqual(lines[2].rstrip(), "[reasons] purposes  cpus  details  rips  tasks  cgroups")
        self.assertRegex(lines[4], r"^ exit   mmio-write  18,204 +36,408  60\.2%  LAPIC TMICT")
        self.assertLessEqual(max(map(len, lines)), 80)
        self.assertTrue(lines[23].startswith("q quit"))
        self.keys("Right")
        self.assertRegex(self.screen("[purposes]", "share")[4],
                         r"^ exit   timer  +14,745 +29,490  48\.8%  mmio-write LAPIC TMICT")
        self.keys("Right")
        self.assertRegex(self.screen("[cpus]", "exits/s   share")[4], r"^   0   60,476  100\.0%")
        self.keys("Right")
        self.assertRegex(self.screen("[details]", "TMICT")[4], r"^ 14,745  29,490  exit")
        self.keys("Right")
        self.screen("[rips]", "4242 (gone)")
        self.keys("Right")
        self.screen("[tasks]", "the loaded module has no PMU, which tells tasks apart")
        self.keys("Tab", "Tab")
        self.screen("[reasons]", "mmio-write")
        self.keys("Left", "Left", "Left")
        self.screen("[rips]", "4242 (gone)")

    def test_tasks(self):
        """Each by what it did, and all others: they add up to what was counted."""
        exits, traps = 0x96 << 8, 9 << 8
        events = (f"{exits}:0@42=20000/1/1,{exits}:0@43=5000/1/1,{exits}:0@7=100/1/1,"
                  f"{traps}:0@42=10000/1/1,{traps}:0@43=0/1/1,{traps}:0@7=0/1/1")
        self.start(80, 24, root=os.path.join(reader.HERE, "root-pmu"), CVMSTAT_TEST_TASKS=events)
        self.screen("[reasons]", "mmio-write")
        self.keys(*["Right"] * 5)
        lines = self.screen("[tasks]", "redis-server")
        self.assertRegex(lines[4], r"^ +10,276  17\.0%   31,646  \(idle CPUs, and who came and went")
        self.assertRegex(lines[5], r"^ +42   50,000  82\.7%   20,000  redis-server$")
        self.assertRegex(lines[6], r"^ +7 +200 +0\.3% +0  kthread$")

    def test_cgroups(self):
        exits, traps = 0x96 << 8, 9 << 8
        events = f"{exits}:0=100/1/1,{traps}:0=10/1/1"
        self.start(80, 24, root=os.path.join(reader.HERE, "root-pmu"), CVMSTAT_TEST_TASKS=events)
        self.screen("[reasons]", "mmio-write")
        self.keys("Left")
        lines = self.screen("[cgroups]", "web.slice/a.service")
        cpus = os.sysconf("SC_NPROCESSORS_CONF")
        self.assertRegex(lines[4], r"  \(idle CPUs, and who is in none\)$")
        self.assertRegex(lines[5], rf"^ +{200 * cpus} +0\.\d% +{20 * cpus}  web\.slice$")
        self.assertRegex(lines[6], r"web\.slice/a\.service$")

    def test_classes_off(self):
        """What is not counted is no task's part either."""
        def scene(command, n):
            if command == "config-get":
                return [{"classes": 0xfd, "details": 1, "rips": 0, "latency": 0}]
            if command == "get":
                return [r for r in scenes.snp(command, n) if r["class"] != scenes.VMGEXIT]
            return scenes.snp(command, n)
        events = ",".join(f"{mask << 8}:0@{task}={n}/1/1" for task in (42, 43)
                          for mask, n in ((0x94, 2000), (0x96, 20000), (9, 5)))
        self.start(80, 24, scene, root=os.path.join(reader.HERE, "root-pmu"),
                   CVMSTAT_TEST_TASKS=events)
        self.screen("[reasons]", "hlt")
        self.keys(*["Right"] * 5)
        self.screen("[tasks]", "8,000  81.4%", "redis-server")

    def test_200x50(self):
        self.start(200, 50)
        lines = self.screen("mmio-write")
        self.assertEqual(len(lines), 50)
        self.assertIn("virtio-net 0000:00:03.0 notify 0xfebf3000 12.4%, LAPIC ICR 0xfee00300 6.0%",
                      lines[4])
        self.assertTrue(lines[49].startswith("q quit"))

    def test_filter(self):
        self.start(80, 24)
        self.screen("mmio-write", "ioio")
        self.keys("/")
        self.screen("filter: _")
        self.keys("M", "M", "x", "BSpace", "I", "O", "Enter")
        self.screen("filter: MMIO", "mmio-write", absent=("ioio",))
        self.keys("/", "Enter")
        self.screen("ioio")

    def test_delay(self):
        self.start(80, 24)
        self.screen("every 0.2 s")
        self.keys("+")
        self.screen("every 0.4 s")
        self.keys("-", "-")
        self.screen("every 0.1 s")
        self.keys("s", "1", ".", "5", "Enter")
        self.screen("every 1.5 s")
        self.keys("s", "9", "Escape")
        self.screen("every 1.5 s", "q quit")

    def rows(self, test, *expected, absent=()):
        """Wait until the first two words of the table's lines pass a test."""
        for _ in range(50):
            lines = self.screen(*expected, absent=absent)
            rows = [line.split()[:2] for line in lines[4:-1] if line.strip()]
            # While it is drawn, a screen is half of the last and half of the next.
            if rows and test(rows):
                return rows
            time.sleep(0.1)
        self.fail(f"rows are {rows}")

    def test_sort(self):
        self.start(80, 24)
        own = self.rows(lambda rows: rows[:2] == [["exit", "mmio-write"], ["exit", "msr"]],
                        "SVSM", absent=("  by ",))
        self.keys(">", ">")
        self.rows(lambda rows: [r[1] for r in rows] == sorted(r[1] for r in rows), "  by reason")
        self.keys(">")
        # Traps are as many as the exits that they lead to.
        self.rows(lambda rows: rows[:3] == [["exit", "mmio-write"], ["trap", "#VC"],
                                            ["exit", "msr"]], "  by count")
        self.keys("R")
        self.rows(lambda rows: rows[0] == ["call", "SVSM"], "  by count  reversed")
        self.keys("R", "<", "<", "<")
        self.rows(lambda rows: rows == own, absent=("  by ", "reversed"))
        self.keys("<")
        self.screen("  by top details")
        # Each view has an order of its own.
        self.keys("Right", "Right")
        self.screen("[cpus]", "   0   60,476", absent=("  by ",))

    def test_sort_own_order_reversed(self):
        self.start(80, 12, scenes.many_cpus)
        self.screen("[reasons]", "msr")
        self.keys("Right", "Right", "R")
        self.rows(lambda rows: rows[0][0] == "511", "[cpus]", "  reversed")
        self.keys("R")
        self.rows(lambda rows: rows[0][0] == "0", "[cpus]", absent=("reversed",))
        self.keys(">", ">")
        # The busiest CPU is the last: figures come first from the top down.
        self.rows(lambda rows: [r[0] for r in rows[:2]] == ["511", "510"], "  by exits/s")

    def test_scroll(self):
        self.start(80, 12, scenes.many_cpus)
        self.screen("[reasons]", "msr")
        self.keys("Right", "Right")
        self.screen("   0      ", "   6      ")
        self.keys("Down", "Down")
        self.screen("   2      ", "   8      ", absent=("   1      ",))
        self.keys("NPage", "Up")
        self.screen("   8      ", absent=("   7      ",))
        self.keys("PPage", "PPage")
        self.screen("   0      ")

    def test_resize(self):
        self.start(80, 24)
        self.screen("mmio-write")
        self.tmux("resize-window", "-x", "40", "-y", "10")
        lines = self.screen("mmio-write", "q quit")
        self.assertEqual(len(lines), 10)
        self.tmux("resize-window", "-x", "200", "-y", "50")
        self.assertEqual(len(self.screen("notify 0xfebf3000 12.4%", "q quit")), 50)
        self.keys("q")
        self.screen("status=0")

    def test_40_columns(self):
        self.start(40, 12)
        lines = self.screen("mmio-write")
        self.assertRegex(lines[4], r"^ exit   mmio-write  18,204")
        self.assertLessEqual(max(map(len, lines)), 40)

    def test_empty_views(self):
        """A view that has nothing to show says what would fill it."""
        off = {"classes": 0xff, "details": 0, "rips": 0, "latency": 0}

        def scene(command, n):
            if command == "config-get":
                return [off]
            if command in ("rip-get", "detail-get"):
                return []
            return scenes.snp(command, n)
        self.start(80, 24, scene)
        self.screen("mmio-write")
        self.keys("Right", "Right", "Right")
        self.screen("[details]", "no details are kept: cvmstat set details on")
        self.keys("Right")
        self.screen("[rips]", "no instruction pointers are kept: cvmstat set rips on")

    def test_module_goes(self):
        self.start(80, 24)
        self.screen("mmio-write")
        self.module.refuse["snapshot"] = (2, "")
        self.screen("waiting for the module: No such file")
        self.module.refuse.clear()
        self.screen("mmio-write")
        self.keys("q")
        self.screen("status=0")

    def test_permission_lost(self):
        self.start(80, 24)
        self.screen("mmio-write")
        self.module.refuse["snapshot"] = (1, "no more")
        self.screen("status=121", "cvmstat: not permitted")

    def test_stat_40_columns(self):
        self.load(scenes.snp)
        env = reader.environment(self.module)
        words = ["env", *(f"{k}={v}" for k, v in env.items()), reader.BINARY, "stat", "-e", "none",
                 "true"]
        self.tmux("new-session", "-d", "-x", "40", "-y", "40", f"{shlex.join(words)}; sleep 60")
        self.addCleanup(self.tmux, "kill-server")
        lines = self.screen("bounced")
        self.assertTrue(any(line.startswith(" exit   mmio-write  18,204") for line in lines))

    def test_terminal_gone(self):
        """A hangup that nobody hears ends it: it does not spin."""
        self.load(scenes.snp)
        ours, theirs = os.openpty()
        env = {**reader.environment(self.module), "TERM": "vt100"}
        with subprocess.Popen([reader.BINARY, "top"], stdin=theirs, stdout=theirs,
                              stderr=subprocess.PIPE, env=env, start_new_session=True,
                              preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as p:
            os.close(theirs)
            os.read(ours, 1)
            os.close(ours)
            self.assertEqual(p.wait(20), 125)
            self.assertEqual(p.stderr.read(), b"cvmstat: the terminal is gone\n")

    def test_poor_terminal(self):
        for name, text in (("dumb", "cannot be drawn on"), ("nosuch", "is unknown")):
            status, screen = self.on_terminal(80, "top", scene=scenes.snp, TERM=name)
            self.assertEqual(status, 125)
            self.assertRegex(screen, rf"^\r?cvmstat: .*terminal.* type '{name}' {text}; TERM=vt100 may "
                             "do\n$")

    def test_new_code(self):
        """A module that is loaded while top runs has its names, and another in its place its own."""
        with tempfile.TemporaryDirectory() as root:
            os.mkdir(os.path.join(root, "proc"))

            def write(module):
                for name, text in (("kallsyms", "ffffffff81000000 T _stext\n"
                                    "ffffffff81000000 T startup\nffffffff81002000 T _etext\n"
                                    f"ffffffffc0000000 t {module}_read	[{module}]\n"),
                                   ("modules", f"{module} 4096 0 - Live 0xffffffffc0000000\n")):
                    with open(os.path.join(root, "proc", name), "w", encoding="utf-8") as f:
                        f.write(text)

            def scene(command, n):
                if command == "rip-get":
                    return [{"class": 1, "code": 0x7c, "rip": 0xffffffffc0000010, "kernel": 5 * n,
                             "user": 0}]
                return scenes.snp(command, n)
            write("one")
            self.start(100, 24, scene, CVMSTAT_TEST_ROOT=root)
            self.screen("mmio-write")
            self.keys("Left", "Left", "Left")
            self.screen("[rips]", "one_read+0x10 [one]")
            write("another")
            self.screen("[rips]", "another_read+0x10 [another]")

    def test_other_reasons(self):
        """The most frequent of a CPU may be what the module has no reason for."""
        def scene(command, n):
            if command == "get":
                return [{"class": 4, "kernel": 50 * n, "user": 0, "overflow": True, "cpu": 0}]
            return scenes.tdx(command, n)
        self.start(80, 24, scene)
        self.screen("[reasons]", "tdvmcall (other reasons)")
        self.keys("Right", "Right")
        self.screen("[cpus]", "100.0%", "tdvmcall (other reasons)")

    def test_no_terminal(self):
        done = self.run_reader("top", scene=scenes.snp)
        self.assertEqual((done[0], done[2]), (125, "cvmstat: top needs a terminal; for a file use "
                                              "cvmstat stat -I\n"))
