"""Hebrew and Arabic are read from right to left; other text, numbers and tables keep their way."""
from browser import changed_page, check, put

HEBREW = ["שלום", " עולם", " טוב", " היום", " ירד", " גשם"]
# Where the tokens of the strip stand: top, left, right of each.
BOXES = """
  return [...document.querySelectorAll('.strip .token')].map(t => [...t.getClientRects()].map(r => [Math.round(r.top), r.left, r.right]));"""


def lines_of(boxes, positions):
    """The tokens of each line, in the order of the text; tokens over two lines are left out."""
    lines = {}
    for position in positions:
        tops = {top for top, _, _ in boxes[position]}
        if len(tops) == 1:
            lines.setdefault(tops.pop(), []).append((min(b[1] for b in boxes[position]), max(b[2] for b in boxes[position])))
    return list(lines.values())


def leftward(line):
    return all(after[1] <= before[0] + 1 for before, after in zip(line, line[1:]))


def rightward(line):
    return all(after[0] >= before[1] - 1 for before, after in zip(line, line[1:]))


def directions(browser, page, trace):
    prompt, steps = len(trace["prompt"]["tokens"]), len(trace["steps"])

    def all_lines():
        """What was asked and what was written stand apart, each a text of its own."""
        boxes = browser.js(BOXES)
        return lines_of(boxes, range(prompt)) + lines_of(boxes, range(prompt, prompt + steps))

    def fill(prompt_words, step_words):
        def change(t):
            for i, token in enumerate(t["prompt"]["tokens"]):
                put(token, prompt_words[i % len(prompt_words)])
            for i, step in enumerate(t["steps"]):
                chosen = next(c for c in step["candidates"] if c["id"] == step["token"]["id"])
                for token in (step["token"], chosen):
                    put(token, step_words[i % len(step_words)])
            t["prompt"]["text"] = t["prompt"]["rendered"] = "".join(token["text"] for token in t["prompt"]["tokens"])
        return change

    changed_page(browser, page, trace, fill(HEBREW, HEBREW), "#step=1&lang=en")
    lines = all_lines()
    check("Hebrew runs from right to left", len(lines[0]) > 4 and all(map(leftward, lines)), lines[0][:4])
    strip = browser.js("const r = document.querySelector('.written').getBoundingClientRect(); return r.right")
    check("and begins at the right", strip - lines[0][0][1] < 12, (strip, lines[0][0]))
    ledger(browser)

    changed_page(browser, page, trace, fill([" السلام", " عليكم", " يا"], [" مدينة", " جميلة"]), "#step=1&lang=zh-TW")
    lines = all_lines()
    check("Arabic runs from right to left", all(map(leftward, lines)), lines[0][:4])

    english = ["The", " word", " for", " peace", " is"]
    changed_page(browser, page, trace, fill(english, ["It ", *HEBREW[:3], " and", " 19", "48", " so"]), "#step=0&lang=en")
    boxes = browser.js(BOXES)
    check("English before Hebrew runs from left to right", all(map(rightward, lines_of(boxes, range(prompt)))))
    check("Hebrew in it runs from right to left", all(map(leftward, lines_of(boxes, range(prompt + 1, prompt + 4)))))
    check("English after it goes on to the right", all(map(rightward, lines_of(boxes, range(prompt + 4, prompt + 8)))), boxes[prompt + 4:prompt + 8])

    changed_page(browser, page, trace, fill(["בשנת", " היא"], [" ", "19", "48", " קמה", " (state)", " כאן"]), "#step=0&lang=en")
    boxes = browser.js(BOXES)
    check("a number in Hebrew keeps its digits in order", all(map(rightward, lines_of(boxes, range(prompt + 1, prompt + 3)))), boxes[prompt:prompt + 3])
    check("what follows it goes on to the left", all(map(leftward, lines_of(boxes, (prompt, prompt + 1, *range(prompt + 3, prompt + 6))))), boxes[prompt:prompt + 6])

    def marked(t):
        fill(HEBREW, HEBREW)(t)
        put(t["prompt"]["tokens"][0], "<|start|>")
        t["prompt"]["tokens"][0]["special"] = True
        t["prompt"]["tokens"][1].update(text="", bytes="d7")

    changed_page(browser, page, trace, marked, "#step=0&lang=en")
    check("control tokens and bytes turn nothing round", all(map(leftward, all_lines())))


def ledger(browser):
    """The chosen Hebrew token in the ledger: its space before it, at the right; the numbers where they always stand."""
    shown = browser.js("""
      const row = document.querySelector('.ledger tr.chosen'), word = row.querySelector('bdi.word'), blank = word.querySelector('.blank-sign');
      const right = (e) => e.getBoundingClientRect().right;
      return { direction: getComputedStyle(word).direction, text: word.textContent, blank: blank ? right(word) - right(blank) : 0,
        columns: [...document.querySelectorAll('.ledger tbody tr')].map(r => [...r.cells].map(c => Math.round(c.getBoundingClientRect().left)).join()) };""")
    check("a Hebrew token of the ledger is read from the right", shown["direction"] == "rtl" and abs(shown["blank"]) < 2, shown)
    check("only its characters stand in the ledger", not set(shown["text"]) & {"\u2068", "\u2069"}, ascii(shown["text"]))
    check("the columns of the ledger stand as ever", len(set(shown["columns"])) == 1 and
          [int(x) for x in shown["columns"][0].split(",")] == sorted(int(x) for x in shown["columns"][0].split(",")), shown["columns"][:2])
    told = browser.js("return document.querySelector('#ledger .summary').textContent")
    check("a Hebrew token in a sentence keeps its direction to itself", "‹\u2068" in told and "\u2069›" in told, ascii(told))
