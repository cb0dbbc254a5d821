"""A living page in a browser: typed in, stepped, asked, given a broken model; held against the command's own run.

living_page.py PAGE TRACE BROKEN [BROWSER [WIDTH]]: a page of stepglass-tiny, the trace.json of the same prompt by the
command, and a file that is no model.
"""
import json
import sys
import time

from living import ESCAPE, RIGHT, Living, check

page, recorded, broken = sys.argv[1:4]
with open(recorded, encoding="utf-8") as file:
    native = json.load(file)
living = Living(*sys.argv[4:5], *map(int, sys.argv[5:6]))
browser, js, until, tokens, told = living.browser, living.js, living.until, living.tokens, living.told
start = time.time()
opened = browser.open(page, "#lang=en&theme=light&numbers=1")
seconds = time.time() - start
check("opens", opened == "ready", js("return document.body.textContent.slice(0, 300)"))
print(f"ready after {seconds:.2f} s")

check("tokens of the first prompt", until(lambda: living.count(".prompt .chip")))
browser.fill("#prompt-text", native["prompt"]["text"])
check("tokens as one types", until(lambda: living.count(".prompt .chip") == len(native["prompt"]["tokens"])))
for name, value in [("temperature", "0.5"), ("seed", "5"), ("max-tokens", str(len(native["steps"])))]:
    browser.fill(f"#prompt-{name}", value)
living.click("begin")
living.settled()
check("begins without a token", tokens() == [], tokens())
living.click("step")
living.settled()
check("one step", until(lambda: len(tokens()) == 1), tokens())
living.press(ESCAPE)
living.press(RIGHT)
check("the arrow makes the next step", until(lambda: len(tokens()) == 2), tokens())
# The pictures of the steps so far are through before requests are counted: all layers, once the page stands still and waits for none.
living.settled()
browser.js("await new Promise((done) => { let last = performance.now(); const post = Worker.prototype.postMessage; "
           "Worker.prototype.postMessage = function (...all) { last = performance.now(); return post.apply(this, all); }; "
           "const isStill = () => performance.now() - last > 400 && !document.querySelector('[aria-busy=true]'); "
           "const wait = () => (isStill() ? (Worker.prototype.postMessage = post, done()) : setTimeout(wait, 50)); wait(); })")
js("""
  window.asked = [];
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.request) window.asked.push({ ...message.request });
    return post.call(this, message, ...rest);
  };""")
start = time.time()
living.click("run")
until(lambda: len(tokens()) == len(native["steps"]))
print(f"{len(native['steps']) - 2} steps in {time.time() - start:.2f} s")
living.settled()
# While it runs, one layer a time is looked at; all of them once it stands still.
layers = native["model"]["layers"]


def asked(name):
    return [one for one in js("return window.asked") if one["request"] == name]


check("all layers are asked for", until(lambda: len({one["layer"] for one in asked("attention")}) == layers), asked("attention"))
browser.still()
names = [one["request"] for one in js("return window.asked")]
last = len(names) - names[::-1].index("step")
check("a run is not held up by pictures", names[:last].count("attention") <= names[:last].count("step"), names)
rows = [one["from"] for one in asked("attention") if one["layer"] == 0]
check("what is there of the attention is not asked for again", rows == sorted(set(rows)) and rows[0] >= len(native["prompt"]["tokens"]), rows)
same = [step["token"]["text"].strip() for step in native["steps"]]
check("the tokens of the command", [one.strip() for one in tokens()] == same, f"{tokens()} {same}")
check("attention is there", "‹" in living.text("#attention .told"))

check("a question has an answer", "bits" in living.ask("print entropy") and "rank" in living.ask("why top(2)"))
check("a wrong question says what is wrong", "did you mean entropy?" in living.ask("print entropyy > 2"))
check("the page says that its engine runs", living.js("return document.documentElement.dataset.engine") == "ready")
answer = living.js("return JSON.parse(JSON.stringify(await window.stepglass.run('print entropy')))")
check("a script asks as a person does", "bits" in " ".join(answer["text"]["en"]) and "位元" in " ".join(answer["text"]["zh-TW"]), answer)
count = len(native["steps"])
living.ask("back 3")
check("the line moves the reader", until(lambda: browser.step() == count - 4), browser.step())
living.ask(f"force #{native['steps'][0]['token']['id']}")
check("a forced token makes a branch", until(lambda: len(tokens()) == count - 3) and tokens()[-1] == tokens()[0], tokens())

browser.files("#prompt-file", [broken])
check("a broken model is one line", until(lambda: told().startswith("That did not work")), told())
living.click("begin")
living.settled()
living.click("step")
check("and the page lives on", until(lambda: len(tokens()) == 1), told())
living.press("g")
check("in Chinese too", living.text("#prompt-begin") == "開始", living.text("#prompt-begin"))
living.end()
