"""The rules of axe-core, run in the page that a browser shows. They come with a Python package (requirements-alone.txt)."""
import importlib.util
import os
import sys

# The levels that hold for everybody, what is good practice besides, and rules that are still being tried. Level AAA is not
# asked for: it wants a contrast of 7, which no second tone of text has.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "experimental"]
# Rules that would be wrong for these pages, each with its reason. There is none.
OFF: dict[str, str] = {}


def source():
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None:
        sys.exit("axe-core is missing: make test installs it (Tests/requirements-alone.txt)")
    folder = package.submodule_search_locations[0]
    with open(os.path.join(folder, "axe.min.js"), encoding="utf-8") as file:
        return file.read()


RUN = """
  const found = await axe.run(document, { resultTypes: ["violations", "incomplete"], runOnly: { type: "tag", values: arguments[0] },
    rules: Object.fromEntries(arguments[1].map((rule) => [rule, { enabled: false }])) });
  const told = (one) => one.nodes.map((node) => `${one.id} (${one.impact}): ${one.help}: ${node.target.join(" ")} ${node.html.slice(0, 120)} ${node.any.concat(node.all, node.none).map((check) => check.message).join("; ").slice(0, 200)}`);
  return { wrong: found.violations.flatMap(told), unsure: found.incomplete.flatMap(told) };"""


def findings(browser):
    """What axe-core finds wrong, and what it leaves to a person to judge, as sentences."""
    if not browser.js("return Boolean(window.axe)"):
        browser.js(source() + "; window.axe = axe;")
    found = browser.js(RUN, TAGS, sorted(OFF))
    return found["wrong"], found["unsure"]
