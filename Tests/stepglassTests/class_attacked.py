"""Attacks on a class's server, by raw requests: none gets in, and the class goes on.

class_attacked.py COMMAND FOLDER: the command; where the class's file goes.
"""
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time

signal.pthread_sigmask(signal.SIG_SETMASK, set())
command, folder = sys.argv[1:3]
process = subprocess.Popen(
    [command, "serve", "--class", "attacked", "--no-open", "--port", "0", "--classes", folder],
    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "STEPGLASS_LANG": "en"})
address, code = re.search(r"(http\S+)\s+code (\w+)", process.stdout.readline()).groups()
teacher = re.search(r"http\S+", process.stdout.readline()).group(0)
port = int(re.search(r":(\d+)/", address).group(1))
HOST = f"127.0.0.1:{port}"
failures = []


def check(name, ok, detail=""):
    print(("ok    " if ok else "FAIL  ") + name + ("" if ok else f": {detail}"))
    if not ok:
        failures.append(name)


def ask(method, path, body=None, cookie="", **headers):
    """The status, the body and the cookie of an answer."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    sent = {"Host": HOST, "Origin": f"http://{HOST}", **({"Content-Type": "application/json"} if body is not None else {}), **({"Cookie": cookie} if cookie else {})}
    for name, value in headers.items():
        sent[name.replace("_", "-")] = value
    link.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    data = body.encode() if isinstance(body, str) else body
    for name, value in sent.items():
        if value is not None:
            link.putheader(name, value)
    if data is not None:
        link.putheader("Content-Length", str(len(data)))
    link.endheaders(data)
    answer = link.getresponse()
    # A stream of events has no end.
    text = b"" if answer.getheader("content-type", "").startswith("text/event-stream") else answer.read()
    link.close()
    return answer.status, text, (answer.getheader("set-cookie") or "").split(";")[0]


class Crowd:
    """One connection that brings command after command, as fast as it is answered."""

    def __init__(self):
        self.link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def do(self, **what):
        """Once. The server's own limit on how often an address may ask is one of the answers."""
        self.link.request("POST", "/class/do", json.dumps(what), {"Origin": f"http://{HOST}", "Content-Type": "application/json"})
        answer = self.link.getresponse()
        text = answer.read()
        # The server's own limit is told in a line of words.
        return answer.status, json.loads(text) if text[:1] == b"{" else {"error": {"kind": "too-fast"}}


def do(cookie="", **what):
    """Asks until the server's own limit on how often an address may ask lets it: on a fast machine it may not at once."""
    for _ in range(600):
        status, body, new = ask("POST", "/class/do", json.dumps(what), cookie)
        if status != 429 or body[:1] == b"{":
            return status, json.loads(body), new
        time.sleep(0.1)
    raise SystemExit("FAIL  the limit of requests never lets go")


