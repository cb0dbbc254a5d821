"""Out of power, and out of room: what was there stays whole, what is new is there whole or not at all.

    power.py killed COMMAND COUNT SEED [JOB…]     kill -9 at COUNT random moments of each job
    power.py full COMMAND [JOB…]                  each job on a disk that has a little more room each time (needs mounts of its own)

A job is a row of JOBS: a command that replaces what a former one wrote. Prints a line for each; ends with 1 where something
was lost, half there, left behind, or told in more than one line.
"""
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

TRACE = ["--model", "tiny", "--max-tokens", "3", "--candidates", "4"]
# What it is called: its arguments, with N for a number that its files show; the files that it leaves.
JOBS = {
    "trace": (["trace", "number N is", *TRACE, "--plain", "-o", "out", "--force"], ["out/trace.json", "out/trace.html", "out/attention.png"]),
    "tensors": (["trace", "number N is", *TRACE, "--plain", "--tensors", "--record", "attention,logits,hidden", "-o", "out", "--force"],
                ["out/trace.json", "out/trace.html", "out/attention.png", "out/tensors.safetensors"]),
    "fill": (["fill", "number N [MASK].", "--model", "tiny-bert", "-o", "out", "--force"], ["out/trace.json", "out/trace.html", "out/attention.png"]),
    "save": (["debug", "number N is", *TRACE, "-e", "run to end", "-e", "save saved.json"], ["saved.json"]),
    "replay": (["replay", "given/trace.json", "--seed", "N", "-o", "out", "--force"], ["out/trace.json", "out/trace.html", "out/attention.png"]),
    "heatmap": (["heatmap", "given/trace.json", "-o", "map.png", "--force", "--scale", "1"], ["map.png"]),
    "page": (["page", "--model", "tiny", "-o", "page.html", "--force"], ["page.html"]),
    "book": (["lesson", "book", "--one-file", "-o", "book.html", "--lesson", "1", "--force"], ["book.html"]),
    "export": (["export", "given/trace.json", "--to", "perfetto", "-o", "run.json", "--force"], ["run.json"]),
    "batch": (["batch", "given/prompts.jsonl", "-o", "out", "--model", "tiny", "--max-tokens", "2", "--threads", "1"], None),
    "new": (["lesson", "new", "07-new", "--lessons", "mine"], None),
    "grade": (["lesson", "grade", "given/work", "-o", "grades", "--force"], None),
}
SUBMISSION = {"format": "stepglass-submission", "version": 1, "student": "ann", "course": "1", "attempts": []}
problems = []


def wrong(job, what):
    problems.append(f"{job}: {what}")
    print(f"{job}: {what}", flush=True)


class Place:
    """A folder with what jobs are given."""

    def __init__(self, command, folder):
        self.command, self.folder = command, folder
        self.environment = {**os.environ, "XDG_CACHE_HOME": os.path.join(folder, "cache"), "STEPGLASS_LANG": "en", "NO_COLOR": "1"}
        os.makedirs(os.path.join(folder, "given/work"))
        with open(os.path.join(folder, "given/work/ann.json"), "w") as out:
            json.dump(SUBMISSION, out)
        with open(os.path.join(folder, "given/prompts.jsonl"), "w") as out:
            for number in range(6):
                out.write(json.dumps({"id": f"p{number}", "prompt": f"number {number} is"}) + "\n")
        made = self.run(["trace", "given", *TRACE, "--plain", "-o", "given"])
        if made.returncode:
            sys.exit(f"cannot make a record: {made.stderr.decode()}")

    def start(self, arguments, where="."):
        return subprocess.Popen([self.command, *arguments], cwd=os.path.join(self.folder, where), env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True)

    def run(self, arguments, where="."):
        child = self.start(arguments, where)
        errors = child.communicate()[1]
        return subprocess.CompletedProcess(arguments, child.returncode, b"", errors)


def listed(folder):
    return sorted(os.path.relpath(os.path.join(path, name), folder) for path, _, names in os.walk(folder) for name in names)


def broken(path):
    """What is wrong with a file as a whole; None when nothing is."""
    with open(path, "rb") as file:
        data = file.read()
    if path.endswith(".json"):
        try:
            json.loads(data)
        except ValueError as error:
            return f"{path} is no JSON: {error}"
    elif path.endswith(".html") and not data.rstrip().endswith(b"</html>"):
        return f"{path} has no end"
    elif path.endswith(".png") and not (data.startswith(b"\x89PNG") and data.endswith(b"IEND\xaeB`\x82")):
        return f"{path} is no whole picture"
    elif path.endswith(".safetensors"):
        size = int.from_bytes(data[:8], "little")
        end = max(value["data_offsets"][1] for key, value in json.loads(data[8:8 + size]).items() if key != "__metadata__")
        if len(data) != 8 + size + end:
            return f"{path} has {len(data)} bytes of {8 + size + end}"
    elif path.endswith(".jsonl"):
        # A line that was cut off has no end, and is written again.
        for line in data[:data.rfind(b"\n") + 1].splitlines():
            json.loads(line)
    elif path.endswith(".csv") and data and not data.endswith(b"\n"):
        return f"{path} has half a line"
    return None


def clear(job, folder):
    """The debugger replaces no file: what it saved goes first, and so does a new lesson. What it left half written stays. A batch goes on where it was,
    and has nothing to do once it is whole."""
    if job == "batch" and len([name for name in listed(folder) if name.endswith("/trace.json")]) > 5:
        shutil.rmtree(os.path.join(folder, "out"))
    if job == "save" and os.path.exists(os.path.join(folder, "saved.json")):
        os.unlink(os.path.join(folder, "saved.json"))
    if job == "new":
        shutil.rmtree(os.path.join(folder, "mine"), ignore_errors=True)


