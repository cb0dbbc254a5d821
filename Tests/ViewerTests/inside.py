"""Inside a step, the attention over layers and the lens over a run: python inside.py PAGE WEIGHTS. Exit code 1 names what failed.

WEIGHTS is a JSON file of the run's attention, (layer, head, query, key up to the query); NumPy works on it.
"""
import json
import re
import sys

import numpy as np
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from browser import Browser, changed_page, check, failures, page_parts

FRAMES = ["text", "pieces", "embedding", "layer", "norm", "logits", "stages", "draw", "stop"]
NOT_WORDS = re.compile(r"undefined|NaN|Infinity|\{[a-z]+\}|\b(inside|frame|stream|over|rest|least|lens|lensrun)\.[a-z]")


def text_of(browser, selector):
    return browser.js("return document.querySelector(arguments[0])?.textContent ?? ''", selector)


def number_in(text):
    return float(text.replace("−", "-").replace("\u00a0", "").replace("%", "").replace("<", "").replace(">", ""))


def table_of(browser, figure):
    """The rows of a picture's table, without its head."""
    browser.js("const f = document.querySelector(arguments[0]); if (f.querySelector('.twin').hidden) f.querySelector('.tools button').click()", figure)
    browser.frame()
    return browser.js("return [...document.querySelectorAll(arguments[0] + ' .twin tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent))", figure)


def fits(browser, name):
    wide = browser.js("return [document.documentElement.scrollWidth, innerWidth]")
    check(f"{name}: nothing is wider than the window", wide[0] <= wide[1], wide)
    text = text_of(browser, "main")
    found = NOT_WORDS.search(text)
    check(f"{name}: words only", found is None, found and text[max(0, found.start() - 60):found.end() + 60])


def walk(browser, trace, lang, width):
    """Key by key through all frames of a step and into the next."""
    layers = trace["model"]["layers"]
    browser.size(width, 900)
    check(f"{lang} {width}: opens", browser.open(sys.argv[1], f"#step=1&lang={lang}&theme=light") == "ready", browser.console_errors())
    browser.js("document.getElementById('inside').scrollIntoView()")
    browser.frame()
    seen = []
    for at in range(len(FRAMES) + layers - 1):
        frame = re.search(r"frame=(\w+)", browser.address())
        place = text_of(browser, ".inside-walk .label")
        seen.append((frame.group(1) if frame else "text", place))
        check(f"{lang} {width}: frame {at} is counted", str(at + 1) in place and str(len(FRAMES) + layers - 1) in place, place)
        check(f"{lang} {width}: frame {at} tells something", len(text_of(browser, ".inside-frame")) > 20)
        fits(browser, f"{lang} {width}: frame {at}")
        browser.key(".")
    names = [name for name, _ in seen]
    check(f"{lang} {width}: all frames in order", [n for i, n in enumerate(names) if i == 0 or names[i - 1] != n] == FRAMES, names)
    check(f"{lang} {width}: one frame for each layer", names.count("layer") == layers, names)
    check(f"{lang} {width}: the next step follows", browser.step() == 2 and "frame=text" in browser.address(), browser.address())
    browser.key(",")
    check(f"{lang} {width}: and back", browser.step() == 1 and "frame=stop" in browser.address(), browser.address())


def numbers(browser, trace):
    """What the frames say is what the record holds, and the parts add up."""
    step = trace["steps"][1]
    residual = step["residual"]
    browser.open(sys.argv[1], "#step=1&lang=en&frame=logits")
    rows = table_of(browser, ".figure-parts")
    parts = [number_in(value) for _, value in rows]
    check("all parts are listed", len(parts) == 2 + 1 + residual_count(trace), len(parts))
    check("the parts add up", abs(sum(parts[:-1]) - parts[-1]) < 1e-3 and abs(parts[-1] - residual["logit"]) < 1e-4, parts[-1])
    check("the largest stands first", abs(parts[0]) == max(abs(p) for p in parts[:-1]), parts[:3])
    browser.open(sys.argv[1], "#step=1&lang=en&frame=layer&layer=2")
    layer = residual["layers"][2]
    rows = table_of(browser, ".figure-head-parts")
    check("each head as recorded", all(
        abs(number_in(row[2]) - logit) < 1e-3 and abs(number_in(row[1]) - length) < 1e-2
        for row, logit, length in zip(rows, layer["headLogits"], layer["headLengths"])) and len(rows) == trace["model"]["heads"], rows)
    rows = table_of(browser, ".figure-layers")
    check("each layer as recorded", [abs(number_in(rows[2][2]) - layer["attention"]["logit"]) < 1e-3, abs(number_in(rows[2][4]) - layer["mlp"]["logit"]) < 1e-3] == [True, True], rows[2])
    told = text_of(browser, ".inside-frame")
    check("exact and reading are named", "exact" in told and "reading" in told)
    browser.open(sys.argv[1], "#step=1&lang=en&frame=embedding")
    rows = table_of(browser, ".figure-embedding")
    values = residual["embedding"]["values"]
    check("the strip holds all numbers", len(rows) == len(values) and abs(number_in(rows[5][1]) - values[5]) < 1e-4, rows[:3])
    near = browser.js("return [...document.querySelectorAll('.inside-table tbody tr')].map((row) => row.children[1].textContent)")
    check("the neighbours are named", near == [str(one["id"]) for one in residual["embedding"]["neighbours"]], near)


