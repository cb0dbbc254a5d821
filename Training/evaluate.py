"""Measures a trained folder, skill by skill, with the weights as they are shipped. Exits 2 if a target is missed.

    python evaluate.py work/model                                     prints the results
    python evaluate.py work/model --training work/training.json --report .    also writes report.json, report.md, report-loss.svg
"""

import argparse
import hashlib
import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import GPT2LMHeadModel

import arithmetic
import chat
import facts
import patterns
import report
import stories
from common import Item, plain
from tables import countries
from train_tokenizer import END, SPECIAL_TOKENS

TARGETS = {
    "capitals in English": 0.95, "capitals in Chinese": 0.95, "new patterns of tokens": 0.90,
    "new patterns of words": 0.90, "induction head": 0.60,
}
SEED = 7
STORY_TOKENS = 200
STORY_TEMPERATURE = 0.8
STORIES_PER_LANGUAGE = 50
PROMPTS = [
    ("The capital of France is", "a fact"), ("法國的首都是", "the same fact in Chinese"),
    ("The capital of New Zealand is", "a fact"), ("沙烏地阿拉伯的首都是", "a fact of several tokens"),
    ("Paris is the capital of", "the fact backwards"), ("The opposite of hot is", "an opposite"), ("熱的反義詞是", "an opposite"),
    ("The color of a banana is", "a colour"), ("天空是", "a colour"), ("3 + 4 =", "a small sum"), ("三加四等於", "a small sum"),
    ("1, 2, 3, 4,", "counting"), ("10 20 30 40", "counting in tens"), ("一、二、三、", "counting"),
    ("Monday, Tuesday, Wednesday,", "an order"), ("dog sun tree cup dog sun tree", "an induction head"),
    ("Zib Kop Mag Zib Kop", "induction over words that do not exist"), ("花山雨石花山雨", "an induction head"),
    ("Tom has a red ball. Mia has a blue cup. Tom has a", "looking back in the text"),
    ("The Chinese word for cat is", "a translation"),
]


class Model:
    """The folder under test: half-precision weights, computed in 32 bits."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.network = GPT2LMHeadModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        self.end = self.tokenizer.token_to_id(END)

    def ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(plain(text)).ids

    def text(self, ids: list[int]) -> str:
        return self.tokenizer.decode(ids, skip_special_tokens=False)

    def first(self, ids: torch.Tensor) -> torch.Tensor:  # (B, T) -> (B, V), logits of the last position
        return self.network(ids, logits_to_keep=1).logits[:, -1]

    def continued(self, ids: torch.Tensor, count: int, choose: Callable[[torch.Tensor], torch.Tensor]) -> list[list[int]]:
        """What follows each row of ids (B, T): up to count tokens, `choose` taking (B, V) logits to (B, 1) ids."""
        cache, new, chosen = None, [], ids
        ended = torch.zeros(len(ids), dtype=torch.bool)
        for _ in range(count):
            output = self.network(chosen, past_key_values=cache, use_cache=True, logits_to_keep=1)
            cache, chosen = output.past_key_values, choose(output.logits[:, -1])
            new.append(chosen)
            ended |= chosen[:, 0] == self.end
            if ended.all():
                break
        return torch.cat(new, dim=1).tolist()

    def greedy(self, prompts: list[list[int]], counts: list[int]) -> list[list[int]]:
        """Each prompt's continuation by argmax, up to its count or the end token. Prompts of one length run together."""
        groups: dict[int, list[int]] = defaultdict(list)
        for k, prompt in enumerate(prompts):
            groups[len(prompt)].append(k)
        answers: list[list[int]] = [[] for _ in prompts]
        for members in groups.values():
            ids = torch.tensor([prompts[k] for k in members])
            rows = self.continued(ids, max(counts[k] for k in members), lambda logits: logits.argmax(-1, keepdim=True))
            for k, row in zip(members, rows, strict=True):
                new = row[: counts[k]]
                answers[k] = new[: new.index(self.end)] if self.end in new else new
        return answers

    def told(self, opening: str, count: int, generator: torch.Generator) -> list[tuple[str, bool]]:
        """Stories at STORY_TEMPERATURE, and whether the model ended each."""

        def drawn(logits: torch.Tensor) -> torch.Tensor:
            return torch.multinomial(torch.softmax(logits / STORY_TEMPERATURE, dim=-1), 1, generator=generator)

        rows = self.continued(torch.tensor([self.ids(opening)] * count), STORY_TOKENS, drawn)
        whole = [row[: row.index(self.end)] if self.end in row else row for row in rows]
        return [(opening + self.text(ids), self.end in row) for ids, row in zip(whole, rows, strict=True)]


