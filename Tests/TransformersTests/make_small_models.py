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
        rope = config.rope_parameters
        if rope["rope_type"] in ("linear", "yarn"):
            writer.add_rope_scaling_type(gguf.RopeScalingType(rope["rope_type"]))
            writer.add_rope_scaling_factor(rope["factor"])
        if rope["rope_type"] == "yarn":
            writer.add_rope_scaling_orig_ctx_len(rope["original_max_position_embeddings"])
        if rope["rope_type"] == "llama3":
            # What each pair's frequency is divided by.
            plain = 1 / rope["rope_theta"] ** (np.arange(0, config.head_dim, 2) / config.head_dim)
            scaled = transformers.modeling_rope_utils.ROPE_INIT_FUNCTIONS["llama3"](config)[0].numpy()
            writer.add_tensor("rope_freqs.weight", (plain / scaled).astype(np.float32))
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


def rotary(fixtures: pathlib.Path) -> None:
    """The rotary frequencies that the reference computes from settings as config.json holds them."""
    basics = {"hidden_size": 48, "num_attention_heads": 4, "max_position_embeddings": 128}
    llama3 = {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0}
    yarn = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}
    longrope = {"rope_type": "longrope", "factor": 4.0, "short_factor": [1.0, 1.1, 1.2, 1.5, 2.0, 3.0],
                "long_factor": [2.0] * 6, "original_max_position_embeddings": 128}  # fmt: skip
    settings = [
        {}, {"rope_theta": 500.0}, {"rope_parameters": {"rope_theta": 500.0, "rope_type": "default"}},
        {"rope_theta": 700.0, "rope_parameters": {"rope_theta": 500.0, "rope_type": "default"}},
        {"rope_theta": 700.0, "rope_scaling": {"type": "linear", "factor": 2.0}},
        {"rope_parameters": {"rope_type": "linear", "factor": 4.0, "rope_theta": 10000.0}},
        # One beside the other: the older takes the place of the newer, base and all, unless it is empty.
        {"rope_scaling": {"type": "linear", "factor": 2.0},
         "rope_parameters": {"rope_theta": 500.0, "rope_type": "default"}},
        {"rope_scaling": {"rope_type": "default"},
         "rope_parameters": {"rope_theta": 500.0, "rope_type": "linear", "factor": 4.0}},
        {"rope_scaling": {}, "rope_parameters": {"rope_theta": 500.0, "rope_type": "linear", "factor": 4.0}},
        {"rope_scaling": {"type": "linear", "rope_type": "default", "factor": 2.0}},
        {"rope_scaling": {"type": "dynamic", "factor": 2.0}},
        {"rope_scaling": llama3 | {"original_max_position_embeddings": 64}}, {"rope_scaling": llama3},
        {"rope_scaling": llama3 | {"original_max_position_embeddings": 64}, "original_max_position_embeddings": 16},
        {"rope_scaling": yarn}, {"rope_scaling": yarn | {"attention_factor": 1.25}},
        {"rope_scaling": yarn | {"mscale": 1.0, "mscale_all_dim": 0.5}},
        {"rope_scaling": yarn | {"beta_fast": 4.0, "beta_slow": 2.0}},
        {"rope_scaling": yarn | {"original_max_position_embeddings": 100, "truncate": False}},
        {"rope_scaling": longrope}, {"rope_scaling": longrope | {"attention_factor": 1.5}},
    ]  # fmt: skip
    rows = []
    for row in settings:
        # The library fills in what it is given.
        config = transformers.LlamaConfig(**copy.deepcopy(basics | row))
        module = transformers.models.llama.modeling_llama.LlamaRotaryEmbedding(config)
        rows.append({"config": json.dumps(basics | row), "inverse": module.inv_freq.tolist(), "factor": module.attention_scaling})
    (fixtures / "rotary.json").write_text("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")


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

    # Biases everywhere and YaRN; then Llama 3's frequencies. Prompts longer than the original context.
    model = llama(5, hidden_size=16, num_attention_heads=2, num_key_value_heads=1, num_hidden_layers=2,
                  intermediate_size=24, tie_word_embeddings=True, attention_bias=True, mlp_bias=True,
                  rope_parameters=rope | {"rope_type": "yarn", "factor": 4.0,
                                          "original_max_position_embeddings": 16})  # fmt: skip
    randomise(model, torch.float16)
    entry = golden(fixtures, "llama-biased", model)
    save(model, fixtures / "llama-biased", torch.float16)
    write_gguf(fixtures / "llama-biased.gguf", model, "llama", types.F16)
    models += [{"model": "llama-biased"} | entry, {"model": "llama-biased.gguf"} | entry]
    model = llama(6, hidden_size=16, num_attention_heads=2, num_key_value_heads=2, head_dim=12, num_hidden_layers=1,
                  intermediate_size=24, tie_word_embeddings=True,
                  rope_parameters=rope | {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
                                          "high_freq_factor": 4.0,
                                          "original_max_position_embeddings": 16})  # fmt: skip
    randomise(model, torch.float16)
    entry = golden(fixtures, "llama-stretched", model)
    save(model, fixtures / "llama-stretched", torch.float16)
    write_gguf(fixtures / "llama-stretched.gguf", model, "llama", types.F16)
    models += [{"model": "llama-stretched"} | entry, {"model": "llama-stretched.gguf"} | entry]
    rotary(fixtures)

    text = json.dumps({"transformers": transformers.__version__, "models": models}, indent=1)
    (fixtures / "small.json").write_text(text + "\n")
