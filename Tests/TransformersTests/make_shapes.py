"""Parameter counts and attention windows of many configurations, by transformers on its meta device: shapes.json.

Needs torch, transformers.
"""
import json
import os
import warnings

import torch
import transformers as T

warnings.filterwarnings("ignore")


def count(model_class, configuration):
    with torch.device("meta"):
        model = model_class(configuration)
    model.tie_weights()
    return sum({id(p): p.numel() for p in model.parameters()}.values())


def windows(configuration):
    """The window of each layer as the cache sees it; none where all layers see everything."""
    if configuration.model_type in ("bert", "gpt2"): return []
    layers = T.DynamicCache(config=configuration).layers
    found = [layer.sliding_window if layer.is_sliding else None for layer in layers]
    return found if any(found) else []


def decoder(vocabulary, context, layers, hidden, heads, groups, head, mlp, tied, **more):
    sizes = {
        "vocab_size": vocabulary, "max_position_embeddings": context, "num_hidden_layers": layers, "hidden_size": hidden,
        "num_attention_heads": heads, "num_key_value_heads": groups, "intermediate_size": mlp,
        "tie_word_embeddings": tied, **more}
    return {**sizes, "head_dim": head} if head else sizes


def encoder(vocabulary, context, layers, hidden, heads, mlp):
    return {
        "vocab_size": vocabulary, "max_position_embeddings": context, "num_hidden_layers": layers, "hidden_size": hidden,
        "num_attention_heads": heads, "intermediate_size": mlp}


def gpt2(vocabulary, context, layers, hidden, heads, **more):
    return {
        "vocab_size": vocabulary, "n_positions": context, "n_layer": layers, "n_embd": hidden, "n_head": heads, **more}


ids = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
rows = []


def add(model_class, configuration_class, name=None, **sizes):
    configuration = configuration_class(**sizes)
    config = {**sizes, "model_type": configuration.model_type, "architectures": [model_class.__name__]}
    rows.append({"name": name, "config": config, "parameters": count(model_class, configuration),
                 "windows": windows(configuration)})


GPT2 = T.GPT2LMHeadModel, T.GPT2Config
LLAMA = T.LlamaForCausalLM, T.LlamaConfig
QWEN = T.Qwen2ForCausalLM, T.Qwen2Config
BERT = T.BertForMaskedLM, T.BertConfig
add(*GPT2, "GPT-2", **gpt2(50257, 1024, 12, 768, 12))
add(*GPT2, "GPT-2-medium", **gpt2(50257, 1024, 24, 1024, 16))
add(*GPT2, "GPT-2-large", **gpt2(50257, 1024, 36, 1280, 20))
add(*GPT2, "GPT-2-xl", **gpt2(50257, 1024, 48, 1600, 25))
add(*LLAMA, "SmolLM2-135M", **decoder(49152, 8192, 30, 576, 9, 3, 64, 1536, True))
add(*LLAMA, "SmolLM2-360M", **decoder(49152, 8192, 32, 960, 15, 5, 64, 2560, True))
add(*LLAMA, "SmolLM2-1.7B", **decoder(49152, 8192, 24, 2048, 32, 32, 64, 8192, True))
add(*LLAMA, "Llama-3.2-1B", **decoder(128256, 131072, 16, 2048, 32, 8, 64, 8192, True))
add(*LLAMA, "Llama-3.1-8B", **decoder(128256, 131072, 32, 4096, 32, 8, 128, 14336, False))
add(*QWEN, "Qwen2.5-0.5B", **decoder(151936, 32768, 24, 896, 14, 2, None, 4864, True))
add(*QWEN, "Qwen2.5-7B-Instruct-1M", **decoder(152064, 1010000, 28, 3584, 28, 4, None, 18944, False))
add(*QWEN, "Qwen2.5-14B-Instruct-1M", **decoder(152064, 1010000, 48, 5120, 40, 8, None, 13824, False))
add(T.MistralForCausalLM, T.MistralConfig, "Mistral-7B-v0.1",
    **decoder(32000, 32768, 32, 4096, 32, 8, 128, 14336, False, sliding_window=4096))
add(T.Gemma3ForCausalLM, T.Gemma3TextConfig, "Gemma-3-270M",
    **decoder(262144, 32768, 18, 640, 4, 1, 256, 2048, True, sliding_window=512))
add(*BERT, "BERT-base", **encoder(30522, 512, 12, 768, 12, 3072))
add(*BERT, "BERT-large", **encoder(30522, 512, 24, 1024, 16, 4096))
# Sizes that divide nothing by accident.
odd = (1000, 64, 3, 48, 6, 2)
add(*LLAMA, **decoder(*odd, 10, 100, False, attention_bias=True, mlp_bias=True))
add(T.Qwen3ForCausalLM, T.Qwen3Config, **decoder(*odd, 10, 100, True))
add(T.Gemma2ForCausalLM, T.Gemma2Config, **decoder(*odd, 10, 100, True, sliding_window=16))
add(T.Phi3ForCausalLM, T.Phi3Config, **ids, **decoder(*odd, None, 100, False))
add(T.SmolLM3ForCausalLM, T.SmolLM3Config, **ids, **decoder(*odd, None, 100, True))
add(T.Olmo2ForCausalLM, T.Olmo2Config, **ids, **decoder(*odd, None, 100, False))
add(*GPT2, **gpt2(1000, 64, 3, 48, 6, n_inner=100, bos_token_id=1, eos_token_id=2))
add(*BERT, **encoder(1000, 64, 3, 48, 6, 100))

# What a file means that does not speak of something, or says null.
add(T.Qwen3ForCausalLM, T.Qwen3Config, **decoder(*odd, None, 100, True))
add(T.MistralForCausalLM, T.MistralConfig, **decoder(*odd, None, 100, False))
add(T.MistralForCausalLM, T.MistralConfig, **decoder(*odd, None, 100, False, sliding_window=None))
add(*QWEN, **decoder(*odd, None, 100, False, use_sliding_window=True, max_window_layers=1))
add(*QWEN, **decoder(*odd, None, 100, False, use_sliding_window=True, max_window_layers=2, sliding_window=7))
add(*QWEN, **decoder(*odd, None, 100, False, use_sliding_window=True, sliding_window=None))
add(T.Gemma2ForCausalLM, T.Gemma2Config, **decoder(*odd, None, 100, True))
add(T.Gemma3ForCausalLM, T.Gemma3TextConfig, **decoder(1000, 64, 13, 48, 6, 2, None, 100, True))
add(T.Phi3ForCausalLM, T.Phi3Config, **ids, **decoder(*odd, None, 100, False, sliding_window=9))
add(T.SmolLM3ForCausalLM, T.SmolLM3Config, **ids, **decoder(*odd, None, 100, True, use_sliding_window=True, sliding_window=5))

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "Fixtures", "shapes.json"), "w", encoding="utf-8") as file:
    json.dump(rows, file, indent=1)
    file.write("\n")
