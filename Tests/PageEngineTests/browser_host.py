"""Runs the page's module in a browser: `browser_host.py BROWSER MODULE <REQUESTS >ANSWERS`, a line each.

BROWSER is chromium or firefox. The page is a file of its own, made of host.mjs, the module and the files that requests name.
"""
import base64
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "ViewerTests"))
from browser import Browser  # noqa: E402
from firefox import Firefox  # noqa: E402

PAGE = """<!doctype html><meta charset="utf-8"><title>host</title><script type="module">
%s
const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
const files = %s;
const answer = makeHost(await WebAssembly.compile(bytes("%s")), (path) => bytes(files[path]));
window.results = [];
window.askAll = async (lines) => { for (const line of lines) window.results.push(await answer(line)); };
document.documentElement.dataset.ready = "1";
</script>"""
AT_ONCE = 50


def packed(path):
    with open(path, "rb") as file:
        return base64.b64encode(file.read()).decode()


kind, module = sys.argv[1:3]
lines = [line for line in sys.stdin.read().split("\n") if line]
named = {one for line in lines for one in json.loads(line).get("attach", []) if isinstance(one, str)}
with open(os.path.join(HERE, "host.mjs"), encoding="utf-8") as file:
    host = file.read().replace("export function", "function")
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "host.html")
    with open(path, "w", encoding="utf-8") as out:
        out.write(PAGE % (host, json.dumps({name: packed(name) for name in sorted(named)}), packed(module)))
    browser = Firefox() if kind == "firefox" else Browser()
    if browser.open(path) != "ready":
        sys.exit("the page did not open")
    for start in range(0, len(lines), AT_ONCE):
        some = lines[start:start + AT_ONCE]
        browser.js("window.results = []; window.askAll(arguments[0])", some)
        if not browser.until(lambda: browser.js("return window.results.length") == len(some)):
            sys.exit("the page stopped answering")
        for text in browser.js("return window.results"):
            sys.stdout.write(text + "\n")
    browser.quit()
