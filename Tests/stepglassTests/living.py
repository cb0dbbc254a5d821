"""What tests of a living page do in whichever browser: type, press, ask, wait."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ViewerTests"))
from steered import ESCAPE, RIGHT, browser_of, check, failures  # noqa: E402,F401


class Living:
    """A page in a browser: `Living("firefox", 390)`."""

    def __init__(self, kind="chromium", width=1280, height=900):
        self.browser = browser_of(kind, width, height)

    def js(self, script, *arguments):
        return self.browser.js(script, *arguments)

    def until(self, condition):
        return self.browser.until(condition)

    def count(self, selector):
        return self.browser.count(selector)

    def text(self, selector):
        return self.browser.text(selector)

    def told(self):
        return self.text(".prompt .told")

    def tokens(self):
        return self.js("return [...document.querySelectorAll('#strip .token.output')].map((one) => one.textContent)")

    def click(self, name):
        self.js("const fold = document.querySelector('.prompt-fold'); if (fold) fold.open = true")
        self.browser.click(f"#prompt-{name}")

    def press(self, key):
        self.browser.key(key)

    def settled(self):
        """Waits until the engine does nothing more."""
        return self.until(lambda: self.text("#prompt-run") != "Pause" and self.told() != "Working …")

    def ask(self, line):
        """A line of the debugger; what it answered."""
        before = self.count(".console-entry")
        self.browser.fill("#console-line", line)
        self.browser.enter("#console-line")
        self.until(lambda: self.count(".console-entry") > before)
        return self.js("return [...document.querySelectorAll('.console-entry pre')].at(-1)?.textContent ?? ''")

    def end(self):
        """The last checks of each test; ends the browser and the test."""
        width = self.js("return [document.documentElement.scrollWidth, innerWidth]")
        check("nothing is wider than the window", width[0] <= width[1], width)
        check("nothing asked of the network", self.browser.requests() == [], self.browser.requests())
        check("no errors", self.browser.console_errors() == [], self.browser.console_errors())
        if os.environ.get("SHOTS"):
            self.js("scrollTo(0, 0)")
            self.browser.screenshot(os.environ["SHOTS"])
        self.browser.quit()
        sys.exit(1 if failures else 0)
