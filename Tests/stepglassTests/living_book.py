"""The book in a browser, from disk, the network off: read, answered, carried to another language, saved.

living_book.py BOOK ANSWERS SAVED: the book; a JSON object of right answers by exercise, for the student named in it; where
the submission that the book saves is put.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ViewerTests"))
from browser import Browser, check, failures  # noqa: E402

from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

book, answers, saved = sys.argv[1:4]
with open(answers, encoding="utf-8") as file:
    wanted = json.load(file)
browser = Browser()
check("opens", browser.open(book, "#lang=en&theme=light") == "ready", browser.js("return document.body.textContent.slice(0, 300)"))


def find(selector):
    return browser.driver.find_element(By.CSS_SELECTOR, selector)


def screen():
    return browser.js("return document.documentElement.dataset.screen")


def settled():
    return browser.until(lambda: browser.js("return !document.querySelector('main').hasAttribute('aria-busy')"))


def turn():
    before = browser.address()
    browser.js("document.activeElement?.blur()")
    browser.key(Keys.ARROW_RIGHT)
    browser.until(lambda: browser.address() != before)
    settled()


def exercises():
    return browser.js("return [...document.querySelectorAll('.exercise')].map((one) => one.dataset.exercise)")


def give(exercise, answer):
    """Types an answer into the form of its kind; False for a kind that is not typed."""
    form = f".exercise[data-exercise='{exercise}']"
    kind = browser.js("""
      const form = document.querySelector(arguments[0]);
      return form.querySelector('.answer-choices') ? 'choice' : form.querySelector('.answer-settings') ? 'settings'
        : form.querySelector('.answer-line') ? 'line' : form.querySelector('.answer-number') ? 'range' : 'other';""", form)
    if kind == "choice":
        find(f"{form} input[value='{answer}']").click()
    elif kind == "settings":
        for part in answer.split(" "):
            name, value = part.split("=")
            find(f"{form} input[aria-label='{name}']").send_keys(value)
    elif kind == "line":
        find(f"{form} .answer-line").send_keys(answer)
    elif kind == "range":
        fields = browser.driver.find_elements(By.CSS_SELECTOR, f"{form} .answer-number")
        for field, value in zip(fields, answer.split("..")):
            field.send_keys(value)
    else:
        return False
    find(f"{form} button[type=submit]").click()
    return browser.until(lambda: browser.js("return document.querySelector(arguments[0]).dataset.verdict", form))


settled()
check("no answer stands in the source", not any(word in open(book, encoding="utf-8").read() for word in ['"misconception"', '"reference"']))
check("the index lists the lessons", browser.js("return document.querySelectorAll('.lessons li').length") >= 1)
find("#student").send_keys(wanted["student"] + Keys.TAB)
find(".lessons button").click()
settled()
given, seen, figures = 0, [], 0
while screen() not in [*seen, "index"]:
    seen.append(screen())
    check(f"{screen()}: words", browser.js("return document.querySelector('.screen-words').textContent.trim().length") > 40)
    check(f"{screen()}: nothing unfilled", browser.js(
        "return /\\{[a-z=]/.test(document.querySelector('main').textContent)") is False, browser.js("return document.querySelector('main').textContent"))
    if browser.js("return document.querySelector('.lesson-figure') !== null"):
        figures += bool(browser.until(lambda: browser.js("return document.querySelector('.lesson-figure > section') !== null")))
    trouble = browser.js("return document.querySelector('.problem')?.textContent ?? ''")
    check(f"{screen()}: nothing went wrong", trouble == "", trouble)
    check(f"{screen()}: fits", browser.js("return document.documentElement.scrollWidth <= innerWidth"))
    for exercise in exercises():
        if exercise not in wanted["answers"]:
            continue
        verdict = give(exercise, wanted["answers"][exercise])
        if verdict is not False:
            given += 1
            check(f"{exercise}: right", verdict == "right", browser.js(
                "return document.querySelector(arguments[0]).textContent", f".exercise[data-exercise='{exercise}'] .feedback"))
    turn()
check("answered several", given >= 4, given)
check("figures were drawn", figures >= 3, figures)
browser.js("location.hash = '#lang=zh-TW'")
browser.until(lambda: browser.js("return document.documentElement.lang") == "zh-TW")
settled()
size = lambda: float(browser.js("return parseFloat(getComputedStyle(document.querySelector('.screen-words')).fontSize)"))
browser.js("location.hash = '#lesson=8&screen=edge&lang=en'")
browser.until(lambda: screen() == "edge")
settled()
plain = size()
browser.js("document.activeElement.blur()")
browser.key("p")
check("presents in big type", size() > plain * 1.3 and browser.js("return document.documentElement.dataset.presenting") == "true", size())
browser.key(Keys.PAGE_DOWN)
browser.until(lambda: screen() == "overshoot")
settled()
check("the next screen is big, too", size() > plain * 1.3)
check("presented, it fits", browser.js("return document.documentElement.scrollWidth <= innerWidth"))
browser.key(Keys.ESCAPE)
check("and ends", size() == plain)
browser.js("location.hash = '#lesson=8&screen=bet&lang=zh-TW'")
browser.until(lambda: screen() == "bet")
check("an address with another screen and language", browser.js("return document.documentElement.lang") == "zh-TW")
settled()
find("#contents-button").click()
settled()
check("the other language", "目錄" in browser.js("return document.body.textContent"))
with open(saved, "w", encoding="utf-8") as file:
    file.write(browser.js("return localStorage.getItem(Object.keys(localStorage).find((key) => key.startsWith('stepglass-book-')))") or "")
browser.size(390, 800)
browser.frame()
check("a phone's width", browser.js("return document.documentElement.scrollWidth <= innerWidth"))
# Any page from disk may write what this one keeps.
for broken in ('{"student":"A","attempts":[],"done":null}', '{"student":"A","attempts":[null],"done":{}}', '{"student":1}', "[", "null",
               '{"student":"A","attempts":[{"exercise":1,"answer":"x"}],"done":{}}', '{"student":"A","attempts":[],"done":{"a":"b"}}',
               '{"student":"A","attempts":[],"done":[]}', '{"student":"A","attempts":[{"exercise":"e","answer":"x"}],"done":{}}'):
    browser.js("localStorage.setItem(Object.keys(localStorage).find((key) => key.startsWith('stepglass-book-')), arguments[0])", broken)
    browser.driver.refresh()
    browser.until(lambda: browser.js("return document.querySelector('main') && document.readyState === 'complete'"))
    settled()
    kept = browser.js("return localStorage.getItem(Object.keys(localStorage).find((key) => key.startsWith('stepglass-book-')))")
    check("begins anew where what was kept is broken: " + broken, json.loads(kept) == {"student": "", "attempts": [], "done": {}}, kept)
    check("and shows its screen", browser.js("return document.querySelector('.screen-words, .contents, main h1, main h2') !== null"))
errors = [line for line in browser.driver.get_log("browser") if line["level"] == "SEVERE"]
check("no errors", errors == [], errors)
requests = [line for line in browser.driver.get_log("performance")
            if '"Network.requestWillBeSent"' in line["message"] and '"url":"http' in line["message"]]
check("no request leaves the page", requests == [], requests[:2])
sys.exit(1 if failures else 0)
