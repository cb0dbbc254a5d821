"""Batches as a cluster treats them: killed at any moment, cut into shards, given broken lines, run again.

    batch_check.py COMMAND NAME      runs the check NAME; prints "ok" or says what is wrong

What a batch makes is held against `stepglass trace` of the same prompt: equal but for times and memory.
"""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from heeding import heed_signals

EXE = os.path.abspath(sys.argv[1])
PROMPTS = ["The capital of France is", "法國的首都是", "Once upon a time there was a small", "one two three", "A, b, a,"]


def batch(folder, *options, file="prompts.jsonl", wait=True, **more):
    words = [EXE, "batch", file, "-o", "out", "--model", "tiny", "--threads", "1", *options]
    environment = {**os.environ, "STEPGLASS_LANG": "en"}
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, **more)
    if not wait:
        return process
    out, errors = process.communicate()
    return process.returncode, out, errors


def write(folder, lines, name="prompts.jsonl"):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        for line in lines:
            file.write((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n")


def index(folder, name="out"):
    """All entries by id; every line must be whole, and its record too."""
    entries = {}
    place = os.path.join(folder, name)
    for file in sorted(os.listdir(place)):
        if file.startswith("index") and file.endswith(".jsonl"):
            for line in open(os.path.join(place, file), encoding="utf-8"):
                entry = json.loads(line)
                assert line.endswith("\n") and entry["id"] not in entries, line
                path = os.path.join(place, entry["folder"], "trace.json")
                assert os.path.getsize(path) == entry["bytes"], entry
                json.load(open(path, encoding="utf-8"))
                entries[entry["id"]] = entry
    return entries


def plain(value):
    """A record or an index line without what two equal runs may differ in."""
    if isinstance(value, dict):
        return {
            key: plain(inner) for key, inner in value.items()
            if key not in ("seconds", "metrics", "threads", "bytes", "timeToFirstTokenSeconds", "timePerOutputTokenSeconds")
        }  # fmt: skip
    return [plain(item) for item in value] if isinstance(value, list) else value


def record(folder, entry, name="out"):
    return plain(json.load(open(os.path.join(folder, name, entry["folder"], "trace.json"), encoding="utf-8")))


def many(count, tokens=6):
    return [{"id": f"p{n}", "prompt": PROMPTS[n % len(PROMPTS)], "seed": n, "settings": {"maxTokens": tokens}} for n in range(count)]


def as_trace(folder):
    """Each record is that of `stepglass trace` with the same options."""
    write(folder, [
        {"id": "greedy", "prompt": PROMPTS[0], "settings": {"temperature": 0}}, "",
        {"prompt": PROMPTS[1], "seed": "340282366920938463463374607431768211455", "settings": {"topK": 5, "topP": 0.9}},
        {"id": "beams/3 ../..", "prompt": PROMPTS[2], "settings": {"beams": 3}},
        {"id": "score", "prompt": PROMPTS[3], "settings": {"maxTokens": 0}},
        {"id": "bias", "prompt": PROMPTS[4], "settings": {"logitBias": {"5": -3.5}, "stop": ["b"], "record": []}},
    ])  # fmt: skip
    status, out, errors = batch(folder, "--max-tokens", "7", "--repetition-penalty", "1.1")
    assert status == 0, errors
    entries = index(folder)
    assert list(entries) == ["greedy", "line-3", "beams/3 ../..", "score", "bias"], list(entries)
    assert out.split() == ["out/" + entry["folder"] for entry in entries.values()], out
    assert sorted(os.listdir(folder)) == ["out", "prompts.jsonl"] and entries["line-3"]["line"] == 3
    options = {
        "greedy": [PROMPTS[0], "--greedy"], "score": [PROMPTS[3], "--max-tokens", "0"],
        "line-3": [PROMPTS[1], "--seed", "340282366920938463463374607431768211455", "--top-k", "5", "--top-p", "0.9"],
        "beams/3 ../..": [PROMPTS[2], "--beams", "3"],
        "bias": [PROMPTS[4], "--logit-bias", "5=-3.5", "--stop", "b", "--record", "none"],
    }  # fmt: skip
    for number, (name, words) in enumerate(options.items()):
        if "--max-tokens" not in words:
            words = words + ["--max-tokens", "7"]
        made = subprocess.run(
            [EXE, "trace", *words, "--repetition-penalty", "1.1", "--model", "tiny", "--quiet", "--plain", "-o", f"alone{number}"],
            cwd=folder, capture_output=True, text=True)  # fmt: skip
        assert made.returncode == 0, made.stderr
        alone = plain(json.load(open(os.path.join(folder, f"alone{number}", "trace.json"), encoding="utf-8")))
        assert record(folder, entries[name]) == alone, name
        assert entries[name]["text"] == alone["text"]


def interrupted(folder):
    """Ended by hand: what is made is told, and that the same command goes on."""
    write(folder, many(400, tokens=60))
    process = batch(folder, wait=False, pipesize=4096, preexec_fn=heed_signals)
    process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    made = re.search(r"(\d+) made: out; ended on the way, the same command goes on", errors)
    assert process.returncode == -signal.SIGINT and made and "rror" not in errors, (process.returncode, errors)
    assert 0 < int(made.group(1)) == len(index(folder)) < 400, errors


def killed(folder):
    """Killed at many moments: what the index has is whole, and the end is that of a batch nobody disturbed."""
    write(folder, many(24))
    began = time.monotonic()
    status, _, errors = batch(folder)
    # The moments lie within what a batch takes on this machine, however fast it is.
    whole = time.monotonic() - began
    assert status == 0, errors
    os.rename(os.path.join(folder, "out"), os.path.join(folder, "alone"))
    dice = random.Random(7)
    kills = 0
    while kills < 40:
        process = batch(folder, wait=False, preexec_fn=heed_signals)
        try:
            process.communicate(timeout=whole * dice.random())
            shutil.rmtree(os.path.join(folder, "out"))
            continue
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL if kills % 4 else signal.SIGTERM)
            process.communicate()
            kills += 1
        if os.path.isdir(os.path.join(folder, "out")):
            # A line that was cut off has no end; all others are whole.
            for name in os.listdir(os.path.join(folder, "out")):
                if name.startswith("index"):
                    text = open(os.path.join(folder, "out", name), encoding="utf-8").read()
                    for line in text[: text.rfind("\n") + 1].splitlines():
                        entry = json.loads(line)
                        json.load(open(os.path.join(folder, "out", entry["folder"], "trace.json"), encoding="utf-8"))
    # Half a line, as a machine that lost power leaves it; a record that is gone, and one of another length.
    status, _, errors = batch(folder)
    assert status == 0, errors
    entries = list(index(folder).values())
    with open(os.path.join(folder, "out/index.jsonl"), "a", encoding="utf-8") as file:
        file.write('{"id":"p23","line"')
    os.remove(os.path.join(folder, "out", entries[3]["folder"], "trace.json"))
    with open(os.path.join(folder, "out", entries[5]["folder"], "trace.json"), "a", encoding="utf-8") as file:
        file.write(" ")
    status, out, errors = batch(folder)
    assert status == 0 and len(out.split()) == 2 and errors.startswith("2 made, 22 were there"), (out, errors)
    ours, theirs = index(folder), index(folder, "alone")
    assert set(ours) == set(theirs) and len(ours) == 24
    for name, entry in ours.items():
        assert plain(entry) == plain(theirs[name]), name
        assert record(folder, entry) == record(folder, theirs[name], "alone"), name
    left = [name for _, _, names in os.walk(os.path.join(folder, "out")) for name in names if ".part-" in name]
    assert left == [], left


def shards(folder):
    """Shards at once are the whole, none twice; the same shard twice at once is refused; another number goes on."""
    write(folder, many(17))
    running = [batch(folder, "--shard", f"{number}/4", wait=False) for number in (1, 2, 3, 4)]
    for process in running:
        _, errors = process.communicate()
        assert process.returncode == 0, errors
    whole = index(folder)
    assert sorted(entry["line"] for entry in whole.values()) == list(range(1, 18))
    for number in (1, 2, 3, 4):
        lines = open(os.path.join(folder, f"out/index-{number}-of-4.jsonl"), encoding="utf-8").read().splitlines()
        assert [json.loads(line)["line"] % 4 for line in lines] == [number % 4] * len(lines) and lines, number
    status, out, errors = batch(folder)
    assert status == 0 and out == "" and errors.startswith("0 made, 17 were there"), errors
    os.rename(os.path.join(folder, "out"), os.path.join(folder, "sharded"))
    assert batch(folder)[0] == 0
    alone = index(folder)
    for name in whole:
        assert plain(whole[name]) == plain(alone[name])
        assert record(folder, whole[name], "sharded") == record(folder, alone[name])
    for wrong in ("0/4", "5/4", "1", "a/b", "-1/2", "1/0"):
        status, out, errors = batch(folder, f"--shard={wrong}")
        assert status == 64 and errors.count("\n") == 1, errors


def twice(folder):
    """A second process of a shard is refused while the first one writes, and the first is not disturbed."""
    write(folder, many(400))
    # Nobody reads what it prints, and that is more than the pipe holds: it is not done before the second one looks.
    first = batch(folder, wait=False, pipesize=4096)
    while not os.path.exists(os.path.join(folder, "out/index.jsonl")):
        assert first.poll() is None
        time.sleep(0.01)
    # Where a pipe holds more, it is stopped in the midst of its lines.
    first.send_signal(signal.SIGSTOP)
    status, out, errors = batch(folder)
    first.send_signal(signal.SIGCONT)
    _, told = first.communicate()
    assert status == 1 and "another run is writing" in errors and out == "", errors
    assert first.returncode == 0 and len(index(folder)) == 400, told


def broken(folder):
    """Lines that cannot be run are named with their numbers, and the others are made."""
    lines = [
        {"id": "good", "prompt": "one two"}, "{", "[1]", "null", '{"prompt": "x"', {"id": "no"}, {"prompt": 5},
        {"prompt": "x", "messages": []}, {"messages": []}, {"messages": [{"content": "x"}]}, {"prompt": "x", "promt": "y"},
        {"prompt": "x", "settings": []}, {"prompt": "x", "settings": {"temprature": 1}}, {"prompt": "x", "settings": {"topP": 1.4}},
        {"prompt": "x", "settings": {"topK": "many"}}, {"prompt": "x", "seed": -1}, {"prompt": "x", "seed": 1.5}, {"id": "", "prompt": "x"},
        {"id": 7, "prompt": "x"}, {"id": "good", "prompt": "again"}, {"id": "x" * 300, "prompt": "x"}, {"prompt": "", "id": "empty"},
        {"prompt": "word " * 400, "id": "long"}, {"prompt": "x", "id": "big", "settings": {"context": 10**9}},
        {"prompt": "x", "tools": [{}], "id": "tools"}, '{"prompt": "x", "prompt": "y"}', {"id": "last", "prompt": "three"},
        {"prompt": "x", "id": "heads", "settings": {"ablated": ["99.99"]}}, {"prompt": "x", "settings": {"messages": []}},
        {"prompt": "x", "id": "stage", "settings": {"order": ["no-such"]}}, "[" * 100000, {"messages": [{"role": "user", "content": "x"}], "id": "chat"},
    ]  # fmt: skip
    write(folder, lines)
    with open(os.path.join(folder, "prompts.jsonl"), "ab") as file:
        file.write(b'{"prompt": "\xff"}\r\n\r\n \t\n{"id": "after", "prompt": "four"}')
    status, out, errors = batch(folder, "--max-tokens", "2")
    assert status == 1, (status, errors)
    assert set(index(folder)) == {"good", "last", "chat", "after"}, set(index(folder))
    told = errors.splitlines()
    named = [int(line.split(" line ")[1].split(":")[0]) for line in told if line.startswith("prompts.jsonl line ")]
    expected = [number + 1 for number, line in enumerate(lines) if number not in (0, 26, 31)] + [len(lines) + 1]
    assert named == expected, (named, expected)
    assert told[-1].startswith(f"4 made, {len(expected)} failed"), told[-1]
    assert len(told) == len(expected) + 1, errors
    assert "line 1 too" in next(line for line in told if "line 20:" in line)
    assert "try temperature" in next(line for line in told if "line 13:" in line)


def refused(folder):
    """What the whole batch is refused for: one line, nothing made."""
    write(folder, ["", " "], "blank.jsonl")
    write(folder, many(2))
    os.mkdir(os.path.join(folder, "mine"))
    write(folder, ["x"], "mine/notes.txt")
    for words, code, about in (
        ([EXE, "batch", "no.jsonl", "-o", "out"], 1, "no.jsonl"), ([EXE, "batch", "blank.jsonl", "-o", "out"], 1, "no line"),
        ([EXE, "batch", "prompts.jsonl"], 64, "output"), ([EXE, "batch", "prompts.jsonl", "-o", "mine"], 1, "notes.txt"),
        ([EXE, "batch", "prompts.jsonl", "-o", "prompts.jsonl"], 1, "is a file"),
        ([EXE, "batch", "prompts.jsonl", "-o", "out", "--messages", "x"], 64, "lines"),
        ([EXE, "batch", "prompts.jsonl", "-o", "out", "--top-p", "7"], 64, "top-p"),
    ):  # fmt: skip
        done = subprocess.run(words + ["--model", "tiny"], cwd=folder, capture_output=True, text=True, env={**os.environ, "STEPGLASS_LANG": "en"})
        assert done.returncode == code and about in done.stderr and done.stderr.count("\n") == 1 and done.stdout == "", (words, done)
    assert sorted(os.listdir(folder)) == ["blank.jsonl", "mine", "prompts.jsonl"], os.listdir(folder)
    assert os.listdir(os.path.join(folder, "mine")) == ["notes.txt"]
    # The index has a record of the id, made from something else: named, and left as it is.
    assert batch(folder)[0] == 0
    before = {name: record(folder, entry) for name, entry in index(folder).items()}
    write(folder, [{"id": "p0", "prompt": "another"}, {"id": "p9", "prompt": "new"}])
    status, out, errors = batch(folder)
    assert status == 1 and "line 1: the index has a record" in errors and len(out.split()) == 1, errors
    assert {name: record(folder, entry) for name, entry in index(folder).items() if name != "p9"} == before


def pages(folder):
    """The page and the picture where they are asked for; the record opens in other commands."""
    write(folder, many(1))
    status, out, errors = batch(folder, "--pages", "--record", "attention,logits", "--tensors")
    assert status == 0, errors
    entry = next(iter(index(folder).values()))
    assert sorted(os.listdir(os.path.join(folder, "out", entry["folder"]))) == ["attention.png", "tensors.safetensors", "trace.html", "trace.json"]
    done = subprocess.run([EXE, "verify", out.strip()], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    # What an earlier batch made without a file is not called complete where that file is asked for.
    write(folder, [{"id": "bare", "prompt": PROMPTS[0], "settings": {"maxTokens": 2}}])
    assert batch(folder)[0] == 0
    status, out, errors = batch(folder, "--pages")
    assert status == 1 and "line 1:" in errors and "made without trace.html" in errors and "export" in errors, errors
    status, out, errors = batch(folder, "--tensors")
    assert status == 1 and "made without tensors.safetensors" in errors, errors


def renamed(folder):
    """A line whose id changes to one that is spelled alike gets a record of its own; the old id's stays."""
    write(folder, [{"id": "a b", "prompt": PROMPTS[0]}])
    assert batch(folder, "--max-tokens", "3")[0] == 0
    before = record(folder, index(folder)["a b"])
    write(folder, [{"id": "a-b", "prompt": PROMPTS[1]}])
    assert batch(folder, "--max-tokens", "3")[0] == 0
    write(folder, [{"id": "A.B", "prompt": PROMPTS[2]}])
    assert batch(folder, "--max-tokens", "3")[0] == 0
    entries = index(folder)
    assert len({entry["folder"] for entry in entries.values()}) == 3 == len(entries), entries
    assert record(folder, entries["a b"]) == before


def linked(folder):
    """A record's folder that became a link: what it leads to is somebody else's. A pipe called an index is not waited for."""
    write(folder, many(2))
    assert batch(folder, "--max-tokens", "2", "--pages")[0] == 0
    name = index(folder)["p0"]["folder"]
    os.mkdir(os.path.join(folder, "mine"))
    files = ("trace.json", "trace.html", "attention.png", "tensors.safetensors", "notes.txt")
    for file in files:
        write(folder, ["my own " + file], "mine/" + file)
    shutil.rmtree(os.path.join(folder, "out", name))
    os.symlink(os.path.join(folder, "mine"), os.path.join(folder, "out", name))
    status, out, errors = batch(folder, "--max-tokens", "2", "--pages")
    assert status == 0 and errors.splitlines()[-1].startswith("1 made"), errors
    for file in files:
        assert open(os.path.join(folder, "mine", file), encoding="utf-8").read() == f"my own {file}\n", file
    assert sorted(os.listdir(os.path.join(folder, "mine"))) == sorted(files)
    assert len(index(folder)) == 2 and index(folder)["p0"]["folder"] != name
    os.mkfifo(os.path.join(folder, "out", "index9.jsonl"))
    status, out, errors = batch(folder, "--max-tokens", "2")
    assert status == 1 and "index9.jsonl" in errors and errors.count("\n") == 1, errors


with tempfile.TemporaryDirectory() as place:
    globals()[sys.argv[2]](place)
print("ok")
