"""Runs through other engines: engine_check.py COMMAND CHECK. Prints "ok", or what is wrong.

llama.cpp's server is the real one (xllamacpp). Servers that behave badly are in engine_bad.py.
"""
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
TINY = HERE.parent.parent / "Sources/CTinyModel/stepglass-tiny"
KEY = "sk-very-secret-0123456789"
PROMPT = "Tom has a red"


def run(command, *arguments, key=None, check=True, **more):
    environment = {**os.environ, "STEPGLASS_LANG": "en"}
    environment.pop("STEPGLASS_ENGINE_KEY", None)
    if key:
        environment["STEPGLASS_ENGINE_KEY"] = key
    done = subprocess.run([command, *map(str, arguments)], capture_output=True, text=True, env=environment, timeout=300, **more)
    if check:
        assert done.returncode == 0, f"{arguments}: {done.returncode} {done.stderr}"
    return done


def record(folder):
    return json.loads((pathlib.Path(folder) / "trace.json").read_text())


class Llama:
    """llama.cpp's server with a model's weights as 32-bit floats, without a name those of the model that ships."""

    def __init__(self, folder, key=None, model=TINY):
        self.model = folder / "floats.gguf"
        subprocess.run([sys.executable, HERE / "engine_models.py", model, self.model], check=True)
        self.process = subprocess.Popen(
            [sys.executable, HERE / "llama_server.py", self.model, *([key] if key else [])], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.process.stdout.readline().strip()
        assert self.address, "llama.cpp's server did not start"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Listening:
    """A server in this process, as long as it is in use: its handlers are of this kind, and find it as `self.server`."""

    def __init__(self, handler):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


# llama.cpp looks the GELU of a GPT-2 up in a table of 16-bit floats; models without one agree to 1e-3 and better.
TINY_TOLERANCE = 1e-2


def compare(own, other, what, tolerance=TINY_TOLERANCE):
    """Both records are of one run: ids, listed log-probabilities, ledger, draw."""
    assert [s["token"]["id"] for s in own["steps"]] == [s["token"]["id"] for s in other["steps"]], what + ": other tokens"
    assert own["text"] == other["text"] and own["prompt"] == other["prompt"], what
    worst = 0.0
    for a, b in zip(own["steps"], other["steps"]):
        where = f"{what}, step {a['index']}"
        assert [(s["name"], s["kept"], s["removed"]) for s in a["stages"]] == [(s["name"], s["kept"], s["removed"]) for s in b["stages"]], where
        mine = {c["id"]: c for c in a["candidates"]}
        assert len(b["candidates"]) > 1 or len(mine) == 1, where
        for c in b["candidates"]:
            o = mine.get(c["id"])
            if o is None:
                assert abs(c["rawProbability"]) < tolerance, where
                continue
            worst = max(worst, abs(c["logits"][0] - (o["logits"][0] - a["logSumExp"])))
            assert c["removedBy"] == o["removedBy"] and c["text"] == o["text"] and c["bytes"] == o["bytes"], (where, c, o)
            assert abs(c["probability"] - o["probability"]) < tolerance, where
        assert abs(sum(c["rawProbability"] for c in b["candidates"]) + b["tail"]["rawProbability"] - 1) < 1e-3, where
        assert (a["draw"] is None) == (b["draw"] is None) and a["finish"] == b["finish"], where
        if a["draw"]:
            assert a["draw"]["uniform"] == b["draw"]["uniform"] and a["draw"]["generator"] == b["draw"]["generator"], where
            assert max(abs(a["draw"][n] - b["draw"][n]) for n in ("low", "high")) < tolerance, where
    assert worst < tolerance, f"{what}: a log-probability is off by {worst}"
    return worst


RUNS = {
    "greedy": ["--greedy"],
    "top-k": ["--top-k", "20", "--seed", "5"],
    "hot": ["--temperature", "1.5", "--top-k", "12", "--top-p", "0.9", "--seed", "7"],
    "min-p": ["--min-p", "0.05", "--seed", "9"],
    "top-p": ["--top-p", "0.8", "--temperature", "0.7", "--seed", "3"],
    "plain": ["--seed", "11"],
    "penalties": ["--frequency-penalty", "0.4", "--presence-penalty", "0.3", "--top-k", "10", "--seed", "2"],
    "all": ["--seed", "4", "--engine-list", "all", "--typical-p", "0.8", "--frequency-penalty", "0.3", "--temperature", "0.9"],
}


def through(command, address, model="tiny", tolerance=TINY_TOLERANCE, names=RUNS, prompt=PROMPT):
    """Each run once here and once through the engine."""
    with tempfile.TemporaryDirectory() as folder:
        folder, worst = pathlib.Path(folder), 0.0
        for name in names:
            options = RUNS[name]
            ours = [o for i, o in enumerate(options) if o != "--engine-list" and (i == 0 or options[i - 1] != "--engine-list")]
            common = ["trace", prompt, "--max-tokens", "12", "--record", "none", "--plain", "--model", model]
            run(command, *common, *ours, "-o", folder / (name + "-own"))
            told = run(command, *common, *options, "--engine", address, "-o", folder / name)
            own, other = record(folder / (name + "-own")), record(folder / name)
            assert "origin" not in own and "ended" not in other, name
            origin = other["origin"]
            assert origin["address"] == address and origin["values"]["attention"] == "unavailable", origin
            assert origin["values"]["logProbabilities"] == "observed" and origin["values"]["draw"] == "recomputed"
            assert (origin["listed"] is None) == (name == "all") and other["model"]["sha256"] == "", name
            assert "observed: log-probabilities" in told.stderr and "unavailable: logits, attention" in told.stderr, told.stderr
            worst = max(worst, compare(own, other, name, tolerance))
        return worst


def llama(command):
    with tempfile.TemporaryDirectory() as folder, Llama(pathlib.Path(folder)) as server:
        through(command, server.address)
        # Behind these the server's own draw is often a part of a character, and it lists nothing beside that.
        for prompt in ("\u4f60", "\u2603 \u2603 \u2603", "\U0001f600"):
            through(command, server.address, names=["greedy"], prompt=prompt)
        debugger(command, server.address)
        editor(command, server.address)
        batch(command, server.address)
        refusals(command, server.address)


def smollm2(command, model):
    """A model whose every part both compute in floats: the same to three places and more."""
    with tempfile.TemporaryDirectory() as folder, Llama(pathlib.Path(folder), model=model) as server:
        through(command, server.address, server.model, 1e-3, ["greedy", "top-k"])


def debugger(command, address):
    script = ["-e", "step", "-e", "run", "-e", "why top(2)", "-e", "back 3", "-e", "set temperature 0",
              "-e", "force top(2)", "-e", "run"]
    common = ["debug", PROMPT, "--max-tokens", "6", "--top-k", "20", "--seed", "5", "--model", "tiny"]
    ours, theirs = run(command, *common, *script, input=""), run(command, *common, *script, "--engine", address, input="")
    # Where each command comes to, and the tokens there: `step 0: " F"  #441`, `step 2: "est" in place of …`.
    def places(text):
        return re.findall(r'^step \d+: ".*?"(?:  #\d+)?', text, re.MULTILINE)
    assert places(ours.stdout) == places(theirs.stdout) and len(places(ours.stdout)) >= 7, theirs.stdout
    assert "it stayed" in theirs.stdout and "branch 3" in theirs.stdout, theirs.stdout
    for line, said in (("lens", "hidden states"), ("ablate 1.0", "switching heads off"), ("set repetition-penalty 1.2", ""), ("info kv", "does not tell its cache")):
        told = run(command, *common, "-e", line, "-e", "step", "--engine", address, check=False, input="")
        assert told.returncode != 0 and said in told.stdout + told.stderr, told


def editor(command, address):
    """An editor's session says where its numbers come from, and shows none that the engine does not tell."""
    place = {"threadId": 1}
    asked = [
        ("initialize", {"adapterID": "test"}),
        ("launch", {"model": "tiny", "prompt": PROMPT, "maxTokens": 4, "seed": 5, "settings": {"engine": address, "top-k": "5"}}),
        # By number, by name, as a client sends it that shows the document without one; and somebody else's file.
        ("setBreakpoints", {"source": {"sourceReference": 2}, "breakpoints": [{"line": 7}]}),
        ("setBreakpoints", {"source": {"path": "somewhere/branch-1.tokens"}, "breakpoints": [{"line": 7}]}),
        ("setBreakpoints", {"source": {"path": "", "name": ""}, "breakpoints": [{"line": 7}]}),
        ("setBreakpoints", {"source": {"path": "/home/notes.md", "name": "notes.md"}, "breakpoints": [{"line": 7}]}),
        ("gotoTargets", {"source": {"path": "/home/notes.md"}, "line": 1}),
        ("breakpointLocations", {"source": {"name": "notes.md"}, "line": 1}),
        ("configurationDone", {}), ("next", place), ("stackTrace", place), ("scopes", {"frameId": 1}),
        *(("variables", {"variablesReference": number}) for number in range(1, 80)), ("disconnect", {})]
    lines = [json.dumps({"seq": n, "type": "request", "command": name, "arguments": arguments}).encode()
             for n, (name, arguments) in enumerate(asked, 1)]
    done = subprocess.run(
        [command, "dap"], input=b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(line), line) for line in lines),
        capture_output=True, timeout=120, env={**os.environ, "STEPGLASS_LANG": "en"})
    told = [json.loads(part.split(b"\r\n\r\n", 1)[1]) for part in done.stdout.split(b"Content-Length: ")[1:]]
    said = "".join(one["body"]["output"] for one in told if one.get("event") == "output")
    assert "observed: log-probabilities\n" in said and "unavailable: logits, attention, hidden states, the cache" in said, said
    answers = [one for one in told if one["type"] == "response"]
    assert all(one["success"] for one in answers if one["command"] != "variables"), answers
    points = [one["body"]["breakpoints"] for one in answers if one["command"] == "setBreakpoints"]
    assert [[point["verified"] for point in row] for row in points] == [[True], [True], [True], [False]], points
    empty = [one["body"].get("targets", one["body"].get("breakpoints")) for one in answers if "ocations" in one["command"] or one["command"] == "gotoTargets"]
    assert empty == [[], []], empty
    rows = [row for one in answers if one["command"] == "variables" and one["success"] for row in one["body"]["variables"]]
    assert any(row["value"] == "the engine that runs the model does not tell its cache" for row in rows), rows
    assert any("another engine tells none" in row["value"] for row in rows), rows
    assert any(row["name"] == "log-probability after raw" for row in rows) and not any(row["name"].startswith("logit after") for row in rows), rows


