"""Looks at what a file holds before anything is made of it: any file may be broken, or made to do harm."""

import json
import math
import re


class RecordError(Exception):
    """A record that cannot be read: one line that says where and what."""


#: The longest trace.json that is read.
MOST_BYTES = 1 << 30
#: How deep lists and objects may stand inside each other; a record has fewer than 20 levels.
MOST_LEVELS = 200


def parse(data):
    """The value of a JSON text (bytes): strict, without doubled names, without NaN, no deeper than a record is."""
    if len(data) > MOST_BYTES:
        raise RecordError(f"the file has {len(data)} bytes; a record has at most {MOST_BYTES}")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(f"not UTF-8 at byte {error.start}") from None
    _check_levels(text)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise RecordError(f"not JSON: line {error.lineno}, column {error.colno}: {error.msg}") from None


#: What changes the level outside of strings, and where a string begins.
_MARKS = re.compile(r'[\[\]{}"]')


def _check_levels(text):
    level, found = 0, _MARKS.search(text)
    while found:
        mark, place = found[0], found.end()
        if mark == '"':
            place = _after_string(text, place)
        elif mark in "[{":
            level += 1
            if level > MOST_LEVELS:
                raise RecordError(f"lists and objects stand more than {MOST_LEVELS} deep inside each other")
        else:
            level -= 1
        found = _MARKS.search(text, place)


def _after_string(text, place):
    """Where a string ends whose first character is at `place`."""
    while True:
        end = text.find('"', place)
        if end < 0:
            return len(text)
        slashes = 0
        while text[end - 1 - slashes] == "\\":
            slashes += 1
        if slashes % 2 == 0:
            return end + 1
        place = end + 1


def _object(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise RecordError(f"an object has two members of one name ({_doubled(pairs)})")
    return members


def _doubled(pairs):
    seen = set()
    for name, _ in pairs:
        if name in seen:
            return repr(name[:40])
        seen.add(name)
    return ""


def _constant(name):
    raise RecordError(f"not JSON: {name} is no number of it")


def _whole(text):
    if len(text) > 40:
        raise RecordError("a whole number has more than 40 digits")
    return int(text)


class Members:
    """An object of a file with its place in it: asks for members by kind, and says where one is not as it must be."""

    def __init__(self, value, path):
        if not isinstance(value, dict):
            raise RecordError(f"{path or 'the file'} is no object")
        self.value, self.path = value, path

    def place(self, name):
        return f"{self.path}.{name}" if self.path else name

    def has(self, name):
        return name in self.value

    def _get(self, name):
        if name not in self.value:
            raise RecordError(f"{self.place(name)} is missing")
        return self.value[name]

    def whole(self, name, least=0, most=1 << 62):
        value = self._get(name)
        if type(value) is not int or not least <= value <= most:
            raise RecordError(f"{self.place(name)} is no whole number in {least}…{most}")
        return value

    def number(self, name, least=-math.inf, most=math.inf):
        value = self._get(name)
        if type(value) not in (int, float) or not math.isfinite(value) or not least <= value <= most:
            raise RecordError(f"{self.place(name)} is no number in {least}…{most}")
        return float(value)

    def number_or_none(self, name, least=-math.inf, most=math.inf):
        return None if self._get(name) is None else self.number(name, least, most)

    def text(self, name):
        value = self._get(name)
        if not isinstance(value, str):
            raise RecordError(f"{self.place(name)} is no text")
        try:
            value.encode()
        except UnicodeEncodeError:
            # Half of a pair of code units, which JSON can write and no file can hold.
            raise RecordError(f"{self.place(name)} holds half a character") from None
        return value

    def text_or_none(self, name):
        return None if self._get(name) is None else self.text(name)

    def flag(self, name):
        value = self._get(name)
        if not isinstance(value, bool):
            raise RecordError(f"{self.place(name)} is neither true nor false")
        return value

    def bytes(self, name):
        text = self.text(name)
        # bytes.fromhex passes over blanks, which no record has.
        if len(text) % 2 or any(mark not in "0123456789abcdefABCDEF" for mark in text):
            raise RecordError(f"{self.place(name)} is not in hexadecimal digits")
        return bytes.fromhex(text)

    def list(self, name, least=0):
        value = self._get(name)
        if not isinstance(value, list) or len(value) < least:
            raise RecordError(f"{self.place(name)} is no list" + (f" of at least {least}" if least else ""))
        return value

    def object(self, name):
        return Members(self._get(name), self.place(name))

    def objects(self, name, least=0):
        return [Members(item, f"{self.place(name)}[{number}]") for number, item in enumerate(self.list(name, least))]
