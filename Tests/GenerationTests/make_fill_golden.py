"""What transformers says of masked texts with the encoder that ships: python make_fill_golden.py, which writes
Fixtures/fill.json.

For each text the ids, and of each mask its ten largest logits, log Σ exp and entropy; of the first text all attention
weights (layer, head, query, key); of texts without a mask each token's logit and probability behind a mask in its place,
the frame aside. Eager attention in float32.
"""
import json
import math
import pathlib

import torch
import transformers

here = pathlib.Path(__file__).resolve().parent
folder = here.parents[1] / "Sources/CTinyModel/stepglass-tiny-bert"
MASKED = [
    "The capital of [MASK] is Paris.", "[MASK][MASK]的首都是巴黎。", "[MASK]", "Hello [MASK] world [MASK]!",
    "The capital of [MASK] is [MASK], and the [MASK] is big.",
]
WHOLE = ["The capital of France is Paris.", "法國的首都是巴黎。", "Paris the is of capital France.", "a"]


def entropy_bits(logits: torch.Tensor) -> float:
    logs = torch.log_softmax(logits.double(), -1)
    return float(-(logs.exp() * logs).sum() / math.log(2))


def main() -> None:
    torch.set_num_threads(1)
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), mask_token="[MASK]")
    model = transformers.BertForMaskedLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    texts = []
    with torch.no_grad():
        for text in MASKED:
            ids = tokenizer(text)["input_ids"]
            out = model(torch.tensor([ids]), output_attentions=True)
            masks = []
            for position, token in enumerate(ids):
                if token != tokenizer.mask_token_id: continue
                logits = out.logits[0, position]
                values, best = logits.topk(10)
                masks.append({"position": position, "ids": best.tolist(), "logits": values.tolist(),
                              "logSumExp": float(logits.double().logsumexp(-1)), "entropyBits": entropy_bits(logits)})
            entry = {"text": text, "ids": ids, "masks": masks}
            if not texts:
                attention = torch.stack([layer[0] for layer in out.attentions])
                entry["attention"] = [round(x, 8) for x in attention.flatten().tolist()]
            texts.append(entry)
        scored = []
        for text in WHOLE:
            ids = tokenizer(text)["input_ids"]
            scores = [None] * len(ids)
            for position in range(1, len(ids) - 1):
                hidden = ids[:position] + [tokenizer.mask_token_id] + ids[position + 1:]
                logits = model(torch.tensor([hidden])).logits[0, position]
                own = ids[position]
                scores[position] = {
                    "logit": float(logits[own]), "probability": float(torch.softmax(logits.double(), -1)[own]),
                    "rank": 1 + int((logits > logits[own]).sum()), "entropyBits": entropy_bits(logits)}
            scored.append({"text": text, "ids": ids, "scores": scores})
    written = {"transformers": transformers.__version__, "masked": texts, "scored": scored}
    (here / "Fixtures/fill.json").write_text(json.dumps(written, ensure_ascii=False, indent=0) + "\n")


if __name__ == "__main__":
    main()
