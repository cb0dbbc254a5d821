"""Students on the class's engine, over HTTPS: one in Chromium who reads English, one in Firefox who reads Chinese, at once.

class_page.py TRACE MODEL FOLDER: the command's record of a run; the model that made it; where the class's file goes. Each
joins, opens the page for runs from the book, and makes the recorded run; both get it.
"""
import atexit
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "ViewerTests"))
from served import hear_signals  # noqa: E402
from steered import READY, browser_of, check, failures  # noqa: E402

recorded, model, folder = sys.argv[1:4]
with open(recorded, encoding="utf-8") as file:
    native = json.load(file)
command = os.environ.get("STEPGLASS_COMMAND") or os.environ["STEPGLASS_EXE"]
server = subprocess.Popen(
    [command, "serve", "--class", "page", "--tls", "--no-open", "--port", "0", "--classes", folder, "--model", model],
    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=hear_signals, env={**os.environ, "STEPGLASS_LANG": "en"})
atexit.register(server.kill)
address, code = re.search(r"(https\S+)\s+code (\w+)", server.stdout.readline()).groups()
teacher = re.search(r"https\S+", server.stdout.readline()).group(0)


class Student:
    def __init__(self, kind, language, name):
        self.name, self.language = name, language
        self.browser = browser_of(kind, 1280 if kind == "chromium" else 390, 900, trusts=True)
        self.js, self.until_js = self.browser.js, self.browser.until_js

    def join(self):
        self.browser.go(f"{address}join/{code}")
        self.until_js("document.documentElement.dataset.ready === 'true'")
        self.browser.fill("#name", self.name)
        self.js("document.querySelector('#join-form').requestSubmit()")
        check(f"{self.name} has a code", self.until_js("document.getElementById('own-code') !== null"), self.browser.text("main"))
        self.browser.click("#begin")
        self.until_js("document.documentElement.dataset.ready === 'true' && document.querySelector('.class-bar') !== null")
        link = self.until_js("document.querySelector('.class-bar a')?.getAttribute('href')")
        check(f"{self.name}'s book leads to the class's engine", link == "/live", self.browser.text(".class-bar"))
        # The link opens a window of its own; here the same one goes there.
        self.browser.go(f"{address}live#lang={self.language}&numbers=1")
        check(f"{self.name} has the page for runs", self.browser.until(lambda: self.js(READY)) == "ready", self.browser.text("body"))
        check(f"in {self.language}", self.until_js("document.documentElement.lang === arguments[0]", self.language))

    def begin(self):
        self.browser.fill("#prompt-text", native["prompt"]["text"])
        settings = native["settings"]
        for name, value in [("temperature", settings["temperature"]), ("seed", settings["seed"]), ("max-tokens", len(native["steps"]))]:
            self.browser.fill(f"#prompt-{name}", f"{value:g}")
        self.browser.click("#prompt-begin")
        # Until nothing is told any more there is no run that Run could go on with.
        begun = self.until_js("document.querySelector('#prompt .told')?.textContent === ''")
        check(f"{self.name} begins", begun and self.tokens() == [], self.browser.text("#prompt .told"))

    def tokens(self):
        return self.js("return [...document.querySelectorAll('#strip .token.output')].map((one) => one.textContent.replaceAll('↵', '').trim())")


students = [Student("chromium", "en", "Ann"), Student("firefox", "zh-TW", "小明")]
for one in students:
    one.join()
for one in students:
    one.begin()
for one in students:
    one.browser.click("#prompt-run")
same = [step["token"]["text"].replace("\n", "").strip() for step in native["steps"]]
for one in students:
    check(f"{one.name} has the command's run", one.browser.until(lambda: len(one.tokens()) == len(same)) and one.tokens() == same, f"{one.tokens()} {same}")
    check("with its attention", one.until_js("document.querySelector('#attention .told').textContent.includes('‹')"))
    wide = one.js("return [document.documentElement.scrollWidth, innerWidth]")
    check("nothing is wider than the window", wide[0] <= wide[1], wide)

# One takes another token; the other's run stays as it is.
one, other = students
one.js("location.hash = 'step=0&lang=en'")
one.browser.until(lambda: one.browser.step() == 0)
one.js("document.querySelector('#story .chances .take').scrollIntoView({ block: 'center' })")
one.browser.click("#story .chances .take")
check("Ann is on a branch", one.until_js("document.querySelectorAll('.branches .branch').length === 2"), one.browser.text("#hands .told"))
check("and the other run stays", other.tokens() == same and other.browser.count(".branches .branch") == 1, other.tokens())
if os.environ.get("SHOTS"):
    for each in students:
        each.js("scrollTo(0, 0)")
        each.browser.screenshot(f"{os.environ['SHOTS']}-{each.language}.png", whole=True)
# Loaded anew, the run is still the reader's; who is not of the class gets no page.
other.js("window.isOld = true; setTimeout(() => location.reload())")
check("loaded anew, the run is there", other.browser.until(lambda: not other.js("return window.isOld === true") and other.js(READY)) == "ready" and other.browser.until(lambda: other.tokens() == same), other.tokens())
check("no secret is in reach of a script", other.js("return document.cookie") == "")
for each in students:
    bad = [line for line in each.browser.console_errors() if not re.search("status of|favicon.ico", line)]
    check("no page complains", bad == [], bad)
    each.browser.quit()
server.terminate()
check("it ends in good order", server.wait(timeout=60) == 0)
sys.exit(1 if failures else 0)