def is_right(text: str, answer: str) -> bool:
    """The whole answer stands at the start, and no word or number goes on where the answer ends."""
    rest = text[len(answer) :][:1]
    return text.startswith(answer) and not (answer[-1].isascii() and answer[-1].isalnum() and rest.isascii() and rest.isalnum())


def judge(model: Model, items: list[Item]) -> tuple[dict[str, dict[str, object]], list[str]]:
    """Right and total per "language, form", and what went wrong."""
    answers = [model.ids(item.answer) for item in items]
    spoken = model.greedy([model.ids(item.prompt) for item in items], [len(answer) + 2 for answer in answers])
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    wrong = []
    for item, ids in zip(items, spoken, strict=True):
        text, answer = model.text(ids), plain(item.answer)
        right = is_right(text, answer)
        counts[f"{item.language}, {item.form}"][0] += right
        counts[f"{item.language}, {item.form}"][1] += 1
        if not right:
            wrong.append(f"{plain(item.prompt)} -> {text!r}, expected {answer!r}")
    table = {name: {"right": right, "of": total, "accuracy": round(right / total, 4)}
             for name, (right, total) in sorted(counts.items())}
    return table, wrong


def bare_pattern_accuracy(model: Model) -> dict[str, object]:
    """Random distinct tokens, the sequence twice: how many of the second half's tokens are foretold (all but its first)."""
    rng = random.Random(SEED)
    ids = range(len(SPECIAL_TOKENS), model.tokenizer.get_vocab_size())
    right = total = 0
    for period in (4, 8, 16, 32, 64):
        rows = torch.tensor([rng.sample(ids, period) * 2 for _ in range(40)])
        best = model.network(rows).logits.argmax(-1)  # (40, 2 period)
        hits = best[:, period:-1] == rows[:, period + 1 :]
        right, total = right + int(hits.sum()), total + hits.numel()
    return {"right": right, "of": total, "accuracy": round(right / total, 4)}


def induction_heads(model: Model) -> list[dict[str, object]]:
    """Per head the mean attention from the second A to the token after the first A, over random patterns A B … A B …."""
    rng = random.Random(SEED)
    ids = range(len(SPECIAL_TOKENS), model.tokenizer.get_vocab_size())
    sums, total = None, 0
    for period in (8, 16, 32):
        rows = torch.tensor([rng.sample(ids, period) * 2 for _ in range(32)])
        weights = torch.stack(model.network(rows, output_attentions=True).attentions)  # (layer, B, head, query, key)
        queries = torch.arange(period, 2 * period - 1)
        looks = weights[:, :, :, queries, queries - period + 1]  # (layer, B, head, queries)
        found = looks.sum(dim=(1, 3))  # (layer, head)
        sums = found if sums is None else sums + found
        total += 32 * len(queries)
    heads = [{"layer": layer, "head": head, "score": round(float(score) / total, 4)}
             for layer, row in enumerate(sums) for head, score in enumerate(row)]
    return sorted(heads, key=lambda entry: -entry["score"])


def story_words() -> set[str]:
    """Every English word that the story generator can say."""
    rng = random.Random(SEED)
    return {word.strip('.,!?"') for _ in range(4000) for word in stories.story(rng, "en").split()}


