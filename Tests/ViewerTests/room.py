"""Room for a page: at twice the size, on a phone and on a wide screen nothing is cut and nothing scrolls sideways."""
from steered import check

# The windows: width and height in pixels of the screen, and how much larger everything is drawn.
WINDOWS = [(1280, 900, 2), (1920, 1080, 1), (390, 844, 1), (780, 1688, 2)]
# What is cut off: text wider or higher than the box that hides it, and what stands outside the window. Left out is what
# shows a part on purpose: a word that ends in …, what scrolls, what is there for screen readers alone.
CUT = """
  const hides = (value) => value === "hidden" || value === "clip";
  const scrolls = (e) => { for (let at = e.parentElement; at; at = at.parentElement) { const style = getComputedStyle(at); if (/auto|scroll/.test(style.overflowX) || style.textOverflow === "ellipsis") return true; } return false; };
  const told = (e, what) => `${e.tagName.toLowerCase()}.${e.className} "${e.textContent.trim().slice(0, 30)}" ${what}`;
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    if (!e.checkVisibility({ visibilityProperty: true }) || e.closest(".visually-hidden, svg, script, [aria-hidden=true]") || e.matches("option")) continue;
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    if (hides(style.overflowX) && style.textOverflow !== "ellipsis" && e.scrollWidth > e.clientWidth + 1) found.push(told(e, `is ${e.scrollWidth} wide in ${e.clientWidth}`));
    if (hides(style.overflowY) && e.scrollHeight > e.clientHeight + 2 && e.clientHeight > 0) found.push(told(e, `is ${e.scrollHeight} high in ${e.clientHeight}`));
    if ((box.right > innerWidth + 1 || box.left < -1) && !scrolls(e)) found.push(told(e, `reaches from ${Math.round(box.left)} to ${Math.round(box.right)} of ${innerWidth}`));
  }
  return found;"""
# Text that lies over other text: words of two elements in one place.
OVER = """
  const words = [...document.querySelectorAll("h1, h2, h3, p, dt, dd, label, button, output, .chance-word, .chance-share, .needle-text, th, td")]
    .filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.textContent.trim() !== "" && !e.closest(".visually-hidden, .transport, dialog, canvas, .scroller, .tall, .twin, [aria-hidden=true]"));
  const lines = words.flatMap((e) => { const range = document.createRange(); range.selectNodeContents(e); return [...range.getClientRects()].filter((r) => r.width > 2 && r.height > 2).map((r) => ({ e, r })); });
  lines.sort((a, b) => a.r.top - b.r.top);
  const found = [];
  for (let i = 0; i < lines.length; i += 1) for (let k = i + 1; k < lines.length && lines[k].r.top < lines[i].r.bottom - 4; k += 1) {
    const [a, b] = [lines[i], lines[k]];
    if (a.e.contains(b.e) || b.e.contains(a.e)) continue;
    const wide = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left), high = Math.min(a.r.bottom, b.r.bottom) - b.r.top;
    if (wide > 4 && high > 5) found.push(`"${a.e.textContent.trim().slice(0, 24)}" and "${b.e.textContent.trim().slice(0, 24)}"`);
  }
  return [...new Set(found)];"""


def room(browser, path, views, whole, screens):
    for number, (name, go) in enumerate(views.items()):
        windows = WINDOWS if whole else [WINDOWS[number % len(WINDOWS)]]
        for width, height, zoom in windows:
            for language in ("en", "zh-TW") if whole else (("en", "zh-TW")[number // len(WINDOWS) % 2],):
                browser.size(width, height, zoom)
                if go(browser, path, f"lang={language}&theme=light") is False:
                    continue
                where = f"{name}, {language}, {width} px, {100 * zoom} %"
                wide = browser.js("return [document.documentElement.scrollWidth, innerWidth, Math.round(devicePixelRatio)]")
                check(f"no scrolling sideways ({where})", wide[0] <= wide[1] == width // zoom and wide[2] == zoom, wide)
                cut = browser.js(CUT)
                check(f"nothing is cut ({where})", not cut, "; ".join(cut[:6]))
                over = browser.js(OVER)
                check(f"no text over text ({where})", not over, "; ".join(over[:6]))
                bar = browser.js("const e = document.querySelector('.transport'); return e ? e.offsetHeight / innerHeight : 0")
                check(f"the bar leaves the page its room ({where})", bar < 0.25, bar)
                if screens:
                    browser.screenshot(f"{screens}/room-{where.replace(', ', '-').replace(' ', '-')}.png", whole=True)
    browser.size(1280, 900)
