"""Models at the edges of what is read.

    odd_models.py COMMAND CHECK FOLDER      makes them in the folder; prints "ok" or says what is wrong
"""

import json
import os
import resource
import struct
import subprocess
import sys

EXE, CHECK, FOLDER = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
MEGABYTES = 1 << 20


def run(*words, given=os.devnull, seconds=None):
    """The run's exit status, what it wrote on both ways, and the megabytes it took. `given`: the file that is its input;
    `seconds`: the time of the processor that it may have."""
    with open("out", "w+b") as out, open("err", "w+b") as err, open(given, "rb") as source:
        limit = None if seconds is None else (lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)))
        child = subprocess.Popen([EXE, *words], stdout=out, stderr=err, stdin=source, env={**os.environ, "STEPGLASS_LANG": "en"}, preexec_fn=limit)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (out, err):
            file.seek(0)
            texts.append(file.read().decode())
    return child.returncode, texts[0], texts[1], usage.ru_maxrss / (MEGABYTES if sys.platform == "darwin" else 1024)


def trace(model, *options):
    return run("trace", "hello", "--model", model, "--plain", "-o", "run", "--force", "--threads", "1", *options)


def letters():
    """The characters that stand for bytes in a vocabulary of bytes."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return [chr(byte) if byte in plain else chr(256 + others.index(byte)) for byte in range(256)]


def tokenizer(added=()):
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": list(added), "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": None, "decoder": {"type": "ByteLevel"},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": {letter: byte for byte, letter in enumerate(letters())}, "merges": []},
    }  # fmt: skip


def tensors(path, rows):
    """A safetensors file of (name, shape, bytes) in 8-bit floats or, where there are four bytes for each weight, in F32. It is
    written as it comes: the memory of this process is counted with that of the next one it starts."""
    place, parts = 0, []
    with open(path, "wb") as file:
        file.write(bytes(8))
        for name, shape, data in rows:
            weights = 1
            for size in shape:
                weights *= size
            kind = "F8_E4M3" if len(data) == weights else "F32"
            row = json.dumps({name: {"dtype": kind, "shape": list(shape), "data_offsets": [place, place + len(data)]}})[1:-1]
            file.write((b"," if file.tell() > 8 else b"{") + row.encode())
            place += len(data)
            if data:
                parts.append(data)
        file.write(b"}")
        size = file.tell() - 8
        for data in parts:
            file.write(data)
        file.seek(0)
        file.write(struct.pack("<Q", size))


def llama(name, weight=b"\x20", added=(), **more):
    """A model folder of the llama architecture, each weight the same."""
    config = {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": 256, "max_position_embeddings": 128,
              "num_hidden_layers": 1, "hidden_size": 8, "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 4,
              "intermediate_size": 16, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "hidden_act": "silu", "tie_word_embeddings": True, **more}  # fmt: skip
    os.makedirs(name)
    for file, value in (("config.json", config), ("tokenizer.json", tokenizer(added))):
        with open(os.path.join(name, file), "w", encoding="utf-8") as out:
            json.dump(value, out)
    hidden, wide, heads, keys, size = (config[key] for key in (
        "hidden_size", "intermediate_size", "num_attention_heads", "num_key_value_heads", "head_dim"))  # fmt: skip
    shapes = {"model.embed_tokens.weight": (256, hidden), "model.norm.weight": (hidden,)}
    for layer in range(config["num_hidden_layers"]):
        for part, shape in {
            "input_layernorm": (hidden,), "post_attention_layernorm": (hidden,), "self_attn.q_proj": (heads * size, hidden),
            "self_attn.k_proj": (keys * size, hidden), "self_attn.v_proj": (keys * size, hidden), "self_attn.o_proj": (hidden, heads * size),
            "mlp.gate_proj": (wide, hidden), "mlp.up_proj": (wide, hidden), "mlp.down_proj": (hidden, wide),
        }.items():  # fmt: skip
            shapes[f"model.layers.{layer}.{part}.weight"] = shape
    rows = [(tensor, shape, weight * (shape[0] * (shape[1] if len(shape) > 1 else 1))) for tensor, shape in shapes.items()]
    tensors(os.path.join(name, "model.safetensors"), rows)
    return name


def many_notes():
    """Added tokens whose ids cannot be had: one line says so, however many they are."""
    for count in (1, 3, 100_000):
        added = [{"id": 300 + number, "content": f"x{number}", "special": False} for number in range(count)]
        status, _, errors, _ = run("tokenize", "hello", "--model", llama(f"notes{count}", added=added))
        told = [line for line in errors.splitlines() if "as its entry says" in line]
        others = f"; the same holds of {count - 1} more" if count > 1 else ""
        assert status == 0 and len(errors.splitlines()) <= 3, errors[:300]
        assert len(told) == 1 and told[0].endswith("the id 256, not 300 as its entry says" + others), told


def arrays_of_arrays():
    """Thirty million empty arrays: counted, not kept. The file has holes, and takes no room on the disk."""
    count = (1 << 25) - 2
    with open("nested.gguf", "wb") as file:
        file.write(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"a" + struct.pack("<IIQ", 9, 9, count))
        file.truncate(file.tell() + 12 * count)
    size = os.path.getsize("nested.gguf") / MEGABYTES
    status, _, errors, took = run("tokenize", "hello", "--model", "nested.gguf")
    assert status == 1 and errors.count("\n") == 1, errors
    assert took < size + 150, took
    # More keys, and more tensors, than any model has.
    for counts in ((0, 1 << 20), (1 << 20, 0)):
        with open("many.gguf", "wb") as file:
            file.write(b"GGUF" + struct.pack("<IQQ", 3, *counts))
            file.truncate(file.tell() + (40 << 20))
        status, _, errors, took = run("tokenize", "hello", "--model", "many.gguf")
        assert status == 1 and errors.count("\n") == 1 and "131072" in errors and took < 200, (errors, took)


def hole(path, size, begin=b""):
    """A file that takes no room on the disk: what it begins with, then zeros up to a size."""
    with open(path, "wb") as file:
        file.write(begin)
        file.truncate(size)
    return path


def refused(told, *words, given=os.devnull, most=500):
    status, _, errors, took = run(*words, given=given)
    assert status == 1 and errors.count("\n") == 1 and told in errors and took < most, (words, told, errors[:400], took)


def large_files():
    """Files of a model that are larger than any is are refused before anything is made of them."""
    listed = b"[UNK]\n[CLS]\n[SEP]\n[PAD]\n[MASK]\n"
    for name, size, begin, told in (
        ("tokenizer.json", (1 << 27) + 1, b"{", "more bytes than the 134217728"),
        ("tokenizer_config.json", (1 << 27) + 1, b"{", "more bytes than the 134217728"),
        ("vocab.txt", (1 << 26) + 1, b"[UNK]", "more bytes than the 67108864"),
        ("vocab.txt", 0, b"\n" * ((1 << 22) + 1), "more lines than the 4194304"),
        ("vocab.txt", 0, listed + b"x" * (1 << 24) + b"\n", "16777216 bytes"),
        ("merges.txt", (1 << 26) + 1, b"a b", "more bytes than the 67108864"),
        ("merges.txt", 0, b"\n" * ((1 << 22) + 1), "more lines than the 4194304"),
    ):
        folder = llama(f"large-{name}-{len(begin)}")
        if name.endswith(".txt"):
            os.unlink(f"{folder}/tokenizer.json")
        if name == "merges.txt":
            with open(f"{folder}/vocab.json", "w", encoding="utf-8") as file:
                json.dump(tokenizer()["model"]["vocab"], file)
        hole(f"{folder}/{name}", max(size, len(begin)), begin)
        refused(told, "tokenize", "hello", "--model", folder)
    folder = llama("template")
    with open(f"{folder}/chat_template.jinja", "wb") as file:
        file.write(b"{{1}}" * 30_000)
    refused("more bytes than the 131072", "trace", "hello", "--chat", "--model", folder, "--plain", "-o", "run", most=100)
    hole(f"{folder}/chat_template.jinja", 1 << 30, b"{{1}}")
    refused("more bytes than the 131072", "trace", "hello", "--model", folder, "--plain", "-o", "run", most=100)
    # A control token as long as a vocabulary may be is found as any other.
    long = "x" * ((1 << 24) - 3000)
    folder = llama("long", added=[{"id": 256, "content": long, "special": True}])
    status, told, errors, took = run("tokenize", "xxx", "--special", "--model", folder)
    assert status == 0 and told.startswith("3 tokens") and took < 900, (told[:200], errors, took)
    # A vocabulary's texts, and a string, of a GGUF file.
    pair = struct.pack("<Q", 1) + b"a" + struct.pack("<IQ", 8, (1 << 27) + 1)
    hole("string.gguf", (1 << 27) + 1000, b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + pair)
    refused("more bytes in a string", "tokenize", "hello", "--model", "string.gguf")
    model = tokenizer()
    model["model"]["vocab"]["x" * (1 << 24)] = 256
    folder = llama("vocabulary")
    with open(f"{folder}/tokenizer.json", "w", encoding="utf-8") as file:
        json.dump(model, file)
    refused("16777216 bytes", "tokenize", "hello", "--model", folder)


def added_tokens():
    """Added tokens that take what stands beside them, or nearly stand everywhere, in long texts: each place is looked at once.
    The limit is on the processor's time: looked at from every place, these texts take it minutes."""
    half, whole = 500_000, 1_000_000
    for name, token, text, count in (
        # As in the tokenizers library, a token stands at each line end although the first has taken all of them.
        ("right", {"content": "\n", "rstrip": True}, "\n" * whole, whole),
        ("left", {"content": "x", "lstrip": True}, " " * (whole - 1) + "x", 1),
        ("both", {"content": "x", "lstrip": True, "rstrip": True}, (" " * 999 + "x") * 1000, 1000),
        ("nearly", {"content": "a" * half + "b"}, "a" * whole, whole),
    ):
        folder = llama(name, added=[{"id": 256, "special": False, **token}])
        with open("text", "w", encoding="utf-8") as file:
            file.write(text)
        status, told, errors, _ = run("tokenize", "-", "--model", folder, given="text", seconds=60)
        first = told.split("\n", 1)[0].split(",")[0]
        assert status == 0 and first == f"{count} token{'s' if count > 1 else ''}", (name, status, first, errors[:300])


