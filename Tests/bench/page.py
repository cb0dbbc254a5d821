"""How quick the living page of stepglass-tiny is in each browser: `page.py EXE [ROUNDS]`, by `make bench-page`.

A page from disk in a fresh browser, wide and as on a phone: from its opening to the tokens of the first key typed; a step, from
the engine's being asked to its answer; 64 tokens, from pressing Run to the last one on the page, soon after opening and later.
Prints milliseconds, the median of all rounds and the slowest, beside what they should be.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "stepglassTests"))
from living import Living  # noqa: E402

# What is measured, and the milliseconds that it may take.
LIMITS = {"first key": 1000, "a step": 5, "64 tokens at once": 300, "64 tokens later": 300}

FIRST_KEY = """
  const until = async (holds) => { while (!holds()) await new Promise((done) => setTimeout(done, 1)); };
  await until(() => document.documentElement.dataset.ready);
  const fold = document.querySelector('.prompt-fold'), field = document.querySelector('#prompt-text');
  if (fold) fold.open = true;
  field.value = 'Q';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  const chips = () => [...document.querySelectorAll('.prompt .chip')];
  await until(() => chips().length === 1 && chips()[0].textContent.includes('Q'));
  return performance.now();"""

RUN = """
  const before = document.querySelector('#strip .token');
  const done = new Promise((reached) => new MutationObserver(() => {
    if (document.querySelector('#strip .token') === before) return;
    if (document.querySelectorAll('#strip .token.output').length >= 64) reached(performance.now());
  }).observe(document.body, { subtree: true, childList: true }));
  const start = performance.now();
  document.querySelector('#prompt-run').click();
  return await done - start;"""

STEP = """
  const post = Worker.prototype.postMessage, times = [];
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.request?.request === 'step') {
      const start = performance.now();
      this.addEventListener('message', () => times.push(performance.now() - start), { once: true });
    }
    return post.call(this, message, ...rest);
  };
  for (let i = 0; i < 12; i++) {
    const count = times.length;
    document.querySelector('#prompt-step').click();
    while (times.length === count) await new Promise((done) => setTimeout(done, 1));
    await new Promise((done) => setTimeout(done, 150));
  }
  Worker.prototype.postMessage = post;
  times.sort((a, b) => a - b);
  return times[times.length >> 1];"""


def run(living, seed):
    """A sampled run that has no end within 64 tokens."""
    for name, value in [("temperature", "0.8"), ("seed", seed), ("max-tokens", "64")]:
        living.browser.fill(f"#prompt-{name}", value)
    living.browser.fill("#prompt-text", "Once upon a time")
    taken = living.js(RUN)
    living.settled()
    return taken


def one_round(page, kind, width):
    living = Living(kind, width)
    living.browser.go("about:blank")
    living.browser.go("file://" + page + "#lang=en&theme=light&numbers=1")
    times = {"first key": living.js(FIRST_KEY), "64 tokens at once": run(living, "3")}
    time.sleep(2)
    times["64 tokens later"] = run(living, "4")
    living.browser.fill("#prompt-text", "A bird")
    living.click("begin")
    living.settled()
    times["a step"] = living.js(STEP)
    living.browser.quit()
    return times


def main():
    exe, rounds = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        page = os.path.join(folder, "tiny.html")
        subprocess.run([exe, "page", "-o", page], check=True, capture_output=True)
        for number in range(rounds):
            for kind in ["chromium", "firefox"]:
                for width in [1280, 390]:
                    print(f"round {number + 1} of {rounds}: {kind}, {width} px", file=sys.stderr)
                    for what, taken in one_round(page, kind, width).items():
                        rows.setdefault((what, kind, width), []).append(taken)
    print(f"| milliseconds, {rounds} rounds | browser | window | median | slowest | at most |")
    print("| - | - | - | - | - | - |")
    for what, limit in LIMITS.items():
        for (name, kind, width), times in rows.items():
            if name == what:
                print(f"| {what} | {kind} | {width} px | {statistics.median(times):.1f} | {max(times):.1f} | {limit} |")


if __name__ == "__main__":
    main()
