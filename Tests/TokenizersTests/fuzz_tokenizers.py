"""Compares with the tokenizers library on random texts of every script: python fuzz_tokenizers.py [COUNT FOLDER]

Without arguments it makes Fixtures/fuzz.json anew: small models of many kinds, 80 texts, and of each model a digest of
the ids that the library gives each text, and of what it decodes them to. With arguments it writes the same for COUNT texts into
FOLDER/fuzz.json; STEPGLASS_TOKENIZER_FUZZ=FOLDER makes the test FuzzTests read that.
Needs the packages tokenizers and sentencepiece.
"""
import collections
import io
import json
import pathlib
import random
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers as pre, processors, trainers

RANGES = [
    *[(0x20, 0x7E)] * 6, (0xA0, 0x24F), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x4FF), (0x530, 0x58F), (0x590, 0x5FF),
    (0x600, 0x6FF), (0x700, 0x74F), (0x900, 0x97F), (0x980, 0x9FF), (0xB80, 0xBFF), (0xE00, 0xE7F), (0xE80, 0xEFF),
    (0xF00, 0xFFF), (0x1000, 0x109F), (0x10A0, 0x10FF), (0x1100, 0x11FF), (0x1200, 0x137F), (0x13A0, 0x13FF), (0x1780, 0x17FF),
    (0x1E00, 0x1FFF), (0x2000, 0x209F), (0x20A0, 0x22FF), (0x2460, 0x27BF), (0x2E80, 0x2FDF), (0x3000, 0x312F),
    (0x3130, 0x318F), (0x3200, 0x33FF), (0x3400, 0x4DBF), *[(0x4E00, 0x9FFF)] * 3, (0xA000, 0xA48F), (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF), (0xFB00, 0xFDFF), (0xFE30, 0xFFEF), (0x10000, 0x1007F), (0x10400, 0x1044F), (0x1D400, 0x1D7FF),
    (0x1F1E6, 0x1F64F), (0x20000, 0x2A6DF),
]
WORDS = [
    "the", " The", "'s", "'LL", "IT'S", "don't", " 123", "4567890", "\n", "\n\n", "\r\n", "  ", "   ", "\t", " \n", "_", "__", "//",
    "/*", "==", "!=", "<|", "|>", "camelCase", "XMLHttp", "ÀÉî", "ß", "ſ", "İ", "Σας", "ﬁ", "²", "½", "٣", "\u00a0", "\u3000", "\u200d",
    "\ufe0f", "é", "e\u0301", "▁", "▁▁", "<0x41>", "user@x.org", "https://a.b/c?d=1", "你好", "。", "「", "」", "こんにちは", "カﾞ", "안녕",
    "नमस्ते", "สวัสดี", "👩‍👩‍👧", "🇹🇼", "\x00", "\x7f", "\x85", "low", "lower", "newest", "widest", "<m>", " the cat", "aaaa", "、",
]


def texts(count, seed):
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        text = ""
        for _ in range(chance.randint(1, 12)):
            if chance.random() < 0.45:
                text += chance.choice(WORDS)
            else:
                low, high = chance.choice(RANGES)
                text += "".join(chr(chance.randint(low, high)) for _ in range(chance.randint(1, 5)))
            if chance.random() < 0.25:
                text += " "
        made.append(text)
    return made


def common(lines, count):
    """The lines without all but the most frequent characters."""
    often = collections.Counter("".join(lines))
    kept = {character for character, _ in sorted(often.items(), key=lambda item: (-item[1], item[0]))[:count]}
    return ["".join(character for character in line if character in kept) for line in lines]


CORPUS = common(texts(400, 7), 120) + ["low lower lowest new newer newest wide wider widest the cat the mat"] * 20
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
LLAMA = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]


