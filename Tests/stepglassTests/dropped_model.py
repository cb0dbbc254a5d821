"""A model's file from disk, opened in a living page: read, run, the same tokens as the command's.

dropped_model.py PAGE MODEL TRACE [BROWSER [WIDTH]]: a living page, a GGUF file, and the trace.json of the command's greedy run of
that model over a prompt of some length.
"""
import json
import os
import sys
import time

from living import Living, check

page, model, recorded = sys.argv[1:4]
with open(recorded, encoding="utf-8") as file:
    native = json.load(file)
living = Living(*sys.argv[4:5], *map(int, sys.argv[5:6]))
browser, until, tokens = living.browser, living.until, living.tokens
check("opens", browser.open(page, "#lang=en&theme=light&numbers=1") == "ready", living.js("return document.body.textContent.slice(0, 300)"))
until(lambda: living.count(".prompt .chip"))
# What is said on the way: how far the file is read, and that it is unpacked.
living.js("""
  window.said = [];
  new MutationObserver(() => window.said.push(document.querySelector('.prompt .told')?.textContent ?? ''))
    .observe(document.querySelector('.prompt .told'), { childList: true, characterData: true, subtree: true });""")
start = time.time()
browser.files("#prompt-file", [model])
check("the page is the model's", until(lambda: native["model"]["name"].split("-")[0] in living.text(".run-facts")), living.told())
print(f"loaded in {time.time() - start:.1f} s")
said = living.js("return window.said")
check("it says how far it is", any(one.startswith("Reading") and "%" in one for one in said), said[:5])

browser.fill("#prompt-text", native["prompt"]["text"])
browser.fill("#prompt-max-tokens", str(len(native["steps"])))
check("its tokens as one types", until(lambda: living.count(".prompt .chip") == len(native["prompt"]["tokens"])), living.count(".prompt .chip"))
living.click("begin")
living.settled()
start = time.time()
living.click("step")
until(lambda: len(tokens()) == 1)
print(f"{len(native['prompt']['tokens'])} tokens of prompt in {time.time() - start:.1f} s")
living.settled()
start = time.time()
living.click("run")
until(lambda: len(tokens()) == len(native["steps"]))
seconds = time.time() - start
print(f"{(len(native['steps']) - 1) / seconds:.1f} tokens a second")
same = [step["token"]["text"].strip() for step in native["steps"]]
# A line's end is drawn as an arrow.
check("the tokens of the command", [one.replace("↵", "").strip() for one in tokens()] == same, f"{tokens()} {same}")
check("attention is there", until(lambda: "‹" in living.text("#attention .told")), living.text("#attention .told"))
living.end()
