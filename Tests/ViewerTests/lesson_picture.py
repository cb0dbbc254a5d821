"""A picture of a lesson's screen: lesson_picture.py BOOK OUT.png. Needs the tests' environment (make test makes it)."""
import base64
import sys
import time

from browser import Browser

browser = Browser(1000, 1240)
browser.open(sys.argv[1], "#lesson=8&screen=edge&lang=zh-TW&theme=light")
browser.until(lambda: browser.js("return document.querySelector('.lesson-figure > section') !== null"))
time.sleep(1)  # figures paint when they come into sight
picture = browser.cdp("Page.captureScreenshot", captureBeyondViewport=True, clip={
    "x": 0, "y": 0, "width": 1000, "height": min(1900, browser.js("return document.documentElement.scrollHeight")), "scale": 1})
with open(sys.argv[2], "wb") as file:
    file.write(base64.b64decode(picture["data"]))
browser.driver.quit()