def residual_count(trace):
    """Heads, MLPs and biases of a sample: each layer has a bias."""
    return trace["model"]["layers"] * (trace["model"]["heads"] + 2)


def without(browser, page, trace):
    """A record that holds nothing of it: what can be shown is, the rest says what would bring it."""
    def bare(run):
        for step in run["steps"]:
            step.pop("residual", None)
            step.pop("lens", None)

    for frame in FRAMES:
        changed_page(browser, page, trace, bare, f"#step=1&lang=en&frame={frame}&layer=1")
        text = text_of(browser, ".inside-frame")
        missing = "--record residual" in text
        check(f"without: {frame} {'says what is missing' if missing else 'is shown'}", missing == (frame in ("embedding", "layer", "norm", "logits")), text[:160])
        if frame == "layer":
            check("without: the lens is asked for, too", "--record hidden" in text, text[:300])


def keyboard(browser):
    """The row of frames by the arrow keys; a key brings the panel where the numbers are folded away."""
    browser.open(sys.argv[1], "#step=1&lang=en&frame=stages")
    chosen = browser.driver.find_element(By.CSS_SELECTOR, "#inside [role=radio][aria-checked=true]")
    chosen.send_keys(Keys.ARROW_RIGHT)
    browser.frame()
    check("an arrow takes the next frame", "frame=draw" in browser.address(), browser.address())
    check("and the keyboard stays there", browser.js("return document.activeElement.textContent") == "draw")
    browser.js("document.getElementById('numbers-button').click()")
    browser.frame()
    check("the panel is folded away", browser.js("return document.getElementById('inside') === null"))
    browser.key(".")
    there = browser.until(lambda: browser.js("return document.getElementById('inside')?.getBoundingClientRect().top < innerHeight"))
    check("a key brings it back", there)


def shown_row(browser):
    """The row of the heatmap's table by key."""
    browser.until(lambda: browser.js("return document.querySelectorAll('[aria-busy]').length === 0"))
    browser.frame()
    return {int(row[1]): number_in(row[2]) for row in table_of(browser, ".figure-heatmap")}


def rollout(weights):
    """Abnar & Zuidema 2020: the product of the layers, each half the mean of its heads and half the identity."""
    n = weights.shape[-1]
    product = np.eye(n)
    for layer in weights.mean(axis=1):
        product = (0.5 * layer + 0.5 * np.eye(n)) @ product
    return product


def without_first(row):
    return np.concatenate([[0], row[1:] * row.sum() / row[1:].sum()])


