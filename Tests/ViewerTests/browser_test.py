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
import tempfile
import time
import zlib

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

HERE = os.path.dirname(os.path.abspath(__file__))
OPENS_WITHIN_SECONDS = 60  # a page that is not there by then never will be
failures = []
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
ATTENTION = re.compile(r'(<script type="application/json" id="attention">)([^<]*)(<)')
DATA = re.compile(r'(<script type="application/octet-stream" id="trace">)([^<]*)(<)')


def check(name, ok, detail=""):
    print(("ok    " if ok else "FAIL  ") + name + ("" if ok else f": {detail}"))
    if not ok:
        failures.append(name)


class Browser:
    def __init__(self, width=1280, height=900):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
        for flag in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                     "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-precise-memory-info", "--lang=en-US",
                     f"--window-size={width},{height}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.size(width, height)
        self.folder = tempfile.mkdtemp()

    def cdp(self, command, **arguments):
        return self.driver.execute_cdp_cmd(command, arguments)

    def size(self, width, height):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def open(self, path, place=""):
        """Opens a page; returns "ready" or "problem"."""
        self.driver.get("about:blank")
        self.driver.get("file://" + os.path.abspath(path) + place)
        return self.until(lambda: self.js(
            "return document.documentElement.dataset.ready ? 'ready' : document.querySelector('.problem') ? 'problem' : ''"))

    def until(self, condition):
        """Waits for a condition; its value, or None when it never comes."""
        end = time.time() + OPENS_WITHIN_SECONDS
        while time.time() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        return None

    def frame(self):
        """Waits until the page has drawn what was asked of it."""
        self.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")

    def key(self, key):
        self.driver.find_element(By.TAG_NAME, "body").send_keys(key)
        self.frame()

    def step(self):
        return int(self.js("return document.documentElement.dataset.step"))

    def address(self):
        return self.js("return location.hash")

    def console_errors(self):
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def requests(self):
        """Addresses asked for since the last call, but for the page itself, data and blobs."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if not url.startswith(("file:", "data:", "blob:", "about:")):
                    found.append(url)
        return found

    def shoot(self, path, selector):
        box = self.js("const e = document.querySelector(arguments[0]); if (!e || e.hidden) return null; "
                      "e.scrollIntoView(); const r = e.getBoundingClientRect(); "
                      "return [r.left + scrollX, r.top + scrollY, r.width, r.height]", selector)
        if box is None or box[3] == 0:
            return
        self.frame()
        time.sleep(0.3)  # pictures that come into sight are drawn then; only the screenshot waits for it
        clip = {"x": box[0], "y": box[1], "width": box[2], "height": min(box[3], 4000), "scale": 1}
        data = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))


def page_parts(path):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    trace = json.loads(zlib.decompress(base64.b64decode(DATA.search(page).group(2))))
    apart = ATTENTION.search(page).group(2)
    if apart.strip():
        trace["attention"] = json.loads(apart)
    return page, trace


def page_with(page, text):
    """The same page around another trace.json, given as bytes, its attention inside."""
    packed = base64.b64encode(zlib.compress(text)).decode()
    page = ATTENTION.sub(lambda found: found.group(1) + found.group(3), page, count=1)
    return DATA.sub(lambda found: found.group(1) + packed + found.group(3), page, count=1)


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


def kept(rows, most):
    """Weights kept of the first rows when at most so many of each are."""
    return sum(min(query + 1, most) for query in range(rows))


def rows_of(attention, layer):
    """A layer's weights as integers 0…65535 or 0…255 with their scales: {(head, query): (scale, codes)}."""
    part = {name: zlib.decompress(base64.b64decode(text)) for name, text in attention["parts"][layer].items()}
    positions, wide = attention["positions"], attention["bits"] == 16
    count = len(part["weights"]) // (2 if wide else 1)
    rows = {}
    for head in range(attention["heads"]):
        for query in range(positions):
            start = head * kept(positions, positions) + kept(query, positions)
            codes = [part["weights"][i] * (256 if wide else 1) + (part["weights"][count + i] if wide else 0)
                     for i in range(start, start + query + 1)]
            at = 2 * (head * positions + query)
            rows[head, query] = (part["scales"][at] + 256 * part["scales"][at + 1], codes)
    return rows


