"""In front of a room: one panel a screen in large type, circle, note and stops; a link with every choice in it; what goes to
paper; and what context costs."""
import json
import os
import re

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import changed_page, check, page_with

# The type of every text that can be seen, in pixels of the screen; the smallest three.
SMALLEST = """
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const e = node.parentElement;
    if (!node.textContent.trim() || !e.checkVisibility() || e.closest('.visually-hidden, script, option')) continue;
    const zoom = e.closest('main, .present-bar, .pointer-note') ? Number(getComputedStyle(document.documentElement).getPropertyValue('--present-zoom')) : 1;
    found.push([parseFloat(getComputedStyle(e).fontSize) * zoom, node.textContent.slice(0, 20)]);
  }
  return found.sort((a, b) => a[0] - b[0]).slice(0, 3);"""
SCREENS = "return [...document.querySelectorAll('main > *')].filter(e => e.checkVisibility() && e.id !== '').map(e => e.id)"


def front(browser, page, trace, path):
    presenting(browser, page, trace)
    marks(browser, page, trace)
    stops(browser, page, trace)
    links(browser, page, trace)
    handout(browser, page, trace)
    costs(browser, page, trace)
    opening(browser, page, trace)


def opening(browser, page, trace):
    """The page is painted before any layer of the attention is unpacked."""
    if not trace["attention"]:
        return
    # On a busy machine the first paint may take longer than the page waits for it (longestPaint in main.js), which is not the matter.
    script = browser.cdp("Page.addScriptToEvaluateOnNewDocument", source="""
      window.begun = [];
      { const later = window.setTimeout; window.setTimeout = (body, delay, ...rest) => later(body, delay === 1500 ? 600_000 : delay, ...rest); }
      window.DecompressionStream = class extends DecompressionStream { constructor(kind) { super(kind); window.begun.push(performance.now()); } };""")
    try:
        changed_page(browser, page, trace, lambda t: None, "#step=1&lang=en")
        paint = browser.until(lambda: browser.js("return performance.getEntriesByName('first-contentful-paint')[0]?.startTime"))
        layers = trace["attention"]["layers"]
        browser.until(lambda: browser.js("return window.begun.length") >= 2 * layers)
        before = browser.js("return window.begun.filter(time => time < arguments[0]).length", paint)
        # The trace itself, and the stories.
        check("nothing but the text is unpacked before the first paint", before <= 2, (before, paint))
        check("and then every layer", browser.js("return window.begun.length") >= 2 * layers)
    finally:
        browser.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=script["identifier"])


def presenting(browser, page, trace):
    changed_page(browser, page, trace, lambda t: None, "#step=1&lang=en")
    browser.key("v")
    browser.key("]")
    shown = browser.js(SCREENS)
    check("one panel has the screen", len(shown) == 1, shown)
    check("the address says which", f"panel={shown[0]}" in browser.address() and "present=1" in browser.until(lambda: "present=1" in browser.address() and browser.address()), browser.address())
    names = browser.js("return [...document.querySelectorAll('#present-panel option')].map(o => o.value)")
    check("all panels can have it", {"strip", "story", "ledger", "attention" if trace["attention"] else "ledger"} <= set(names), names)
    for language in ("en", "zh-TW"):
        for width, height in ((1280, 720), (1920, 1080)):
            browser.size(width, height)
            for name in names:
                browser.js("location.hash = arguments[0]", f"#step=1&lang={language}&numbers=1&present=1&panel={name}")
                browser.until(lambda: browser.js(SCREENS) == [name])
                browser.frame()
                small = browser.js(SMALLEST)
                check(f"no type under 28 px: {name} {language} {width}", small[0][0] >= 27.9, small)
                wide = browser.js("const m = document.querySelector('main'); return [m.scrollWidth - m.clientWidth, document.documentElement.scrollWidth - innerWidth]")
                check(f"nothing sticks out: {name} {language} {width}", max(wide) <= 1, wide)
    browser.size(1280, 900)
    browser.key(Keys.ARROW_RIGHT)
    check("the arrows step as ever", browser.step() == min(2, len(trace["steps"]) - 1), browser.step())
    browser.key("v")
    check("and v gives the page back", len(browser.js(SCREENS)) > 3)


