"""The book printed whole: book_on_paper.py BOOK [PDF], which keeps the sheets."""
import base64
import re
import sys

from room import CUT
from steered import browser_of, check, failures
from views import course_in

with open(sys.argv[1], encoding="utf-8") as file:
    course = course_in(file.read())
parts = [part["tree"] for part in course["lessons"] + course["tests"]]
browser = browser_of(numbers=False)
for language in ("en", "zh-TW"):
    check(f"opens whole ({language})", browser.open(sys.argv[1], f"#lesson=all&lang={language}&theme=dark") == "ready")
    browser.until_js("document.documentElement.dataset.screen === 'all' && !document.querySelector('main').hasAttribute('aria-busy')")
    check(f"every lesson ({language})", browser.count(".whole-lesson") == len(parts), browser.count(".whole-lesson"))
    check(f"every screen ({language})", browser.count(".screen-words") == sum(len(part["screens"]) for part in parts))
    check(f"every exercise ({language})", browser.count(".exercise") == sum(len(part["exercises"]) for part in parts), browser.count(".exercise"))
    check(f"no figure is left out ({language})", browser.js(
        "return [...document.querySelectorAll('.lesson-figure')].every((e) => e.querySelector('img, .chance-lane, table, .token') !== null)"))
    check(f"nothing went wrong ({language})", browser.count(".problem") == 0, browser.text(".problem"))
    check(f"nothing to press on paper ({language})", browser.js(
        "return [...document.querySelectorAll('.whole-lesson :is(button, input, select, textarea)')].filter((e) => !e.closest('[inert], .answer-cells')).length") == 0)
    browser.medium("print")
    browser.size(718, 1000)
    browser.frame()
    cut = browser.js(CUT)
    check(f"nothing is cut on paper ({language})", not cut, "; ".join(cut[:6]))
    wide = browser.js("return document.documentElement.scrollWidth - innerWidth")
    check(f"nothing is wider than the sheet ({language})", wide <= 0, wide)
    browser.medium()
    browser.size(1280, 900)
    sheets = base64.b64decode(browser.cdp("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])
    count = len(re.findall(rb"/Type /Page\b", sheets))
    check(f"it is printed ({language})", len(parts) < count < 12 * len(parts), count)
    if len(sys.argv) > 2:
        with open(sys.argv[2].replace(".pdf", f"-{language}.pdf"), "wb") as out:
            out.write(sheets)
check("no errors", browser.console_errors() == [], browser.console_errors())
browser.quit()
sys.exit(1 if failures else 0)
