// SPDX-License-Identifier: GPL-2.0
/*
 * The pages that an SNP guest has of the firmware, secrets and CPUID, and the
 * blob by which Linux finds both.
 */
#include "ap.h"
#include "boot.h"
#include "cc_blob.h"
#include "ghcb.h"
#include "svsm.h"

#define SETUP_CC_BLOB		7
#define SECRETS_VERSION		3

struct cc_setup_data {
	struct setup_data header;
	u32 cc_blob_address;
};

static void cpuid_page_add(struct snp_cpuid_page *p, u32 leaf, u32 subleaf)
{
	struct cpuid_regs r;
	u32 i = p->count;

	platform->cpuid(&vcpus[0], leaf, subleaf, &r);
	if (i == SNP_CPUID_MAX || !(r.eax | r.ebx | r.ecx | r.edx))
		return;
	p->fn[i].leaf = leaf;
	p->fn[i].subleaf = subleaf;
	p->fn[i].eax = r.eax;
	p->fn[i].ebx = r.ebx;
	p->fn[i].ecx = r.ecx;
	p->fn[i].edx = r.edx;
	p->count++;
}

static void cpuid_page_fill(struct snp_cpuid_page *p)
{
	static const struct {
		u32 first, last, subleaves;
	} ranges[] = {
		{ 0, 3, 1 }, { 4, 4, 4 }, { 5, 0xa, 1 }, { 0xb, 0xb, 2 },
		{ 0x40000000, 0x40000001, 1 }, { 0x80000000, 0x8000001c, 1 },
		{ 0x8000001d, 0x8000001d, 4 }, { 0x8000001e, 0x8000001f, 1 },
	};
	u32 i, leaf, sub;

	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		for (leaf = ranges[i].first; leaf <= ranges[i].last; leaf++)
			for (sub = 0; sub < ranges[i].subleaves; sub++)
				cpuid_page_add(p, leaf, sub);
}

static void secrets_fill(struct snp_secrets *secrets)
{
	secrets->version = SECRETS_VERSION;
	secrets->ap_jump_table = ap_jump_table();
	/* The keys are not secret here; Linux refuses all-zero ones. */
	memset(secrets->vmpck, 0xa5, sizeof(secrets->vmpck));
	svsm_boot(secrets);
}

/* Before any vCPU runs, and after ap_boot(). */
void cc_blob_boot(struct boot_params *bp)
{
	struct snp_secrets *secrets = boot_alloc(1);
	struct snp_cpuid_page *cpuid_page = boot_alloc(1);
	struct cc_setup_data *sd = boot_alloc(1);
	struct cc_blob *blob = (void *)(sd + 1);

	cpuid_page_fill(cpuid_page);
	secrets_fill(secrets);
	*blob = (struct cc_blob){
		.magic = CC_BLOB_MAGIC,
		.version = 1,
		.secrets_phys = (u64)secrets,
		.secrets_len = PAGE_SIZE,
		.cpuid_phys = (u64)cpuid_page,
		.cpuid_len = PAGE_SIZE,
	};
	sd->cc_blob_address = (u64)blob;
	boot_add_setup_data(bp, &sd->header, SETUP_CC_BLOB, sizeof(*sd) - sizeof(sd->header));
}
