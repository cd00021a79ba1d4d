# SPDX-License-Identifier: GPL-2.0
"""A synthetic module: answers on NETLINK_USERSOCK as the family would.

Attributes and commands come from the netlink spec, not from the C header, so
that the reader's idea of the ABI is checked against the spec.
"""

import errno
import itertools
import os
import socket
import struct
import threading

import yaml

SPEC = os.path.join(os.path.dirname(__file__), "../../kmod/cvmstat.yaml")

NETLINK_USERSOCK = 2
FAMILY = 32
GENL_ID_CTRL = 16
STOP = 33    # a message that ends the module
GROUP = 5
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_MULTI, NLM_F_DUMP_INTR, NLM_F_CAPPED, NLM_F_ACK_TLVS = 2, 0x10, 0x100, 0x200
NLM_F_DUMP, NLM_F_ACK = 0x300, 4
NLA_F_NESTED = 0x8000
DATAGRAM = 32 * 1024


def load_spec():
    """Commands and attributes of the spec: name -> number and type."""
    with open(SPEC, encoding="utf-8") as f:
        spec = yaml.safe_load(f)
    sets = {s["name"]: {a["name"]: (i, a["type"])
                        for i, a in enumerate(s["attributes"], 1)}
            for s in spec["attribute-sets"] if "subset-of" not in s}
    commands = {}
    for i, op in enumerate(spec["operations"]["list"], 1):
        commands[op["name"]] = (i, sets[op["attribute-set"]])
    enums = {d["name"]: {(e if isinstance(e, str) else e["name"]): i
                         for i, e in enumerate(d["entries"])}
             for d in spec["definitions"]}
    return commands, sets, enums


COMMANDS, SETS, ENUMS = load_spec()
# The nests of a snapshot in their order: the parts that it takes, and the
# command that alone would give the same.
NESTS = {
    "info": (("info",), "info"),
    "config": (("config",), "config-get"),
    "idle-count": (("idle-counts",), "idle-count"),
    "count": (("counts",), "get"),
    "detail": (("details",), "detail-get"),
    "recount": (("counts", "details"), "get"),
    "rip": (("rips",), "rip-get"),
    "hist": (("hists",), "hist-get"),
    "bounce": (("bounces",), "bounce-get"),
    "idle": (("idle",), "idle-get"),
    "hook": (("hooks",), "hook-get"),
    "gap": (("gaps",), "gap-get"),
    "boot": (("boot",), "boot-get"),
}
# The attributes of each, also of what no command tells alone.
ANSWERS = {**{name: attrs for name, (_, attrs) in COMMANDS.items()}, "idle-count": SETS["count"]}
PORTS = itertools.cycle(range(1, 128))
FORMATS = {"u8": "B", "u32": "I", "u64": "Q"}


def attribute(number, data):
    pad = -len(data) % 4
    return struct.pack("HH", len(data) + 4, number) + data + b"\0" * pad


def encode(attrs, values):
    out = b""
    for name, value in values.items():
        if isinstance(name, int):
            out += attribute(name, value)
            continue
        number, kind = attrs[name]
        if kind in FORMATS:
            value = ENUMS.get(name, {}).get(value, value)
            data = struct.pack(FORMATS[kind], value)
        elif kind == "string":
            data = value.encode(errors="surrogateescape") + b"\0"
        elif kind == "nest":
            command, inner = value
            number |= NLA_F_NESTED
            data = encode(ANSWERS[command], inner)
        elif kind == "flag":
            if not value:
                continue
            data = b""
        else:
            data = struct.pack("64Q", *value)
        out += attribute(number, data)
    return out


def attributes(data):
    """Number -> value of what came in a request."""
    found = {}
    while data:
        length, number = struct.unpack_from("HH", data)
        found[number] = data[4:length]
        data = data[length + 3 & ~3:]
    return found


def message(kind, flags, seq, port, payload):
    return struct.pack("IHHII", 16 + len(payload), kind, flags, seq, port) + payload


