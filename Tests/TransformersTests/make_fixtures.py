#!/usr/bin/env python3
"""Makes the golden files in Fixtures with transformers: eager attention, float32, the same dequantised weights.

    python3 Tests/TransformersTests/make_fixtures.py [SmolLM2-135M-Instruct.Q4_1.gguf]
                                        (needs: pip install torch transformers tokenizers gguf safetensors numpy)

Without an argument the model is the one that `make model` fetches. `smollm2.json` and `smollm2.safetensors` hold what
the real model says about prompts of different kinds; `make_small_models.py`, `make_decoder_models.py` and `make_tiny_golden.py`, which this script
runs, add small random models and the goldens of the model that ships.
"""
import json
import os
import pathlib
import sys

import gguf
import numpy as np
import safetensors.numpy
import tokenizers
import torch
import transformers

import make_decoder_models
import make_small_models
import make_tiny_golden

fixtures = pathlib.Path(__file__).parent / "Fixtures"
cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
model_path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else cache / "stepglass/SmolLM2-135M-Instruct.Q4_1.gguf"

# The heads whose attention is kept whole, and the layers of which every head's last row is.
whole_heads = [(0, 0), (12, 3), (29, 8)]
row_layers = [0, 7, 15, 22, 29]
top_count, greedy_count = 50, 40
ablated = (12, 3)

prompts = {
    "fact": "The capital of France is",
    "code": "def fibonacci(n):\n    if n < 2:\n        return n\n    return",
    "mountain": "台灣最高的山是",
    "explain": "請用一句話說明什麼是機器學習，並舉一個生活中的例子：",
    "chat": "<|im_start|>system\nYou are a patient teacher.<|im_end|>\n<|im_start|>user\n"
    "Why is the sky blue?<|im_end|>\n<|im_start|>assistant\n",
    "numbers": "12 + 30 = 42\n7 * 8 = 56\n1999 - 24 =",
}  # fmt: skip
# More than four chunks of a prefill, with angles of rotary positions that float32 rounds coarsely.
colours = ["red", "green", "blue", "yellow", "white"]
things = ["bicycle", "lamp", "teapot", "ladder", "violin", "kite", "carpet"]
long_text = "".join(
    f"Item {n}: a {colours[n % 5]} {things[n % 7]} costs {n * 37 % 91} coins.\n" for n in range(1, 81)
)


def read_model() -> tuple[transformers.LlamaForCausalLM, tokenizers.Tokenizer]:
    reader = gguf.GGUFReader(model_path)
    value = lambda key: reader.fields[key].contents()
    heads, kv_heads = value("llama.attention.head_count"), value("llama.attention.head_count_kv")
    config = transformers.LlamaConfig(
        vocab_size=value("llama.vocab_size"), hidden_size=value("llama.embedding_length"),
        intermediate_size=value("llama.feed_forward_length"), num_hidden_layers=value("llama.block_count"),
        num_attention_heads=heads, num_key_value_heads=kv_heads, rms_norm_eps=1e-5,
        max_position_embeddings=value("llama.context_length"), tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": float(value("llama.rope.freq_base"))},
        attn_implementation="eager",
    )  # fmt: skip
    model = make_small_models.empty_model(transformers.LlamaForCausalLM, config)
    make_small_models.load_llama(model, reader, heads, kv_heads)
    return model, read_tokenizer(value)


