# SPDX-License-Identifier: GPL-2.0
# A person's Makefile; Kbuild is the kernel's way in.
#
#   make                    module and reader for the running kernel
#   sudo make load          load the module
#   sudo make install       module, reader, manual page, completion [DESTDIR=]
#   make deb                Debian packages, in user/packaging/build
#   sudo make selftest      kselftests on this guest, without the test bed
#
#   make demo               a real kernel in an emulated confidential guest
#                           [PLATFORM=snp|tdx|sev-es] [KERNEL=6.12] [CPUS=2]
#                           [HYPERVISOR=kvm|none] [X2APIC=1]
#   make check              everything that shows that it works [TESTS=pattern]
#   make check-all          the same on every kernel, platform and number of vCPUs
#   make bench              what counting an exit costs, and what others cost
#   make study              emulated guests in variants, recorded and compared: 20 minutes
#   make check-debug        the same tests in a kernel that catches mistakes
#   make fuzz               1,000,000 random messages there, with faults
#   make style              what needs nothing to run

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
PLATFORM ?= snp
KERNEL ?= 6.12
CPUS ?= 2
HYPERVISOR ?= kvm
TESTS ?= *

all: module reader

headers:
	@test -e $(KDIR)/Makefile || { \
		echo "No headers of Linux $(KVER) in $(KDIR):" \
			"install the Debian package linux-headers-$(KVER), or set KDIR." >&2; \
		exit 1; }

module: headers
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

reader:
	$(MAKE) -C user

# Why a kernel refuses a module the reader knows.
load: module reader
	@if grep -q '^cvmstat ' /proc/modules; then echo "cvmstat is loaded already."; \
	elif insmod kmod/cvmstat.ko; then echo "cvmstat is loaded."; \
	else user/build/cvmstat info; exit 1; fi

unload:
	rmmod cvmstat

# Without the tests' modules.
install: all
	$(MAKE) -C $(KDIR) M=$(CURDIR)/kmod modules
	$(MAKE) -C $(KDIR) M=$(CURDIR)/kmod INSTALL_MOD_PATH=$(DESTDIR) modules_install
	test -n "$(DESTDIR)" || depmod -a $(KVER)
	$(MAKE) -C user install

deb:
	@selftests/install-packages build package
	@user/packaging/build-deb

selftest: all
	$(MAKE) -C selftests run_tests

demo:
	@selftests/install-packages build guest demo
	@selftests/demo --platform $(PLATFORM) --kernel $(KERNEL) --cpus $(CPUS) \
		--hypervisor $(HYPERVISOR) $(if $(X2APIC),--x2apic)

check:
	@selftests/install-packages build guest demo check kernel package
	@selftests/check '$(TESTS)'

check-all:
	@selftests/install-packages build guest check kernel package
	@selftests/check -p check-all '$(TESTS)'

bench:
	@selftests/install-packages build guest bench
	@selftests/bench/bench --json selftests/build/bench/bench.json
	@selftests/bench/patched-cost --cached --json selftests/build/bench/patched.json sev-es snp tdx \
		|| test $$? = 4

study:
	@selftests/install-packages build guest demo study
	@selftests/study/study --kernel $(KERNEL)

check-debug fuzz:
	@selftests/install-packages build guest check kernel
	@selftests/check -p $@ '$(TESTS)'

style:
	@selftests/install-packages check
	@selftests/style

clean:
	test ! -e $(KDIR)/Makefile || $(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(MAKE) -C user clean
	rm -rf .cache kmod/build selftests/build selftests/testbed/build user/packaging/build

.PHONY: all headers module reader load unload install deb selftest demo check check-all check-debug fuzz bench study style clean
