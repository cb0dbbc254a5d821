"""Attention of every shape a record has, shown as finely as it is stored and no finer."""
import json
import os
import re

from attention_rows import little_endian, pack, planes
from browser import changed_page, check, page_with


def seen(pattern, query, positions):
    if pattern == "full":
        return range(positions)
    return range(0 if pattern == "causal" else max(0, query - pattern["window"] + 1), query + 1)


def weight(layer, head, query, keys):
    """Made-up weights of a row: different in every row, and summing to 1."""
    raw = [1 + (7 * key + 3 * query + 5 * head + layer) % 11 for key in keys]
    return [value / sum(raw) for value in raw]


def shaped(attention, patterns, bits=16, most=None):
    """The same layers and heads over made-up rows of these shapes."""
    positions, power = attention["positions"], 1 if bits == 16 else 1.5
    top = 65535 if bits == 16 else 255
    changed = {**attention, "pattern": patterns, "encoding": "dense", "bits": bits, "power": power,
               "maximumError": 0.000016 if bits == 16 else 0.003, "parts": []}
    if most:
        changed.update(encoding="strongest", keysPerRow=most)
    for layer in range(attention["layers"]):
        pattern = patterns[layer] if isinstance(patterns, list) else patterns
        scales, codes, gaps, tails = [], [], [], []
        for head in range(attention["heads"]):
            for query in range(positions):
                keys = list(seen(pattern, query, positions))
                row = weight(layer, head, query, keys)
                scales.append(round(max(row) * 65535))
                kept = sorted(sorted(range(len(row)), key=lambda i: (-row[i], i))[:most or len(row)])
                codes += [round(top * (row[i] / max(row)) ** (1 / power)) for i in kept]
                gaps += [keys[i] - before for i, before in zip(kept, [0, *(keys[i] for i in kept)])]
                tails.append(round(65535 * (1 - sum(row[i] for i in kept))))
        part = {"scales": pack(little_endian(scales)), "weights": pack(planes(codes) if bits == 16 else codes)}
        if most:
            part.update(gaps=pack(planes(gaps)), tails=pack(little_endian(tails)))
        changed["parts"].append(part)
    return changed


def shapes(browser, page, trace):
    attention = trace["attention"]
    if not attention:
        return
    positions, layers = attention["positions"], attention["layers"]
    query = len(trace["prompt"]["tokens"]) + 2 - 1
    mixed = [{"window": 3}, "full", "causal", *["causal"] * (layers - 3)]
    for name, patterns, bits, most in (("a triangle", "causal", 16, None), ("a band", {"window": 4}, 16, None), ("a square", "full", 16, None),
                                       ("one shape a layer", mixed, 16, None), ("one shape a layer in bytes", mixed, 8, None),
                                       ("the strongest keys of a band", {"window": 4}, 16, 2), ("the strongest keys of a square", "full", 8, 3)):
        for layer in range(2):
            pattern = patterns[layer] if isinstance(patterns, list) else patterns
            changed_page(browser, page, trace, lambda t: t.update(attention=shaped(attention, patterns, bits, most)), f"#step=2&layer={layer}&head=1&lang=en")
            keys = list(seen(pattern, query, positions))
            row = dict(zip(keys, weight(layer, 1, query, keys)))
            if most:
                row = dict(sorted(row.items(), key=lambda entry: (-entry[1], entry[0]))[:most])
            decimals = 4 if bits == 16 else 2
            browser.until(lambda: browser.js("return document.querySelectorAll('#attention .measures dd').length"))
            browser.js("document.querySelector('.figure-heatmap .tools button').click()")
            cells = browser.js("return [...document.querySelectorAll('.figure-heatmap .twin tbody tr')].map(r => [r.cells[1].textContent, r.cells[2].textContent])")
            held = {int(key): float(value) for key, value in cells}
            far = [(key, held.get(key), share) for key, share in row.items() if abs(held.get(key, -1) - share) > 0.6 * 10 ** -decimals + attention_error(bits)]
            check(f"{name}, layer {layer}: the row's weights", not far and len(held) == keys[-1] + 1, (far[:3], len(held)))
            check(f"{name}, layer {layer}: no weight where none is seen", all(value == 0 for key, value in held.items() if key not in row), held)
            check(f"{name}, layer {layer}: no finer than stored", {len(value.split(".")[1]) for _, value in cells} == {decimals}, cells[:2])
            numbers(browser, name, decimals)


def attention_error(bits):
    return 0.000016 if bits == 16 else 0.003


def numbers(browser, name, decimals):
    """Percentages and measures of the panel."""
    told = browser.js("return document.querySelector('#attention .told').textContent")
    shares = re.findall(r"(\d+(?:\.\d+)?)\u00a0%", told)
    check(f"{name}: shares no finer than stored", shares and all(len(share.partition(".")[2]) <= decimals - 2 for share in shares), told)
    measures = browser.js("return [...document.querySelectorAll('#attention .measures dd')].map(d => d.textContent.split(' ')[0])")
    check(f"{name}: measures no finer than stored", all(len(x.partition(".")[2]) <= decimals for x in measures), measures)


def refused(browser, page, trace):
    """Shapes that are none are refused with a word."""
    attention = trace["attention"]
    if not attention:
        return
    for pattern in ("diagonal", {"window": 0}, {"window": "3"}, [], ["causal"] * (attention["layers"] + 1)):
        path = os.path.join(browser.folder, "refused.html")
        with open(path, "w", encoding="utf-8") as out:
            out.write(page_with(page, json.dumps({**trace, "attention": {**attention, "pattern": pattern}}).encode()))
        state = browser.open(path)
        check(f"a pattern that is none is refused: {pattern}"[:70], state == "problem", state)
