# SPDX-License-Identifier: GPL-2.0
"""The command that is measured."""

import os
import pty
import signal
import subprocess
import time

import reader
import scenes


# One process that says it is up and waits: a shell's child may be forked just
# when the signal comes, and then misses it.
SLEEPER = ("python3", "-c", "print('up', flush=True); import time; time.sleep(30)")


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

    def in_terminal(self, keys, *args):
        """Run with a terminal of its own, press keys when it says up; (status, screen)."""
        self.load(scenes.snp)
        pid, fd = pty.fork()
        if not pid:
            # A shell without job control ignores it in what it runs in the background.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execve(reader.BINARY, [reader.BINARY, *args], reader.environment(self.module))
        text = b""
        try:
            while part := os.read(fd, 65536):
                text += part
                if keys and b"up\r\n" in text:
                    os.write(fd, keys)
                    keys = b""
        except OSError:    # EIO: all have gone
            pass
        os.close(fd)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), text.decode()

    def test_terminal(self):
        """Ctrl-C ends the command, not the report; what is typed is the command's."""
        start = time.monotonic()
        status, text = self.in_terminal(b"\x03", "stat", *SLEEPER)
        self.assertEqual(status, 128 + signal.SIGINT)
        self.assertIn(f"Guest exits during '{' '.join(SLEEPER)}'", text)
        status, text = self.in_terminal(b"typed\n", "stat", "sh", "-c",
                                        "echo up; read line; echo got $line; exit 7")
        self.assertEqual(status, 7)
        self.assertIn("got typed\r\n", text)
        status, text = self.in_terminal(b"\x03", "stat", "-r", "3", *SLEEPER)
        self.assertEqual((status, text.count("up\r\n")), (128 + signal.SIGINT, 1))
        self.assertLess(time.monotonic() - start, 15)

    def test_report_fails(self):
        """A full disk is said at once, and the command is neither ended nor left alone."""
        self.load(scenes.snp)
        start = time.monotonic()
        with self.popen("stat", "-I", "50", "-o", "/dev/full", "sh", "-c",
                        "trap 'echo got it; exit 0' TERM; echo up; "
                        "while :; do sleep 0.05; done") as p:
            self.assertEqual(p.stdout.readline(), b"up\n")
            self.assertIn(b"No space left on device", p.stderr.readline())
            self.assertIsNone(p.poll())
            p.send_signal(signal.SIGTERM)
            out, _ = p.communicate(timeout=20)
        self.assertEqual((p.returncode, out), (120, b"got it\n"))
        self.assertLess(time.monotonic() - start, 15)

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
