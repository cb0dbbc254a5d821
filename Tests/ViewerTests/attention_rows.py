"""Attention weights as a trace holds them: unpacked to rows, and packed again in another way."""
import base64
import zlib


def kept(rows, most):
    """Weights kept of the first rows when at most so many of each are."""
    return sum(min(query + 1, most) for query in range(rows))


def rows_of(attention, layer):
    """A layer's weights as integers 0…65535 or 0…255 with their scales: {(head, query): (scale, codes)}."""
    part = {name: zlib.decompress(base64.b64decode(text)) for name, text in attention["parts"][layer].items()}
    positions, wide = attention["positions"], attention["bits"] == 16
    count = len(part["weights"]) // (2 if wide else 1)
    rows = {}
    for head in range(attention["heads"]):
        for query in range(positions):
            start = head * kept(positions, positions) + kept(query, positions)
            codes = [part["weights"][i] * (256 if wide else 1) + (part["weights"][count + i] if wide else 0)
                     for i in range(start, start + query + 1)]
            at = 2 * (head * positions + query)
            rows[head, query] = (part["scales"][at] + 256 * part["scales"][at + 1], codes)
    return rows


def pack(values):
    return base64.b64encode(zlib.compress(bytes(values))).decode()


def planes(values):
    """Numbers of 16 bits: all high bytes, then all low bytes."""
    return [v >> 8 for v in values] + [v & 255 for v in values]


def little_endian(values):
    return [byte for value in values for byte in (value & 255, value >> 8)]


def packed_codes(attention, codes):
    return pack(planes(codes) if attention["bits"] == 16 else codes)


def strongest(attention, most):
    """The same attention with only the strongest keys of each row kept, as a large run's file holds it."""
    changed = {**attention, "encoding": "strongest", "keysPerRow": most, "parts": []}
    for layer in range(attention["layers"]):
        codes, gaps, tails = [], [], []
        for (head, query), (scale, row) in rows_of(attention, layer).items():
            keys = sorted(sorted(range(len(row)), key=lambda key: (-row[key], key))[:most])
            codes += [row[key] for key in keys]
            gaps += [key - before for key, before in zip(keys, [0, *keys])]
            tails.append(min(65535, round(scale * sum(row[key] for key in range(len(row)) if key not in keys) / 65535)))
        changed["parts"].append({
            "scales": attention["parts"][layer]["scales"], "gaps": pack(planes(gaps)),
            "weights": packed_codes(attention, codes), "tails": pack(little_endian(tails))})
    return changed


def shorter(attention, positions):
    """The same attention of a run that has come only so far."""
    changed = {**attention, "positions": positions, "parts": []}
    for layer in range(attention["layers"]):
        rows = [row for (head, query), row in rows_of(attention, layer).items() if query < positions]
        changed["parts"].append({"scales": pack(little_endian(scale for scale, _ in rows)),
                                 "weights": packed_codes(attention, [code for _, codes in rows for code in codes])})
    return changed
