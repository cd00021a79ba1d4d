// SPDX-License-Identifier: GPL-2.0
/*
 * What is at the same place on every PC: the APICs and the HPET (APM vol. 2,
 * 16.3; 82093AA; HPET 1.0a, 2.3), MSRs, CPUID leaves, well-known ports.
 */
#include "names/place.h"

struct named {
	u64 first, last;
	const char *name;
};

#define ONE(at, name) { at, at, name }

#define LAPIC_BASE 0xfee00000
#define LAPIC_MSR 0x800
#define IOAPIC_BASE 0xfec00000
#define HPET_BASE 0xfed00000

/* Offsets in the local APIC's page; x2APIC's MSR is 0x800 + offset / 16. */
static const struct named lapic[] = {
	ONE(0x020, "ID"), ONE(0x030, "VERSION"), ONE(0x080, "TPR"), ONE(0x090, "APR"),
	ONE(0x0a0, "PPR"), ONE(0x0b0, "EOI"), ONE(0x0c0, "RRD"), ONE(0x0d0, "LDR"),
	ONE(0x0e0, "DFR"), ONE(0x0f0, "SVR"), { 0x100, 0x17f, "ISR" }, { 0x180, 0x1ff, "TMR" },
	{ 0x200, 0x27f, "IRR" }, ONE(0x280, "ESR"), ONE(0x2f0, "LVTCMCI"), ONE(0x300, "ICR"),
	ONE(0x310, "ICR2"), ONE(0x320, "LVTT"), ONE(0x330, "LVTTHMR"), ONE(0x340, "LVTPC"),
	ONE(0x350, "LVT0"), ONE(0x360, "LVT1"), ONE(0x370, "LVTERR"), ONE(0x380, "TMICT"),
	ONE(0x390, "TMCCT"), ONE(0x3e0, "TDCR"), ONE(0x3f0, "SELF-IPI"),
};

static const struct named ioapic[] = {
	ONE(0x00, "IOREGSEL"), ONE(0x10, "IOWIN"), ONE(0x40, "EOI"),
};

static const struct named hpet[] = {
	{ 0x000, 0x007, "ID" }, { 0x010, 0x017, "CFG" }, { 0x020, 0x027, "STATUS" },
	{ 0x0f0, 0x0f7, "COUNTER" }, { 0x100, 0x107, "T0-CFG" }, { 0x108, 0x10f, "T0-CMP" },
	{ 0x120, 0x127, "T1-CFG" }, { 0x128, 0x12f, "T1-CMP" }, { 0x140, 0x147, "T2-CFG" },
	{ 0x148, 0x14f, "T2-CMP" },
};

