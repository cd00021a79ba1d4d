# SPDX-License-Identifier: GPL-2.0
"""One place chooses a kernel, and what it chose is exact."""
import os
import tempfile
import unittest
from unittest import mock

from runner import build, common, kernels

# What suites offered on a day, beside each other as on a machine with flavours.
OFFERED = [f"linux-image-{release}" for release in (
    "6.1.0-9-amd64", "6.1.0-56-amd64", "6.1.0-57-cloud-amd64", "6.12.94+deb13-amd64",
    "6.12.117+deb12-amd64", "6.12.117+deb12-cloud-amd64", "6.12.118+deb13-amd64",
    "6.12.119+deb13-rt-amd64", "6.12.118+deb13-amd64-unsigned", "6.12.118+deb13-amd64-dbg",
    "7.2.9+deb13-amd64", "7.2.12+deb13-amd64", "7.3.4+deb13-cloud-amd64")]


class Choice(unittest.TestCase):
    def test_newest_by_number(self):
        self.assertEqual(kernels.offered(OFFERED, "6.1", ""), "6.1.0-56-amd64")
        self.assertEqual(kernels.offered(OFFERED, "7.2", ""), "7.2.12+deb13-amd64")
        self.assertEqual(kernels.offered(OFFERED, "6.12", ""), "6.12.118+deb13-amd64")

    def test_a_flavour_is_not_taken_for_another(self):
        self.assertEqual(kernels.offered(OFFERED, "6.1", "cloud"), "6.1.0-57-cloud-amd64")
        self.assertEqual(kernels.offered(OFFERED, "6.12", "cloud"), "6.12.117+deb12-cloud-amd64")
        self.assertIsNone(kernels.offered(OFFERED, "7.3", ""))
        self.assertIsNone(kernels.offered(OFFERED, "6.1", "rt"))

    def test_names(self):
        with mock.patch.object(kernels, "host_codename", return_value="bookworm"):
            self.assertEqual(kernels.parse("6.1"), ("6.1", "deb12", ""))
            self.assertEqual(kernels.parse("6.12"), ("6.12", "deb12", ""))
            self.assertEqual(kernels.parse("7.3-cloud"), ("7.3", "deb13", "cloud"))
            self.assertEqual(kernels.parse("6.12-deb13-rt"), ("6.12", "deb13", "rt"))
        with mock.patch.object(kernels, "host_codename", return_value="trixie"):
            self.assertEqual(kernels.parse("6.12"), ("6.12", "deb13", ""))
            self.assertEqual(kernels.parse("6.1"), ("6.1", "deb12", ""))

    def test_bad_names_say_what_a_name_is(self):
        for name in ("", "6", "6.12-", "6.12-arm", "6.12-deb9", "later", "6.12.117"):
            with self.assertRaisesRegex(common.Failed, "VERSION"):
                kernels.parse(name)

    def test_an_exact_release_is_taken_as_it_is(self):
        self.assertEqual(kernels.resolve("6.12.117+deb12-cloud-amd64"),
                         ("6.12.117+deb12-cloud-amd64", "deb12"))
        self.assertEqual(kernels.resolve("6.1.0-56-amd64"), ("6.1.0-56-amd64", "deb12"))


class Built(unittest.TestCase):
    """What patches/build-kernel left."""

    def test_it_is_three_things(self):
        with tempfile.TemporaryDirectory() as directory:
            for name in ("bzImage", "config"):
                with self.assertRaisesRegex(common.Failed, f"build-kernel leaves: .* no {name} "):
                    kernels.built(directory)
                with open(f"{directory}/{name}", "w", encoding="ascii") as file:
                    file.write("CONFIG_CVM_EXITS=y\n")
            os.mkdir(f"{directory}/kdir")
            self.assertTrue(kernels.built(directory).has("CVM_EXITS"))

    def test_no_directory_is_not_blamed_on_the_cache(self):
        with self.assertRaises(common.Failed) as caught:
            kernels.built("/nonexistent")
        self.assertNotIn("remove", str(caught.exception))


class Record(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        path = os.path.join(self.directory.name, "kernels.json")
        patch = mock.patch.object(kernels, "RECORD", path)
        patch.start()
        self.addCleanup(patch.stop)

    def resolve(self, names):
        with mock.patch.object(kernels.archive.Archive, "names", return_value=names):
            return kernels.resolve("7.2")[0]

    def test_a_name_keeps_its_meaning(self):
        """Also when the suites offer a newer one, or none any more."""
        self.assertEqual(self.resolve(OFFERED), "7.2.12+deb13-amd64")
        self.assertEqual(self.resolve(["linux-image-7.2.99+deb13-amd64"]), "7.2.12+deb13-amd64")
        self.assertEqual(self.resolve([]), "7.2.12+deb13-amd64")

    def test_what_nobody_has_is_unavailable(self):
        with mock.patch.object(kernels, "cached_releases", return_value=None):
            with self.assertRaises(common.Unavailable):
                self.resolve([])

    def test_out_of_reach_the_cache_serves(self):
        with mock.patch.object(kernels.archive.Archive, "names",
                               side_effect=common.Unavailable("no network")), \
             mock.patch.object(kernels, "cached_releases", return_value="7.2.9+deb13-amd64"):
            self.assertEqual(kernels.resolve("7.2")[0], "7.2.9+deb13-amd64")

    def test_a_damaged_record_is_told(self):
        with open(kernels.RECORD, "w", encoding="ascii") as file:
            file.write("{")
        with self.assertRaisesRegex(common.Failed, "damaged"):
            self.resolve(OFFERED)


class Builds(unittest.TestCase):
    def test_each_release_and_compiler_has_its_own(self):
        """With a cloud kernel beside the other, and after a kernel upgrade."""
        releases = ("6.12.117+deb12-amd64", "6.12.117+deb12-cloud-amd64", "6.12.118+deb12-amd64")
        places = {build.directory(kernels.Kernel("6.12", release, "/x"), compiler)
                  for release in releases for compiler in build.COMPILERS}
        self.assertEqual(len(places), 6)

    def test_a_kernel_whose_files_are_gone(self):
        kernel = kernels.Kernel("6.12", "6.12.117+deb12-amd64", "/no/image")
        with self.assertRaisesRegex(common.Failed, "/no/image is gone"):
            kernel.check()
