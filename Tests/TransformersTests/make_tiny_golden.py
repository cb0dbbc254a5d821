#!/usr/bin/env python3
"""What transformers computes from the model that ships; to be run after each training (Training/run.sh does).

    python3 Tests/TransformersTests/make_tiny_golden.py     (needs: pip install torch transformers tokenizers safetensors)

Writes `tiny.json` (the weights' digest, prompts and greedy continuations) and `tiny.golden.safetensors`: the logits of
each prompt's last two positions and all attention (layer, head, query, key), eager and in float32; and the same of the
first prompt where no query but its own finds the positions `dropped` (a mask of ours).
"""
import hashlib
import json
import pathlib

import numpy as np
import safetensors.numpy
import tokenizers
import torch
import transformers

here = pathlib.Path(__file__).resolve().parent
model_folder = here.parents[1] / "Sources/CTinyModel/stepglass-tiny"
prompts = ["The capital of France is", "法國的首都是", "Once upon a time there was a small"]
greedy_count = 12
dropped = [1, 3]


def greedy(model, ids: list[int]) -> list[int]:
    """The most likely continuation: to the end of its text, or to where two tokens are as good."""
    chosen = list(ids)
    for _ in range(greedy_count):
        best = model(torch.tensor([chosen]), use_cache=False).logits[0, -1].topk(2)
        if chosen[-1] == model.config.eos_token_id or best.values[0] - best.values[1] < 1e-3:
            break
        chosen.append(int(best.indices[0]))
    return chosen[len(ids) :]


def with_losses(model, ids: list[int]) -> dict:
    """A pass under the causal mask without the columns of `dropped`, but for their own rows."""
    count = len(ids)
    seen = torch.tril(torch.ones(count, count, dtype=torch.bool))
    for position in dropped:
        seen[position + 1 :, position] = False
    mask = torch.zeros(count, count).masked_fill(~seen, -torch.inf)[None, None]
    out = model(torch.tensor([ids]), attention_mask=mask, output_attentions=True, use_cache=False)
    return {
        "dropped.logits": np.ascontiguousarray(out.logits[0, -2:].numpy()),
        "dropped.attention": torch.stack([a[0] for a in out.attentions]).numpy(),
    }


def make() -> None:
    torch.set_grad_enabled(False)
    digest = hashlib.sha256((model_folder / "model.safetensors").read_bytes()).hexdigest()
    model = transformers.GPT2LMHeadModel.from_pretrained(
        model_folder, attn_implementation="eager", dtype=torch.float32).eval()  # fmt: skip
    tokenizer = tokenizers.Tokenizer.from_file(str(model_folder / "tokenizer.json"))
    arrays, entries = {}, []
    for number, text in enumerate(prompts):
        ids = tokenizer.encode(text).ids
        out = model(torch.tensor([ids]), output_attentions=True, use_cache=False)
        arrays[f"{number}.logits"] = np.ascontiguousarray(out.logits[0, -2:].numpy())
        arrays[f"{number}.attention"] = torch.stack([a[0] for a in out.attentions]).numpy()
        entries.append({"text": text, "ids": ids, "greedy": greedy(model, ids)})
    arrays.update(with_losses(model, entries[0]["ids"]))
    safetensors.numpy.save_file(arrays, here / "Fixtures/tiny.golden.safetensors")
    text = json.dumps({"sha256": digest, "dropped": dropped, "prompts": entries}, ensure_ascii=False, indent=1)
    (here / "Fixtures/tiny.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    make()
