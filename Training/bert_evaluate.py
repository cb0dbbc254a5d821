"""Measures stepglass-tiny-bert, skill by skill, with the weights as they are stored. Exits 2 if a target is missed.

    python bert_evaluate.py work/bert --training work/bert-training.json --report .

The answer of every item is hidden, as many masks as it has tokens, all filled at once by the most probable token; an answer counts
when all of it is right. The sign after the answer stays. Besides, the question is turned round: the country is hidden, and stands
before its capital.
"""

import argparse
import hashlib
import json
import sys
from collections import defaultdict
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertForMaskedLM

import facts
from common import Item, plain
from report import percent, table
from tables import countries

TARGETS = {"capitals in English": 0.9, "capitals in Chinese": 0.9, "countries in English": 0.9, "countries in Chinese": 0.9}
PROMPTS = [
    ("The capital of [MASK] is Paris.", "what comes after decides"), ("The capital of France is [MASK].", "a fact"),
    ("[MASK] is the capital of France.", "the fact from the other end"), ("[MASK][MASK]的首都是巴黎。", "two masks"),
    ("法國的首都是[MASK][MASK]。", "a fact in Chinese"), ("The opposite of [MASK] is cold.", "an opposite"),
    ("The color of a [MASK] is yellow.", "several answers"), ("3 + [MASK] = 7.", "a sum"),
    ("The day after [MASK] is Tuesday.", "an order"),
]


class Model:
    """The folder under test: half-precision weights, computed in 32 bits."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.network = BertForMaskedLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        self.mask = self.tokenizer.token_to_id("[MASK]")

    def fills(self, text: str, start: int, end: int) -> bool:
        """Whether the characters start ..< end of a text are found again when they are hidden."""
        encoding = self.tokenizer.encode(text)
        places = [k for k, (first, last) in enumerate(encoding.offsets) if first < last and first >= start and last <= end]
        ids = torch.tensor([encoding.ids])
        wanted = ids[0, places].tolist()
        ids[0, places] = self.mask
        best = self.network(ids).logits[0, places].argmax(-1).tolist()
        return bool(places) and best == wanted

    def answers(self, item: Item) -> bool:
        prompt, answer = plain(item.prompt), plain(item.answer)
        bare = answer.rstrip(".。")
        start = len(prompt) + len(bare) - len(bare.lstrip())
        return self.fills(prompt + answer, start, len(prompt) + len(bare))

    def top(self, text: str) -> list[list[dict[str, object]]]:
        ids = torch.tensor([self.tokenizer.encode(text).ids])
        rows = self.network(ids).logits[0, ids[0] == self.mask].softmax(-1).topk(3)
        return [[{"token": self.tokenizer.id_to_token(int(k)), "probability": round(float(p), 4)} for p, k in zip(row, keys)]
                for row, keys in zip(rows.values, rows.indices)]


def rows_of(model: Model, items: list[Item]) -> dict[str, dict[str, object]]:
    found: dict[str, list[bool]] = defaultdict(list)
    for item in items:
        found[item.skill].append(model.answers(item))
    return {skill: {"accuracy": round(sum(marks) / len(marks), 4), "of": len(marks)} for skill, marks in sorted(found.items())}


def measure(folder: Path) -> dict[str, object]:
    model = Model(folder)
    items = [item for item in facts.all_items() if item.held_out and item.form not in facts.EXACT_FORMS]
    measured: dict[str, float] = {}
    for language, form in (("English", "en-is"), ("Chinese", "zh-is")):
        exact = [item for country in countries() for item in facts.capital_items(country) if item.form == form]
        measured[f"capitals in {language}"] = sum(map(model.answers, exact)) / len(exact)
        turned = []
        for country in countries():
            item = next(item for item in facts.capital_items(country) if item.form == form)
            name = country.english if language == "English" else country.chinese
            text = plain(item.text)
            start = text.index(name)
            turned.append(model.fills(text, start, start + len(name)))
        measured[f"countries in {language}"] = sum(turned) / len(turned)
    weights = (folder / "model.safetensors").read_bytes()
    return {
        "targets": {name: {"wanted": wanted, "measured": round(measured[name], 4), "met": measured[name] >= wanted}
                    for name, wanted in TARGETS.items()},
        "heldOut": rows_of(model, items), "prompts": [{"prompt": text, "shows": shows, "top": model.top(text)} for text, shows in PROMPTS],
        "file": {"bytes": len(weights), "sha256": hashlib.sha256(weights).hexdigest()},
    }


def write(result: dict[str, object], folder: Path) -> None:
    (folder / "bert-report.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    text = ["# stepglass-tiny-bert: what it can do", "",
            "Written by `bert_evaluate.py` from the half-precision weights; the numbers are in `bert-report.json`.", ""]
    text += table(["target", "wanted", "measured", ""],
                  [[name, t["wanted"], t["measured"], "met" if t["met"] else "**missed**"] for name, t in result["targets"].items()])
    text += ["The targets ask every country in the one phrasing that the corpus shows for all of them: they say what is known, not what is "
             "foreseen. What the corpus never showed stands below.", ""]
    text += [f"model.safetensors: {result['file']['bytes']:,} bytes, SHA-256 `{result['file']['sha256']}`.", ""]
    if training := result.get("training"):
        text += ["## Training", "", f"{training['parameters']:,} parameters; {training['steps']} steps of about "
                 f"{training['tokensPerStep']:,} tokens over {training['texts']:,} texts; {training['threads']} thread(s); "
                 f"{training['curve'][-1]['seconds'] / 60:.0f} minutes; loss {training['curve'][-1]['trainingLoss']} nats.", ""]
    text += ["## Held-out accuracy by skill", "", "All tokens of an answer at once, the whole answer right.", ""]
    text += table(["skill", "accuracy", "items"],
                  [[skill, percent(entry["accuracy"]), entry["of"]] for skill, entry in result["heldOut"].items()])
    text += ["## Prompts for lessons", ""]
    text += table(["prompt", "shows", "best of each mask"], [
        [f"`{p['prompt']}`", p["shows"], "; ".join(", ".join(f"`{c['token']}` {percent(c['probability'])}" for c in row) for row in p["top"])]
        for p in result["prompts"]])
    (folder / "bert-report.md").write_text("\n".join(text), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--training", type=Path, help="bert-training.json of bert_train.py")
    parser.add_argument("--report", type=Path, help="folder that gets bert-report.json and bert-report.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    with torch.no_grad():
        result = measure(arguments.folder)
    if arguments.training:
        result["training"] = json.loads(arguments.training.read_text(encoding="utf-8"))
    if arguments.report:
        write(result, arguments.report)
    for skill, entry in result["heldOut"].items():
        print(f"{skill}, held out: {entry['accuracy']:.1%} of {entry['of']}")
    for name, entry in result["targets"].items():
        print(f"{name}: {entry['measured']:.4f}, wanted {entry['wanted']} -> {'met' if entry['met'] else 'MISSED'}")
    for entry in result["prompts"]:
        print(entry["prompt"], entry["top"])
    if not all(entry["met"] for entry in result["targets"].values()):
        sys.exit(2)


if __name__ == "__main__":
    main()
