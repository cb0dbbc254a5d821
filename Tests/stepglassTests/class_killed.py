"""A class's server, killed at random moments while answers pour in over HTTP, and started again each time.

class_killed.py COMMAND FOLDER KILLS: whatever was acknowledged is there, and is acknowledged again in the same words; students
go on by the cookies and the codes that they had.
"""
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time

signal.pthread_sigmask(signal.SIG_SETMASK, set())
command, folder, kills = sys.argv[1], sys.argv[2], int(sys.argv[3])
STUDENTS, HANDS = 24, 8
chance = random.Random(5)


class Server:
    def __init__(self, port):
        end = time.monotonic() + 10
        while True:
            self.process = subprocess.Popen(
                [command, "serve", "--class", "killed", "--no-open", "--port", str(port), "--classes", folder],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "STEPGLASS_LANG": "en"})
            students, teacher = self.process.stdout.readline(), self.process.stdout.readline()
            if teacher:
                break
            # Anybody may have had the port for a moment since the server before was killed.
            trouble = students + self.process.communicate()[1]
            if "is taken by another program" not in trouble or time.monotonic() > end:
                sys.exit(f"FAIL it does not start: {trouble}")
            time.sleep(0.1)
        address, self.code = re.search(r"(http\S+)\s+code (\w+)", students).groups()
        self.teacher = re.search(r"http\S+", teacher).group(0)
        self.port = int(re.search(r":(\d+)/", address).group(1))


class Browser:
    """A connection that goes on, and a cookie."""

    def __init__(self, port, cookie=""):
        self.link, self.port, self.cookie = http.client.HTTPConnection("127.0.0.1", port, timeout=60), port, cookie

    def ask(self, method, path, body=None):
        headers = {"Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/json"} if body else {}
        self.link.request(method, path, body, {**headers, **({"Cookie": self.cookie} if self.cookie else {})})
        answer = self.link.getresponse()
        text = answer.read()
        self.cookie = (answer.getheader("Set-Cookie") or self.cookie).split(";")[0]
        return answer.status, text

    def do(self, **what):
        status, text = self.ask("POST", "/class/do", json.dumps(what))
        return status, json.loads(text)


def fail(what):
    server.process.kill()
    sys.exit(f"FAIL {what}")


server = Server(0)
port = server.port
cookies, codes = [], []
kept = {}  # by student and the answer's number: the answer, and what was told of it
lock = threading.Lock()
busy = 0


def join():
    """Students who have answered nothing yet: a class takes so many answers of one."""
    for number in range(len(cookies), len(cookies) + STUDENTS):
        browser = Browser(port)
        status, told = browser.do(do="join", room=server.code, name=f"Student {number}")
        if status != 200:
            fail(f"student {number} does not join: {told}")
        cookies.append(browser.cookie)
        codes.append(told["resume"])


def pour(hand, round, isOver):
    """Answers of some of the students, one after the other, until the server is gone."""
    mine, number = range(len(cookies) - STUDENTS + hand, len(cookies), HANDS), 0
    try:
        links = {one: Browser(port, cookies[one]) for one in mine}
        while not isOver.is_set():
            for one in mine:
                given = {"client": f"{round}-{hand}-{number}", "exercise": "edge", "answer": str(number % 5)}
                number += 1
                status, told = links[one].do(do="answer", **given)
                if status == 200:
                    with lock:
                        kept[one, given["client"]] = (given, told)
    except (OSError, http.client.HTTPException, ValueError):
        pass  # The server is gone.


for round in range(kills):
    if round % 200 == 0:
        join()
    isOver, before = threading.Event(), len(kept)
    hands = [threading.Thread(target=pour, args=(hand, round, isOver)) for hand in range(HANDS)]
    for one in hands:
        one.start()
    # The moment is counted from the sixth answer of the round: how long a server takes to begin, or a disk to write, is none of this.
    while len(kept) < before + 6 and any(one.is_alive() for one in hands):
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.3))
    server.process.send_signal(signal.SIGKILL)
    server.process.wait()
    isOver.set()
    for one in hands:
        one.join()
    busy += len(kept) > before
    server = Server(port)
    # All that this round has acknowledged, and some of what was before, is known still: sent again it is told as it was.
    fresh = list(kept)[before:] + chance.sample(list(kept)[:before], min(before, 20))
    links = {}
    for one, client in fresh:
        given, told = kept[one, client]
        link = links.setdefault(one, Browser(port, cookies[one]))
        status, again = link.do(do="answer", **given)
        if (status, again) != (200, told):
            fail(f"round {round}: answer {client} of student {one}: {told}, and now {status} {again}")
    teacher = Browser(port)
    teacher.ask("GET", server.teacher[server.teacher.index("/teach/"):])
    _, view = teacher.do(do="view")
    counts = {row["name"]: row["answers"] for row in view["students"]}
    for one in range(len(cookies)):
        wanted = sum(student == one for student, _ in kept)
        # One more may have been kept whose acknowledgement did not arrive before each kill.
        if not wanted <= counts[f"Student {one}"] <= wanted + round + 1:
            fail(f"round {round}: student {one} has {counts[f'Student {one}']} answers, {wanted} were acknowledged")
    someone = chance.randrange(len(cookies))
    comer = Browser(port)
    status, told = comer.do(do="resume", code=codes[someone])
    if status != 200 or told.get("name") != f"Student {someone}":
        fail(f"round {round}: student {someone} does not come back: {told}")
    # Of each student the newest browsers are known: the one that has just come back goes on.
    cookies[someone] = comer.cookie

print(f"ok    {kills} kills, {busy} of them with answers in the air, {len(kept)} answers acknowledged and all there")
server.process.send_signal(signal.SIGTERM)
ended = server.process.wait(timeout=60) == 0
sys.exit(0 if ended and busy == kills and len(kept) > 5 * kills else f"FAIL {busy} busy rounds, {len(kept)} answers, ended {ended}")
