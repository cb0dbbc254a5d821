#!/usr/bin/env python3
"""Makes Sources/CKernels/grids.inc.h: which points of a lattice are in the codebooks of the IQ formats.

    python3 Tests/KernelsTests/make_grids.py        (needs: pip install gguf numpy)

A codebook lists points of eight digits of three values, or of four digits of eight values, in ascending order of the
number that the digits are, the first being the least: one bit for each number says all of it. The numbers are those that
the format defines, as the `gguf` package states them.
"""
import pathlib

import gguf.quants
import numpy as np

out = pathlib.Path(__file__).parents[2] / "Sources/CKernels/grids.inc.h"
names = ["IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ1_S", "IQ3_XXS", "IQ3_S"]


def words(name: str) -> list[int]:
    kind = getattr(gguf.quants, name)
    kind.init_grid()
    values = np.array(kind.grid_map, dtype=np.float32)
    digits = np.searchsorted(values, kind.grid.reshape(kind.grid_shape))
    numbers = (digits * len(values) ** np.arange(digits.shape[1])).sum(axis=1)
    assert (np.diff(numbers) > 0).all(), name
    bits = np.zeros((len(values) ** digits.shape[1] + 63) // 64 * 64, dtype=np.uint8)
    bits[numbers] = 1
    return np.packbits(bits, bitorder="little").view("<u8").tolist()


lines = ["// Which points are in the codebooks of the IQ formats, see grids.c. Made by Tests/KernelsTests/make_grids.py."]
for name in names:
    numbers = [f"0x{word:X}," for word in words(name)]
    lines.append(f"static const uint64_t {name.lower()}_points[{len(numbers)}] = {{")
    line = "   "
    for number in numbers:
        if len(line) + 1 + len(number) > 120:
            lines.append(line)
            line = "   "
        line += " " + number
    lines += [line, "};"]
out.write_text("\n".join(lines) + "\n")
print(out, out.stat().st_size, "bytes")
