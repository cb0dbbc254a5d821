"""The errors of whole passes against double precision, ours and those of two other float32 implementations, as a table.

`errors.py EXE`: SmolLM2 in four formats, 24 steps after each of eight prompts. The references compute in NumPy from the
weights that the gguf package reads; the passes in float32 do all positions at once, as ours does its prompt.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import gguf
import numpy as np
import torch
from safetensors.numpy import load_file

EXE = sys.argv[1]
STEPS = 24
PROMPTS = [
    "The history of mathematics begins with counting. In the old towns by the river, merchants kept tablets on which",
    "def fibonacci(n):\n    ", "Once upon a time", "Water boils at 100 degrees because", "1, 2, 3, 5, 8, 13,",
    "Dear Sir or Madam, I am writing to you about the noise that",
    "The three most important rules of good cooking are", "<html><body><h1>",
]
HEAD = 64


def halves(x):
    return np.where(x == 0, 1, x).astype(np.float16)[:, None]


def stored(*parts):
    """The bytes of blocks from their fields, (block, field)."""
    return np.concatenate([np.ascontiguousarray(p).view(np.uint8) for p in parts], 1)


def pack_q8_0(w):
    return gguf.quants.quantize(w.astype(np.float32), gguf.GGMLQuantizationType.Q8_0)


def pack_q6_k(w):
    w = w.reshape(-1, 16, 16)
    d = halves(np.abs(w).max((1, 2)) / 31 / 127)
    scale = np.clip(np.rint(np.abs(w).max(2) / 31 / d.astype(float)), 1, 127).astype(np.int8)
    q = np.clip(np.rint(w / (d.astype(float) * scale)[:, :, None]), -32, 31) + 32
    q = q.astype(np.uint8).reshape(-1, 2, 4, 32)  # (block, half, quarter, column)
    low = np.stack([q[:, :, 0] & 15 | q[:, :, 2] << 4, q[:, :, 1] & 15 | q[:, :, 3] << 4], 2)
    high = q[:, :, 0] >> 4 | q[:, :, 1] >> 4 << 2 | q[:, :, 2] >> 4 << 4 | q[:, :, 3] >> 4 << 6
    return stored(low.reshape(-1, 128), high.reshape(-1, 64), scale, d)


def pack_q4_k(w):
    w = w.reshape(-1, 8, 32)
    least = np.maximum(0, -w.min(2))
    step = (w.max(2) + least) / 15
    d, dmin = halves(step.max(1) / 63), halves(least.max(1) / 63)
    scale = np.clip(np.rint(step / d.astype(float)), 1, 63).astype(np.uint8)
    minimum = np.clip(np.rint(least / dmin.astype(float)), 0, 63).astype(np.uint8)
    above = w + (dmin.astype(float) * minimum)[:, :, None]
    q = np.clip(np.rint(above / (d.astype(float) * scale)[:, :, None]), 0, 15).astype(np.uint8).reshape(-1, 4, 2, 32)
    small = [scale[:, :4] | scale[:, 4:] >> 4 << 6, minimum[:, :4] | minimum[:, 4:] >> 4 << 6,
             scale[:, 4:] & 15 | (minimum[:, 4:] & 15) << 4]
    return stored(d, dmin, *small, (q[:, :, 0] | q[:, :, 1] << 4).reshape(-1, 128))


PACK = {"Q8_0": pack_q8_0, "Q4_K": pack_q4_k, "Q6_K": pack_q6_k}


def requantise(source, kind, path):
    """SmolLM2 once more in another format. Blocks of 256 do not fit its 576 hidden numbers: zeros make them 768, and three
    heads and one of the keys that say nothing are added, which changes no logit (the norms' weights and ε make up for the
    longer mean)."""
    reader, writer = gguf.GGUFReader(source), gguf.GGUFWriter(path, "llama")
    padded = kind.endswith("_K")
    new = {"llama.embedding_length": 768, "llama.attention.head_count": 12, "llama.attention.head_count_kv": 4,
           "llama.attention.layer_norm_rms_epsilon":
               0.75 * reader.get_field("llama.attention.layer_norm_rms_epsilon").contents()} if padded else {}
    own = ("GGUF.version", "GGUF.tensor_count", "GGUF.kv_count", "general.architecture")
    for field in reader.fields.values():
        if field.name not in own:
            value = new.get(field.name, field.contents())
            writer.add_key_value(field.name, value, field.types[0], field.types[1] if len(field.types) > 1 else None)
    sizes = {576: 768, 192: 256} if padded else {}
    for tensor in reader.tensors:
        weights = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(float)
        grown = np.zeros([sizes.get(n, n) for n in weights.shape])
        grown[tuple(map(slice, weights.shape))] = weights
        if weights.ndim == 1:
            writer.add_tensor(tensor.name, (grown * (0.75**0.5 if padded else 1)).astype(np.float32))
        else:
            blocks = PACK[kind](grown).reshape(len(grown), -1)
            writer.add_tensor(tensor.name, blocks, raw_dtype=gguf.GGMLQuantizationType[kind])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


class Model:
    def __init__(self, path):
        reader = gguf.GGUFReader(path)
        self.weights = {t.name: gguf.quants.dequantize(t.data, t.tensor_type) for t in reader.tensors}
        self.weights.setdefault("output.weight", self.weights["token_embd.weight"])
        number = lambda name: reader.get_field("llama." + name).contents()
        self.layers, self.base = number("block_count"), number("rope.freq_base")
        self.heads, self.key_heads = number("attention.head_count"), number("attention.head_count_kv")
        self.epsilon = np.float32(number("attention.layer_norm_rms_epsilon"))

    def logits(self, ids, F, product):
        """(position, token), in the float type F, with `product(weights, x)` for the matrices."""
        weights = lambda name: self.weights[name + ".weight"].astype(F, copy=False)
        mul = lambda name, x: product(weights(name), x)
        norm = lambda x, name: x / np.sqrt((x * x).mean(-1, keepdims=True) + F(self.epsilon)) * weights(name)
        x, count = weights("token_embd")[ids], len(ids)
        angles = np.arange(count)[:, None, None] * self.base ** (-np.arange(0, HEAD, 2) / HEAD)
        cos, sin = np.cos(angles).astype(F), np.sin(angles).astype(F)

        def rotated(v):  # pairs of neighbours (GGUF's order)
            v = v.reshape(count, -1, HEAD)
            even, odd = v[..., 0::2], v[..., 1::2]
            return np.stack([even * cos - odd * sin, even * sin + odd * cos], -1).reshape(v.shape)

        for layer in range(self.layers):
            part = f"blk.{layer}."
            y = norm(x, part + "attn_norm")
            q, k = rotated(mul(part + "attn_q", y)), rotated(mul(part + "attn_k", y))
            v = mul(part + "attn_v", y).reshape(count, -1, HEAD)
            k, v = (np.repeat(t, self.heads // self.key_heads, 1) for t in (k, v))
            scores = np.einsum("qhd,khd->hqk", q, k) / F(HEAD**0.5)
            scores[:, np.triu(np.ones((count, count), bool), 1)] = -np.inf
            shares = np.exp(scores - scores.max(-1, keepdims=True))
            shares /= shares.sum(-1, keepdims=True)
            x = x + mul(part + "attn_output", np.einsum("hqk,khd->qhd", shares, v).reshape(count, -1))
            y = norm(x, part + "ffn_norm")
            gate = mul(part + "ffn_gate", y)
            x = x + mul(part + "ffn_down", gate / (1 + np.exp(-gate)) * mul(part + "ffn_up", y))
        return mul("output", norm(x, "output_norm"))


def ours(path, prompt, folder):
    """The ids of a greedy run, the position of the first recorded logits, and the logits (step, token)."""
    command = [EXE, "trace", prompt, "--model", path, "--max-tokens", str(STEPS), "--temperature", "0", "--force",
               "--record", "logits", "--tensors", "-o", folder]
    subprocess.run(command, check=True, capture_output=True)
    trace = json.loads(pathlib.Path(folder, "trace.json").read_text())
    prompt_ids = [t["id"] for t in trace["prompt"]["tokens"]]
    logits = load_file(pathlib.Path(folder, "tensors.safetensors"))["logits.raw"]
    return prompt_ids + [s["token"]["id"] for s in trace["steps"]], len(prompt_ids) - 1, logits


NUMPY = lambda w, x: x @ w.T
TORCH = lambda w, x: (torch.from_numpy(np.ascontiguousarray(x)) @ torch.from_numpy(w).T).numpy()
ALONE = lambda w, x: np.stack([w @ row for row in x])


def main():
    models = json.loads(subprocess.run([EXE, "models", "--json"], capture_output=True, check=True).stdout)
    smollm2 = next(m["path"] for m in models if m["name"] == "smollm2")
    print("| weights | Stepglass | NumPy | torch | NumPy, one position at a time | size of the logits |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("Q4_1", "Q8_0", "Q4_K", "Q6_K"):
            path = smollm2 if kind == "Q4_1" else f"{folder}/{kind}.gguf"
            if kind != "Q4_1":
                requantise(smollm2, kind, path)
            model, exact, errors = Model(path), [], [[], [], [], []]
            for prompt in PROMPTS:
                ids, first, logits = ours(path, prompt, f"{folder}/run")
                rows = slice(first, first + len(logits))
                exact.append(model.logits(ids, np.float64, NUMPY)[rows])
                passes = [model.logits(ids, np.float32, product)[rows] for product in (NUMPY, TORCH, ALONE)]
                for found, list_ in zip([logits, *passes], errors):
                    list_.append(found - exact[-1])
            rms = lambda v: np.sqrt(np.mean(np.square(np.concatenate(v))))
            cells = [f"{rms(e):.1e} ({np.abs(np.concatenate(e)).max():.0e})".replace("e-0", "e-") for e in errors]
            print("|", kind, "|", " | ".join(cells), f"| {rms(exact):.1f} |", flush=True)


main()
