#!/usr/bin/env python3
"""Writes a GGUF file of the llama architecture with random weights, of any size, without holding it in memory.

    make_large_model.py FILE [--layers 32] [--hidden 4096] [--wide 11008] [--heads 32] [--vocabulary 32000] [--type Q4_0]

The defaults are Llama 2 7B's. Blocks are random bytes with scales of ordinary size; the vocabulary is the 256 bytes and
numbered words. Needs nothing but numpy.
"""
import argparse
import struct

import numpy as np

# Number in GGUF, weights and bytes of a block, where its half-precision scales stand.
types = {"Q4_0": (2, 32, 18, [0]), "Q4_1": (3, 32, 20, [0, 2]), "Q4_K": (12, 256, 144, [0, 2])}
alignment = 32
chunk_blocks = 1 << 18


def text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def byte_symbol(byte: int) -> str:
    """The character that stands for a byte in byte-level vocabularies."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return chr(byte) if byte in printable else chr(256 + byte - sum(p < byte for p in printable))


def pairs(given) -> list[bytes]:
    tokens = [byte_symbol(byte) for byte in range(256)] + [f"w{n}" for n in range(given.vocabulary - 257)] + ["<end>"]
    numbers = {
        "block_count": given.layers, "context_length": 4096, "embedding_length": given.hidden,
        "feed_forward_length": given.wide, "attention.head_count": given.heads, "attention.head_count_kv": given.heads,
    }  # fmt: skip
    floats = {"attention.layer_norm_rms_epsilon": 1e-5, "rope.freq_base": 10000.0}
    found = [text("general.architecture") + struct.pack("<I", 8) + text("llama")]
    found += [text("general.name") + struct.pack("<I", 8) + text("random")]
    found += [text("llama." + key) + struct.pack("<II", 4, value) for key, value in numbers.items()]
    found += [text("llama." + key) + struct.pack("<If", 6, value) for key, value in floats.items()]
    for key, value in {"model": "gpt2", "pre": "gpt-2"}.items():
        found.append(text("tokenizer.ggml." + key) + struct.pack("<I", 8) + text(value))
    for key, values in {"tokens": tokens, "merges": ["w 1"]}.items():
        head = text("tokenizer.ggml." + key) + struct.pack("<IIQ", 9, 8, len(values))
        found.append(head + b"".join(map(text, values)))
    found.append(text("tokenizer.ggml.eos_token_id") + struct.pack("<II", 4, given.vocabulary - 1))
    return found


def tensors(given) -> list[tuple[str, int, int]]:
    """Name, rows, columns; no rows: a norm."""
    hidden, wide = given.hidden, given.wide
    found = [("token_embd", given.vocabulary, hidden)]
    for layer in range(given.layers):
        block = [("attn_norm", 0, hidden), ("ffn_norm", 0, hidden), ("ffn_down", hidden, wide)]
        block += [(name, hidden, hidden) for name in ("attn_q", "attn_k", "attn_v", "attn_output")]
        block += [("ffn_gate", wide, hidden), ("ffn_up", wide, hidden)]
        found += [(f"blk.{layer}.{name}", rows, columns) for name, rows, columns in block]
    return [*found, ("output_norm", 0, hidden), ("output", given.vocabulary, hidden)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    for name, default in {"layers": 32, "hidden": 4096, "wide": 11008, "heads": 32, "vocabulary": 32000}.items():
        parser.add_argument("--" + name, type=int, default=default)
    parser.add_argument("--type", choices=types, default="Q4_0")
    given = parser.parse_args()
    number, block_weights, block_bytes, scales = types[given.type]
    random = np.random.Generator(np.random.PCG64(7))
    blocks = random.integers(0, 256, (chunk_blocks, block_bytes), dtype=np.uint8)
    for place in scales:
        # Products of a row then stay about as large as the row.
        halves = (random.standard_normal(chunk_blocks) * 0.002).astype("<f2")
        blocks[:, place : place + 2] = halves.view(np.uint8).reshape(-1, 2)
    chunk = memoryview(blocks).cast("B")

    header, infos, sizes, offset = pairs(given), [], [], 0
    for name, rows, columns in tensors(given):
        size = rows * columns // block_weights * block_bytes if rows else columns * 4
        shape = (columns, rows) if rows else (columns,)
        info = text(name + ".weight") + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape)
        infos.append(info + struct.pack("<IQ", number if rows else 0, offset))
        sizes.append((size, rows))
        offset += -(-size // alignment) * alignment
    with open(given.file, "wb") as out:
        out.write(b"GGUF" + struct.pack("<IQQ", 3, len(infos), len(header)) + b"".join(header) + b"".join(infos))
        for size, rows in sizes:
            out.write(bytes(-out.tell() % alignment))
            if not rows:
                out.write(np.ones(size // 4, dtype="<f4").tobytes())
                continue
            # Not the same weights in every tensor, and no second array of them.
            start = int(random.integers(chunk_blocks)) * block_bytes
            while size > 0:
                part = chunk[start : start + size]
                out.write(part)
                size, start = size - len(part), 0
        out.write(bytes(-out.tell() % alignment))


main()
