"""A living page in a browser: typed in, stepped, asked, given a broken model; held against the command's own run.

living_page.py PAGE TRACE BROKEN: a page of stepglass-tiny, the trace.json of the same prompt by the command, and a
file that is no model.
"""
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ViewerTests"))
from browser import Browser, check, failures  # noqa: E402

from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

page, recorded, broken = sys.argv[1:4]
with open(recorded, encoding="utf-8") as file:
    native = json.load(file)
browser = Browser()
start = time.time()
opened = browser.open(page, "#lang=en&theme=light")
seconds = time.time() - start
check("opens", opened == "ready", browser.js("return document.body.textContent.slice(0, 300)"))
print(f"ready after {seconds:.2f} s")


def find(selector):
    return browser.driver.find_element(By.CSS_SELECTOR, selector)


def told():
    return browser.js("return document.querySelector('.prompt .told').textContent")


def tokens():
    return browser.js("return [...document.querySelectorAll('#strip .token.output')].map((one) => one.textContent)")


def click(name):
    find(f"#prompt-{name}").click()
    browser.frame()


def settled():
    return browser.until(lambda: not browser.js(
        "return document.querySelector('#prompt-run')?.textContent === 'Pause'") and told() != "Working …")


def ask(line):
    before = browser.js("return document.querySelectorAll('.console-entry').length")
    box = find("#console-line")
    box.clear()
    box.send_keys(line + Keys.ENTER)
    browser.until(lambda: browser.js("return document.querySelectorAll('.console-entry').length") > before)
    return browser.js("return [...document.querySelectorAll('.console-entry')].at(-1)?.textContent ?? ''")


check("tokens of the first prompt", browser.until(lambda: browser.js("return document.querySelectorAll('.prompt .chip').length")))
box = find("#prompt-text")
box.clear()
box.send_keys(native["prompt"]["text"])
check("tokens as one types", browser.until(lambda: browser.js(
    "return document.querySelectorAll('.prompt .chip').length") == len(native["prompt"]["tokens"])))
for name, value in [("temperature", "0.5"), ("seed", "5"), ("max-tokens", str(len(native["steps"])))]:
    field = find(f"#prompt-{name}")
    field.clear()
    field.send_keys(value)
click("begin")
settled()
check("begins without a token", tokens() == [], tokens())
click("step")
settled()
check("one step", browser.until(lambda: len(tokens()) == 1), tokens())
browser.key(Keys.ESCAPE)
browser.js("document.activeElement?.blur()")
browser.key(Keys.ARROW_RIGHT)
check("the arrow makes the next step", browser.until(lambda: len(tokens()) == 2), tokens())
browser.js("""
  window.asked = [];
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.request) window.asked.push(message.request.request);
    return post.call(this, message, ...rest);
  };""")
start = time.time()
click("run")
browser.until(lambda: len(tokens()) == len(native["steps"]))
print(f"{len(native['steps']) - 2} steps in {time.time() - start:.2f} s")
settled()
# While it runs, one layer a time is looked at; all of them once it stands still.
layers = native["model"]["layers"]
browser.until(lambda: browser.js("return window.asked").count("attention") > layers)
asked = browser.js("return window.asked")
last = len(asked) - asked[::-1].index("step")
check("a run is not held up by pictures", asked[:last].count("attention") <= asked[:last].count("step"), asked)
same = [step["token"]["text"].strip() for step in native["steps"]]
check("the tokens of the command", [one.strip() for one in tokens()] == same, f"{tokens()} {same}")
check("attention is there", browser.js("return document.querySelector('#attention .told').textContent").find("‹") >= 0)

asked = browser.js("return Number(document.documentElement.dataset.step)")
check("a question has an answer", "why" in ask("why") and len(ask("entropy")) > len("entropy"))
check("a wrong question says what is wrong", "entropyy" in ask("entropyy > 2"))
count = len(native["steps"])
ask("back 3")
check("the line moves the reader", browser.until(lambda: browser.step() == count - 4), browser.step())
ask(f"force #{native['steps'][0]['token']['id']}")
check("a forced token makes a branch", browser.until(lambda: len(tokens()) == count - 3) and tokens()[-1] == tokens()[0], tokens())

box = find("#prompt-file")
box.send_keys(os.path.abspath(broken))
check("a broken model is one line", browser.until(lambda: told().startswith("That did not work")), told())
click("begin")
settled()
click("step")
check("and the page lives on", browser.until(lambda: len(tokens()) == 1), told())
browser.js("document.activeElement?.blur()")
browser.key("g")
check("in Chinese too", find("#prompt-begin").text == "開始", find("#prompt-begin").text)
check("nothing asked of the network", browser.requests() == [], browser.requests())
check("no errors", browser.console_errors() == [], browser.console_errors())
if os.environ.get("SHOTS"):
    browser.cdp("Emulation.setScrollbarsHidden", hidden=True)
    browser.js("scrollTo(0, 0)")
    browser.driver.save_screenshot(os.environ["SHOTS"])
browser.driver.quit()
sys.exit(1 if failures else 0)
