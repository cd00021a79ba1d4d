# SPDX-License-Identifier: GPL-2.0
"""Names of devices."""

import json
import os
import shutil
import tempfile

import reader
import scenes

NET, DISK = "0000:00:03.0", "0000:00:04.0"


class Devices(reader.ReaderTest):
    """Reading configuration space is an exit: it is over when the window begins."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = os.path.join(folder.name, "root")
        shutil.copytree(reader.ROOT, self.root, symlinks=True)

    def device(self, name):
        return os.path.join(self.root, "sys/bus/pci/devices", name)

    def names(self, act, *args):
        """Names of the details in each report; act(step) changes the guest in each snapshot."""
        def scene(command, n):
            if command == "get":
                act(n)
                return [scenes.count(1, scenes.MMIO_WRITE, 10 * n)]
            if command == "detail-get":
                return [scenes.detail(1, scenes.MMIO_WRITE, 0, address, 10 * n)
                        for address in (0xfebf3000, 0xfebf4000)]
            return scenes.snp(command, n)
        out = self.run_reader("stat", "--json", "-o", "-", "-e", "none", *args, scene=scene,
                              env={"CVMSTAT_TEST_ROOT": self.root})[1]
        return [[d["name"] for d in json.loads(line)["details"]] for line in out.splitlines()]

    def test_config_is_read_before(self):
        """What was in configuration space when the window began is what names come from."""
        def act(step):
            path = os.path.join(self.device(NET), "config")
            if step == 0 and os.path.exists(path):
                os.unlink(path)
        self.assertEqual(self.names(act, "true")[0][0],
                         f"virtio-net {NET} notify 0xfebf3000")

    def test_new_device(self):
        """A device that came later is known by its BARs; its configuration space is left alone."""
        shutil.move(self.device(NET), self.root)
        gone = os.path.join(self.root, NET)

        def act(step):
            if step == 1 and os.path.exists(gone):
                shutil.move(gone, self.device(NET))
        names = self.names(act, "-I", "50", "sleep", "0.3")
        self.assertEqual(names[0][0], f"virtio-net {NET} BAR4 0xfebf3000")

    def test_gone_device(self):
        def act(step):
            if step == 2 and os.path.exists(self.device(NET)):
                shutil.rmtree(self.device(NET))
        names = self.names(act, "-I", "50", "sleep", "0.3")
        self.assertEqual([n[0] for n in names[:2]],
                         [f"virtio-net {NET} notify 0xfebf3000", "0xfebf3000"])

    def test_another_device(self):
        """At the same address, with other BARs."""
        def act(step):
            if step == 2:
                shutil.copy(os.path.join(self.device(DISK), "resource"), self.device(NET))
        names = self.names(act, "-I", "50", "sleep", "0.3")
        self.assertEqual([n[0] for n in names[:2]],
                         [f"virtio-net {NET} notify 0xfebf3000", "0xfebf3000"])

    def test_config_is_read_once(self):
        """Each read is an exit, of everybody's window: what was read is kept until the next boot."""
        os.mkdir(os.path.join(self.root, "run"))
        notify = f"virtio-net {NET} notify 0xfebf3000"
        self.assertEqual(self.names(lambda n: None, "true")[0][0], notify)
        config = os.path.join(self.device(NET), "config")
        os.unlink(config)
        self.assertEqual(self.names(lambda n: None, "true")[0][0], notify)
        # Another device at its address is another one.
        old = os.path.join(self.root, "old")
        shutil.move(self.device(NET), old)
        shutil.copytree(old, self.device(NET))
        self.assertEqual(self.names(lambda n: None, "true")[0][0],
                         f"virtio-net {NET} BAR4 0xfebf3000")

    def test_config_is_read_sparingly(self):
        """Behind what names need nothing is read, and nothing of a device without ranges."""
        os.mkdir(os.path.join(self.root, "run"))
        os.unlink(os.path.join(self.device(DISK), "resource"))
        shutil.copy(os.path.join(self.device(NET), "config"), self.device(DISK))
        self.names(lambda n: None, "true")
        kept = os.path.join(self.root, "run/cvmstat")
        self.assertEqual(os.listdir(kept), [NET])
        with open(os.path.join(kept, NET), "rb") as f:
            known = int.from_bytes(f.read()[8:16], "little")
        self.assertLessEqual(known.bit_count(), 24)
        self.assertGreater(known.bit_count(), 4)

    def test_spoilt(self):
        """What is no record of this reader's is not taken for one."""
        os.makedirs(os.path.join(self.root, "run/cvmstat"))
        with open(os.path.join(self.root, "run/cvmstat", NET), "wb") as f:
            f.write(b"x" * 100)
        self.assertEqual(self.names(lambda n: None, "true")[0][0],
                         f"virtio-net {NET} notify 0xfebf3000")
