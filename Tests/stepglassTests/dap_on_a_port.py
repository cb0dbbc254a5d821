"""`stepglass dap --port 0`: two editors one after the other, a pause in the middle of a walk, streams that break off or hold
nonsense, and the end by a signal.

    dap_on_a_port.py COMMAND
"""

import json
import signal
import subprocess
import sys

from dap_client import Client, Refused, frame

server = subprocess.Popen(
    [sys.argv[1], "dap", "--port", "0", "--lang", "en"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
)
port = int(server.stdout.readline().decode().strip().split(":")[1])

# A walk to the end is stopped by a pause that comes with it, and goes on from where it stands.
client = Client(port=port)
client.begin(model="tiny", prompt="One", maxTokens=240, seed="1", settings={"min-tokens": 240, "record": "none"})
pause = {"seq": 1000, "type": "request", "command": "pause", "arguments": {"threadId": 1}}
client.sent[1000] = pause
walk = client.send("continue", threadId=1, later=frame(json.dumps(pause).encode()))
assert client.response(walk)["success"] and client.wait("stopped")["reason"] == "pause"
assert client.response(1000)["success"]
line = client.top()["line"]
assert 1 < line < 200, line
assert client.move("stepBack")["reason"] == "step" and client.top()["line"] == line - 1
assert client.move("continue")["description"] == "the end: length" and client.top()["line"] > 200
client.close()

# What breaks off, or is no message, ends its own session alone.
for data in [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"Content-Length: -5\r\n\r\n", b"Content-Length: 100\r\n\r\n{"]:
    client = Client(port=port)
    client.raw(data)
    client.connection.shutdown(1)
    message = client.take()
    assert message is not None and message["success"] is False and message["message"], (data, message)
    assert client.take() is None, data
    client.connection.close()

# Bad JSON is answered, and the session goes on.
client = Client(port=port)
client.raw(frame(b'{"seq":1,') + frame(b"[1,2]") + frame(b"\xff\xfe"))
for _ in range(3):
    message = client.take()
    assert message["success"] is False, message
for command, arguments in [("threads", {}), ("?nonsense", {}), ("launch", {})]:
    try:
        client.ask(command, **arguments)
        raise AssertionError(command)
    except Refused:
        pass
client.ask("initialize", adapterID="stepglass")
for wrong in [{}, {"prompt": 7}, {"prompt": "a", "trace": "b"}, {"prompt": "a", "settings": {"temprature": 1}},
              {"prompt": "a", "settings": {"temperature": -1}}, {"prompt": "a", "model": "no-such-model"},
              {"prompt": "-"}, {"trace": "/no/such/trace.json"}, {"prompt": "a", "settings": {"trace": "x"}}]:
    try:
        client.ask("launch", **wrong)
        raise AssertionError(wrong)
    except Refused as problem:
        assert "\n" not in str(problem), problem
        print(problem)
client.ask("launch", prompt="-x and --y", model="tiny", maxTokens=1)
client.wait("initialized")
client.ask("configurationDone")
client.wait("stopped")
messages = [{"role": "user", "content": "Hi"}]
client.close()

client = Client(port=port)
client.begin(messages=messages, model="tiny", maxTokens=2, settings={"record": "none"})
assert "Hi" in client.ask("source", source={"sourceReference": 3}, sourceReference=3)["content"]
client.close()

server.send_signal(signal.SIGTERM)
assert server.wait(timeout=30) == 0, server.stderr.read()
print("done")
