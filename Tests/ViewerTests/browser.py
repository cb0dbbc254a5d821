"""A headless browser with the network off, the page it opens taken apart, and the list of what failed."""
import base64
import copy
import json
import os
import re
import shutil
import tempfile
import time
import zlib

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

OPENS_WITHIN_SECONDS = 60  # a page that is not there by then never will be
failures = []
ATTENTION = re.compile(r'(<script type="application/json" id="attention">)([^<]*)(<)')
DATA = re.compile(r'(<script type="application/octet-stream" id="trace">)([^<]*)(<)')



def check(name, ok, detail=""):
    print(("ok    " if ok else "FAIL  ") + name + ("" if ok else f": {detail}"))
    if not ok:
        failures.append(name)


class Browser:
    def __init__(self, width=1280, height=900, numbers=True):
        """`numbers`: a reader who chose before to see the numbers; else one who comes for the first time."""
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
        for flag in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                     "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-precise-memory-info", "--lang=en-US",
                     f"--window-size={width},{height}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.size(width, height)
        self.folder = tempfile.mkdtemp()
        if numbers:
            self.cdp("Page.addScriptToEvaluateOnNewDocument", source="try { localStorage.setItem('stepglass.numbers', '1') } catch {}")

    def cdp(self, command, **arguments):
        return self.driver.execute_cdp_cmd(command, arguments)

    def size(self, width, height):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def open(self, path, place=""):
        """Opens a page; returns "ready" or "problem"."""
        self.driver.get("about:blank")
        self.driver.get("file://" + os.path.abspath(path) + place)
        return self.until(lambda: self.js(
            "return document.documentElement.dataset.ready ? 'ready' : document.querySelector('.problem') ? 'problem' : ''"))

    def until(self, condition):
        """Waits for a condition; its value, or None when it never comes."""
        end = time.time() + OPENS_WITHIN_SECONDS
        while time.time() < end:
            value = condition()
            if value:
                return value
            time.sleep(0.02)
        return None

    def frame(self):
        """Waits until the page has drawn what was asked of it."""
        self.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")

    def key(self, key):
        self.driver.find_element(By.TAG_NAME, "body").send_keys(key)
        self.frame()

    def click(self, selector):
        self.driver.find_element(By.CSS_SELECTOR, selector).click()
        self.frame()

    def fill(self, selector, text):
        """Types a text in the place of what a field has."""
        field = self.driver.find_element(By.CSS_SELECTOR, selector)
        field.clear()
        field.send_keys(text)

    def enter(self, selector):
        self.driver.find_element(By.CSS_SELECTOR, selector).send_keys(Keys.ENTER)

    def files(self, selector, paths):
        self.driver.find_element(By.CSS_SELECTOR, selector).send_keys("\n".join(os.path.abspath(path) for path in paths))

    def screenshot(self, path):
        self.cdp("Emulation.setScrollbarsHidden", hidden=True)
        self.driver.save_screenshot(path)

    def quit(self):
        self.driver.quit()

    def step(self):
        return int(self.js("return document.documentElement.dataset.step"))

    def address(self):
        return self.js("return location.hash")

    def console_errors(self):
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def requests(self):
        """Addresses asked for since the last call, but for the page itself, data and blobs."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                url = message["params"]["request"]["url"]
                if not url.startswith(("file:", "data:", "blob:", "about:")):
                    found.append(url)
        return found

    def shoot(self, path, selector):
        box = self.js("const e = document.querySelector(arguments[0]); if (!e || e.hidden) return null; "
                      "e.scrollIntoView(); const r = e.getBoundingClientRect(); "
                      "return [r.left + scrollX, r.top + scrollY, r.width, r.height]", selector)
        if box is None or box[3] == 0:
            return
        self.frame()
        time.sleep(0.3)  # pictures that come into sight are drawn then; only the screenshot waits for it
        clip = {"x": box[0], "y": box[1], "width": box[2], "height": min(box[3], 4000), "scale": 1}
        data = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))


def page_parts(path):
    with open(path, encoding="utf-8") as file:
        page = file.read()
    trace = json.loads(zlib.decompress(base64.b64decode(DATA.search(page).group(2))))
    apart = ATTENTION.search(page).group(2)
    if apart.strip():
        trace["attention"] = json.loads(apart)
    return page, trace


def page_with(page, text):
    """The same page around another trace.json, given as bytes, its attention inside."""
    packed = base64.b64encode(zlib.compress(text)).decode()
    page = ATTENTION.sub(lambda found: found.group(1) + found.group(3), page, count=1)
    return DATA.sub(lambda found: found.group(1) + packed + found.group(3), page, count=1)


def changed_page(browser, page, trace, change, place=""):
    """Opens the page of a changed run; the run."""
    changed = copy.deepcopy(trace)
    change(changed)
    path = os.path.join(browser.folder, "changed.html")
    with open(path, "w", encoding="utf-8") as out:
        out.write(page_with(page, json.dumps(changed).encode()))
    check(f"opens at {place}", browser.open(path, place) == "ready", browser.js("return document.body.textContent.slice(0, 200)"))
    browser.frame()
    return changed


def put(token, text):
    """Another text in a token, with its bytes."""
    token.update(text=text, bytes=text.encode().hex(), special=False)
