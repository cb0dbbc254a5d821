#!/usr/bin/env python3
"""Opens a trace page in headless Chromium with the network off and uses it as a reader would.

    python3 Tests/ViewerTests/browser_test.py Output/x/trace.html [--screens FOLDER] [--measure]

Needs Debian's chromium and chromium-driver, and selenium. `--screens` keeps a picture of every panel in both languages
and themes; `--measure` also prints opening time, time of a step and memory. Exit code 1 names what failed.
"""
import argparse
import base64
import copy
import json
import os
import re
import shutil
import sys

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from attention_rows import rows_of, strongest
from browser import Browser, check, failures, page_parts, page_with
from controls import controls
from directions import directions
from first_screen import first_screen
from growing import growing
from hands import cache, guesses, hands, split_characters
from hostile import hostile
from front import front
from shapes import refused, shapes
from wording import words

HERE = os.path.dirname(os.path.abspath(__file__))
# Presses a button that saves a file and hands back the file's bytes instead (a browser asks after ten downloads).
CATCH_SAVED_FILE = """
  const [button, done] = arguments, make = URL.createObjectURL, click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = () => {};
  URL.createObjectURL = (blob) => {
    const reader = new FileReader();
    reader.onload = () => {
      URL.createObjectURL = make;
      HTMLAnchorElement.prototype.click = click;
      done(reader.result.split(",")[1]);
    };
    reader.readAsDataURL(blob);
    return "";
  };
  button.click();"""


def stepping(browser, trace, path):
    last = len(trace["steps"]) - 1
    check("opens", browser.open(path) == "ready", browser.console_errors())
    check("starts at step 0", browser.step() == 0, browser.step())
    browser.key(Keys.ARROW_RIGHT)
    check("→ steps forward", browser.step() == min(1, last), browser.step())
    browser.key(Keys.ARROW_RIGHT)
    browser.key(Keys.ARROW_LEFT)
    check("← steps back", browser.step() == min(1, last), browser.step())
    browser.key(Keys.END)
    check("End goes to the last step", browser.step() == last, browser.step())
    browser.key(Keys.ARROW_RIGHT)
    check("no step beyond the last", browser.step() == last, browser.step())
    browser.key(Keys.HOME)
    browser.driver.find_element(By.ID, "go-next").click()
    browser.frame()
    check("the button steps", browser.step() == min(1, last), browser.step())
    shown = browser.js("return document.querySelector('.ledger tr.chosen .word').textContent")
    chosen = trace["steps"][browser.step()]["token"]["text"]
    check("the ledger follows", re.sub(r"[␣↵⇥\s]", "", shown) == re.sub(r"\s", "", chosen) or shown.startswith("⟨"), shown)


def places(browser, trace, path):
    last = len(trace["steps"]) - 1
    step, layer, head = min(2, last), trace["model"]["layers"] - 1, trace["model"]["heads"] - 1
    place = f"#step={step}&layer={layer}&head={head}&lang=zh-TW"
    check("opens at a place", browser.open(path, place) == "ready")
    browser.frame()
    check("the step of the address", browser.step() == step, browser.step())
    check("the language of the address", browser.js("return document.documentElement.lang") == "zh-TW")
    check("Chinese titles", "詞元" in browser.js("return document.querySelector('#ledger h2').textContent"))
    if trace["attention"]:
        check("the layer and head of the address", browser.js(
            "return [document.querySelector('#pick-layer').value, document.querySelector('#pick-head').value].join()") == f"{layer},{head}")
    browser.driver.find_element(By.ID, "language-button").click()
    browser.until(lambda: browser.js("return document.documentElement.lang") == "en")
    check("English again, same step", browser.step() == step and "chosen" in browser.js(
        "return document.querySelector('#ledger h2').textContent"))
    check("the focus stays on the language button", browser.js("return document.activeElement.id") == "language-button")
    browser.until(lambda: "lang=en" in browser.address())
    check("the address keeps the place", browser.address().startswith(f"#step={step}&layer={layer}&head={head}&lang=en"), browser.address())
    browser.js("location.hash = '#step=0&layer=0&head=mean&lang=en'")
    browser.until(lambda: browser.step() == 0)
    check("a changed address moves the page", browser.step() == 0)
    check("an address beyond the run is drawn back", browser.open(path, "#step=99999&layer=999&head=999&lang=xx") == "ready" and browser.step() == last)


