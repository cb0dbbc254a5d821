"""A small client of the Debug Adapter Protocol, for tests. Every message of either side is held against the protocol's own
JSON Schema, which comes with debugpy."""

import json
import os
import queue
import socket
import subprocess
import threading

import debugpy
import jsonschema

SCHEMA_FILE = os.path.join(
    os.path.dirname(debugpy.__file__), "_vendored/pydevd/_pydevd_bundle/_debug_adapter/debugProtocol.json"
)
DEFINITIONS = json.load(open(SCHEMA_FILE))["definitions"]
VALIDATORS = {}
PATIENCE = 120


def validate(message):
    """Throws where a message is not what the protocol's schema says of its kind."""
    if message["type"] == "event":
        name = message["event"] + "Event"
    elif message["type"] == "request":
        name = message["command"] + "Request"
    elif not message["success"]:
        name = "errorResponse"
    else:
        name = message["command"] + "Response"
    name = name[0].upper() + name[1:]
    if name not in DEFINITIONS:
        raise AssertionError(f"the protocol has no {name}")
    if name not in VALIDATORS:
        schema = {"$ref": "#/definitions/" + name, "definitions": DEFINITIONS}
        VALIDATORS[name] = jsonschema.Draft4Validator(schema)
    VALIDATORS[name].validate(message)


def frame(body):
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class Refused(Exception):
    """The adapter answered a request with an error."""


class Client:
    """Speaks with a command over its standard streams, or with a port. `log` has all messages in the adapter's order."""

    def __init__(self, command=None, port=None, folder=None):
        self.process = self.connection = None
        if port is None:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder
            )
            self.reads, self.writes = self.process.stdout, self.process.stdin
        else:
            self.connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
            self.reads = self.connection.makefile("rb")
            self.writes = self.connection.makefile("wb")
        self.number = 0
        self.last = 0
        self.sent = {}
        self.log = []
        self.waiting = []
        self.messages = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while True:
            length = None
            while True:
                line = self.reads.readline()
                if not line:
                    self.messages.put(None)
                    return
                if line == b"\r\n":
                    break
                name, value = line.split(b":")
                assert name == b"Content-Length", line
                length = int(value)
            self.messages.put(json.loads(self.reads.read(length)))

    def take(self):
        """The next message of the adapter, checked and kept; None where it has gone."""
        message = self.messages.get(timeout=PATIENCE)
        if message is None:
            return None
        validate(message)
        assert message["seq"] == self.last + 1, f"{message['seq']} follows {self.last}"
        self.last = message["seq"]
        if message["type"] == "response":
            self.log.append(("sent", self.sent.pop(message["request_seq"], None)))
        self.log.append(("got", message))
        return message

    def send(self, command, later=b"", **arguments):
        """Sends a request, and what is to follow it in the same breath; returns its number."""
        self.number += 1
        message = {"seq": self.number, "type": "request", "command": command, "arguments": arguments}
        if command[0] != "?":
            validate(message)
        self.sent[self.number] = message
        self.raw(frame(json.dumps(message).encode()) + later)
        return message["seq"]

    def raw(self, data):
        self.writes.write(data)
        self.writes.flush()

    def response(self, number):
        while True:
            message = self.take()
            if message is None:
                raise Refused("the adapter has gone")
            if message["type"] == "response" and message["request_seq"] == number:
                return message
            self.waiting.append(message)

    def ask(self, command, **arguments):
        """Sends a request and returns the body of its answer."""
        message = self.response(self.send(command, **arguments))
        if not message["success"]:
            raise Refused(message["message"])
        return message.get("body", {})

    def wait(self, event):
        """The body of the next event of that name."""
        while True:
            for place, message in enumerate(self.waiting):
                if message["type"] == "event" and message["event"] == event:
                    del self.waiting[: place + 1]
                    return message.get("body", {})
            message = self.take()
            if message is None:
                raise Refused(f"the adapter has gone before {event}")
            self.waiting.append(message)

    # What editors do.

    def begin(self, request="launch", points=(), **configuration):
        """Everything up to the first stop; `points` are requests that set breakpoints before the run begins."""
        self.ask(
            "initialize", adapterID="stepglass", clientID="test", linesStartAt1=True, columnsStartAt1=True,
            supportsInvalidatedEvent=True, supportsVariableType=True, locale="en",
        )
        self.ask(request, **configuration)
        self.wait("initialized")
        for name, arguments in points:
            self.ask(name, **arguments)
        self.ask("configurationDone")
        return self.wait("stopped")

    def move(self, command, thread=1, **arguments):
        """A movement and the stop that it comes to."""
        self.ask(command, threadId=thread, **arguments)
        return self.wait("stopped")

    def top(self, thread=1):
        return self.ask("stackTrace", threadId=thread)["stackFrames"][0]

    def scope(self, name, thread=1):
        """The variables of a scope of the top frame, and its number."""
        scopes = self.ask("scopes", frameId=self.top(thread)["id"])["scopes"]
        number = next(scope["variablesReference"] for scope in scopes if scope["name"] == name)
        return self.ask("variables", variablesReference=number)["variables"], number

    def close(self):
        """Disconnects; returns the exit code of a command of ours and what it said on stderr."""
        self.ask("disconnect")
        while self.take() is not None:
            pass
        if self.process is None:
            self.connection.close()
            return None
        self.process.stdin.close()
        errors = self.process.stderr.read().decode()
        return self.process.wait(timeout=PATIENCE), errors
