# SPDX-License-Identifier: GPL-2.0
"""Pixels of a PNG of 8 bits for each of RGB or RGBA (ISO/IEC 15948)."""

import collections
import struct
import zlib


def unfilter(kind, line, above, step):
    out = bytearray(line)
    for i, byte in enumerate(line):
        left = out[i - step] if i >= step else 0
        up = above[i]
        corner = above[i - step] if i >= step else 0
        if kind == 1:
            byte += left
        elif kind == 2:
            byte += up
        elif kind == 3:
            byte += (left + up) // 2
        elif kind == 4:
            guess = left + up - corner
            byte += min((left, up, corner), key=lambda x: abs(guess - x))
        out[i] = byte & 255
    return out


def colours(path):
    """How many pixels there are of each (red, green, blue)."""
    with open(path, "rb") as f:
        data = f.read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack_from(">IIBB", body)
            step = {2: 3, 6: 4}[colour]
            assert depth == 8
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    raw, found = zlib.decompress(packed), collections.Counter()
    above = bytearray(width * step)
    for row in range(height):
        start = row * (width * step + 1)
        above = unfilter(raw[start], raw[start + 1:start + 1 + width * step], above, step)
        found.update(zip(above[0::step], above[1::step], above[2::step]))
    return found