def pictures(browser, path):
    browser.open(path, "#step=1")
    for name in browser.js("return [...document.querySelectorAll('.panel:not([hidden]) .figure')].map(f => [...f.classList].find(c => c.startsWith('figure-')))"):
        figure = f".{name}"
        browser.js("document.querySelector(arguments[0]).scrollIntoView()", figure)
        if browser.js("return document.querySelector(arguments[0]).hidden", figure):
            continue
        browser.until(lambda: browser.js("return document.querySelector(arguments[0] + ' canvas').getAttribute('aria-label')", figure))
        check(f"{name} has a name for screen readers", bool(browser.js(
            "return document.querySelector(arguments[0] + ' canvas').getAttribute('aria-label')", figure)))
        buttons = browser.driver.find_elements(By.CSS_SELECTOR, f"{figure} > .tools > button")
        browser.js("arguments[0].click()", buttons[0])
        check(f"{name} has a table twin", browser.js("return document.querySelectorAll(arguments[0] + ' .twin tbody tr').length", figure) > 0)
        browser.js("arguments[0].click()", buttons[0])
        for button, magic in ((buttons[1], b"\x89PNG"), (buttons[2], b"<svg")):
            content = base64.b64decode(browser.driver.execute_async_script(CATCH_SAVED_FILE, button))
            check(f"{name} saves {magic[-3:].decode()}", content.startswith(magic) and len(content) > 500, len(content))


def weights(browser, page, trace):
    """The numbers under the heatmap are those of the file, whichever way it holds them."""
    attention = trace["attention"]
    if not attention or attention["encoding"] != "dense":
        return
    layer, head, step = attention["layers"] - 1, attention["heads"] - 1, min(2, len(trace["steps"]) - 1)
    query = len(trace["prompt"]["tokens"]) + step - 1
    scale, codes = rows_of(attention, layer)[head, query]
    power, most = attention["power"], 65535 if attention["bits"] == 16 else 255
    row = [scale / 65535 * (code / most) ** power for code in codes]
    for kind, held in (("dense", attention), ("strongest", strongest(attention, 4))):
        file = os.path.join(browser.folder, "weights.html")
        with open(file, "w", encoding="utf-8") as out:
            out.write(page_with(page, json.dumps({**trace, "attention": held}).encode()))
        browser.open(file, f"#step={step}&layer={layer}&head={head}&lang=en")
        shown = browser.until(lambda: browser.js("return [...document.querySelectorAll('#attention .measures dd')].map(d => d.textContent)"))
        check(f"{kind} attention: largest weight", shown and abs(float(shown[1]) - max(row)) < 2e-4, (shown, max(row)))
        if kind == "dense":
            check("dense attention: weight of the first token", abs(float(shown[3]) - row[0]) < 2e-4, (shown, row[0]))
        else:
            told = browser.js("return document.querySelector('#attention .told').textContent")
            check("strongest attention: the rest is told", "4 strongest" in told, told)


def guessing(browser, trace, path):
    browser.open(path, "#step=1")
    browser.key("p")
    hidden = browser.js("return document.querySelectorAll('.hidden-token').length")
    check("guessing hides what follows", hidden == len(trace["steps"]) - 1, hidden)
    check("the ledger is hidden too", browser.js("return document.querySelectorAll('#ledger .ledger').length") == 0)
    browser.key(Keys.ARROW_RIGHT)
    check("no step past the guess", browser.step() == 1, browser.step())
    browser.js("document.querySelector('.answer').click()")
    browser.frame()
    check("a guess reveals one token", browser.js("return document.querySelectorAll('.hidden-token').length") == hidden - 1)
    check("the log-loss is kept", browser.js("return document.querySelectorAll('#predict .measures dd').length") == 3)
    browser.js("location.hash = '#step=3&layer=1&head=0&lang=zh-TW'")
    browser.until(lambda: browser.js("return document.documentElement.lang") == "zh-TW")
    browser.frame()
    check("an address without predict leaves guessing", browser.step() == min(3, len(trace["steps"]) - 1)
          and "predict" not in browser.address() and browser.js("return document.querySelectorAll('.hidden-token').length") == 0,
          f"{browser.step()} {browser.address()}")
    browser.open(path, "#step=2&predict=1")
    check("an address with predict hides from its step on", browser.step() == min(2, len(trace["steps"]) - 1)
          and browser.js("return document.querySelectorAll('.hidden-token').length") == max(1, len(trace["steps"]) - 2))
    browser.key("p")
    check("everything shows again", browser.js("return document.querySelectorAll('.hidden-token').length") == 0)


def comparing(browser, trace, path):
    other = copy.deepcopy(trace)
    fork = min(1, len(other["steps"]) - 1)
    other["steps"][fork]["token"] = {"id": 0, "text": " <i>fork</i>", "bytes": "20", "start": 0, "end": 1, "special": False}
    other["settings"]["seed"] = 4242
    file = os.path.join(browser.folder, "second.json")
    with open(file, "w", encoding="utf-8") as out:
        json.dump(other, out)
    browser.open(path)
    browser.driver.find_element(By.ID, "compare-file").send_keys(file)
    told = browser.until(lambda: browser.js("return document.querySelectorAll('.compare-strip').length == 2 && document.querySelector('#compare .told').textContent"))
    check("the second trace stands beside the first", bool(told))
    check("the fork is found", f"step {fork + 1}." in (told or ""), told)
    both = browser.js("return [...document.querySelectorAll('#compare .both tbody tr')].map(r => [...r.cells].map(c => c.textContent))")
    check("raw, rank and final of both, and the difference", both and len(both[0]) == 9 and both[0][7:] == ["0", "0"]
          and all("%" in row[2] and "%" in row[3] for row in both), both[:2])
    check("the settings that differ are listed", "4242" in browser.js("return document.querySelector('#compare').textContent"))
    with open(file, "w", encoding="utf-8") as out:
        out.write("{}")
    browser.driver.find_element(By.ID, "compare-file").send_keys(file)
    told = browser.until(lambda: "not a Stepglass trace" in browser.js("return document.querySelector('#compare .told').textContent"))
    check("a file that is no trace is refused", bool(told))


