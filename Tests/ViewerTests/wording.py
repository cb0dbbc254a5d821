"""What the page says of settings, stages and how a token was taken, in runs made for it."""
import copy
import json
import os

from selenium.webdriver.common.keys import Keys

from browser import check, page_with


def words(browser, page, trace):
    file = os.path.join(browser.folder, "words.html")

    def body(change, place=""):
        """Opens the page of a changed run; what stands in the elements of a selector."""
        changed = copy.deepcopy(trace)
        change(changed)
        with open(file, "w", encoding="utf-8") as out:
            out.write(page_with(page, json.dumps(changed).encode()))
        browser.open(file, place)
        return lambda selector: browser.js("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent).join(' ')", selector)

    settings_are_told(browser, body)
    what_was_asked_for_is_told(body)
    a_search_is_told(body)
    one_step_is_told(body)
    shared_heads_are_told(trace, body)
    keys_are_those_of_the_panels(browser, body)
    nearly_all_is_not_all(browser, body)


def settings_are_told(browser, body):
    def settings(t):
        t["settings"].update(beams=1, temperature=0.7, topK=0, repetitionPenalty=1.25, presencePenalty=0.5, extra={"typical-p.p": 0.9}, maxTokens=12)
        later = {**t["settings"], "temperature": 1.5, "topK": 20, "extra": {}}
        t["settings"]["changes"] = [{"step": 1, "settings": later}]

    said = body(settings, "#step=1&lang=en")
    head = said(".run-facts")
    for told in ("repetition penalty 1.25", "presence penalty 0.5", "typical-p p 0.9", "at most 12 tokens", "changed at step 2"):
        check(f"the head says: {told}", told in head, head)
    check("the step says what was changed", all(told in said(".changed") for told in
          ("temperature 0.7 → 1.5", "top-k 0 → 20", "typical-p p 0.9 → none")), said(".changed"))
    browser.key(Keys.ARROW_LEFT)
    check("another step does not", said(".changed") == "", said(".changed"))


def what_was_asked_for_is_told(body):
    def asked(t):
        t["settings"].update(special=True, date="2026-07-04", messages=[{"role": "user", "content": "Hi"}])
        t["ended"] = "interrupted"
        t["steps"][-1]["finish"] = None

    last = body(asked, "#step=99999&lang=en")
    check("what is named only when asked for is told", all(told in last(".run-facts") for told in
          ("control tokens in the text", "date 2026-07-04", "messages 1")), last(".run-facts"))
    check("the last step says what ended the run", "ended by an interruption" in last(".strip .facts"), last(".strip .facts"))


def a_search_is_told(body):
    def search(t):
        t["beam"] = {"beams": 2, "lengthPenalty": 1, "earlyStopping": "false", "nodes": [], "hypotheses": []}
        for step in t["steps"]:
            step["draw"] = None
            step["stages"].insert(1, {"name": "log-softmax", "parameters": {}, "kept": step["stages"][0]["kept"], "removed": 0})
            for candidate in step["candidates"]:
                candidate["logits"].insert(1, candidate["logits"][0] - step["logSumExp"])

    said = body(search, "#step=1&lang=en")
    check("a beam's token is taken by the search", "taken by the beam search" in said(".ledger thead"), said(".ledger thead"))
    check("log-softmax has a name", "log-probability" in said(".ledger thead"), said(".ledger thead"))


def single(t):
    """A run of one step, without attention."""
    t["steps"] = t["steps"][:1]
    t["settings"]["forced"] = {}
    t["metrics"]["timePerOutputTokenSeconds"] = None
    t["attention"] = None


def one_step_is_told(body):
    told = body(single, "#step=0&lang=en")("#timeline .told")
    check("one token has no mean of the others", "there was no other" in told and "–" not in told, told)


def shared_heads_are_told(trace, body):
    if not trace["attention"]:
        return
    note = body(lambda t: t["model"].update(keyValueHeads=t["model"]["heads"]), "#step=0&lang=en")("#attention .note")
    check("nothing is said of shared heads where none are shared", "matrix" in note and "share" not in note, note)


def keys_are_those_of_the_panels(browser, body):
    said = body(single, "#step=0&lang=en")
    browser.key("?")
    digits = [int(text) for text in said("dialog.keys kbd").split() if text.isdigit()]
    panels = browser.js("return document.querySelectorAll('.panel:not([hidden])').length")
    check("the keys are as many as the panels", digits == list(range(1, min(panels, 9) + 1)), (digits, panels))


def nearly_all_is_not_all(browser, body):
    def nearly(t):
        t["steps"][0]["candidates"][0].update(rawProbability=0.99952, probability=0.999999)
        for candidate in t["steps"][0]["candidates"][1:]:
            candidate.update(probability=0)

    shown = body(nearly, "#step=0&lang=en")(".ledger tbody").replace("\u00a0", " ")
    check("less than 1 is never 100 %", "99.95 %" in shown and "> 99.99 %" in shown and "100 %" not in shown, shown[:200])
    check("zero has no bar", browser.js(
        "return document.querySelectorAll('.ledger tbody tr:nth-child(2) td.probability:last-child .bar').length") == 0)