def batch(command, address):
    with tempfile.TemporaryDirectory() as folder:
        prompts = pathlib.Path(folder) / "p.jsonl"
        prompts.write_text('{"id": "a", "prompt": "Tom has a red"}\n{"id": "b", "prompt": "Tom has a red", "settings": {"topK": 9}}\n')
        common = ["batch", prompts, "--max-tokens", "5", "--greedy", "--model", "tiny"]
        run(command, *common, "-o", folder + "/own", "--record", "none")
        run(command, *common, "-o", folder + "/there", "--engine", address)
        for name in ("000001-a", "000002-b"):
            compare(record(f"{folder}/own/{name}"), record(f"{folder}/there/{name}"), "batch")
        again = run(command, *common, "-o", folder + "/there", "--engine", address)
        assert "2 were there" in again.stderr, again.stderr


def refusals(command, address):
    """What the listed tokens do not decide, and what needs the pass itself: one line with the reason."""
    with tempfile.TemporaryDirectory() as folder:
        common = ["trace", PROMPT, "--engine", address, "--model", "tiny", "--plain"]
        cases = {
            "top-p": (["--top-p", "0.9999", "--engine-list", "3"], "top-p would cut among tokens that are not listed (3 tokens are listed"),
            "temperature": (["--temperature", "1.3", "--engine-list", "5"], "behind temperature nobody knows the sum"),
            "typical": (["--typical-p", "0.5"], "typical-p looks at every probability"),
            "repetition": (["--repetition-penalty", "1.2", "--top-k", "5"], "repetition-penalty moves logits by their own size"),
            "draw": (["--engine-list", "1", "--candidates", "1", "--seed", "8"], "fell on what is not listed (1 tokens are listed"),
            "beams": (["--beams", "3"], "beam search cannot be had from an engine elsewhere"),
            "hidden": (["--record", "hidden"], "hidden states and what they would say"),
            "score": (["--max-tokens", "0"], "scoring a text"),
        }
        for name, (options, said) in cases.items():
            told = run(command, *common, *options, "-o", f"{folder}/{name}", check=False)
            last = told.stderr.strip().splitlines()[-1]
            assert told.returncode == 1 and said in last, f"{name}: {told.returncode} {told.stderr}"
        assert record(folder + "/draw")["ended"] == "error"
        run(command, *common, "--greedy", "--max-tokens", "2", "-o", folder + "/whole")
        told = run(command, "verify", folder + "/whole/trace.json", check=False)
        assert told.returncode == 1 and "come from another engine (llama.cpp)" in told.stderr, told.stderr
        shown = run(command, "show", folder + "/whole/trace.json").stdout
        assert "unavailable" in shown and "observed" in shown, shown
        # What nobody told here is not shown as nothing.
        assert "weights 0" not in shown and "peak here" in shown, shown


