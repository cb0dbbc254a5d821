"""Runs through other engines: engine_check.py COMMAND CHECK. Prints "ok", or what is wrong.

llama.cpp's server is the real one (xllamacpp); the others are servers that behave badly.
"""
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

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
    """llama.cpp's server with 32-bit weights of the model that ships."""

    def __init__(self, folder, key=None):
        model = folder / "tiny.gguf"
        subprocess.run([sys.executable, HERE / "engine_models.py", TINY, model], check=True)
        self.process = subprocess.Popen(
            [sys.executable, HERE / "llama_server.py", model, *([key] if key else [])], stdin=subprocess.PIPE,
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
            assert c["removedBy"] == o["removedBy"] and c["text"] == o["text"] and c["bytes"] == o["bytes"], where
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


def through(command, address, model="tiny", tolerance=TINY_TOLERANCE, names=RUNS):
    """Each run once here and once through the engine."""
    with tempfile.TemporaryDirectory() as folder:
        folder, worst = pathlib.Path(folder), 0.0
        for name in names:
            options = RUNS[name]
            ours = [o for i, o in enumerate(options) if o != "--engine-list" and (i == 0 or options[i - 1] != "--engine-list")]
            common = ["trace", PROMPT, "--max-tokens", "12", "--record", "none", "--plain", "--model", model]
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
        debugger(command, server.address)
        batch(command, server.address)
        refusals(command, server.address)


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
    for line, said in (("lens", "hidden states"), ("ablate 1.0", "switching heads off"), ("set repetition-penalty 1.2", "")):
        told = run(command, *common, "-e", line, "-e", "step", "--engine", address, check=False, input="")
        assert told.returncode != 0 and said in told.stdout + told.stderr, told


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


# Servers that behave badly. Each answers as llama.cpp until it is asked for the next token.


def listed(*pairs):
    return {"completion_probabilities": [{"top_logprobs": [{"id": i, "logprob": p} for i, p in pairs]}]}


GOOD = listed((300, -0.1), (301, -3.0), (302, -4.0), (303, -5.0))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def send(self, status, body, headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.server.keys.append(self.headers.get("Authorization"))
        if self.path == "/props":
            return self.send(200, {"default_generation_settings": {"n_ctx": 256}, "build_info": self.server.version})
        if self.path == "/v1/models":
            return self.send(200, {"data": [{"id": "m", "meta": {"n_vocab": 2048}}]})
        self.send(404, {})

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/detokenize":
            return self.send(200, {})
        self.server.asked += 1
        try:
            self.server.answer(self, self.server.asked)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class Bad:
    def __init__(self, answer, version="b1"):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.answer, self.server.asked, self.server.keys, self.server.version = answer, 0, [], version
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def raw(data):
    def answer(handler, _):
        handler.wfile.write(data)
        handler.close_connection = True
    return answer


def says(body, status=200, headers=()):
    return lambda handler, _: handler.send(status, body, headers)


def endless(handler, _):
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" " * (1 << 20))


def slow(handler, _):
    handler.send_response(200)
    handler.send_header("Content-Length", "100")
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        time.sleep(0.1)


BAD = {
    "silent": (lambda handler, _: time.sleep(8), "no answer within 1 s"),
    "slow": (slow, "no answer within 1 s"),
    "cut": (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"completion"), "the connection ended before the answer did"),
    "empty": (raw(b""), "the connection ended before the answer did"),
    "no HTTP": (raw(b"\x00\xffhello\r\n\r\n"), "is no HTTP"),
    "half": (says(b'{"completion_probabilities": ['), "the answer is not JSON"),
    "bytes": (says(b"\xff\xfe"), "the answer is not JSON"),
    "deep": (says(b"[" * 100000), "nested deeper"),
    "keys twice": (says(b'{"a": 1, "a": 2}'), "stands twice"),
    "endless": (endless, "is longer than"),
    "another thing": (says({"hello": 1}), "has no completion_probabilities"),
    "nothing listed": (says(listed()), "lists no token"),
    "beyond": (says(listed((2048, -1.0))), "lists the token 2048; ids are 0…2047"),
    "below": (says(listed((-1, -1.0))), "lists the token -1"),
    "huge id": (says(b'{"completion_probabilities":[{"top_logprobs":[{"id":99999999999999999999,"logprob":-1}]}]}'), "has no id"),
    "twice": (says(listed((5, -1.0), (5, -2.0))), "lists the token 5 twice"),
    "NaN": (says(b'{"completion_probabilities":[{"top_logprobs":[{"id":5,"logprob":NaN}]}]}'), "the answer is not JSON"),
    "infinite": (says(b'{"completion_probabilities":[{"top_logprobs":[{"id":5,"logprob":1e999}]}]}'), "1e999 for a log-probability"),
    "likelier than sure": (says(listed((5, 0.5))), "0.5 for a log-probability"),
    "more than one": (says(listed((5, -0.1), (6, -0.1))), "sum to 1.8097"),
    "words": (says(b'{"completion_probabilities":[{"top_logprobs":[{"id":5,"logprob":"-1"}]}]}'), "has no logprob"),
    "401": (says({"error": {"message": "no\u001b[31m key\nhere"}}, 401), "refuses the key or asks for one (401)"),
    "404": (says({}, 404), "no such page (404)"),
    "429": (says({"error": "wait"}, 429, [("Retry-After", "0")]), "too busy (429)"),
    "500": (says({"error": {"message": "x" * 5000}}, 500), "answers 500"),
    "repeats the key": (says({"error": {"message": "bad key " + KEY}}, 400), "repeats the key"),
    "hides the key": (says(b'{"completion_probabilities":"' + "".join(f"\\u{ord(c):04x}" for c in KEY).encode() + b'"}'), "repeats the key"),
}


