#!/usr/bin/env python3
"""What transformers computes from Gemma 3 270M's file with the same dequantised weights.

    python3 Tests/TransformersTests/make_gemma_golden.py FILE.gguf     (needs: pip install torch transformers gguf)

Writes `gemma3.json`: token ids of a sentence and of a text longer than the model's window, for some positions the 40
largest logits and every 4001st, rows of attention, and a greedy continuation with how far its tokens lie ahead.
"""
import json
import pathlib
import random
import sys

import gguf
import numpy as np
import torch
import transformers

here = pathlib.Path(__file__).resolve().parent


def load(path: str):
    reader = gguf.GGUFReader(path)
    config = transformers.Gemma3TextConfig(
        vocab_size=262144, hidden_size=640, intermediate_size=2048, num_hidden_layers=18, num_attention_heads=4,
        num_key_value_heads=1, head_dim=256, max_position_embeddings=32768, query_pre_attn_scalar=256,
        sliding_window=512, attn_implementation="eager")  # fmt: skip
    model = transformers.Gemma3ForCausalLM(config).float().eval()
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.GEMMA3, 18)
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    state = {}
    for name in model.state_dict():
        if name == "lm_head.weight":
            continue
        tensor = tensors[names.get_name(name, try_suffixes=(".weight",))]
        weights = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        state[name] = torch.from_numpy(np.array(weights - 1 if name.endswith("norm.weight") else weights))
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    model.tie_weights()
    words = reader.fields["tokenizer.ggml.tokens"].contents()
    return model, words


def case(model, ids: list[int], positions: list[int], greedy_count: int) -> dict:
    out = model(torch.tensor([ids]), output_attentions=True, use_cache=False)
    rows = []
    for position in positions:
        logits = out.logits[0, position]
        chosen = sorted(set(logits.topk(40).indices.tolist()) | set(range(0, len(logits), 4001)))
        rows.append({"position": position, "ids": chosen, "logits": [round(float(logits[i]), 5) for i in chosen]})
    attention = []
    for layer, head in ((0, 1), (5, 0), (11, 3), (16, 2)):
        weights = out.attentions[layer][0, head, -1].tolist()
        attention.append({"layer": layer, "head": head, "weights": [float(f"{w:.6g}") for w in weights]})
    chosen, margins = list(ids), []
    for _ in range(greedy_count):
        best = model(torch.tensor([chosen]), use_cache=False).logits[0, -1].topk(2)
        chosen.append(int(best.indices[0]))
        margins.append(round(float(best.values[0] - best.values[1]), 5))
    return {"ids": ids, "positions": rows, "attention": attention, "greedy": chosen[len(ids) :], "margins": margins}


def make(path: str) -> None:
    torch.set_grad_enabled(False)
    model, words = load(path)
    place = {word: number for number, word in enumerate(words)}
    sentence = [2] + [place[word] for word in ("The", "▁capital", "▁of", "▁France", "▁is")]
    draw = random.Random(5)
    # Twice the same beginning, more than a window apart.
    start = [draw.randrange(300, 60000) for _ in range(40)]
    long = [2] + start + [draw.randrange(300, 60000) for _ in range(540)] + start
    cases = {"sentence": case(model, sentence, list(range(1, 6)), 16), "long": case(model, long, [400, 560, 620], 0)}
    text = json.dumps({"transformers": transformers.__version__, "cases": cases})
    (here / "Fixtures/gemma3.json").write_text(text.replace('{"position"', '\n{"position"') + "\n")


if __name__ == "__main__":
    make(sys.argv[1])