def large_inputs():
    """Files and streams that a command is given are refused by their length, and by their lines."""
    tiny = ["--model", "tiny", "--max-tokens", "1"]
    batch = ["-o", "batch", "--model", "tiny", "--max-tokens", "1"]
    script = hole("script", (1 << 22) + 1)
    for words in ([script], ["-", script]):
        refused("than 4194304 bytes", "debug", "hello", *tiny, "--script", words[0], given=words[-1])
    refused("standard input gives more than 1048576 bytes", "tokenize", "-", "--model", "tiny", given=hole("shown", (1 << 20) + 1))
    text = hole("text", (1 << 24) + 1)
    refused("standard input gives more than 16777216 bytes", "trace", "-", *tiny, "--plain", "-o", "run", given=text)
    refused("is larger than 16777216 bytes", "bench", "--model", "tiny", "--prompt-file", text)
    refused("is larger than 268435456 bytes", "batch", hole("prompts", (1 << 28) + 1), *batch)
    # Each of a course's files has room, all of them together have none.
    os.makedirs("course")
    for number in range(17):
        hole(f"course/{number}.md", 15_900_000)
    refused("more than the 256000000 bytes", "lesson", "lint", "--lessons", "course", most=600)
    # A stream without a line end is no command, and the next line is one.
    with open(hole("endless", 100 << 20), "ab") as file:
        file.write(b"\nprint text\n")
    status, told, errors, took = run("debug", "hello", *tiny, given="endless")
    assert status == 0 and "the line has more than 65536 bytes" in told and "> print text" in told and took < 200, (told[:300], errors, took)
    lines = hole("lines", (1 << 20) + 1, b"\n" * ((1 << 20) + 1))
    refused("has more than 1048576 lines", "batch", lines, *batch)
    with open("one.jsonl", "w", encoding="utf-8") as file:
        file.write('{"prompt": "hello"}\n')
    os.makedirs("batch", exist_ok=True)
    hole("batch/index.jsonl", (1 << 21) + 1, b"\n" * ((1 << 21) + 1))
    refused("has more than 2097152 lines", "batch", "one.jsonl", *batch)


