# SPDX-License-Identifier: GPL-2.0
"""What the module is asked."""

import fake_module
import reader
import scenes


class Requests(reader.ReaderTest):
    """Attributes of questions, as the spec has them."""

    def test_set_sends(self):
        module = self.load(scenes.snp)
        status, out, _ = self.run_reader("set", "latency", "on", "rips", "off", "classes",
                                         "vc,vmgexit")
        self.assertEqual(status, 0)
        sent = dict(module.asked)["config-set"]
        attrs = fake_module.SETS["config"]
        self.assertEqual(sent, fake_module.encode(attrs, {"classes": 3, "rips": 0, "latency": 1}))
        self.assertRegex(out, "\n rips +on\n")

    def test_per_cpu_asks(self):
        module = self.load(scenes.many_cpus)
        self.run_reader("stat", "--per-cpu", "true")
        sent = fake_module.attributes(dict(module.asked)["snapshot"])
        self.assertEqual(sent[fake_module.SETS["snapshot"]["per-cpu"][0]], b"")

    def test_per_cpu_asks_old_module(self):
        module = self.load(scenes.many_cpus, old=True)
        self.run_reader("stat", "--per-cpu", "true")
        flag = fake_module.encode(fake_module.SETS["count"], {"per-cpu": True})
        self.assertEqual(dict(module.asked)["get"], flag)
        flag = fake_module.encode(fake_module.SETS["around"], {"per-cpu": True})
        self.assertEqual(dict(module.asked)["idle-get"], flag)
