"""Small random BERTs with what transformers computes from them: python make_bert.py, which writes Fixtures/bert-*.

Each is a Hugging Face folder as transformers saves it, some with their head and some without, and a GGUF file as
conversion programs write it, which has never a head. `bert.json` names them and their prompts; `<name>.golden.safetensors`
holds logits (position, vocabulary) where there is a head, attention (layer, head, query, key) and hidden states
(layer + 1, position, hidden size) of eager attention in float32.
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

FIXTURES = pathlib.Path(__file__).resolve().parent / "Fixtures"
NAMES = {
    "embeddings.word_embeddings": "token_embd", "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types", "embeddings.LayerNorm": "token_embd_norm",
    "attention.self.query": "attn_q", "attention.self.key": "attn_k", "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output", "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up", "output.dense": "ffn_down", "output.LayerNorm": "layer_output_norm",
}


def randomise(model) -> None:
    """Weights that half precision holds exactly, large enough that attention is far from even."""
    for name, weights in model.named_parameters():
        scale = 1.6 / weights.shape[-1] ** 0.5 if weights.dim() == 2 else 0.3
        centre = 1.0 if name.endswith("LayerNorm.weight") else 0.0
        weights.copy_((centre + scale * torch.randn(weights.shape)).half().float())


def write_gguf(path: pathlib.Path, base, tokens: int) -> None:
    config = base.config
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_layer_norm_eps(config.layer_norm_eps)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    writer.add_token_type_count(config.type_vocab_size)
    for name, weights in base.state_dict().items():
        if "pooler" in name or name.endswith("_ids"): continue
        stem, end = name.rsplit(".", 1)
        layer = ""
        if stem.startswith("encoder.layer."):
            _, _, number, stem = stem.split(".", 3)
            layer = f"blk.{number}."
        data = np.ascontiguousarray(weights.numpy())
        half = data.ndim == 2 and layer
        writer.add_tensor(f"{layer}{NAMES[stem]}.{end}", data.astype(np.float16) if half else data)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def golden(name: str, model, has_head: bool) -> dict:
    generator = torch.Generator().manual_seed(len(name))
    ids = torch.randint(model.config.vocab_size, (19,), generator=generator).tolist()
    out = model(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
    arrays = {"attention": torch.stack([a[0] for a in out.attentions]), "hidden": torch.stack([h[0] for h in out.hidden_states])}
    if has_head: arrays["logits"] = out.logits[0]
    arrays = {key: np.ascontiguousarray(value.numpy(), np.float32) for key, value in arrays.items()}
    safetensors.numpy.save_file(arrays, FIXTURES / f"{name}.golden.safetensors")
    return {"ids": ids, "golden": f"{name}.golden.safetensors"}


def main() -> None:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    models = []
    for name, has_head, settings in [
        ("bert-tied", True, {"hidden_size": 24, "num_attention_heads": 3, "num_hidden_layers": 2, "intermediate_size": 44}),
        ("bert-untied", True, {"hidden_size": 20, "num_attention_heads": 5, "num_hidden_layers": 1, "intermediate_size": 33,
                               "tie_word_embeddings": False, "type_vocab_size": 3, "layer_norm_eps": 1e-5}),
        ("bert-base", False, {"hidden_size": 32, "num_attention_heads": 2, "num_hidden_layers": 3, "intermediate_size": 16,
                              "type_vocab_size": 1}),
    ]:
        config = transformers.BertConfig(vocab_size=61, max_position_embeddings=40, attn_implementation="eager", **settings)
        kind = transformers.BertForMaskedLM if has_head else transformers.BertModel
        with torch.no_grad():
            model = kind(config).float().eval()
            randomise(model)
            entry = golden(name, model, has_head)
        shutil.rmtree(FIXTURES / name, ignore_errors=True)
        copy.deepcopy(model).half().save_pretrained(FIXTURES / name)
        write_gguf(FIXTURES / f"{name}.gguf", model.bert if has_head else model, 61)
        models += [{"model": name, "head": has_head} | entry, {"model": f"{name}.gguf", "head": False} | entry]
    text = json.dumps({"transformers": transformers.__version__, "models": models}, indent=1)
    (FIXTURES / "bert.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
