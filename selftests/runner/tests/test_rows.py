# SPDX-License-Identifier: GPL-2.0
"""Hooks, out of what the preprocessor makes of their tables."""
import unittest

from runner import rows

TEXT = """
static const struct cvm_hook_desc hooks[] = {
 {
  .name = "vc",
  .platforms = (((((1UL))) << (CVMSTAT_PLATFORM_SEV_ES)) | ((((1UL))) << (CVMSTAT_PLATFORM_SNP))),
  .points = {
   { .backend = &cvm_direct, .symbol = "vc_raw_handle_exception", .how = &(x){ 1 }, },
   { .backend = &cvm_kprobe, .symbol = "vc_raw_handle_exception", .how = &(x){ .handler = h }, },
  },
 }, {
  .name = "svsm",
  .platforms = ((((1UL))) << (CVMSTAT_PLATFORM_SNP)),
  .optional = true,
  .points = { { .backend = &cvm_kprobe, .symbol = "svsm_perform_ghcb_protocol", }, },
 }, {
  .name = "hyperv-rdmsr",
  .platforms = ((((1UL))) << (CVMSTAT_PLATFORM_SNP)),
  .hypervisor = X86_HYPER_MS_HYPERV,
  .points = { { .backend = &cvm_kprobe, .symbol = "hv_ghcb_msr_read", }, },
 }, {
  .name = "idle",
  .platforms = (~0U),
 },
};
"""


class Rows(unittest.TestCase):
    def test_parse(self):
        found = list(rows.parse(TEXT))
        self.assertEqual([row.name for row in found], ["vc", "svsm"])
        self.assertEqual(found[0].platforms, {"sev-es", "snp"})
        self.assertEqual(found[0].points, [("direct", "vc_raw_handle_exception"),
                                           ("kprobe", "vc_raw_handle_exception")])
        self.assertEqual((found[1].platforms, found[1].optional), ({"snp"}, True))

    def test_usable(self):
        there, reached, refused = (True, False, False), (True, True, False), (True, False, True)
        self.assertTrue(rows.usable("kprobe", there))
        self.assertFalse(rows.usable("direct", there))
        self.assertTrue(rows.usable("direct", reached))
        self.assertFalse(rows.usable("kprobe", refused))
        self.assertFalse(rows.usable("kprobe", (False, False, False)))
