#!/usr/bin/env python3
"""Makes the golden files in Fixtures from independent implementations: the `gguf`, `safetensors`, `numpy` and `torch`
packages (the last for 8-bit floats only).

    python3 Tests/ModelFilesTests/make_fixtures.py        (needs: pip install gguf safetensors numpy torch)

For each tensor type `<name>.blocks` holds stored blocks and `<name>.floats` the 32-bit floats that
`gguf.quants.dequantize` makes of them. The blocks are random bytes, so every bit of every layout is in use; the scales
of the first ones are then set to the values that are easy to get wrong: zeros of both signs, subnormal, the smallest
and largest normal, and infinite halves. `written.gguf` and `written.safetensors` are whole files with every kind of
value.
"""
import pathlib

import gguf
import numpy as np
import safetensors.numpy
import torch

fixtures = pathlib.Path(__file__).parent / "Fixtures"
random = np.random.Generator(np.random.PCG64(20))

# Where the half-precision scales lie in a block, as byte offsets.
half_offsets = {
    "Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
    "IQ1_S": [0], "IQ1_M": [], "IQ2_XXS": [0], "IQ2_XS": [0], "IQ2_S": [0], "IQ3_XXS": [0], "IQ3_S": [0], "IQ4_NL": [0],
    "IQ4_XS": [0], "TQ1_0": [52], "TQ2_0": [64], "MXFP4": [], "NVFP4": [],
}  # fmt: skip
# 0, -0, the smallest and largest subnormal, the smallest normal, the largest, infinity, a NaN.
edges = [0x0000, 0x8000, 0x0001, 0x83FF, 0x0400, 0x7BFF, 0xFBFF, 0x7C00, 0xFC00, 0x7E01]


def blocks_of(name: str) -> np.ndarray:
    kind = gguf.GGMLQuantizationType[name]
    size, width = gguf.GGML_QUANT_SIZES[kind]
    if name == "F32":
        words = random.integers(0, 2**32, 64, dtype=np.uint32)
        words[:6] = [0, 0x80000000, 1, 0x7F7FFFFF, 0x7F800000, 0xFF800000]
        return words.view(np.uint8).reshape(1, -1)
    if name in ("F16", "BF16"):
        words = random.integers(0, 2**16, 256, dtype=np.uint16)
        words[: len(edges)] = edges
        return words.view(np.uint8).reshape(1, -1)
    count = {32: 40, 64: 30}.get(size, 14)
    blocks = random.integers(0, 256, (count, width), dtype=np.uint8)
    if name == "MXFP4":
        blocks[:5, 0] = [0, 1, 2, 254, 255]
    if name == "NVFP4":
        blocks[:2, :4] = [[0, 0x80, 0x7F, 0xFF], [1, 7, 8, 0x7E]]
    for offset in half_offsets[name]:
        # Scales of ordinary size for most blocks: random bytes are too often huge, infinite or no number.
        halves = (random.standard_normal(count) * 0.05).astype(np.float16).view(np.uint16)
        halves[: len(edges)] = random.permutation(edges) if offset != half_offsets[name][0] else edges
        blocks[:, offset : offset + 2] = halves.astype("<u2").view(np.uint8).reshape(count, 2)
    if name == "IQ1_M":
        # Its scale lies in the upper four bits of four numbers.
        halves = (random.standard_normal(count) * 0.05).astype(np.float16).view(np.uint16)
        halves[: len(edges)] = edges
        words = blocks[:, 48:56].copy().view("<u2") & 0xFFF
        blocks[:, 48:56] = (words | (halves[:, None] >> np.array([0, 4, 8, 12]) & 15) << 12).astype("<u2").view(np.uint8)
    return blocks


def write_gguf() -> None:
    writer = gguf.GGUFWriter(fixtures / "written.gguf", "llama")
    writer.add_custom_alignment(64)
    writer.add_uint8("u8", 200)
    writer.add_int8("i8", -100)
    writer.add_uint16("u16", 60000)
    writer.add_int16("i16", -30000)
    writer.add_uint32("u32", 4000000000)
    writer.add_int32("i32", -2000000000)
    writer.add_uint64("u64", 2**60)
    writer.add_int64("i64", -(2**60))
    writer.add_float32("f32", 0.1)
    writer.add_float64("f64", 0.25)
    writer.add_bool("yes", True)
    writer.add_string("text", "步鏡 é")
    writer.add_array("strings", ["a", "", "步鏡"])
    writer.add_array("integers", [3, -1, 2])
    writer.add_array("floats", [0.5, -0.25])
    numbers = np.arange(2 * 3 * 4, dtype=np.float32).reshape(2, 3, 4)
    writer.add_tensor("f32", numbers)
    writer.add_tensor("f16", numbers[0].astype(np.float16))
    rows = np.linspace(-1, 1, 3 * 64, dtype=np.float32).reshape(3, 64)
    kind = gguf.GGMLQuantizationType.Q8_0
    writer.add_tensor("q8", gguf.quants.quantize(rows, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_safetensors() -> None:
    numbers = np.arange(6, dtype=np.float32).reshape(2, 3)
    tensors = {"f32": numbers, "f16": numbers[0].astype(np.float16), "ids": np.arange(3)}
    tensors["scalar"] = np.asarray(7, dtype=np.float32)
    safetensors.numpy.save_file(tensors, fixtures / "written.safetensors", metadata={"步鏡": "é"})


def main() -> None:
    total = 0
    for name in ["F32", "F16", "BF16", *half_offsets]:
        blocks = blocks_of(name)
        with np.errstate(all="ignore"):
            floats = gguf.quants.dequantize(blocks, gguf.GGMLQuantizationType[name]).astype("<f4")
        (fixtures / f"{name}.blocks").write_bytes(blocks.tobytes())
        (fixtures / f"{name}.floats").write_bytes(floats.tobytes())
        total += blocks.nbytes + floats.nbytes
    for name, kind in [("F8_E4M3", torch.float8_e4m3fn), ("F8_E5M2", torch.float8_e5m2)]:
        every = torch.arange(256, dtype=torch.uint8)
        (fixtures / f"{name}.blocks").write_bytes(every.numpy().tobytes())
        (fixtures / f"{name}.floats").write_bytes(every.view(kind).to(torch.float32).numpy().astype("<f4").tobytes())
    write_gguf()
    write_safetensors()
    print(f"{total} bytes of tensor fixtures")


if __name__ == "__main__":
    main()
