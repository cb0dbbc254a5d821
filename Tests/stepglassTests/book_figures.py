"""The book's figures say what its words say: book_figures.py BOOK (with lessons 1 and 8).

Sums are those of the probabilities that top-p saw, steps count as in the words, and the figure of a question about the draw
does not tell what was drawn.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ViewerTests"))
from browser import Browser, check, failures  # noqa: E402

book = sys.argv[1]
browser = Browser(width=1280, height=3000, numbers=False)


def at(lesson, screen, exercise=None, lang="en"):
    browser.driver.get("about:blank")
    browser.open(book, f"#lesson={lesson}&screen={screen}&lang={lang}&theme=light")
    browser.until(lambda: browser.js("return document.documentElement.dataset.screen") == screen
                  and browser.js("return !document.querySelector('main').hasAttribute('aria-busy')"))
    room = ".lesson-figure" if exercise is None else f".exercise[data-exercise='{exercise}'] .lesson-figure"
    if exercise is not None:
        browser.until(lambda: browser.js("return document.querySelector(arguments[0]) !== null", room + " button"))
        browser.js("document.querySelector(arguments[0]).click()", room + " button")
    browser.until(lambda: browser.js("return document.querySelector(arguments[0]) !== null", room + " > :not(button)"))
    return room


def rows(room):
    return browser.js("return [...document.querySelectorAll(arguments[0] + ' .list tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent))", room)


def text(room, selector=""):
    return browser.js("return document.querySelector(arguments[0])?.textContent ?? ''", f"{room} {selector}".strip())


def adds_up(name, found):
    shares = [float(row[2]) for row in found]
    sums = [float(row[3]) for row in found]
    check(f"{name}: sums", all(abs(sum(shares[:i + 1]) - one) < 0.0006 for i, one in enumerate(sums)), found)
    kept = [row for row in found if row[4] != "✗"]
    check(f"{name}: the last kept token crosses p", float(kept[-1][3]) >= 0.9 > float(kept[-1][3]) - float(kept[-1][2]), kept)


room = at(8, "staircase")
check("a step is called as in the words", text(room, ".story-title") == "Step 2 (of 0 to 9)" and "Below is step 2." in text("main"), text(room, ".story-title"))
check("so is the list's", text(room, ".list .note").startswith("step 2, after:"), text(room, ".list .note"))
adds_up("step 2", rows(room))
check("the staircase reaches p where the list does", "Top-p 0.90 is reached on ‹P›" in text(room, ".panel-staircase .told"), text(room, ".panel-staircase .told"))
room = at(8, "staircase", lang="zh-TW")
check("in Chinese", text(room, ".story-title") == "第 2 步（從 0 到 9）" and "下面是第 2 步" in text("main"), text(room, ".story-title"))
room = at(8, "overshoot")
adds_up("step 6", rows(room))
words = text(".screen-words")
kept = [row for row in rows(room) if row[4] != "✗"]
check("the sums of the words stand in the list", kept[-1][3] in words and kept[-2][3] in words, (kept, words))
room = at(8, "renormalise", "drawn")
check("a question about the draw tells no draw", browser.js("return document.querySelector(arguments[0] + ' :is(.story, .seal, .needle, .taken)') === null", room))
browser.js("document.activeElement?.blur()")
browser.key("n")
check("nor does a key", browser.js("return document.querySelector(arguments[0] + ' :is(.chosen, .ledger)') === null", room))
check("it lists all tokens", len(rows(room)) == 6, rows(room))
room = at(1, "choose", "taken")
step = text(room, ".list .note").split(",")[0].removeprefix("step ")
check("a question about step n shows step n", f"at step {step}" in text(".exercise[data-exercise='taken']"), step)
check("and no later one", browser.js("return document.querySelector(arguments[0] + ' :is(.story, .strip, .seal)') === null", room))
for exercise, screen in (("narrow", "unlabelled"), ("overshoot-stops", "overshoot")):
    room = at(8, screen, exercise)
    found = rows(room)
    check(f"{exercise}: a row for each step", [row[0] for row in found] == [str(i) for i in range(len(found))] and len(found) >= 4, found)
    check(f"{exercise}: what stayed, its sum, its edge", all(int(row[2]) >= 1 and float(row[4]) <= float(row[3]) for row in found), found)
    browser.js("document.querySelector(arguments[0]).click()", f"{room} .list tbody tr:nth-child(3) button")
    browser.until(lambda: text(room, ".story-title").startswith("Step 2 "))
    check(f"{exercise}: a row is turned to", text(room, ".story-title").startswith("Step 2 "), text(room, ".story-title"))

# Why a beam ended is told in the reader's language, of runs that are made in the page.
at(11, "beams", lang="zh-TW")
browser.js("document.querySelectorAll('#beams .tools button').forEach((one) => { if (one.textContent === '表格') one.click(); })")
browser.until(lambda: browser.js("return document.querySelector('#beams .twin td') !== null"))
cells = browser.js("return [...document.querySelectorAll('#beams .twin td')].map((one) => one.textContent)")
check("why beams ended stands in Chinese", any("排第" in one for one in cells) and any("長度上限" in one for one in cells)
      and not any(word in one for one in cells for word in ("rank ", "limit", "go on")), cells[:40])

# What is wrong is not done.
room = at(8, "edge")
browser.js("""const field = document.querySelector(".exercise[data-exercise='edge'] input"); field.value = "6";
  field.closest("form").requestSubmit()""")
browser.until(lambda: browser.js("return document.querySelector(\".exercise[data-exercise='edge']\").dataset.verdict") == "wrong")
browser.js("document.getElementById('contents-button').click()")
browser.until(lambda: browser.js("return document.documentElement.dataset.screen") == "index")
told = [line for line in browser.js("return [...document.querySelectorAll('.lessons .note')].map((one) => one.textContent)") if "not right yet" in line]
check("a wrong answer is not done", len(told) == 1 and "0 of 12 exercises, 1 not right yet" in told[0], told)
errors = browser.console_errors()
check("no errors", errors == [], errors)
browser.quit()
sys.exit(1 if failures else 0)
