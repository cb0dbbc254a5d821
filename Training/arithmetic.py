"""Counting, the order of days, months and letters, and small sums. Gives documents to corpus.py, items to evaluate.py."""

import random
from dataclasses import replace

from common import Document, Item, is_held_out, seen, zh
from tables import ENGLISH_NUMBERS, SEQUENCES, chinese_number

LARGEST_ADDEND = 10
STEPS = (1, 1, 1, 2, 5, 10, -1)
COUNT_STYLES = ("commas", "spaces", "words", "chinese")


def written(style: str, values: list[int]) -> str:
    if style == "commas":
        return ", ".join(map(str, values))
    if style == "spaces":
        return " ".join(map(str, values))
    if style == "words":
        return ", ".join(ENGLISH_NUMBERS[value] for value in values)
    return zh(" 、 ".join(chinese_number(value) for value in values))


def limit(style: str) -> int:
    return len(ENGLISH_NUMBERS) - 1 if style == "words" else 99


def run_key(style: str, start: int, step: int) -> str:
    return f"count/{style}/{start}/{step}"


def run_of(style: str, start: int, step: int, most: int) -> list[int]:
    values = [start]
    while len(values) < most and 0 <= values[-1] + step <= limit(style):
        values.append(values[-1] + step)
    return values


def counting(rng: random.Random) -> Document:
    while True:
        style, step = rng.choice(COUNT_STYLES), rng.choice(STEPS)
        start = rng.choice((1, rng.randint(0, 20), rng.randint(0, limit(style))))
        values = run_of(style, start, step, rng.randint(5, 14))
        if len(values) >= 5 and not is_held_out(run_key(style, start, step)):
            break
    return Document("counting", written(style, values) + (zh(" 。") if style == "chinese" else "."))


def counting_items() -> list[Item]:
    """Runs whose start and step the corpus never showed together: four numbers given, the fifth asked."""
    items = []
    for style in COUNT_STYLES:
        for step in sorted(set(STEPS)):
            for start in range(limit(style) + 1):
                values = run_of(style, start, step, 5)
                if len(values) == 5 and is_held_out(run_key(style, start, step)):
                    prompt, whole = written(style, values[:4]), written(style, values)
                    gap = {"commas": ",", "words": ",", "spaces": "", "chinese": zh(" 、 ")}[style]
                    items.append(Item("counting", "zh" if style == "chinese" else "en", style, str((start, step)),
                                      prompt + gap, whole[len(prompt + gap):]))
    return items


def sequence(rng: random.Random) -> Document:
    name, members = rng.choice(list(SEQUENCES.items()))
    size = len(members)
    start = rng.choice((0, rng.randrange(size)))
    chinese = name in ("星期", "月份")
    if name != "letters" and rng.random() < 0.5:
        item = rng.choice(next_items(name))
        if not item.held_out:
            return Document("sequences", item.text)
    count = rng.randint(4, size)
    chosen = [members[(start + k) % size] for k in range(count if name != "letters" else min(count, size - start))]
    if chinese:
        return Document("sequences", zh(" 、 ".join(chosen) + " 。"))
    return Document("sequences", (" " if name == "letters" else ", ").join(chosen) + ".")


def next_items(name: str) -> list[Item]:
    members = SEQUENCES[name]
    items = []
    for k, member in enumerate(members):
        after = members[(k + 1) % len(members)]
        before = members[k - 1]
        if name in ("days", "months"):
            unit = name[:-1]
            items += [Item("sequences", "en", f"en-{unit}-{way}", member, f"The {unit} {way} {member} is", f" {other}.")
                      for way, other in (("after", after), ("before", before))]
        elif name in ("星期", "月份"):
            unit = "天" if name == "星期" else "個 月"
            items += [Item("sequences", "zh", f"zh-{name}-{way}", member, zh(f"{member} 的 {way} {unit} 是"),
                           zh(f"{other} 。")) for way, other in (("下一", after), ("上一", before))]
    return items


def sum_key(a: int, b: int) -> str:
    """Both orders share one key: a held-out sum is never seen in either order."""
    return f"sum/{min(a, b)}+{max(a, b)}"


def sum_items(a: int, b: int) -> list[Item]:
    total = a + b
    words = [ENGLISH_NUMBERS[n] for n in (a, b, total)]
    forms = [
        ("en", "words", f"{words[0]} plus {words[1]} is", f" {words[2]}."),
        ("en", "digits", f"{a} + {b} =", f" {total}."),
        ("en", "question", f"What is {a} plus {b}?", f" {total}."),
        ("zh", "zh-digits", zh(f"{a} 加 {b} 等於"), zh(f"{total} 。")),
        ("zh", "zh-words", zh(f"{chinese_number(a)} 加 {chinese_number(b)} 等於"), zh(f"{chinese_number(total)} 。")),
    ]
    return [Item("sums", language, form, f"{a}+{b}", prompt, answer) for language, form, prompt, answer in forms]


def random_addends(rng: random.Random) -> tuple[int, int]:
    """Never a held-out pair."""
    while True:
        a, b = rng.randint(0, LARGEST_ADDEND), rng.randint(0, LARGEST_ADDEND)
        if not is_held_out(sum_key(a, b)):
            return a, b


def addition(rng: random.Random) -> Document:
    first = seen(rng, sum_items(*random_addends(rng)))
    if first is None:
        return addition(rng)
    lines = [first.text]
    for _ in range(rng.choice((0, 0, 1, 2, 3))):
        more = [item for item in sum_items(*random_addends(rng)) if item.form == first.form and not item.held_out]
        lines += [item.text for item in more]
    return Document("sums", (" " if first.language == "en" else "").join(lines))


def held_out_items() -> list[Item]:
    """Counting, order and sums that the corpus never shows."""
    items = counting_items()
    for name in ("days", "months", "星期", "月份"):
        items += [item for item in next_items(name) if item.held_out]
    for a in range(LARGEST_ADDEND + 1):
        for b in range(LARGEST_ADDEND + 1):
            new = is_held_out(sum_key(a, b))
            items += [replace(item, skill="sums never seen") if new else item
                      for item in sum_items(a, b) if new or item.held_out]
    return items
