"""A run that grows while it is shown: every panel then shows what a page of the whole run shows."""
import base64
import hashlib
import json
import os
import re

from selenium.webdriver.common.keys import Keys

from attention_rows import shorter
from browser import check, page_with

SCRIPT = re.compile(r'<script type="module">(.*?)</script>', re.DOTALL)
# Before the last module starts the page: keeps the source it reads where the test can make it grow.
HOOK = """{ const read = $source.pageSource; $source.pageSource = async () => (globalThis.source = await read()); }
"""
# All text of the page, and all pictures as they are painted.
SHOWN = """
  const done = arguments[0];
  const seen = { text: document.body.textContent };
  const canvases = [...document.querySelectorAll("canvas")].filter((canvas) => canvas.checkVisibility());
  const next = (i) => {
    if (i === canvases.length) return done(seen);
    canvases[i].scrollIntoView();
    requestAnimationFrame(() => requestAnimationFrame(() => {
      seen[`${i} ${canvases[i].closest("figure")?.className ?? canvases[i].className}`] = canvases[i].toDataURL();
      next(i + 1);
    }));
  };
  next(0);"""


def hooked(page):
    """The page with the hook in its script, and the policy that allows this script."""
    before = SCRIPT.search(page).group(1)
    after, found = re.subn(r"const \$main ?= ?", lambda start: HOOK + start.group(), before, count=1)
    assert found == 1, "the script has no last module"
    digest = lambda text: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return page.replace(before, after, 1).replace(digest(before), digest(after), 1)


def until_so_many_steps(trace, steps):
    """The run as it was after so many steps; one without any has taken no time and has no search yet either."""
    early = {**trace, "steps": trace["steps"][:steps]}
    if trace["attention"]:
        early["attention"] = shorter(trace["attention"], len(trace["prompt"]["tokens"]) + steps - 1)
    if steps == 0:
        none = {name: None if name == "timePerOutputTokenSeconds" else 0 for name in trace["metrics"]}
        early.update(beam=None, metrics=none)
    return early


def shown(browser):
    """What is on the page once all weights are unpacked."""
    browser.until(lambda: browser.js("return document.querySelectorAll('[aria-busy]').length === 0"))
    browser.frame()
    return browser.driver.execute_async_script(SHOWN)


def growing(browser, page, trace, path):
    last = len(trace["steps"]) - 1
    tokens = len(trace["prompt"]["tokens"])
    place = "&layer=1&head=1&lang=en&tint=attention"
    browser.open(path, f"#step={last}{place}")
    whole = shown(browser)
    file = os.path.join(browser.folder, "growing.html")
    for steps in (last, 0):
        name = f"a run that grows from {steps} steps"
        with open(file, "w", encoding="utf-8") as out:
            out.write(hooked(page_with(page, json.dumps(until_so_many_steps(trace, steps)).encode())))
        check(f"{name} opens", browser.open(file, f"#step={max(0, steps - 1)}{place}") == "ready", browser.console_errors())
        check(f"{name} shows those first", browser.js("return document.querySelectorAll('.strip .token').length") == tokens + steps)
        browser.key(Keys.END)
        check(f"{name} ends there", browser.step() == max(0, steps - 1), browser.step())
        browser.js("source.grow(JSON.parse(arguments[0]))", json.dumps({**trace, "steps": trace["steps"][steps:]}))
        browser.frame()
        check(f"{name} stays where the reader is", browser.step() == max(0, steps - 1), browser.step())
        browser.key(Keys.END)
        check(f"{name} has the new step", browser.step() == last, browser.step())
        now = shown(browser)
        for what in whole:
            same = now.get(what) == whole[what]
            check(f"{name} shows the whole: {what}", same, "" if same else difference(str(now.get(what)), whole[what]))
        check(f"{name} shows nothing else", set(now) == set(whole), set(now) ^ set(whole))


def difference(a, b):
    """Where two texts part."""
    at = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return f"…{a[max(0, at - 40):at + 80]}… for …{b[max(0, at - 40):at + 80]}…"
