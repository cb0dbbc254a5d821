"""A browser that a test steers: what Chromium (browser.py) and Firefox (firefox.py) do alike, and the list of what failed.

A browser of its own has `js`, `go`, `keys`, `click`, `files`, `size`, `screenshot`, `console_errors`, `requests`, `quit`;
the rest is here, in terms of these.
"""
import os
import time

OPENS_WITHIN_SECONDS = int(os.environ.get("STEPGLASS_TEST_PATIENCE", "300"))  # a page that is not there by then never will be
failures = []

# Keys, by the codes that WebDriver has for them.
BACKSPACE, TAB, ENTER, SHIFT, CONTROL, ESCAPE, SPACE = "\ue003", "\ue004", "\ue007", "\ue008", "\ue009", "\ue00c", " "
END, HOME, LEFT, UP, RIGHT, DOWN = "\ue010", "\ue011", "\ue012", "\ue013", "\ue014", "\ue015"

READY = "return document.documentElement.dataset.ready ? 'ready' : document.querySelector('.problem') ? 'problem' : ''"


def check(name, ok, detail=""):
    print(("ok    " if ok else "FAIL  ") + name + ("" if ok else f": {detail}"))
    if not ok:
        failures.append(name)


class Steered:
    """`js` runs the body of an async function with arguments and gives what JSON can hold of what it returns."""

    def open(self, path, place=""):
        """Opens a page; returns "ready" or "problem"."""
        self.path = os.path.abspath(path)
        self.go("about:blank")
        self.go("file://" + self.path + place)
        return self.until(lambda: self.js(READY))

    def until(self, condition):
        """Waits for a condition; its value, or None when it never comes."""
        end = time.time() + OPENS_WITHIN_SECONDS
        while time.time() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        return None

    def until_js(self, expression, *arguments):
        return self.until(lambda: self.js(f"return {expression}", *arguments))

    def frame(self):
        """Waits until the page has drawn what was asked of it."""
        self.js("await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def still(self):
        """Waits until nothing on the page is being worked at."""
        self.until_js("document.querySelectorAll('[aria-busy=true]').length === 0")
        self.frame()

    def key(self, key):
        """A key of the page: no control has the keyboard."""
        self.js("document.activeElement?.blur()")
        self.press(key)

    def press(self, *keys):
        """Keys, one after the other, for what has the keyboard."""
        for key in keys:
            self.keys(key)
        self.frame()

    def fill(self, selector, text):
        """Types a text in the place of what a field has."""
        self.js("const field = document.querySelector(arguments[0]); field.focus(); field.value = ''; "
                "field.dispatchEvent(new Event('input', { bubbles: true }));", selector)
        self.keys(text)

    def enter(self, selector):
        self.js("document.querySelector(arguments[0]).focus()", selector)
        self.keys(ENTER)

    def move(self, place):
        """To a place of the page that is open, by its address."""
        self.js("location.hash = arguments[0]", place)
        self.frame()

    def count(self, selector):
        return self.js("return document.querySelectorAll(arguments[0]).length", selector)

    def text(self, selector):
        return self.js("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def step(self):
        return int(self.js("return document.documentElement.dataset.step"))

    def address(self):
        """Where the page says that it is. It writes its address at most every 150 ms: what it waits with is written first."""
        return self.js("return new Promise((done) => setTimeout(() => done(location.hash), 200))")


def browser_of(kind="chromium", width=1280, height=900, **wishes):
    """A browser by its name. `numbers`: a reader who chose before to see the numbers; `is_still`: one who asked the system
    for less motion; `is_forced`: one who chose the colours of everything; `trusts`: one who went on past the warning of a
    certificate that nobody vouches for."""
    if kind == "firefox":
        from firefox import Firefox

        return Firefox(width, height, **wishes)
    from browser import Browser

    return Browser(width, height, **wishes)
