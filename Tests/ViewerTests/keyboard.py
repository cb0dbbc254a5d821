"""A page by its keyboard alone: Tab reaches everything in order and shows where it is, and no place keeps it."""
from steered import ESCAPE, SHIFT, TAB, check

FRAMES = 20  # in which what has the keyboard comes into sight
LIMIT = 900  # stops of a page; more is a circle that does not close

# What the walks share, put into the page once: numbers for elements, names, colours.
TOOLS = """
  if (window.walk) return;
  const numbers = new Map(), box = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  box.canvas.width = box.canvas.height = 1;
  const rgb = (color) => { box.clearRect(0, 0, 1, 1); box.fillStyle = color; box.fillRect(0, 0, 1, 1); return [...box.getImageData(0, 0, 1, 1).data]; };
  const light = (color) => color.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { for (let at = e; at; at = at.parentElement) { const color = rgb(getComputedStyle(at).backgroundColor); if (color[3] > 200) return color; } return [255, 255, 255, 255]; };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const number = (e) => { if (!numbers.has(e)) numbers.set(e, numbers.size); return numbers.get(e); };
  const name = (e) => `${e.tagName.toLowerCase()}${e.id ? "#" + e.id : ""}.${e.className} "${(e.getAttribute("aria-label") || e.textContent || "").trim().slice(0, 30)}"`;
  const tabs = "a[href], button, input, select, textarea, summary, [tabindex]";
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }) && e.getClientRects().length > 0;
  window.walk = {
    // Every element at which the Tab key has to stop, in the order of the page.
    stops: () => [...document.querySelectorAll(tabs)].filter((e) => e.tabIndex >= 0 && !e.disabled && seen(e) && !e.closest("[inert]"))
      .filter((e) => e.type !== "radio" || e === [...document.querySelectorAll(`input[name="${e.name}"]`)].find((one, _, all) => one.checked || !all.some((other) => other.checked)))
      .map((e) => ({ number: number(e), name: name(e) })),
    toLast: () => [...document.querySelectorAll(tabs)].filter((e) => number(e) === walk.stops().at(-1).number).forEach((e) => e.focus()),
    // What acts, and the Tab key passes by: it must stand in a group that has a stop, in which arrows go on.
    lost: () => [...document.querySelectorAll("[role=button], [role=radio], [role=option], [role=slider], [role=tab], [role=gridcell], button, a[href]")]
      .filter((e) => e.tabIndex < 0 && !e.disabled && seen(e) && !e.closest("[inert], [aria-hidden=true]"))
      .filter((e) => { const group = e.parentElement.closest("[role=group], [role=radiogroup], [role=listbox], [role=toolbar], table"); return !group || !(group.tabIndex === 0 || group.querySelector("[tabindex='0']")); }).map(name),
    now: () => {
      const e = document.activeElement;
      if (!e || e === document.body || e === document.documentElement) return null;
      const style = getComputedStyle(e), rect = [...e.getClientRects()].find((one) => one.width > 0) ?? e.getBoundingClientRect();
      const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 ? contrast(rgb(style.outlineColor), ground(e.parentElement)) : 0;
      const [x, y] = [rect.left + Math.min(rect.width, 2000) / 2, rect.top + Math.min(rect.height, 60) / 2];
      const top = document.elementFromPoint(Math.max(1, Math.min(innerWidth - 1, x)), Math.max(1, Math.min(innerHeight - 1, y)));
      const inSight = rect.bottom > 0 && rect.top < innerHeight && rect.right > 0 && rect.left < innerWidth;
      const own = (one) => one && (e.contains(one) || one.contains(e) || e.labels && [...e.labels].some((label) => label.contains(one)));
      return { number: number(e), name: name(e), ring, inSight, covered: inSight && !own(top) ? name(top ?? document.body) : null,
        dialog: Boolean(e.closest("dialog")) };
    },
  };"""


def tools(browser):
    browser.js(TOOLS)


def walk(browser, back=False, limit=LIMIT):
    """The stops of the Tab key from the top of the page, until it has come round; back: from the last stop, which has the
    keyboard, to the top."""
    stops, seen = [], set()
    while len(stops) < limit:
        if stops or not back:
            browser.keys(TAB, held=SHIFT if back else "")
        stop = browser.js("return walk.now()")
        if stop is None or stop["number"] in seen:
            return stops
        # A browser may scroll to what has the keyboard only when it draws, and pictures above it may take their room then.
        for _ in range(FRAMES):
            if stop["inSight"]:
                break
            browser.frame()
            stop = browser.js("return walk.now()")
        seen.add(stop["number"])
        stops.append(stop)
    return stops