/* Vendors' manuals; linux/arch/x86/include/uapi/asm/kvm_para.h for KVM's. */
static const struct named msrs[] = {
	ONE(0x10, "TSC"), ONE(0x1b, "APIC_BASE"), ONE(0x3a, "FEAT_CTL"), ONE(0x3b, "TSC_ADJUST"),
	ONE(0x48, "SPEC_CTRL"), ONE(0x49, "PRED_CMD"), ONE(0x8b, "UCODE_REV"),
	{ 0xc1, 0xc8, "PMC" }, ONE(0xce, "PLATFORM_INFO"), ONE(0xe7, "MPERF"), ONE(0xe8, "APERF"),
	ONE(0xfe, "MTRRCAP"), ONE(0x10a, "ARCH_CAPABILITIES"), ONE(0x10b, "FLUSH_CMD"),
	ONE(0x140, "MISC_FEATURES"), ONE(0x174, "SYSENTER_CS"), ONE(0x175, "SYSENTER_ESP"),
	ONE(0x176, "SYSENTER_EIP"), ONE(0x179, "MCG_CAP"), ONE(0x17a, "MCG_STATUS"),
	ONE(0x17b, "MCG_CTL"), { 0x186, 0x18d, "PERFEVTSEL" }, ONE(0x1a0, "MISC_ENABLE"),
	ONE(0x1b0, "ENERGY_PERF_BIAS"), ONE(0x1d9, "DEBUGCTL"), { 0x200, 0x26f, "MTRR" },
	ONE(0x277, "PAT"), { 0x280, 0x29f, "MC_CTL2" }, ONE(0x2ff, "MTRR_DEF_TYPE"),
	{ 0x309, 0x30c, "FIXED_CTR" }, ONE(0x345, "PERF_CAPABILITIES"),
	ONE(0x38d, "FIXED_CTR_CTRL"), ONE(0x38e, "PERF_GLOBAL_STATUS"),
	ONE(0x38f, "PERF_GLOBAL_CTRL"), ONE(0x390, "PERF_GLOBAL_OVF_CTRL"),
	{ 0x400, 0x47f, "MC_BANK" }, { 0x480, 0x491, "VMX_CAPS" }, ONE(0x6e0, "TSC_DEADLINE"),
	ONE(0xda0, "XSS"), ONE(0x40000000, "HV_GUEST_OS_ID"), ONE(0x40000001, "HV_HYPERCALL"),
	ONE(0x40000002, "HV_VP_INDEX"), ONE(0x40000020, "HV_TIME_REF_COUNT"),
	ONE(0x40000021, "HV_REFERENCE_TSC"), ONE(0x40000070, "HV_EOI"), ONE(0x40000071, "HV_ICR"),
	ONE(0x40000073, "HV_ASSIST_PAGE"), { 0x40000080, 0x40000084, "HV_SYNIC" },
	{ 0x40000090, 0x4000009f, "HV_SINT" }, { 0x400000b0, 0x400000b7, "HV_STIMER" },
	ONE(0x4b564d00, "KVM_WALL_CLOCK"), ONE(0x4b564d01, "KVM_SYSTEM_TIME"),
	ONE(0x4b564d02, "KVM_ASYNC_PF_EN"), ONE(0x4b564d03, "KVM_STEAL_TIME"),
	ONE(0x4b564d04, "KVM_PV_EOI_EN"), ONE(0x4b564d05, "KVM_POLL_CONTROL"),
	ONE(0x4b564d06, "KVM_ASYNC_PF_INT"), ONE(0x4b564d07, "KVM_ASYNC_PF_ACK"),
	ONE(0x4b564d08, "KVM_MIGRATION_CONTROL"), ONE(0xc0000080, "EFER"), ONE(0xc0000081, "STAR"),
	ONE(0xc0000082, "LSTAR"), ONE(0xc0000083, "CSTAR"), ONE(0xc0000084, "SYSCALL_MASK"),
	ONE(0xc0000100, "FS_BASE"), ONE(0xc0000101, "GS_BASE"), ONE(0xc0000102, "KERNEL_GS_BASE"),
	ONE(0xc0000103, "TSC_AUX"), ONE(0xc0000104, "TSC_RATIO"),
	{ 0xc0010000, 0xc0010003, "PERFEVTSEL" }, { 0xc0010004, 0xc0010007, "PERFCTR" },
	ONE(0xc0010010, "SYSCFG"), ONE(0xc0010015, "HWCR"), { 0xc0010016, 0xc0010019, "IORR" },
	ONE(0xc001001a, "TOP_MEM"), ONE(0xc001001d, "TOP_MEM2"), ONE(0xc001001f, "NB_CFG"),
	ONE(0xc0010055, "INT_PENDING_MSG"), { 0xc0010061, 0xc0010063, "PSTATE" },
	ONE(0xc0010114, "VM_CR"), ONE(0xc0010117, "VM_HSAVE_PA"),
	ONE(0xc001011b, "X2AVIC_DOORBELL"),
	ONE(0xc001011f, "VIRT_SPEC_CTRL"), ONE(0xc0010130, "GHCB"), ONE(0xc0010131, "SEV_STATUS"),
	{ 0xc0010200, 0xc001020b, "PERF_CTL_CTR" }, { 0xc0010230, 0xc001023b, "L3_PERF" },
	{ 0xc0010240, 0xc0010247, "NB_PERF" }, { 0xc0010300, 0xc0010303, "PERF_GLOBAL" },
	ONE(0xc0011020, "LS_CFG"), ONE(0xc0011022, "DC_CFG"), ONE(0xc0011023, "BU_CFG"),
	ONE(0xc0011029, "DE_CFG"), ONE(0xc0011030, "IBS_FETCH_CTL"), ONE(0xc0011033, "IBS_OP_CTL"),
};

static const struct named leaves[] = {
	ONE(0x0, "vendor"), ONE(0x1, "features"), ONE(0x2, "caches"), ONE(0x4, "caches"),
	ONE(0x5, "MWAIT"), ONE(0x6, "power"), ONE(0x7, "features"), ONE(0xa, "PMU"),
	ONE(0xb, "topology"), ONE(0xd, "XSAVE"), ONE(0x12, "SGX"), ONE(0x15, "TSC"),
	ONE(0x16, "frequency"), ONE(0x1f, "topology"), ONE(0x21, "TDX"),
	{ 0x40000000, 0x400000ff, "hypervisor" }, { 0x80000000, 0x80000001, "features" },
	{ 0x80000002, 0x80000004, "brand" }, { 0x80000005, 0x80000006, "caches" },
	ONE(0x80000007, "power"), ONE(0x80000008, "sizes"), ONE(0x8000001d, "caches"),
	ONE(0x8000001e, "topology"), ONE(0x8000001f, "SEV"),
};

