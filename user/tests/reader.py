# SPDX-License-Identifier: GPL-2.0
"""Run the test build of the reader against a synthetic module."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import unittest

import fake_module

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDEN = os.path.join(HERE, "golden")
ROOT = os.path.join(HERE, "root")
BINARY = os.environ.get("CVMSTAT_TEST_BINARY", os.path.join(HERE, "../build/test/cvmstat"))
SANITIZERS = {"ASAN_OPTIONS": "exitcode=99:detect_leaks=0", "UBSAN_OPTIONS":
              "halt_on_error=1:exitcode=99:print_stacktrace=1"}


def environment(module=None, root=ROOT, **more):
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TERM": "dumb", **SANITIZERS,
           "CVMSTAT_TEST_ROOT": root, **more}
    if module:
        env["CVMSTAT_TEST_PORT"] = str(module.port)
    return env


class ReaderTest(unittest.TestCase):
    """A test case that owns one synthetic module."""

    maxDiff = None
    module = None
    old = False    # whether modules are such that know no snapshot

    def load(self, content, old=None):
        """A new module; it goes after all that was started later."""
        self.module = fake_module.FakeModule(content, self.old if old is None else old)
        self.addCleanup(self.module.close)
        return self.module

    def run_reader(self, *args, scene=None, env=None, **popen):
        """Run one command; returns (status, stdout, stderr)."""
        if scene:
            self.load(scene)
        env = {**environment(self.module), **(env or {})}
        done = subprocess.run([BINARY, *args], env=env, timeout=60, check=False,
                              stdin=subprocess.DEVNULL,
                              **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **popen})
        out = (done.stdout or b"").decode()
        err = (done.stderr or b"").decode()
        self.assertNotEqual(done.returncode, 99, f"sanitizer: {err}")
        return done.returncode, out, err

    def on_terminal(self, cols, *args, scene=None, rows=50, **env):
        """Run one command on a terminal; returns (status, what is on it)."""
        if scene:
            self.load(scene)
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))
        text = b""
        with subprocess.Popen([BINARY, *args], env=environment(self.module, **env),
                              stdin=theirs, stdout=theirs, stderr=theirs) as p:
            os.close(theirs)
            try:
                while part := os.read(ours, 65536):
                    text += part
            except OSError:    # EIO: nobody has the other end
                pass
        os.close(ours)
        self.assertNotEqual(p.returncode, 99, f"sanitizer: {text}")
        return p.returncode, text.decode().replace("\r\n", "\n")

    def golden(self, name, text):
        """Compare with a golden file; UPDATE_GOLDEN=1 writes it."""
        path = os.path.join(GOLDEN, name)
        if os.environ.get("UPDATE_GOLDEN"):
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
        with open(path, encoding="utf-8") as f:
            self.assertEqual(f.read(), text)
