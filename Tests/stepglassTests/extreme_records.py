"""Puts extreme values into valid records and runs every command over them: what a reader takes must be safe everywhere.

    extreme_records.py COMMAND COUNT SEED [TRACE…]

Each try changes one to four numbers, texts or lists of a record (of those given, or of runs made here) and runs one
command over it. It must end with 0, 1 or 2 within ten seconds and a gigabyte; with 1 it says one clean line on stderr.
Prints what failed, with the changes, and a last line "N tries, M failures"; keeps failing records in the folder that
STEPGLASS_KEEP names.
"""
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile

NUMBERS = [0, -0.0, 1, -1, 2, 3, 0.5, -0.5, 7, 8, 63, 64, 65, 255, 256, 4095, 65535, 65536, 1 << 20, (1 << 24) + 1, (1 << 28),
           (1 << 30), (1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, (1 << 53) - 1, 1 << 53, (1 << 53) + 1, (1 << 63) - 1, 1 << 63,
           -(1 << 31), -(1 << 63), 1e9, 1e15, 1e16, 1e18, 1e19, 1e38, 3.4e38, 3.5e38, 1e300, 1.7e308, -1.7e308, 1e-9, 1e-38, 1e-45,
           5e-324, -1e15, -1e38, -1e-9, 0.9999999999, 1.0000009]
TEXTS = ["", "\x1b[2J", "a\nb", "\u202eabc\u202c", "\u2066x", "‮", "x" * 5000, "\0", "\ufeff", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍" * 40, "é", "👩‍👩‍👧‍👦" * 50, "%s%n", "<script>", "'\"`$(x)", "\u2028\u2029"]
CHARTS = ["attention", "candidates", "entropy", "beams"]
DEBUGGER = ["info kv", "info beam", "info branches", "info stages", "info settings", "info candidates", "info attention",
            "info timing", "info tokens", "info checkpoints", "step in", "run to 1", "back", "print entropy", "print text",
            "print count(entropy > 1)", "print p(' blue')", "print rank(' blue')", "print beam(0).text", "print beam(1).score",
            "list", "break entropy > 2", "run", "run to start", "run to end", "step", "step in", "help"]


def conversation(file):
    """What an editor asks of the debug adapter over a record, as bytes: a stop, and everything that can be seen there."""
    asked = [
        ("initialize", {"adapterID": "stepglass", "supportsVariableType": True}), ("launch", {"trace": file}),
        ("setExceptionBreakpoints", {"filters": ["replay-mismatch"]}), ("configurationDone", {}),
        *[("next", {"threadId": 1})] * 2, ("stackTrace", {"threadId": 1}), ("scopes", {"frameId": 1}),
        *[("variables", {"variablesReference": number}) for number in range(1, 40)], ("evaluate", {"expression": "entropy", "frameId": 1}),
        *[("stepIn", {"threadId": 1}), ("stackTrace", {"threadId": 1})] * 3, *[("scopes", {"frameId": frame}) for frame in range(1, 7)],
        *[("variables", {"variablesReference": number}) for number in range(1, 20)], *[("source", {"sourceReference": number}) for number in (2, 3)],
        ("stepBack", {"threadId": 1}), ("disconnect", {})]
    messages = [json.dumps({"seq": place + 1, "type": "request", "command": command, "arguments": arguments}).encode()
                for place, (command, arguments) in enumerate(asked)]
    return b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(message), message) for message in messages)


def places(value, way=()):
    """Every leaf, and every list and object, by its way from the root."""
    yield way, value
    if isinstance(value, dict):
        for key, part in value.items():
            if key not in ("format", "parts"):
                yield from places(part, way + (key,))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from places(part, way + (place,))


def put(root, way, value):
    for key in way[:-1]:
        root = root[key]
    root[way[-1]] = value


def changed(record, chance):
    """A copy with a few values changed, and what was done."""
    copy = json.loads(json.dumps(record))
    told = []
    for _ in range(chance.choice([1, 1, 1, 2, 3, 4])):
        found = [(way, value) for way, value in places(copy) if way]
        # One of each kind of place, so that the many candidates do not hide the few settings.
        kinds = {}
        for way, value in found:
            kinds.setdefault(tuple(key for key in way if isinstance(key, str)), []).append((way, value))
        way, value = chance.choice(kinds[chance.choice(sorted(kinds))])
        if isinstance(value, bool) or value is None:
            new = chance.choice([True, False, None, 0, 1, ""])
        elif isinstance(value, (int, float)):
            new = chance.choice(NUMBERS)
            if chance.random() < 0.3:
                new = chance.choice([value + 1, value - 1, value * 2, -value, value / 2])
        elif isinstance(value, str):
            new = chance.choice(TEXTS)
        elif isinstance(value, list):
            new = chance.choice([[], value[:1], value + value, value[::-1], value[1:]])
        else:
            continue
        put(copy, way, new)
        told.append((".".join(map(str, way)), repr(new)[:60]))
    return copy, told


