"""A run's trace.html in a browser: made again, asked about, gone on with; and one without a model inside.

recorded_page.py LIVE RECORD MODEL [BROWSER [WIDTH]]: trace.html of a run of stepglass-tiny that its longest length ended, the
trace.html of a run whose model it does not carry, and a model's file.
"""
import sys

from living import RIGHT, Living, check

live, record, model = sys.argv[1:4]
living = Living(*sys.argv[4:5], *map(int, sys.argv[5:6]))
browser, js, until, tokens, told = living.browser, living.js, living.until, living.tokens, living.told

check("a run's page opens", browser.open(live, "#lang=en&theme=light&step=2&numbers=1") == "ready", js("return document.body.textContent.slice(0, 300)"))
written = tokens()
check("with the run's tokens", len(written) == 6, written)
entropy = living.ask("print entropy")
check("a question is of the step that is looked at", "entropy" in entropy and any(one.isdigit() for one in entropy), entropy)
living.click("verify")
check("it is made again, bit for bit", until(lambda: told() == "The same, to the last bit."), told())
check("and still asked about", "rank" in living.ask("why top(2)"))
living.ask("set max-tokens 9")
living.click("run")
living.settled()
check("it goes on to another end", until(lambda: len(tokens()) == 9), f"{tokens()} {told()}")
check("after what was there", tokens()[:6] == written, tokens())
check("the pictures have the new rows", until(lambda: "‹" in living.text("#attention .told")), living.text("#attention .told"))

check("a record's page opens", browser.open(record, "#lang=en&theme=light&step=1&numbers=1") == "ready", js("return document.body.textContent.slice(0, 300)"))
written = tokens()
check("it has no prompt to write in", living.count("#prompt") == 0)
check("a question has an answer", "bits" in living.ask("entropy"))
check("with print before it too", "bits" in living.ask("print entropy"))
check("a wrong question says what is wrong", "did you mean entropy?" in living.ask("entropyy"))
check("a script asks too", "bits" in living.js("return (await window.stepglass.run('entropy')).text.en.join(' ')"))
check("the page says that its engine runs", living.js("return document.documentElement.dataset.engine") == "ready")
refused = living.ask("force #1")
check("what needs a model is refused in words", len(refused) > len("force #1") and tokens() == written, refused)
check("and what commands need is said", "stepglass debug" in living.text("#console .body > .note"), living.text("#console"))
for example in living.js("return document.getElementById('console-line').placeholder").removeprefix("for example: ").split(", or: "):
    answered = living.ask(example)
    check(f"its example {example} is answered", answered.startswith(example), answered)
for _ in range(len(written) + 2):
    living.press(RIGHT)
check("the end is the end", browser.step() == len(written) - 1 and tokens() == written, browser.step())
browser.files("#compare-file", [model])
check("a model is not taken", until(lambda: "opens no models" in living.text("#compare .told")), living.text("#compare .told"))
living.press("g")
check("in Chinese too", "針對" in living.text("#console .lead"), living.text("#console .lead"))
living.end()
