"""`stepglass serve` for tests: started, asked by a plain HTTP client, and ended."""
import atexit
import base64
import http.client
import json
import os
import re
import signal
import struct
import subprocess
import threading

MESSAGE = "application/x-stepglass-message"


def hear_signals():
    """Whoever runs the tests may ignore or block signals, and that is inherited."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for number in [signal.SIGINT, signal.SIGTERM]:
        signal.signal(number, signal.SIG_DFL)


class Served:
    """A server of its own, at a port that was free; its runs' records go into `folder`."""

    def __init__(self, folder, *options, environment=None):
        command = os.environ.get("STEPGLASS_COMMAND") or os.environ["STEPGLASS_EXE"]
        self.process = subprocess.Popen(
            [command, "serve", "--no-open", "--port", "0", "-o", folder, *options], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, preexec_fn=hear_signals, env={**os.environ, "STEPGLASS_LANG": "en", **(environment or {})})
        # A test that fails leaves no server behind.
        atexit.register(self.process.kill)
        self.address = self.process.stdout.readline().strip()
        found = re.fullmatch(r"(http://127\.0\.0\.1:(\d+))/open/([0-9a-f]{40})", self.address)
        if not found:
            raise RuntimeError(f"no address: {self.address!r} {self.process.stderr.read()}")
        self.origin, self.port, self.token = found.group(1), int(found.group(2)), found.group(3)

    def end(self, number=signal.SIGTERM):
        """Ends the server by a signal; its exit code and what it printed."""
        self.process.send_signal(number)
        out, errors = self.process.communicate(timeout=60)
        return self.process.returncode, out, errors

    def ask(self, method, path, headers=None, body=None):
        """One request by a client that nobody helped: status, headers, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        result = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        connection.close()
        return result


class Client:
    """A browser's side without the browser: it holds the cookie, and hears the events."""

    # What every message and answer is held against, where a test wants it.
    validate = None

    def __init__(self, server):
        self.server = server
        status, headers, _ = server.ask("GET", f"/open/{server.token}")
        assert status == 303 and headers["location"] == "/", (status, headers)
        self.cookie = headers["set-cookie"].split(";")[0]
        self.last = 0

    def headers(self, **more):
        return {"Cookie": self.cookie, "Origin": self.server.origin, "Content-Type": MESSAGE, **more}

    def send(self, request, attachments=(), call=None):
        """A message; the answer's JSON and its attachments."""
        if call is None:
            self.last += 1
            call = f"test-{self.last}"
        if self.validate:
            self.validate(request, "message")
        body = b"".join(struct.pack("<I", len(part)) + part for part in [json.dumps(request).encode(), *attachments])
        status, _, answer = self.server.ask("POST", f"/engine/call?id={call}", self.headers(), body)
        assert status == 200, (status, answer)
        parts = []
        while answer:
            (length,) = struct.unpack("<I", answer[:4])
            parts.append(answer[4:4 + length])
            answer = answer[4 + length:]
        found = json.loads(parts[0])
        if self.validate:
            self.validate(found, "reply")
        return found, parts[1:]

    def result(self, request, attachments=()):
        answer, parts = self.send(request, attachments)
        assert "result" in answer, answer
        return answer["result"], parts

    def begin(self, model, text, **options):
        """A run of its own; its number."""
        number = self.result({"request": "use", "name": model})[0]["model"]
        named = {name.replace("_", "-"): str(value) for name, value in options.items()}
        return self.result({"request": "start", "model": number, "text": text, "options": named})[0]["run"]

    def listen(self, last=None):
        return Events(self, last)

    def walk(self, run, count, events, **more):
        """Steps as they come; each part of the walk, its last one included."""
        self.last += 1
        call = f"test-{self.last}"
        answer, _ = self.send({"request": "walk", "run": run, "count": count, **more}, call=call)
        assert answer == {"result": {}}, answer
        while True:
            number, name, data = events.next()
            if self.validate:
                self.validate(data, name)
            if name == "part" and data["call"] == call:
                yield data
                if data["ended"]:
                    return


class Events:
    """The stream of a session's events: numbers, names, data."""

    def __init__(self, client, last=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", client.server.port, timeout=60)
        headers = {"Cookie": client.cookie, "Accept": "text/event-stream"}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.connection.request("GET", "/engine/events", headers=headers)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.status

    def next(self):
        """The next event; None where the stream has ended."""
        number, name, data = None, "message", None
        while True:
            line = self.answer.readline()
            if not line:
                return None
            line = line.decode().rstrip("\n")
            if line == "" and data is not None:
                return number, name, json.loads(data)
            field, _, value = line.partition(": ")
            if field == "id":
                number = int(value)
            elif field == "event":
                name = value
            elif field == "data":
                data = value

    def close(self):
        self.connection.sock and self.connection.sock.close()
        self.connection.close()


def floats(text):
    """The numbers of attention rows in base64."""
    raw = base64.b64decode(text)
    return struct.unpack(f"<{len(raw) // 4}f", raw)


def in_threads(count, body):
    """Runs `body(i)` in so many threads at once; the first trouble of theirs is raised."""
    troubles = []

    def one(i):
        try:
            body(i)
        except BaseException as trouble:  # noqa: BLE001
            troubles.append(trouble)

    threads = [threading.Thread(target=one, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]
