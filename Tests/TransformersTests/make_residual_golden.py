#!/usr/bin/env python3
"""What each part of a pass adds to a logit, from transformers' own modules and NumPy in 64 bits.

    python3 Tests/TransformersTests/make_residual_golden.py     (needs: pip install torch transformers)

Writes `residual.json`: for small models of each kind (biases, LayerNorm, norms behind attention and MLP, capped logits)
and for the model that ships, the last position of a prompt: what embedding, heads, attention and MLP of each layer add to
the best token's logit with the norms' scales held, their lengths, and the tokens nearest to the last one's embedding. That
the parts add up to the model's own logit is asserted here. To be run after each training (Training/run.sh does).
"""
import json
import pathlib

import numpy as np
import torch
import transformers

here = pathlib.Path(__file__).resolve().parent
tiny = here.parents[1] / "Sources/CTinyModel/stepglass-tiny"
names = ["llama-grouped", "llama-biased", "gpt2-tied", "gpt2-untied", "gemma2-plain", "gemma2-uncapped", "gemma3-plain",
         "olmo2-biased", "olmo2-grouped", "qwen2-plain", "phi3-plain"]  # fmt: skip
neighbours = 8


def capture(model, ids: list[int]) -> dict:
    """Inputs and outputs of the modules that write the residual stream, of the last position, by name."""
    seen, hooks = {}, []

    def keep(name, module):
        def hook(_, inputs, output):
            output = output[0] if isinstance(output, tuple) else output
            seen[name] = (inputs[0][0, -1].double().numpy() if inputs else None, output[0, -1].double().numpy())

        hooks.append(module.register_forward_hook(hook))

    for name, module in model.named_modules():
        if name.split(".")[-1] in ("o_proj", "c_proj", "mlp", "ln_f", "norm") or "post_" in name:
            keep(name, module)
    out = model(torch.tensor([ids]), output_hidden_states=True, use_cache=False)
    for hook in hooks:
        hook.remove()
    seen["embedding"] = (None, out.hidden_states[0][0, -1].double().numpy())
    seen["logits"] = (None, out.logits[0, -1].double().numpy())
    return seen


def numbers(parameter) -> np.ndarray:
    return parameter.detach().double().numpy()


def residual(model, ids: list[int]) -> dict:
    config = model.config
    is_gpt2 = config.model_type == "gpt2"
    base = model.transformer if is_gpt2 else model.model
    blocks = base.h if is_gpt2 else base.layers
    prefix, final = ("transformer.h", "transformer.ln_f") if is_gpt2 else ("model.layers", "model.norm")
    gemma = config.model_type.startswith("gemma")
    has_post = gemma or config.model_type == "olmo2"
    shift = 1.0 if gemma else 0.0
    epsilon = config.layer_norm_epsilon if is_gpt2 else config.rms_norm_eps
    heads = config.num_attention_heads
    seen = capture(model, ids)
    stream = seen[final][0]
    logits = seen["logits"][1]
    token = int(np.argmax(logits))
    norm = base.ln_f if is_gpt2 else base.norm
    row = numbers(model.lm_head.weight)[token]
    weight = shift + numbers(norm.weight)

    def root(x, centre=False):
        x = x - x.mean() if centre else x
        return 1 / np.sqrt((x * x).mean() + epsilon)

    scale = root(stream, centre=is_gpt2)

    def adds(part):
        part = part - part.mean() if is_gpt2 else part
        return float(row @ (weight * (scale * part)))

    def told(part):
        return {"length": float(np.linalg.norm(part)), "logit": adds(part)}

    constant = float(row @ numbers(norm.bias)) if is_gpt2 else 0.0
    total = constant + adds(seen["embedding"][1])
    layers, behind = [], seen["embedding"][1].copy()
    for number, block in enumerate(blocks):
        at = f"{prefix}.{number}."
        mix, output = seen[at + ("attn.c_proj" if is_gpt2 else "self_attn.o_proj")]
        matrix = numbers(block.attn.c_proj.weight).T if is_gpt2 else numbers(block.self_attn.o_proj.weight)
        mlp = seen[at + "mlp"][1]
        post = np.ones(len(output))
        if has_post:
            post = (shift + numbers(block.post_attention_layernorm.weight)) * root(output)
            output, mlp = seen[at + "post_attention_layernorm"][1], seen[at + "post_feedforward_layernorm"][1]
        size = matrix.shape[1] // heads
        parts = [post * (matrix[:, h * size:(h + 1) * size] @ mix[h * size:(h + 1) * size]) for h in range(heads)]
        behind = behind + output + mlp
        total += adds(output) + adds(mlp)
        layers.append({
            "attention": told(output), "mlp": told(mlp), "length": float(np.linalg.norm(behind)),
            "headLengths": [float(np.linalg.norm(p)) for p in parts], "headLogits": [adds(p) for p in parts]})  # fmt: skip
    cap = getattr(config, "final_logit_softcapping", None)
    assert abs((cap * np.tanh(total / cap) if cap else total) - logits[token]) < 2e-4, (total, logits[token])
    assert np.abs(behind - stream).max() < 1e-3
    rows = numbers(model.get_input_embeddings().weight)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosines = rows @ rows[ids[-1]] / np.linalg.norm(rows, axis=1) / np.linalg.norm(rows[ids[-1]])
    cosines[ids[-1]] = -np.inf
    near = np.argsort(-np.nan_to_num(cosines, nan=-np.inf), kind="stable")[:neighbours]
    return {
        "ids": ids, "token": token, "scale": float(scale), "constant": constant, "logit": total,
        "embedding": told(seen["embedding"][1]), "layers": layers,
        "neighbours": [int(i) for i in near], "cosines": [float(cosines[i]) for i in near]}  # fmt: skip


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list) else value


def load(folder):
    return transformers.AutoModelForCausalLM.from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32).eval()  # fmt: skip


def make() -> None:
    torch.set_grad_enabled(False)
    entries = []
    for name in names:
        ids = [3, 14, 15, 9, 26, 5, 35, 8, 9]
        entries.append({"model": name} | residual(load(here / "Fixtures" / name), ids))
    model = load(tiny)
    for prompt in json.loads((here / "Fixtures/tiny.json").read_text())["prompts"][:2]:
        entries.append({"model": "stepglass-tiny"} | residual(model, prompt["ids"]))
    text = json.dumps({"models": [rounded(entry) for entry in entries]}, separators=(",", ":"))
    (here / "Fixtures/residual.json").write_text(text.replace('{"model"', '\n{"model"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    make()
