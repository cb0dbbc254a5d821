"""A class with an engine: class_engine.py WHAT TRACE MODEL FOLDER. TRACE is the command's record of the prompt.

Students join over HTTP and all have runs at once; those with the record's settings get the record, to the bit.
"""
import hashlib
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import warnings

from served import Client, atexit, hear_signals, in_threads

what, recorded, model, folder = sys.argv[1:5]
with open(recorded, encoding="utf-8") as file:
    native = json.load(file)
prompt, settings = native["prompt"]["text"], native["settings"]
options = {"temperature": settings["temperature"], "seed": settings["seed"], "max_tokens": len(native["steps"])}


def check(name, ok, detail=""):
    print(("ok    " if ok else "FAIL  ") + name + ("" if ok else f": {detail}"))
    if not ok:
        os._exit(1)


class Room:
    """A served class."""

    def __init__(self, *more):
        command = os.environ.get("STEPGLASS_COMMAND") or os.environ["STEPGLASS_EXE"]
        self.process = subprocess.Popen(
            [command, "serve", "--class", "full", "--no-open", "--port", "0", "--classes", folder, *more], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, preexec_fn=hear_signals, env={**os.environ, "STEPGLASS_LANG": "en"})
        atexit.register(self.process.kill)
        self.address, self.code = re.search(r"(https?://\S+)\s+code (\w+)", self.process.stdout.readline()).groups()
        self.teacher = re.search(r"https?://\S+", self.process.stdout.readline()).group(0)
        self.origin = self.address.rstrip("/")
        self.port = int(re.search(r":(\d+)/", self.address).group(1))

    def ask(self, method, path, headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        result = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        connection.close()
        return result

    def do(self, cookie="", **what):
        headers = {"Origin": self.origin, "Content-Type": "application/json", **({"Cookie": cookie} if cookie else {})}
        return self.ask("POST", "/class/do", headers, json.dumps(what).encode())


class Student(Client):
    """A student's side: the cookie of joining, and a session of the class's engine."""

    def __init__(self, room, name):
        status, headers, body = room.do(do="join", room=room.code, name=name)
        check(f"{name} joins", status == 200, body)
        self.server, self.last = room, 0
        self.cookie = headers["set-cookie"].split(";")[0]
        self.number = json.loads(body).get("student")


def bare(step):
    return {name: value for name, value in step.items() if name != "seconds"}


def full():
    """Sixteen at once: the run that the command made is the same in the middle of all the others."""
    room = Room("--model", model)
    status, _, body = room.ask("GET", "/class/engine")
    check("the class says that it has an engine", status == 200 and json.loads(body) == {"isThere": True}, body)
    students = [Student(room, f"Student {i}") for i in range(16)]
    found = {}

    def one(i):
        student = students[i]
        mine = i % 4 == 0
        text = prompt if mine else f"{i} students and {i * 7} words " * (1 + i % 3)
        run = student.begin(model, text, **(options if mine else {**options, "seed": i, "temperature": 0.3 + i / 10}))
        events = student.listen()
        steps = [step for part in student.walk(run, 1000, events) for step in part["step"]["result"]["steps"]]
        found[i] = steps

    in_threads(16, one)
    for i in range(0, 16, 4):
        check(f"student {i}: all steps", len(found[i]) == len(native["steps"]), len(found[i]))
        for ours, theirs in zip(found[i], native["steps"]):
            check(f"student {i}: step {ours['index']}", bare(ours) == bare(theirs), f"{bare(ours)}\n{bare(theirs)}")
    check("the others have runs of their own", len({json.dumps([one["token"]["id"] for one in steps]) for steps in found.values()}) >= 12)
    room.process.terminate()
    check("ends", room.process.wait(timeout=60) == 0)


def doors():
    """Who is not of the class gets nothing of its engine; who is removed no longer; runs are one's own."""
    room = Room("--model", model)
    one, two = Student(room, "One"), Student(room, "Two")
    one.begin(model, prompt, **options)
    check("a page", room.ask("GET", "/live", {"Cookie": one.cookie})[0] == 200)
    for name, cookie in [("nobody", ""), ("a made-up cookie", one.cookie[:-4] + "0000"), ("a session's name", one.cookie.split("=")[0] + "=student 1")]:
        headers = {"Cookie": cookie} if cookie else {}
        check(f"{name} gets no page", room.ask("GET", "/live", headers)[0] == 303)
        check(f"{name} hears nothing", room.ask("GET", "/engine/events", headers)[0] == 403)
        posted = {**headers, "Origin": room.origin, "Content-Type": "application/x-stepglass-message"}
        body = b"\x14\x00\x00\x00" + b'{"request":"models"}'
        check(f"{name} asks in vain", room.ask("POST", "/engine/call?id=a", posted, body)[0] == 403)
    answer, _ = two.send({"request": "run", "run": 1})
    check("another's run is not there", "error" in answer, answer)
    answer, _ = one.send({"request": "open", "name": "x", "files": []})
    check("nobody brings a model", "error" in answer, answer)
    forged = one.headers(Origin="http://evil.example")
    check("another page asks in vain", room.ask("POST", "/engine/call?id=b", forged, body)[0] == 403)
    # Refused by its head alone: the body may find the connection closed.
    head = one.headers(**{"Content-Length": str(2 << 20)})
    check("a message has a limit", room.ask("POST", "/engine/call?id=c", head)[0] == 413)
    status, headers, _ = room.ask("GET", room.teacher[room.teacher.index("/teach/"):])
    boss = headers["set-cookie"].split(";")[0]
    check("the teacher has the page too", room.ask("GET", "/live", {"Cookie": boss})[0] == 200)
    view = json.loads(room.do(boss, do="view")[2])
    number = next(each["id"] for each in view["students"] if each["name"] == "Two")
    status, _, told = room.do(boss, do="remove", student=number, on=True)
    check("removed", status == 200, told)
    check("who is removed is out", room.ask("POST", "/engine/call?id=d", two.headers(), body)[0] == 403)
    check("the others go on", one.result({"request": "run", "run": 1})[0]["run"] == 1)
    room.process.terminate()
    check("ends", room.process.wait(timeout=60) == 0)
    plain = Room()
    check("a class without an engine says so", json.loads(plain.ask("GET", "/class/engine")[2]) == {"isThere": False})
    third = Student(plain, "Three")
    check("and has no such page", plain.ask("GET", "/live", {"Cookie": third.cookie})[0] in (303, 404))
    check("and nothing to ask", plain.ask("POST", "/engine/call?id=a", third.headers(), body)[0] == 404)
    plain.process.terminate()
    check("ends", plain.process.wait(timeout=60) == 0)


def fingerprint(room):
    """The SHA-256 of the certificate as it is printed, and what else is said of it."""
    text = ""
    while "SHA-256" not in text or not re.search(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", text):
        line = room.process.stderr.readline()
        check("a fingerprint is printed", line != "", text)
        text += line
    return re.search(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", text).group(0), text


def secure():
    """HTTPS by a certificate that is made: its fingerprint is the one printed, its names are the server's."""
    room = Room("--tls")
    printed, _ = fingerprint(room)
    check("https in both addresses", room.address.startswith("https://") and room.teacher.startswith("https://"), room.address)
    pem = ssl.get_server_certificate(("127.0.0.1", room.port))
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()
    check("it is the certificate's", ":".join(digest[i:i + 2] for i in range(0, 64, 2)) == printed, printed)
    # Whoever trusts exactly this certificate gets in, its name and dates checked; nobody else does.
    trusting = ssl.create_default_context(cadata=pem)
    for host in ["127.0.0.1", "localhost"]:
        connection = http.client.HTTPSConnection(host, room.port, context=trusting, timeout=30)
        connection.request("GET", "/join", headers={})
        answer = connection.getresponse()
        check(f"served over HTTPS as {host}", answer.status == 200 and b"stepglass" in answer.read().lower(), answer.status)
        check("by a version that is sound", connection.sock.version() in ("TLSv1.2", "TLSv1.3"), connection.sock.version())
        connection.close()
    connection = http.client.HTTPSConnection("127.0.0.1", room.port, context=trusting, timeout=30)
    body = json.dumps({"do": "join", "room": room.code, "name": "Ann"})
    connection.request("POST", "/class/do", body, {"Origin": room.origin, "Content-Type": "application/json"})
    answer = connection.getresponse()
    cookie = answer.getheader("Set-Cookie") or ""
    check("the cookie goes over HTTPS alone", answer.status == 200 and "; Secure" in cookie and "HttpOnly" in cookie, cookie)
    answer.read()
    connection.request("POST", "/class/do", body, {"Origin": room.origin.replace("https", "http"), "Content-Type": "application/json"})
    check("the plain origin is another", connection.getresponse().status == 403)
    connection.close()
    for name, context in [("who trusts nobody unknown", ssl.create_default_context()), ("old versions", old())]:
        try:
            http.client.HTTPSConnection("127.0.0.1", room.port, context=context, timeout=30).request("GET", "/join")
            check(f"{name} is turned away", False)
        except (ssl.SSLError, OSError):
            check(f"{name} is turned away", True)
    plain = http.client.HTTPConnection("127.0.0.1", room.port, timeout=30)
    try:
        plain.request("GET", "/join")
        check("plain HTTP gets nothing", plain.getresponse().status >= 400)
    except (http.client.HTTPException, OSError):
        check("plain HTTP gets nothing", True)
    # Handshakes that never end hold nobody up.
    idle = [socket.create_connection(("127.0.0.1", room.port)) for _ in range(20)]
    connection = http.client.HTTPSConnection("127.0.0.1", room.port, context=trusting, timeout=30)
    connection.request("GET", "/join")
    check("served beside idle handshakes", connection.getresponse().status == 200)
    for one in idle:
        one.close()
    room.process.terminate()
    check("ends", room.process.wait(timeout=60) == 0)


def again():
    """A class keeps its certificate, so that no browser is asked twice; its key is its owner's alone."""
    kept = os.path.join(folder, "full.tls")

    def start(*more):
        room = Room("--tls", *more)
        number, text = fingerprint(room)
        host = re.search(r"//(.*):", room.address).group(1)
        # Its name and dates are checked against what is served: a browser that trusts it goes on without a question.
        trusting = ssl.create_default_context(cadata=ssl.get_server_certificate((host, room.port)))
        connection = http.client.HTTPSConnection(host, room.port, context=trusting, timeout=30)
        connection.request("GET", "/join")
        check(f"it is good for {host}", connection.getresponse().status == 200)
        connection.close()
        room.process.terminate()
        check("ends", room.process.wait(timeout=60) == 0)
        return number, "of last time" in text

    first, was_known = start()
    check("at first it is new", not was_known)
    check("its owner's alone", os.stat(kept).st_mode & 0o777 == 0o600, oct(os.stat(kept).st_mode))
    check("then it is known", start() == (first, True))
    second, was_known = start("--host", "127.0.0.2")
    check("another address wants another", second != first and not was_known)
    check("which is good for the first address too", start() == (second, True))
    check("and it stays its owner's alone", os.stat(kept).st_mode & 0o777 == 0o600)
    command = os.environ.get("STEPGLASS_COMMAND") or os.environ["STEPGLASS_EXE"]
    serve = [command, "serve", "--class", "full", "--no-open", "--port", "0", "--classes", folder]
    with open(kept, "rb+") as file:
        file.truncate(300)
    broken = subprocess.run([*serve, "--tls"], capture_output=True, text=True, env={**os.environ, "STEPGLASS_LANG": "en"})
    check("what is broken is one line", broken.returncode == 1 and "full.tls" in broken.stderr and broken.stderr.count("\n") == 1, broken.stderr)
    check("and is left as it is", os.path.getsize(kept) == 300)
    check("the class goes with all of it", subprocess.run([*serve, "--delete"], capture_output=True).returncode == 0 and not any(name.startswith("full") for name in os.listdir(folder)), os.listdir(folder))


def old():
    """A client that speaks nothing newer than TLS 1.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    return context


globals()[what]()
