"""Repeated patterns: what was said once comes again. They grow the induction heads that the lessons show.

Text patterns and recall go through corpus.py; patterns of bare token ids are laid into rows by train.py. evaluate.py
asks for patterns whose words (or ids) the corpus never put into a pattern.
"""

import math
import random
import string
from collections.abc import Sequence

from common import CUT, Document, Item, is_held_out, zh
from tables import COLOURS, PATTERN_WORDS, WORDS

ENGLISH = [english for english, _ in WORDS] + PATTERN_WORDS
CHINESE = [chinese for _, chinese in WORDS]
CHARACTERS = sorted(set("".join(CHINESE)) | set("天地人日山水田土木金石口耳足刀弓車舟雲雷電冰春秋冬夏花草竹米茶酒衣布紅黃藍白黑東西南北"))
KINDS = ("words", "letters", "digits", "chinese-characters", "chinese-words", "syllables")
NAMES = "Tom Mia Lily Ben Max Sam Anna Leo Ruby Kiki Nora Finn Amy Jack Emma Lucy Oscar Ivy".split()
CHINESE_NAMES = "小美 小明 小華 小玉 阿寶 阿福 樂樂 球球 點點 咪咪 大雄 文文".split()
THINGS = [("ball", "球"), ("book", "書"), ("hat", "帽子"), ("kite", "風箏"), ("cup", "杯子"), ("bag", "袋子"),
          ("key", "鑰匙"), ("drum", "鼓"), ("lamp", "燈"), ("boat", "小船")]
FOODS = [("apples", "蘋果"), ("bread", "麵包"), ("tea", "茶"), ("fish", "魚"), ("rice", "米飯"), ("milk", "牛奶"),
         ("noodles", "麵"), ("eggs", "蛋"), ("soup", "湯"), ("cake", "蛋糕")]


def pool(kind: str, held_out: bool) -> list[str]:
    """The members of a kind of pattern: the corpus's nine tenths or the tenth kept for the test."""
    members = {"words": ENGLISH, "letters": list(string.ascii_uppercase), "digits": [str(n) for n in range(100)],
               "chinese-characters": CHARACTERS, "chinese-words": CHINESE, "syllables": SYLLABLES}[kind]
    return [member for member in members if is_held_out(f"pattern/{member}", 0.2) == held_out]


SYLLABLES = [a + b + c for a in "BDFGKLMNPRSTVZ" for b in "aeiou" for c in ("b", "d", "g", "k", "l", "m", "n", "p", "x")]


def joined(kind: str, members: list[str]) -> str:
    return (CUT if kind.startswith("chinese") else " ").join(members)


def text_pattern(rng: random.Random, held_out: bool = False) -> tuple[str, list[str], int]:
    """A kind, a sequence of members and how many members there are before the repetition begins."""
    kind = rng.choice(KINDS)
    choices = pool(kind, held_out)
    size = min(rng.randint(2, 10), len(choices))
    period = rng.sample(choices, size)
    repeats = rng.randint(2, max(2, 24 // size))
    return kind, (period * (repeats + 1))[: size * repeats + rng.randint(0, size - 1)], size


def pattern(rng: random.Random) -> Document:
    kind, members, size = text_pattern(rng)
    return Document("patterns", joined(kind, members), free=len(joined(kind, members[:size])))


def recall(rng: random.Random) -> Document:
    """Some people, what each has or likes, then some of them once more."""
    while True:
        said, lines, asked, gap = people(rng)
        if not any(pair_is_held_out(lines[k]) for k in asked):
            break
    free = len(gap.join(said) + gap + lines[asked[0]].prompt) - 1
    return Document("recall", gap.join(said + [said[k] for k in asked]), free)


def pair_is_held_out(line: Item) -> bool:
    return is_held_out(f"recall/{line.key}", 0.2)


def people(rng: random.Random) -> tuple[list[str], list[Item], list[int], str]:
    """What is said, the same as items, who is asked for again, and the gap between sentences."""
    language = rng.choice(("en", "zh"))
    names = rng.sample(NAMES if language == "en" else CHINESE_NAMES, rng.randint(2, 4))
    about_food = rng.random() < 0.5
    things = rng.sample(FOODS if about_food else THINGS, len(names))
    colours = rng.choices(list(COLOURS.items()), k=len(names))
    lines = []
    for name, (thing, chinese), (colour, shade) in zip(names, things, colours, strict=True):
        if language == "en":
            prompt, answer = (f"{name} likes", f" {thing}.") if about_food else (f"{name} has a", f" {colour} {thing}.")
        elif about_food:
            prompt, answer = zh(f"{name} 喜歡 "), zh(f"{chinese} 。")
        else:
            prompt, answer = zh(f"{name} 有 "), zh(f"{shade} 的 {chinese} 。")
        lines.append(Item("recall", language, "recall", f"{name}/{thing}", prompt, answer))
    asked = rng.sample(range(len(names)), rng.randint(1, len(names)))
    return [line.prompt + line.answer for line in lines], lines, asked, " " if language == "en" else ""


def induction_row(rng: random.Random, ids: Sequence[int], length: int) -> tuple[list[int], list[bool]]:
    """A row of bare token ids and which of them can be foretold from the row itself.

    Either a random period repeated to the end, or fresh tokens among which earlier stretches return: after
    "A B … A" comes B. A token can be foretold if it continues a stretch already begun.
    """
    row, known = [], []
    if rng.random() < 0.5:
        longest = math.log(length // 2)
        period = [rng.choice(ids) for _ in range(round(math.exp(rng.uniform(math.log(3), longest))))]  # short ones often
        row = (period * length)[:length]
        return row, [k >= len(period) for k in range(length)]
    while len(row) < length:
        if len(row) > 8 and rng.random() < 0.7:
            start = rng.randrange(len(row) - 4)
            copy = row[start: start + rng.randint(2, 16)]
            row += copy
            known += [False] + [True] * (len(copy) - 1)
        else:
            fresh = [rng.choice(ids) for _ in range(rng.randint(1, 12))]
            row += fresh
            known += [False] * len(fresh)
    return row[:length], known[:length]


def recall_items(seed: int, count: int) -> list[Item]:
    """Pairs of a name and a thing that the corpus says, but never asks for."""
    rng, items = random.Random(seed), []
    while len(items) < count:
        said, lines, asked, gap = people(rng)
        line = lines[asked[0]]
        if pair_is_held_out(line):
            prompt = gap.join(said) + gap + line.prompt
            items.append(Item("recall", line.language, "recall", prompt, prompt, line.answer))
    return items


def pattern_items(seed: int, count: int, unseen_members: bool) -> list[Item]:
    """New sequences, of members the corpus uses in patterns or of those it never does. The prompt ends inside a repetition."""
    rng, items = random.Random(seed), []
    skill = "patterns of unseen words" if unseen_members else "patterns of words"
    while len(items) < count:
        kind, members, size = text_pattern(rng, unseen_members)
        asked = rng.randint(size + 1, len(members) - 1)  # at least one member of the repetition is given
        prompt = joined(kind, members[:asked])
        answer = joined(kind, members[: asked + 1])[len(prompt):]
        items.append(Item(skill, "zh" if kind.startswith("chinese") else "en", kind, prompt, prompt, answer))
    return items