def pairs(pre_tokenizer, *, normalizer=None, fallback=False, size=500, alphabet=(), tokens=("<unk>",), **settings):
    """A byte-pair model trained on the corpus; `fallback`: with tokens for bytes."""
    tokenizer = Tokenizer(models.BPE(unk_token=settings.pop("unk_token", "<unk>"), byte_fallback=fallback, **settings))
    if pre_tokenizer: tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer: tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator(CORPUS, trainers.BpeTrainer(
        vocab_size=size, special_tokens=[*tokens, *(BYTES if fallback else [])], show_progress=False, limit_alphabet=90 if tokens else 256,
        initial_alphabet=list(alphabet)))
    if not fallback: return tokenizer
    # Bytes are tokens of the model, and no added ones.
    file = json.loads(tokenizer.to_str())
    file["added_tokens"] = [token for token in file["added_tokens"] if token["content"] not in BYTES]
    return Tokenizer.from_str(json.dumps(file))


def unigram(pre_tokenizer, *, normalizer=None, fallback=False, size=300, unknown=True):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.pre_tokenizer = pre_tokenizer
    if normalizer: tokenizer.normalizer = normalizer
    tokenizer.train_from_iterator(CORPUS, trainers.UnigramTrainer(
        vocab_size=size, special_tokens=["<unk>"], unk_token="<unk>", show_progress=False))
    file = json.loads(tokenizer.to_str())
    vocab = [(text, score) for text, score in file["model"]["vocab"]]
    # Of the letters that occur once, half are unknown.
    vocab = [entry for place, entry in enumerate(vocab) if place < 150 or place % 2]
    vocab = [entry for entry in vocab if entry[0] not in BYTES]
    if fallback: vocab += [(byte, -20.0 - place / 64) for place, byte in enumerate(BYTES)]
    tokenizer.model = models.Unigram(vocab, unk_id=0 if unknown else None, byte_fallback=fallback)
    return tokenizer


def word_piece(size=400, **settings):
    """BERT's parts around a vocabulary trained on the corpus; some letters are unknown."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=settings.pop("longest", 100)))
    tokenizer.normalizer = normalizers.BertNormalizer(**settings)
    tokenizer.pre_tokenizer = pre.BertPreTokenizer()
    tokenizer.train_from_iterator(CORPUS, trainers.WordPieceTrainer(
        vocab_size=size, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], limit_alphabet=110, show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def charsmap():
    """A small table of SentencePiece's kind, made by its own program."""
    import sentencepiece
    folder = pathlib.Path("/tmp/charsmap.tsv")
    rules = {"ﬁ": "fi", "²": "2", "\u3000": " ", "\t": " ", "e\u0301": "é", "ß": "ss", "…": "...", "\u200d": "", "ab": "c", "「": '"', "A": "a"}
    folder.write_text("".join(
        " ".join(f"{ord(c):X}" for c in old) + "\t" + " ".join(f"{ord(c):X}" for c in new) + "\n" for old, new in rules.items()))
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["low lower lowest the cat", "new newer"] * 40), model_writer=model, vocab_size=20,
        normalization_rule_tsv=str(folder), minloglevel=2)
    from sentencepiece import sentencepiece_model_pb2
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString(model.getvalue())
    return proto.normalizer_spec.precompiled_charsmap


def byte_level(*steps, size=300):
    """A byte-level model behind pre-tokenizers, for what those cut."""
    level = pre.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer = pairs(pre.Sequence([*steps, level]), size=size, alphabet=pre.ByteLevel.alphabet(), tokens=(), unk_token=None)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def split(pattern, behavior="isolated", invert=False):
    return pre.Split(Regex(pattern), behavior, invert=invert)