def told_stories(model: Model) -> dict[str, object]:
    generator = torch.Generator().manual_seed(SEED)
    known, result = story_words(), {}
    for language, opening in (("en", "Once upon a time"), ("zh", "從前")):
        told = model.told(opening, STORIES_PER_LANGUAGE, generator)
        sentences = [sum(text.count(mark) for mark in ".!?。！？") for text, _ in told]
        entry = {"ended": sum(done for _, done in told) / len(told), "meanSentences": sum(sentences) / len(told),
                 "whole": sum("\ufffd" not in text for text, _ in told) / len(told),
                 "samples": [text for text, _ in told[:3]]}
        if language == "en":
            words = [word.strip('.,!?"') for text, _ in told for word in text.split()]
            entry["knownWords"] = sum(word in known for word in words) / len(words)
        result[language] = entry
    return result


def shown_prompts(model: Model) -> list[dict[str, object]]:
    """What lessons may show: greedy continuation and the first token's probability."""
    rows = []
    for prompt, shows in PROMPTS:
        ids = model.ids(prompt)
        chances = torch.softmax(model.first(torch.tensor([ids])), dim=-1)[0]
        text = model.text(model.greedy([ids], [12])[0])
        rows.append({"prompt": prompt, "shows": shows, "continuation": text, "first": model.text([int(chances.argmax())]),
                     "probability": round(float(chances.max()), 4)})
    return rows


def exact_capitals(language: str) -> list[Item]:
    items = [item for country in countries() for item in facts.capital_items(country)]
    return [item for item in items if item.form in facts.EXACT_FORMS and item.language == language]


def held_out_items() -> dict[str, list[Item]]:
    items = [item for item in facts.all_items() if item.held_out and item.form not in facts.EXACT_FORMS]
    items += arithmetic.held_out_items() + patterns.pattern_items(SEED, 300, unseen_members=False)
    items += patterns.pattern_items(SEED, 300, unseen_members=True) + patterns.recall_items(SEED, 300) + chat.held_out_items()
    skills: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        skills[item.skill].append(item)
    return dict(skills)


def overall(table: dict[str, dict[str, object]]) -> float:
    return round(sum(row["right"] for row in table.values()) / sum(row["of"] for row in table.values()), 4)


def measure(folder: Path) -> dict[str, object]:
    model = Model(folder)
    english, english_wrong = judge(model, exact_capitals("en"))
    chinese, chinese_wrong = judge(model, exact_capitals("zh"))
    skills, mistakes = {}, {"capitals": english_wrong + chinese_wrong}
    for skill, items in held_out_items().items():
        table, wrong = judge(model, items)
        skills[skill] = {"accuracy": overall(table), "of": sum(row["of"] for row in table.values()), "forms": table}
        mistakes[f"{skill}, held out"] = wrong[:8]
    heads = induction_heads(model)
    bare = bare_pattern_accuracy(model)
    results = {
        "capitals in English": overall(english), "capitals in Chinese": overall(chinese),
        "new patterns of tokens": bare["accuracy"], "new patterns of words": skills["patterns of words"]["accuracy"],
        "induction head": heads[0]["score"],
    }
    weights = (folder / "model.safetensors").read_bytes()
    return {
        "targets": {name: {"wanted": wanted, "measured": results[name], "met": results[name] >= wanted}
                    for name, wanted in TARGETS.items()},
        "capitals": {"en": english, "zh": chinese}, "heldOut": skills,
        "barePatterns": bare,
        "inductionHeads": heads, "stories": told_stories(model), "prompts": shown_prompts(model), "mistakes": mistakes,
        "file": {"bytes": len(weights), "sha256": hashlib.sha256(weights).hexdigest()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--training", type=Path, help="training.json of train.py, for the report's curve")
    parser.add_argument("--report", type=Path, help="folder that gets report.json, report.md and report-loss.svg")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with torch.no_grad():
        result = measure(arguments.folder)
    if arguments.training:
        result["training"] = json.loads(arguments.training.read_text(encoding="utf-8"))
    if arguments.report:
        report.write(result, arguments.report)
    for skill, entry in result["heldOut"].items():
        print(f"{skill}, held out: {entry['accuracy']:.1%} of {entry['of']}")
    for name, entry in result["targets"].items():
        print(f"{name}: {entry['measured']:.4f}, wanted {entry['wanted']} -> {'met' if entry['met'] else 'MISSED'}")
    if not all(entry["met"] for entry in result["targets"].values()):
        sys.exit(2)


if __name__ == "__main__":
    main()
