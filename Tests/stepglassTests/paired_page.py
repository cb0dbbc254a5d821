"""Two runs on one page: paired_page.py BOTH FIRST SECOND ALONE FILLED OTHER BROWSER WIDTH

BOTH is the trace.html of the run FIRST with SECOND inside, whose records list all tokens; ALONE a page of the run FIRST alone;
FILLED a page of a run that filled masks with a generated one inside; OTHER the trace.json of a run of another prompt.
"""
import json
import math
import sys

from living import RIGHT, Living, check

both, first, second, alone, filled, other = sys.argv[1:7]
living = Living(sys.argv[7], int(sys.argv[8]))
browser, js, until = living.browser, living.js, living.until
a, b = (json.load(open(path, encoding="utf-8")) for path in (first, second))


def open_at(page, place):
    check("the page opens", browser.open(page, place) == "ready", js("return document.body.textContent.slice(0, 300)"))
    js("document.querySelector('#compare').scrollIntoView()")


def told():
    return until(lambda: (text := living.text(".apart-told")) and "engine compares" not in text and "引擎正在" not in text and text) or ""


def kl(name):
    """KL of the softmaxes of the logits, in bits; `name`: before the stages, or behind the last."""
    place = 0 if name == "raw" else -1
    p, q = ({c["id"]: c["logits"][place] for c in run["steps"][step]["candidates"]} for run in (a, b))
    sums = [math.log(sum(math.exp(x) for x in row.values() if x is not None)) for row in (p, q)]
    return sum(math.exp(x - sums[0]) * (x - sums[0] - q[i] + sums[1]) for i, x in p.items() if x is not None) / math.log(2)


def table(figure):
    """The numbers in the table of a picture."""
    js("const f = [...document.querySelectorAll('#compare figure')].find((f) => f.querySelector('[aria-label]')?.getAttribute('aria-label').startsWith(arguments[0]));"
       "const b = f.querySelector('.tools button'); if (!f.querySelector('table')) b.click()", figure)
    browser.frame()
    return js("const f = [...document.querySelectorAll('#compare figure')].find((f) => f.querySelector('[aria-label]')?.getAttribute('aria-label').startsWith(arguments[0]));"
              "return [...f.querySelectorAll('tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))", figure)


def number(text):
    return float(text.replace("−", "-"))


fork = next(i for i, (x, y) in enumerate(zip(a["steps"], b["steps"])) if x["token"]["id"] != y["token"]["id"])
for step in (0, fork):
    open_at(both, f"#lang=en&theme=light&step={step}&layer=2&head=1")
    text = told()
    wanted = [f"{kl(name):.3f} bits" for name in ("raw", "final")]
    check(f"step {step}: KL is that of the logits", all(one in text for one in wanted) and "at least" not in text, f"{text} {wanted}")
check("where they part", living.text("#compare .told").startswith(f"The runs part at step {fork + 1}."), living.text("#compare .told"))
marked = js("return [...document.querySelectorAll('.compare-strips .fork')].map((cell) => cell.textContent)")
check("the strips part there", marked == [run["steps"][fork]["token"]["text"] for run in (a, b)], marked)
bars = table("Second run less")
gains = sorted((abs(y["probability"] - x["probability"]) for x in a["steps"][fork]["candidates"]
                for y in b["steps"][fork]["candidates"] if x["id"] == y["id"]), reverse=True)
check("the largest differences are drawn", len(bars) == 10 and all(abs(abs(number(row[1])) / 100 - gain) < 6e-4 for row, gain in zip(bars, gains)), bars)
js("document.querySelector('#compare-step').focus()")
living.browser.press(RIGHT)
check("the scrubber moves both", until(lambda: browser.step() == fork + 1), browser.step())
check("what differs before is said", "different questions" in told(), told())

open_at(both, f"#lang=en&step={fork}&layer=2&head=1")
told()
rows = {}
# The words above the picture say whose it is: the one before may stand there still.
for name, words in (("this run", ": this run."), ("second run", ": second run."), ("difference", ": second less this run.")):
    js("[...document.querySelectorAll('.compare-heads [role=radio]')].find((one) => one.textContent === arguments[0]).click()", name)
    check(f"the picture of the {name} comes", until(lambda: words in living.text(".compare-heads .note")
          and js("return document.querySelector('.compare-heads .heatmap')?.hidden === false")), living.text(".compare-heads .note"))
    browser.frame()
    rows[name] = {row[1]: number(row[2]) for row in table("Attention of layer")}
check("the difference is that of the weights", rows["difference"] and any(rows["difference"].values())
      and all(abs(rows["second run"][key] - rows["this run"][key] - value) < 3e-4 for key, value in rows["difference"].items()), rows)
check("the choice is in the address", "pair=difference" in browser.address(), browser.address())

open_at(alone, "#lang=zh-TW&step=0")
browser.files("#compare-file", [other])
text = told()
check("a record that is dropped is compared", "KL(" in text and "不是同一個問題" in text, text)
check("and its prompt", "提示自位置" in living.text("#compare .told"), living.text("#compare .told"))

open_at(filled, "#lang=en")
check("masks and a text have no KL", "no KL divergence" in told(), told())
js("[...document.querySelectorAll('.compare-heads [role=radio]')][1].click()")
check("the attention of both is there", until(lambda: "sees only" in living.text(".compare-heads .note")), living.text(".compare-heads .note"))
js("[...document.querySelectorAll('.compare-heads [role=radio]')][2].click()")
check("a difference of their rows is refused", until(lambda: "no difference" in living.text(".compare-heads .note")), living.text(".compare-heads .note"))
check("nothing is wider than the page", js("return document.documentElement.scrollWidth <= innerWidth"))
living.end()