def with_number(arguments, number):
    return [re.sub(r"\bN\b", str(number), word) for word in arguments]


def check(job, folder, files, numbers):
    """All files whole, and a page of the same run as the trace beside it."""
    for name in listed(folder):
        if name.startswith(("cache/", "given/")) or ".part-" in name or name.endswith(".stepglass-writing"):
            continue
        if files is not None and name not in files:
            wrong(job, f"a file of another name: {name}")
        elif problem := broken(os.path.join(folder, name)):
            wrong(job, problem)
    record = os.path.join(folder, "out/trace.json")
    if job in ("trace", "tensors", "fill") and os.path.exists(record):
        text = json.load(open(record, encoding="utf-8"))["prompt"]["text"]
        page = os.path.join(folder, "out/trace.html")
        if not any(f"number {number} " in text for number in numbers):
            wrong(job, f"the record is of another run: {text}")
        if os.path.exists(page) and text[:9] not in open(page, encoding="utf-8").read():
            wrong(job, "the page is of another run than the trace")
        return int(text.split()[1])
    return numbers[-1]


def killed(command, count, seed, jobs):
    chance = random.Random(seed)
    total = 0
    for job in jobs:
        arguments, files = JOBS[job]
        with tempfile.TemporaryDirectory(prefix="power-") as folder:
            place = Place(command, folder)
            # The first run is a cold one, and slower than those that are killed.
            whole = 60
            for _ in range(3):
                clear(job, folder)
                begin = time.monotonic()
                first = place.run(with_number(arguments, 0))
                whole = min(whole, time.monotonic() - begin)
            if first.returncode:
                wrong(job, f"does not run: {first.stderr.decode()}")
                continue
            after = listed(folder)
            last, hits = 0, 0
            for number in range(1, count + 1):
                clear(job, folder)
                child = place.start(with_number(arguments, number))
                try:
                    # Most of what can go wrong goes wrong while files are written: at the end.
                    child.wait(whole * (chance.uniform(0.02, 1.05) if chance.random() < 0.4 else chance.uniform(0.7, 1.02)))
                except subprocess.TimeoutExpired:
                    os.killpg(child.pid, signal.SIGKILL)
                    child.wait()
                    hits += 1
                child.stderr.close()
                last = check(job, folder, files, [last, number])
            clear(job, folder)
            final = place.run(with_number(arguments, count + 1))
            if final.returncode:
                wrong(job, f"does not run after the kills: {final.stderr.decode()}")
            if listed(folder) != after:
                wrong(job, f"left behind: {sorted(set(listed(folder)) ^ set(after))}")
            total += hits
            print(f"{job}: killed {hits} of {count} times, in {whole:.2f} s each; {len(problems)} problems so far", flush=True)
    if total * 8 < count * len(jobs):
        wrong("all", f"only {total} of {count * len(jobs)} were killed while they were at work")


def full(command, jobs):
    for job in jobs:
        arguments, files = JOBS[job]
        with tempfile.TemporaryDirectory(prefix="power-") as folder:
            place = Place(command, folder)
            disk = os.path.join(folder, "disk")
            os.mkdir(disk)
            tries = 0
            for old in (False, True):
                if old and job in ("save", "batch", "new"):
                    continue
                room = 0
                while room < 1 << 18:
                    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m", "none", disk], check=True)
                    shutil.copytree(os.path.join(folder, "given"), os.path.join(disk, "given"))
                    if old:
                        place.run(with_number(arguments, 0), "disk")
                    before = {name: open(os.path.join(disk, name), "rb").read() for name in listed(disk)}
                    # As much room as is asked for, and no more.
                    used = shutil.disk_usage(disk).used
                    subprocess.run(["mount", "-o", f"remount,size={used + (room << 10)}", disk], check=True)
                    outcome = place.run(with_number(arguments, 1), "disk")
                    tries += 1
                    told = outcome.stderr.decode("utf-8", "replace").splitlines()
                    now = listed(disk)
                    if outcome.returncode not in (0, 1):
                        wrong(job, f"{room} kB: ended with {outcome.returncode}: {told[-1:]}")
                    elif outcome.returncode == 1:
                        # Notes, and how a run went, stand before the line that says what is wrong.
                        if [line for line in told if line.startswith("stepglass: ")] != told[-1:] or not told or len(told[-1]) > 300:
                            wrong(job, f"{room} kB: tells {told[-3:]}")
                        # What a batch has made before stays made.
                        if job != "batch" and set(now) - set(before):
                            wrong(job, f"{room} kB: left behind: {sorted(set(now) - set(before))}")
                        if any(open(os.path.join(disk, name), "rb").read() != before[name] for name in now if name in before):
                            wrong(job, f"{room} kB: what was there has changed although the run failed")
                    check(job, disk, files, [0, 1])
                    subprocess.run(["umount", disk], check=True)
                    if outcome.returncode == 0:
                        break
                    room = int(room * 1.4) + 4
                else:
                    wrong(job, "never had room enough")
            print(f"{job}: a disk of {tries} sizes; {len(problems)} problems so far", flush=True)


def main():
    what, command = sys.argv[1], os.path.abspath(sys.argv[2])
    if what == "killed":
        killed(command, int(sys.argv[3]), int(sys.argv[4]), sys.argv[5:] or list(JOBS))
    elif what == "full":
        full(command, sys.argv[3:] or list(JOBS))
    else:
        sys.exit(__doc__)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
