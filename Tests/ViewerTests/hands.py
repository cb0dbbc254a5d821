"""What was done by hand is marked where it acts; what is in the cache of a search; bytes of split characters."""
from browser import changed_page, check


def hands(browser, page, trace):
    steps = len(trace["steps"])
    if steps < 4:
        return

    def change(t):
        later = {**t["settings"], "temperature": 1.75, "ablated": ["0.1", "1.0"]}
        t["settings"].update(forced={"2": t["steps"][2]["token"]["id"]}, ablated=["0.1"])
        t["settings"]["changes"] = [{"step": 3, "settings": later}]
        t["steps"][2]["draw"] = None

    changed = changed_page(browser, page, trace, change, "#step=2&layer=0&head=1&lang=en")
    said = lambda selector: browser.js("return [...document.querySelectorAll(arguments[0])].map(e => e.textContent).join(' ')", selector)
    prompt = len(trace["prompt"]["tokens"])
    acts = browser.js("return Object.fromEntries([...document.querySelectorAll('.token[data-act]')].map(t => [t.dataset.position, t.dataset.act]))")
    check("marks stand at their steps and nowhere else", acts == {str(prompt): "⊘", str(prompt + 2): "✎", str(prompt + 3): "△⊘"}, acts)
    names = browser.js("return [...document.querySelectorAll('.token[data-act]')].map(t => t.getAttribute('aria-label'))")
    check("screen readers hear of them", "heads off: 0.1" in names[0] and "set by hand" in names[1] and "1.75" in names[2], names)
    check("the signs are explained", all(sign in said(".acts") for sign in "✎△⊘"), said(".acts"))
    check("the facts of the step say so", "set by hand" in said(".facts") and "heads off 0.1" in said(".facts"), said(".facts"))
    check("the ledger says who chose", "set by hand" in said("#ledger .summary") and "set by hand" in said(".ledger th.final")
          and "✎" in said(".ledger tr.chosen .seal"), said("#ledger .summary"))
    check("the ledger says which heads are off", "0.1" in said("#ledger .changed"), said("#ledger .changed"))
    if changed["attention"]:
        check("the head that is off says so", "switched off" in said("#attention .told"), said("#attention .told"))
        option = lambda head: browser.js("return document.querySelector('#pick-head').options[arguments[0]].textContent", head)
        check("the list of heads has it", option(1) == "1 (off)" and option(0) == "0", option(1))
        browser.until(lambda: "off" in browser.js("return document.querySelector('.figure-heatmap canvas').getAttribute('aria-label')"))
        check("its picture says so", "off" in browser.js("return document.querySelector('.figure-heatmap canvas').getAttribute('aria-label')"))
        check("the map of heads says so", "Crossed out" in said(".head-grid .note"), said(".head-grid .note"))
    browser.js("location.hash = '#step=3&layer=1&head=0&lang=zh-TW'")
    browser.until(lambda: browser.step() == 3)
    browser.frame()
    check("the change is told at its step", "1.75" in said("#ledger .changed") and "0.1、1.0" in said("#ledger .changed"), said("#ledger .changed"))
    if changed["attention"]:
        check("a head that goes off later is off then", "關閉了這個頭" in said("#attention .told"), said("#attention .told"))
    changed_page(browser, page, trace, lambda t: None, "#step=2&lang=en")
    check("a run left alone has no marks", said(".acts") == "" and browser.js("return document.querySelectorAll('[data-act], .ledger .changed').length") == 0)


def held(beam, step):
    """Positions behind the prompt that the beams hold when a step's token is chosen."""
    parents = {node["parent"] for node in beam["nodes"]}
    by_id = {node["id"]: node for node in beam["nodes"]}
    found = set()
    for node in beam["nodes"]:
        if node["depth"] == step - 1 and (node["id"] in parents or node["state"] == "live"):
            at = node["id"]
            while at is not None:
                found.add(at)
                at = by_id[at]["parent"]
    return len(found)


