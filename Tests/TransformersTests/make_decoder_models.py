"""Small random models of the architectures that the common decoder runs; called by make_fixtures.py.

Each architecture has three configurations or more: head counts, tied and untied, windows shorter than the prompt, sizes
that fill no vector. Each is written as transformers saves it and, with the tensor names of the `gguf` package's own map,
as llama.cpp's converter does. `decoders.json` names the files and the prompts; the goldens are as those of
make_small_models.py.
"""
import json
import pathlib

import gguf
import numpy as np
import torch
import transformers

from make_small_models import empty_model, golden, save, swap_halves

types = gguf.GGMLQuantizationType
rope = {"rope_type": "default", "rope_theta": 10000.0}
small = {"hidden_size": 16, "num_attention_heads": 2, "num_key_value_heads": 1, "num_hidden_layers": 2,
         "intermediate_size": 24, "rope_parameters": rope}  # fmt: skip
grouped = small | {"hidden_size": 24, "num_attention_heads": 6, "num_key_value_heads": 2, "intermediate_size": 20}
window = {"use_sliding_window": True, "sliding_window": 7, "max_window_layers": 1}
layered = {"sliding_attention": rope | {"rope_theta": 300.0}, "full_attention": rope | {"rope_theta": 9000.0}}
stretched = {"sliding_attention": rope, "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 5000.0}}


def factors(start: float, count: int) -> list[float]:
    return [start + 0.25 * i for i in range(count)]


def longrope(count: int, **more) -> dict:
    return {"rope_type": "longrope", "rope_theta": 10000.0, "short_factor": factors(1.0, count),
            "long_factor": factors(1.5, count)} | more  # fmt: skip


# Name, classes, settings, and whether a GGUF file can hold it (what the converter writes has no place for some settings).
models = [
    ("qwen2-plain", "Qwen2", small | {"tie_word_embeddings": True}, True),
    ("qwen2-grouped", "Qwen2", grouped | {"rope_parameters": rope | {"rope_theta": 900.0}}, True),
    ("qwen2-window", "Qwen2", small | window | {"num_hidden_layers": 3, "num_key_value_heads": 2}, False),
    ("qwen3-plain", "Qwen3", small | {"head_dim": 12, "tie_word_embeddings": True}, True),
    ("qwen3-grouped", "Qwen3", grouped | {"head_dim": 10}, True),
    ("qwen3-window", "Qwen3", small | window | {"head_dim": 6, "attention_bias": True}, False),
    ("mistral-window", "Mistral", small | {"sliding_window": 5}, True),
    ("mistral-grouped", "Mistral", grouped | {"sliding_window": None, "tie_word_embeddings": True}, True),
    ("mistral-head", "Mistral", small | {"head_dim": 14, "sliding_window": 16, "num_key_value_heads": 2}, True),
    ("gemma3-plain", "Gemma3Text", small | {
        "head_dim": 12, "num_hidden_layers": 7, "sliding_window": 6, "query_pre_attn_scalar": 12,
        "rope_parameters": layered}, True),
    ("gemma3-capped", "Gemma3Text", grouped | {
        "head_dim": 10, "num_hidden_layers": 3, "sliding_window": 9, "query_pre_attn_scalar": 20,
        "final_logit_softcapping": 2.5, "rope_parameters": stretched, "tie_word_embeddings": False,
        "layer_types": ["sliding_attention", "full_attention", "sliding_attention"]}, False),
    ("gemma3-stretched", "Gemma3Text", small | {
        "head_dim": 6, "num_hidden_layers": 6, "sliding_window": 16, "query_pre_attn_scalar": 6,
        "num_key_value_heads": 2, "rope_parameters": stretched}, True),
    ("phi3-plain", "Phi3", small | {"sliding_window": 9}, True),
    ("phi3-long", "Phi3", grouped | {
        "hidden_size": 48, "original_max_position_embeddings": 4, "rope_parameters": longrope(4)}, True),
    ("phi3-short", "Phi3", grouped | {
        "hidden_size": 48, "original_max_position_embeddings": 512, "tie_word_embeddings": True,
        "rope_parameters": longrope(4)}, True),
    ("phi3-partial", "Phi3", small | {
        "hidden_size": 32, "original_max_position_embeddings": 4,
        "rope_parameters": longrope(6, partial_rotary_factor=0.75)}, True),
    ("smollm3-plain", "SmolLM3", small | {"num_hidden_layers": 4}, True),
    ("smollm3-listed", "SmolLM3", grouped | {"no_rope_layers": [0, 1], "tie_word_embeddings": False}, False),
    ("smollm3-window", "SmolLM3", small | {
        "num_hidden_layers": 4, "use_sliding_window": True, "sliding_window": 6, "attention_bias": True,
        "mlp_bias": True}, False),
    ("olmo2-plain", "Olmo2", small, True),
    ("olmo2-grouped", "Olmo2", grouped | {"tie_word_embeddings": True}, True),
    ("olmo2-biased", "Olmo2", small | {"attention_bias": True, "num_key_value_heads": 2, "num_hidden_layers": 1}, True),
    ("gemma2-plain", "Gemma2", small | {
        "head_dim": 12, "num_hidden_layers": 3, "sliding_window": 6, "query_pre_attn_scalar": 12,
        "attn_logit_softcapping": 1.5, "final_logit_softcapping": 3.0}, True),
    ("gemma2-grouped", "Gemma2", grouped | {
        "head_dim": 10, "sliding_window": 9, "query_pre_attn_scalar": 10, "attn_logit_softcapping": 50.0,
        "final_logit_softcapping": 30.0}, True),
    ("gemma2-uncapped", "Gemma2", small | {
        "head_dim": 6, "sliding_window": 4, "query_pre_attn_scalar": 20, "attn_logit_softcapping": None, "tie_word_embeddings": False,
        "final_logit_softcapping": None, "num_key_value_heads": 2}, False),
    ("llama-windowless", "Llama", grouped | {"head_dim": 6, "attention_bias": True}, True),
]  # fmt: skip

# Whose rows of queries and keys the converter reorders.
reordered = {"llama", "smollm3"}


def build(kind: str, settings: dict, seed: int):
    torch.manual_seed(seed)
    config_class = getattr(transformers, f"{kind}Config")
    config = config_class(
        vocab_size=64, max_position_embeddings=512, attn_implementation="eager", bos_token_id=0, eos_token_id=1,
        pad_token_id=0, **json.loads(json.dumps(settings)))  # fmt: skip
    model_class = getattr(transformers, f"{kind.removesuffix('Text')}ForCausalLM")
    return empty_model(model_class, config)


def randomise(model, shifted: bool) -> None:
    """As make_small_models' own; norms around 1 in effect, of 1 + w too."""
    for name, weights in model.named_parameters():
        scale = 1.6 / weights.shape[-1] ** 0.5 if weights.dim() == 2 else 0.3
        centre = 1.0 if "norm" in name and not shifted and not name.endswith("bias") else 0.0
        weights.copy_((centre + scale * torch.randn(weights.shape)).to(torch.float16).float())


def write_settings(writer: gguf.GGUFWriter, architecture: str, config) -> None:
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    turning = config.rope_parameters
    if architecture == "gemma3":
        full = turning["full_attention"]
        writer.add_rope_freq_base(full["rope_theta"])
        if turning["sliding_attention"]["rope_theta"] != 10000.0:
            writer.add_float32("gemma3.rope.freq_base_swa", turning["sliding_attention"]["rope_theta"])
        if full["rope_type"] == "linear":
            writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
            writer.add_rope_scaling_factor(full["factor"])
    else:
        writer.add_rope_freq_base(turning["rope_theta"])
        writer.add_rope_dimension_count(int(size * turning.get("partial_rotary_factor", 1.0)))
    if architecture != "phi3":
        writer.add_key_length(size)
        writer.add_value_length(size)
    if getattr(config, "sliding_window", None) and architecture not in ("qwen2", "qwen3"):
        writer.add_sliding_window(config.sliding_window)
    if architecture == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if turning.get("rope_type") == "longrope":
        original = config.original_max_position_embeddings
        writer.add_rope_scaling_orig_ctx_len(original)
        factor = max(config.max_position_embeddings / original, 1.0)
        writer.add_rope_scaling_attn_factors((1 + np.log(factor) / np.log(original)) ** 0.5)
        for name in ("long", "short"):
            writer.add_tensor(f"rope_factors_{name}.weight", np.array(turning[f"{name}_factor"], np.float32))


def write_gguf(path: pathlib.Path, model, architecture: str) -> None:
    config = model.config
    arch = next(key for key, value in gguf.MODEL_ARCH_NAMES.items() if value == architecture)
    names = gguf.get_tensor_name_map(arch, config.num_hidden_layers)
    writer = gguf.GGUFWriter(path, architecture)
    write_settings(writer, architecture, config)
    for name, weights in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        short = names.get_name(name, try_suffixes=(".weight", ".bias"))
        assert short, name
        data = weights.numpy()
        if architecture in reordered and (".q_proj." in name or ".k_proj." in name):
            heads = config.num_attention_heads if ".q_proj." in name else config.num_key_value_heads
            data = swap_halves(data, heads, len(data) // heads)
        if architecture.startswith("gemma") and name.endswith("norm.weight"):
            data = data + 1
        kind = types.F32 if data.ndim == 1 else types.F16
        writer.add_tensor(short, gguf.quants.quantize(np.ascontiguousarray(data), kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def make(fixtures: pathlib.Path) -> None:
    torch.set_grad_enabled(False)
    entries = []
    for number, (name, kind, settings, has_gguf) in enumerate(models):
        for seed in range(100 * number, 100 * number + 100):
            model = build(kind, settings, seed)
            randomise(model, shifted=kind.startswith("Gemma"))
            try:
                entry = golden(fixtures, name, model)
                break
            except AssertionError:
                continue
        save(model, fixtures / name, torch.float16)
        entries.append({"model": name} | entry)
        if has_gguf:
            architecture = {"Mistral": "llama", "Gemma3Text": "gemma3"}.get(kind, kind.lower())
            write_gguf(fixtures / f"{name}.gguf", model, architecture)
            entries.append({"model": f"{name}.gguf"} | entry)
    text = json.dumps({"transformers": transformers.__version__, "models": entries}, indent=None)
    (fixtures / "decoders.json").write_text(text.replace('{"model"', '\n{"model"') + "\n")


if __name__ == "__main__":
    make(pathlib.Path(__file__).resolve().parent / "Fixtures")
