# SPDX-License-Identifier: GPL-2.0
"""cvmstat flame: recorded samples as stacks and as a picture."""

import html
import os
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ET

import png
import reader
import scenes

CHROMIUM = shutil.which("chromium")
SVG = "{http://www.w3.org/2000/svg}"

KERNEL, USER = 2 ** 64 - 128, 2 ** 64 - 512
EXITS = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 7    # bits of enum cvmstat_class
PAGE, SAMPLE, COMM, DATA_HEAD = 4096, 9, 3, 1024

# code, detail, ip, class, op, user, has_detail, provenance; behind what all events have
EVENT = struct.Struct("<QQQQBBBBB")
FORMAT = "\n".join([
    "name: exit", "ID: 1234", "format:",
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;",
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;", "",
    "\tfield:u64 code;\toffset:8;\tsize:8;\tsigned:0;",
    "\tfield:u64 detail;\toffset:16;\tsize:8;\tsigned:0;",
    "\tfield:unsigned long ip;\toffset:24;\tsize:8;\tsigned:0;",
    "\tfield:u8 class;\toffset:32;\tsize:1;\tsigned:0;",
    "\tfield:u8 op;\toffset:33;\tsize:1;\tsigned:0;",
    "\tfield:u8 user;\toffset:34;\tsize:1;\tsigned:0;",
    "\tfield:u8 has_detail;\toffset:35;\tsize:1;\tsigned:0;",
    "\tfield:u8 provenance;\toffset:36;\tsize:1;\tsigned:0;", "",
    'print fmt: "%s", REC->code', ""])
DONE = FORMAT + "\tfield:u64 ns;\toffset:40;\tsize:8;\tsigned:0;\n"

KALLSYMS = """\
ffffffff81000000 T _stext
ffffffff81001000 t vp_notify
ffffffff81002000 T blk_mq_submit_bio
ffffffff81003000 T vfs_read
ffffffff81004000 T __x64_sys_read
ffffffff81005000 t native_apic_mem_eoi
ffffffff81006000 t default_idle
ffffffff81007000 T _etext
"""
VP, BLK, VFS, READ, EOI, IDLE = (0xffffffff81000000 + 0x1000 * i for i in range(1, 7))
MMIO_WRITE, CPUID, MSR = 0x80000002, 0x72, 0x7c
NOTIFY = 0xfebf3000


def record(kind, body):
    return struct.pack("<IHH", kind, 0, 8 + len(body)) + body


def sample(pid, code, kernel=(), user=(), detail=None, op=0, ns=None):
    chain = ((KERNEL, *kernel) if kernel else ()) + ((USER, *user) if user else ())
    raw = EVENT.pack(0, code, detail or 0, 0, 1, op, not kernel, detail is not None, 0)
    if ns is not None:
        raw = raw.ljust(40, b"\0") + struct.pack("<Q", ns)
    body = struct.pack("<II", pid, pid) + struct.pack(f"<Q{len(chain)}Q", len(chain), *chain)
    return record(SAMPLE, body + struct.pack("<I", len(raw)) + raw)


def ring(*records, lost=0):
    """A control page with what was lost where read() finds it, and the data behind it."""
    data = b"".join(records)
    page = bytearray(PAGE)
    struct.pack_into("<QQ", page, 0, 0, lost)
    struct.pack_into("<Q", page, DATA_HEAD, len(data))
    return bytes(page) + data


