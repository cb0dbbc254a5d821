"""`stepglass serve` by a plain HTTP client: serving.py WHAT TRACE MODEL FOLDER. TRACE is the command's record of the prompt."""
import json
import os
import signal
import struct
import subprocess
import sys
import threading

from served import Client, Served, floats, in_threads

what, recorded, model, folder = sys.argv[1:5]
with open(recorded, encoding="utf-8") as file:
    native = json.load(file)
prompt, settings = native["prompt"]["text"], native["settings"]
options = {"temperature": settings["temperature"], "seed": settings["seed"], "max_tokens": len(native["steps"])}
records = os.path.join(folder, "records")


def check(name, ok, detail=""):
    print(("ok    " if ok else "FAIL  ") + name + ("" if ok else f": {detail}"))
    if not ok:
        sys.exit(1)


def bare(step):
    """A step without its times."""
    return {name: value for name, value in step.items() if not name.endswith("Seconds") and name not in ("cost", "costs", "seconds")}


def same_steps(found, where):
    wanted = native["steps"][:len(found)]
    for ours, theirs in zip(found, wanted):
        check(f"{where}: step {ours['index']}", bare(ours) == bare(theirs), f"{bare(ours)}\n{bare(theirs)}")


def bits():
    """Ids, logits, draws and attention of a run through the server are the command's."""
    server = Served(records, "--model", model)
    client = Client(server)
    run = client.begin(model, prompt, **options)
    events = client.listen()
    steps, rows = [], {}
    for part in client.walk(run, 1000, events, layer=1, **{"from": 0}):
        answer = part["step"]["result"]
        steps += answer["steps"]
        check("stories come along", len(part["stories"]["result"]["stories"]) == len(answer["steps"]) if answer["steps"] else True)
        if "rows" in part and "bytes" in part:
            facts, numbers = part["rows"]["result"], floats(part["bytes"])
            width, count = facts["positions"], facts["to"] - facts["from"]
            for head in range(facts["heads"]):
                for query in range(count):
                    start = (head * count + query) * width
                    rows[head, facts["from"] + query] = numbers[start:start + facts["from"] + query + 1]
    check("all steps came", len(steps) == len(native["steps"]), len(steps))
    same_steps(steps, "events")
    trace = json.loads(client.result({"request": "trace", "run": run})[1][0])
    same_steps(trace["steps"], "record")
    check("the same text", trace["text"] == native["text"])
    check("the same attention", trace["attention"] == native["attention"])
    whole = client.result({"request": "attention", "run": run, "layer": 1})
    facts = whole[0]
    numbers = struct.unpack(f"<{len(whole[1][0]) // 4}f", whole[1][0])
    count = facts["to"]
    for (head, query), row in rows.items():
        start = (head * count + query) * facts["positions"]
        check(f"row {head} {query}", numbers[start:start + len(row)] == row)
    check("rows came", len(rows) == facts["heads"] * count, (len(rows), facts["heads"] * count))
    check("ends", server.end()[0] == 0)


def calls():
    """A call that is sent again, or twice at once, is carried out once."""
    server = Served(records, "--model", model)
    client = Client(server)
    run = client.begin(model, prompt, **options)
    first = client.send({"request": "step", "run": run, "count": 3}, call="again")
    check("the same answer", client.send({"request": "step", "run": run, "count": 3}, call="again") == first)
    check("made once", client.result({"request": "run", "run": run})[0]["steps"] == 3)
    found = []
    in_threads(8, lambda _: found.append(client.send({"request": "step", "run": run, "count": 5}, call="at-once")))
    check("one answer for all", all(one == found[0] for one in found) and len(found) == 8)
    check("made once, by eight at once", client.result({"request": "run", "run": run})[0]["steps"] == 8)
    same_steps(first[0]["result"]["steps"] + found[0][0]["result"]["steps"], "calls")
    check("ends", server.end()[0] == 0)


def events():
    """A network that is lost: the events after the last that came come again, and none twice."""
    server = Served(records, "--model", model)
    client = Client(server)
    run = client.begin(model, prompt, **options)
    heard = client.listen()
    # All steps of the record: a fast machine makes many of them in the millisecond that a part takes.
    parts = list(client.walk(run, len(native["steps"]), heard, milliseconds=1))
    heard.close()
    check("several parts", len(parts) > 3, len(parts))
    again = client.listen(last=0)
    first = [again.next() for _ in range(2)]
    again.close()
    rest = client.listen(last=first[-1][0])
    found = [data for _, name, data in first if name == "part"]
    number = first[-1][0]
    while not found or not found[-1].get("ended"):
        event = rest.next()
        check("numbers go on", event[0] == number + 1, event[:2])
        number = event[0]
        if event[1] == "part":
            found.append(event[2])
    check("the same parts", found == parts)
    rest.close()
    strange = client.listen(last=10 ** 6)
    check("who has what never was looks anew", strange.next()[1] == "lost")
    check("ends", server.end()[0] == 0)
    check("the stream ends with the server", strange.next() is None)


def together():
    """Pages at once: each run is the command's, however they take turns."""
    server = Served(records, "--model", model)
    client = Client(server)
    runs = [client.begin(model, prompt, **options) for _ in range(4)]
    lock = threading.Lock()
    found = {}

    def one(i):
        own = Client.__new__(Client)
        own.server, own.cookie, own.last = server, client.cookie, 1000 * (i + 1)
        heard = own.listen()
        steps = [step for part in own.walk(runs[i], 1000, heard, milliseconds=1) for step in part["step"]["result"]["steps"]]
        with lock:
            found[i] = steps

    in_threads(4, one)
    for i, steps in found.items():
        check(f"page {i} has all steps", len(steps) == len(native["steps"]), len(steps))
        same_steps(steps, f"page {i}")
    check("ends", server.end()[0] == 0)


