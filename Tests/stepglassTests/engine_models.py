"""Models with 32-bit weights for llama.cpp's server: engine_models.py MODEL OUT.gguf, for a GGUF file of any weights, or a GPT-2
in a Hugging Face folder.

llama.cpp multiplies quantised weights by quantised activations; with 32-bit floats on both sides its numbers can be held
against ours to three digits and more.
"""
import json
import pathlib
import struct
import sys

import numpy
from safetensors.numpy import load_file

ALIGNMENT = 32
STRING, ARRAY, UINT32, INT32, FLOAT32 = 8, 9, 4, 5, 6


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, value):
    head = text(key) + struct.pack("<I", kind)
    if kind == STRING:
        return head + text(value)
    return head + struct.pack({UINT32: "<I", INT32: "<i", FLOAT32: "<f"}[kind], value)


def entries(key, kind, values):
    head = text(key) + struct.pack("<IIQ", ARRAY, kind, len(values))
    body = b"".join(map(text, values)) if kind == STRING else numpy.array(values, "<i4").tobytes()
    return head + body


def write(path, metadata, tensors):
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata)) + b"".join(metadata)
    offset = 0
    for name, tensor in tensors.items():
        head += text(name) + struct.pack("<I", tensor.ndim)
        head += struct.pack(f"<{tensor.ndim}Q", *reversed(tensor.shape)) + struct.pack("<IQ", 0, offset)
        offset += -(-tensor.nbytes // ALIGNMENT) * ALIGNMENT
    with open(path, "wb") as file:
        file.write(head + bytes(-len(head) % ALIGNMENT))
        for tensor in tensors.values():
            file.write(tensor.tobytes() + bytes(-tensor.nbytes % ALIGNMENT))


def gpt2(folder, path):
    config = json.loads((folder / "config.json").read_text())
    words = json.loads((folder / "tokenizer.json").read_text())
    weights = {name.removeprefix("transformer."): value.astype("<f4") for name, value in load_file(folder / "model.safetensors").items()}
    ids = dict(words["model"]["vocab"])
    added = {token["content"]: token["id"] for token in words["added_tokens"]}
    tokens = sorted({**ids, **added}.items(), key=lambda item: item[1])
    assert [id for _, id in tokens] == list(range(config["vocab_size"]))
    merges = [merge if isinstance(merge, str) else " ".join(merge) for merge in words["model"]["merges"]]
    metadata = [
        entry("general.architecture", STRING, "gpt2"), entry("general.name", STRING, folder.name),
        entry("gpt2.context_length", UINT32, config["n_positions"]), entry("gpt2.embedding_length", UINT32, config["n_embd"]),
        entry("gpt2.feed_forward_length", UINT32, 4 * config["n_embd"]), entry("gpt2.block_count", UINT32, config["n_layer"]),
        entry("gpt2.attention.head_count", UINT32, config["n_head"]),
        entry("gpt2.attention.layer_norm_epsilon", FLOAT32, config["layer_norm_epsilon"]),
        entry("tokenizer.ggml.model", STRING, "gpt2"), entry("tokenizer.ggml.pre", STRING, "gpt-2"),
        entries("tokenizer.ggml.tokens", STRING, [token for token, _ in tokens]),
        entries("tokenizer.ggml.token_type", INT32, [3 if token in added else 1 for token, _ in tokens]),
        entries("tokenizer.ggml.merges", STRING, merges),
        entry("tokenizer.ggml.bos_token_id", UINT32, config["bos_token_id"]),
        entry("tokenizer.ggml.eos_token_id", UINT32, config["eos_token_id"]),
    ]
    names = {"ln_1": "attn_norm", "attn.c_attn": "attn_qkv", "attn.c_proj": "attn_output", "ln_2": "ffn_norm",
             "mlp.c_fc": "ffn_up", "mlp.c_proj": "ffn_down"}
    tensors = {"token_embd.weight": weights["wte.weight"], "position_embd.weight": weights["wpe.weight"],
               "output.weight": weights["wte.weight"]}
    for layer in range(config["n_layer"]):
        for theirs, ours in names.items():
            weight = weights[f"h.{layer}.{theirs}.weight"]
            tensors[f"blk.{layer}.{ours}.weight"] = numpy.ascontiguousarray(weight.T) if weight.ndim == 2 else weight
            tensors[f"blk.{layer}.{ours}.bias"] = weights[f"h.{layer}.{theirs}.bias"]
    for part in ("weight", "bias"):
        tensors[f"output_norm.{part}"] = weights[f"ln_f.{part}"]
    write(path, metadata, tensors)


def dequantised(model, path):
    import gguf
    reader = gguf.GGUFReader(model)
    metadata = [b"".join(part.tobytes() for part in field.parts) for name, field in reader.fields.items() if not name.startswith("GGUF.")]
    tensors = {}
    for tensor in reader.tensors:
        values = gguf.dequantize(tensor.data, tensor.tensor_type).astype("<f4")
        tensors[tensor.name] = numpy.ascontiguousarray(values.reshape([int(n) for n in reversed(tensor.shape)]))
    write(path, metadata, tensors)


if __name__ == "__main__":
    model, out = map(pathlib.Path, sys.argv[1:3])
    gpt2(model, out) if model.is_dir() else dequantised(model, out)