def many_tensors():
    """A header of a million empty tensors is read as far as a model may go."""
    llama("tensors")
    rows = ((f"{number:028x}", (0,), b"") for number in range(1_000_000))
    tensors("tensors/model.safetensors", rows)
    status, _, errors, took = trace("tensors", "--max-tokens", "2")
    assert status == 1 and errors.count("\n") == 1 and took < 600, (errors, took)
    tensors("tensors/model.safetensors", ((f"{number:06x}", (0,), b"") for number in range((1 << 17) + 1)))
    status, _, errors, took = trace("tensors", "--max-tokens", "2")
    assert status == 1 and errors.count("\n") == 1 and "131072" in errors and took < 400, (errors, took)


def many_files():
    """A model in more files than any is, and in names of one file that lead to more tensors than any has."""
    llama("files")
    os.unlink("files/model.safetensors")
    tensors("files/one", ((f"{number:06x}", (0,), b"") for number in range(120_000)))
    for count, told in ((1025, "more files than the 1024"), (6, "more tensors in all files than the 524288")):
        names = [f"{number}.safetensors" for number in range(count)]
        for name in names[:6]:
            if not os.path.islink(f"files/{name}"):
                os.symlink("one", f"files/{name}")
        with open("files/model.safetensors.index.json", "w", encoding="utf-8") as file:
            json.dump({"weight_map": {f"{number:06x}": name for number, name in enumerate(names)}}, file)
        status, _, errors, took = trace("files", "--max-tokens", "2")
        assert status == 1 and errors.count("\n") == 1 and told in errors and took < 900, (errors, took)


