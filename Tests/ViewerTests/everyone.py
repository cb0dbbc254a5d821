#!/usr/bin/env python3
"""What everyone needs of a page: axe-core's rules and our own, room in narrow, wide and enlarged windows, a keyboard that
reaches everything, no motion for who wants none, and pictures in whatever colours the system has.

    python3 Tests/ViewerTests/everyone.py PAGE [--browser chromium|firefox] [--only rules,room,…] [--views numbers,keys,…]
                                               [--all] [--screens FOLDER]

PAGE is the page of a run, a living one or the book. Each view of it is looked at in one of the looks, the next in the next;
`--all` looks at every view in every look (an hour for all pages and both browsers). `--screens` keeps a picture of each. The
exit code is 1 when something failed.
"""
import argparse
import os
import shutil
import sys

import axe
from colours import colours
from journeys import journey
from keyboard import dialog_keeps_and_returns, everything_reached
from motion import motion
from room import room
from steered import browser_of, check, failures
from views import kind_of, views_of

HERE = os.path.dirname(os.path.abspath(__file__))
# Language, theme and width of the window. One after the other they bring each pair together.
LOOKS = [("en", "light", 1280), ("zh-TW", "dark", 390), ("zh-TW", "light", 1280), ("en", "dark", 390),
         ("en", "light", 390), ("zh-TW", "dark", 1280), ("zh-TW", "light", 390), ("en", "dark", 1280)]
HEIGHT = 900


def seen(browser, path, view, look, screens):
    """Brings the page to a view in a look; None when it has no such view."""
    language, theme, width = look
    name, go = view
    browser.size(width, HEIGHT)
    if go(browser, path, f"lang={language}&theme={theme}") is False:
        return None
    where = f"{name}, {language}, {theme}, {width} px"
    if screens:
        browser.screenshot(os.path.join(screens, where.replace(", ", "-").replace(" ", "-") + ".png"), whole=True)
    return where


def rules(browser, path, views, looks, screens):
    with open(os.path.join(HERE, "accessibility.js"), encoding="utf-8") as file:
        own = file.read()
    for number, view in enumerate(views.items()):
        for look in looks(number):
            where = seen(browser, path, view, look, screens)
            if where is None:
                continue
            wrong, _ = axe.findings(browser)
            check(f"axe-core's rules ({where})", not wrong, "\n      ".join(wrong[:8]))
            found = browser.js(own)
            check(f"our own rules ({where})", not found, "; ".join(found[:8]))


def keyboard(browser, path, kind, views, looks):
    look = "lang=en&theme=light"
    names = {"run": ["numbers"], "living": ["asked"], "book": ["index", "settings", "order"]}[kind]
    for number, name in enumerate(name for name in names if name in views):
        language, theme, width = looks(number)[0]
        browser.size(width, HEIGHT)
        views[name](browser, path, f"lang={language}&theme={theme}")
        everything_reached(browser, f"{name}, {language}, {width} px", back=kind == "book")
    if kind != "book":
        browser.size(1280, HEIGHT)
        browser.open(path, f"#step=1&{look}")
        dialog_keeps_and_returns(browser, "#help-button", "dialog.keys", kind)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page")
    parser.add_argument("--browser", default="chromium")
    parser.add_argument("--only", default="rules,room,keyboard,journey,motion,colours")
    parser.add_argument("--views")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--screens")
    arguments = parser.parse_args()
    with open(arguments.page, encoding="utf-8") as file:
        text = file.read()
    kind = kind_of(text)
    views = {name: view for name, view in views_of(text).items() if not arguments.views or name in arguments.views.split(",")}
    looks = (lambda number: LOOKS) if arguments.all else (lambda number: [LOOKS[number % len(LOOKS)]])
    if arguments.screens:
        os.makedirs(arguments.screens, exist_ok=True)
    browser = browser_of(arguments.browser, numbers=False)
    path = arguments.page
    parts = {
        "rules": lambda: rules(browser, path, views, looks, arguments.screens),
        "room": lambda: room(browser, path, views, arguments.all, arguments.screens),
        "keyboard": lambda: keyboard(browser, path, kind, views, looks),
        "journey": lambda: journey(browser, path, kind),
        "motion": lambda: motion(arguments.browser, path, kind),
        "colours": lambda: colours(arguments.browser, path, kind, arguments.screens),
    }
    try:
        for name in arguments.only.split(","):
            parts[name]()
        check("no error", browser.console_errors() == [], browser.console_errors()[:4])
        check("nothing asked of the network", browser.requests() == [], browser.requests()[:4])
    finally:
        browser.quit()
        shutil.rmtree(browser.folder, ignore_errors=True)
    print(f"{len(failures)} failed" if failures else "all passed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
