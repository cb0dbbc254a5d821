"""Traces that are broken or mean harm: the page says what is wrong, or shows it as text, and runs none of it."""
import base64
import copy
import json
import os
import zlib

from browser import ATTENTION, DATA, check, page_with


def hostile(browser, page, trace):
    marker = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>\u202e"

    def broken(name, change, expect="problem"):
        if isinstance(change, bytes):
            text = change
        else:
            copied = copy.deepcopy(trace)
            change(copied)
            text = json.dumps(copied).encode()
        path = os.path.join(browser.folder, "hostile.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(page_with(page, text))
        state = browser.open(path)
        check(f"hostile: {name}", state == expect and not browser.js("return window.hacked"),
              f"{state} {browser.js('return document.body.textContent.slice(0, 200)')}")

    def texts(t):
        t["prompt"]["text"] = t["prompt"]["rendered"] = t["text"] = marker
        t["prompt"]["tokens"][0]["text"] = t["steps"][0]["token"]["text"] = t["model"]["name"] = marker
        t["steps"][0]["candidates"][0]["text"] = marker
        t["notes"] = [marker]

    broken("markup in every text is shown as text", texts, "ready")
    check("direction controls are shown as codes", "U+202E" in browser.js("return document.body.textContent")
          and "\u202e" not in browser.js("return document.body.textContent"))
    deep = b"[" * 100_000 + b"]" * 100_000
    stages = len(trace["steps"][0]["stages"])
    for name, change in {
        "no JSON": b"{\"format\": ", "NaN": json.dumps(trace).replace('"version": 1', '"version": NaN', 1).encode(),
        "deep nesting": deep, "nothing": b"", "another format": b"{\"format\": \"x\"}", "null": b"null",
        "the future": lambda t: t.update(version=99),
        "10 MB token": lambda t: t["steps"][0]["token"].update(text="x" * 10_000_000),
        "missing steps": lambda t: t.pop("steps"), "missing prompt": lambda t: t.pop("prompt"),
        "missing candidate field": lambda t: t["steps"][0]["candidates"][0].pop("logits"),
        "too many logits": lambda t: t["steps"][0]["candidates"][0].update(logits=[1.0] * (stages + 1)),
        "text as number": lambda t: t["steps"][0]["candidates"][0].update(rank="1"),
        "probability above 1": lambda t: t["steps"][0]["candidates"][0].update(probability=7),
        "negative count": lambda t: t["steps"][0]["tail"].update(count=-1),
        "changes that are no list": lambda t: t["settings"].update(changes={}),
        "a change without settings": lambda t: t["settings"].update(changes=[{"step": 1}]),
        "huge layers": lambda t: t["model"].update(layers=10**12),
        "prototype": lambda t: t.update(model={"__proto__": {}}),
    }.items():
        broken(name, change)
    if trace["attention"]:
        broken("attention of another shape", lambda t: t["attention"].update(positions=10**6))
        broken("attention of an unknown kind", lambda t: t["attention"].update(encoding="other"))
        broken("strongest keys without their number", lambda t: t["attention"].update(encoding="strongest"))
        broken("missing attention parts", lambda t: t["attention"].update(parts=[]))
        for part in ("weights", "scales"):
            broken(f"attention whose {part} are damaged", lambda t: t["attention"]["parts"][0].update({part: "AAAA"}), "ready")
        nothing = base64.b64encode(zlib.compress(b"")).decode()

        def no_positions(t):
            t["attention"].update(positions=0, parts=[{key: nothing for key in part} for part in t["attention"]["parts"]])

        browser.console_errors()
        broken("attention of no position", no_positions, "ready")
        # Attention is unpacked behind the first paint.
        told = browser.until_js("/Nothing has been read yet|還沒讀任何東西/.test(document.body.textContent)")
        check("attention of no position is said to be none", bool(told))
        errors = browser.console_errors()
        check("attention of no position is no error in the console", not errors, errors)
        path = os.path.join(browser.folder, "hostile.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(DATA.sub(lambda found: found.group(1) + "AAAA" + found.group(3), page, count=1))
        check("hostile: damaged data", browser.open(path) == "problem")
        with open(path, "w", encoding="utf-8") as file:
            file.write(ATTENTION.sub(lambda found: found.group(1) + "{" + found.group(3), page, count=1))
        check("hostile: damaged attention", browser.open(path) == "problem")
