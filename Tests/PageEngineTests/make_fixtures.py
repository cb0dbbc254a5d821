"""A GGUF file that is a whole small model, tokenizer and all: what broken ones are made of. make_fixtures.py [FOLDER].

Needs numpy and the packages gguf writes with; the weights are random, from a fixed seed.
"""
import pathlib
import sys

import gguf
import numpy as np

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "Fixtures")
hidden, inner, heads, layers, context = 32, 32, 2, 2, 256

# GPT-2's letters for bytes: printable ones stand for themselves, the others for letters from 256 on.
plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
others = [byte for byte in range(256) if byte not in plain]
letters = {byte: chr(byte) for byte in plain} | {byte: chr(256 + place) for place, byte in enumerate(others)}
tokens = [letters[byte] for byte in range(256)]
merges = ["d o", "do g", "Ġ do", "t h", "th e"]
tokens += [merge.replace(" ", "") for merge in merges] + ["<end>"]

random = np.random.default_rng(7)
writer = gguf.GGUFWriter(folder / "whole.gguf", "llama")
writer.add_context_length(context)
writer.add_embedding_length(hidden)
writer.add_block_count(layers)
writer.add_feed_forward_length(inner)
writer.add_head_count(heads)
writer.add_head_count_kv(1)
writer.add_layer_norm_rms_eps(1e-6)
writer.add_rope_freq_base(500.0)
writer.add_rope_dimension_count(hidden // heads)
writer.add_tokenizer_model("gpt2")
writer.add_tokenizer_pre("gpt-2")
writer.add_token_list(tokens)
writer.add_token_types([gguf.TokenType.NORMAL] * (len(tokens) - 1) + [gguf.TokenType.CONTROL])
writer.add_token_merges(merges)
writer.add_eos_token_id(len(tokens) - 1)


def add(name, *shape, kind=gguf.GGMLQuantizationType.Q8_0):
    data = random.normal(0, 0.2, shape).astype(np.float32)
    writer.add_tensor(f"{name}.weight", gguf.quants.quantize(data, kind), raw_dtype=kind)


floats = gguf.GGMLQuantizationType.F32
kinds = [gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.Q4_1]
add("token_embd", len(tokens), hidden)
for layer in range(layers):
    for name, shape in [("attn_q", (hidden, hidden)), ("attn_k", (hidden // 2, hidden)), ("attn_v", (hidden // 2, hidden)),
                        ("attn_output", (hidden, hidden)), ("ffn_gate", (inner, hidden)), ("ffn_up", (inner, hidden)),
                        ("ffn_down", (hidden, inner))]:
        add(f"blk.{layer}.{name}", *shape, kind=kinds[layer])
    add(f"blk.{layer}.attn_norm", hidden, kind=floats)
    add(f"blk.{layer}.ffn_norm", hidden, kind=floats)
add("output_norm", hidden, kind=floats)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