def cancelled():
    """A walk that is cancelled ends, and the engine is free."""
    server = Served(records, "--model", model)
    client = Client(server)
    heard = client.listen()
    # A whole run takes some fifty milliseconds: where it was over before the wish came, another one is tried.
    for _ in range(20):
        run = client.begin(model, prompt, **options)
        made, name = 0, None
        for part in client.walk(run, 100_000, heard, milliseconds=1):
            made += len(part.get("step", {}).get("result", {}).get("steps", []))
            if name is None:
                name = part["call"]
                status, _, _ = server.ask("POST", f"/engine/cancel?id={name}", client.headers(**{"Content-Type": "application/json"}), b"{}")
                check("takes the wish", status == 200, status)
        if made < len(native["steps"]):
            break
        client.result({"request": "end", "run": run})
    check("ended before its end", 0 < made < len(native["steps"]), made)
    check("free at once", client.result({"request": "run", "run": run})[0]["steps"] == made)
    rest = [step for part in client.walk(run, 100_000, heard) for step in part["step"]["result"]["steps"]]
    check("goes on where it was", made + len(rest) == len(native["steps"]), (made, len(rest)))
    check("the same steps", [bare(one) for one in rest] == [bare(one) for one in native["steps"][made:]])
    check("ends", server.end()[0] == 0)


def ended():
    """SIGTERM and SIGINT in the middle of a run: what was asked is answered, the record is whole, the exit is 0."""
    for number in [signal.SIGTERM, signal.SIGINT]:
        place = os.path.join(folder, f"records-{number}")
        server = Served(place, "--model", model)
        client = Client(server)
        run = client.begin(model, prompt, **options)
        heard = client.listen()
        walk = client.walk(run, 100_000, heard, milliseconds=1)
        heard_steps = next(walk)["step"]["result"]["steps"]
        code, out, errors = server.end(number)
        check("exit 0", code == 0 and errors == "", (code, errors))
        for part in iter(heard.next, None):
            if part[1] == "part":
                heard_steps += part[2].get("step", {}).get("result", {}).get("steps", [])
        path = out.strip().split("\n")[-1]
        with open(path, encoding="utf-8") as file:
            record = json.load(file)
        check("the record has what was heard", [one["index"] for one in record["steps"]] == list(range(len(heard_steps))), (len(record["steps"]), len(heard_steps)))
        same_steps(record["steps"], "record")
        command = os.environ.get("STEPGLASS_COMMAND") or os.environ["STEPGLASS_EXE"]
        verified = subprocess.run([command, "verify", path], capture_output=True, text=True)
        check("the record is verified", verified.returncode == 0, verified.stdout + verified.stderr)


def schema():
    """Messages, replies and events are those of the schema; what it does not know it refuses."""
    import jsonschema

    command = os.environ.get("STEPGLASS_COMMAND") or os.environ["STEPGLASS_EXE"]
    whole = json.loads(subprocess.run([command, "schema", "--live"], capture_output=True, check=True).stdout)
    jsonschema.Draft202012Validator.check_schema(whole)
    seen = set()

    def validate(data, name):
        seen.add(data.get("request") if name == "message" else name)
        one = whole if name == "message" else {"$ref": f"#/$defs/{name}", "$defs": whole["$defs"]}
        jsonschema.Draft202012Validator(one).validate(data)

    for wrong in [{}, {"request": "open"}, {"request": "step"}, {"request": "step", "run": "1"}, {"request": "step", "run": 1, "more": 1}]:
        try:
            validate(wrong, "message")
        except jsonschema.ValidationError:
            continue
        check("a wrong message is refused", False, wrong)
    server = Served(records, "--model", model)
    Client.validate = staticmethod(validate)
    client = Client(server)
    client.send({"request": "models"})
    # Long enough that no machine reads it within a millisecond, and no part of it is told.
    run = client.begin(model, prompt + " and" * 200, **options)
    list(client.walk(run, 5, client.listen(), milliseconds=1, layer=0, **{"from": 0}))
    for request in [{"request": "run", "run": run}, {"request": "line", "run": run, "line": "why top(2)", "width": 80}, {"request": "force", "run": run, "token": 5},
                    {"request": "complete", "run": run, "line": "unt"}, {"request": "ask", "run": run, "step": 0, "question": "entropy >"}, {"request": "ablate", "run": run, "layer": 99, "head": 0},
                    {"request": "what-if", "run": run, "step": 0, "options": {"temperature": "0"}}, {"request": "trace", "run": run, "attention": False}, {"request": "end", "run": run}]:
        client.send(request)
    check("events of both kinds came", {"part", "progress"} <= seen, seen)
    Client.validate = None
    check("ends", server.end()[0] == 0)


def taken():
    """A port that another program has: one line that says so."""
    server = Served(records, "--model", model)
    command = os.environ.get("STEPGLASS_COMMAND") or os.environ["STEPGLASS_EXE"]
    second = subprocess.run([command, "serve", "--no-open", "--port", str(server.port)], capture_output=True, text=True,
                            env={**os.environ, "STEPGLASS_LANG": "en"})
    check("one line", second.returncode == 1 and second.stdout == "" and second.stderr.count("\n") == 1 and "taken" in second.stderr, second)
    Client(server)
    check("the first goes on, and ends", server.end()[0] == 0)
    third = Served(records, "--model", model)
    check("begins anew", third.end()[0] == 0)


globals()[what]()
