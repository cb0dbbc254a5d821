"""Reads timelines in the trace event format, by the format's own rules and nothing of ours.

    trace_events.py FILE…            prints, for each file, a line of JSON with what the queries give
    trace_events.py --queries DOC FILE   runs the SQL of a document's ```sql blocks, prints their results as a list

Checks what importers ask for: known phases with their members, numbers that are numbers, names of tracks, counters whose
arguments are numbers, and slices of a track that lie inside each other or apart. Then it makes the tables that Perfetto's
trace processor makes of such a file (slice, thread, counter), in nanoseconds, and asks them.
"""

import json
import math
import re
import sqlite3
import sys

METADATA = {"process_name": "name", "thread_name": "name", "thread_sort_index": "sort_index"}


def strict(pairs):
    members = dict(pairs)
    assert len(members) == len(pairs), f"a member twice: {pairs}"
    return members


def number(event, name):
    value = event[name]
    assert type(value) in (int, float) and math.isfinite(value) and value >= 0, event
    return value


def read(path):
    text = open(path, encoding="utf-8").read()
    # Control characters stand in no JSON, and no reader should meet one in a name.
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text), "a raw control character"
    whole = json.loads(text, object_pairs_hook=strict, parse_constant=lambda name: 1 / 0)
    assert whole["displayTimeUnit"] in ("ms", "ns") and isinstance(whole["otherData"], dict)
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE thread (utid INTEGER PRIMARY KEY, tid INTEGER, name TEXT)")
    base.execute("CREATE TABLE slice (ts INTEGER, dur INTEGER, category TEXT, name TEXT, track_id INTEGER, depth INTEGER, args TEXT)")
    base.execute("CREATE TABLE counter (ts INTEGER, value REAL, name TEXT)")
    open_slices, named, used = {}, set(), set()
    for event in whole["traceEvents"]:
        assert isinstance(event["name"], str) and event["name"], event
        assert type(event["pid"]) is int and isinstance(event["args"], dict), event
        if event["ph"] == "M":
            value = event["args"][METADATA[event["name"]]]
            if event["name"] == "thread_name":
                base.execute("INSERT INTO thread VALUES (?, ?, ?)", (event["tid"], event["tid"], value))
                named.add(event["tid"])
        elif event["ph"] == "X":
            start = round(number(event, "ts") * 1000)
            end = round((event["ts"] + number(event, "dur")) * 1000)
            assert isinstance(event["cat"], str) and type(event["tid"]) is int
            used.add(event["tid"])
            inside = open_slices.setdefault(event["tid"], [])
            while inside and inside[-1][1] <= start and not (inside[-1] == (start, end)):
                inside.pop()
            assert not inside or (inside[-1][0] <= start and end <= inside[-1][1]), f"slices cross: {event}"
            base.execute("INSERT INTO slice VALUES (?, ?, ?, ?, ?, ?, ?)", (
                start, end - start, event["cat"], event["name"], event["tid"], len(inside), json.dumps(event["args"])))
            inside.append((start, end))
        elif event["ph"] == "C":
            assert event["args"] and set(event) == {"ph", "name", "pid", "ts", "args"}, event
            for name in event["args"]:
                value = event["args"][name]
                assert type(value) in (int, float) and math.isfinite(value), event
                base.execute("INSERT INTO counter VALUES (?, ?, ?)", (round(number(event, "ts") * 1000), value, f"{event['name']} {name}"))
        else:
            raise AssertionError(event)
    assert used <= named, f"tracks without a name: {used - named}"
    return whole, base


def summary(base):
    ask = lambda sql: base.execute(sql).fetchone()[0]
    return {
        "firstToken": ask("SELECT dur / 1e9 FROM slice WHERE name = 'time to first token'")
        if ask("SELECT count(*) FROM slice WHERE name = 'time to first token'") else None,
        "steps": ask("SELECT count(*) FROM slice WHERE name GLOB 'step *' OR name GLOB 'mask *'"),
        "stages": ask("SELECT count(*) FROM slice WHERE category = 'share' AND track_id = 4"),
        "layers": ask("SELECT count(*) FROM slice WHERE category = 'share' AND track_id = 5"),
        "tokens": ask("SELECT count(*) FROM slice WHERE track_id = 3"),
        "nested": ask("SELECT count(*) FROM slice WHERE depth = 1"),
        "cache": ask("SELECT max(value) FROM counter WHERE name = 'key/value cache bytes'"),
        "entropies": ask("SELECT count(*) FROM counter WHERE name GLOB 'entropy * bits'"),
    }  # fmt: skip


if sys.argv[1] == "--queries":
    queries = re.findall(r"```sql\n(.*?)```", open(sys.argv[2], encoding="utf-8").read(), re.S)
    _, base = read(sys.argv[3])
    print(json.dumps([base.execute(query).fetchone()[0] for query in queries]))
else:
    for path in sys.argv[1:]:
        print(json.dumps(summary(read(path)[1])))
