# SPDX-License-Identifier: GPL-2.0
"""cvmstat info."""

import json
import os
import re
import tempfile

import reader
import scenes


class Info(reader.ReaderTest):
    """What is told of the guest."""

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

    def td(self, **more):
        def scene(command, n):
            return scenes.info("tdx", **more) if command == "info" else scenes.tdx(command, n)
        text = re.sub(" +", " ", self.run_reader("info", scene=scene)[1])
        return text, json.loads(self.run_reader("info", "--json", scene=scene)[1])

    def test_td(self):
        text, found = self.td(**{"platform-bits": 0x10000000, "td-ctls": 8, "tdx-module": "1.5.6"})
        for line in ("attributes 0x10000000 (SEPT_VE_DISABLE)\n", "PMU none: it takes attribute",
                     "TD_CTLS 0x8 (REDUCE_VE)\n", "answers most CPUID leaves, without #VE",
                     "TDX module 1.5.6\n"):
            self.assertIn(line, text)
        self.assertEqual(found["platform_bits"], "0x10000000")
        self.assertEqual(found["td_ctls"], "0x8")
        self.assertEqual(found["tdx_module"], "1.5.6")

    def test_td_of_an_old_module(self):
        text, found = self.td(**{"platform-bits": 1 << 63 | 1})
        self.assertIn("attributes 0x8000000000000001 (DEBUG, PERFMON)\n", text)
        self.assertIn("PMU attribute PERFMON: its counters are the guest's", text)
        self.assertNotIn("TD_CTLS", text.split("How it counts")[0])
        self.assertNotIn("tdx_module", found)

    def test_info_json(self):
        info = json.loads(self.run_reader("info", "--json", scene=scenes.snp)[1])
        self.assertEqual(info["hooks"][2]["reason"], "no symbol of this name in this kernel")
        self.assertEqual(info["gaps"][0]["code"], "0x60")
        self.assertEqual({s["key"]: s["value"] for s in info["settings"]}["clocksource"], "tsc")

    def test_hints(self):
        for hints, text in ((0, "none"), (1, "realtime"), (5, "realtime hint-2")):
            def scene(command, n, hints=hints):
                return scenes.info(hints=hints) if command == "info" else scenes.snp(command, n)
            info = json.loads(self.run_reader("info", "--json", scene=scene)[1])
            self.assertEqual((info["hints"], info["unknown_attributes"]), (text, 0))
        self.assertNotIn("hints ", self.run_reader("info", scene=scenes.snp)[1].split("hook")[0])

    def test_info_of_a_newer_module(self):
        status, out, _ = self.run_reader("info", scene=scenes.strange)
        self.assertEqual(status, 0)
        self.assertIn("the module is newer: 1 attributes are unknown here", out)
        self.assertIn("platform-9", out)
        self.assertIn("backend-42", out)
        self.assertIn("class-12", out)