def commands(file, chance, folder):
    """One command line over a record."""
    out = os.path.join(folder, "out")
    script = os.path.join(folder, "script.txt")
    with open(script, "w", encoding="utf-8") as lines:
        lines.write("\n".join(chance.sample(DEBUGGER, 6)) + "\n")
    step = str(chance.choice([0, 0, 1, 2, 5]))
    return chance.choice([
        ["show", file], ["show", file, "--step", step], ["show", file, "--json"], ["show", file, "--step", step, "--lang", "zh-TW"],
        ["show", file, "--beams"], ["show", file, "--beams", "--length-penalty", chance.choice(["0.5", "-3", "10"])],
        ["show", file, "--beams", "--step", step],
        *[["heatmap", file, "--chart", chart, "--scale", "0.5", "-o", out + ".png", *(["--step", step] if chart == "candidates" else [])]
          for chart in CHARTS],
        ["heatmap", file, "--layer", "0", "--step", step, "-o", out + ".png"], ["heatmap", file, file, "-o", out + ".png"],
        ["debug", "--trace", file, "--script", script], ["debug", "--trace", file, "--script", script],
        ["diff", file, file], ["diff", file, file, "--json"], ["verify", file],
        ["export", file, "--to", chance.choice(["perfetto", "html", "parquet"]), "-o", out], ["show", file, "--beams", "--json"],
        ["export", file, "--to", "csv", "--table", chance.choice(["steps", "candidates", "stages"]), "-o", out],
        ["replay", file, "--as", chance.choice(["llama.cpp", "transformers", "vllm", "mlx-lm"])],
        ["replay", file, "--top-p", "0.9", "-o", out], ["replay", file, "--seed", "3", "-o", out],
        ["replay", file, "--temperature", "0.3", "-o", out], ["dap"], ["dap"],
    ])


def limited():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Seconds of the processor are those of all threads: on a machine with many, threads that wait for one another would count.
    if hasattr(os, "sched_setaffinity"):
        allowed = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, random.sample(allowed, min(2, len(allowed))))


def said(text):
    """What was printed; of the adapter's messages the texts that an editor takes out of them."""
    if not text.startswith("Content-Length: "):
        return text
    return "\n".join(value for message in text.split("Content-Length: ")[1:]
                     for _, value in places(json.loads(message.partition("\r\n\r\n")[2])) if isinstance(value, str))


def problem(outcome, seconds, peak):
    """What is wrong with how a command ended; None when nothing is."""
    if outcome.returncode not in (0, 1, 2):
        return f"ended with {outcome.returncode}"
    if seconds > 10:
        return f"took {seconds:.0f} s"
    if peak > 1 << 20:
        return f"took {peak >> 10} MB"
    errors = outcome.stderr.decode("utf-8", "replace")
    if outcome.returncode == 1:
        # Notes, and the place in a question, stand before the line that says what is wrong.
        *before, last = errors.splitlines() or [""]
        if not last.startswith("stepglass: ") or any(not line.startswith(("note: ", "  ")) for line in before):
            return "says no single line"
        if len(last) > 300:
            return f"says {len(last)} characters"
    for text in (errors, said(outcome.stdout.decode("utf-8", "replace"))):
        bad = [c for c in text if (ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 or c in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2028\u2029"]
        if bad:
            return f"prints U+{ord(bad[0]):04X}"
    return None


def run(command, arguments, folder, home):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = conversation(os.path.join(folder, "trace.json")) if arguments[0] == "dap" else b""
    try:
        outcome = subprocess.run(
            ["sh", "-c", 'ulimit -v 6000000; exec "$@"', "sh", command, *arguments], cwd=folder, capture_output=True, timeout=120,
            input=said, preexec_fn=limited, env={**os.environ, "XDG_CACHE_HOME": home, "NO_COLOR": "1", "STEPGLASS_LANG": "en"})
    except subprocess.TimeoutExpired:
        return "took more than 120 s"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Seconds of the processor: the machine may be busy with other things.
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return problem(outcome, seconds, after.ru_maxrss if after.ru_maxrss > before.ru_maxrss else 0)


def records(command, folder, home):
    """Runs of the shipped model, one of each kind."""
    made = []
    for name, options in {
        "sampled": ["trace", "The sky is", "--temperature", "0.9", "--top-k", "8", "--top-p", "0.9", "--min-p", "0.05", "--max-tokens", "4",
                    "--candidates", "6", "--repetition-penalty", "1.2", "--record", "attention,logits,hidden"],
        "beams": ["trace", "The sky is", "--beams", "3", "--max-tokens", "4", "--candidates", "5"],
        "plain": ["trace", "天空是", "--greedy", "--max-tokens", "3", "--candidates", "5", "--stop", "。"],
    }.items():
        out = os.path.join(folder, name)
        subprocess.run([command, *options, "--model", "tiny", "--plain", "-o", out], cwd=folder, check=True, capture_output=True,
                       env={**os.environ, "XDG_CACHE_HOME": home})
        made.append(os.path.join(out, "trace.json"))
    return made


def main():
    command, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    folder = tempfile.mkdtemp(prefix="extreme-")
    home = os.path.join(folder, "cache")
    keep = os.environ.get("STEPGLASS_KEEP")
    chance = random.Random(seed)
    given = sys.argv[4:] or records(command, folder, home)
    originals = [json.load(open(path, encoding="utf-8")) for path in given]
    failures = taken = 0
    for number in range(count):
        record, told = changed(chance.choice(originals), chance)
        file = os.path.join(folder, "trace.json")
        with open(file, "w", encoding="utf-8") as out:
            json.dump(record, out, ensure_ascii=False)
        arguments = commands(file, chance, folder)
        wrong = run(command, arguments, folder, home)
        for name in os.listdir(folder):
            if name.startswith("out"):
                path = os.path.join(folder, name)
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        if wrong:
            failures += 1
            print(f"{number}: {wrong}: {' '.join(arguments)}: {told}")
            if keep:
                shutil.copy(file, os.path.join(keep, f"{seed}-{number}.json"))
    shutil.rmtree(folder)
    print(f"{count} tries, {failures} failures")


if __name__ == "__main__":
    main()
