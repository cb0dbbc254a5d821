"""Every control keeps the keyboard, groups choose by arrows, pictures and landmarks have names, files say what they hold;
tables have the room they need, on the screen and on paper."""
import re

from selenium.webdriver.common.keys import Keys

from browser import changed_page, check

# The controls that can be used where the page stands, but for those that save or open files.
CONTROLS = """
  return [...document.querySelectorAll('main button, header button, select, input[type=range], [role=listbox], .ledger td[tabindex="0"], .strip .token[tabindex="0"]')]
    .filter(e => e.checkVisibility() && !e.disabled && !/^(PNG|SVG)$/.test(e.textContent) && !e.closest('#compare .pickers, dialog'));"""
# Presses a button that saves a file and hands back the file's name.
CATCH_NAME = """
  const [button, done] = arguments, click = HTMLAnchorElement.prototype.click;
  HTMLAnchorElement.prototype.click = function () { HTMLAnchorElement.prototype.click = click; done(this.download); };
  button.click();"""


def controls(browser, page, trace):
    focus(browser, page, trace)
    groups(browser, page, trace)
    names(browser, page, trace)
    files(browser, page, trace)
    room(browser, page, trace)
    paper(browser, page, trace)


def focus(browser, page, trace):
    def change(t):
        t["settings"]["changes"] = [{"step": 1, "settings": {**t["settings"], "temperature": 1.5}}]

    lost = []
    changed_page(browser, page, trace, change, "#step=2&layer=0&head=0&look=1&lang=en")
    count = len(browser.js(CONTROLS))
    for number in range(count):
        found = browser.js(CONTROLS)
        if number >= len(found):
            break
        name = browser.js("const e = arguments[0]; return `${e.tagName}.${e.className}#${e.id} ${e.textContent.slice(0, 20)}`", found[number])
        browser.js("""
          const e = arguments[0];
          e.focus();
          if (e instanceof HTMLSelectElement) { e.selectedIndex = 1; e.dispatchEvent(new Event('change')); }
          else if (e instanceof HTMLInputElement) { e.stepUp(); e.dispatchEvent(new Event('input')); }
          else e.click();""", found[number])
        browser.frame()
        if not browser.js("return document.activeElement !== document.body && document.activeElement.checkVisibility()"):
            lost.append(name)
        browser.js("document.querySelector('dialog[open]')?.close()")
        if browser.js("return document.documentElement.hasAttribute('data-present')"):
            browser.click("#present-leave")
        if browser.js("return Boolean(document.querySelector('#predict:not([hidden])'))"):
            browser.key("p")
    check("no control loses the keyboard", count > 20 and not lost, (count, lost))
    for selector, key in (("#pick-head", None), (".sort[data-control=final]", None), ("#strip [role=radio]:nth-child(3)", None)):
        if not browser.js("return Boolean(document.querySelector(arguments[0]))", selector):
            continue
        browser.js("""const e = document.querySelector(arguments[0]); e.focus();
          if (e instanceof HTMLSelectElement) { e.selectedIndex = 2; e.dispatchEvent(new Event('change')); } else e.click();""", selector)
        browser.frame()
        check(f"the keyboard stays on {selector}", browser.js("return document.activeElement === document.querySelector(arguments[0])", selector),
              browser.js("return document.activeElement.outerHTML.slice(0, 90)"))


