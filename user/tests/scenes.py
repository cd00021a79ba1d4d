# SPDX-License-Identifier: GPL-2.0
"""What synthetic modules say: one function for each scene, by command and step."""

VC, VMGEXIT, GHCB_MSR, VE, TDVMCALL, TDCALL, SVSM, AUTO = range(8)
COUNTED, INFERRED, ESTIMATED = range(3)
MMIO_READ, MMIO_WRITE = 0x80000001, 0x80000002
TOP = 2 ** 64 - 1


def info(platform="snp", cpus=4, generation=0x1234, **more):
    return [{"platform": platform, "abi": 1, "version": "0.1.0", "kernel": "6.12.117",
             "generation": generation, "possible-cpus": cpus, "online-cpus": cpus,
             "detail-slots": 512, "rip-slots": 1024, "memory": 4 * 1048576,
             "tsc-khz": 2500000, **more}]


def count(cls, code, kernel, user=0, provenance=COUNTED, **more):
    return {"class": cls, "code": code, **more, "kernel": kernel, "user": user,
            "provenance": provenance}


def detail(cls, code, op, value, kernel, user=0, **more):
    return {"class": cls, "code": code, "op": op, "detail": value, **more,
            "kernel": kernel, "user": user, "provenance": COUNTED}


def hook(name, symbol, backend, classes, hits, missed=0, **more):
    return {"name": name, "symbol": symbol, "backend": backend, "classes": classes,
            "hits": hits, "missed": missed, "provenance": COUNTED, **more}


BUCKETS = [0] * 64


def hist(cls, code, n):
    buckets = list(BUCKETS)
    buckets[10], buckets[11], buckets[12], buckets[14] = 10 * n, 40 * n, 20 * n, n
    return {"class": cls, "code": code, "cycles": 200000 * n, "buckets": buckets}


def snp(command, n):
    """An SNP guest whose counters grow by the same in each step."""
    scene = {
        "info": info(vmpl=0, **{"platform-bits": 7}),
        "config-get": [{"classes": 0xff, "details": 1, "rips": 1, "latency": 0}],
        "get": [
            count(VC, 0x72, 5000 + 19 * n, 100 + 600 * n),
            count(VC, 0x7c, 9000 + 7000 * n),
            count(VC, 0x400, 20000 + 18204 * n),
            count(VMGEXIT, 0x7b, 500 + 123 * n),
            count(VMGEXIT, 0x7c, 9000 + 7000 * n),
            count(VMGEXIT, MMIO_WRITE, 20000 + 18204 * n),
            count(GHCB_MSR, 0x2, 1),
            count(SVSM, 1 << 32 | 3, 2 * n),
            count(AUTO, 0x78, 4911 * n, provenance=INFERRED),
        ],
        "detail-get": [
            detail(VC, 0x72, 0, 0, 19 * n, 600 * n),
            detail(VC, 0x7c, 0, 0x830, 7000 * n),
            detail(VMGEXIT, 0x7b, 2, 0x3f8, 100 * n),
            detail(VMGEXIT, 0x7b, 1, 0x3fd, 23 * n),
            detail(VMGEXIT, 0x7c, 2, 0x830, 6000 * n),
            detail(VMGEXIT, 0x7c, 1, 0xc0000080, 1000 * n),
            detail(VMGEXIT, MMIO_WRITE, 0, 0xfee00380, 14745 * n),
            detail(VMGEXIT, MMIO_WRITE, 0, 0xfebf3000, 2257 * n),
            detail(VMGEXIT, MMIO_WRITE, 0, 0xfee00300, 1100 * n),
            {"class": VMGEXIT, "code": MMIO_WRITE, "kernel": 102 * n, "user": 0,
             "overflow": True},
        ],
        "rip-get": [
            {"class": VMGEXIT, "code": MMIO_WRITE, "rip": 0xffffffff81001010,
             "kernel": 15000 * n, "user": 0},
            {"class": VMGEXIT, "code": 0x7c, "rip": 0xffffffff81002000, "kernel": 6000 * n,
             "user": 0},
            {"class": VC, "code": 0x72, "rip": 0x401234, "tgid": 4242, "kernel": 0,
             "user": 600 * n},
            {"class": VMGEXIT, "code": MMIO_WRITE, "kernel": 3204 * n, "user": 0,
             "overflow": True},
        ],
        "hist-get": [hist(VC, 0x72, n), hist(VC, 0x400, 3 * n)],
        "bounce-get": [
            {"device": "0000:00:03.0", "driver": "virtio-pci", "bounces": 9812 * n,
             "bytes": 13002342 * n, "maps": 9812 * n, "map-bytes": 13002342 * n,
             "in-copies": 4900 * n, "in-bytes": 12345678 * n, "out-copies": 4912 * n,
             "out-bytes": 656664 * n, "failed": 0, "cycles": 8000000 * n}],
        "idle-get": [
            {"idle-state": 0, "idle-name": "POLL", "idle-entries": 77 * n,
             "idle-polling": True},
            {"idle-state": 1, "idle-name": "C1", "idle-entries": 4911 * n}],
        "hook-get": [
            hook("vc", "vc_raw_handle_exception", "optprobe", 1, 1000 * n, proven=True),
            hook("vmgexit", "sev_es_ghcb_hv_call", "kprobe", 2, 1000 * n, proven=True),
            hook("snp-ap", "snp_wakeup", "none", 2, 0,
                 reason="no symbol of this name in this kernel")],
        "gap-get": [
            {"class": AUTO, "code": 0x60, "why": "interrupts of the host leave without a trace"},
            {"class": AUTO, "code": 0x400, "why": "nested page faults are the hypervisor's"}],
        "boot-get": [],
    }
    return [r for r in scene.get(command, []) if r.get("kernel", 1) or r.get("user", 1)]