class FakeModule:
    """One module: `content(command, step)` gives the list of records of an answer.

    A step is one snapshot, which starts with a question for `info`. An old
    module knows the single commands only.
    """

    def __init__(self, content, old=False):
        self.content = content
        self.step = -1
        self.interrupt = {}    # command -> how many of its dumps are interrupted
        self.refuse = {}       # command -> (errno, text)
        if old:
            self.refuse["snapshot"] = (errno.EOPNOTSUPP, "")
        self.lost = ()         # steps at which nobody of the number that is asked is there
        self.asked = []        # (command, attributes) of each question
        self.tear = False      # cut the last message of a dump short
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_USERSOCK)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        # A port of its own: a reader of an earlier module must not reach this one.
        self.port = 0x40000000 | next(PORTS) << 22 | os.getpid()
        self.sock.bind((self.port, 0))
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def close(self):
        """End the thread before its socket goes."""
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_USERSOCK) as s:
            s.sendto(message(STOP, 0, 0, 0, b""), (self.port, 0))
        self.thread.join()
        self.sock.close()

    def serve(self):
        while True:
            data, (peer, _) = self.sock.recvfrom(65536)
            if struct.unpack_from("IH", data)[1] == STOP:
                return
            try:
                self.answer(data, peer)
            except ConnectionRefusedError:
                pass    # the reader is gone

    def answer(self, data, peer):
        _, kind, flags, seq, _ = struct.unpack_from("IHHII", data)
        if kind != FAMILY:
            return
        number = data[16]
        name = next((n for n, (i, _) in COMMANDS.items() if i == number), None)
        self.asked.append((name, data[20:]))
        if name == "info" or "info" in self.parts(name, data[20:]):
            self.step += 1
        dump = flags & NLM_F_DUMP == NLM_F_DUMP
        if self.step in self.lost:
            self.send_error(peer, seq, data, errno.ENOENT, "", dump)
        elif name in self.refuse:
            self.send_error(peer, seq, data, *self.refuse[name], dump)
        elif dump:
            self.send_dump(peer, seq, name, number, data[20:])
        elif flags & NLM_F_ACK:
            self.send(peer, message(NLMSG_ERROR, NLM_F_CAPPED, seq, peer,
                                    struct.pack("i", 0) + data[:16]))
        else:
            self.send(peer, self.record(name, number, 0, seq, peer,
                                        self.content(name, self.step)[0]))

    @staticmethod
    def parts(name, request):
        """The parts that a request for a snapshot asks for."""
        if name != "snapshot":
            return ()
        asked = attributes(request).get(SETS["snapshot"]["parts"][0])
        mask = struct.unpack("I", asked)[0] if asked else -1
        return [part for part, bit in ENUMS["parts"].items() if mask >> bit & 1]

    def records(self, name, request):
        """What an answer has, one message for each."""
        if name != "snapshot":
            return self.content(name, self.step)
        parts = self.parts(name, request)
        return [{nest: (command, values)}
                for nest, (needs, command) in NESTS.items() if set(needs) <= set(parts)
                for values in self.content(command, self.step)]

    def record(self, name, number, flags, seq, peer, values):
        payload = struct.pack("BBH", number, 1, 0) + encode(COMMANDS[name][1], values)
        return message(FAMILY, flags, seq, peer, payload)

    def send_error(self, peer, seq, request, err, text, dump):
        extack = attribute(1, text.encode() + b"\0")
        if dump and err == errno.EINTR:
            self.send(peer, message(NLMSG_DONE, NLM_F_MULTI | NLM_F_ACK_TLVS, seq, peer,
                                    struct.pack("i", -err) + extack))
            return
        self.send(peer, message(NLMSG_ERROR, NLM_F_CAPPED | NLM_F_ACK_TLVS, seq, peer,
                                struct.pack("i", -err) + request[:16] + extack))

    def send_dump(self, peer, seq, name, number, request=b""):
        flags = NLM_F_MULTI
        if self.interrupt.get(name, 0) > 0:
            self.interrupt[name] -= 1
            flags |= NLM_F_DUMP_INTR
        batch = b""
        for values in self.records(name, request):
            msg = self.record(name, number, flags, seq, peer, values)
            if len(batch) + len(msg) > DATAGRAM:
                self.send(peer, batch)
                batch = b""
            batch += msg
        done = message(NLMSG_DONE, flags, seq, peer, struct.pack("i", 0))
        if len(batch) + len(done) > DATAGRAM:
            self.send(peer, batch)
            batch = b""
        self.send(peer, batch + done)

    def send(self, peer, data):
        self.sock.sendto(data, (peer, 0))

    def arrive(self):
        """Say to the group of families that one was registered."""
        try:
            self.sock.sendto(message(GENL_ID_CTRL, 0, 0, 0, b"\1\2\0\0"), (0, 1 << GROUP))
        except ConnectionRefusedError:
            pass

    def announce(self, **values):
        """Send an announcement to the multicast group."""
        values = {k.replace("_", "-"): v for k, v in values.items()}
        number, attrs = COMMANDS["ntf"]
        payload = struct.pack("BBH", number, 1, 0) + encode(attrs, values)
        try:
            self.sock.sendto(message(FAMILY, 0, 0, 0, payload), (0, 1 << (GROUP - 1)))
        except ConnectionRefusedError:
            pass    # the group has it; the kernel itself is not a listener
