"""Measures in turn, round by round, so that a machine whose speed drifts treats all alike; prints medians and ratios.

`compare.py EXE [ROUNDS] [MODEL]`. A round runs every engine once at every length; the first round is not counted. Each of
our figures is a whole process (`stepglass bench`), the others answer from a process that has loaded and warmed up. MODEL is
a name from `stepglass models`; of another than SmolLM2 nothing but speed beside llama.cpp is measured.
"""
import json
import os
import pathlib
import statistics
import subprocess
import sys

EXE, ROUNDS = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
HERE = pathlib.Path(__file__).resolve().parent
MODEL = sys.argv[3] if len(sys.argv) > 3 else "smollm2"
LENGTHS, TOKENS, SLOW = (8, 512), 64, "transformers, with attentions"
THREADS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def model_path():
    models = json.loads(subprocess.run([EXE, "models", "--json"], capture_output=True, check=True).stdout)
    return next(m["path"] for m in models if m["name"] == MODEL)


class Server:
    """An engine that answers lines on its own process."""

    def __init__(self, name, script, path):
        self.name = name
        command = [sys.executable, str(HERE / script), path, str(THREADS), "2048"]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit(f"{name} did not start; run {' '.join(command)} to see why")

    def run(self, prompt):
        self.process.stdin.write(f"{prompt} {TOKENS}\n")
        self.process.stdin.flush()
        return tuple(map(float, self.process.stdout.readline().split()))


class Stepglass:
    def __init__(self, record):
        self.name, self.record = f"stepglass, recording {record}", record

    def run(self, prompt):
        command = [EXE, "bench", "--model", MODEL, "--prompt-tokens", prompt, "--tokens", TOKENS,
                   "--threads", THREADS, "--record", self.record, "--json"]
        answer = json.loads(subprocess.run(list(map(str, command)), capture_output=True, check=True).stdout)
        return answer["promptTokensPerSecond"], answer["tokensPerSecond"]


def first_token_seconds():
    """From the start of the process to its end with one token, files written and all; the best of five."""
    times = []
    for _ in range(5):
        command = ["bash", "-c", f"TIMEFORMAT=%R; time {EXE} trace 'The capital of France is' --model smollm2 --greedy "
                   f"--max-tokens 1 --quiet -o Output/bench --force >/dev/null"]
        times.append(float(subprocess.run(command, capture_output=True, text=True, check=True).stderr.strip()))
    return min(times)


def beams(prompt):
    """A search with 16 beams beside single decoding, in one process: ours alone, since the others search otherwise."""
    command = [EXE, "bench", "--model", "smollm2", "--beams", 16, "--tokens", TOKENS, "--prompt-tokens", prompt,
               "--threads", THREADS, "--json"]
    return json.loads(subprocess.run(list(map(str, command)), capture_output=True, check=True).stdout)


def main():
    path = model_path()
    engines = [Stepglass("all"), Stepglass("none"), Server("llama.cpp", "llama_server.py", path)]
    slow = [Server(SLOW, "transformers_server.py", path)] if MODEL == "smollm2" else []
    figures = {}
    for round_number in range(ROUNDS + 1):
        for length in LENGTHS:
            for engine in engines + (slow if round_number < 3 else []):
                result = engine.run(length)
                if round_number > 0:
                    figures.setdefault((engine.name, length), []).append(result)
                print(f"round {round_number} {engine.name} {length}: {result[0]:.0f} {result[1]:.1f}", file=sys.stderr)
    report(figures)


def report(figures):
    def median(name, length, which):
        return statistics.median(r[which] for r in figures[name, length])

    ours, bare, other = "stepglass, recording all", "stepglass, recording none", "llama.cpp"
    print(f"{pathlib.Path(model_path()).stem}, {THREADS} threads, medians of {ROUNDS} interleaved rounds, tokens a second.\n")
    print("| | prefill 512 | decode at 8 | decode at 512 |\n|---|---|---|---|")
    for name in (ours, bare, other, *([SLOW] if MODEL == "smollm2" else [])):
        print(f"| {name} | {median(name, 512, 0):.0f} | {median(name, 8, 1):.1f} | {median(name, 512, 1):.1f} |")

    def ratio(a, b, length, which):
        # Round by round, then the median: both saw the same machine.
        pairs = zip(figures[a, length], figures[b, length])
        return statistics.median(x[which] / y[which] for x, y in pairs)

    print("\n| ratio | prefill 512 | decode at 8 | decode at 512 |\n|---|---|---|---|")
    for label, a, b in (("recording all ÷ llama.cpp recording nothing", ours, other), ("recording all ÷ none", ours, bare)):
        print(f"| {label} | {ratio(a, b, 512, 0):.2f} | {ratio(a, b, 8, 1):.2f} | {ratio(a, b, 512, 1):.2f} |")
    if MODEL == "smollm2":
        report_more()


def report_more():
    print(f"\n| 16 beams × {TOKENS} tokens, every node recorded | prompt 8 | prompt 512 |\n|---|---|---|")
    searches = [beams(length) for length in LENGTHS]
    for label, key, digits in (
            ("tokens a second, all beams", "beamTokensPerSecond", 0), ("one sequence alone", "singleTokensPerSecond", 0),
            ("ratio", "ratio", 2), ("against 16 separate runs, prompts included", "separateRunsRatio", 2)):
        print(f"| {label} | " + " | ".join(f"{search[key]:.{digits}f}" for search in searches) + " |")
    share = [search["cacheBytes"] / (16 * search["singleCacheBytes"]) for search in searches]
    print(f"| key/value cache ÷ 16 copies | {share[0]:.2f} | {share[1]:.2f} |")
    print(f"\nOne token from a cold start of the process, all files written: {first_token_seconds():.3f} s.")


main()
