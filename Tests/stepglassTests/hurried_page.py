"""A living page whose buttons are pressed faster than a person presses: one run stands at the end, with its own stories.

hurried_page.py PAGE FIRST SECOND [BROWSER [WIDTH]]: a page of stepglass-tiny, and two trace.json of the same prompt by the
command that differ in the seed alone.
"""
import json
import sys

from living import Living, check

page, *records = sys.argv[1:4]
first, second = (json.load(open(path, encoding="utf-8")) for path in records)
living = Living(*sys.argv[4:5], *map(int, sys.argv[5:6]))
browser, js, until = living.browser, living.js, living.until


def words(trace):
    return [step["token"]["text"].strip() for step in trace["steps"]]


def written():
    return [one.strip() for one in living.tokens()]


def told(step):
    """The story that the page shows at a step."""
    js(f"location.hash = '#lang=en&theme=light&numbers=1&step={step}'")
    until(lambda: browser.step() == step)
    js("await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    return living.text("#story .story-text")


def stories(trace, name):
    """Each step's story tells of its own token."""
    count = len(written())
    wrong = [step for step in {0, 1, count // 2, count - 2, count - 1} if 0 <= step < count and words(trace)[step] not in told(step)]
    check(f"{name}: the stories stand at their steps", count > 0 and wrong == [], wrong)


def same(trace, name):
    check(f"{name}: the tokens of the command", written() == words(trace), f"{written()} {words(trace)}")
    stories(trace, name)


check("opens", browser.open(page, "#lang=en&theme=light&numbers=1") == "ready")
js("const fold = document.querySelector('.prompt-fold'); if (fold) fold.open = true")
browser.fill("#prompt-text", first["prompt"]["text"])
for setting in ("temperature", "max-tokens", "seed"):
    name = "maxTokens" if setting == "max-tokens" else setting
    browser.fill(f"#prompt-{setting}", str(first["settings"][name]))
# No run is asked for steps while it makes some: what is under way of each stands here.
js("""
  window.under = {}; window.most = 0;
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    const { request, run } = message.request ?? {};
    if (request === "step") {
      window.under[run] = (window.under[run] ?? 0) + 1;
      window.most = Math.max(window.most, window.under[run]);
      this.addEventListener("message", function heard(event) {
        if (event.data.id !== message.id) return;
        window.under[run] -= 1;
        this.removeEventListener("message", heard);
      });
    }
    return post.call(this, message, ...rest);
  };
  window.press = (...names) => { for (const name of names) document.querySelector(`#prompt-${name}`).click(); };
  window.type = (name, value) => {
    const field = document.querySelector(`#prompt-${name}`);
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  window.atFirstToken = (act) => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector("#strip .token.output")) return;
      watch.disconnect();
      act();
    });
    watch.observe(document.body, { subtree: true, childList: true });
  };""")

js("window.atFirstToken(() => window.press('run', 'step')); window.press('run')")
check("pause and step at the first token", until(lambda: written() != []), living.told())
living.settled()
# The step that was asked for last may still be on its way: what is held against the run is read once.
shown = written()
check("some steps of the run", shown == words(first)[:len(shown)], f"{shown}")
stories(first, "paused")
js("window.press('run')")
check("goes on to the end", until(lambda: len(written()) == len(words(first))), written())
living.settled()
same(first, "gone on")

# Each of these ends with another run than it finds.
seeds = [json.dumps(str(trace["settings"]["seed"])) for trace in (first, second)]
js(f"window.type('seed', {seeds[1]}); window.press('run', 'run')")
check("run twice, it is begun once", until(lambda: written() == words(second)), written())
living.settled()
same(second, "run twice")
js(f"window.type('seed', {seeds[1]}); window.press('begin'); window.type('seed', {seeds[0]}); window.press('begin', 'run')")
check("begun twice, the later one runs", until(lambda: written() == words(first)), written())
living.settled()
same(first, "begun twice")
js(f"window.type('seed', '11'); window.press('run'); window.type('seed', {seeds[1]}); window.press('run')")
check("another run while one begins", until(lambda: written() == words(second)), written())
living.settled()
same(second, "another run")
check("a run is never asked for two walks at once", js("return window.most") == 1, js("return window.most"))
living.end()
