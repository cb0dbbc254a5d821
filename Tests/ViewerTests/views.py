"""The views of a page that everybody has to be able to use: how a browser gets to each. By kind of page: a run's, a living
one, the book."""
import base64
import json
import os
import re
import zlib

COURSE = re.compile(r'<script type="application/octet-stream" id="course">([^<]*)<')


def kind_of(text):
    """What a page's own text says it is: "book", "living" or "run"."""
    if '<body class="book">' in text:
        return "book"
    trace = re.search(r'<script type="application/octet-stream" id="trace">\s*([^<\s])', text)
    return "run" if trace else "living"


def course_in(text):
    """The course that a book carries, unpacked."""
    return json.loads(zlib.decompress(base64.b64decode(COURSE.search(text).group(1))))


def views_of(text):
    """Functions of a browser, the page's path and its look, by the names of the views; False: the page has no such view."""
    return {"book": lambda: book_views(text), "living": living_views, "run": run_views}[kind_of(text)]()


def then(place, *acts):
    """Opens the page at a place and does something in it; an act that finds nothing to act on ends it."""
    def view(browser, path, look):
        if browser.open(path, f"#{place}{look}") != "ready":
            raise RuntimeError(f"{path} does not open")
        browser.frame()
        for act in acts:
            if act(browser) is False:
                return False
        browser.still()
        return True

    return view


def press(key):
    return lambda browser: browser.key(key)


def on(selector, script):
    """Something done to all elements of a kind; False where there are none."""
    return lambda browser: browser.js("const found = [...document.querySelectorAll(arguments[0])].filter((e) => e.checkVisibility()); "
                                      "for (const e of found) {" + script + "} return found.length > 0", selector)


def wait(expression):
    """Until it holds. Where it never does, that is trouble, and not a page without the view."""
    def act(browser):
        if not browser.until_js(expression):
            raise RuntimeError(f"{browser.path}: never came: {expression}")

    return act


def compared(browser):
    """Beside the run its own record, where that lies beside the page."""
    record = os.path.join(os.path.dirname(browser.path), "trace.json")
    if not os.path.exists(record):
        return False
    browser.files("#compare-file", [record])
    wait("document.querySelectorAll('.compare-strip').length === 2")(browser)


def run_views():
    whole = "numbers=1&step=1&"
    wish = """const e = document.getElementById("whatif-temperature"); if (!e) return false; e.value = "1.6";
      e.dispatchEvent(new Event("input", { bubbles: true })); document.querySelector(".whatif-more").open = true; return true"""
    return {
        "first": then("step=1&"),
        "numbers": then(whole),
        "tables": then(whole, on(".figure > .tools > button:first-child", "e.click()")),
        "word": then("step=1&", on(".story-text .term:first-of-type", "e.click()")),
        "what if": then("step=1&", lambda b: b.js(wish), wait("document.querySelector('.whatif-told').textContent !== ''")),
        "keys": then("step=1&", press("?")),
        "guess": then("step=1&", lambda b: None if b.js("return document.querySelector('#predict-button') !== null") else False, press("p")),
        "compared": then(whole, compared, on("details", "e.open = true")),
    }


def living_views():
    ask = lambda line: lambda b: (b.fill("#console-line", line), b.enter("#console-line"), b.frame()) and None
    begun = [lambda b: b.fill("#prompt-max-tokens", "400"), on("#prompt-begin", "e.click()"),
             wait("document.querySelector('.prompt .told').textContent === ''"), on("#prompt-run", "e.click()"),
             wait("document.querySelectorAll('#strip .token.output').length > 2")]
    ended = [*begun, on("#prompt-run", "e.click()"), wait("document.querySelector('#prompt-run').textContent.length > 0")]
    return {
        "before": then(""),
        "running": then("", *begun),
        "paused": then("numbers=1&", *ended),
        "asked": then("numbers=1&", *ended, ask("why"), wait("document.querySelectorAll('.console-entry').length === 1"),
                      ask("entropyy > 2"), wait("document.querySelectorAll('.console-entry').length === 2")),
        "wrong": then("", lambda b: b.fill("#prompt-temperature", "-3"), on("#prompt-begin", "e.click()"),
                      wait("document.querySelector('.prompt .told').textContent.length > 12")),
    }


SHOWN = "!document.querySelector('main').hasAttribute('aria-busy') && (!document.querySelector('.lesson-figure') || document.querySelector('.lesson-figure > section') !== null)"


def book_views(text):
    """The index, the first screen of each kind of exercise and of each figure, and an exercise that was answered."""
    course = course_in(text)
    views = {"index": then("", wait(SHOWN))}
    for part in course["lessons"] + course.get("tests", []):
        lesson = part["tree"]
        kinds = {one["id"]: one["kind"] for one in lesson["exercises"]}
        for screen in lesson["screens"]:
            names = [kinds[one] for one in screen.get("exercises", [])] + ["figure " + screen.get("figure", "none")]
            for name in names:
                if name not in views:
                    views[name] = then(f"lesson={lesson['id']}&screen={screen['id']}&", wait(SHOWN))
    first = course["lessons"][0]["tree"]
    screen = next(one for one in first["screens"] if one.get("exercises"))
    views["answered"] = then(f"lesson={first['id']}&screen={screen['id']}&", wait(SHOWN), on(".exercise .quiet", "if (!e.closest('.figure, .lesson-figure')) e.click()"),
                             on(".exercise [type=radio]:first-of-type, .exercise [type=range]", "e.click()"),
                             on(".answer-line, .answer-number, .answer-text", "e.value = '1'"), on(".exercise [type=submit]", "e.click()"),
                             wait("document.querySelector('.exercise').dataset.verdict !== undefined"))
    return views
