#!/usr/bin/env python3
"""Packs and unpacks the engines that pages carry: `pack-engine.py pack|unpack NAME <IN >OUT`; by the ending of NAME.

.zlib, which browsers unpack by themselves, for the whole engine: it is there before a page's first step. zopfli looks for
the shortest such stream, 4 % below zlib's own best. .lzma for the one
for records: a third smaller, unpacked by the page at the first question, which may take a while. Before that its code is
taken apart into columns, one of instructions and one for each kind of what follows them (data/columns.js puts them together
again).
"""
import lzma
import os
import subprocess
import sys
import tempfile
import zlib

FRAME, INSTRUCTION, HEAD, LOCAL, GLOBAL, FUNCTION, MEMORY, NUMBER, LONG, BRANCH, OTHER = range(11)
# What follows an instruction: (first, last, column, variable-length numbers, bytes).
OPERANDS = [
    (0x02, 0x04, INSTRUCTION, 0, 1), (0x0C, 0x0D, BRANCH, 1, 0), (0x10, 0x10, FUNCTION, 1, 0), (0x11, 0x11, OTHER, 2, 0),
    (0x20, 0x22, LOCAL, 1, 0), (0x23, 0x24, GLOBAL, 1, 0), (0x28, 0x3E, MEMORY, 2, 0), (0x3F, 0x40, OTHER, 0, 1),
    (0x41, 0x41, NUMBER, 1, 0), (0x42, 0x42, LONG, 1, 0), (0x43, 0x43, OTHER, 0, 4), (0x44, 0x44, OTHER, 0, 8),
]
MORE = [(8, 8, OTHER, 2, 0), (9, 9, OTHER, 1, 0), (10, 10, OTHER, 2, 0), (11, 11, OTHER, 1, 0)]
VECTORS = [
    (0, 11, MEMORY, 2, 0), (12, 13, OTHER, 0, 16), (21, 34, OTHER, 0, 1), (84, 91, MEMORY, 2, 1), (92, 93, MEMORY, 2, 0),
]


class Walk:
    """A way through a module, byte by byte; `byte(column)` gives the next byte, which belongs to a column.

    How long a body is stands in no column: its instructions say where it ends.
    """

    def copy(self, column, count):
        for _ in range(count):
            self.byte(column)

    def number(self, column):
        value = shift = 0
        while True:
            byte = self.byte(column)
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def module(self):
        self.copy(FRAME, 8)
        while not self.is_done():
            section, size = self.byte(FRAME), self.number(FRAME)
            if section != 10:
                self.copy(FRAME, size)
                continue
            for _ in range(self.number(FRAME)):
                self.begin_body()
                self.body()
                self.end_body()

    def body(self):
        for _ in range(self.number(HEAD)):
            self.number(HEAD)
            self.byte(HEAD)
        depth = 0
        while depth >= 0:
            code = self.instruction()
            depth += 1 if 0x02 <= code <= 0x04 else -1 if code == 0x0B else 0

    def instruction(self):
        code = self.byte(INSTRUCTION)
        if code == 0x0E:
            self.copy_numbers(BRANCH, self.number(BRANCH) + 1)
        elif code == 0xFC:
            self.follow(MORE, self.number(OTHER))
        elif code == 0xFD:
            self.follow(VECTORS, self.number(OTHER))
        else:
            self.follow(OPERANDS, code)
        return code

    def copy_numbers(self, column, count):
        for _ in range(count):
            self.number(column)

    def follow(self, table, code):
        for first, last, column, numbers, count in table:
            if first <= code <= last:
                self.copy_numbers(column, numbers)
                self.copy(column, count)


def variable(number):
    """A number in bytes of seven bits."""
    text = bytearray()
    while number > 127:
        text.append(number & 127 | 128)
        number >>= 7
    return bytes(text + bytes([number]))


class Apart(Walk):
    """Through a module."""

    def __init__(self, module):
        self.all, self.place, self.columns = module, 0, [bytearray() for _ in range(11)]

    def is_done(self):
        return self.place == len(self.all)

    def byte(self, column):
        self.place += 1
        self.columns[column].append(self.all[self.place - 1])
        return self.all[self.place - 1]

    def begin_body(self):
        size = shift = 0
        start = self.place
        while self.place == start or self.all[self.place - 1] > 127:
            size |= (self.all[self.place] & 127) << shift
            shift += 7
            self.place += 1
        self.end = self.place + size

    def end_body(self):
        if self.place != self.end:
            sys.exit("pack-engine.py: an instruction that it does not know; its operands belong into the tables")


class Together(Walk):
    """Through the columns."""

    def __init__(self, columns):
        self.columns, self.places, self.module_bytes = columns, [0] * len(columns), bytearray()

    def is_done(self):
        return self.places[FRAME] == len(self.columns[FRAME])

    def byte(self, column):
        self.places[column] += 1
        self.module_bytes.append(self.columns[column][self.places[column] - 1])
        return self.module_bytes[-1]

    def begin_body(self):
        self.start = len(self.module_bytes)

    def end_body(self):
        self.module_bytes[self.start:self.start] = variable(len(self.module_bytes) - self.start)


def apart(module):
    """The columns of a module behind their lengths."""
    walk = Apart(module)
    walk.module()
    return b"".join(variable(len(column)) for column in walk.columns) + b"".join(walk.columns)


def together(text):
    """What `apart` took apart."""
    place, columns, lengths = 0, [], []
    for _ in range(11):
        length = shift = 0
        while True:
            length |= (text[place] & 127) << shift
            shift += 7
            place += 1
            if text[place - 1] < 128:
                break
        lengths.append(length)
    for length in lengths:
        columns.append(text[place:place + length])
        place += length
    walk = Together(columns)
    walk.module()
    return bytes(walk.module_bytes)


def shortest(module):
    """A zlib stream by zopfli, which takes files only."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "module")
        with open(path, "wb") as file:
            file.write(module)
        subprocess.run(["zopfli", "--zlib", "--i5", path], check=True)
        with open(path + ".zlib", "rb") as file:
            return file.read()


def pack(module, name):
    if name.endswith(".zlib"):
        return shortest(module)
    strongest = {"id": lzma.FILTER_LZMA1, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 23, "pb": 0, "lc": 1, "nice_len": 200,
                 "depth": 2000}
    columns = apart(module)
    if together(columns) != module:
        sys.exit("pack-engine.py: the columns do not make the module again")
    return lzma.compress(columns, format=lzma.FORMAT_ALONE, filters=[strongest])


def unpack(packed, name):
    if name.endswith(".zlib"):
        return zlib.decompress(packed)
    bytes_ = lzma.decompress(packed)
    # A module that was not taken apart begins with a 0, as no length does.
    return bytes_ if bytes_[0] == 0 else together(bytes_)


turn = {"pack": pack, "unpack": unpack}[sys.argv[1]]
sys.stdout.buffer.write(turn(sys.stdin.buffer.read(), sys.argv[2]))
