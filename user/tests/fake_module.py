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
STOP = 33    # a message that ends the module
GROUP = 5
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_MULTI, NLM_F_DUMP_INTR, NLM_F_CAPPED, NLM_F_ACK_TLVS = 2, 0x10, 0x100, 0x200
NLM_F_DUMP, NLM_F_ACK = 0x300, 4
DATAGRAM = 32 * 1024


def load_spec():
    """Commands and attributes of the spec: name -> number and type."""
    with open(SPEC, encoding="utf-8") as f:
        spec = yaml.safe_load(f)
    sets = {s["name"]: {a["name"]: (i, a["type"])
                        for i, a in enumerate(s["attributes"], 1)}
            for s in spec["attribute-sets"]}
    commands = {}
    for i, op in enumerate(spec["operations"]["list"], 1):
        commands[op["name"]] = (i, sets[op["attribute-set"]])
    enums = {d["name"]: {(e if isinstance(e, str) else e["name"]): i
                         for i, e in enumerate(d["entries"])}
             for d in spec["definitions"]}
    return commands, sets, enums


COMMANDS, SETS, ENUMS = load_spec()
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
            data = value.encode() + b"\0"
        elif kind == "flag":
            if not value:
                continue
            data = b""
        else:
            data = struct.pack("64Q", *value)
        out += attribute(number, data)
    return out


def message(kind, flags, seq, port, payload):
    return struct.pack("IHHII", 16 + len(payload), kind, flags, seq, port) + payload


class FakeModule:
    """One module: `content(command, step)` gives the list of records of an answer.

    A step is one snapshot, which starts with a question for `info`.
    """

    def __init__(self, content):
        self.content = content
        self.step = -1
        self.interrupt = {}    # command -> how many of its dumps are interrupted
        self.refuse = {}       # command -> (errno, text)
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
        if name == "info":
            self.step += 1
        dump = flags & NLM_F_DUMP == NLM_F_DUMP
        if name in self.refuse:
            self.send_error(peer, seq, data, *self.refuse[name], dump)
        elif dump:
            self.send_dump(peer, seq, name, number)
        elif flags & NLM_F_ACK:
            self.send(peer, message(NLMSG_ERROR, NLM_F_CAPPED, seq, peer,
                                    struct.pack("i", 0) + data[:16]))
        else:
            self.send(peer, self.record(name, number, 0, seq, peer,
                                        self.content(name, self.step)[0]))

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

    def send_dump(self, peer, seq, name, number):
        flags = NLM_F_MULTI
        if self.interrupt.get(name, 0) > 0:
            self.interrupt[name] -= 1
            flags |= NLM_F_DUMP_INTR
        batch = b""
        for values in self.content(name, self.step):
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

    def announce(self, **values):
        """Send an announcement to the multicast group."""
        values = {k.replace("_", "-"): v for k, v in values.items()}
        number, attrs = COMMANDS["ntf"]
        payload = struct.pack("BBH", number, 1, 0) + encode(attrs, values)
        try:
            self.sock.sendto(message(FAMILY, 0, 0, 0, payload), (0, 1 << (GROUP - 1)))
        except ConnectionRefusedError:
            pass    # the group has it; the kernel itself is not a listener
