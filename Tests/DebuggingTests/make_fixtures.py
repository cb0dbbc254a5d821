"""Finds by hand, from a trace.json, the steps at which questions hold.

Run: python3 Tests/DebuggingTests/make_fixtures.py
Reads Fixtures/questions/trace.json with nothing but Python's json module and writes expected.tsv beside it. Each
question of the debugger stands next to a Python expression that says the same about one step of the file.
"""

import json
import math
from pathlib import Path

FOLDER = Path(__file__).parent / "Fixtures" / "questions"
TRACE = json.loads((FOLDER / "trace.json").read_text(encoding="utf-8"))
STEPS = TRACE["steps"]
PROMPT = TRACE["prompt"]["tokens"]


def candidate(step, text):
    """The best candidate with that text, or None."""
    for found in step["candidates"]:
        if bytes.fromhex(found["bytes"]) == text.encode():
            return found
    return None


def chosen(step):
    return next(c for c in step["candidates"] if c["id"] == step["token"]["id"])


def argmax(step):
    return next(c for c in step["candidates"] if c["rank"] == 1)


def written(step):
    """The bytes generated up to this step, control tokens left out."""
    tokens = [s["token"] for s in STEPS[: step["index"] + 1]]
    return b"".join(bytes.fromhex(t["bytes"]) for t in tokens if not t["special"])


def lead(step, key):
    best = sorted((c[key] for c in step["candidates"]), reverse=True)
    return best[0] - best[1]


def stage_index(step, name):
    return next(i for i, s in enumerate(step["stages"]) if s["name"] == name)


def lens_top(step, layer):
    return next(row for row in step["lens"] if row["layer"] == layer)["top"][0]


def p(step, text, key):
    found = candidate(step, text)
    return None if found is None else found[key]


def above(value, limit):
    return value is not None and value > limit


QUESTIONS = [
    ("entropy > 3", lambda s: s["entropyBits"]["final"] > 3),
    ("entropy(raw) > 3", lambda s: s["entropyBits"]["raw"] > 3),
    ("entropy(raw) - entropy > 2 and step >= 10",
     lambda s: s["entropyBits"]["raw"] - s["entropyBits"]["final"] > 2 and s["index"] >= 10),
    ('p(" rain") > 0.001', lambda s: above(p(s, " rain", "probability"), 0.001)),
    ('p(" rain", raw) > 0.001', lambda s: above(p(s, " rain", "rawProbability"), 0.001)),
    ('not known(p(" rain"))', lambda s: candidate(s, " rain") is None),
    ('not (p(" rain", raw) > 0.001)',
     lambda s: candidate(s, " rain") is not None and not p(s, " rain", "rawProbability") > 0.001),
    ("rank(chosen) > 1", lambda s: chosen(s)["rank"] > 1),
    ("removed(argmax)", lambda s: argmax(s)["removedBy"] is not None),
    ("margin < 0.5", lambda s: lead(s, "probability") < 0.5),
    ("margin(raw) < 0.5", lambda s: lead(s, "rawProbability") < 0.5),
    ("by(top(3)) == top_p", lambda s: s["candidates"][2]["removedBy"] == "top-p"),
    ("by(top(3)) == none", lambda s: s["candidates"][2]["removedBy"] is None),
    ("logit(argmax, stage: temperature) > 12",
     lambda s: above(argmax(s)["logits"][stage_index(s, "temperature")], 12)),
    ("kept(top_p) == 1", lambda s: s["stages"][stage_index(s, "top-p")]["kept"] == 1),
    ("tail(raw) > 0.05", lambda s: s["tail"]["rawProbability"] > 0.05),
    ("tokens.count % 7 == 0", lambda s: (len(PROMPT) + s["index"] + 1) % 7 == 0),
    ('text contains "night"', lambda s: b"night" in written(s)),
    ('text ends "。"', lambda s: written(s).endswith("。".encode())),
    ('token == "，" or token == ","', lambda s: bytes.fromhex(s["token"]["bytes"]) in ("，".encode(), b",")),
    ("draw.u > 0.9", lambda s: s["draw"] is not None and s["draw"]["uniform"] > 0.9),
    ("draw.high - draw.low < 0.2", lambda s: s["draw"] is not None and s["draw"]["high"] - s["draw"]["low"] < 0.2),
    ("finish == eos", lambda s: s["finish"] == "eos"),
    ("surprise(chosen, raw) > 3", lambda s: -math.log2(chosen(s)["rawProbability"]) > 3),
    ("lens.top(layer: 1) == chosen", lambda s: lens_top(s, 1)["id"] == s["token"]["id"]),
    ("(count over candidates of removed(c)) > 5",
     lambda s: sum(c["removedBy"] is not None for c in s["candidates"]) > 5),
    ("max over candidates of p(c) < 0.6", lambda s: max(c["probability"] for c in s["candidates"]) < 0.6),
    ('" rain" in tokens', lambda s: any(
        bytes.fromhex(t["bytes"]) == b" rain" for t in PROMPT + [x["token"] for x in STEPS[: s["index"] + 1]])),
]

lines = []
for question, holds in QUESTIONS:
    steps = [step["index"] for step in STEPS if holds(step)]
    lines.append(" ".join(map(str, steps)) + "\t" + question)
(FOLDER / "expected.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
print(f"{len(lines)} questions over {len(STEPS)} steps")
