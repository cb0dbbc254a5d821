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
from axe import findings  # noqa: E402
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


def shot(name, selector=""):
    if os.environ.get("SHOTS"):
        js("const one = document.querySelector(arguments[0]); one ? one.scrollIntoView() : scrollTo(0, 0)", selector or "nothing")
        browser.frame()
        browser.screenshot(f"{os.environ['SHOTS']}-{name}.png")


def press(selector):
    """A click in the middle of the window: the bar of steps covers its end."""
    js("document.querySelector(arguments[0]).scrollIntoView({ block: 'center' })", selector)
    browser.frame()
    browser.click(selector)


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
js("location.hash = 'step=0'")
until(lambda: browser.step() == 0)
other = js("return [...document.querySelectorAll('.hands-tokens button:not([disabled])')][0].title")
press(".hands-tokens button:not([disabled])")
check("takes another token", until(lambda: len(tokens()) == 1 and living.count(".branches .branch") == 2), f"{tokens()} {living.count('.branches .branch')} {living.text('#hands .told')}")
check("and its step is told", until(lambda: living.text(".story-text") != ""), living.text(".story-title"))
shot("forked", "#hands")
press(".branches .branch[aria-pressed=false]")
check("and goes back to the branch before", until(lambda: tokens() == before), tokens())
js("location.hash = 'step=2&layer=1&head=2'")
until(lambda: living.count("#hands-head"))
press("#hands-head")
check("switches a head off", until(lambda: living.count(".branches .branch") == 3), living.text("#hands .told"))
browser.fill("#hands-until", "entr")
check("a question is completed", until(lambda: "entropy" in js("return [...document.querySelectorAll('#hands-until-ends option')].map((one) => one.value).join()")))
count = len(tokens())
browser.fill("#hands-until", "entropy >= 0")
browser.enter("#hands-until")
check("walks until it holds", until(lambda: len(tokens()) == count + 1), f"{tokens()} {living.text('#hands .told')}")

# Every candidate and head that is shown can be taken by the hand that is on it; branches stand side by side.
js("location.hash = 'step=1&layer=1&head=3'")
until(lambda: browser.step() == 1)
before, branches = tokens(), living.count(".branches .branch")
check("the one that was taken is no button", living.count("#story .chances li.taken .take") == 0 and living.count("#story .chances .take") > 0)
press("#story .chances .take")
check("a bar is taken", until(lambda: len(tokens()) == 2 and living.count(".branches .branch") == branches + 1), f"{tokens()} {living.text('#hands .told')}")
word = js("return document.querySelector('.ledger tbody tr:last-child .take .word').textContent")
press(".ledger tbody tr:last-child .take")
check("a row of the ledger is taken", until(lambda: living.count(".branches .branch") == branches + 2 and len(tokens()) == 2), f"{tokens()} {living.text('#hands .told')}")
check("it is that token", until(lambda: living.text(".ledger tr.chosen .word") == word), f"{living.text('.ledger tr.chosen .word')} {word}")
until(lambda: living.count("#attention-switch"))
press("#attention-switch")
check("a head is switched off where it is looked at", until(lambda: "1.3" in living.text("#hands .told")), living.text("#hands .told"))
living.click("step")
check("from the next step on", until(lambda: len(tokens()) == 3 and "(off)" in js("return document.querySelector('#pick-head').selectedOptions[0]?.textContent ?? ''")), js("return document.querySelector('#pick-head').textContent"))
check("and can be switched on again", "on again" in living.text("#attention-switch"), living.text("#attention-switch"))
press(".branches .beside")
check("two branches stand side by side", until(lambda: living.count("#compare .compare-strip") == 2 and "part at step" in living.text("#compare .told")), living.text("#compare .told"))
js("document.querySelector('#compare .apart-told').scrollIntoView()")
check("and the engine compares them", until(lambda: living.text("#compare .apart-told").startswith(("KL(", "The two choices"))), living.text("#compare .apart-told"))
check("head by head too", living.count("#compare .compare-heads") == 1)
shot("beside", "#compare")

