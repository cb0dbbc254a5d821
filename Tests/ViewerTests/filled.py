"""The page of filled masks as a reader uses it: python filled.py PAGE. Exit code 1 names what failed."""
import sys

from selenium.webdriver.common.keys import Keys

from browser import Browser, check, failures, page_parts

SECTIONS = "return [...document.querySelectorAll('main section.panel, section.strip')].filter((s) => !s.hidden).map((s) => s.id)"


def look(browser, trace, lang):
    check(f"{lang}: opens", browser.open(sys.argv[1], f"#lang={lang}") == "ready", browser.console_errors())
    browser.js("document.querySelectorAll('section').forEach((s) => s.scrollIntoView())")
    browser.frame()
    shown = browser.js(SECTIONS)
    for name in ("strip", "ledger", "attention", "tokens", "compare", "run", "glossary"):
        check(f"{lang}: {name} is there", name in shown, shown)
    for name in ("predict", "timeline", "lens", "beams", "prompt", "whatif", "curve"):
        check(f"{lang}: {name} is not", name not in shown, shown)
    story = browser.js("return document.querySelector('.story-text').textContent")
    check(f"{lang}: a sentence of the mask", ("before the mask and behind it" if lang == "en" else "遮罩前面和後面") in story, story)
    check(f"{lang}: no guessing", browser.js("return document.getElementById('predict-button') === null"))
    text = browser.js("return document.body.textContent")
    for word in ("undefined", "NaN", "ledger.", "attention.", "transport."):
        check(f"{lang}: no {word} in the text", word not in text, text[max(0, text.find(word) - 60):text.find(word) + 60])
    told = browser.js("return document.querySelector('#ledger h2').textContent")
    check(f"{lang}: the ledger is of a mask", told == ("What the mask hides" if lang == "en" else "遮罩底下是什麼"), told)


def masks(browser, trace):
    browser.open(sys.argv[1], "#lang=en")
    for index, mask in enumerate(trace["masks"]):
        check(f"mask {index}: its place", browser.step() == index, browser.step())
        current = browser.js("return document.querySelector('.strip .token.current').dataset.position")
        check(f"mask {index}: the text marks it", current == str(mask["position"]), current)
        later = browser.js("return document.querySelectorAll('.strip .token.later').length")
        check(f"mask {index}: nothing is yet to come", later == 0, later)
        rows = browser.js("return [...document.querySelectorAll('#ledger tbody tr')].map((row) => row.textContent)")
        check(f"mask {index}: its candidates", len(rows) == min(12, len(mask["candidates"])), rows)
        told = browser.js("return document.querySelector('#attention .told').textContent")
        check(f"mask {index}: its row of attention", f"position {mask['position']}" in told, told)
        browser.key(Keys.ARROW_RIGHT)
    check("the last mask is the last", browser.step() == len(trace["masks"]) - 1, browser.step())
    browser.key("p")
    check("p hides nothing", browser.js("return location.hash").find("predict") < 0)
    place = trace["masks"][0]["position"]
    browser.js(f"document.querySelector('.strip .token[data-position=\"{place}\"]').click()")
    browser.frame()
    check("a mask in the text is gone to", browser.step() == 0, browser.step())
    browser.js("document.querySelector('.strip .token[data-position=\"5\"]').click()")
    browser.frame()
    told = browser.js("return document.querySelector('#attention .told').textContent")
    check("any token is looked from", "position 5" in told, told)
    cells = browser.js("return [...document.querySelectorAll('#attention canvas')].length")
    check("pictures of the attention", cells >= 2, cells)


def main():
    _, trace = page_parts(sys.argv[1])
    browser = Browser()
    try:
        for lang in ("en", "zh-TW"):
            look(browser, trace, lang)
        masks(browser, trace)
        check("no errors in the console", not browser.console_errors(), browser.console_errors())
        if len(sys.argv) > 2:
            browser.shoot(sys.argv[2], "body")
    finally:
        browser.driver.quit()
    sys.exit(1 if failures else 0)


main()
