"""Repeated patterns: what was said once comes again. They grow the induction heads that the lessons show.

Text patterns and recall go through corpus.py; patterns of bare token ids are laid into rows by train.py. evaluate.py
asks for patterns whose words (or ids) the corpus never put into a pattern.
"""

import math
import random
import string

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
    """Some people, what each has or likes, then one of them once more."""
    prompt, answer, _ = recall_parts(rng, held_out=False)
    return Document("recall", prompt + answer, free=len(prompt) - 1)


def recall_parts(rng: random.Random, held_out: bool) -> tuple[str, str, str]:
    """Prompt, answer and language. Held out are pairs of a name and a thing."""
    language = rng.choice(("en", "zh"))
    names = rng.sample(NAMES if language == "en" else CHINESE_NAMES, rng.randint(2, 4))
    about_food = rng.random() < 0.5
    things = rng.sample(FOODS if about_food else THINGS, len(names))
    colours = rng.choices(list(COLOURS.items()), k=len(names))
    lines = []
    for name, (thing, chinese), (colour, shade) in zip(names, things, colours, strict=True):
        if language == "en":
            lines.append((f"{name} likes", f" {thing}.") if about_food else (f"{name} has a", f" {colour} {thing}."))
        else:
            lines.append((zh(f"{name} 喜歡 "), zh(f"{chinese} 。")) if about_food
                         else (zh(f"{name} 有 "), zh(f"{shade} 的 {chinese} 。")))
    asked = rng.randrange(len(names))
    if is_held_out(f"recall/{names[asked]}/{things[asked][0]}", 0.2) != held_out:
        return recall_parts(rng, held_out)
    said = [first + second for first, second in lines]
    gap = " " if language == "en" else ""
    return gap.join(said) + gap + lines[asked][0], lines[asked][1], language


def induction_row(rng: random.Random, ids: list[int], length: int) -> tuple[list[int], list[bool]]:
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


def held_out_items(seed: int, count: int) -> list[Item]:
    """Text patterns of unseen members and recall of unseen pairs: the prompt ends inside the repetition."""
    rng = random.Random(seed)
    items = []
    while len(items) < count:
        kind, members, size = text_pattern(rng, held_out=True)
        if size < 2 or len(members) < 2 * size:
            continue
        asked = rng.randint(size + 1, len(members) - 1)  # at least one member of the repetition is given
        prompt = joined(kind, members[:asked])
        answer = joined(kind, members[: asked + 1])[len(prompt):]
        items.append(Item("patterns", "zh" if kind.startswith("chinese") else "en", kind, prompt, prompt, answer))
    for _ in range(count):
        prompt, answer, language = recall_parts(rng, held_out=True)
        items.append(Item("recall", language, "recall", prompt, prompt, answer))
    return items


def token_is_held_out(token: int) -> bool:
    """A tenth of the vocabulary never stands in a row of bare tokens during training."""
    return is_held_out(f"pattern-token/{token}")