class Flame(reader.ReaderTest):
    """What was sampled is drawn, with names, and adds up."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.svg = os.path.join(self.folder, "out.svg")
        for event, text in (("exit", FORMAT), ("done", DONE)):
            self.put(f"sys/kernel/tracing/events/cvmstat/{event}/id", "1234\n")
            self.put(f"sys/kernel/tracing/events/cvmstat/{event}/format", text)
        self.put("proc/kallsyms", KALLSYMS)
        self.put("proc/42/comm", "reader <1>\n")
        self.put("sys/bus/event_source/devices/cvmstat/type", "77\n")
        for i, why in enumerate(("own", "full", "moved", "refused")):
            self.put(f"sys/bus/event_source/devices/cvmstat/events/untraced-{why}",
                     f"classes=0xff,source={2 + i}\n")
        self.map_own()

    def put(self, path, text):
        path = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb" if isinstance(text, bytes) else "w") as f:
            f.write(text)

    def map_own(self):
        """Process 42 has mapped the reader itself: its functions are known."""
        symbols = subprocess.run(["nm", reader.BINARY], stdout=subprocess.PIPE, check=True)
        at = {line.split()[-1]: int(line.split()[0], 16)
              for line in symbols.stdout.decode().splitlines() if len(line.split()) == 3}
        heads = subprocess.run(["readelf", "-lW", reader.BINARY], stdout=subprocess.PIPE, check=True)
        offset, address, size = (int(x, 16) for x in re.search(
            r"LOAD +(\w+) (\w+) \w+ \w+ (\w+) R E", heads.stdout.decode()).groups())
        base = 0x555500000000
        self.put("proc/42/maps",
                 f"{base + address:x}-{base + address + size:x} r-xp {offset:08x} 00:00 1 "
                 f"{reader.BINARY}\n7f0000000000-7f0000001000 r-xp 00000000 00:00 2 /lib/libgone.so\n")
        self.main, self.caller = base + at["main"] + 8, base + at["xstrdup"] + 4
        self.alone = 0x7f0000000123

    def usual(self):
        disk = sample(42, MMIO_WRITE, (VP + 16, BLK + 5, VFS + 5, READ + 5), (self.alone,),
                      detail=NOTIFY, op=2)
        return (disk, disk, disk,
                sample(42, CPUID, (), (self.main, self.caller), detail=1),
                sample(0, MMIO_WRITE, (EOI, IDLE + 9), detail=0xfee000b0, op=2),
                record(COMM, struct.pack("<II", 42, 42) + b"x\0"))

    def flame(self, *args, rings=(), status=0, tasks="", preexec_fn=None, **env):
        for cpu, data in enumerate(rings):
            self.put(f"rings/cpu{cpu}", data)
        done = self.run_reader("flame", *args, scene=scenes.snp, preexec_fn=preexec_fn,
                               env={"CVMSTAT_TEST_ROOT": self.folder,
                                    "CVMSTAT_TEST_SAMPLES": f"{self.folder}/rings",
                                    "CVMSTAT_TEST_TASKS": tasks, **env})
        self.assertEqual(done[0], status, done[2])
        return done

    def folded(self, *args, **more):
        out = self.flame("-o", "-", "--folded", "-a", *args, "true", **more)[1]
        return dict(line.rsplit(" ", 1) for line in out.splitlines())

    def picture(self, *args, **more):
        err = self.flame("-o", self.svg, "-a", *args, "true", **more)[2]
        return ET.parse(self.svg).getroot(), err

    def test_stacks(self):
        stacks = self.folded(rings=[ring(*self.usual())])
        self.assertEqual(stacks, {
            "reader <1>;libgone.so+0x123;__x64_sys_read_[k];vfs_read_[k];blk_mq_submit_bio_[k];"
            "vp_notify_[k];mmio-write: 0xfebf3000 write": "3",
            "reader <1>;xstrdup;main;cpuid: leaf 0x1 (features)": "1"})

    def test_idle(self):
        stacks = self.folded("--idle", rings=[ring(*self.usual())])
        self.assertEqual(stacks["(idle);default_idle_[k];native_apic_mem_eoi_[k];"
                                "mmio-write: LAPIC EOI 0xfee000b0 write"], "1")

    def test_halts(self):
        """They have no address of their own, and what started CPU 0 is not there any more."""
        gone = 0xffffffff83000123
        stacks = self.folded("--idle", rings=[ring(
            sample(0, 0x78, (0, IDLE + 9, VFS + 5, gone, gone + 64)),
            sample(0, 0x78, (0, IDLE + 9, VFS + 5)), sample(0, 0x78, (0,)))])
        self.assertEqual(stacks, {"(idle);vfs_read_[k];default_idle_[k];hlt": "2",
                                  "(idle);hlt": "1"})

    def test_no_frame_pointers(self):
        """What is no code ends a chain; where it was stays, whatever it is."""
        chain = (self.main, self.caller, 0x29ffffffff, self.caller, 0x7fff00001234)
        stacks = self.folded(rings=[ring(sample(42, CPUID, (), chain, detail=1),
                                         sample(42, CPUID, (), (0x1234, 0x5678), detail=1),
                                         sample(42, MSR, (VP, BLK + 5), chain[1:]))])
        self.assertEqual(stacks, {"reader <1>;xstrdup;main;cpuid: leaf 0x1 (features)": "1",
                                  "reader <1>;0x1234;cpuid: leaf 0x1 (features)": "1",
                                  "reader <1>;xstrdup;blk_mq_submit_bio_[k];vp_notify_[k];msr": "1"})

    def test_unnamed(self):
        """In the picture they are one frame of their file."""
        root, _ = self.picture(rings=[ring(*(sample(42, CPUID, (), (self.alone + i,), detail=1)
                                             for i in range(9)))])
        self.assertIn(("[libgone.so] (libgone.so)", 9), [f[:2] for f in self.frames(root)])

    def test_period(self):
        """Each sample stands for so many events."""
        self.assertEqual(sorted(self.folded("-c", "7", rings=[ring(*self.usual())]).values()),
                         ["21", "7"])

    def test_time(self):
        took = [sample(42, MSR, (VP,), detail=0x830, op=2, ns=n) for n in (1500, 2500)]
        stacks = self.folded("--by", "time", rings=[ring(*took)])
        self.assertEqual(list(stacks.values()), ["4000"])
        root, _ = self.picture("--by", "time", rings=[ring(*took)])
        self.assertIn("Time in traps of the guest during 'true': 4 us, 0 lost",
                      root.find(f"{SVG}title").text)

    @unittest.skipIf(os.sysconf("SC_NPROCESSORS_CONF") < 2, "one CPU")
    def test_cpus(self):
        """Each has a ring; what they have in common is one stack."""
        self.assertEqual(sorted(self.folded(rings=[ring(*self.usual())] * 2).values()), ["2", "6"])

    def test_lost(self):
        """In the title, and why below it."""
        tasks = ",".join(f"{2 + i << 24 | EXITS << 8}:0={n}/1/1" for i, n in enumerate((5, 0, 0, 2)))
        root, err = self.picture(rings=[ring(*self.usual(), lost=12)], tasks=tasks)
        title = root.find(f"{SVG}title").text
        self.assertEqual(title, f"Exits of the guest during 'true': 4 exits, "
                                f"{12 + 7 * os.sysconf('SC_NPROCESSORS_CONF')} lost")
        texts = [t.text for t in root.iter(f"{SVG}text")]
        self.assertIn(title, texts)
        self.assertIn("not shown: 1 exit of idle CPUs (--idle)", texts)
        self.assertRegex("\n".join(texts), r"the module left \d+ events out while it told of others")
        self.assertIn(title, err)

    def test_broken(self):
        """Records that are not as they should be: counted, and nothing else."""
        good = self.usual()[0]
        for n in range(9, len(good)):
            short = struct.pack("<IHH", SAMPLE, 0, n) + good[8:n]
            with self.subTest(n):
                root, _ = self.picture(rings=[ring(short, good)])
                self.assertRegex(root.find(f"{SVG}title").text, ": 1 exit, 1 lost$")
        endless = bytearray(good)
        struct.pack_into("<Q", endless, 16, 2 ** 61)
        self.assertEqual(self.folded(rings=[ring(bytes(endless))]), {})
        self.assertEqual(self.folded(rings=[ring(struct.pack("<IHH", SAMPLE, 0, 4) + good)]), {})

    @staticmethod
    def frames(root):
        """(name, value, x, y, width) of each."""
        for g in root.iter(f"{SVG}g"):
            name, value = re.match(r"(.*): ([\d,]+) exits?, ", g.find(f"{SVG}title").text).groups()
            rect = g.find(f"{SVG}rect")
            yield (name, int(value.replace(",", "")),
                   *(float(rect.get(k)) for k in ("x", "y", "width")))

    def test_widths(self):
        """A frame is as wide as its share, and lies on the one that called it."""
        root, _ = self.picture("--idle", rings=[ring(*self.usual())])
        frames = list(self.frames(root))
        names = [f[0] for f in frames]
        self.assertIn("main (cvmstat)", names)
        self.assertIn("vp_notify", names)
        self.assertIn("reader <1>", names)
        self.assertIn("mmio-write: LAPIC EOI 0xfee000b0 write (vmgexit)", names)
        self.assertEqual(frames[0][:2], ("all", 5))
        self.add_up(frames, 0)
        # What is on top is a reason.
        for name, _, x, y, width in frames:
            if not self.above(frames, x, y, width):
                self.assertRegex(name, "vmgexit")

    @staticmethod
    def above(frames, x, y, width):
        return [f for f in frames if f[3] == y - 17 and x - .1 <= f[2] < x + width - .1]

    def add_up(self, frames, narrow):
        """A frame is as wide as its share, and those on it are so together, but for the narrow."""
        _, all_of_it, _, _, whole = frames[0]
        for name, value, x, y, width in frames:
            self.assertAlmostEqual(width / whole, value / all_of_it, 2, name)
            above = self.above(frames, x, y, width)
            if above or not narrow:
                missing = value - sum(f[1] for f in above)
                self.assertTrue(0 <= missing <= (narrow or (0 if above else value)), name)
                self.assertLessEqual(sum(f[4] for f in above), width + .1, name)

    def test_demo(self):
        """The picture of a real load that README shows: redis, from system calls to exits."""
        self.svg = os.path.join(reader.HERE, "../../selftests/demo.svg")
        root = ET.parse(self.svg).getroot()
        frames = list(self.frames(root))
        total = re.search(r": ([\d,]+) exits, 0 lost$", root.find(f"{SVG}title").text)[1]
        self.assertEqual(frames[0][:2], ("all", int(total.replace(",", ""))))
        # Frames below half a pixel are not drawn, with what is above them.
        self.add_up(frames, frames[0][1] // 50)
        names = {f[0] for f in frames}
        for name in ("redis-server", "redis-benchmark", "tcp_sendmsg", "native_apic_mem_eoi"):
            self.assertIn(name, names)
        if CHROMIUM:
            dom = html.unescape(self.look("--dump-dom").stdout.decode())
            for name in ("redis-server: ", "tcp_sendmsg: ", "native_apic_mem_eoi: "):
                self.assertIn(name, dom)

    def test_alone(self):
        """Nothing is fetched, nothing runs; names are text."""
        self.picture(rings=[ring(*self.usual())])
        with open(self.svg, encoding="utf-8") as f:
            text = f.read().replace('xmlns="http://www.w3.org/2000/svg"', "")
        for word in ("http:", "https:", "<script", "href", "@import", "url(", "onload", "<1>"):
            self.assertNotIn(word, text)

    def test_strange_names(self):
        """What is not UTF-8, and what is no XML."""
        self.put("proc/42/comm", b"a\xff\x01;&b\n")
        stacks = self.flame("-o", self.svg, "-a", "true", rings=[ring(*self.usual())])
        self.assertIn("a\ufffd ;&b", [f[0] for f in self.frames(ET.parse(self.svg).getroot())])
        self.assertEqual(stacks[0], 0)

    def test_nothing(self):
        root, _ = self.picture(rings=[ring()])
        self.assertRegex(root.find(f"{SVG}title").text, "0 exits, 0 lost")

    def test_bad(self):
        ok = [ring()]
        for args, text in ((("--json", "true"), "a flame graph is SVG"),
                           (("-p", "1", "true"), "-p and a command"), (("-a", "-p", "1"), "-p and -a"),
                           (("--event", "x", "true"), "--event needs exit, trap or call"),
                           (("--by", "x", "true"), "--by needs count or time"),
                           (("--by", "time", "--event", "exit", "true"), "--by time is of traps"),
                           (("-c", "0", "true"), "-c needs a number")):
            with self.subTest(args):
                self.assertIn(text, self.flame(*args, rings=ok, status=125)[2])
        self.assertIn("no tracepoint cvmstat:trap",
                      self.flame("--event", "trap", "-o", self.svg, "true", rings=ok, status=122)[2])
        shutil.rmtree(f"{self.folder}/sys/kernel")
        self.assertIn("mount -t tracefs", self.flame("-o", self.svg, "true", status=125)[2])

    def test_keeps_old_picture(self):
        """Until the new one is complete: neither a wrong command nor a full disk costs it."""
        fill = ("import os, resource; "
                "resource.prlimit(os.getppid(), resource.RLIMIT_FSIZE, (300, 300))")
        for args, status, more in ((("-a", "/nonexistent/typo"), 127, {}),
                                   (("-p", "99999999"), 125, {}),
                                   (("-a", "python3", "-c", fill), 120,
                                    {"preexec_fn": lambda: signal.signal(signal.SIGXFSZ,
                                                                         signal.SIG_IGN)})):
            self.put("out.svg", "the old one")
            err = self.flame("-o", self.svg, *args, status=status,
                             rings=[ring(*self.usual())], **more)[2]
            with open(self.svg, encoding="utf-8") as f:
                self.assertEqual(f.read(), "the old one")
            self.assertEqual([n for n in os.listdir(self.folder) if n.startswith("out.")],
                             ["out.svg"])
            self.assertNotIn("Exits of", err)
        self.flame("-o", self.svg, "-a", "true", rings=[ring(*self.usual())])
        with open(self.svg, encoding="utf-8") as f:
            self.assertIn("<svg", f.read())

    def test_commands_output(self):
        """Standard output is the stacks' alone."""
        _, out, err = self.flame("-o", "-", "--folded", "-a", "echo", "hello",
                                 rings=[ring(*self.usual())])
        self.assertNotIn("hello", out)
        self.assertIn("hello\n", err)

    def test_words(self):
        """One exit; and no frames of which none can be drawn."""
        root, err = self.picture(rings=[ring(sample(42, MSR, (VP,)))])
        self.assertIn("during 'true': 1 exit, 0 lost", err)
        self.assertIn("all: 1 exit, 100.0%", "\n".join(t.text for t in root.iter(f"{SVG}title")))
        root, _ = self.picture(rings=[ring()])
        self.assertFalse([t.text for t in root.iter(f"{SVG}text") if "narrow" in (t.text or "")])

    def test_written_first(self):
        """Then what it is of is said."""
        err = self.flame("-o", "/dev/full", "-a", "true", status=120,
                         rings=[ring(*self.usual())])[2]
        self.assertEqual(err, ("cvmstat: cannot write /dev/full: "
                                              "No space left on device\n"))

    def test_status(self):
        self.flame("-o", self.svg, "-a", "sh", "-c", "exit 3", rings=[ring()], status=3)

    @unittest.skipUnless(CHROMIUM, "no chromium: install the Debian package of this name")
    def test_looked_at(self):
        """In a browser, in both themes: its frames, by name, where they belong."""
        self.picture(rings=[ring(*self.usual())])
        dom = self.look("--dump-dom").stdout.decode()
        for name in ("main (cvmstat)", "vp_notify", "vfs_read", "reader <1>"):
            self.assertIn(f"{name}: ", html.unescape(dom))
        for theme, paper in (("light", (255, 255, 255)), ("dark", (22, 24, 29))):
            self.look(f"--screenshot={self.folder}/{theme}.png",
                      f"--blink-settings=preferredColorScheme={int(theme == 'light')}")
            found = png.colours(f"{self.folder}/{theme}.png")
            with self.subTest(theme):
                self.assertEqual(max(found, key=found.get), paper)
                # Three of four exits went through four functions of the kernel, and one had two of its own.
                kernel, user = found[0x8f, 0xc0, 0xe8], found[0xf0, 0xb8, 0x60]
                self.assertAlmostEqual(kernel / user, 4 * 3 / (3 + 2), delta=0.3)

    def look(self, *args):
        done = subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
                               "--hide-scrollbars", "--window-size=1220,320",
                               f"--user-data-dir={self.folder}/browser", *args,
                               f"file://{self.svg}"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=120, check=False)
        self.assertEqual(done.returncode, 0)
        return done
