"""Colours that the system forces on a page: what the page draws with grounds alone is there all the same."""
from steered import browser_of, check

# Pairs of what is drawn as a ground and what it lies on: their colours must differ.
DRAWN = """
  const seen = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 1;
  const ground = (e) => { for (let at = e; at; at = at.parentElement) { const color = getComputedStyle(at).backgroundColor; if (!/^rgba.*, 0\\)$|transparent/.test(color)) return color; } return "none"; };
  const plain = (e) => getComputedStyle(e).backgroundImage === "none";
  return [...document.querySelectorAll(".chance-lane b, .ledger .bar, .needle i, .answer-cell[aria-pressed=true], .dots [aria-current]")].filter(seen).filter(plain)
    .map((e) => [`${e.parentElement.className} ${e.className}`, ground(e), ground(e.parentElement)]);"""


def colours(kind_of_browser, path, kind, screens):
    browser = browser_of(kind_of_browser, is_forced=True)
    try:
        check("opens in forced colours", browser.open(path, "#lang=en&step=1&numbers=1") == "ready")
        check("the page knows them", browser.js("return matchMedia('(forced-colors: active)').matches"))
        browser.frame()
        if screens:
            browser.screenshot(f"{screens}/forced-colours.png", whole=True)
        drawn = browser.js(DRAWN)
        check("there are bars", kind == "book" or len(drawn) > 3, drawn)
        same = [one for one in drawn if one[1] == one[2]]
        check("bars are told from their ground", not same, same[:5])
        pale = browser.js("""
          const canvas = document.createElement("canvas").getContext("2d");
          const lit = (color) => { canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); const [r, g, b] = canvas.getImageData(0, 0, 1, 1).data; return r + 2 * g + b; };
          return [...document.querySelectorAll("canvas")].filter((e) => e.checkVisibility()).filter((e) => Math.abs(lit(getComputedStyle(e).backgroundColor) - lit(getComputedStyle(document.documentElement).getPropertyValue("--ink"))) < 300)
            .map((e) => e.getAttribute("aria-label"))""")
        check("pictures stand on the ground that they are drawn for", not pale, pale[:5])
    finally:
        browser.quit()