def marks(browser, page, trace):
    if not trace["attention"]:
        return
    place = "#step=1&layer=0&head=0&lang=en&numbers=1&present=1&panel=attention&figure=heatmap"
    changed_page(browser, page, trace, lambda t: None, place)
    canvas = browser.until(lambda: browser.js("const c = document.querySelector('.figure-heatmap canvas'); return c.width > 300 && c"))
    check("one picture stands alone", browser.js("return [...document.querySelectorAll('#attention canvas')].filter(c => c.checkVisibility()).length") == 1)
    browser.key("o")
    check("a circle comes by a key", browser.until(lambda: browser.js("return document.activeElement.classList.contains('mark')")))
    before = browser.js("return document.querySelector('.mark').getBoundingClientRect().left")
    browser.driver.switch_to.active_element.send_keys(Keys.ARROW_LEFT, Keys.ARROW_LEFT, "+")
    browser.frame()
    check("the arrows move it", browser.js("return document.querySelector('.mark').getBoundingClientRect().left") < before)
    check("and do not step", browser.step() == 1, browser.step())
    browser.key("x")
    check("x takes it away", browser.js("return document.querySelector('.mark').hidden"))
    browser.key("o")
    ActionChains(browser.driver).move_to_element(canvas).move_by_offset(-40, -40).click_and_hold().move_by_offset(50, 0).release().perform()
    browser.frame()
    ring = browser.js("const r = document.querySelector('.mark').getBoundingClientRect(), c = arguments[0].getBoundingClientRect(); return [r.left + r.width / 2 - c.left - c.width / 2, r.width / 2]", canvas)
    check("a drag draws one where it was dragged", abs(ring[0] + 40) < 3 and abs(ring[1] - 50) < 3, ring)
    check("the drag chose nothing", browser.step() == 1, browser.step())
    browser.key("m")
    browser.driver.switch_to.active_element.send_keys("看這裡 <i>", Keys.ENTER)
    browser.frame()
    check("a note stands beside it, as text", browser.js("return document.querySelector('.mark-note').textContent") == "看這裡 <i>")
    ActionChains(browser.driver).move_to_element(canvas).move_by_offset(-60, 60).perform()
    browser.frame()
    read = browser.js("const n = document.querySelector('.pointer-note'); return n && !n.hidden && n.textContent")
    check("what is pointed at stands beside the pointer", bool(read) and "→" in read, read)
    browser.js("location.reload()")
    browser.until(lambda: browser.js("return document.documentElement.dataset.ready"))
    check("circle and note are in the address", browser.until(lambda: browser.js(
        "return document.querySelector('.mark')?.checkVisibility() && document.querySelector('.mark-note').textContent === '看這裡 <i>'")), browser.address())