# Breakpoints: the run stops where a condition holds, counts, goes on and back; another run has them too.
living.click("begin")
living.settled()
check("begins anew", until(lambda: tokens() == []) is True, tokens())
browser.fill("#breakpoints-when", "entr")
check("a condition is completed", until(lambda: "entropy" in js("return [...document.querySelectorAll('#breakpoints-when-ends option')].map((one) => one.value).join()")))
browser.fill("#breakpoints-when", "entropyy > 1")
browser.enter("#breakpoints-when")
check("what is no condition is told", until(lambda: "entropy" in living.text("#breakpoints .told")), living.text("#breakpoints .told"))
browser.fill("#breakpoints-when", "step == 4")
browser.enter("#breakpoints-when")
check("a breakpoint is there", until(lambda: living.text(".breakpoint-list code") == "step == 4"), living.text("#breakpoints"))
check("and the box is free", js("return document.querySelector('#breakpoints-when').value") == "")
living.click("run")
check("the run stops at it", until(lambda: "Stopped at step 5" in living.text("#breakpoints .told")) and len(tokens()) == 5, f"{living.text('#breakpoints .told')} {tokens()}")
check("which is counted", "held once" in living.text(".breakpoint-list"), living.text(".breakpoint-list"))
shot("breakpoints", "#breakpoints")
if sys.argv[3:5] == ["chromium", "1280"]:
    browser.still()
    wrong = findings(browser)[0]
    check("axe-core has nothing against the page", wrong == [], wrong)
press("#breakpoints-on")
check("goes on to the end", until(lambda: "until the end" in living.text("#breakpoints .told")) and len(tokens()) == len(native["steps"]), f"{living.text('#breakpoints .told')} {len(tokens())}")
check("the tokens of the command again", [one.replace("\n", "").strip() for one in tokens()] == same, tokens())
press("#breakpoints-back")
check("and back", until(lambda: browser.step() == 4 and "Stopped at step 5" in living.text("#breakpoints .told")), browser.step())
press("#language-button")
check("told in the other language too", until(lambda: "停在第 5 步" in living.text("#breakpoints .told")), living.text("#breakpoints .told"))
press("#language-button")
check("and in the first again", until(lambda: "Stopped at step 5" in living.text("#breakpoints .told")), living.text("#breakpoints .told"))
js("window.isOld = true; setTimeout(() => location.reload())")
until(lambda: not js("return window.isOld === true") and js(READY))
check("a page that is loaded anew has it", until(lambda: "held 2 times" in living.text(".breakpoint-list")), living.text(".breakpoint-list"))
press(".breakpoint-list input")
check("it is switched off", until(lambda: living.count(".breakpoint-list input:checked") == 0))
living.click("begin")
living.settled()
check("another run has it too, switched off", until(lambda: tokens() == [] and living.count(".breakpoint-list input") == 1 and living.count(".breakpoint-list input:checked") == 0), living.text(".breakpoint-list"))
living.click("run")
check("and goes past it", until(lambda: len(tokens()) == len(native["steps"])), tokens())
living.settled()
# What stands in the fields is what runs.
browser.fill("#prompt-text", native["prompt"]["text"] + " not")
living.click("run")
check("another prompt runs without being begun by hand", until(lambda: living.text(".strip .written").endswith("not") and len(tokens()) > 0), f"{living.text('.strip .written')} {tokens()}")
living.settled()
press(".breakpoint-list button")
check("it is deleted", until(lambda: living.count(".breakpoint-list code") == 0), living.text(".breakpoint-list"))
check("there is a chat", living.count("#chat") == 1)
if model != "tiny":
    browser.fill("#chat-line", "What is the capital of France?")
    browser.enter("#chat-line")
    check("answers", until(lambda: "Paris" in living.text("#chat .said-assistant")), living.text("#chat"))
    living.settled()
    shot("chat", "#chat")
js("location.hash = location.hash.replace('lang=en', 'lang=zh-TW')")
if "lang=" not in js("return location.hash"):
    js("location.hash = '#lang=zh-TW'")
check("speaks Chinese", until(lambda: living.text(".served label").startswith("模型")), living.text(".served"))
shot("chinese")

# Two pages at once: a second one begins a run of its own, and the first keeps its own.
code, out, errors = server.end()
check("ends well", code == 0 and errors == "", (code, out, errors))
kept = [json.load(open(path, encoding="utf-8")) for path in out.split()]
check("the runs and branches are kept as records", len(kept) >= 4 and len({one["text"] for one in kept}) >= 4
      and any(one["text"] == native["text"] for one in kept), [one["text"] for one in kept])
check("says that the connection is lost", until(lambda: living.text("#served-told") != ""), living.text("#served-told"))
shot("lost")
width = js("return [document.documentElement.scrollWidth, innerWidth]")
check("nothing is wider than the window", width[0] <= width[1], width)
asked = [one for one in browser.requests() if not one.startswith(server.origin + "/")]
check("nobody else was asked", asked == [], asked)
browser.quit()
if failures:
    sys.exit(1)
