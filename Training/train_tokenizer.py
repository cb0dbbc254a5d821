"""Trains the byte-level BPE tokenizer on the corpus and writes tokenizer.json and tokenizer_config.json.

    python train_tokenizer.py work/corpus.jsonl work/model
"""

import argparse
import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers

import chat
import corpus
from common import CUT, END, plain, words_apart
from tables import FAMILIAR, countries

VOCABULARY_SIZE = 2048
PAD = "<|pad|>"
SPECIAL_TOKENS = [END, PAD, chat.SYSTEM, chat.USER, chat.ASSISTANT]  # ids 0…4
CONTEXT = 256
# In bytes: four Chinese characters, or an English word of eleven letters and its space. Keeps phrases from
# becoming one token.
LONGEST_TOKEN_BYTES = 12
# Every Chinese character is shown this often on its own, so that characters are merged before anything that
# would straddle two of them.
CHARACTER_WEIGHT = 300
FAMILIAR_WEIGHT = 800
DOCUMENTS = 100_000  # the first so many of the corpus


def training_texts(path: Path) -> Iterator[str]:
    characters: dict[str, int] = {}
    for document in islice(corpus.read(path), DOCUMENTS):
        text = document.text
        for token in SPECIAL_TOKENS:
            text = text.replace(token, CUT)
        text = re.sub(r"(?<=\d)(?=\d)", CUT, text)  # digits stay apart: 42 is "4", "2"
        yield from words_apart(text)
        for character in text:
            if "\u4e00" <= character <= "\u9fff":
                characters[character] = characters.get(character, 0) + 1
    for character in sorted(characters):
        yield from [character] * CHARACTER_WEIGHT
    for country in countries():
        if country.english in FAMILIAR:
            for name in (f" {country.english}", f" {country.capital}", country.chinese, country.chinese_capital):
                yield from [name] * FAMILIAR_WEIGHT


def trained(texts: Iterator[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE, special_tokens=SPECIAL_TOKENS, show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), max_token_length=LONGEST_TOKEN_BYTES,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def configuration() -> dict[str, object]:
    return {
        "tokenizer_class": "GPT2Tokenizer", "add_prefix_space": False, "add_bos_token": False,
        "clean_up_tokenization_spaces": False, "model_max_length": CONTEXT,
        "bos_token": END, "eos_token": END, "unk_token": END, "pad_token": PAD,
        "added_tokens_decoder": {
            str(k): {"content": token, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False,
                     "special": True} for k, token in enumerate(SPECIAL_TOKENS)
        },
        "chat_template": chat.TEMPLATE,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path, help="the model folder")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    tokenizer = trained(training_texts(arguments.corpus))
    tokenizer.save(str(arguments.output / "tokenizer.json"))
    with open(arguments.output / "tokenizer_config.json", "w", encoding="utf-8") as file:
        json.dump(configuration(), file, ensure_ascii=False, indent=2)
        file.write("\n")
    print(f"tokenizer: {tokenizer.get_vocab_size()} tokens; 法國的首都是巴黎。 -> "
          f"{[tokenizer.decode([i]) for i in tokenizer.encode(plain('法國的首都是巴黎。')).ids]}")


if __name__ == "__main__":
    main()
