# SPDX-License-Identifier: GPL-2.0
# For Kbuild files, with cvm-compat as this folder: has its headers shadow the
# kernel's, and tells them what the kernel's headers have and the preprocessor
# cannot be asked. That is looked for in their text and not told by a version
# number, as distributions bring new interfaces to old kernels.

LINUXINCLUDE := -I$(cvm-compat) $(LINUXINCLUDE)

# $(call cvm-has,NAME,HEADER,TEXT)
cvm-has = $(if $(shell grep -sF '$(3)' $(srctree)/$(2)),-DCVM_HAVE_$(1))

ccflags-y += \
	$(call cvm-has,SPLIT_OPS,include/net/genetlink.h,struct genl_split_ops {) \
	$(call cvm-has,DUMPIT_GENL_INFO,include/net/genetlink.h,struct genl_info info;) \
	$(call cvm-has,TDX_MODULE_ARGS,arch/x86/include/asm/shared/tdx.h,struct tdx_module_args {) \
	$(call cvm-has,SVSM,arch/x86/include/asm/sev.h,struct svsm_call {) \
	$(if $(CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS),$(call cvm-has,DIRECT_CALLS,include/linux/ftrace.h,bool free_filters)) \
	$(if $(CONFIG_FPROBE),$(call cvm-has,FPROBE_DATA,include/linux/fprobe.h,unsigned long ret_ip$(comma) struct pt_regs *regs$(comma))) \
	$(call cvm-has,LINUX_UNALIGNED,include/linux/unaligned.h,get_unaligned) \
	$(call cvm-has,ASM_CPUID_API,arch/x86/include/asm/cpuid/api.h,cpuid) \
	$(call cvm-has,CPUID_BASE_HYPERVISOR,arch/x86/include/asm/cpuid/api.h,cpuid_base_hypervisor)
