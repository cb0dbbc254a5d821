"""How a class holds out: so many students join within a minute, then so many answer for a while; loopback alone.

class_load.py COMMAND [--students 300] [--answering 100] [--seconds 60] [--every 5] [--pages 30]
              [--model smollm2 [--stepping 100] [--thinking 5]] [--throughput 16]
Prints JSON objects: seconds for joining, for an answer and for the book, at the median and at the 95th percentile. With
--model the class has an engine: so many students also step through runs of their own, look at what-ifs and read whys, with
a pause to think between; a step's seconds are from asking until it is there. With --throughput nothing else is done: tokens
a second of one walking session, then of so many at once.
"""
import argparse
import asyncio
import itertools
import json
import os
import random
import re
import struct
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("command")
for name, standard in [("students", 300), ("answering", 100), ("seconds", 60), ("every", 5), ("pages", 30)]:
    parser.add_argument(f"--{name}", type=int, default=standard)
parser.add_argument("--model")
parser.add_argument("--stepping", type=int, default=100)
parser.add_argument("--thinking", type=float, default=5)
parser.add_argument("--throughput", type=int)
asked = parser.parse_args()
folder = tempfile.mkdtemp()
server = subprocess.Popen(
    [asked.command, "serve", "--class", "load", "--no-open", "--port", "0", "--classes", folder]
    + (["--model", asked.model] if asked.model else []),
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
        self.steps, self.others, self.waited = [], [], 0
        # A call asked again by its name is not done again.
        self.calls = itertools.count()

    def twin(self):
        """Another window of the same browser."""
        other = Student()
        other.cookie = self.cookie
        return other

    async def ask(self, method, path, body=b"", kind="application/json"):
        try:
            return await self.ask_once(method, path, body, kind)
        except (IndexError, ConnectionError):
            # The server lets go of a connection that has brought nothing for a while, as it does of a browser's.
            self.link = None
            return await self.ask_once(method, path, body, kind)

    async def ask_once(self, method, path, body, kind):
        if self.link is None:
            self.link = await asyncio.open_connection("127.0.0.1", port, limit=1 << 26)
        reader, writer = self.link
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n"
        if self.cookie:
            head += f"Cookie: {self.cookie}\r\n"
        if body:
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
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

    async def engine(self, number, **request):
        """A message to the engine; its answer's result."""
        body = json.dumps(request).encode()
        body = struct.pack("<I", len(body)) + body
        status, answer = await self.ask("POST", f"/engine/call?id=c-{number}", body, "application/x-stepglass-message")
        assert status == 200, (status, answer)
        (length,) = struct.unpack("<I", answer[:4])
        told = json.loads(answer[4:4 + length])
        assert "result" in told, told
        return told["result"]

    async def hear(self, parts):
        """The engine's events: parts of walks go into a queue."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 26)
        # HTTP/1.0, so that no length of a chunk stands within a line.
        writer.write(f"GET /engine/events HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nCookie: {self.cookie}\r\n\r\n".encode())
        name = ""
        try:
            while line := await reader.readline():
                if line.startswith(b"event: "):
                    name = line[7:].strip().decode()
                if line.startswith(b"data: ") and name == "part":
                    parts.put_nowait(json.loads(line[6:]))
                if line.startswith(b"data: ") and name == "state":
                    self.waited = max(self.waited, json.loads(line[6:])["place"])
        except asyncio.CancelledError:
            writer.close()

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


PROMPTS = ["Once upon a time there was a", "The capital of France is", "A student asked the teacher why the", "Water boils at",
           "In the middle of the night", "My favourite book is about"]


async def begin(student, chance, calls, tokens):
    """A new run of the class's model; its number."""
    model = (await student.engine(next(calls), request="use"))["model"]
    options = {"temperature": "0.8", "seed": str(chance.randrange(1000)), "max-tokens": str(tokens)}
    return (await student.engine(next(calls), request="start", model=model, text=chance.choice(PROMPTS), options=options))["run"]


async def step(student, number, chance, end):
    """One who steps through runs, tries what-ifs on what is there, and begins anew after a while."""
    calls, parts = student.calls, asyncio.Queue()
    hearing = asyncio.create_task(student.hear(parts))
    await asyncio.sleep(chance.uniform(0, asked.thinking))
    run, made, lost = None, 0, 0
    while time.perf_counter() < end:
        began = time.perf_counter()
        if run is None or made >= 40:
            if run is not None:
                await student.engine(next(calls), request="end", run=run)
            run, made = await begin(student, chance, calls, 60), 0
        elif made > 2 and chance.random() < 0.3:
            # Dragging: as many answers as the hand gives occasion for.
            for _ in range(5):
                asked_at = time.perf_counter()
                await student.engine(next(calls), request="what-if", run=run, step=made - 1, options={"temperature": f"{chance.uniform(0.2, 1.5):.2f}"})
                student.others.append(time.perf_counter() - asked_at)
                await asyncio.sleep(0.1)
        else:
            asked_at = time.perf_counter()
            await student.engine(next(calls), request="walk", run=run, count=1, milliseconds=100)
            ended, steps = False, 0
            while not ended:
                part = await asyncio.wait_for(parts.get(), 60)
                told = part["step"]["result"]
                ended, steps = part["ended"], steps + len(told["steps"])
            student.steps.append(time.perf_counter() - asked_at)
            lost += steps != 1
            made = 40 if told["run"]["finish"] else made + steps
        await asyncio.sleep(max(0, asked.thinking * chance.uniform(0.5, 1.5) - (time.perf_counter() - began)))
    hearing.cancel()
    return lost


async def walk(student, chance, count):
    """Steps one after another; how many came, and the seconds from the first to the last."""
    calls, parts = student.calls, asyncio.Queue()
    hearing = asyncio.create_task(student.hear(parts))
    await asyncio.sleep(0.2)
    run = await begin(student, chance, calls, count)
    await student.engine(next(calls), request="walk", run=run, count=count)
    made, first, ended = 0, None, False
    while not ended:
        part = await asyncio.wait_for(parts.get(), 300)
        first = first or time.perf_counter()
        ended, made = part["ended"], made + len(part["step"]["result"]["steps"])
    hearing.cancel()
    return made, first, time.perf_counter()


def processor_seconds():
    """What the server has used of its processors: on a machine that has other work too, times say less."""
    fields = open(f"/proc/{server.pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def throughput():
    students = [Student() for _ in range(asked.throughput)]
    for number, student in enumerate(students):
        await student.do(**{"do": "join", "room": code, "name": f"Student {number}"})
    rates, costs = {}, {}
    await walk(students[0], random.Random(0), 8)
    for several in [1, len(students), 1, len(students)]:
        before = processor_seconds()
        done = await asyncio.gather(*(walk(one, random.Random(n), 100) for n, one in enumerate(students[:several])))
        rate = sum(made for made, _, _ in done) / (max(last for _, _, last in done) - min(first for _, first, _ in done))
        rates.setdefault(several, []).append(round(rate, 1))
        costs.setdefault(several, []).append(round(1000 * (processor_seconds() - before) / sum(made for made, _, _ in done), 2))
    one, many = max(rates[1]), max(rates[len(students)])
    print(json.dumps({"one": rates[1], "sessions": len(students), "together": rates[len(students)], "ratio": round(many / one, 2),
                      "processor milliseconds a token": [costs[1], costs[len(students)]]}), flush=True)


async def main():
    if asked.throughput:
        return await throughput()
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
    # The same students in another window each, with connections of their own.
    twins = [student.twin() for student in students[:asked.stepping if asked.model else 0]]
    stepping = [step(one, n, random.Random(n + 1000), end) for n, one in enumerate(twins)]
    found = await asyncio.gather(*(answer(one, n, random.Random(n), end) for n, one in enumerate(students[:asked.answering])), *stepping)
    kept, lost = sum(found[:asked.answering]), sum(found[asked.answering:])
    if asked.model:
        print(json.dumps({"step": spread([t for one in twins for t in one.steps]), "what-if": spread([t for one in twins for t in one.others]),
                          "lost": lost, "longest row": max(one.waited for one in twins)}), flush=True)
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