def small_objects():
    """A record with a hundred megabytes of small things that nobody asks for: they take no dozen times as much."""
    run("trace", "hello", "--model", "tiny", "--max-tokens", "2", "--plain", "-o", "small")
    with open("small/trace.json", "rb+") as file:
        file.seek(-1, os.SEEK_END)
        while file.read(1) != b"}":
            file.seek(-2, os.SEEK_CUR)
        file.seek(-1, os.SEEK_CUR)
        file.write(b',"more":[')
        for _ in range(100):
            file.write(b'{"a":1},' * 131_072)
        file.write(b"0]}")
    status, _, errors, took = run("show", "small/trace.json")
    assert status == 1 and errors.count("\n") == 1 and "JSON: more than" in errors and took < 900, (errors, took)


def many_heads():
    """A picture of all heads that would be too large is no reason to lose the run."""
    model = llama("heads", num_hidden_layers=256, num_attention_heads=1024, num_key_value_heads=1, head_dim=2, hidden_size=1, intermediate_size=1)
    status, _, errors, _ = trace(model, "--max-tokens", "2")
    assert status == 0 and "attention.png is not there" in errors, errors
    assert sorted(os.listdir("run")) == ["trace.html", "trace.json"], os.listdir("run")
    status, _, errors, _ = run("heatmap", "run", "--layer", "0", "--head", "3", "-o", "one.png")
    assert status == 0 and os.path.getsize("one.png") > 100, errors


def no_numbers():
    """Weights that are no numbers: what was scored with them says so, and its record is one that is read."""
    for name, weight in (("nan", float("nan")), ("inf", float("inf"))):
        model = llama(name, weight=struct.pack("<f", weight))
        status, _, errors, _ = trace(model, "--max-tokens", "0")
        assert status == 0 and "the logits before them are no numbers" in errors and "nan bits" not in errors, errors
        with open("run/trace.json", encoding="utf-8") as file:
            record = json.load(file)
        assert set(map(str, record["prompt"]["scores"])) == {"None"}, record["prompt"]["scores"]
        for command in ("show", "verify"):
            words = [command, "run/trace.json"] + (["--model", model] if command == "verify" else [])
            status, _, errors, _ = run(*words)
            assert status == 0, (command, errors)
        status, _, errors, _ = trace(model, "--max-tokens", "2")
        assert status == 1 and "is not a number" in errors, errors


os.chdir(FOLDER)
globals()[CHECK]()
print("ok")
