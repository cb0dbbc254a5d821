"""Small random models with what transformers computes from them; called by make_fixtures.py.

Each is written as transformers saves it (a Hugging Face folder, one of them in shards) and most also as a GGUF file by
the `gguf` package, as conversion programs write it: llama with the rows of Q and K reordered, GPT-2 with its matrices
turned round. `small.json` names the files and the prompts, `<name>.golden.safetensors` holds logits (position,
vocabulary) and attention (layer, head, query, key) of eager attention in float32.
"""
import copy
import json
import pathlib
import shutil

import gguf
import numpy as np
import safetensors.numpy
import torch
import transformers

position_count = 20
greedy_count = 12


def empty_model(kind, config):
    """A model whose weights are still to be loaded."""
    with torch.no_grad():
        model = kind(config)
    return model.float().eval()


def swap_halves(rows: np.ndarray, heads: int, size: int) -> np.ndarray:
    """Turns each head's rows from pairs (i, i + size/2) into pairs (2i, 2i + 1): how GGUF orders Q and K of llama."""
    return rows.reshape(heads, 2, size // 2, -1).swapaxes(1, 2).reshape(rows.shape)


def swap_back(rows: np.ndarray, heads: int, size: int) -> np.ndarray:
    return rows.reshape(heads, size // 2, 2, -1).swapaxes(1, 2).reshape(rows.shape)


llama_names = {
    "token_embd": "model.embed_tokens", "output_norm": "model.norm", "output": "lm_head",
    "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
}  # fmt: skip
gpt2_names = {
    "token_embd": "transformer.wte", "position_embd": "transformer.wpe", "output_norm": "transformer.ln_f",
    "output": "lm_head", "attn_norm": "ln_1", "attn_qkv": "attn.c_attn", "attn_output": "attn.c_proj",
    "ffn_norm": "ln_2", "ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj",
}  # fmt: skip


def load_llama(model, reader: gguf.GGUFReader, heads: int, kv_heads: int) -> None:
    """Gives a model the dequantised weights of a GGUF file."""
    state = {}
    for tensor in reader.tensors:
        weights = gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        parts = tensor.name.split(".")
        name = llama_names[parts[-2]] + ".weight"
        if parts[0] == "blk":
            name = f"model.layers.{parts[1]}.{name}"
        if parts[-2] in ("attn_q", "attn_k"):
            count = heads if parts[-2] == "attn_q" else kv_heads
            weights = swap_back(weights, count, len(weights) // count)
        state[name] = torch.from_numpy(np.array(weights))
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and set(missing) <= {"lm_head.weight"}, (missing, unexpected)
    model.tie_weights()


def write_gguf(path: pathlib.Path, model, architecture: str, kind: gguf.GGMLQuantizationType) -> None:
    """Writes a model as a conversion program would: matrices in `kind`, vectors in F32."""
    config = model.config
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_head_count(config.num_attention_heads)
    llama = architecture == "llama"
    names = llama_names if llama else gpt2_names
    if llama:
        writer.add_feed_forward_length(config.intermediate_size)
        writer.add_head_count_kv(config.num_key_value_heads)
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
        writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
        writer.add_rope_dimension_count(config.head_dim)
        writer.add_key_length(config.head_dim)
        writer.add_value_length(config.head_dim)
    else:
        writer.add_feed_forward_length(config.n_inner)
        writer.add_layer_norm_eps(config.layer_norm_epsilon)
    prefix = "model.layers." if llama else "transformer.h."
    for name, weights in model.state_dict().items():
        if name == "lm_head.weight" and config.tie_word_embeddings:
            continue
        stem, end = name.rsplit(".", 1)
        layer = ""
        if stem.startswith(prefix):
            number, stem = stem[len(prefix) :].split(".", 1)
            layer = f"blk.{number}."
        short = next(key for key, value in names.items() if value == stem)
        data = weights.numpy()
        if short in ("attn_q", "attn_k"):
            data = swap_halves(data, len(data) // config.head_dim, config.head_dim)
        if not llama and data.ndim == 2 and layer:
            data = data.T
        data = np.ascontiguousarray(data)
        if data.ndim == 1:
            writer.add_tensor(f"{layer}{short}.{end}", data)
        else:
            writer.add_tensor(f"{layer}{short}.{end}", gguf.quants.quantize(data, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def randomise(model, kind: torch.dtype) -> None:
    """Weights that `kind` holds exactly, large enough that heads differ and attention is far from even."""
    for name, weights in model.named_parameters():
        scale = 1.6 / weights.shape[-1] ** 0.5 if weights.dim() == 2 else 0.3
        centre = 1.0 if "norm" in name or ".ln_" in name else 0.0
        centre = 0.0 if name.endswith("bias") else centre
        weights.copy_((centre + scale * torch.randn(weights.shape)).to(kind).float())


def golden(fixtures: pathlib.Path, name: str, model) -> dict:
    """Runs the reference; returns the prompt and its greedy continuation."""
    generator = torch.Generator().manual_seed(len(name))
    ids = torch.randint(model.config.vocab_size, (position_count,), generator=generator).tolist()
    out = model(torch.tensor([ids]), output_attentions=True, use_cache=False)
    arrays = {"logits": out.logits[0].numpy(), "attention": torch.stack([a[0] for a in out.attentions]).numpy()}
    chosen = list(ids[:5])
    margins = []
    for _ in range(greedy_count):
        best = model(torch.tensor([chosen]), use_cache=False).logits[0, -1].topk(2)
        chosen.append(int(best.indices[0]))
        margins.append(float(best.values[0] - best.values[1]))
    assert min(margins) > 1e-3, f"{name}: the greedy choice is too close; take another seed"
    arrays = {key: np.ascontiguousarray(value, np.float32) for key, value in arrays.items()}
    safetensors.numpy.save_file(arrays, fixtures / f"{name}.golden.safetensors")
    return {"ids": ids, "greedy": chosen[5:], "golden": f"{name}.golden.safetensors"}


def llama(seed: int, **settings):
    torch.manual_seed(seed)
    config = transformers.LlamaConfig(
        vocab_size=64, max_position_embeddings=512, attn_implementation="eager", bos_token_id=0, eos_token_id=1,
        **settings)  # fmt: skip
    return empty_model(transformers.LlamaForCausalLM, config)


def gpt2(seed: int, **settings):
    torch.manual_seed(seed)
    # The default ids of the end tokens, beyond this vocabulary, are kept: transformers runs such models.
    config = transformers.GPT2Config(vocab_size=64, n_positions=48, attn_implementation="eager", **settings)
    return empty_model(transformers.GPT2LMHeadModel, config)


def save(model, folder: pathlib.Path, kind: torch.dtype, shard: str = "1GB") -> None:
    shutil.rmtree(folder, ignore_errors=True)
    # A copy: the conversion also rounds what is computed once, the rotary frequencies.
    copy.deepcopy(model).to(kind).save_pretrained(folder, max_shard_size=shard)


def make(fixtures: pathlib.Path) -> None:
    fixtures.mkdir(exist_ok=True)
    types = gguf.GGMLQuantizationType
    rope = {"rope_type": "default", "rope_theta": 10000.0}
    models = []

    # Grouped queries, a head size that is no multiple of 16 nor hidden size / heads, an output of its own.
    model = llama(1, hidden_size=24, num_attention_heads=4, num_key_value_heads=2, head_dim=10, num_hidden_layers=2,
                  intermediate_size=36, tie_word_embeddings=False, rope_parameters=rope)  # fmt: skip
    randomise(model, torch.float16)
    entry = golden(fixtures, "llama-grouped", model)
    save(model, fixtures / "llama-grouped", torch.float16)
    write_gguf(fixtures / "llama-grouped.gguf", model, "llama", types.F16)
    models += [{"model": "llama-grouped"} | entry, {"model": "llama-grouped.gguf"} | entry]

    # One key/value head, tied output, bfloat16 in shards; then the same quantised, with the reference run anew.
    model = llama(2, hidden_size=32, num_attention_heads=2, num_key_value_heads=1, num_hidden_layers=2,
                  intermediate_size=32, tie_word_embeddings=True,
                  rope_parameters=rope | {"rope_theta": 500.0})  # fmt: skip
    randomise(model, torch.bfloat16)
    models.append({"model": "llama-shards"} | golden(fixtures, "llama-shards", model))
    save(model, fixtures / "llama-shards", torch.bfloat16, "8KB")
    write_gguf(fixtures / "llama-q8.gguf", model, "llama", types.Q8_0)
    load_llama(model, gguf.GGUFReader(fixtures / "llama-q8.gguf"), 2, 1)
    models.append({"model": "llama-q8.gguf"} | golden(fixtures, "llama-q8", model))

    # Three heads of 8, an MLP of its own width, tied output.
    model = gpt2(3, n_embd=24, n_head=3, n_layer=2, n_inner=44)
    randomise(model, torch.float16)
    entry = golden(fixtures, "gpt2-tied", model)
    save(model, fixtures / "gpt2-tied", torch.float32)
    write_gguf(fixtures / "gpt2-tied.gguf", model, "gpt2", types.F16)
    models += [{"model": "gpt2-tied"} | entry, {"model": "gpt2-tied.gguf"} | entry]

    # Five heads of 4, an output of its own, bfloat16.
    model = gpt2(4, n_embd=20, n_head=5, n_layer=1, n_inner=40, tie_word_embeddings=False)
    randomise(model, torch.bfloat16)
    models.append({"model": "gpt2-untied"} | golden(fixtures, "gpt2-untied", model))
    save(model, fixtures / "gpt2-untied", torch.bfloat16)

    text = json.dumps({"transformers": transformers.__version__, "models": models}, indent=1)
    (fixtures / "small.json").write_text(text + "\n")
