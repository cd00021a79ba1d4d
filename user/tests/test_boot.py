# SPDX-License-Identifier: GPL-2.0
"""cvmstat boot: from a kernel that counts, and from the log of one that does not."""

import csv
import errno
import io
import json
import os
import shutil
import tempfile

import reader
import scenes

COUNTED = os.path.join(reader.HERE, "root-boot")
LOGGED = os.path.join(reader.HERE, "root-boot-log")
BOOT_FILE = "sys/kernel/debug/x86/cvm_exits_boot"


def module_lines(path):
    """What a module tells of the same boot, as answers to boot-get."""
    with open(path, encoding="ascii") as file:
        for line in file:
            phase, kind, code, detail, op, mode, number = line.split()
            if phase == "user":
                continue
            record = {"phase": phase, "count": int(number)}
            if kind == "time":
                record = {"phase": phase, "ns": int(number)}
            elif kind == "pages":
                record.update({"page-op": int(code, 0), "page-bytes": int(detail, 0)})
            else:
                record.update({"class": kind, "code": int(code, 0), "op": "-rw".index(op),
                               "overflow": detail == "overflow", "user": mode == "user"})
                if detail not in ("-", "overflow"):
                    record["detail"] = int(detail, 0)
            yield record


class Boot(reader.ReaderTest):
    """What is told of the boot."""

    def boot(self, root, *args):
        status, out, err = self.run_reader("boot", *args, env={"CVMSTAT_TEST_ROOT": root})
        self.assertEqual((status, err), (0, ""))
        return out

    def changed(self, root, path, text):
        """A copy of it with another file in it, or without it."""
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        copy = os.path.join(work.name, "root")
        shutil.copytree(root, copy)
        if text is None:
            os.unlink(os.path.join(copy, path))
        else:
            os.makedirs(os.path.dirname(os.path.join(copy, path)), exist_ok=True)
            with open(os.path.join(copy, path), "w", encoding="ascii") as file:
                file.write(text)
        return copy

    def notes(self, root):
        return [note["text"] for note in json.loads(self.boot(root, "--json"))["notes"]]

    def test_golden(self):
        for name, root in (("boot", COUNTED), ("boot-log", LOGGED)):
            with self.subTest(name):
                self.golden(f"{name}.txt", self.boot(root))
                self.golden(f"{name}.json", self.boot(root, "--json"))
        self.golden("boot.csv", self.boot(COUNTED, "--csv"))

    def test_widths(self):
        for cols in (40, 80, 120):
            status, text = self.on_terminal(cols, "boot", root=COUNTED)
            self.assertEqual(status, 0)
            self.golden(f"boot-{cols}.txt", text)

    def test_sums(self):
        """Phases, reasons and details are one and the same."""
        boot = json.loads(self.boot(COUNTED, "--json"))
        for phase in boot["phases"]:
            for kind, key in (("exit", "exits"), ("trap", "traps"), ("call", "calls")):
                self.assertEqual(phase[key], sum(
                    row["count"] for row in boot["reasons"]
                    if row["phase"] == phase["phase"] and row["kind"] == kind))
            self.assertEqual(phase["accepted_bytes"], sum(
                row["page_bytes"] * row["pages"] for row in boot["pages"]
                if row["phase"] == phase["phase"] and row["done"] == "accepted"))
        self.assertEqual([phase["phase"] for phase in boot["phases"]],
                         ["setup", "memory", "smp", "initcalls"])
        cpuid = [row["count"] for row in boot["details"]
                 if row["class"] == "vc" and row["code"] == "0x72"]
        self.assertEqual(sum(cpuid), 33)
        self.assertAlmostEqual(1, sum(row["share"] for row in boot["reasons"]
                                      if row["kind"] == "exit"))

    def test_csv(self):
        rows = list(csv.DictReader(io.StringIO(self.boot(COUNTED, "--csv"))))
        self.assertEqual(sum(int(row["count"]) for row in rows), 2811)

    def test_csv_uncounted(self):
        """No rows are not no exits."""
        status, out, err = self.run_reader("boot", "--csv", env={"CVMSTAT_TEST_ROOT": LOGGED})
        self.assertEqual((status, out.count("\n")), (0, 1))
        self.assertTrue(out.startswith("phase,kind,"), out)
        self.assertIn("exits of this boot are not known", err)

    def test_pages_in_order(self):
        """Whatever order a hash table has."""
        pages = [("smp", 0, 0x1000), ("setup", 2, 0x200000), ("setup", 0, 0x200000),
                 ("smp", 2, 0x1000), ("setup", 2, 0x1000), ("setup", 0, 0x1000)]
        text = "setup time - - - - 5\n" + "".join(
            f"{phase} pages {op:#x} {size:#x} - kernel {i + 1}\n"
            for i, (phase, op, size) in enumerate(pages))
        root = self.changed(COUNTED, BOOT_FILE, text)
        rows = json.loads(self.boot(root, "--json"))["pages"]
        self.assertEqual([row["pages"] for row in rows], [6, 3, 5, 2, 1, 4])

    def test_module(self):
        """Without debugfs the module tells the same, and else is not asked."""
        def scene(command, n):
            if command == "boot-get":
                return list(module_lines(os.path.join(COUNTED, BOOT_FILE)))
            return scenes.snp(command, n)
        root = self.changed(COUNTED, BOOT_FILE, None)
        for args in ((), ("--json",), ("--csv",)):
            wanted = self.boot(COUNTED, *args)
            for old in (False, True):
                self.load(scene, old)
                with self.subTest(args, old=old):
                    self.assertEqual(self.boot(root, *args), wanted)
        module = self.load(scenes.snp)
        self.boot(COUNTED)
        self.assertEqual(module.asked, [])
        self.assertIsNone(json.loads(self.boot(root, "--json"))["source"])

    def test_module_without_boot(self):
        """One that is older, or whose kernel counts nothing."""
        for old in (False, True):
            self.load(scenes.snp, old)
            self.assertEqual(json.loads(self.boot(LOGGED, "--json"))["source"], "log")

    def test_log(self):
        boot = json.loads(self.boot(LOGGED, "--json"))
        self.assertEqual({phase["phase"]: phase["ns"] for phase in boot["phases"]},
                         {"setup": 300000000, "memory": 200000000, "smp": 120500000,
                          "initcalls": 1000000000})
        self.assertEqual({phase["exits"] for phase in boot["phases"]}, {None})
        self.assertIn("9 lines of the log", boot["advice"][0]["text"])

    def test_automatic_exits(self):
        text = "automatic exits but HLT are in no figure"
        self.assertIn(text, " ".join(self.notes(COUNTED)))
        self.assertNotIn(text, " ".join(self.notes(LOGGED)))

    def test_platform(self):
        def boot(number, *args):
            _, out, _ = self.run_reader("boot", *args, env={"CVMSTAT_TEST_ROOT": COUNTED,
                                                            "CVMSTAT_TEST_KIND": number})
            return out
        for number, key, name in (("1", "sev-es", "SEV-ES"), ("2", "snp", "SEV-SNP"),
                                  ("3", "tdx", "TDX"), ("0", "none", "not confidential")):
            self.assertEqual(json.loads(boot(number, "--json"))["platform"], key)
            self.assertIn(f"Linux 7.3.4-cvmstat, {name}, CPUs 0-3, as it counted", boot(number))
        self.assertIsNone(json.loads(self.boot(COUNTED, "--json"))["platform"])

    def test_log_has_other_borders(self):
        text = "do not compare the two"
        self.assertIn(text, self.notes(LOGGED)[-1])
        self.assertIn(text, self.boot(LOGGED))
        self.assertNotIn(text, self.boot(COUNTED))
        late = self.changed(LOGGED, "dev/kmsg", "")
        self.assertNotIn(text, self.boot(late))

    def test_log_without_beginning(self):
        with open(os.path.join(LOGGED, "dev/kmsg"), encoding="ascii") as file:
            late = file.read().split("\n", 1)[1]
        for text in (late, "", None):
            root = self.changed(LOGGED, "dev/kmsg", text)
            self.assertEqual(json.loads(self.boot(root, "--json"))["phases"], [])
            self.assertIn("the beginning of the kernel's log is gone", self.notes(root)[1])

    def test_why_uncounted(self):
        self.assertIn("not a confidential guest", self.notes(LOGGED)[0])
        root = self.changed(LOGGED, "sys/kernel/debug/x86/cvm_exits", "")
        self.assertIn("cvm_exits=off", self.notes(root)[0])
        for text in ("", "nonsense\n", "setup vc 0x72 0x1 - kernel 5\nsetup vc 0x72\n",
                     "setup vc 0x72 0x1 - kernel many\n"):
            root = self.changed(LOGGED, BOOT_FILE, text)
            with self.subTest(text):
                self.assertIn("in a format that this cvmstat does not know", self.notes(root)[0])

    def why(self, root, **env):
        """The first note in a confidential guest."""
        _, out, _ = self.run_reader("boot", "--json", env={
            "CVMSTAT_TEST_ROOT": root, "CVMSTAT_TEST_PLATFORM": "a guest", "CVMSTAT_TEST_UID": "0",
            **env})
        return json.loads(out)["notes"][0]["text"]

    def refused(self, number):
        return {"CVMSTAT_TEST_REFUSED": f"{number} /cvm_exits_boot"}

    def test_why_without_capability(self):
        """The module is loaded, and it is not the kernel that is to blame."""
        user = {"CVMSTAT_TEST_UID": "1000"}
        for old in (False, True):
            module = self.load(scenes.snp, old)
            module.refuse["boot-get" if old else "snapshot"] = (errno.EPERM, "reading needs it")
            for more in ({}, self.refused(errno.EACCES)):
                text = self.why(LOGGED, **user, **more)
                self.assertIn("CAP_PERFMON for the module, which is loaded", text)
                self.assertEqual("once that is mounted" in text, not more)
                self.assertNotIn("does not count", text)
            self.assertIn("only with CAP_PERFMON, which is missing", self.why(LOGGED))
        self.module = None
        text = self.why(LOGGED, **user, **self.refused(errno.EACCES))
        self.assertIn("only root may read; the module, once it is loaded", text)

    def test_why_without_file(self):
        text = self.why(LOGGED)
        self.assertIn("does not count exits, or there is nothing that would tell", text)
        self.assertIn("mount -t debugfs", text)
        self.assertIn("modprobe cvmstat", text)
        root = self.changed(LOGGED, "sys/kernel/debug/x86/other", "")
        self.assertIn("this kernel does not count exits: ", self.why(root))
        self.load(scenes.snp)
        self.assertIn("this kernel does not count exits: ", self.why(LOGGED))

    def test_why_refused(self):
        """By lockdown, or by something that nobody foresaw, and not as one was no root."""
        root = self.changed(LOGGED, "sys/kernel/debug/x86/cvm_exits", "")
        locked = self.changed(root, "sys/kernel/security/lockdown",
                              "none [integrity] confidentiality\n")
        opened = self.changed(root, "sys/kernel/security/lockdown", "[none] integrity\n")
        text = self.why(locked, **self.refused(errno.EPERM))
        self.assertIn("lets nobody read in debugfs", text)
        self.assertIn("it is locked down: integrity", text)
        for number in (errno.EPERM, errno.EACCES, errno.EIO):
            text = self.why(opened, **self.refused(number))
            self.assertTrue(text.endswith(f"cannot be read: {os.strerror(number)}"), text)

    def test_nothing_known(self):
        for text in (None, ""):
            root = self.changed(LOGGED, "dev/kmsg", text)
            self.assertIsNone(json.loads(self.boot(root, "--json"))["source"])
            self.assertIn("CPUs 0, of which nothing is known", self.boot(root))

    def test_newer_kernel(self):
        """Classes, operations and phases that are not known here do no harm."""
        with open(os.path.join(COUNTED, BOOT_FILE), encoding="ascii") as file:
            text = file.read()
        more = "setup novel 0x1 - - kernel 5\nsetup pages 0x9 0x1000 - kernel 5\n"
        more += "".join(f"phase{i} vc 0x72 0x1 - kernel 1\n" for i in range(20))
        boot = json.loads(self.boot(self.changed(COUNTED, BOOT_FILE, text + more), "--json"))
        self.assertEqual(len(boot["phases"]), 8)
        self.assertEqual(boot["phases"][0]["exits"], 1418)

    def test_advice(self):
        def advice(text, **files):
            root = self.changed(COUNTED, BOOT_FILE, text)
            for path, content in files.items():
                with open(os.path.join(root, "proc", path), "w", encoding="ascii") as file:
                    file.write(content)
            return " ".join(a["text"] for a in json.loads(self.boot(root, "--json"))["advice"])
        small = "memory pages 0x0 0x1000 - kernel 65536\n"
        huge = "memory pages 0x0 0x200000 - kernel 512\n"
        none = {"cmdline": "quiet\n", "meminfo": "MemTotal: 1000 kB\n"}
        self.assertIn("256 MiB were accepted in pages of 4 KiB", advice(small, **none))
        self.assertEqual(advice(huge, **none), "")
        self.assertIn("accept_memory=eager had the boot accept 1 GiB: without it, the boot accepts "
                      "what it comes to use", advice(huge))
        self.assertIn("the firmware did the rest", advice("setup pages 0x2 0x1000 - kernel 1\n",
                                                          **none))
        self.assertIn("4 GiB of 7.67 GiB are not accepted yet", advice(huge))
        self.assertIn("serial ports", advice("smp vmgexit 0x7b 0x2fd r kernel 10\n", **none))
        self.assertIn("serial ports", advice("smp tdvmcall 0x1e 0x3f8 w kernel 10\n", **none))
        self.assertEqual(advice("smp tdvmcall 0x1e 0x400 w kernel 10\n", **none), "")
        self.assertNotIn("first used (Linux", advice("setup pages 0x2 0x1000 - kernel 1\n", **none))

    def test_advice_on_bounce_buffers(self):
        """Not on those that each guest has."""
        def advice(pages):
            root = self.changed(COUNTED, BOOT_FILE, f"setup pages 0x2 0x200000 - kernel {pages}\n")
            return " ".join(a["text"] for a in json.loads(self.boot(root, "--json"))["advice"])
        for pages in (32, 36):
            self.assertNotIn("swiotlb", advice(pages))
        self.assertIn("256 MiB became shared, bounce buffers among it: swiotlb=", advice(128))
        self.assertIn("DMA mappings fail", advice(128))

    def test_advice_on_pci(self):
        def advice(text):
            root = self.changed(COUNTED, BOOT_FILE, text)
            return " ".join(a["text"] for a in json.loads(self.boot(root, "--json"))["advice"])
        for kind in ("vmgexit 0x7b", "tdvmcall 0x1e"):
            ports = (f"initcalls {kind} 0xcf8 w kernel 500\ninitcalls {kind} 0xcfc r kernel 300\n"
                     f"initcalls {kind} 0xcfe r kernel 200\n")
            self.assertIn("1,000 exits (100%) were for PCI configuration", advice(ports))
            more = "setup vmgexit 0x7c - - kernel 9001\n"
            self.assertNotIn("PCI", advice(ports + more))
            self.assertNotIn("PCI", advice(ports.replace("0xcf", "0xd0")))