def groups(browser, page, trace):
    changed_page(browser, page, trace, lambda t: None, "#step=2&lang=en&predict=1")
    count = browser.js("return document.querySelectorAll('[role=radiogroup]').length")
    check("there are groups of choices", count >= 2, count)
    for number in range(count):
        state = """const g = document.querySelectorAll('[role=radiogroup]')[arguments[0]], r = [...g.querySelectorAll('[role=radio]:not(:disabled)')];
          return [r.findIndex(e => e.getAttribute('aria-checked') === 'true'), r.length, r.indexOf(document.activeElement), r.filter(e => e.tabIndex === 0).length, g.getAttribute('aria-label')];"""
        browser.js("document.querySelectorAll('[role=radiogroup]')[arguments[0]].querySelector('[aria-checked=true]').focus()", number)
        start, size, _, stops, name = browser.js(state, number)
        check(f"{name}: one stop of the Tab key", stops == 1, stops)
        at = start
        for key, by in ((Keys.ARROW_RIGHT, 1), (Keys.ARROW_DOWN, 1), (Keys.ARROW_LEFT, -1), *((Keys.ARROW_RIGHT, 1),) * size, (Keys.ARROW_UP, -1)):
            browser.driver.switch_to.active_element.send_keys(key)
            browser.frame()
            at = (at + by) % size
            checked, _, focused, stops, _ = browser.js(state, number)
            check(f"{name}: the arrows choose, and the keyboard follows", (checked, focused, stops) == (at, at, 1), (checked, focused, stops, at))
        check(f"{name}: the arrows do not step", browser.step() == 2, browser.step())
    browser.js("document.activeElement.blur()")
    browser.key("p")


def names(browser, page, trace):
    changed_page(browser, page, trace, lambda t: None, "#step=1&lang=en")
    browser.frame()
    unnamed = browser.js("return [...document.querySelectorAll('canvas, svg, nav, [role=img], [role=group], [role=radiogroup], [role=listbox]')]"
                         ".filter(e => !(e.getAttribute('aria-label') || '').trim()).map(e => e.outerHTML.slice(0, 80))")
    # Pictures of a panel that is hidden say nothing yet.
    check("every picture and landmark has a name of its own", not unnamed, unnamed)
    landmarks = browser.js("return [...document.querySelectorAll('nav')].map(e => e.getAttribute('aria-label'))")
    check("no two landmarks have one name", len(set(landmarks)) == len(landmarks) >= 3, landmarks)


def files(browser, page, trace):
    """Names of saved files: the model, the picture, the step and what else it shows; characters that are safe anywhere."""
    def change(t):
        t["model"]["name"] = "模型/../My Model:v2 \u202e*?\"<b>.gguf"

    changed_page(browser, page, trace, change, "#step=1&layer=1&head=2&lang=zh-TW")
    expected = {"figure-heatmap": "heatmap-step-1-layer-1-head-2", "figure-arcs": "arcs-step-1-layer-1-head-2", "figure-heads": "heads-pattern-step-1",
                "figure-draw": "draw-step-1", "figure-staircase": "staircase-step-1", "figure-lens": "lens-step-1", "figure-cache": "cache-step-1", "figure-beams": "beams-step-1", "figure-timeline": "timeline",
                "figure-costs": "costs-prefill", "figure-cache-work": "cache-work"}
    found = browser.js("return [...document.querySelectorAll('.panel:not([hidden]) .figure:not([hidden])')].filter(f => f.checkVisibility()).map(f => [...f.classList].find(c => c.startsWith('figure-')))")
    saved = {}
    for figure in found:
        for ending, number in (("png", 1), ("svg", 2)):
            button = browser.driver.find_elements("css selector", f".{figure} > .tools > button")[number]
            name = browser.driver.execute_async_script(CATCH_NAME, button)
            saved[name] = figure
            check(f"the file of {figure} says what it shows", name == f"my-model-v2-b.gguf-{expected[figure]}.{ending}", name)
    check("no two files have one name", len(saved) == 2 * len(found), saved)
    browser.js("Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject() } })")
    copy = browser.js("return [...document.querySelectorAll('#ledger .tools > button')].find(b => b.textContent.includes('CSV'))")
    name = browser.driver.execute_async_script(CATCH_NAME, copy)
    check("the table's file too", re.fullmatch(r"my-model-v2-b\.gguf-ledger-step-1\.csv", name), name)


def many_stages(t, count=10):
    """Stages that each change every logit."""
    for step in t["steps"]:
        for name in ("dry", "top-k", "typical-p", "top-p", "min-p", "xtc", "temperature", "frequency-penalty", "presence-penalty", "repetition-penalty")[:count]:
            step["stages"].append({"name": name, "parameters": {"p": 0.5}, "kept": step["stages"][0]["kept"], "removed": 0})
            for candidate in step["candidates"]:
                last = next(x for x in reversed(candidate["logits"]) if x is not None)
                candidate["logits"].append(last * 0.95 + 0.01)
                candidate["removedBy"] = None


