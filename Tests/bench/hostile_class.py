"""Hostile submissions beside good ones, graded by the command: what a folder may hold that strangers filled.

hostile_class.py COMMAND FOLDER [--count 1000] [--seed 1]
FOLDER holds good submissions (`STEPGLASS_CLASS_SIZE=20 STEPGLASS_CLASS_FOLDER=FOLDER swift test --filter
aMadeClassIsReadAndGraded` writes some). Checks that the good ones get what they get alone, that each hostile file is scored
or named, and that the batch ends with 0 within its limits; prints counts by kind, seconds and memory as JSON.
"""
import argparse
import collections
import hashlib
import json
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("command")
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--count", type=int, default=1000)
parser.add_argument("--seed", type=int, default=1)
asked = parser.parse_args()
chance = random.Random(asked.seed)
# A variant is its student's: half of the files stay good, the others lend their students' names to what is made of them.
files = [file.read_bytes() for file in sorted(asked.folder.glob("*.json"))]
good, material = files[::2], files[1::2]
ids = sorted({attempt["exercise"] for text in files for attempt in json.loads(text)["attempts"]})


def linked(submission):
    """The same with a chain that is whole."""
    before = ""
    for attempt in submission["attempts"]:
        parts = [before, attempt["exercise"], attempt["variant"], attempt["answer"]]
        before = attempt["link"] = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return json.dumps(submission).encode()


def another():
    return json.loads(chance.choice(material))


def with_answers(answer):
    """A good chain whose every answer is made by `answer`."""
    submission = another()
    for attempt in submission["attempts"]:
        attempt["answer"] = answer()
    return linked(submission)


BOMBS = [
    lambda: "(" * chance.randrange(1, 3_000),
    lambda: "-" * 2_000 + "1",
    lambda: "all(" * 300 + "entropy" + ")" * 300,
    lambda: " and ".join(["any(entropy > 1)"] * 200),
    lambda: "sum(sum(sum(probability(token))))",
    lambda: "1e999", lambda: "nan", lambda: "-0", lambda: "9" * 3_000, lambda: "0x1p-1074",
    lambda: "top-p=1 " * 200, lambda: "temperature=1e-300", lambda: "top-k=-9223372036854775808", lambda: "seed=2^64",
    lambda: "{\"a\":" * 300, lambda: "[" * 4_000, lambda: "\u202e\u0000\u001b[2J\u2066",
    lambda: "'" + "a" * 3_900 + "'", lambda: "!" * 4_000, lambda: "context = 1000000000",
    lambda: "repetition-penalty=1e308 temperature=1e-308", lambda: "max-tokens=100000000 beams=100000",
    lambda: "=HYPERLINK(\"x\")", lambda: "<script>alert(1)</script>",
]


def mutated():
    bytes_ = bytearray(chance.choice(good))
    for _ in range(chance.randrange(1, 9)):
        bytes_[chance.randrange(len(bytes_))] = chance.randrange(256)
    return bytes(bytes_)


def edited():
    submission = another()
    chance.choice(submission["attempts"])["answer"] = "3"
    return json.dumps(submission).encode()


def changed(**members):
    return lambda: json.dumps({**another(), **{k: f() for k, f in members.items()}}).encode()


def repeated():
    submission = another()
    submission["attempts"] = [
        dict(attempt) for attempt in (submission["attempts"] * 60)[:chance.choice([2_000, 2_001])]]
    return linked(submission)


KINDS = {
    "random bytes": lambda: chance.randbytes(chance.randrange(4_000)),
    "cut": lambda: (text := chance.choice(good))[:chance.randrange(len(text))],
    "mutated": mutated,
    "huge": lambda: b"{" + b" " * chance.choice([3_000_000, 20_000_000]),
    "deep": lambda: chance.choice([b"[", b"{\"a\":"]) * chance.randrange(1, 300_000),
    "expressions": lambda: with_answers(chance.choice(BOMBS)),
    "one bomb everywhere": lambda: with_answers(lambda bomb=chance.choice(BOMBS): bomb()),
    "wrong version": changed(version=lambda: chance.choice([0, 2, -1, 1e300, "1", None])),
    "wrong course": changed(course=lambda: chance.choice(["0", "", "x" * 5_000, None, 7])),
    "strange name": changed(student=lambda: chance.choice(["../../x", "\u202eeve", "=cmd|' /C calc'!A0", "", "x" * 9_999])),
    "edited chain": edited,
    "another's file": lambda: chance.choice(good),
    "exercises that are none": lambda: linked({**another(), "attempts": [
        {"exercise": chance.choice(["nothing", "../edge", ""] + ids), "variant": chance.choice(["", "zz-9", "0-0"]),
         "answer": "1", "link": ""} for _ in range(50)]}),
    "attempts without end": repeated,
}


def grade(files):
    """(by file: score and problem, seconds, bytes) of one run of the command."""
    with tempfile.TemporaryDirectory() as folder:
        given, out = pathlib.Path(folder, "given"), pathlib.Path(folder, "out")
        given.mkdir()
        for name, text in files.items():
            (given / name).write_bytes(text)
        started = time.monotonic()
        done = subprocess.run([asked.command, "lesson", "grade", given, "-o", out], capture_output=True,
                              env={**os.environ, "STEPGLASS_LANG": "en"})
        seconds = time.monotonic() - started
        if done.returncode:
            sys.exit(f"grade ended with {done.returncode}: {done.stderr[-500:]!r}")
        results = json.loads((out / "results.json").read_text())
        rows = {row["file"]: (row.get("score"), row.get("problem")) for row in results["submissions"]}
    return rows, seconds


def names(count, prefix):
    return [f"{prefix}-{place}.json" for place in range(count)]


own = dict(zip(names(len(good), "good"), good))
alone, _ = grade(own)
kinds = list(KINDS)
hostile = {name: (kinds[place % len(kinds)], KINDS[kinds[place % len(kinds)]]())
           for place, name in enumerate(names(asked.count, "hostile"))}
together, seconds = grade({**own, **{name: text for name, (_, text) in hostile.items()}})
lost = [name for name in [*own, *hostile] if name not in together]
# A copy names its twin in both; the score stays.
otherwise = [name for name in own if together.get(name, (None,))[0] != alone[name][0]]
counts, examples = collections.defaultdict(lambda: [0, 0]), {}
for name, (kind, _) in hostile.items():
    problem = together.get(name, (0, None))[1]
    counts[kind][problem is not None] += 1
    examples.setdefault(kind, problem)
print(json.dumps({
    "good": len(own), "hostile": len(hostile), "not in the results": lost, "good ones graded otherwise": otherwise,
    "scored, named": counts, "for example": examples, "seconds": round(seconds, 1),
    "most bytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024}))
sys.exit(bool(lost or otherwise))
