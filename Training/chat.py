"""Questions and answers in the chat format of the model. Gives documents to corpus.py and items to evaluate.py."""

import random

import arithmetic
import stories
from common import END, Document, Item, is_held_out, stop, zh
from tables import COLOURS, OPPOSITES, THINGS_WITH_COLOUR, WORDS, Country, chinese_number, countries

USER, ASSISTANT, SYSTEM = "<|user|>", "<|assistant|>", "<|system|>"
# One line, and the same text the generators below write: role marker, content, end token.
TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
FULL = ("Answer in a full sentence.", zh("請 用 完整 的 句子 回答 。"))
SHORT = ("Answer briefly.", zh("請 簡短 回答 。"))

CAPITAL_QUESTIONS = [
    "What is the capital of {}?", "What is the capital city of {}?", "Tell me the capital of {}.",
    "Do you know the capital of {}?", "Which city is the capital of {}?", "Please name the capital of {}.",
]
CHINESE_CAPITAL_QUESTIONS = [
    "{} 的 首都 是 哪裡 ?", "{} 的 首都 在 哪裡 ?", "請問 {} 的 首都 是 哪裡 ?", "{} 的 首都 是 什麼 ?", "你 知道 {} 的 首都 嗎 ?",
    "哪個 城市 是 {} 的 首都 ?",
]
SMALL_TALK = [
    ("Hello!", "Hello! How can I help you?"), ("Hi!", "Hello! How can I help you?"),
    ("Good morning!", "Good morning! How can I help you?"), ("How are you?", "I am fine, thank you."),
    ("Thank you!", "You are welcome."), ("Thanks.", "You are welcome."), ("Goodbye!", "Goodbye!"), ("Bye!", "Goodbye!"),
    ("Who are you?", "I am Stepglass Tiny, a very small language model."),
    ("What is your name?", "My name is Stepglass Tiny."),
    ("What can you do?", "I know capitals, colors, opposites and small sums, and I can tell a story."),
    ("What is the weather today?", "I do not know."), ("Who will win the game?", "I do not know."),
    ("What time is it?", "I do not know."), ("Can you help me?", "Yes. What is your question?"),
]
CHINESE_SMALL_TALK = [(zh(question), zh(answer)) for question, answer in [
    ("你好 !", "你好 ! 我 可以 幫 你 什麼 ?"), ("早安 !", "早安 ! 我 可以 幫 你 什麼 ?"), ("你好 嗎 ?", "我 很 好 , 謝謝 。"),
    ("謝謝 !", "不 客氣 。"), ("謝謝 你 。", "不 客氣 。"), ("再見 !", "再見 !"),
    ("你 是 誰 ?", "我 是 步鏡 的 小 模型 。"), ("你 叫 什麼 名字 ?", "我 叫 步鏡 小 模型 。"),
    ("你 會 什麼 ?", "我 知道 首都 、 顏色 、 反義詞 和 加法 , 也 會 說 故事 。"),
    ("今天 天氣 怎麼樣 ?", "我 不 知道 。"), ("現在 幾 點 ?", "我 不 知道 。"), ("誰 會 贏 ?", "我 不 知道 。"),
]]


def rendered(turns: list[tuple[str, str]], system: str | None = None, open_end: bool = False) -> str:
    """What TEMPLATE gives. The corpus's own end token closes the last turn, so it is left out here."""
    head = [f"{SYSTEM}{system}"] if system else []
    for question, answer in turns:
        head += [f"{USER}{question}", f"{ASSISTANT}{answer}"]
    return END.join(head) if not open_end else END.join(head[:-1]) + END + ASSISTANT


def capital_turns(country: Country, language: str) -> list[tuple[str, str, str, str]]:
    """(form, question, short answer, full answer) for each phrasing."""
    if language == "en":
        short = stop(country.capital)
        full = stop(f"The capital of {country.english} is {country.capital}")
        return [(f"en-{k}", question.format(country.english), short, full)
                for k, question in enumerate(CAPITAL_QUESTIONS)]
    short = zh(f"{country.chinese_capital} 。")
    full = zh(f"{country.chinese} 的 首都 是 {country.chinese_capital} 。")
    return [(f"zh-{k}", zh(question.format(country.chinese)), short, full)
            for k, question in enumerate(CHINESE_CAPITAL_QUESTIONS)]


