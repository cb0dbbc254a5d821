"""Makes the golden files of these tests: python make_fixtures.py (needs numpy, torch, transformers).

Written into Fixtures/ beside this file. The values come from NumPy's generator and transformers' processors and
generate(); llama.cpp's samplers are written out again in NumPy from their definitions.
"""
import json
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent / "Fixtures"


def write(name, value):
    text = "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in value) + "\n]\n"
    (HERE / name).write_text(text)
    print(name, len(text))


def pcg64():
    rows = []
    for seed in (0, 1, 2**63, 2**128 - 1):
        bits = np.random.PCG64(seed)
        start = bits.state["state"]
        values = np.random.Generator(bits).random(10_000)
        digest = 0xCBF29CE484222325  # FNV-1a over the doubles' bits, a word at a time
        for word in values.view(np.uint64).tolist():
            digest = (digest ^ word) * 0x100000001B3 % 2**64
        rows.append({
            "seed": str(seed), "state": str(start["state"]), "increment": str(start["inc"]),
            "first": values[:20].tolist(), "hash": f"{digest:x}", "stateAfter": str(bits.state["state"]["state"]),
        })
    write("pcg64.json", rows)


if __name__ == "__main__":
    pcg64()