def read_tokenizer(value) -> tokenizers.Tokenizer:
    """SmolLM2's: every digit on its own, then GPT-2's pattern."""
    tokens = value("tokenizer.ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in value("tokenizer.ggml.merges")]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE({t: i for i, t in enumerate(tokens)}, merges))
    split = tokenizers.pre_tokenizers
    tokenizer.pre_tokenizer = split.Sequence([split.Digits(individual_digits=True), split.ByteLevel(False)])
    control = [t for t, kind in zip(tokens, value("tokenizer.ggml.token_type")) if kind == 3]
    tokenizer.add_special_tokens([tokenizers.AddedToken(t, special=True, normalized=False) for t in control])
    return tokenizer


def top_rows(logits: torch.Tensor, positions: list[int]) -> tuple[list[list[int]], np.ndarray]:
    """The ids and values of the largest logits at some positions."""
    values, ids = logits[positions].topk(top_count)
    return ids.tolist(), values.numpy()


def greedy(model, ids: list[int]) -> tuple[list[int], np.ndarray]:
    """The most likely continuation, end tokens ignored, and how far each choice lay before the next best."""
    chosen, margins, past, feed = [], [], None, ids
    for _ in range(greedy_count):
        out = model(torch.tensor([feed]), past_key_values=past, use_cache=True)
        best = out.logits[0, -1].topk(2)
        chosen.append(int(best.indices[0]))
        margins.append(float(best.values[0] - best.values[1]))
        past, feed = out.past_key_values, [chosen[-1]]
    return chosen, np.array(margins, np.float32)


def describe(model, name: str, ids: list[int], arrays: dict) -> dict:
    """Everything kept of one prompt: numbers into `arrays`, the rest returned."""
    hidden = []
    keep = lambda module, given, output: hidden.append(output if torch.is_tensor(output) else output[0])
    hooks = [model.model.embed_tokens.register_forward_hook(keep)]
    hooks += [layer.register_forward_hook(keep) for layer in model.model.layers]
    out = model(torch.tensor([ids]), output_attentions=True, use_cache=False)
    for hook in hooks:
        hook.remove()
    logits = out.logits[0]
    last = len(ids) - 1
    positions = sorted({0, last // 4, last // 2, last - 1, last})
    top_ids, top_values = top_rows(logits, positions)
    arrays[f"{name}.top"] = top_values
    arrays[f"{name}.log_sum_exp"] = logits.logsumexp(-1).numpy()
    best = logits.topk(2).values
    arrays[f"{name}.argmax_margins"] = (best[:, 0] - best[:, 1]).numpy()
    # (layer 0…layers, position): the length of the hidden state.
    arrays[f"{name}.hidden_norms"] = torch.stack([h.reshape(len(ids), -1).norm(dim=-1) for h in hidden]).numpy()
    attention = torch.stack([a[0] for a in out.attentions])  # (layer, head, query, key)
    rows = [(layer, head, last) for layer in row_layers for head in range(attention.shape[1])]
    rows += [(layer, head, query) for layer, head in whole_heads for query in range(last)]
    arrays[f"{name}.attention"] = np.stack([attention[row].numpy() for row in rows])
    result = {"ids": ids, "positions": positions, "topIDs": top_ids, "argmax": logits.argmax(-1).tolist(), "rows": rows}
    result["greedy"], arrays[f"{name}.greedy_margins"] = greedy(model, ids)
    return result


def describe_long(model, ids: list[int], arrays: dict) -> dict:
    """The end of a long prompt only."""
    out = model(torch.tensor([ids]), output_attentions=True, use_cache=False)
    positions = [255, 256, 800, len(ids) - 1]
    top_ids, arrays["long.top"] = top_rows(out.logits[0], positions)
    rows = [(layer, head, len(ids) - 1) for layer, head in [(0, 4), (3, 1), (12, 3), (20, 7), (29, 8)]]
    arrays["long.attention"] = np.stack([out.attentions[layer][0, head, query].numpy() for layer, head, query in rows])
    return {"ids": ids, "positions": positions, "topIDs": top_ids, "rows": rows}


def describe_ablated(model, name: str, ids: list[int], arrays: dict) -> dict:
    """One head's output set to zero where it enters the output matrix of its layer."""
    layer, head = ablated
    size = model.config.head_dim

    def silence(module, given):
        mix = given[0].clone()
        mix[..., head * size : (head + 1) * size] = 0
        return (mix, *given[1:])

    hook = model.model.layers[layer].self_attn.o_proj.register_forward_pre_hook(silence)
    logits = model(torch.tensor([ids]), use_cache=False).logits[0]
    hook.remove()
    positions = [len(ids) // 2, len(ids) - 1]
    top_ids, arrays[f"{name}.ablated.top"] = top_rows(logits, positions)
    return {"positions": positions, "topIDs": top_ids}


def main() -> None:
    torch.manual_seed(0)
    torch.set_grad_enabled(False)
    make_small_models.make(fixtures)
    make_decoder_models.make(fixtures)
    make_tiny_golden.make()
    if not model_path.exists():
        sys.exit(f"{model_path} is missing: run make model")
    model, tokenizer = read_model()
    arrays: dict[str, np.ndarray] = {}
    result = {"transformers": transformers.__version__, "ablatedHead": list(ablated), "prompts": {}}
    for name, text in prompts.items():
        ids = tokenizer.encode(text).ids
        result["prompts"][name] = {"text": text} | describe(model, name, ids, arrays)
        if name in ("fact", "chat"):
            result["prompts"][name]["ablated"] = describe_ablated(model, name, ids, arrays)
    result["long"] = describe_long(model, tokenizer.encode(long_text).ids, arrays)
    arrays = {key: np.ascontiguousarray(value, np.float32) for key, value in arrays.items()}
    safetensors.numpy.save_file(arrays, fixtures / "smollm2.safetensors")
    text = json.dumps(result, ensure_ascii=False, separators=(",", ":"))
    (fixtures / "smollm2.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