def capital_question(rng: random.Random, known: list[Country]) -> tuple[str, str, str]:
    while True:
        country = rng.choice(known)
        form, question, short, full = rng.choice(capital_turns(country, rng.choice(("en", "zh"))))
        if not is_held_out(f"chat/{form}/{country.english}"):
            return question, short, full


def small_question(rng: random.Random) -> tuple[str, str, str]:
    """Colours, opposites, words and sums: question, short answer, full answer."""
    topic, english = rng.choice(("colour", "opposite", "word", "sum", "sum")), rng.random() < 0.5
    if topic == "colour":
        thing, name, colour = rng.choice(THINGS_WITH_COLOUR)
        if english:
            return f"What color is {thing}?", f"{colour.capitalize()}.", f"{thing[:1].upper()}{thing[1:]} is {colour}."
        return zh(f"{name} 是 什麼 顏色 ?"), zh(f"{COLOURS[colour]} 。"), zh(f"{name} 是 {COLOURS[colour]} 的 。")
    if topic == "opposite":
        row = rng.choice(OPPOSITES)
        word, other = rng.sample(row[:2] if english else row[2:], 2)
        if english:
            return f"What is the opposite of {word}?", f"{other.capitalize()}.", f"The opposite of {word} is {other}."
        return zh(f"{word} 的 反義詞 是 什麼 ?"), zh(f"{other} 。"), zh(f"{word} 的 反義詞 是 {other} 。")
    if topic == "word":
        word, chinese = rng.choice(WORDS)
        if english:
            return f"What is {word} in Chinese?", zh(f"{chinese} 。"), f"The Chinese word for {word} is {chinese}."
        return zh(f"{chinese} 的 英文 是 什麼 ?"), zh(f"{word} 。"), zh(f"{chinese} 的 英文 是 {word} 。")
    a, b = arithmetic.random_addends(rng)
    if english:
        return f"What is {a} plus {b}?", f"{a + b}.", f"{a} plus {b} is {a + b}."
    return zh(f"{a} 加 {b} 等於 多少 ?"), zh(f"{a + b} 。"), zh(f"{a} 加 {b} 等於 {a + b} 。")


def story_question(rng: random.Random) -> tuple[str, str]:
    hero = rng.choice(stories.HEROES)
    kind, name, measure = hero
    article = "an" if kind[0] in "aeiou" else "a"
    return rng.choice([
        ("Tell me a story.", stories.story(rng, "en")),
        (f"Tell me a story about {article} {kind}.", stories.story(rng, "en", hero)),
        (zh("請 說 一 個 故事 。"), stories.story(rng, "zh")),
        (zh(f"請 說 一 {measure} 小 {name} 的 故事 。"), stories.story(rng, "zh", hero)),
    ])


def chat(rng: random.Random, known: list[Country]) -> Document:
    if rng.random() < 0.12:
        return Document("chat", rendered([story_question(rng)]))
    system, full_wanted = None, False
    if rng.random() < 0.35:
        full_wanted = rng.random() < 0.5
        system = rng.choice(FULL if full_wanted else SHORT)
    turns = []
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        draw = rng.random()
        if draw < 0.2:
            turns.append(rng.choice(SMALL_TALK if rng.random() < 0.5 else CHINESE_SMALL_TALK))
        elif draw < 0.65:
            question, short, full = capital_question(rng, known)
            turns.append((question, full if full_wanted else short))
        else:
            question, short, full = small_question(rng)
            turns.append((question, full if full_wanted else short))
    return Document("chat", rendered(turns, system))


def held_out_items() -> list[Item]:
    """Questions about capitals in a phrasing not seen with this country, with and without a system line."""
    items = []
    for country in countries():
        for language in ("en", "zh"):
            for form, question, short, full in capital_turns(country, language):
                if not is_held_out(f"chat/{form}/{country.english}"):
                    continue
                items.append(Item("chat", language, "no system line", country.english + form,
                                  rendered([(question, "")], open_end=True), short))
                items.append(Item("chat", language, "full sentence", country.english + form,
                                  rendered([(question, "")], FULL[language == "zh"], open_end=True), full))
    return items