def cache(browser, page, trace):
    """The cache of a search holds what all its beams hold, each position once."""
    if not trace["beam"]:
        return
    model, prompt, step = trace["model"], len(trace["prompt"]["tokens"]), 5
    depth = 1 + max(node["depth"] for node in trace["beam"]["nodes"])
    most = prompt + max(held(trace["beam"], at) for at in range(depth + 1))
    numbers = 2 * model["keyValueHeads"] * model["headSize"]

    def change(t):
        t["metrics"]["keyValueCacheBytes"] = model["layers"] * numbers * 4 * most

    changed_page(browser, page, trace, change, f"#step={step}&lang=en")
    told = browser.js("return document.querySelector('#timeline .cache .told').textContent")
    own = held(trace["beam"], step)
    check("the cache of a search holds all beams", own > step and told.startswith(f"{prompt + own} positions") and f" {own} more" in told, (own, told))
    check("a number of it has four bytes", "× 4 bytes" in told and f"{numbers * 4:,} bytes" in told, told)
    browser.js("document.querySelector('.figure-cache .tools button').click()")
    table = browser.js("return document.querySelector('.figure-cache .twin').textContent")
    size = model["layers"] and numbers * 4 * most
    check("the most it holds is the recorded size", f"{size / 1000:.1f}" in table or str(size) in table, (size, table))


def split_characters(browser, page, trace):
    """Bytes of a character over several tokens are shown; where it is whole, so is the character."""
    rain = "🍧".encode()

    def change(t):
        t["steps"][1]["token"].update(text="A", bytes=("A".encode() + rain[:1]).hex())
        t["steps"][2]["token"].update(text="", bytes=rain[1:3].hex())
        t["steps"][3]["token"].update(text="🍧B", bytes=(rain[3:] + b"B").hex())
        for number, step in enumerate(t["steps"][1:4]):
            step["token"]["id"] = 390_000 + number
            step["candidates"][0].update(id=step["token"]["id"], text=step["token"]["text"], bytes=step["token"]["bytes"])
            step["lens"] = [{"layer": 0, "top": [{"id": step["token"]["id"], "text": "\ufffd", "probability": 0.5},
                                                {"id": 399_999, "text": "\ufffd", "probability": 0.1}]}]

    changed_page(browser, page, trace, change, "#step=2&lang=en")
    first = len(trace["prompt"]["tokens"])
    shown = browser.js("return [...document.querySelectorAll('.strip .token')].map(t => t.textContent)")[first + 1:first + 4]
    check("no byte of a split character vanishes in the text", shown == ["A⟨F0⟩", "⟨9F 8D⟩", "⟨A7⟩🍧B"], shown)
    label = browser.js("return document.querySelector('.ledger tr.chosen .word').textContent")
    check("nor in the ledger", label == "⟨9F 8D⟩", label)
    browser.js("document.querySelector('.figure-lens .tools button').click()")
    lens = browser.js("return document.querySelector('.figure-lens .twin tbody').textContent")
    check("nor in the lens, as far as it is known", "⟨9F 8D⟩" in lens and "⟨#399999⟩" in lens, lens)
    for step, end in ((2, "A⟨F0⟩"), (3, "A⟨F0 9F 8D⟩"), (4, "A🍧B")):
        browser.js("location.hash = `#step=${arguments[0]}&lang=en&predict=1`", step)
        browser.until(lambda: browser.step() == step and "predict" in browser.address())
        browser.frame()
        line = browser.js("return document.querySelector('.predict-line .word').textContent")
        check(f"the line to guess from ends as it stands ({end})", line.endswith(end), line)
        browser.key("p")


def guesses(browser, page, trace):
    """The reader and the model are scored on the same six answers."""
    def change(t):
        step = t["steps"][1]
        step["candidates"] = step["candidates"][:8]
        for place, (candidate, share) in enumerate(zip(step["candidates"], (0.4, 0.2, 0.1, 0.05, 0.03, 0.02, 0.01, 0.01))):
            candidate.update(rank=place + 1, rawProbability=share, probability=share, removedBy=None)
        step["token"].update(id=step["candidates"][6]["id"], text=step["candidates"][6]["text"], bytes=step["candidates"][6]["bytes"])

    changed_page(browser, page, trace, change, "#step=1&lang=en&predict=1")
    answers = browser.js("return document.querySelectorAll('.answer').length")
    check("there are six answers", answers == 6, answers)
    browser.js("document.querySelectorAll('.answer')[5].click()")
    browser.frame()
    scores = browser.js("return [...document.querySelectorAll('#predict .measures dd')].map(d => d.textContent)")
    # −log₂ 0.6: the reader was 60 % sure; −log₂ 0.22: what the model left to all others.
    check("both are scored on them", scores[0] == "1 / 1" and scores[1].startswith("0.74") and scores[2].startswith("2.18"), scores)
    browser.key("p")