def strongest(attention, most):
    """The same attention with only the strongest keys of each row kept, as a large run's file holds it."""
    changed = {**attention, "encoding": "strongest", "keysPerRow": most, "parts": []}
    pack = lambda values: base64.b64encode(zlib.compress(bytes(values))).decode()
    for layer in range(attention["layers"]):
        codes, gaps, tails = [], [], []
        for (head, query), (scale, row) in rows_of(attention, layer).items():
            keys = sorted(sorted(range(len(row)), key=lambda key: (-row[key], key))[:most])
            codes += [row[key] for key in keys]
            gaps += [key - before for key, before in zip(keys, [0, *keys])]
            tails.append(min(65535, round(scale * sum(row[key] for key in range(len(row)) if key not in keys) / 65535)))
        planes = lambda values: [v >> 8 for v in values] + [v & 255 for v in values]
        changed["parts"].append({
            "scales": attention["parts"][layer]["scales"], "gaps": pack(planes(gaps)),
            "weights": pack(planes(codes) if attention["bits"] == 16 else codes),
            "tails": pack(b for tail in tails for b in (tail & 255, tail >> 8))})
    return changed


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
    check("the fork is found", f"step {fork}" in (told or ""), told)
    check("the settings that differ are listed", "4242" in browser.js("return document.querySelector('#compare').textContent"))
    with open(file, "w", encoding="utf-8") as out:
        out.write("{}")
    browser.driver.find_element(By.ID, "compare-file").send_keys(file)
    told = browser.until(lambda: "not a Stepglass trace" in browser.js("return document.querySelector('#compare .told').textContent"))
    check("a file that is no trace is refused", bool(told))


def words(browser, page, trace):
    """What the page says of settings, stages and how a token was taken, in runs made for it."""
    file = os.path.join(browser.folder, "words.html")

    def body(change, place=""):
        changed = copy.deepcopy(trace)
        change(changed)
        with open(file, "w", encoding="utf-8") as out:
            out.write(page_with(page, json.dumps(changed).encode()))
        browser.open(file, place)
        return lambda selector: browser.js("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent).join(' ')", selector)

    def settings(t):
        t["settings"].update(beams=1, temperature=0.7, topK=0, repetitionPenalty=1.25, presencePenalty=0.5, extra={"typical-p.p": 0.9}, maxTokens=12)
        later = {**t["settings"], "temperature": 1.5, "topK": 20, "extra": {}}
        t["settings"]["changes"] = [{"step": 1, "settings": later}]

    said = body(settings, "#step=1&lang=en")
    head = said(".run-facts")
    for words in ("repetition penalty 1.25", "presence penalty 0.5", "typical-p p 0.9", "at most 12 tokens", "changed at step 1"):
        check(f"the head says: {words}", words in head, head)
    check("the step says what was changed", all(words in said(".changed") for words in
          ("temperature 0.7 → 1.5", "top-k 0 → 20", "typical-p p 0.9 → none")), said(".changed"))
    browser.key(Keys.ARROW_LEFT)
    check("another step does not", said(".changed") == "", said(".changed"))

    def search(t):
        t["beam"] = {"beams": 2, "lengthPenalty": 1, "earlyStopping": "false", "nodes": [], "hypotheses": []}
        for step in t["steps"]:
            step["draw"] = None
            step["stages"].insert(1, {"name": "log-softmax", "parameters": {}, "kept": step["stages"][0]["kept"], "removed": 0})
            for candidate in step["candidates"]:
                candidate["logits"].insert(1, candidate["logits"][0] - step["logSumExp"])

    said = body(search, "#step=1&lang=en")
    check("a beam's token is taken by the search", "taken by the beam search" in said(".ledger thead"), said(".ledger thead"))
    check("log-softmax has a name", "log-probability" in said(".ledger thead"), said(".ledger thead"))

    def single(t):
        t["steps"] = t["steps"][:1]
        t["settings"]["forced"] = {}
        t["metrics"]["timePerOutputTokenSeconds"] = None
        t["attention"] = None

    said = body(single, "#step=0&lang=en")
    told = said("#timeline .told")
    check("one token has no mean of the others", "there was no other" in told and "–" not in told, told)
    if trace["attention"]:
        said = body(lambda t: t["model"].update(keyValueHeads=t["model"]["heads"]), "#step=0&lang=en")
        note = said("#attention .note")
        check("nothing is said of shared heads where none are shared", "matrix" in note and "share" not in note, note)
    browser.key("?")
    digits = [int(text) for text in said("dialog.keys kbd").split() if text.isdigit()]
    panels = browser.js("return document.querySelectorAll('.panel:not([hidden])').length")
    check("the keys are as many as the panels", digits == list(range(1, min(panels, 9) + 1)), (digits, panels))

    def nearly(t):
        t["steps"][0]["candidates"][0].update(rawProbability=0.99952, probability=0.999999)
        for candidate in t["steps"][0]["candidates"][1:]:
            candidate.update(probability=0)

    said = body(nearly, "#step=0&lang=en")
    shown = said(".ledger tbody").replace("\u00a0", " ")
    check("less than 1 is never 100 %", "99.95 %" in shown and "> 99.99 %" in shown and "100 %" not in shown, shown[:200])
    check("zero has no bar", browser.js(
        "return document.querySelectorAll('.ledger tbody tr:nth-child(2) td.probability:last-child .bar').length") == 0)