def hostile(command):
    with tempfile.TemporaryDirectory() as folder:
        for place, (name, (answer, said)) in enumerate(BAD.items()):
            with Bad(answer) as server:
                told = run(
                    command, "trace", "Tom", "--engine", server.address, "--model", "tiny", "--engine-timeout", "1", "-o",
                    f"{folder}/{place}", key=KEY, check=False)
                assert told.returncode == 1, f"{name}: {told}"
                lines = told.stderr.strip().splitlines()
                assert len(lines) == 1 and said in lines[0] and len(lines[0]) < 500, f"{name}: {told.stderr}"
                assert KEY not in told.stderr + told.stdout and "\x1b[31m" not in told.stderr, name
                assert server.server.keys[0] == "Bearer " + KEY, name
                assert not os.path.exists(f"{folder}/{place}"), name
        # A version that repeats the key would stand in the record.
        with Bad(says(GOOD), version=KEY) as server:
            told = run(command, "trace", "Tom", "--engine", server.address, "--model", "tiny", "-o", folder + "/v", key=KEY, check=False)
            assert told.returncode == 1 and "repeats the key" in told.stderr and KEY not in told.stderr, told.stderr
    redirected(command)
    later(command)


def redirected(command):
    """The key does not follow a redirection."""
    with tempfile.TemporaryDirectory() as folder, Bad(says(GOOD)) as other:
        with Bad(says({}, 307, [("Location", other.address + "/completion")])) as server:
            told = run(command, "trace", "Tom", "--engine", server.address, "--model", "tiny", "-o", folder + "/r", key=KEY, check=False)
            assert told.returncode == 1 and "sends the request elsewhere (307)" in told.stderr, told.stderr
            assert other.server.asked == 0 and not other.server.keys


def hears():
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


def later(command):
    """What fails on the way leaves the record of the steps before it; what is busy is asked again."""
    def after(count, then):
        return lambda handler, asked: handler.send(200, GOOD) if asked <= count else then(handler, asked)
    common = ["--model", "tiny", "--greedy", "--max-tokens", "9", "--plain", "-o"]
    with tempfile.TemporaryDirectory() as folder:
        with Bad(after(4, says(listed((9999, -1.0))))) as server:
            told = run(command, "trace", "Tom", "--engine", server.address, *common, folder + "/a", check=False)
            assert told.returncode == 1 and "the steps before it are in" in told.stderr, told.stderr
            assert len(record(folder + "/a")["steps"]) == 2 and record(folder + "/a")["ended"] == "error"
        with Bad(lambda handler, asked: handler.send(503, {}) if asked in (2, 3) else handler.send(200, GOOD)) as server:
            run(command, "trace", "Tom", "--engine", server.address, *common, folder + "/b")
            assert len(record(folder + "/b")["steps"]) == 9
        hanging = threading.Event()
        def hang(handler, _):
            hanging.set()
            time.sleep(30)
        with Bad(after(4, hang)) as server:
            # Whatever started these tests may have the signal ignored or blocked, which a program inherits.
            process = subprocess.Popen([command, "trace", "Tom", "--engine", server.address, *common, folder + "/c"],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hears)
            assert hanging.wait(60)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
            assert process.returncode == -signal.SIGINT, process.returncode
            assert record(folder + "/c")["ended"] == "interrupted" and len(record(folder + "/c")["steps"]) == 2
        # Nobody is there.
        told = run(command, "trace", "Tom", "--engine", "http://127.0.0.1:9", *common, folder + "/d", check=False)
        assert told.returncode == 1 and "nobody answers at the engine's address" in told.stderr, told.stderr


if __name__ == "__main__":
    command, check = sys.argv[1:3]
    if check == "at":
        # A server that somebody started: engine_check.py COMMAND at ADDRESS MODEL [RUN …]
        worst = through(command, sys.argv[3], sys.argv[4], 1e-3, sys.argv[5:] or RUNS)
        print(f"ok: the largest difference of a log-probability is {worst:.1e}")
    else:
        {"llama": llama, "key": key, "hostile": hostile}[check](command)
        print("ok")
