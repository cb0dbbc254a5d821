"""Whole ways through a page by the keyboard alone: no pointer, no script, only keys, as a reader without a mouse goes them."""
from keyboard import reach, start, tools
from steered import END, ENTER, RIGHT, TAB, check

# What a page saves is caught by its name: a browser without a person asks nobody where to put a file.
CATCH_SAVED = "window.saved = []; HTMLAnchorElement.prototype.click = function () { if (this.download) window.saved.push(this.download); }"


def journey(browser, path, kind):
    browser.size(1280, 900)
    if kind == "book":
        return book(browser, path)
    check("opens for the journey", browser.open(path, "#lang=en&theme=light&step=0") == "ready")
    tools(browser)
    browser.frame()
    start(browser)
    if kind == "living":
        written(browser)
    browser.js("document.activeElement.blur()")
    browser.keys(RIGHT)
    if browser.count("#strip .token.output") > 1:
        check("→ steps", browser.until(lambda: browser.step() > 0), browser.step())
    if browser.count("#whatif"):
        wished(browser)
    if reach(browser, "#numbers-button"):
        browser.press(ENTER)
        check("the numbers are shown, and the keyboard stays", browser.count("#ledger") == 1 and holds(browser, "#numbers-button"), held(browser))
    if browser.count("#console-line"):
        asked(browser)
    if reach(browser, "#language-button"):
        browser.press(ENTER)
        check("the other language", browser.until(lambda: browser.js("return document.documentElement.lang") == "zh-TW"))
        check("and the keyboard stays there", holds(browser, "#language-button"), held(browser))


def holds(browser, selector):
    return browser.js("return document.activeElement.matches(arguments[0])", selector)


def held(browser):
    return browser.js("return document.activeElement.outerHTML.slice(0, 100)")


def written(browser):
    """A prompt typed, begun, and gone on with."""
    if reach(browser, "#prompt-text"):
        browser.press(END, *" and")
        browser.keys(TAB)
        check("Tab leaves the prompt", not holds(browser, "#prompt-text"))
    if reach(browser, "#prompt-begin"):
        browser.press(ENTER)
    if reach(browser, "#prompt-step"):
        for count in (1, 2):
            browser.press(ENTER)
            check(f"a token is written ({count})", browser.until(lambda: browser.count("#strip .token.output") == count), browser.text(".prompt .told"))
        check("and the keyboard stays on the step", holds(browser, "#prompt-step"), held(browser))


def wished(browser):
    """A slider moved, and set back."""
    before, step = browser.text(".story-text"), browser.step()
    if not reach(browser, "#whatif-temperature"):
        return
    browser.press(*[RIGHT] * 6)
    check("the slider moves, and the page says what would be", browser.until(lambda: browser.text(".whatif-told") != ""))
    check("the step does not", browser.step() == step, (step, browser.step()))
    if reach(browser, "#whatif-back"):
        browser.press(ENTER)
        check("set back, all is as it was", browser.until(lambda: browser.text(".story-text") == before), browser.text(".story-text"))
        check("and the keyboard is on the sliders", holds(browser, "#whatif input"), held(browser))


def asked(browser):
    """A question to the debugger, and the line left by Tab although something stands in it."""
    if not reach(browser, "#console-line"):
        return
    browser.press(*"why", ENTER)
    check("a question has its answer", browser.until(lambda: browser.count(".console-entry") == 1))
    browser.press(*"entropy ")
    for _ in range(3):
        browser.keys(TAB)
        if browser.until_js("!document.activeElement.matches('#console-line') || document.activeElement.dataset.offered !== undefined") and not holds(browser, "#console-line"):
            break
    check("no trap: Tab leaves a line that has a text", not holds(browser, "#console-line"), held(browser))


def settled(browser):
    browser.until_js("!document.querySelector('main').hasAttribute('aria-busy')")
    browser.frame()


def book(browser, path):
    """A name, a bet, an answer, the next lesson, the file to hand in."""
    check("the book opens for the journey", browser.open(path, "#lang=en&theme=light") == "ready")
    tools(browser)
    settled(browser)
    start(browser)
    if reach(browser, "#student"):
        browser.press(*"amy", TAB)
    if reach(browser, "h1 + .lessons li:first-child button"):
        browser.press(ENTER)
        settled(browser)
        check("the lesson's title has the keyboard", holds(browser, "h1"), held(browser))
    if reach(browser, ".exercise input[type=range]"):
        before = browser.text(".share output")
        browser.press(*[RIGHT] * 5)
        check("a bet is placed by arrows, which turn no page", browser.text(".share output") != before and browser.count(".exercise input[type=range]") > 0)
    answer(browser)
    screen = lambda: browser.js("return document.documentElement.dataset.screen")
    first = screen()
    if reach(browser, ".pager > button:last-child"):
        browser.press(ENTER)
        settled(browser)
        check("the next page", screen() != first, screen())
        check("its title has the keyboard", holds(browser, "h1"), held(browser))
    if reach(browser, ".dots li:last-child button"):
        browser.press(ENTER)
        settled(browser)
    lesson = browser.address()
    if reach(browser, ".pager > button:last-child"):
        browser.press(ENTER)
        settled(browser)
        browser.until(lambda: browser.address() != lesson)
        check("the next lesson", browser.address().split("&")[0] != lesson.split("&")[0], browser.address())
    if reach(browser, "#contents-button"):
        browser.press(ENTER)
        settled(browser)
        check("the contents tell what was done", screen() == "index" and "1 of" in browser.text("h1 + .lessons li:first-child .note"), browser.text("h1 + .lessons li:first-child .note"))
    browser.js(CATCH_SAVED)
    if reach(browser, "#export"):
        browser.press(ENTER)
        check("a file to hand in", browser.js("return window.saved.join()") == "stepglass-amy.json", browser.js("return window.saved.join()"))
    if reach(browser, "#language-button"):
        browser.press(ENTER)
        check("the other language", browser.until(lambda: browser.js("return document.documentElement.lang") == "zh-TW"))
        settled(browser)
        check("and the keyboard stays there", holds(browser, "#language-button"), held(browser))


def answer(browser):
    """The exercise that stands there is sent in; whatever is said of the answer, the keyboard is not lost."""
    if not reach(browser, ".exercise [type=submit]"):
        return
    browser.press(ENTER)
    check("an answer has its verdict", browser.until_js("document.querySelector('.exercise').dataset.verdict"))
    browser.frame()
    check("and the keyboard stays at its button", holds(browser, ".exercise [type=submit]"), held(browser))