def stops(browser, page, trace):
    last = len(trace["steps"]) - 1
    changed_page(browser, page, trace, lambda t: None, "#step=0&lang=en&present=1&panel=story")
    browser.key("+")
    browser.key(Keys.ARROW_RIGHT)
    browser.key("]")
    browser.key("+")
    where = browser.js(SCREENS)
    check("two views are stops", browser.js("return document.querySelector('.present-at').textContent") == "stop 2 of 2")
    browser.key(Keys.PAGE_UP)
    check("back at the first", browser.until(lambda: browser.js(SCREENS) == ["story"] and browser.step() == 0), (browser.js(SCREENS), browser.step()))
    browser.key(Keys.PAGE_DOWN)
    check("on to the second", browser.until(lambda: browser.js(SCREENS) == where and browser.step() == min(1, last)), (browser.js(SCREENS), browser.step()))
    browser.until(lambda: "stops=" in browser.address())
    check("the address has the stops", browser.address().count("%7C") == 1, browser.address())
    browser.key("s")
    saved = browser.driver.execute_async_script("""
      const done = arguments[0], make = URL.createObjectURL, click = HTMLAnchorElement.prototype.click;
      URL.createObjectURL = (blob) => { URL.createObjectURL = make; blob.text().then((text) => done([window.savedName, text])); return ''; };
      HTMLAnchorElement.prototype.click = function () { HTMLAnchorElement.prototype.click = click; window.savedName = this.download; };
      document.getElementById('stops-save').click();""")
    file = json.loads(saved[1])
    check("they are saved as a file", saved[0] == "trace.stops.json" and file["format"] == "stepglass-stops" and len(file["stops"]) == 2, saved)
    name = os.path.join(browser.folder, "trace.stops.json")
    with open(name, "w", encoding="utf-8") as out:
        out.write(saved[1])
    changed_page(browser, page, trace, lambda t: None, "#step=0&lang=en&present=1&panel=strip")
    browser.key("s")
    wrong = os.path.join(browser.folder, "wrong.json")
    with open(wrong, "w", encoding="utf-8") as out:
        out.write('{"format": "stepglass-stops", "version": 1, "stops": [1]}')
    browser.driver.find_element("id", "stops-file").send_keys(wrong)
    check("what is no such file is refused", browser.until(lambda: "no file of stops" in browser.js("return document.querySelector('.stops-said').textContent")))
    browser.driver.find_element("id", "stops-file").send_keys(name)
    check("and read again", browser.until(lambda: "2 stops" in browser.js("return document.querySelector('.stops-said').textContent")))
    browser.js("document.getElementById('share').close()")
    browser.key(Keys.PAGE_DOWN)
    check("the first stop comes first", browser.until(lambda: browser.js(SCREENS) == ["story"]), browser.js(SCREENS))


def links(browser, page, trace):
    """What the dialog offers leads to the same view."""
    changed_page(browser, page, trace, lambda t: None, "#step=1&layer=1&head=1&lang=en")
    browser.js("document.querySelector('.sort[data-control=final]').click()")
    browser.frame()
    wished = {"sort": "final"}
    if trace["attention"]:
        browser.js("[...document.querySelectorAll('.head-grid [role=radio]')][1].click()")
        browser.js("document.querySelector('.heatmap-foot .zoom button').click()")
        browser.js("document.querySelector('.figure-heatmap > .tools > button').click()")
        wished |= {"cells": "entropy", "tables": "heatmap"}
    browser.js("document.querySelector('#ledger').scrollIntoView()")
    browser.frame()
    browser.key("s")
    link = browser.js("return document.querySelector('.share-link').value")
    parts = dict(part.split("=", 1) for part in link.split("#")[1].split("&"))
    check("the link has every choice", all(parts.get(name) == value for name, value in wished.items()), link)
    check("and the panel that is in sight", parts.get("panel") == "ledger", link)
    state = """return [document.querySelector('.sort[data-control=final]')?.closest('th').textContent, document.querySelector('.head-grid [aria-checked=true]')?.textContent,
      document.querySelector('.figure-heatmap .twin')?.hidden, document.querySelector('.figure-heatmap canvas')?.getAttribute('aria-label')]"""
    was = browser.js(state)
    browser.js("Object.defineProperty(navigator, 'clipboard', { value: { writeText: (text) => { window.copied = text; return Promise.resolve(); } } })")
    browser.js("document.getElementById('share-copy').click()")
    check("the button copies it", browser.until(lambda: browser.js("return window.copied") == link))
    browser.driver.get("about:blank")
    browser.driver.get(link)
    browser.until(lambda: browser.js("return document.documentElement.dataset.ready"))
    browser.frame()
    check("it leads to the same view", browser.until(lambda: browser.js(state) == was), (browser.js(state), was))
    top = browser.until(lambda: abs(browser.js("return document.querySelector('#ledger').getBoundingClientRect().top")) < 200)
    check("at the same panel", top)
    browser.js("location.hash = '#step=1&lang=en'")
    browser.until(lambda: "sort" not in browser.address())
    check("a link without choices has none", browser.until(lambda: browser.js(state)[1] in ("pattern", None)), browser.js(state))
    browser.js("location.hash = '#step=1&lang=en&sort=sideways&cells=%3Cb%3E&window=9&try=%25&stops=|'")
    browser.frame()
    browser.key(Keys.HOME)
    browser.until(lambda: "step=0" in browser.address())
    check("choices that are none are left out", not re.search("sideways|cells|window|try", browser.address()), browser.address())


