"""What if, in a browser: sliders, the order, the needle and the text written anew, held against the command's own runs.

what_if.py PAGE TRACE HOT SCORED: the trace.html of a run of stepglass-tiny, its trace.json, the trace.json of the same prompt
and seed at temperature 1.7, and the trace.html of a text that was scored, with min-p 0.1.
"""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ViewerTests"))
from browser import Browser, check, failures  # noqa: E402

from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402


def what_if(browser, page, recorded, hot):
    check("opens", browser.open(page, "#step=0&layer=0&head=0&lang=en&theme=light") == "ready", browser.console_errors())
    text = lambda selector: browser.js("return document.querySelector(arguments[0])?.textContent ?? ''", selector)
    names = lambda steps: [step["token"]["text"] for step in steps]
    # A prompt of one's own goes on from the record's settings.
    settings = recorded["settings"]
    fields = browser.until(lambda: browser.js(
        "return [...document.querySelectorAll('.prompt input[type=number]')].map((e) => e.value)"))
    check("and nothing is left out", browser.js("return document.querySelector('#prompt p.label')") is None)
    check("the prompt's fields hold the record's settings", fields == [
        f"{settings['temperature']:g}", "", "", str(settings["seed"]), str(settings["maxTokens"])], fields)

    def put(name, value):
        browser.js("""const e = document.getElementById(`whatif-${arguments[0]}`); e.value = arguments[1];
                      e.dispatchEvent(new Event("input", { bubbles: true }))""", name, value)

    def told(start):
        return browser.until(lambda: text(".whatif-told").startswith(start) and text(".whatif-told"))

    def shares():
        return browser.js("""return Object.fromEntries([...document.querySelectorAll('.chance-list li:not(.others)')]
          .map((e) => [e.querySelector('.chance-word .word').textContent, e.querySelector('.chance-share').textContent]))""")

    before = (text(".story-text"), shares())
    # Another temperature from the first step on: what the command itself writes with it.
    put("temperature", "1.7")
    uniform = f"{recorded['steps'][0]['draw']['uniform']:.4f}"
    first = hot["steps"][0]
    check("the draw's number stays", told(f"u stays {uniform}"), text(".whatif-told"))
    check("and gives the token of the command's own run", f"‹{first['token']['text'].strip()}›" in text(".whatif-told"), text(".whatif-told"))
    check("exact with the model in the page", "Exact" in text(".whatif-told"), text(".whatif-told"))
    shown = shares()
    for candidate in first["candidates"][:5]:
        name = candidate["text"].strip()
        if name in shown:
            value = float(shown[name].split("\u00a0")[-2])
            check(f"the share of ‹{name}› is that of the command", abs(value / 100 - candidate["probability"]) < 5e-4, (shown[name], candidate["probability"]))
    check("the record stands behind as a ghost", browser.js("return document.querySelectorAll('.chance-lane .ghost:not([hidden])').length") > 0)
    check("the story is that of the wish", "Temperature 1.7" in text(".story-text"), text(".story-text"))
    # The text written anew is the command's.
    wanted = "".join(names(hot["steps"][:8])).strip()
    squeezed = lambda value: "".join(value.split())
    anew = browser.until(lambda: squeezed(wanted) in squeezed(text(".rewritten.anew")) and text(".rewritten.anew"))
    check("the text written anew is the command's", bool(anew), (wanted, text(".rewritten.anew")))
    # By keyboard: the order, the needle, and back again.
    browser.js("document.querySelector('.whatif-more').open = true")
    browser.driver.find_element(By.CSS_SELECTOR, "[data-stage=temperature]").send_keys(Keys.ARROW_RIGHT)
    order = lambda: browser.js("return [...document.querySelectorAll('[data-stage]')].map((e) => e.dataset.stage)")
    check("an arrow moves a stage", order().index("top-k") < order().index("temperature"), order())
    check("and not the step", browser.step() == 0, browser.step())
    check("the stage keeps the keyboard", browser.js("return document.activeElement.dataset.stage") == "temperature")
    browser.driver.find_element(By.CSS_SELECTOR, ".needle").send_keys(Keys.HOME)
    check("the needle by its keys", bool(told("With u = 0.0000")), text(".whatif-told"))
    best = max(first["candidates"], key=lambda c: c["probability"])["text"].strip()
    check("at 0 it takes the likeliest", f"‹{best}›" in text(".whatif-told"), text(".whatif-told"))
    put("top-p", "0.5")
    check("top-p has its edge on the staircase", browser.until(lambda: text("#staircase .told").startswith("Top-p 0.50 is reached")), text("#staircase .told"))
    browser.key("n")
    check("the ledger follows the wish", browser.until(lambda: "top-p" in browser.js("return document.querySelector('.ledger thead')?.textContent ?? ''")))
    check("with the record's shares as ghosts", browser.js("return document.querySelectorAll('.ledger .ghost').length") > 0)
    browser.key("n")
    browser.js("document.getElementById('whatif-back').click()")
    browser.frame()
    check("one button brings the record back", (text(".story-text"), shares()) == before, (text(".story-text"), before[0]))
    check("without a ghost", browser.js("return document.querySelectorAll('.chance-lane .ghost:not([hidden])').length") == 0)
    put("top-p", "2")
    check("a slider keeps to its range", browser.js("return Number(document.getElementById('whatif-top-p').value)") <= 1)
    browser.js("document.querySelector('#curve').scrollIntoView()")
    check("the curve is drawn", browser.until(lambda: text("#curve .told").startswith("At temperature")), text("#curve .told"))
    check("no errors", browser.console_errors() == [], browser.console_errors())
    check("nothing asked of the network", browser.requests() == [])


def scored(browser, page):
    """A prompt of one's own writes something, though the record did not; what has no field is named."""
    check("a scored text opens", browser.open(page, "#lang=en") == "ready", browser.console_errors())
    most = browser.until(lambda: browser.js("return document.getElementById('prompt-max-tokens')?.value"))
    check("it has tokens to go on with", most == "64", most)
    told = browser.js("return document.querySelector('#prompt p.label')?.textContent")
    check("min-p is said to be left out", told and "min-p 0.1." in told, told)


if __name__ == "__main__":
    runs = []
    for path in sys.argv[2:4]:
        with open(path, encoding="utf-8") as file:
            runs.append(json.load(file))
    browser = Browser(numbers=False)
    what_if(browser, sys.argv[1], *runs)
    scored(browser, sys.argv[4])
    browser.driver.quit()
    sys.exit(1 if failures else 0)
