"""What every generator of text shares: the document, the held-out rule and the marks between Chinese words."""

import random
import zlib
from dataclasses import dataclass

# Between two Chinese words there is no space, so a tokenizer trained on plain text would learn tokens that straddle
# words ("都是巴"). The generators therefore mark word ends. `plain` removes the marks (what the model reads);
# `words_apart` cuts at them (what the tokenizer is trained on).
CUT = "\u241f"
END = "<|end|>"
HELD_OUT_SHARE = 0.1


@dataclass(frozen=True)
class Document:
    """One text of the corpus. `free` counts the leading characters that are random by design and carry no loss."""

    skill: str
    text: str
    free: int = 0


@dataclass(frozen=True)
class Item:
    """A question with one right answer. `key` decides whether the corpus may show it."""

    skill: str
    language: str
    form: str
    key: str
    prompt: str
    answer: str

    @property
    def held_out(self) -> bool:
        return is_held_out(f"{self.form}/{self.key}")

    @property
    def text(self) -> str:
        """Prompt and answer in one, with the word end between them marked."""
        return self.prompt + (CUT if self.language == "zh" else "") + self.answer


def is_held_out(key: str, share: float = HELD_OUT_SHARE) -> bool:
    """A fixed tenth of all keys, the same in every run and on every machine."""
    return zlib.crc32(key.encode("utf-8")) % 1000 < share * 1000


def zh(template: str) -> str:
    """Spaces in a Chinese template mark word ends; its marks of punctuation become full-width."""
    return template.translate(str.maketrans({" ": CUT, "?": "\uff1f", ":": "\uff1a", ",": "\uff0c", "!": "\uff01"}))


def plain(text: str) -> str:
    return text.replace(CUT, "")


def words_apart(text: str) -> list[str]:
    return [part for part in text.split(CUT) if part]


def sentence(text: str) -> str:
    """The first letter as a capital."""
    return text[:1].upper() + text[1:]


def stop(text: str) -> str:
    """A full stop, unless the text brings its own ("Washington, D.C.")."""
    return text if text.endswith(".") else text + "."


def seen(rng: random.Random, items: list[Item]) -> Item | None:
    """One of the items the corpus may show, or nothing when all are held out."""
    allowed = [item for item in items if not item.held_out]
    return rng.choice(allowed) if allowed else None