def tdx(command, n):
    """A TD."""
    scene = {
        "info": info("tdx", 2, **{"platform-bits": 0x10000000}),
        "get": [
            count(VE, 10, 300 * n),
            count(VE, 32, 900 * n),
            count(TDVMCALL, 32, 900 * n),
            count(TDVMCALL, 12, 400 * n, provenance=ESTIMATED),
            count(TDVMCALL, 1 << 32, 50 * n),
            count(TDCALL, 3, 1200 * n, provenance=INFERRED),
        ],
        "detail-get": [
            detail(TDVMCALL, 32, 0, 0x6e0, 880 * n),
            detail(TDVMCALL, 32, 0, 0x830, 20 * n),
            detail(TDVMCALL, 1 << 32, 0, 5, 50 * n),
            detail(VE, 32, 0, 0x6e0, 880 * n),
            detail(VE, 32, 0, 0x830, 20 * n),
            detail(VE, 10, 0, 0x1, 300 * n),
        ],
        "rip-get": [], "hist-get": [], "bounce-get": [], "idle-get": [], "gap-get": [],
        "hook-get": [hook("ve", "tdx_handle_virt_exception", "ftrace", 0x38, 1200 * n)],
    }
    if command in scene:
        return [r for r in scene.get(command, []) if r.get("kernel", 1)]
    return snp(command, n)


def brim(command, n):
    """Counters near 2^64, one that wraps and one at the very top."""
    if command == "get":
        return [count(VMGEXIT, MMIO_WRITE, (TOP - 5 + 10 * n) & TOP),
                count(VMGEXIT, 0x7c, TOP - 1000 + 500 * min(n, 2), TOP - 7)]
    if command == "detail-get":
        return []
    return snp(command, n)


def huge(command, n):
    """One record whose difference is nearly 2^64."""
    if command == "get":
        return [count(VMGEXIT, 0x7c, 0 if not n else 2 ** 63, 0 if not n else 2 ** 63)]
    if command == "detail-get":
        return []
    return snp(command, n)


def reload(command, n):
    """Reloaded between the first and the second snapshot, and a CPU went away."""
    if command == "info":
        return info(generation=1 + n, cpus=4 - n)
    if command == "get" and n:
        return [count(VMGEXIT, 0x7c, 7)]
    return snp(command, n)


def fallen(command, n):
    """A counter that fell without a reload; a hook that missed hits."""
    if command == "get":
        return [count(VMGEXIT, 0x7c, 1000 - 990 * n)]
    if command == "hook-get":
        return [hook("vc", "vc_raw_handle_exception", "optprobe", 1, 10, 3 * n)]
    return snp(command, n)


def strange(command, n):
    """A newer module: classes, codes, platforms and attributes unknown here."""
    if command == "info":
        return [{**info()[0], "platform": 9, 60: b"\1\0\0\0"}]
    if command == "get":
        return [count(11, 0x99, 5 * n), count(VMGEXIT, 0x80000099, 6 * n), count(VC, 0x999, n),
                {"class": VMGEXIT, "kernel": 3 * n, "user": 0, "provenance": 7},
                {**count(TDCALL, 77, 2 * n), 61: b"abcdefg\0"}]
    if command == "detail-get":
        return [detail(11, 0x99, 5, 0xabc, 5 * n), detail(VMGEXIT, 0x80000099, 0, 0xdef, 6 * n)]
    if command == "hook-get":
        return [hook("new", "somewhere", 42, 0x1f00, 1)]
    return snp(command, n)


def many_cpus(command, n):
    """512 CPUs."""
    if command == "info":
        return info(cpus=512)
    if command == "get":
        return [count(VMGEXIT, 0x7c, (i + 1) * n, cpu=i) for i in range(512)]
    if command == "detail-get":
        return [detail(VMGEXIT, 0x7c, 2, 0x830, (i + 1) * n, cpu=i) for i in range(512)]
    return snp(command, n)


def big(command, n):
    """512 CPUs that all do everything, the more the higher their number, but one that sleeps."""
    cpus = [cpu for cpu in range(512) if cpu != 77]
    if command == "info":
        return info(cpus=512)
    if command == "get":
        return [count(*key, (times + cpu) * n, provenance=provenance, cpu=cpu)
                for key, times, provenance in (
                    ((VC, 0x72), 100, COUNTED), ((VC, 0x7c), 7000, COUNTED),
                    ((VC, 0x400), 9000, COUNTED), ((VMGEXIT, 0x72), 50, COUNTED),
                    ((VMGEXIT, 0x7b), 300, COUNTED), ((VMGEXIT, 0x7c), 7000, COUNTED),
                    ((VMGEXIT, MMIO_READ), 1000, COUNTED), ((VMGEXIT, MMIO_WRITE), 8000, COUNTED),
                    ((VMGEXIT, 0x80000003), 3, INFERRED), ((AUTO, 0x78), 4000, INFERRED))
                for cpu in cpus]
    if command == "detail-get":
        return [detail(VMGEXIT, code, op, where, (times + cpu // 16) * n, cpu=cpu)
                for code, op, where, times in (
                    *((0x7c, 2, 0x830 + i, 500 + i) for i in range(10)),
                    *((MMIO_WRITE, 0, 0xfee00300 + 16 * i, 400 + i) for i in range(16)),
                    (0x7b, 2, 0x3f8, 300))
                for cpu in cpus]
    if command == "idle-get":
        return [{"idle-state": 1, "idle-name": "default", "idle-entries": (4000 + cpu) * n,
                 "cpu": cpu} for cpu in cpus]
    return snp(command, n)
