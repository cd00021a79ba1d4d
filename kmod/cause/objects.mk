# SPDX-License-Identifier: GPL-2.0
# The library's files, for the Kbuild files of the modules that link it.
cvm-causes := cause insn io apic cpu memory kvm sev svsm tdx