COVERED = """
  document.querySelector('.ledger').scrollIntoView({ block: 'start' });
  scrollBy(0, 60);
  const bar = document.querySelector('.transport').getBoundingClientRect();
  return [...Array(80).keys()].map(i => document.elementFromPoint(bar.left + (i + 0.5) * bar.width / 80, bar.top + bar.height / 2))
    .filter(e => !e?.closest('.transport')).length"""
FINAL = """
  const s = document.querySelector('.ledger-scroller'), box = s.getBoundingClientRect();
  s.scrollLeft = arguments[0];
  return [...document.querySelectorAll('.ledger .final')].every(c => { const r = c.getBoundingClientRect();
    return r.right <= box.right + 1 && r.left >= box.left && r.right <= innerWidth && r.width > 40; }) && document.querySelectorAll('.ledger .final').length > 3;"""


def room(browser, page, trace):
    for width in (1600, 1280, 390):
        browser.size(width, 900)
        changed_page(browser, page, trace, many_stages, "#step=1&lang=en")
        if width < 600:
            browser.js("document.querySelector('.narrow-only').click()")
        for scroll in (0, 99999):
            check(f"the last column stays in sight: {width}", browser.js(FINAL, scroll), scroll)
        spare = browser.js("const s = document.querySelector('.ledger-scroller'), r = s.getBoundingClientRect(); return [r.left, innerWidth - r.right, s.scrollWidth - s.clientWidth]")
        check(f"a wide table has the room there is: {width}", spare[2] <= 1 or max(spare[:2]) < 45, spare)
        for change in (lambda t: None, many_stages):
            changed_page(browser, page, trace, change, "#step=1&lang=en")
            covered = browser.js(COVERED)
            check(f"the table does not cover the bar that steps: {width}", covered == 0, covered)
        check(f"nothing sticks out of a wide page: {width}", browser.js("return document.documentElement.scrollWidth - innerWidth") <= 0)
    browser.size(1280, 900)
    changed_page(browser, page, trace, lambda t: None, "#step=1&lang=en")
    if not browser.js("const s = document.querySelector('.ledger-scroller'); return s.scrollWidth > s.clientWidth + 1"):
        check("the final column is the last", browser.js("return document.querySelector('.ledger thead th:last-child').classList.contains('final')"))


def paper(browser, page, trace):
    changed_page(browser, page, trace, many_stages, "#step=1&lang=en")
    all_columns = browser.js("return document.querySelectorAll('.ledger thead th').length")
    browser.cdp("Emulation.setEmulatedMedia", media="print")
    try:
        for width in (718, 400):
            browser.size(width, 1000)
            browser.frame()
            shown = browser.js("return [...document.querySelectorAll('.ledger thead th, .ledger tbody tr:first-child > *')].filter(c => c.checkVisibility() && c.getBoundingClientRect().width > 8).length")
            check(f"every column is on paper: {width}", shown == 2 * all_columns, (shown, all_columns))
            clipped = browser.js("return [...document.querySelectorAll('main *')].filter(e => e.checkVisibility() && /(auto|scroll|hidden)/.test(getComputedStyle(e).overflowX)"
                                 " && e.scrollWidth > e.clientWidth + 2 && !e.matches('.visually-hidden, .word-column, .piece, .symbol')).map(e => e.outerHTML.slice(0, 70))")
            check(f"nothing is cut off on paper: {width}", not clipped, clipped)
        browser.size(718, 1000)
        for count in (1, 2, 3, 4, 6, 10):
            changed_page(browser, page, trace, lambda t: many_stages(t, count), "#step=1&lang=en")
            right = browser.js("return document.querySelector('.ledger').getBoundingClientRect().right - innerWidth")
            check(f"the table of {count} more stages fits the sheet", right <= 0, right)
    finally:
        browser.cdp("Emulation.setEmulatedMedia", media="")
        browser.size(1280, 900)
