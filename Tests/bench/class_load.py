"""How a class holds out: so many students join within a minute, then so many answer for a while; loopback alone.

class_load.py COMMAND [--students 300] [--answering 100] [--seconds 60] [--every 5] [--pages 30]
Prints one JSON object: seconds for joining, for an answer and for the book, at the median and at the 95th percentile.
"""
import argparse
import asyncio
import json
import os
import random
import re
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("command")
for name, standard in [("students", 300), ("answering", 100), ("seconds", 60), ("every", 5), ("pages", 30)]:
    parser.add_argument(f"--{name}", type=int, default=standard)
asked = parser.parse_args()
folder = tempfile.mkdtemp()
server = subprocess.Popen(
    [asked.command, "serve", "--class", "load", "--no-open", "--port", "0", "--classes", folder],
    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "STEPGLASS_LANG": "en"})
address, code = re.search(r"(http\S+)\s+code (\w+)", server.stdout.readline()).groups()
teacher = re.search(r"http\S+", server.stdout.readline()).group(0)
port = int(re.search(r":(\d+)/", address).group(1))

# Exercises of three kinds with answers of each: by hand on the blackboard, settings that make a run, one of a choice.
ANSWERS = [
    ("edge", ["1", "2", "3", "4", "5"]), ("sliver", ["none", "one", "share"]), ("bet-kept", ["same", "more", "fewer"]),
    ("three-left", ["top-p=0.95", "top-p=0.8", "top-p=0.7"]), ("hotter", ["temperature=20", "temperature=0.5"]),
    ("narrow", ["0.6 0.7", "0.8 0.9"]), ("orders", ["top-p, temperature", "temperature, top-p"]),
]


class Student:
    """One browser's cookie and its connections."""

    def __init__(self):
        self.cookie = ""
        self.link = None
        self.times = []
        self.events = 0

    async def ask(self, method, path, body=b""):
        if self.link is None:
            self.link = await asyncio.open_connection("127.0.0.1", port)
        reader, writer = self.link
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        if self.cookie:
            head += f"Cookie: {self.cookie}\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        status = int((await reader.readline()).split()[1])
        length = 0
        while (line := (await reader.readline()).strip()):
            name, _, value = line.decode().partition(":")
            if name.lower() == "content-length":
                length = int(value)
            if name.lower() == "set-cookie":
                self.cookie = value.strip().split(";")[0]
        return status, await reader.readexactly(length)

    async def do(self, **command):
        status, body = await self.ask("POST", "/class/do", json.dumps(command).encode())
        return status, json.loads(body)

    async def listen(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /class/events HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {self.cookie}\r\n\r\n".encode())
        try:
            while line := await reader.readline():
                self.events += line.startswith(b"event: news")
        except asyncio.CancelledError:
            writer.close()


def spread(times):
    times = sorted(times)
    pick = lambda share: round(times[min(len(times) - 1, int(share * len(times)))], 4)
    return {"count": len(times), "median": pick(0.5), "p95": pick(0.95), "most": round(times[-1], 4)} if times else None


async def join(students):
    times = []

    async def one(student, number):
        await asyncio.sleep(number * 20 / len(students))
        began = time.perf_counter()
        status, told = await student.do(**{"do": "join", "room": code, "name": f"Student {number}"})
        assert status == 200 and told["resume"], told
        times.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(one(student, number) for number, student in enumerate(students)))
    return time.perf_counter() - began, times


async def answer(student, number, chance, end):
    kept = 0
    await asyncio.sleep(chance.uniform(0, asked.every))
    while time.perf_counter() < end:
        exercise, answers = chance.choice(ANSWERS)
        began = time.perf_counter()
        status, told = await student.do(**{"do": "answer", "client": f"{number}-{kept}-{chance.getrandbits(32):x}", "exercise": exercise, "answer": chance.choice(answers)})
        student.times.append(time.perf_counter() - began)
        assert status in (200, 409), (status, told)
        kept += status == 200
        await asyncio.sleep(max(0, asked.every * chance.uniform(0.5, 1.5) - (time.perf_counter() - began)))
    return kept


async def main():
    students = [Student() for _ in range(asked.students)]
    joining, times = await join(students)
    print(json.dumps({"students": len(students), "joining": round(joining, 1), "join": spread(times)}), flush=True)
    listening = [asyncio.create_task(student.listen()) for student in students]
    page_times = []
    for student in students[:asked.pages]:
        began = time.perf_counter()
        status, body = await student.ask("GET", "/")
        assert status == 200 and len(body) > 1_000_000
        page_times.append(time.perf_counter() - began)
    end = time.perf_counter() + asked.seconds
    kept = sum(await asyncio.gather(*(answer(one, n, random.Random(n), end) for n, one in enumerate(students[:asked.answering]))))
    boss = Student()
    await boss.ask("GET", teacher[teacher.index("/teach/"):])
    began = time.perf_counter()
    _, view = await boss.do(do="view")
    view_seconds = time.perf_counter() - began
    there = sum(one["answers"] for one in view["students"])
    began = time.perf_counter()
    await boss.do(**{"do": "open", "place": ""})
    await asyncio.sleep(1)
    told = {"answers": spread([t for one in students for t in one.times]), "kept": kept, "there": there,
            "page": spread(page_times), "view": round(view_seconds, 3), "heard": sum(one.events > 0 for one in students),
            "memory": int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{server.pid}/status").read()).group(1)) // 1024}
    for one in listening:
        one.cancel()
    print(json.dumps(told), flush=True)
    assert kept == there and told["heard"] == len(students)


try:
    asyncio.run(main())
finally:
    server.terminate()
    server.wait()