def kinds():
    """Every model by a name that says what it is for."""
    cased = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
             r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?")
    ends = r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    marked = r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*"
    words = pre.Metaspace()
    made = {
        "unigram": unigram(words),
        "unigram, KC": unigram(words, normalizer=normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])),
        "unigram, bytes": unigram(pre.Metaspace(prepend_scheme="first"), fallback=True),
        "unigram, table": unigram(words, normalizer=normalizers.Sequence([
            normalizers.Precompiled(charsmap()), normalizers.Strip(left=False, right=True)])),
        "unigram, no cut": unigram(pre.Metaspace(prepend_scheme="never", split=False), fallback=True),
        "pairs, bytes": pairs(None, fallback=True, fuse_unk=True, normalizer=normalizers.Sequence([
            normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])),
        "pairs, bytes, first": pairs(pre.Metaspace(prepend_scheme="first", split=False), fallback=True),
        "pairs, words": pairs(pre.Whitespace(), size=250, normalizer=normalizers.Sequence([
            normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])),
        "pairs, unknown fused": pairs(pre.WhitespaceSplit(), size=250, fuse_unk=True, normalizer=normalizers.NFKD()),
        "pairs, dropped": pairs(pre.Sequence([pre.Punctuation(), pre.Digits()]), size=200, unk_token=None,
                                normalizer=normalizers.Sequence([normalizers.Nmt(), normalizers.Strip()])),
        "o200k": byte_level(split(cased + r"|\p{N}{1,3}" + ends)),
        "deepseek": byte_level(split(r"\p{N}{1,3}"), split("[一-龥\u3040-ゟ゠-ヿ]+"), split(marked + r"|\s*[\r\n]+|\s+(?!\S)|\s+")),
        "bloom": byte_level(split(r" ?[^(\s|[.,!?…。，、।۔،])]+")),
        "han": byte_level(split(r"[\p{Han}]+|[\p{Hiragana}\p{Katakana}]+|[\p{L}&&[^\p{Han}]]+|\P{L}")),
        "thousands": byte_level(split(r"\d{1,3}(?=(?:\d{3})*\b)"), split(r"\w+|\S", "removed", True)),
        "possessive": byte_level(split(r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+")),
        "with previous": byte_level(pre.Split(" ", "merged_with_previous"), pre.Punctuation("merged_with_next")),
        "with next": byte_level(pre.Split("t", "merged_with_next"), pre.Punctuation("contiguous")),
        "contiguous": byte_level(split(r"[a-m]|\d", "contiguous"), pre.Punctuation("merged_with_previous")),
        "removed": byte_level(pre.CharDelimiterSplit("e"), pre.Punctuation("removed"), split(r"(?<=l)o|^.|$", "isolated")),
    }
    made["word pieces"] = word_piece()
    made["word pieces, cased"] = word_piece(lowercase=False, size=300, longest=6)
    made["word pieces, accents"] = word_piece(lowercase=True, strip_accents=False, handle_chinese_chars=False)
    made["word pieces, as it stands"] = word_piece(lowercase=False, strip_accents=True, clean_text=False)
    made["pairs, bytes"].decoder = decoders.Sequence(LLAMA)
    for name in ("unigram", "unigram, bytes", "pairs, bytes, first"):
        made[name].decoder = decoders.Sequence(LLAMA)
    made["unigram, no cut"].decoder = decoders.Sequence(LLAMA[:3])
    made["pairs, bytes"].add_tokens([AddedToken("the", single_word=True), AddedToken("<m>", lstrip=True, normalized=False)])
    made["unigram, bytes"].add_tokens([AddedToken("<m>", rstrip=True), AddedToken("aa")])
    made["pairs, words"].post_processor = processors.BertProcessing(("<unk>", 0), ("<unk>", 0))
    made["o200k"].post_processor = processors.Sequence([processors.ByteLevel(), processors.RobertaProcessing(("a", 65), ("b", 66))])
    return made


def digest(values):
    """FNV-1a of the numbers with a comma after each."""
    value = 0x811C9DC5
    for byte in "".join(f"{number}," for number in values).encode():
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return f"{value:08x}"


def main():
    count, folder = (int(sys.argv[1]), pathlib.Path(sys.argv[2])) if len(sys.argv) > 2 else (
        80, pathlib.Path(__file__).resolve().parent / "Fixtures")
    samples = texts(count, 1)
    rows = [{"texts": samples}]
    for name, tokenizer in kinds().items():
        row = {"name": name, "ids": [], "tokenizer": json.loads(tokenizer.to_str())}
        decodes = bool(row["tokenizer"]["decoder"])
        ids = [tokenizer.encode(text).ids for text in samples]
        row["ids"] = " ".join(map(digest, ids))
        if decodes:
            row["texts"] = " ".join(digest(tokenizer.decode(each, skip_special_tokens=False).encode()) for each in ids)
        if count > 80: row["whole"] = ids
        rows.append(row)
    text = "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "\n]\n"
    (folder / "fuzz.json").write_text(text)
    print(len(text.encode()), "bytes")


if __name__ == "__main__":
    main()
