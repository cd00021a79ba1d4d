# SPDX-License-Identifier: GPL-2.0
# A person's Makefile; Kbuild is the kernel's way in.
KDIR ?= /lib/modules/$(shell uname -r)/build

all: module
	$(if $(wildcard user/Makefile),$(MAKE) -C user)

module:
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

load: module
	insmod kmod/cvmstat.ko

unload:
	rmmod cvmstat

clean:
	$(MAKE) -C $(KDIR) M=$(CURDIR) clean
	$(if $(wildcard user/Makefile),$(MAKE) -C user clean)

.PHONY: all module load unload clean