def handout(browser, page, trace):
    changed_page(browser, page, trace, lambda t: None, "#step=1&lang=en")
    browser.cdp("Emulation.setEmulatedMedia", media="print")
    browser.size(718, 1000)
    try:
        browser.js("dispatchEvent(new Event('beforeprint'))")
        browser.frame()
        sheets = browser.js("return [...document.querySelectorAll('.sheet')].map(s => [s.querySelector('h2').textContent, s.getBoundingClientRect().height, s.querySelectorAll('.sheet-token').length])")
        count = len(trace["steps"])
        check("a sheet for each step", [sheet[0] for sheet in sheets] == [f"Step {n + 1} of {count}" for n in range(count)], sheets[:2])
        check("each fits a page", max(sheet[1] for sheet in sheets) < 1000, max(sheet[1] for sheet in sheets))
        check("with its token marked", all(sheet[2] == 1 for sheet in sheets))
        check("the panels are not on paper", not browser.js("return document.querySelector('main').checkVisibility()"))
        browser.js("dispatchEvent(new Event('afterprint'))")
        check("and the page is back", browser.js("return document.querySelector('main').checkVisibility() && !document.querySelector('.handout')"))
        browser.js("location.hash = '#step=1&lang=en&paper=panels'")
        browser.frame()
        browser.js("dispatchEvent(new Event('beforeprint'))")
        check("a step with all its panels, where that is wished", browser.js("return document.querySelector('main').checkVisibility() && !document.querySelector('.handout')"))
        browser.js("dispatchEvent(new Event('afterprint'))")
    finally:
        browser.cdp("Emulation.setEmulatedMedia", media="")
        browser.size(1280, 900)


def costs(browser, page, trace):
    """Every number of the panel is one of the record's, or a sum of them."""
    if not trace.get("costs"):
        return
    record, last = trace["costs"], len(trace["steps"]) - 1
    step, prompt = min(2, last), len(trace["prompt"]["tokens"])
    changed_page(browser, page, trace, lambda t: None, f"#step={step}&lang=en&costs=prefill&tables=costs")
    rows = browser.js("return [...document.querySelectorAll('.figure-costs .twin tbody tr')].map(r => [...r.cells].map(c => c.textContent.replace(/,/g, '')))")
    parts = [name for name in ("projections", "mlp", "attention", "head") if any(record["prefill"][name])]
    expected = [[str(n), *(str(record["prefill"][p][i]) for p in parts), str(sum(record["prefill"][p][i] for p in parts))] for i, n in enumerate(record["contexts"])]
    check("the curves are the record's", rows == expected, (rows[:1], expected[:1]))
    if not record["steps"]["cached"]:
        return
    table = browser.js("return [...document.querySelectorAll('.costs-saved tbody tr')].map(r => [...r.querySelectorAll('td')].map(c => Number(c.textContent.replace(/,/g, ''))))")
    passes = step + 1
    check("passes, tokens and work with the cache and without", table == [[passes, passes], [prompt + step, sum(prompt + i for i in range(passes))],
          [sum(record["steps"]["cached"][:passes]), sum(record["steps"]["uncached"][:passes])]], table)
    if record["measured"]:
        check("times are told where there are some", browser.js("return document.querySelectorAll('#costs .costs-table:last-of-type tbody tr').length") >= len(record["measured"]))

    changed = {**trace, "costs": {**record, "cacheBytes": record["cacheBytes"][:-1]}}
    file = os.path.join(browser.folder, "costs.html")
    with open(file, "w", encoding="utf-8") as out:
        out.write(page_with(page, json.dumps(changed).encode()))
    check("costs that do not agree are refused", browser.open(file) == "problem" and "costs.cacheBytes" in browser.js("return document.body.textContent"))
