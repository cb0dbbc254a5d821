"""Writes the corpus: every document drawn by a seeded generator, one per line as JSON. run.sh calls this first.

    python corpus.py --documents 350000 --seed 1 work/corpus.jsonl
"""

import argparse
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import arithmetic
import chat
import patterns
import stories
from common import Document
from facts import Facts
from tables import countries

# How often each skill is drawn. Stories are long, facts are short: shares of tokens differ, see the report.
SHARES = {
    "capitals": 40, "continents": 8, "opposites": 8, "colours": 6, "words": 8, "counting": 8, "sequences": 4, "sums": 14,
    "patterns": 8, "recall": 8, "stories": 7, "chat": 14,
}


def makers() -> dict[str, Callable[[random.Random], Document]]:
    facts, known = Facts(), countries()
    return {
        "capitals": facts.capital,
        "continents": facts.continent,
        "opposites": lambda rng: facts.other(rng, "opposites"),
        "colours": lambda rng: facts.other(rng, "colours"),
        "words": lambda rng: facts.other(rng, "words"),
        "counting": arithmetic.counting,
        "sequences": arithmetic.sequence,
        "sums": arithmetic.addition,
        "patterns": patterns.pattern,
        "recall": patterns.recall,
        "stories": lambda rng: Document("stories", stories.story(rng, rng.choice(("en", "zh")))),
        "chat": lambda rng: chat.chat(rng, known),
    }


def documents(seed: int, count: int) -> Iterator[Document]:
    """The same documents for the same seed, on every machine."""
    rng = random.Random(seed)
    make = makers()
    skills, weights = list(SHARES), list(SHARES.values())
    for _ in range(count):
        yield make[rng.choices(skills, weights)[0]](rng)


def read(path: Path) -> Iterator[Document]:
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield Document(**json.loads(line))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--documents", type=int, default=350_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    with open(arguments.output, "w", encoding="utf-8") as file:
        for document in documents(arguments.seed, arguments.documents):
            file.write(json.dumps(document.__dict__, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
