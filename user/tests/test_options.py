# SPDX-License-Identifier: GPL-2.0
"""Options, and those who know them."""

import json
import os
import re
import subprocess
import tempfile

import reader
import scenes


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
        sections = dict(re.findall(r"^\.Ss (\w+)\n(.*?)(?=^\.Ss|\Z)",
                                   re.search(r"^\.Sh COMMANDS\n.*?^(?=\.Sh)", manual, re.M | re.S)[0],
                                   re.M | re.S))
        examples = manual.split(".Sh EXAMPLES")[1]
        self.assertEqual(list(sections), self.commands())
        for command, text in sections.items():
            with self.subTest(command):
                self.assertEqual(set(re.findall(r"Fl -([a-z-]+)", text)), self.options(command))
                self.assertRegex(examples, rf"(?m)^\.Dl .*cvmstat {command}\b")

    def completed(self, command):
        """The long options that the completion has of a command."""
        script = os.path.join(reader.HERE, "../cvmstat.bash-completion")
        done = subprocess.run(["bash", "-c", f"source {script}; _cvmstat_options {command}"],
                              stdout=subprocess.PIPE, check=True)
        return {o[2:] for o in done.stdout.decode().split()}

    def test_completion_options(self):
        for command in self.commands():
            with self.subTest(command):
                self.assertEqual(self.completed(command) -
                                 {"json", "csv", "no-color", "output", "help", "version"},
                                 self.options(command))

    def test_completion_json(self):
        """What the completion does not offer, a command does not take."""
        for command in self.commands():
            if "json" not in self.completed(command):
                with self.subTest(command):
                    self.assertEqual(self.run_reader(command, "--json", scene=scenes.snp)[0], 125)

    def test_json_documented(self):
        """JSON.md has every key that is given out."""
        with open(os.path.join(reader.HERE, "../JSON.md"), encoding="utf-8") as f:
            known = set(re.findall(r"`([a-z0-9_]+)`", f.read()))

        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        study = os.path.join(reader.HERE, "../workloads/polling.study")

        def keys(value):
            if isinstance(value, dict):
                for key, inner in value.items():
                    yield key
                    yield from keys(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from keys(inner)
        # Each command that has JSON, as the completion knows them, in an order that serves later ones.
        runs = {"stat": [["-o", "-", "--per-cpu", "true"]], "info": [[]], "reasons": [[]],
                "rips": [["true"]], "hist": [["true"]], "set": [[]], "boot": [[]],
                "bench": [["--cpu", "2"], ["--cpu", "2", "--list"]],
                "record": [["-t", "run=1", "--metric", "n,u=re:([0-9])", "--per", "n", "echo", "1"],
                           ["-t", "run=2", "echo", "1"]],
                "compare": [["run=1", "run=2"]], "advise": [["run=1"]],
                "study": [["--left", study]],
                "runs": [[], ["show"], ["export", "--private", "run=1"], ["remove", "--all"]]}
        # Those that wait have a test of their own (test_monitor.py).
        self.assertEqual({c for c in self.commands() if "json" in self.completed(c)} - {"monitor"},
                         set(runs))
        for args in [(name, *more) for name, all_of_it in runs.items() for more in all_of_it]:
            root = reader.ROOT + ("-boot" if args[0] == "boot" else "")
            out = self.run_reader(args[0], "--json", *args[1:], scene=scenes.snp,
                                  env={"XDG_STATE_HOME": folder.name,
                                       "CVMSTAT_TEST_ROOT": root})[1]
            with self.subTest(args):
                self.assertEqual(set(keys(json.loads(out))) - known, set())

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

    def test_completion_words(self):
        script = os.path.join(reader.HERE, "../cvmstat.bash-completion")

        def complete(*words):
            line = " ".join(f"'{w}'" for w in words)
            done = subprocess.run(
                ["bash", "-c", f"source {script}; COMP_WORDS=({line}); "
                 f"COMP_CWORD={len(words) - 1}; _cvmstat; printf '%s\\n' \"${{COMPREPLY[@]}}\""],
                stdout=subprocess.PIPE, check=True,
                env={"PATH": f"{os.path.dirname(reader.BINARY)}:{os.environ['PATH']}"})
            return done.stdout.decode().split()
        self.assertEqual(complete("cvmstat", ""), self.commands() + ["--help", "--version"])
        self.assertEqual(complete("cvmstat", "rea"), ["reasons"])
        self.assertEqual(complete("cvmstat", "set", "lat"), ["latency"])
        self.assertEqual(complete("cvmstat", "set", "rips", "o"), ["on", "off"])
        self.assertEqual(complete("cvmstat", "stat", "--per-c"), ["--per-cpu"])
        self.assertIn("sleep", complete("cvmstat", "stat", "-I", "100", "slee"))
        self.assertEqual(complete("cvmstat", "reasons", "get-q"), ["get-quote"])
        self.assertEqual(complete("cvmstat", "bench", "--base"), ["--baseline"])
        self.assertEqual(complete("cvmstat", "set", "classes", "vc,vm"), ["vc,vmgexit"])
        self.assertEqual(complete("cvmstat", "stat", "-e", "cycles,instr"),
                         ["cycles,instructions"])
        events = complete("cvmstat", "stat", "-e", "")
        self.assertGreater(len(events), 20)
        self.assertEqual(self.run_reader("stat", "-e", ",".join(events), "true",
                                         scene=scenes.snp)[0], 0)
        self.assertEqual(complete("cvmstat", "stat", "-I", ""), [])
        self.assertIn("0", complete("cvmstat", "stat", "-C", ""))
        self.assertEqual(complete("cvmstat", "stat", "--cpu", "0,99999"), [])
        for option in "-G", "--cgroup":
            self.assertNotIn("sleep", complete("cvmstat", "stat", option, "slee"))
        self.assertIn("sleep", complete("cvmstat", "stat", "-d", "slee"))
        self.assertIn("sleep", complete("cvmstat", "flame", "-c", "10", "slee"))
        for command, words in (("stat", ["reason", "purpose"]), ("flame", ["count", "time"]),
                               ("compare", ["op", "second", "instructions"])):
            self.assertEqual(complete("cvmstat", command, "--by", ""), words)
        self.assertEqual(complete("cvmstat", "flame", "--event", "t"), ["trap"])
        self.assertEqual(complete("cvmstat", "help", "mon"), ["monitor"])
        self.assertEqual(complete("cvmstat", "bench", "--only", "by"), ["by-hand"])

    def test_help_offers_what_is_taken(self):
        for command in self.commands():
            text = self.run_reader("help", command)[1]
            with self.subTest(command):
                self.assertEqual("--json" in text.replace("bench --json", ""),
                                 command != "help" and "json" in self.completed(command))
        self.assertNotIn("--output", self.run_reader("help", "top")[1])

    def test_version(self):
        self.assertRegex(self.run_reader("--version")[1], r"^cvmstat \d+\.\d+\.\d+\n$")
        self.assertEqual(self.run_reader("stat", "--version")[0], 0)