try:
    status, told, ann = do(do="join", room=code, name="Ann")
    check("Ann joins", status == 200 and told["name"] == "Ann" and ann, told)
    status, told, bo = do(do="join", room=code, name="Bo")
    status, _, boss = ask("GET", teacher[teacher.index("/teach/"):], Origin=None)
    check("the teacher enters", status == 303 and boss)
    check("by a cookie that no script sees", "HttpOnly" in (lambda link: (link.request("GET", teacher[teacher.index("/teach/"):]), link.getresponse().getheader("set-cookie"))[1])(http.client.HTTPConnection(HOST)))
    name = boss.split("=")[0]

    # No cookie, a made-up one, another's, the secret itself as one.
    for holder, cookie in [("nobody", ""), ("a guess", f"{name}={'0' * 40}"), ("the secret", f"{name}={teacher.split('/')[-1]}"), ("long", f"{name}={'a' * 6000}"), ("a student", ann)]:
        for path in ["/class/code", "/class/backup", "/class/grades/grades.csv", "/class/grades/..%2f..%2fetc"]:
            status, body, _ = ask("GET", path, cookie=cookie, Origin=None)
            check(f"{path} is not for {holder}", status in (403, 404) and code.encode() not in body, status)
        for what in ["view", "lock", "end", "new-code", "open", "reveal", "remove", "merge", "delete", "grades", "backup", "answers"]:
            status, told, _ = do(cookie, do=what, on=True, student=1, into=2, exercise="edge", place="", named=True)
            check(f"{what} is not for {holder}", status == 403 and told["error"]["kind"] == "not-allowed", told)
        if holder != "a student":
            status, told, _ = do(cookie, do="answer", client="1", exercise="edge", answer="3")
            check(f"answering is not for {holder}", status == 403, told)
            check(f"nor is listening for {holder}", ask("GET", "/class/events", cookie=cookie, Origin=None)[0] == 403)

    # Pages of others: their form has no Origin of ours, or a type that is no JSON; names that lead here are not ours.
    order = json.dumps({"do": "lock", "on": True})
    for why, status, headers in [
            ("no origin", 403, {"Origin": None}), ("another's origin", 403, {"Origin": "http://evil.example"}), ("null", 403, {"Origin": "null"}),
            ("another port", 403, {"Origin": "http://127.0.0.1:1"}), ("a form", 415, {"Content_Type": "text/plain"}), ("no type", 415, {"Content_Type": None}),
            ("another host", 421, {"Host": "evil.example"}), ("a host that leads here", 421, {"Host": f"evil.example:{port}"})]:
        found = ask("POST", "/class/do", order, boss, **headers)[0]
        check(f"a command with {why} is refused", found == status, found)
    check("the room is still open", do(boss, do="view")[1]["locked"] is False)
    for path in ["/../etc/passwd", "/%2e%2e/etc/passwd", "/class/../teacher", "//class/do", "/class/grades/", "/class/grades/../backup", "/class/do/x"]:
        status, body, _ = ask("GET", path, cookie=boss, Origin=None)
        check(f"{path[:30]} is nothing", status in (404, 400, 414, 431, 405) and b"root:" not in body, status)

    # Too large, and no commands.
    check("a body that is too large is refused", ask("POST", "/class/do", "x" * 40_000, ann)[0] == 413)
    for text in ["", "null", "[]", "{", '{"do": "answer"}', "[" * 20_000, '{"do": "join", "room": 7, "name": []}', "\x00\xff"]:
        status, body, _ = ask("POST", "/class/do", text, ann)
        check(f"{text[:20]!r} is no command", status == 400, (status, body[:100]))

    # Answers that are sent again, and under somebody else's cookie.
    first = do(ann, do="answer", client="same", exercise="sliver", answer="one")
    again = [do(ann, do="answer", client="same", exercise="sliver", answer="one") for _ in range(5)]
    check("an answer sent again is the same answer", first[0] == 200 and all(one[:2] == first[:2] for one in again), again)
    check("the number of another answer is refused", do(ann, do="answer", client="same", exercise="sliver", answer="none")[0] == 409)
    check("Bo's is Bo's", do(bo, do="answer", client="same", exercise="sliver", answer="none")[1]["attempt"] == 1)
    counts = [one["answers"] for one in do(boss, do="view")[1]["students"]]
    check("each is kept once", counts == [1, 1], counts)

    # A whole school comes in: 300 join, and each has a code of its own. A class's own limit, 600 a minute, stops none of them.
    began, codes = time.monotonic(), set()
    for number in range(300):
        status, told, _ = do(do="join", room=code, name=f"pupil {number}")
        check(f"pupil {number} joins", status == 200, told) if status != 200 else codes.add(told["resume"])
    check("300 join", len(codes) == 300, len(codes))
    print(f"300 joined in {time.monotonic() - began:.1f} s")

    # A crowd that comes in again and again, with the code and without, until it has tried 10,000 times.
    kinds, began, crowd = {}, time.monotonic(), Crowd()
    for number in range(10_000):
        status, told = crowd.do(do="join", room=code if number % 30 else "AAAAAA", name=f"crowd {number}")
        kind = told["error"]["kind"] if status != 200 else "in"
        kinds[kind] = kinds.get(kind, 0) + 1
    check("of 10,000 joins no more come in than a class has places for", kinds.get("in", 0) <= 500 - 302 and kinds.get("in", 0) + kinds.get("too-fast", 0) + kinds.get("class-is-full", 0) + kinds.get("wrong-code", 0) == 10_000, kinds)
    # 20 wrong codes at once, and 20 a minute after.
    check("who guesses codes is stopped", kinds.get("wrong-code", 0) <= 21 + (time.monotonic() - began) / 3, kinds)
    students = do(boss, do="view")[1]["students"]
    check("the class is as large as it may be at most", 302 < len(students) <= 500, len(students))
    check("Ann works on", do(ann, do="answer", client="after", exercise="edge", answer="3")[0] == 200)
    check("the teacher too", do(boss, do="lock", on=True)[1] == {"done": True} and do(boss, do="view")[1]["locked"] is True)
finally:
    process.send_signal(signal.SIGTERM)
    check("it ends in good order", process.wait(timeout=60) == 0)
sys.exit(1 if failures else 0)
