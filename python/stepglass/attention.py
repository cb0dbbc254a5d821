"""The attention weights of a record: small integers, packed layer by layer, decoded as the page of a run does."""

import base64
import binascii
import zlib

import numpy as np

from .checking import RecordError

#: No record holds more weights.
MOST_WEIGHTS = 1_000_000_000
#: Deflate cannot make more bytes than this out of one.
MOST_EXPANSION = 1032
#: What one unit of a 16-bit scale or fraction stands for.
UNIT = 1 / 65535


class Attention:
    """Weights of layer, head and query over keys. A layer is unpacked when it is first asked for.

    Each row is scaled by its largest weight: weight = scale / 65535 · (code / largest code) ^ power.
    """

    def __init__(self, fields, model, tokens):
        self.layers = fields.whole("layers", model["layers"], model["layers"])
        self.heads = fields.whole("heads", model["heads"], model["heads"])
        self.positions = fields.whole("positions", 0, min(tokens, 65536))
        self.bits = fields.whole("bits")
        if self.bits not in (8, 16):
            raise RecordError(f"{fields.place('bits')} is neither 8 nor 16")
        power = fields.number("power")
        if power != (1.5 if self.bits == 8 else 1):
            raise RecordError(f"{fields.place('power')} is not that of {self.bits}-bit codes")
        self.maximum_error = fields.number("maximumError", 0, 1) if fields.has("maximumError") else None
        encoding = fields.text("encoding")
        if encoding not in ("dense", "strongest"):
            raise RecordError(f"{fields.place('encoding')} is neither dense nor strongest")
        self.keys_per_row = fields.whole("keysPerRow", 1, 65536) if encoding == "strongest" else None
        self.patterns = _patterns(fields, self.layers)
        if sum(self.heads * self._before(layer, self.positions) for layer in range(self.layers)) > MOST_WEIGHTS:
            raise RecordError(f"{fields.place('positions')} gives more than {MOST_WEIGHTS} weights")
        self._parts = fields.objects("parts")
        if len(self._parts) != self.layers:
            raise RecordError(f"{fields.place('parts')} has {len(self._parts)} entries for {self.layers} layers")
        self._fractions = ((np.arange(256) / 255) ** power).astype(np.float32)
        self._arrays = {}

    def keys(self, layer, query):
        """The keys that a query sees, as (first, after the last)."""
        kind, width = self.patterns[layer]
        if kind == "full":
            return 0, self.positions
        return (max(0, query - width + 1) if kind == "window" else 0), query + 1

    def array(self, layer):
        """(head, query, key) in float32; 0 for keys that are not seen or were not kept. The layers asked for last stay
        unpacked, as many as fit MOST_WEIGHTS floats together.

        Raises RecordError where one layer has more: a record of the strongest weights keeps few of a long run.
        """
        if not 0 <= layer < self.layers:
            raise IndexError(f"layer {layer}; the record has {self.layers}")
        if layer not in self._arrays:
            size = self.heads * self.positions**2
            if size > MOST_WEIGHTS:
                raise RecordError(
                    f"{self._parts[layer].place('weights')}: {self.heads} heads of {self.positions} positions unpack to "
                    f"{size} weights; at most {MOST_WEIGHTS} are made at once")
            while self._arrays and (len(self._arrays) + 1) * size > MOST_WEIGHTS:
                del self._arrays[next(iter(self._arrays))]
            self._arrays[layer] = self._unpack(layer)
        return self._arrays[layer][0]

    def matrix(self, layer, head):
        """(query, key) of one head in float32."""
        return self.array(layer)[self._head(head)]

    def row(self, layer, head, query):
        """The weights of one query, from key 0 to the last one it sees."""
        if not 0 <= query < self.positions:
            raise IndexError(f"position {query}; the record has {self.positions}")
        return self.matrix(layer, head)[query, : self.keys(layer, query)[1]]

    def tail(self, layer):
        """(head, query): the sum of the weights that were not kept; zeros where all were."""
        self.array(layer)
        return self._arrays[layer][1]

    def _head(self, head):
        if not 0 <= head < self.heads:
            raise IndexError(f"head {head}; the record has {self.heads}")
        return head

    def _row_count(self, layer, query):
        first, end = self.keys(layer, query)
        return min(end - first, self.keys_per_row or end - first)

    def _before(self, layer, queries):
        """How many weights the first rows of one head have."""
        kind, width = self.patterns[layer]
        most = self.keys_per_row or self.positions
        if kind == "full":
            return queries * min(self.positions, most)
        most = min(most, width) if kind == "window" else most
        rising = min(queries, most)
        return rising * (rising + 1) // 2 + (queries - rising) * most

    def _unpack(self, layer):
        rows, perHead = self.heads * self.positions, self._before(layer, self.positions)
        weights = self.heads * perHead
        part = self._parts[layer]
        scales = np.frombuffer(_stream(part, "scales", 2 * rows), "<u2").astype(np.float64) * UNIT
        codes = np.frombuffer(_stream(part, "weights", weights * self.bits // 8), np.uint8)
        if self.bits == 16:
            # All high bytes, then all low bytes.
            shares = (codes[:weights].astype(np.uint32) * 256 + codes[weights:]) * UNIT
        else:
            shares = self._fractions[codes].astype(np.float64)
        keys, tails = None, np.zeros((self.heads, self.positions), np.float32)
        if self.keys_per_row:
            gaps = np.frombuffer(_stream(part, "gaps", 2 * weights), np.uint8)
            keys = gaps[:weights].astype(np.int64) * 256 + gaps[weights:]
            tails = np.frombuffer(_stream(part, "tails", 2 * rows), "<u2").astype(np.float64) * UNIT
            tails = tails.astype(np.float32).reshape(self.heads, self.positions)
        result = np.zeros((self.heads, self.positions, self.positions), np.float32)
        for query in range(self.positions):
            first, end = self.keys(layer, query)
            start, count = self._before(layer, query), self._row_count(layer, query)
            places = np.arange(self.heads)[:, None] * perHead + start + np.arange(count)
            scale = scales.reshape(self.heads, self.positions)[:, query, None]
            values = (shares[places] * scale).astype(np.float32)
            if keys is None:
                result[:, query, first:end] = values
                continue
            here = keys[places].cumsum(axis=1)
            if (here < first).any() or (here >= end).any() or (keys[places][:, 1:] == 0).any():
                raise RecordError(f"{part.place('gaps')} lead to a key that query {query} does not see")
            np.put_along_axis(result[:, query], here, values, axis=1)
        result.flags.writeable = False
        return result, tails


def _patterns(fields, layers):
    """By layer (kind, width): causal, full or window."""
    value = fields.value.get("pattern", "causal")
    each = value if isinstance(value, list) else [value] * layers
    if len(each) != layers:
        raise RecordError(f"{fields.place('pattern')} has {len(each)} entries for {layers} layers")
    patterns = []
    for item in each:
        width = item.get("window") if isinstance(item, dict) else None
        if item in ("causal", "full"):
            patterns.append((item, 0))
        elif type(width) is int and 1 <= width <= 1 << 30:
            patterns.append(("window", width))
        else:
            raise RecordError(f"{fields.place('pattern')} is neither causal, full nor a window")
    return patterns


def _stream(part, name, length):
    """The bytes of a zlib stream in base64, which must be just so many."""
    try:
        packed = base64.b64decode(part.text(name), validate=True)
    except (binascii.Error, ValueError):
        raise RecordError(f"{part.place(name)} is not in base64") from None
    if length > MOST_EXPANSION * len(packed):
        raise RecordError(f"{part.place(name)} has too few compressed bytes for {length}")
    unpacker = zlib.decompressobj()
    try:
        # One more than there may be, so that a longer one is told from one that fits.
        data = unpacker.decompress(packed, length + 1)
    except zlib.error as error:
        raise RecordError(f"{part.place(name)} is no zlib stream: {error}") from None
    if len(data) != length or not unpacker.eof or unpacker.unused_data:
        raise RecordError(f"{part.place(name)} does not unpack to {length} bytes")
    return data