def views(browser, trace, weights):
    n = weights.shape[-1]
    heads = weights.mean(axis=1)
    wanted = {"over=mean&head=mean": heads.mean(axis=0), "over=max&head=mean": heads.max(axis=0), "over=mean&head=max": weights.max(axis=1).mean(axis=0),
              "over=max&head=max": weights.max(axis=(0, 1)), "over=rollout&head=mean": rollout(weights), "layer=1&head=2": weights[1, 2], "layer=2&head=mean": weights[2].mean(axis=0)}  # fmt: skip
    for step in (0, len(trace["steps"]) - 1):
        query = len(trace["prompt"]["tokens"]) + step - 1
        for place, matrix in wanted.items():
            for rest in (False, True):
                row = matrix[query][:query + 1]
                row = without_first(row) if rest else row
                browser.open(sys.argv[1], f"#step={step}&lang=en&{place}{'&rest=1' if rest else ''}")
                found = shown_row(browser)
                far = max(abs(found.get(key, 9) - value) for key, value in enumerate(row))
                check(f"step {step}, {place}{', without the first' if rest else ''}: as NumPy has it", len(found) == query + 1 and far < 2e-3, far)
                note = text_of(browser, ".attention-note")
                check(f"step {step}, {place}: it is said", ("first token is left out" in note) == rest and ("Rollout multiplies" in note) == ("rollout" in place), note)
    check("the rows of a rollout sum to 1", abs(rollout(weights)[n - 1].sum() - 1) < 1e-6)
    browser.open(sys.argv[1], "#step=5&lang=zh-TW&over=rollout&rest=1&least=5")
    browser.frame()
    fits(browser, "rollout in Chinese")
    # By hand: all layers, the slider, back to one layer.
    browser.open(sys.argv[1], "#step=5&lang=en&layer=1&head=2")
    browser.driver.find_element(By.CSS_SELECTOR, "#pick-over").send_keys("roll")
    browser.frame()
    check("the list takes all layers", "over=rollout" in browser.address() and "head=mean" in browser.address(), browser.address())
    before = browser.js("return document.querySelector('.figure-heatmap canvas').toDataURL()")
    slider = browser.driver.find_element(By.CSS_SELECTOR, "#pick-least")
    for _ in range(12):
        slider.send_keys(Keys.ARROW_RIGHT)
    browser.frame()
    query = len(trace["prompt"]["tokens"]) + 4
    row = rollout(weights)[query][:query + 1]
    note = text_of(browser, ".attention-note")
    told = re.search(r"below 12 % are not drawn; in this row they hold ([\d.]+)", note)
    check("weights below the bar are counted", told and abs(float(told.group(1)) / 100 - row[row < 0.12].sum()) < 6e-3, note)
    check("and not drawn", browser.js("return document.querySelector('.figure-heatmap canvas').toDataURL()") != before)
    check("a slider keeps the keyboard", browser.js("return document.activeElement.id") == "pick-least")
    browser.js("document.activeElement.blur()")
    browser.key("j")
    check("a layer's key goes back to one layer", "over=" not in browser.address(), browser.address())


def whole_run(browser, trace):
    browser.open(sys.argv[1], "#step=2&lang=en&lens=run")
    rows = table_of(browser, ".figure-lens-run")
    layers = trace["model"]["layers"] + 1
    check("a row for each step, a cell for each layer", len(rows) == len(trace["steps"]) and all(len(row) == 2 + layers for row in rows), len(rows))
    for step, row in zip(trace["steps"], rows):
        for lens, cell in zip(step["lens"], row[2:]):
            check(f"lens of step {step['index']}, layer {lens['layer']}", abs(number_in(cell) / 100 - lens["chosen"]["probability"]) < 1e-3, cell)
    box = browser.driver.find_element(By.CSS_SELECTOR, ".figure-lens-run canvas")
    browser.js("arguments[0].scrollIntoView({ block: 'center' })", box)
    browser.frame()
    browser.js("const r = arguments[0].getBoundingClientRect(); const at = { clientX: r.left + 76, clientY: r.top + 120, bubbles: true };"
               "arguments[0].dispatchEvent(new PointerEvent('pointermove', at)); arguments[0].dispatchEvent(new MouseEvent('click', at))", box)
    browser.frame()
    check("a click goes to the step", browser.step() == 0, browser.step())
    check("a cell is read out", "layer" in text_of(browser, "#lens .readout"), text_of(browser, "#lens .readout"))
    for lang, width in (("en", 390), ("zh-TW", 390), ("zh-TW", 1280)):
        browser.size(width, 900)
        browser.open(sys.argv[1], f"#step=2&lang={lang}&lens=run")
        fits(browser, f"{lang} {width}: the whole run")
    browser.size(1280, 900)
    browser.key("p")
    check("what is to be guessed is not shown", len(table_of(browser, ".figure-lens-run")) < len(trace["steps"]))


def main():
    page, trace = page_parts(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        rows = json.load(file)
    n = len(rows[0][0])
    weights = np.array([[[row + [0] * (n - len(row)) for row in head] for head in layer] for layer in rows])
    browser = Browser()
    for lang in ("en", "zh-TW"):
        for width in (1280, 390):
            walk(browser, trace, lang, width)
    browser.size(1280, 900)
    numbers(browser, trace)
    without(browser, page, trace)
    keyboard(browser)
    views(browser, trace, weights)
    whole_run(browser, trace)
    errors = browser.console_errors()
    check("no error in the console", errors == [], errors)
    browser.quit()
    sys.exit(1 if failures else 0)


main()
