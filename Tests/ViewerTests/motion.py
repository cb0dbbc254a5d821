"""Motion: what moves on the page stands still for readers who asked their system for that."""
from steered import RIGHT, browser_of, check

MOVING = """
  return [...document.querySelectorAll("*")].filter((e) => { const style = getComputedStyle(e);
    return [style.transitionDuration, style.animationDuration].some((text) => text.split(",").some((one) => parseFloat(one) > 0)) || style.scrollBehavior === "smooth"; })
    .map((e) => `${e.tagName.toLowerCase()}.${e.className}`);"""
ANIMATED = "return document.getAnimations().map((one) => one.effect?.target?.className ?? String(one))"


def motion(kind_of_browser, path, kind):
    browser = browser_of(kind_of_browser, is_still=True)
    try:
        check("opens for who wants no motion", browser.open(path, "#lang=en&theme=light&step=0&numbers=1") == "ready")
        check("the page knows it", browser.js("return matchMedia('(prefers-reduced-motion: reduce)').matches"))
        moving = browser.js(MOVING)
        check("nothing can move", not moving, moving[:5])
        browser.keys(RIGHT)
        browser.js("await new Promise(requestAnimationFrame)")
        check("nothing moves in a step", browser.js(ANIMATED) == [], browser.js(ANIMATED))
    finally:
        browser.quit()
    if kind != "run":
        return
    browser = browser_of(kind_of_browser)
    try:
        browser.open(path, "#lang=en&theme=light&step=0&numbers=1")
        check("for others something may move", len(browser.js(MOVING)) > 0)
    finally:
        browser.quit()
