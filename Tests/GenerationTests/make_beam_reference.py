#!/usr/bin/env python3
"""Makes Fixtures/smollm2-beams.json: what transformers' generate() finds on SmolLM2 with beams.

    python3 Tests/GenerationTests/make_beam_reference.py [SmolLM2-135M-Instruct.Q4_1.gguf]
                                        (needs: pip install torch transformers tokenizers gguf numpy)

Float32 throughout, on the file's weights dequantised as their formats say. Without an argument the model is the one that
`make model` fetches. Kept of each case: the settings, the prompt's ids, and every returned hypothesis with its score.
"""
import json
import os
import pathlib
import sys

import gguf
import tokenizers
import torch
import transformers

target = pathlib.Path(__file__).resolve().parent / "Fixtures" / "smollm2-beams.json"
cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
model_path = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else cache / "stepglass/SmolLM2-135M-Instruct.Q4_1.gguf"

prompts = {
    "fact": "The capital of France is",
    "story": "Once upon a time, a small robot",
    "mountain": "台灣最高的山是",
    "season": "春天來了，",
    "chat": "<|im_start|>user\nSay hello.<|im_end|>\n<|im_start|>assistant\n",
    "question": "<|im_start|>user\nIs water wet? Answer yes or no.<|im_end|>\n<|im_start|>assistant\n",
}
# (prompt, beams, length penalty, early stopping, most new tokens)
cases = [
    ("fact", 2, 1.0, False, 16),
    ("fact", 4, 0.0, True, 16),
    ("fact", 8, 2.0, "never", 12),
    ("story", 3, 1.0, False, 24),
    ("story", 5, -1.0, True, 16),
    ("mountain", 2, 2.0, False, 16),
    ("mountain", 4, 1.0, "never", 16),
    ("mountain", 8, -1.0, False, 12),
    ("season", 6, 0.0, True, 12),
    ("season", 7, 1.0, "never", 12),
    ("chat", 4, 1.0, False, 24),
    ("chat", 4, 1.0, True, 24),
    ("chat", 4, 1.0, "never", 24),
    ("chat", 5, 0.0, False, 24),
    ("chat", 6, -1.0, "never", 24),
    ("chat", 8, 2.0, False, 24),
    ("question", 3, 2.0, True, 24),
    ("question", 4, -1.0, False, 24),
]


def unpermuted(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """GGUF interleaves the two halves of each head's rows; transformers rotates halves."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).transpose(1, 2).reshape(rows, columns)


def read_model(reader, value) -> transformers.LlamaForCausalLM:
    heads, shared = value("llama.attention.head_count"), value("llama.attention.head_count_kv")
    config = transformers.LlamaConfig(
        vocab_size=value("llama.vocab_size"), hidden_size=value("llama.embedding_length"),
        intermediate_size=value("llama.feed_forward_length"), num_hidden_layers=value("llama.block_count"),
        num_attention_heads=heads, num_key_value_heads=shared,
        rms_norm_eps=value("llama.attention.layer_norm_rms_epsilon"),
        max_position_embeddings=value("llama.context_length"), tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": float(value("llama.rope.freq_base"))},
        bos_token_id=value("tokenizer.ggml.bos_token_id"), eos_token_id=value("tokenizer.ggml.eos_token_id"),
        attn_implementation="eager",
    )  # fmt: skip
    names = {
        "attn_norm": "input_layernorm", "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj",
        "attn_v": "self_attn.v_proj", "attn_output": "self_attn.o_proj", "ffn_norm": "post_attention_layernorm",
        "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj", "ffn_down": "mlp.down_proj",
    }  # fmt: skip
    state = {}
    for tensor in reader.tensors:
        weight = torch.from_numpy(gguf.dequantize(tensor.data, tensor.tensor_type).astype("float32"))
        parts = tensor.name.split(".")
        if parts[0] == "blk":
            if parts[2] in ("attn_q", "attn_k"):
                weight = unpermuted(weight, heads if parts[2] == "attn_q" else shared)
            state[f"model.layers.{parts[1]}.{names[parts[2]]}.weight"] = weight
        elif parts[0] == "token_embd":
            state["model.embed_tokens.weight"] = state["lm_head.weight"] = weight
        else:
            state["model.norm.weight"] = weight
    model = transformers.LlamaForCausalLM(config)
    model.load_state_dict(state)
    return model.float().eval()


def read_tokenizer(value) -> tokenizers.Tokenizer:
    names = value("tokenizer.ggml.tokens")
    merges = [tuple(merge.split(" ")) for merge in value("tokenizer.ggml.merges")]
    tokenizer = tokenizers.Tokenizer(tokenizers.models.BPE({name: id for id, name in enumerate(names)}, merges))
    pre = tokenizers.pre_tokenizers
    tokenizer.pre_tokenizer = pre.Sequence([pre.Digits(individual_digits=True), pre.ByteLevel(add_prefix_space=False)])
    control = [name for name, kind in zip(names, value("tokenizer.ggml.token_type")) if kind == 3]
    tokenizer.add_special_tokens([tokenizers.AddedToken(name, special=True, normalized=False) for name in control])
    return tokenizer


def search(model, ids: list[int], beams: int, penalty: float, early, length: int) -> list[dict]:
    given = torch.tensor([ids])
    with torch.no_grad():
        out = model.generate(
            given, attention_mask=torch.ones_like(given), num_beams=beams, num_return_sequences=beams,
            do_sample=False, length_penalty=penalty, early_stopping=early, max_new_tokens=length,
            pad_token_id=model.config.eos_token_id, return_dict_in_generate=True, output_scores=True,
        )  # fmt: skip
    end = model.config.eos_token_id
    hypotheses = []
    for row, score in zip(out.sequences.tolist(), out.sequences_scores.tolist()):
        tokens = row[len(ids) :]
        if end in tokens:
            tokens = tokens[: tokens.index(end) + 1]
        hypotheses.append({"tokens": tokens, "score": score})
    return hypotheses


def main():
    reader = gguf.GGUFReader(model_path)
    value = lambda key: reader.fields[key].contents()
    model, tokenizer = read_model(reader, value), read_tokenizer(value)
    rows = []
    for name, beams, penalty, early, length in cases:
        ids = tokenizer.encode(prompts[name], add_special_tokens=False).ids
        found = search(model, ids, beams, penalty, early, length)
        rows.append({
            "prompt": prompts[name], "ids": ids, "beams": beams, "lengthPenalty": penalty,
            "earlyStopping": early if early == "never" else str(early).lower(), "maxTokens": length,
            "hypotheses": found,
        })  # fmt: skip
        ended = sum(row["tokens"][-1] == model.config.eos_token_id for row in found)
        print(name, beams, penalty, early, f"{len(found)} hypotheses, {ended} ended", flush=True)
    text = "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "\n]\n"
    target.write_text(text)
    print(target.name, len(text), "bytes")


if __name__ == "__main__":
    main()
