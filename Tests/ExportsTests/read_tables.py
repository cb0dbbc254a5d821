"""Reads the tables of a record back with Python's csv and compares them with the trace.json they were made of.

    read_tables.py TRACE.json FOLDER     FOLDER holds steps.csv, candidates.csv, stages.csv

Numbers must be equal to the last bit, bytes too; texts must be what a person reads: nothing that acts, nothing that a
spreadsheet runs. Prints "N rows".
"""

import csv
import json
import os
import re
import sys
import unicodedata

trace = json.load(open(sys.argv[1], encoding="utf-8"))
if trace.get("run") == "fill":
    # A mask is told as a step of its best candidate, with the raw stage alone and no time of its own.
    trace["steps"] = [
        {
            **mask, "index": number, "token": {**mask["candidates"][0], "special": False}, "draw": None, "finish": None,
            "entropyBits": {"raw": mask["entropyBits"], "final": mask["entropyBits"]},
            "seconds": {"forward": 0, "choose": 0, "record": 0},
            "stages": [{"name": "raw", "parameters": {}, "kept": len(mask["candidates"]) + mask["tail"]["count"], "removed": 0}],
        }
        for number, mask in enumerate(trace["masks"])
    ]  # fmt: skip


def rows(name):
    raw = open(os.path.join(sys.argv[2], name + ".csv"), "rb").read()
    # RFC 4180: every line ends in CR LF, and no other control character stands anywhere.
    assert raw.endswith(b"\r\n") and raw.count(b"\r\n") == raw.count(b"\n") == raw.count(b"\r")
    assert all(byte >= 0x20 for byte in raw.replace(b"\r\n", b""))
    with open(os.path.join(sys.argv[2], name + ".csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def same(cell, value, name):
    if value is None:
        assert cell == "", (name, cell, value)
    elif isinstance(value, bool):
        assert cell == str(int(value)), (name, cell, value)
    elif isinstance(value, (int, float)):
        assert float(cell) == value, (name, cell, value)
    else:
        text(cell, value, name)


def text(cell, value, name):
    """What a person reads of a text."""
    for mark in cell:
        assert unicodedata.category(mark) not in ("Cc", "Cf", "Zl", "Zp", "Cs"), (name, cell)
    if cell[:1] and cell[0] in "=+-@＝＋－＠":
        float(cell)
    bare = cell[1:] if cell[:1] == "'" and value[:1] in tuple("=+-@＝＋－＠") else cell
    if value.count(";"):
        bare = re.sub(r"""(;"*)'(?=[=+@＝＋－＠-])""", r"\1", bare)
    if value.isascii() and value.isprintable():
        assert bare == value, (name, cell, value)


def octets(cell, value, name):
    assert cell[:2] == "0x" and bytes.fromhex(cell[2:]) == bytes.fromhex(value), (name, cell, value)


count = 0
table = rows("steps")
assert len(table) == len(trace["steps"])
for row, step in zip(table, trace["steps"]):
    chosen = next((one for one in step["candidates"] if one["id"] == step["token"]["id"]), {})
    draw, logits = step["draw"] or {}, chosen.get("logits") or [None]
    expected = {
        "step": step["index"], "position": step["position"], "id": step["token"]["id"], "text": step["token"]["text"],
        "special": step["token"]["special"], "rank": chosen.get("rank"), "rawLogit": logits[0], "finalLogit": logits[-1],
        "rawProbability": chosen.get("rawProbability"), "probability": chosen.get("probability"),
        "rawEntropyBits": step["entropyBits"]["raw"], "finalEntropyBits": step["entropyBits"]["final"],
        "logSumExp": step["logSumExp"], "kept": step["stages"][-1]["kept"], "listed": len(step["candidates"]),
        "tailCount": step["tail"]["count"], "tailRawProbability": step["tail"]["rawProbability"],
        "tailProbability": step["tail"]["probability"], "drawUniform": draw.get("uniform"), "drawLow": draw.get("low"),
        "drawHigh": draw.get("high"), "finish": step["finish"], "forwardSeconds": step["seconds"]["forward"],
        "chooseSeconds": step["seconds"]["choose"], "recordSeconds": step["seconds"]["record"],
    }  # fmt: skip
    assert set(row) == set(expected) | {"bytes"}, set(row) ^ set(expected)
    for name in expected:
        same(row[name], expected[name], name)
    octets(row["bytes"], step["token"]["bytes"], "bytes")
    count += 1
table = iter(rows("candidates"))
for step in trace["steps"]:
    for one in step["candidates"]:
        row = next(table)
        expected = {
            "step": step["index"], "rank": one["rank"], "id": one["id"], "text": one["text"],
            "chosen": one["id"] == step["token"]["id"], "rawLogit": one["logits"][0], "finalLogit": one["logits"][-1],
            "rawProbability": one["rawProbability"], "probability": one["probability"], "removedBy": one["removedBy"],
        }  # fmt: skip
        assert set(row) == set(expected) | {"bytes"}, set(row) ^ set(expected)
        for name in expected:
            same(row[name], expected[name], name)
        octets(row["bytes"], one["bytes"], "bytes")
        count += 1
assert next(table, None) is None
table = iter(rows("stages"))
for step in trace["steps"]:
    for place, stage in enumerate(step["stages"]):
        row = next(table)
        for name, value in (("step", step["index"]), ("place", place), ("stage", stage["name"]), ("kept", stage["kept"]), ("removed", stage["removed"])):
            same(row[name], value, name)
        numbers = dict(part.split("=") for part in row["parameters"].split())
        for name, value in stage["parameters"].items():
            number = float(numbers.pop(name))
            assert number == value or (value is None and number != number), (stage, row)
        assert not numbers, row
        count += 1
assert next(table, None) is None
print(f"{count} rows")