def start(browser):
    """The keyboard to the top of the page, as when it has just been opened."""
    browser.js("getSelection().removeAllRanges(); document.activeElement.blur(); document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); scrollTo(0, 0)")


def everything_reached(browser, where, back=True):
    tools(browser)
    start(browser)
    expected = browser.js("return walk.stops()")
    found = walk(browser)
    names = {one["number"]: one["name"] for one in expected}
    reached = [one["number"] for one in found]
    missed = [names[one] for one in names if one not in set(reached)]
    check(f"Tab reaches everything ({where}: {len(found)} stops)", len(found) > 3 and not missed, missed[:6])
    order = [one["number"] for one in expected if one["number"] in set(reached)]
    walked = [one for one in reached if one in names]
    parted = next((names[a] for a, b in zip(walked, order) if a != b), None)
    check(f"in the order of the page ({where})", parted is None, parted)
    check(f"and shows where it is ({where})", all(one["ring"] >= 3 for one in found), [(one["name"], round(one["ring"], 2)) for one in found if one["ring"] < 3][:6])
    check(f"in sight ({where})", all(one["inSight"] for one in found), [one["name"] for one in found if not one["inSight"]][:6])
    covered = [(one["name"], one["covered"]) for one in found if one["covered"]]
    check(f"with nothing over it ({where})", not covered, covered[:6])
    lost = browser.js("return walk.lost()")
    check(f"what Tab passes by stands in a group that it stops at ({where})", not lost, lost[:6])
    if back:
        # From the end: before the top the way leads through the browser's own controls, each in its own way.
        browser.js("walk.toLast()")
        backwards = [one["number"] for one in walk(browser, back=True)]
        check(f"and back the same way ({where})", backwards == reached[::-1],
              [one["name"] for one in found if one["number"] not in set(backwards)][:6])


def reach(browser, selector, limit=LIMIT):
    """Tab, or Shift and Tab where it stands before, until something has the keyboard; whether it ever has."""
    tools(browser)
    # Round the end of the page the way leads through the browser's own buttons, from where Firefox gives no focus back.
    back = browser.js("const one = document.querySelector(arguments[0]), now = document.activeElement; "
                      "return Boolean(one && now !== document.body && one.compareDocumentPosition(now) & Node.DOCUMENT_POSITION_FOLLOWING)", selector)
    first = None
    for _ in range(limit):
        if browser.js("return document.activeElement.matches(arguments[0])", selector):
            return True
        browser.keys(TAB, held=SHIFT if back else "")
        number = browser.js("return walk.now()?.number ?? -1")
        if first is None:
            first = number
        elif number == first:
            break
    check(f"Tab reaches {selector}", False, browser.js("return walk.now()?.name"))
    return False


def dialog_keeps_and_returns(browser, opener, dialog, where):
    """A dialog that a button opens: it has the keyboard, keeps it, and gives it back."""
    if not reach(browser, opener):
        return
    browser.press("\ue007")
    check(f"{opener} opens {dialog} ({where})", browser.until(lambda: browser.js("return document.querySelector(arguments[0])?.open", dialog)))
    inside = "return Boolean(document.activeElement.closest('dialog[open]'))"
    check(f"{dialog} has the keyboard ({where})", browser.js(inside))
    for _ in range(6):
        browser.keys(TAB)
        # A modal dialog may hand the keyboard to the browser's own controls, never to the page behind it.
        behind = browser.js("const e = document.activeElement; return e !== document.body && !e.closest('dialog[open]')")
        check(f"{dialog}: the page behind it is not reached ({where})", not behind, browser.js("return walk.now()?.name"))
    browser.press(ESCAPE)
    check(f"Escape closes {dialog} ({where})", not browser.js("return document.querySelector(arguments[0]).open", dialog))
    check(f"and the keyboard is back at {opener} ({where})", browser.js("return document.activeElement.matches(arguments[0])", opener),
          browser.js("return document.activeElement.outerHTML.slice(0, 80)"))