def reachable(browser, path):
    with open(os.path.join(HERE, "accessibility.js"), encoding="utf-8") as file:
        script = file.read()
    for language in ("en", "zh-TW"):
        for theme in ("light", "dark"):
            for width in (1280, 390):
                browser.size(width, 900)
                browser.open(path, f"#step=1&lang={language}&theme={theme}")
                findings = browser.js(script)
                check(f"accessible: {language} {theme} {width}", not findings, "; ".join(findings[:8]))
                wide = browser.js("return document.documentElement.scrollWidth - innerWidth")
                check(f"nothing sticks out: {language} {theme} {width}", wide <= 0, wide)
    browser.size(1280, 900)
    browser.open(path)
    browser.key("?")
    check("? lists the keys", browser.js("return document.querySelector('dialog.keys').open"))
    browser.key(Keys.ESCAPE)
    check("Escape closes the list", not browser.js("return document.querySelector('dialog.keys').open"))


def measure(browser, path):
    browser.open(path)
    usable = browser.js("return performance.getEntriesByName('stepglass-ready')[0].startTime")
    times = browser.driver.execute_async_script("""
      const done = arguments[0], times = [];
      document.querySelector('#attention').scrollIntoView();
      const one = () => {
        const start = performance.now();
        dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
        requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => {
          times.push(performance.now() - start); times.length < 20 ? setTimeout(one, 20) : done(times); }; channel.port2.postMessage(0); });
      };
      setTimeout(one, 1500);""")
    times.sort()
    print(f"file {os.path.getsize(path) / 1e6:.2f} MB, usable after {usable:.0f} ms, a step {times[10]:.0f} ms (median), {times[-1]:.0f} ms (slowest)")


def screens(browser, trace, path, folder):
    os.makedirs(folder, exist_ok=True)
    panels = browser.js("return [...document.querySelectorAll('.panel')].map(p => p.id)")
    for language in ("en", "zh-TW"):
        for theme in ("light", "dark"):
            for width in (1280, 390):
                browser.size(width, 900)
                browser.open(path, f"#step={min(4, len(trace['steps']) - 1)}&layer=1&head=1&lang={language}&theme={theme}")
                for name, selector in [("strip", "#strip"), *((p, f"#{p}") for p in panels)]:
                    browser.shoot(os.path.join(folder, f"{name}-{language}-{theme}-{width}.png"), selector)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page")
    parser.add_argument("--screens")
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--only", help="names of tests, with commas between")
    arguments = parser.parse_args()
    page, trace = page_parts(arguments.page)
    browser = Browser()
    try:
        browser.cdp("Network.enable")
        browser.requests()
        tests = {"stepping": lambda: stepping(browser, trace, arguments.page), "places": lambda: places(browser, trace, arguments.page),
                 "weights": lambda: weights(browser, page, trace),
                 "pictures": lambda: pictures(browser, arguments.page), "guessing": lambda: guessing(browser, trace, arguments.page),
                 "words": lambda: words(browser, page, trace), "comparing": lambda: comparing(browser, trace, arguments.page), "growing": lambda: growing(browser, page, trace, arguments.page),
                 "directions": lambda: directions(browser, page, trace), "hands": lambda: hands(browser, page, trace),
                 "cache": lambda: cache(browser, page, trace), "split": lambda: split_characters(browser, page, trace),
                 "guesses": lambda: guesses(browser, page, trace), "shapes": lambda: shapes(browser, page, trace),
                 "front": lambda: front(browser, page, trace, arguments.page), "controls": lambda: controls(browser, page, trace), "reachable": lambda: reachable(browser, arguments.page),
                 "first": lambda: first_screen(arguments.page, trace)}
        for name, test in tests.items():
            if not arguments.only or name in arguments.only.split(","):
                test()
        errors = browser.console_errors()
        check("no console error", not errors, errors)
        # Last: a hostile file may well leave a message in the console.
        if not arguments.only or "hostile" in arguments.only.split(","):
            hostile(browser, page, trace)
            refused(browser, page, trace)
        asked = browser.requests()
        check("no network request", not asked, asked[:5])
        if arguments.measure:
            measure(browser, arguments.page)
        if arguments.screens:
            browser.open(arguments.page)
            screens(browser, trace, arguments.page, arguments.screens)
    finally:
        browser.driver.quit()
        shutil.rmtree(browser.folder, ignore_errors=True)
    print(f"{len(failures)} failed" if failures else "all passed")
    sys.exit(1 if failures else 0)


main()