def key(command):
    """With a key that the server asks for: nowhere but in the request."""
    with tempfile.TemporaryDirectory() as folder, Llama(pathlib.Path(folder), KEY) as server:
        common = ["trace", PROMPT, "--engine", server.address, "--model", "tiny", "--greedy", "--max-tokens", "3", "-o"]
        told = run(command, *common, folder + "/out", key=KEY)
        assert KEY not in told.stdout + told.stderr
        for path in pathlib.Path(folder, "out").iterdir():
            assert KEY.encode() not in path.read_bytes(), path
        for wrong in (None, "sk-another"):
            told = run(command, *common, folder + "/no", key=wrong, check=False)
            assert told.returncode == 1 and "STEPGLASS_ENGINE_KEY" in told.stderr and "sk-" not in told.stderr, told.stderr


if __name__ == "__main__":
    command, check = sys.argv[1:3]
    if check == "at":
        # A server that somebody started: engine_check.py COMMAND at ADDRESS MODEL [RUN …]
        worst = through(command, sys.argv[3], sys.argv[4], 1e-3, sys.argv[5:] or RUNS)
        print(f"ok: the largest difference of a log-probability is {worst:.1e}")
    else:
        {"llama": llama, "key": key, "smollm2": smollm2}[check](command, *sys.argv[3:])
        print("ok")
