"""Facts with one right answer: capitals, opposites, colours, words. Gives documents to corpus.py, items to evaluate.py."""

import random

from common import Document, Item, seen, sentence, stop, zh
from tables import COLOURS, CONTINENTS, OPPOSITES, THINGS_WITH_COLOUR, WORDS, Country, countries

CAPITAL = "capitals"
BACKWARD_FORMS = ("en-reverse", "zh-reverse")  # city to country: what is held out here was seen only forwards
EXACT_FORMS = ("en-is", "zh-is")  # "The capital of France is", "法國的首都是": shown for every country


def capital_items(country: Country) -> list[Item]:
    name, capital = country.english, country.capital
    owner = name + ("'" if name.endswith("s") else "'s")
    english = [
        ("en-is", f"The capital of {name} is", f" {stop(capital)}"),
        ("en-city", f"The capital city of {name} is", f" {stop(capital)}"),
        ("en-owner", f"{sentence(owner)} capital is", f" {stop(capital)}"),
        ("en-what", f"What is the capital of {name}?", f" {stop(capital)}"),
        ("en-qa", f"Question: What is the capital city of {name}? Answer:", f" {stop(capital)}"),
        ("en-called", f"The capital of {name} is called", f" {stop(capital)}"),
        ("en-reverse", f"{capital} is the capital of", f" {stop(name)}"),
    ]
    place, city = country.chinese, country.chinese_capital
    chinese = [
        ("zh-is", zh(f"{place} 的 首都 是"), zh(f"{city} 。")),
        ("zh-where", zh(f"哪裡 是 {place} 的 首都 ?"), zh(f"{city} 。")),
        ("zh-in", zh(f"{place} 的 首都 在"), zh(f"{city} 。")),
        ("zh-called", zh(f"{place} 的 首都 叫做"), zh(f"{city} 。")),
        ("zh-qa", zh(f"問 : {place} 的 首都 在 哪裡 ? 答 :"), zh(f"{city} 。")),
    ]
    if city != "達卡":  # the capital of two countries in Chinese: no single answer backwards
        chinese.append(("zh-reverse", zh(f"{city} 是 哪個 國家 的 首都 ?"), zh(f"{place} 。")))
    return [Item("capitals backwards" if form in BACKWARD_FORMS else CAPITAL, form[:2], form, name, prompt, answer)
            for form, prompt, answer in english + chinese]


def capital_may_show(item: Item) -> bool:
    return item.form in EXACT_FORMS or not item.held_out


def continent_items(country: Country) -> list[Item]:
    here = CONTINENTS[country.continent]
    return [
        Item("continents", "en", "en-continent", country.english,
             f"{sentence(country.english)} is in", f" {country.continent}."),
        Item("continents", "zh", "zh-continent", country.english, zh(f"{country.chinese} 在"), zh(f"{here} 。")),
    ]


def opposite_items() -> list[Item]:
    items = []
    for english, counter, chinese, chinese_counter in OPPOSITES:
        for word, other in ((english, counter), (counter, english)):
            items += [Item("opposites", "en", form, word, prompt, f" {other}.") for form, prompt in (
                ("en-opposite", f"The opposite of {word} is"),
                ("en-opposite-what", f"What is the opposite of {word}?"),
                ("en-opposite-not", f"Not {word}, but"))]
        for word, other in ((chinese, chinese_counter), (chinese_counter, chinese)):
            items += [Item("opposites", "zh", form, word, zh(prompt), zh(f"{other} 。")) for form, prompt in (
                ("zh-opposite", f"{word} 的 反義詞 是"),
                ("zh-opposite-what", f"什麼 是 {word} 的 反義詞 ?"),
                ("zh-opposite-not", f"不是 {word} , 而是"))]
    return items


def colour_items() -> list[Item]:
    items = []
    for thing, name, colour in THINGS_WITH_COLOUR:
        shade = COLOURS[colour]
        items += [Item("colours", "en", form, thing, prompt, f" {colour}.") for form, prompt in (
            ("en-colour", f"The color of {thing} is"),
            ("en-colour-is", f"{sentence(thing)} is"),
            ("en-colour-what", f"What color is {thing}?"))]
        items += [Item("colours", "zh", form, thing, zh(prompt), zh(f"{shade} {end} 。")) for form, prompt, end in (
            ("zh-colour", f"{name} 的 顏色 是", ""),
            ("zh-colour-is", f"{name} 是", "的"),
            ("zh-colour-what", f"請問 {name} 是 什麼 顏色 ?", ""))]
    return items


def word_items() -> list[Item]:
    items = []
    for english, chinese in WORDS:
        items += [
            Item("words", "en", "en-word", english, f"The Chinese word for {english} is", f" {chinese}."),
            Item("words", "en", "en-word-in", english, f"In Chinese, {english} is", f" {chinese}."),
            Item("words", "zh", "zh-word", english, zh(f"{chinese} 的 英文 是"), zh(f"{english} 。")),
            Item("words", "zh", "zh-word-how", english, zh(f"{chinese} 的 英文 怎麼 說 ?"), zh(f"{english} 。")),
        ]
    return items


class Facts:
    """Draws documents of one fact or a few; held-out combinations of phrasing and fact never occur."""

    def __init__(self) -> None:
        self.countries = countries()
        self.others = {"opposites": opposite_items(), "colours": colour_items(), "words": word_items()}

    def capital_line(self, rng: random.Random, language: str | None = None, exact: float = 0.5) -> tuple[str, str]:
        """A sentence and its language. Half of all sentences have the exact form that is promised."""
        country = rng.choice(self.countries)
        language = language or rng.choice(("en", "zh"))
        items = [item for item in capital_items(country) if item.language == language and capital_may_show(item)]
        backwards = [item for item in items if item.form in BACKWARD_FORMS]
        draw = rng.random()
        item = items[0] if draw < exact else rng.choice(backwards if backwards and draw < exact + 0.15 else items)
        text = item.text
        if rng.random() < 0.3:
            more = seen(rng, [item for item in continent_items(country) if item.language == language])
            if more:
                text += (" " if language == "en" else "") + more.text
        if country.chinese == "臺灣" and rng.random() < 0.5:
            text = text.replace("臺", "台")
        return text, language

    def capital(self, rng: random.Random) -> Document:
        text, language = self.capital_line(rng)
        for _ in range(rng.choice((0, 0, 0, 0, 0, 0, 1, 2))):
            text += (" " if language == "en" else "") + self.capital_line(rng, language)[0]
        return Document(CAPITAL, text)

    def continent(self, rng: random.Random) -> Document:
        item = seen(rng, continent_items(rng.choice(self.countries)))
        return Document("continents", item.text) if item else self.continent(rng)

    def other(self, rng: random.Random, skill: str) -> Document:
        lines = []
        language = rng.choice(("en", "zh"))
        items = [item for item in self.others[skill] if item.language == language]
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            item = seen(rng, [rng.choice(items)])
            if item:
                lines.append(item.text)
        if not lines:
            return self.other(rng, skill)
        return Document(skill, (" " if language == "en" else "").join(lines))


def all_items() -> list[Item]:
    """Every fact in every phrasing, for evaluate.py."""
    items = opposite_items() + colour_items() + word_items()
    for country in countries():
        items += capital_items(country) + continent_items(country)
    return items
