# SPDX-License-Identifier: GPL-2.0
"""What goes wrong."""

import errno
import json
import os

import reader
import scenes


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

    def test_reload_has_another_number(self):
        """Nobody answers to the old number of the family: the new one is looked up."""
        def scene(command, n):
            return scenes.reload(command, n > 0)
        for args in (("stat", "--no-split"), ("rips",), ("stat", "--csv")):
            self.load(scene).lost = (1,)
            status, _, err = self.run_reader(*args, "sh", "-c", "exit 3")
            self.assertEqual(status, 3)
            self.assertIn("the module was reloaded during the run: counts are since the reload",
                          err)

    def test_unloaded(self):
        self.load(scenes.snp).lost = range(1, 9)
        status, _, err = self.run_reader("stat", "true")
        self.assertEqual((status, err), (122, "cvmstat: the module was unloaded meanwhile, and "
                                              "what it had counted is gone with it\n"))

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
        self.assertIn("the kernel dropped 3 hits of hook vc: counts (vc) are low by as many", err)
        self.assertRegex(err, r"exit +msr +10 ")

    def test_words(self):
        """What would be right is in the message, and once."""
        module = self.load(scenes.snp)
        self.assertEqual(self.run_reader("top", "-d", "0")[2],
                         "cvmstat: -d needs seconds from 0.1 to 60, not '0'\n")
        self.assertEqual(self.run_reader("bench", "--cpu", "2", "--baseline", "/nonexistent")[2],
                         "cvmstat: /nonexistent: No such file or directory\n")
        module.refuse["snapshot"] = (errno.EPERM, "reading needs CAP_PERFMON")
        self.assertEqual(self.run_reader("stat", "true")[::2],
                         (121, "cvmstat: not permitted (reading needs CAP_PERFMON)\n"))

    def test_usage(self):
        for args in (("stat", "-I", "5", "true"), ("stat", "-r", "0", "true"), ("stat", "-r", "2"),
                     ("stat", "-p", "1", "true"), ("stat", "-e", "nonsense", "true"),
                     ("stat", "-I", "1x"), ("stat", "--nonsense"), ("nonsense",), ("info", "x"),
                     ("set", "rips"), ("set", "rips", "maybe"), ("set", "x", "on"),
                     ("set", "classes", "vc,nonsense"), ("reasons", "nonsense"), ("top", "--json"),
                     ("top", "-d", "x"), ("top", "-d", "0")):
            with self.subTest(args=args):
                self.assertEqual(self.run_reader(*args, scene=scenes.snp)[0], 125)
