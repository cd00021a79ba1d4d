# SPDX-License-Identifier: GPL-2.0
"""cvmstat metrics. What it prints is held to Prometheus' own programs in selftests/test-prometheus."""

import os
import re
import resource
import signal
import stat
import tempfile

import reader
import scenes

LABEL = r'[a-z_]+="(?:[^"\\\n]|\\[\\n"])*"'
SAMPLE = re.compile(rf"(cvmstat_[a-z_]+)(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\d+(?:\.\d+)?(?:e-\d+)?)")


def loaded(command, n):
    """Counters that stand somewhere, and when they began."""
    answer = scenes.snp(command, n + 1)
    return [{**answer[0], "counting-began": 998500000000}] if command == "info" else answer


def older(command, n):
    """A module that does not see what the bounce buffer copies."""
    if command == "bounce-get":
        return [{"device": "0000:00:03.0", "driver": "virtio-pci", "bounces": 9, "bytes": 90}]
    return scenes.snp(command, n)


def quoted(command, n):
    """Names that have to be quoted."""
    if command == "bounce-get":
        return [{"device": 'a"b\\c\nd', "driver": "\xe9\udcff{}", "bounces": 5, "bytes": 6}]
    return scenes.snp(command, n)


def parse(text):
    """(name, labels) -> value, as text; wrong grammar fails."""
    samples, titles = {}, []
    for line in text.splitlines():
        if line.startswith("# HELP "):
            titles.append(line.split(" ")[2])
            assert re.fullmatch(r"# HELP cvmstat_[a-z_]+ [^\\]+\.", line), line
        elif line.startswith("# TYPE "):
            assert re.fullmatch(rf"# TYPE {titles[-1]} (counter|gauge)", line), line
        else:
            found = SAMPLE.fullmatch(line)
            assert found and found[1] == titles[-1], line
            assert (found[1], found[2]) not in samples, line
            samples[found[1], found[2]] = found[3]
    assert len(titles) == len(set(titles)), titles
    return samples


def limit():
    """A full disk, to a process: a file may have 100 bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


class Metrics(reader.ReaderTest):
    """Prometheus' text format."""

    def metrics(self, *args, scene=loaded):
        status, out, err = self.run_reader("metrics", *args, scene=scene)
        self.assertEqual((status, err), (0, ""))
        self.assertTrue(out.endswith("\n"))
        return parse(out), out

    def test_text(self):
        self.golden("metrics.txt", self.metrics("-n", "3")[1])
        self.golden("metrics-tdx.txt", self.metrics("-n", "3", scene=lambda command, n:
                                                    scenes.tdx(command, n + 1))[1])

    def test_scenes(self):
        """Whatever a module says."""
        for name in ("snp", "tdx", "strange", "fallen"):
            with self.subTest(name):
                self.metrics("-n", "1000", scene=getattr(scenes, name))

    def test_one_snapshot(self):
        self.metrics()
        self.assertEqual([name for name, _ in self.module.asked], ["snapshot"])

    def test_old_module(self):
        """Without a start, and asked for its parts."""
        self.load(scenes.snp, old=True)
        status, out, _ = self.run_reader("metrics")
        self.assertEqual(status, 0)
        names = {name for name, _ in parse(out)}
        self.assertIn("cvmstat_exits_total", names)
        self.assertNotIn("cvmstat_start_time_seconds", names)

    def test_details(self):
        """A family of their own, of which there are as many as asked for."""
        without = self.metrics()[0]
        for most in (0, 1, 4, 1000):
            samples = self.metrics("-n", str(most))[0]
            details = {key: int(value) for key, value in samples.items()
                       if key[0] == "cvmstat_exit_details_total"}
            self.assertEqual(len(details), min(most, 7))
            self.assertEqual({k: v for k, v in samples.items() if k not in details}, without)
            if most == 1:
                self.assertEqual(list(details.values()), [14745])
        self.assertEqual(samples["cvmstat_details_lost_total",
                                 'class="vmgexit",reason="mmio-write"'], "102")

    def test_bounce_buffer(self):
        """Both directions apart; what an older module does not tell is not there."""
        def bounces(scene):
            return {(name[len("cvmstat_bounce_"):], "".join(re.findall('direction="(.*)"', text))):
                    float(value) for (name, text), value in self.metrics(scene=scene)[0].items()
                    if name.startswith("cvmstat_bounce_") and text}
        self.assertEqual(bounces(older), {("mappings_tried_total", ""): 9,
                                          ("mappings_tried_bytes_total", ""): 90})
        self.assertEqual(bounces(loaded), {
            ("mappings_tried_total", ""): 9812, ("mappings_tried_bytes_total", ""): 13002342,
            ("mappings_failed_total", ""): 0,
            ("copies_total", "out"): 4912, ("copies_total", "in"): 4900,
            ("bytes_total", "out"): 656664, ("bytes_total", "in"): 12345678,
            ("copy_seconds_total", ""): 0.0032})

    def test_labels(self):
        """What would break a series is no label."""
        labels = {re.sub('="', "=", part).split("=")[0] for _, text in self.metrics("-n", "9")[0]
                  if text for part in re.findall(LABEL, text)}
        self.assertEqual(labels & {"generation", "cpu", "instance", "job"}, set())
        exits = [text for name, text in self.metrics()[0] if name == "cvmstat_exits_total"]
        for text in exits:
            self.assertRegex(text, r'^class="[^"]+",reason="[^"]+",purpose="[^"]+"$')

    def test_purposes(self):
        """What the details of a reason are for; together they are the reason."""
        found = {re.sub('^.*purpose="', "", text)[:-1]: int(value)
                 for (name, text), value in self.metrics()[0].items()
                 if name == "cvmstat_exits_total" and 'reason="mmio-write"' in text}
        self.assertEqual(found, {"timer": 14745, "ipi": 1100, "doorbell": 2257, "unknown": 20102})
        self.assertEqual(sum(found.values()), 38204)

    def test_quoting(self):
        out = self.metrics(scene=quoted)[1]
        self.assertIn('device="a\\"b\\\\c\\nd",driver="\xe9\ufffd{}"} 5\n', out)

    def test_wrong(self):
        for args in (("--json",), ("--csv",), ("-n", "x"), ("-n", "1001"), ("word",)):
            self.assertEqual(self.run_reader("metrics", *args, scene=loaded)[:2], (125, ""))


