"""What transformers computes from the real all-MiniLM-L6-v2: python make_minilm_golden.py FOLDER, which writes
Fixtures/minilm.json and Fixtures/minilm.golden.safetensors.

Hidden states (layer 0, 3 and 6, position, hidden size) and the attention of layers 0 and 5 (layer, head, query, key) of
eager attention in float32, for ids that are given: this is about the pass.
"""
import json
import pathlib
import sys

import numpy as np
import safetensors.numpy
import torch
import transformers

FIXTURES = pathlib.Path(__file__).resolve().parent / "Fixtures"
TEXT = "The cat sat on the mat; it purred."


def main() -> None:
    torch.set_num_threads(1)
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=f"{sys.argv[1]}/tokenizer.json")
    model = transformers.BertModel.from_pretrained(sys.argv[1], dtype=torch.float32, attn_implementation="eager").eval()
    ids = tokenizer(TEXT)["input_ids"]
    ids = ids[: len(ids) - ids.count(0)] if 0 in ids else ids
    with torch.no_grad():
        out = model(torch.tensor([ids]), output_attentions=True, output_hidden_states=True)
    arrays = {"hidden": torch.stack([out.hidden_states[k][0] for k in (0, 3, 6)]),
              "attention": torch.stack([out.attentions[k][0] for k in (0, 5)])}
    arrays = {key: np.ascontiguousarray(value.numpy(), np.float32) for key, value in arrays.items()}
    safetensors.numpy.save_file(arrays, FIXTURES / "minilm.golden.safetensors")
    entry = {"transformers": transformers.__version__, "text": TEXT, "ids": ids, "hidden": [0, 3, 6], "attention": [0, 5]}
    (FIXTURES / "minilm.json").write_text(json.dumps(entry, indent=1) + "\n")


if __name__ == "__main__":
    main()