/* What PCs and the usual virtual machines have there. */
static const struct named ports[] = {
	{ 0x00, 0x1f, "DMA1" }, { 0x20, 0x21, "PIC1" }, { 0x40, 0x43, "PIT" },
	ONE(0x60, "i8042 data"), ONE(0x61, "NMI/speaker"), ONE(0x64, "i8042 command"),
	ONE(0x70, "RTC index"), ONE(0x71, "RTC data"), ONE(0x80, "POST/delay"),
	{ 0x81, 0x8f, "DMA page" }, ONE(0x92, "port A"), { 0xa0, 0xa1, "PIC2" },
	{ 0xb2, 0xb3, "APM" }, { 0xc0, 0xdf, "DMA2" }, ONE(0xe9, "debug console"),
	ONE(0xed, "delay"), { 0xf0, 0xff, "FPU" }, { 0x170, 0x177, "IDE2" },
	{ 0x1ce, 0x1d0, "Bochs VBE" }, { 0x1f0, 0x1f7, "IDE1" }, { 0x2e8, 0x2ef, "COM4" },
	{ 0x2f8, 0x2ff, "COM2" }, { 0x376, 0x376, "IDE2" }, { 0x378, 0x37a, "LPT1" },
	{ 0x3b0, 0x3df, "VGA" }, { 0x3e8, 0x3ef, "COM3" }, ONE(0x3f6, "IDE1"),
	{ 0x3f0, 0x3f7, "floppy" }, { 0x3f8, 0x3ff, "COM1" }, ONE(0x402, "debugcon"),
	{ 0x4d0, 0x4d1, "ELCR" }, ONE(0x505, "pvpanic"), { 0x510, 0x511, "fw_cfg" },
	{ 0x514, 0x51b, "fw_cfg DMA" }, { 0xcf8, 0xcfb, "PCI address" },
	{ 0xcfc, 0xcff, "PCI data" }, { 0x5658, 0x5659, "VMware backdoor" },
	{ 0xae00, 0xae17, "PCI hotplug" }, { 0xafe0, 0xafe3, "ACPI GPE" },
};

static const char *look_up(const struct named *names, size_t n, u64 at)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (at >= names[i].first && at <= names[i].last)
			return names[i].name;
	return NULL;
}

#define LOOK_UP(names, at) look_up(names, sizeof(names) / sizeof(struct named), at)

static const struct {
	u64 base, size;
	const char *name;
	const struct named *regs;
	size_t n;
} chips[] = {
	{ LAPIC_BASE, 0x1000, "LAPIC", lapic, ARRAY_SIZE(lapic) },
	{ IOAPIC_BASE, 0x1000, "IOAPIC", ioapic, ARRAY_SIZE(ioapic) },
	{ HPET_BASE, 0x400, "HPET", hpet, ARRAY_SIZE(hpet) },
};

/**
 * place_fixed_mmio - name a register of the interrupt and timer chips
 */
bool place_fixed_mmio(u64 gpa, char *buf, size_t size)
{
	const char *reg;
	u64 offset;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(chips); i++) {
		offset = gpa - chips[i].base;
		if (gpa < chips[i].base || offset >= chips[i].size)
			continue;
		reg = look_up(chips[i].regs, chips[i].n, offset);
		if (reg)
			snprintf(buf, size, "%s %s", chips[i].name, reg);
		else
			snprintf(buf, size, "%s +0x%llx", chips[i].name,
				 offset);
		return true;
	}
	return false;
}

static bool put_name(const char *name, char *buf, size_t size)
{
	if (name)
		snprintf(buf, size, "%s", name);
	return name;
}

bool place_fixed_port(u64 port, char *buf, size_t size)
{
	return put_name(LOOK_UP(ports, port), buf, size);
}

bool place_leaf(u64 leaf, char *buf, size_t size)
{
	return put_name(LOOK_UP(leaves, leaf), buf, size);
}

bool place_msr(u64 index, char *buf, size_t size)
{
	const char *reg;

	if (index < LAPIC_MSR || index > LAPIC_MSR + 0x3f)
		return put_name(LOOK_UP(msrs, index), buf, size);
	reg = LOOK_UP(lapic, (index - LAPIC_MSR) << 4);
	if (reg)
		snprintf(buf, size, "x2APIC %s", reg);
	return reg;
}
