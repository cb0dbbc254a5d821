"""The served page in a browser: typed in, stepped, run, paused, loaded anew, asked by a script.

served_page.py TRACE MODEL [BROWSER [WIDTH]]: the trace.json of the command, and the model that made it. The server is
started here, and its page held against the record.
"""
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "stepglassTests"))
from living import ESCAPE, RIGHT, Living, check, failures  # noqa: E402
from served import Served  # noqa: E402

recorded, model = sys.argv[1:3]
with open(recorded, encoding="utf-8") as file:
    native = json.load(file)
living = Living(*sys.argv[3:4], *map(int, sys.argv[4:5]))
browser, js, until, tokens = living.browser, living.js, living.until, living.tokens
folder = tempfile.TemporaryDirectory()
server = Served(folder.name, "--model", model)
READY = "return document.documentElement.dataset.ready ? 'ready' : document.querySelector('.problem') ? 'problem' : ''"
RUN = "return JSON.parse(JSON.stringify(await window.stepglass.run(arguments[0])))"


def shot(name):
    if os.environ.get("SHOTS"):
        js("scrollTo(0, 0)")
        browser.frame()
        browser.screenshot(f"{os.environ['SHOTS']}-{name}.png")


browser.go(server.address)
check("opens", until(lambda: js(READY)) == "ready", js("return document.body.textContent.slice(0, 300)"))
check("the address keeps no secret", server.token not in js("return location.href + document.referrer"))
check("no script reads the cookie", js("return document.cookie") == "")
check("its engine is there", js("return document.documentElement.dataset.engine") == "ready")
check("no WebAssembly is carried", js("return document.documentElement.outerHTML.length") < 1_500_000)
until(lambda: living.count("#served-model option") >= 1)
check("the model is the one asked for", js("return document.querySelector('#served-model').value") == model)
shot("first")

browser.fill("#prompt-text", native["prompt"]["text"])
check("tokens as one types", until(lambda: living.count(".prompt .chip") == len(native["prompt"]["tokens"])))
settings = native["settings"]
for name, value in [("temperature", settings["temperature"]), ("seed", settings["seed"]), ("max-tokens", len(native["steps"]))]:
    browser.fill(f"#prompt-{name}", f"{value:g}")
living.click("begin")
living.settled()
check("begins without a token", until(lambda: tokens() == []) is True, tokens())
living.click("step")
check("one step", until(lambda: len(tokens()) == 1), tokens())
living.press(ESCAPE)
living.press(RIGHT)
check("the arrow makes the next step", until(lambda: len(tokens()) == 2), tokens())
living.settled()
living.click("run")
check("the run goes to its end", until(lambda: len(tokens()) == len(native["steps"])), tokens())
living.settled()
same = [step["token"]["text"].replace("\n", "↵").strip() for step in native["steps"]]
check("the tokens of the command", [one.replace("\n", "").strip() for one in tokens()] == same, f"{tokens()} {same}")
check("attention is there", "‹" in living.text("#attention .told"))
answer = js(RUN, "print entropy")
check("a script asks as a person does", "bits" in " ".join(answer["text"]["en"]) and "位元" in " ".join(answer["text"]["zh-TW"]), answer)
shot("ran")

# A page that is loaded anew stands where it was.
before = tokens()
js("window.isOld = true; setTimeout(() => location.reload())")
check("loads anew", until(lambda: not js("return window.isOld === true") and js(READY)) == "ready")
check("the run is still there", until(lambda: tokens() == before), tokens())

# A hand put in: another token than the first, which begins a branch; then back to the one before.
js("location.hash = 'step=1'")
until(lambda: browser.step() == 0)
other = js("return [...document.querySelectorAll('.hands-tokens button:not([disabled])')][0].title")
browser.click(".hands-tokens button:not([disabled])")
check("takes another token", until(lambda: len(tokens()) == 1 and living.count(".branches .branch") == 2), f"{tokens()} {living.count('.branches .branch')} {living.text('#hands .told')}")
shot("forked")
browser.click(".branches .branch[aria-checked=false]")
check("and goes back to the branch before", until(lambda: tokens() == before), tokens())
js("location.hash = 'step=2&layer=1&head=2'")
until(lambda: living.count("#hands-head"))
browser.click("#hands-head")
check("switches a head off", until(lambda: living.count(".branches .branch") == 3), living.text("#hands .told"))
browser.fill("#hands-until", "entr")
check("a question is completed", until(lambda: "entropy" in js("return [...document.querySelectorAll('#hands-ends option')].map((one) => one.value).join()")))
count = len(tokens())
browser.fill("#hands-until", "entropy >= 0")
browser.enter("#hands-until")
check("walks until it holds", until(lambda: len(tokens()) == count + 1), f"{tokens()} {living.text('#hands .told')}")
check("no chat without a template", (living.count("#chat") > 0) == (model != "tiny"))
if model != "tiny":
    browser.fill("#chat-line", "What is the capital of France?")
    browser.enter("#chat-line")
    check("answers", until(lambda: "Paris" in living.text("#chat .said-assistant")), living.text("#chat"))
    living.settled()
    shot("chat")
js("location.hash = location.hash.replace('lang=en', 'lang=zh-TW')")
if "lang=" not in js("return location.hash"):
    js("location.hash = '#lang=zh-TW'")
check("speaks Chinese", until(lambda: living.text(".served label").startswith("模型")), living.text(".served"))
shot("chinese")

# Two pages at once: a second one begins a run of its own, and the first keeps its own.
code, out, errors = server.end()
check("ends well", code == 0 and errors == "", (code, out, errors))
check("says that the connection is lost", until(lambda: living.text("#served-told") != ""), living.text("#served-told"))
shot("lost")
width = js("return [document.documentElement.scrollWidth, innerWidth]")
check("nothing is wider than the window", width[0] <= width[1], width)
asked = [one for one in browser.requests() if not one.startswith(server.origin + "/")]
check("nobody else was asked", asked == [], asked)
browser.quit()
if failures:
    sys.exit(1)