def hostile(browser, page, trace):
    marker = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>\u202e"

    def broken(name, change, expect="problem"):
        if isinstance(change, bytes):
            text = change
        else:
            copied = copy.deepcopy(trace)
            change(copied)
            text = json.dumps(copied).encode()
        path = os.path.join(browser.folder, "hostile.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(page_with(page, text))
        state = browser.open(path)
        check(f"hostile: {name}", state == expect and not browser.js("return window.hacked"),
              f"{state} {browser.js('return document.body.textContent.slice(0, 200)')}")

    def texts(t):
        t["prompt"]["text"] = t["prompt"]["rendered"] = t["text"] = marker
        t["prompt"]["tokens"][0]["text"] = t["steps"][0]["token"]["text"] = t["model"]["name"] = marker
        t["steps"][0]["candidates"][0]["text"] = marker
        t["notes"] = [marker]

    broken("markup in every text is shown as text", texts, "ready")
    check("direction controls are shown as codes", "U+202E" in browser.js("return document.body.textContent")
          and "\u202e" not in browser.js("return document.body.textContent"))
    deep = b"[" * 100_000 + b"]" * 100_000
    stages = len(trace["steps"][0]["stages"])
    for name, change in {
        "no JSON": b"{\"format\": ", "NaN": json.dumps(trace).replace('"version": 1', '"version": NaN', 1).encode(),
        "deep nesting": deep, "nothing": b"", "another format": b"{\"format\": \"x\"}", "null": b"null",
        "the future": lambda t: t.update(version=99),
        "10 MB token": lambda t: t["steps"][0]["token"].update(text="x" * 10_000_000),
        "missing steps": lambda t: t.pop("steps"), "missing prompt": lambda t: t.pop("prompt"),
        "missing candidate field": lambda t: t["steps"][0]["candidates"][0].pop("logits"),
        "too many logits": lambda t: t["steps"][0]["candidates"][0].update(logits=[1.0] * (stages + 1)),
        "text as number": lambda t: t["steps"][0]["candidates"][0].update(rank="1"),
        "probability above 1": lambda t: t["steps"][0]["candidates"][0].update(probability=7),
        "negative count": lambda t: t["steps"][0]["tail"].update(count=-1),
        "changes that are no list": lambda t: t["settings"].update(changes={}),
        "a change without settings": lambda t: t["settings"].update(changes=[{"step": 1}]),
        "huge layers": lambda t: t["model"].update(layers=10**12),
        "prototype": lambda t: t.update(model={"__proto__": {}}),
    }.items():
        broken(name, change)
    if trace["attention"]:
        broken("attention of another shape", lambda t: t["attention"].update(positions=10**6))
        broken("attention of an unknown kind", lambda t: t["attention"].update(encoding="other"))
        broken("strongest keys without their number", lambda t: t["attention"].update(encoding="strongest"))
        broken("missing attention parts", lambda t: t["attention"].update(parts=[]))
        for part in ("weights", "scales"):
            broken(f"attention whose {part} are damaged", lambda t: t["attention"]["parts"][0].update({part: "AAAA"}), "ready")
        path = os.path.join(browser.folder, "hostile.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(DATA.sub(lambda found: found.group(1) + "AAAA" + found.group(3), page, count=1))
        check("hostile: damaged data", browser.open(path) == "problem")
        with open(path, "w", encoding="utf-8") as file:
            file.write(ATTENTION.sub(lambda found: found.group(1) + "{" + found.group(3), page, count=1))
        check("hostile: damaged attention", browser.open(path) == "problem")


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
                 "words": lambda: words(browser, page, trace), "comparing": lambda: comparing(browser, trace, arguments.page), "reachable": lambda: reachable(browser, arguments.page)}
        for name, test in tests.items():
            if not arguments.only or name in arguments.only.split(","):
                test()
        errors = browser.console_errors()
        check("no console error", not errors, errors)
        # Last: a hostile file may well leave a message in the console.
        if not arguments.only or "hostile" in arguments.only.split(","):
            hostile(browser, page, trace)
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
