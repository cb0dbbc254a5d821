"""Servers that behave badly, and what a run through one comes to: engine_bad.py COMMAND. Prints "ok", or what is wrong."""
import http.server
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

from engine_check import KEY, Listening, record, run
from heeding import heed_signals

# Each answers as llama.cpp until it is asked for the next token.


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


class Bad(Listening):
    def __init__(self, answer, version="b1"):
        super().__init__(Handler)
        self.server.answer, self.server.asked, self.server.keys, self.server.version = answer, 0, [], version


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
    "another thing": (says({"hello": 1}), "has no logprobs"),
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
            # Where the wait is not the matter, a busy machine may take its time.
            patience = "1" if name in ("silent", "slow") else "60"
            with Bad(answer) as server:
                told = run(
                    command, "trace", "Tom", "--engine", server.address, "--model", "tiny", "--engine-timeout", patience, "-o",
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
        with Bad(says(GOOD)) as server:
            told = run(command, "trace", "Tom", "--engine", server.address.replace("http:", "https:"), "--model", "tiny", "-o", folder + "/s", check=False)
            assert told.returncode == 1 and "does not speak https" in told.stderr, told.stderr
    redirected(command)
    later(command)


def redirected(command):
    """The key does not follow a redirection."""
    with tempfile.TemporaryDirectory() as folder, Bad(says(GOOD)) as other:
        with Bad(says({}, 307, [("Location", other.address + "/completion")])) as server:
            told = run(command, "trace", "Tom", "--engine", server.address, "--model", "tiny", "-o", folder + "/r", key=KEY, check=False)
            assert told.returncode == 1 and "sends the request elsewhere (307)" in told.stderr, told.stderr
            assert other.server.asked == 0 and not other.server.keys


def later(command):
    """What fails on the way leaves the record of the steps before it; what is busy is asked again."""
    def after(count, then):
        return lambda handler, asked: handler.send(200, GOOD) if asked <= count else then(handler, asked)
    common = ["--model", "tiny", "--greedy", "--max-tokens", "9", "--plain", "-o"]
    # So often it is asked before the first step.
    probes = 10
    with tempfile.TemporaryDirectory() as folder:
        with Bad(after(probes + 2, says(listed((9999, -1.0))))) as server:
            told = run(command, "trace", "Tom", "--engine", server.address, *common, folder + "/a", check=False)
            assert told.returncode == 1 and "the steps before it are in" in told.stderr, told.stderr
            assert len(record(folder + "/a")["steps"]) == 2 and record(folder + "/a")["ended"] == "error"
        with Bad(lambda handler, asked: handler.send(503, {}) if asked in (3, 4) else handler.send(200, GOOD)) as server:
            run(command, "trace", "Tom", "--engine", server.address, *common, folder + "/b")
            assert len(record(folder + "/b")["steps"]) == 9
        # Busy for longer than one is ready to wait: what it asks for is not waited for, and what it says is told.
        with Bad(lambda handler, asked: handler.send(429, {"error": "quota exceeded"}, [("Retry-After", "9" * 15)])) as server:
            told = run(command, "trace", "Tom", "--engine", server.address, "--engine-timeout", "3", *common, folder + "/e", check=False)
            assert told.returncode == 1 and "quota exceeded" in told.stderr and server.server.asked == 1, (server.server.asked, told.stderr)
        hanging = threading.Event()
        def hang(handler, _):
            hanging.set()
            time.sleep(30)
        with Bad(after(probes + 2, hang)) as server:
            process = subprocess.Popen([command, "trace", "Tom", "--engine", server.address, *common, folder + "/c"],
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heed_signals)
            assert hanging.wait(60)
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=20)
            assert process.returncode == -signal.SIGINT, process.returncode
            assert record(folder + "/c")["ended"] == "interrupted" and len(record(folder + "/c")["steps"]) == 2
        # Nobody is there.
        told = run(command, "trace", "Tom", "--engine", "http://127.0.0.1:9", *common, folder + "/d", check=False)
        assert told.returncode == 1 and "http://127.0.0.1:9/props: nobody answers there" in told.stderr, told.stderr


if __name__ == "__main__":
    hostile(sys.argv[1])
    print("ok")