class File(reader.ReaderTest):
    """A file that others read at any time."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = os.path.join(self.folder, "cvmstat.prom")

    def write(self, path=None, scene=loaded, **popen):
        return self.run_reader("metrics", "-o", path or self.path, scene=scene, **popen)

    def read(self):
        with open(self.path, encoding="utf-8") as f:
            return f.read()

    def test_replaced(self):
        """Who has the old one open reads all of that; nothing else is left in the folder."""
        self.assertEqual(self.write(umask=0o077), (0, "", ""))
        self.assertEqual(stat.S_IMODE(os.stat(self.path).st_mode), 0o644)
        before = self.read()
        with open(self.path, encoding="utf-8") as old:
            self.assertEqual(self.write(scene=scenes.tdx)[0], 0)
            self.assertEqual(old.read(), before)
        self.assertIn('platform="tdx"', self.read())
        self.assertEqual(os.listdir(self.folder), ["cvmstat.prom"])

    def test_link(self):
        """What it leads to is replaced, and it stays."""
        link = os.path.join(self.folder, "link.prom")
        os.symlink("cvmstat.prom", link)
        with open(self.path, "w", encoding="utf-8"):
            pass
        self.assertEqual(self.write(link)[0], 0)
        self.assertTrue(os.path.islink(link))
        parse(self.read())

    def test_pipe(self):
        """No file: written as it is."""
        os.mkfifo(self.path)
        fd = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        self.assertEqual(self.write()[0], 0)
        self.assertIn("cvmstat_up 1\n", os.read(fd, 65536).decode())
        os.close(fd)
        self.assertTrue(stat.S_ISFIFO(os.stat(self.path).st_mode))

    def test_no_folder(self):
        status, out, err = self.write(f"{self.folder}/none/cvmstat.prom")
        self.assertEqual((status, out), (120, ""))
        self.assertIn("none/cvmstat.prom: No such file or directory", err)

    def test_full(self):
        """The old one stays, and nothing beside it."""
        self.assertEqual(self.write()[0], 0)
        before = self.read()
        status = self.write(scene=scenes.tdx, preexec_fn=limit)[0]
        self.assertEqual(status, 120)
        self.assertEqual(self.read(), before)
        self.assertEqual(os.listdir(self.folder), ["cvmstat.prom"])

    def test_unreadable(self):
        """An old file would look like a guest without exits."""
        self.assertEqual(self.write()[0], 0)
        status, out, err = self.run_reader("metrics", "-o", self.path)
        self.assertEqual((status, out), (0, ""), err)
        self.module.refuse["snapshot"] = (1, "no")
        status, out, err = self.run_reader("metrics", "-o", self.path)
        self.assertEqual((status, out), (121, ""))
        self.assertIn("not permitted", err)
        self.assertEqual(parse(self.read()), {("cvmstat_up", None): "0"})

    def test_no_module(self):
        status, out, err = self.run_reader("metrics", "-o", self.path)
        self.assertEqual((status, out), (122, ""))
        self.assertIn("the module is not loaded", err)
        self.assertEqual(parse(self.read()), {("cvmstat_up", None): "0"})
        self.assertEqual(self.run_reader("metrics")[:2], (122, ""))
