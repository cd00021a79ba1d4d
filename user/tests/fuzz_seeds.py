# SPDX-License-Identifier: GPL-2.0
"""Write the fuzzer's seeds: two snapshots of each scene, as bytes."""

import os
import sys

import fake_module
import scenes


class Collector(fake_module.FakeModule):
    """Keeps what it would send."""

    def __init__(self, content):
        super().__init__(content)
        self.sent = b""

    def send(self, peer, data):
        self.sent += data


def snapshot(content, step):
    c = Collector(content)
    c.step = step
    for name, (number, _) in fake_module.COMMANDS.items():
        if name in ("info", "config-get"):
            c.sent += c.record(name, number, 0, 1, 0, content(name, step)[0])
        elif name not in ("config-set", "ntf", "snapshot"):
            c.send_dump(0, 1, name, number)
    c.close()
    return c.sent


os.makedirs(sys.argv[1], exist_ok=True)
for scene in ("snp", "tdx", "brim", "strange", "fallen"):
    content = getattr(scenes, scene)
    first, second = snapshot(content, 0), snapshot(content, 1)
    length = max(len(first), len(second))
    with open(os.path.join(sys.argv[1], scene), "wb") as f:
        f.write(first.ljust(length, b"\0") + second.ljust(length, b"\0"))
    for name in ("get", "detail-get", "hist-get", "snapshot"):
        c = Collector(content)
        c.step = 1
        c.send_dump(0, 1, name, fake_module.COMMANDS[name][0])
        c.close()
        with open(os.path.join(sys.argv[1], f"{scene}-{name}"), "wb") as f:
            f.write(c.sent * 2)
