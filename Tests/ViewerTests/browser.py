"""A headless Chromium with the network off, and the page it opens taken apart."""
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
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

from steered import Steered, check, failures  # noqa: F401

ATTENTION = re.compile(r'(<script type="application/json" id="attention">)([^<]*)(<)')
DATA = re.compile(r'(<script type="application/octet-stream" id="trace">)([^<]*)(<)')


class Browser(Steered):
    def __init__(self, width=1280, height=900, numbers=True, is_still=False, is_forced=False, trusts=False):
        options = webdriver.ChromeOptions()
        options.accept_insecure_certs = trusts
        options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
        for flag in ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                     "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--enable-precise-memory-info", "--lang=en-US",
                     f"--window-size={width},{height}"]:
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        # As long as Firefox is waited for.
        self.driver.set_script_timeout(300)
        self.size(width, height)
        self.folder = tempfile.mkdtemp()
        self.features = [{"name": name, "value": value} for name, value, is_wished in [
            ("prefers-reduced-motion", "reduce", is_still), ("forced-colors", "active", is_forced)] if is_wished]
        self.medium()
        if numbers:
            self.cdp("Page.addScriptToEvaluateOnNewDocument", source="try { localStorage.setItem('stepglass.numbers', '1') } catch {}")

    def cdp(self, command, **arguments):
        return self.driver.execute_cdp_cmd(command, arguments)

    def size(self, width, height, zoom=1):
        """A window of so many pixels, in which everything is drawn `zoom` times as large."""
        self.cdp("Emulation.setDeviceMetricsOverride", width=width // zoom, height=height // zoom, deviceScaleFactor=zoom, mobile=width // zoom < 600)

    def medium(self, name=""):
        """"print" for paper, "" for the screen."""
        self.cdp("Emulation.setEmulatedMedia", media=name, features=self.features)

    def js(self, script, *arguments):
        return self.driver.execute_script("return (async function () {" + script + "}).apply(null, arguments)", *arguments)

    def go(self, address):
        self.driver.get(address)

    def keys(self, text, held=""):
        chain = ActionChains(self.driver)
        for key in held:
            chain.key_down(key)
        chain.send_keys(text)
        for key in held:
            chain.key_up(key)
        chain.perform()

    def click(self, selector):
        self.driver.find_element(By.CSS_SELECTOR, selector).click()
        self.frame()

    def files(self, selector, paths):
        self.driver.find_element(By.CSS_SELECTOR, selector).send_keys("\n".join(os.path.abspath(path) for path in paths))

    def screenshot(self, path, whole=False):
        """What the window shows; `whole`: the page from its top to its end."""
        self.cdp("Emulation.setScrollbarsHidden", hidden=True)
        if not whole:
            return self.driver.save_screenshot(path)
        width, height = self.js("return [innerWidth, document.documentElement.scrollHeight]")
        self.save(path, {"x": 0, "y": 0, "width": width, "height": min(height, 16000), "scale": 1})

    def save(self, path, clip):
        data = self.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def quit(self):
        self.driver.quit()

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
        self.save(path, {"x": box[0], "y": box[1], "width": box[2], "height": min(box[3], 4000), "scale": 1})


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
