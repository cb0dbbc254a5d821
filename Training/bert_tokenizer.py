"""Trains the WordPiece tokenizer of stepglass-tiny-bert on the corpus and writes tokenizer.json, vocab.txt and tokenizer_config.json.

    python bert_tokenizer.py work/corpus.jsonl work/bert
"""

import argparse
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

import corpus
from common import plain
from tables import countries

VOCABULARY_SIZE = 2560
CONTEXT = 128
SPECIAL_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]  # ids 0…4
DOCUMENTS = 60_000  # the first so many of the corpus
NAME_WEIGHT = 40


def training_texts(path: Path) -> Iterator[str]:
    for document in islice(corpus.read(path), DOCUMENTS):
        if "<|" not in document.text:
            yield plain(document.text)
    for country in countries():
        yield from [f"{country.english} {country.capital} {country.chinese} {country.chinese_capital}"] * NAME_WEIGHT


def trained(texts: Iterator[str]) -> Tokenizer:
    """BERT's own parts; upper case and accents stay, so that Paris is filled as it is written."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False, strip_accents=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY_SIZE, special_tokens=SPECIAL_TOKENS, show_progress=False, limit_alphabet=1400)
    tokenizer.train_from_iterator(texts, trainer)
    begin, end = (tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", begin), ("[SEP]", end)])
    return tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path, help="the model folder")
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    tokenizer = trained(training_texts(arguments.corpus))
    tokenizer.save(str(arguments.output / "tokenizer.json"))
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda entry: entry[1])
    (arguments.output / "vocab.txt").write_text("".join(f"{token}\n" for token, _ in vocabulary), encoding="utf-8")
    settings = {
        "tokenizer_class": "BertTokenizer", "do_lower_case": False, "strip_accents": False,
        "tokenize_chinese_chars": True, "model_max_length": CONTEXT, "clean_up_tokenization_spaces": False,
        "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]",
    }
    (arguments.output / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    print(f"tokenizer: {tokenizer.get_vocab_size()} tokens; {tokenizer.encode('The capital of France is Paris.').tokens}")


if __name__ == "__main__":
    main()
