# A search over settings with stages of its own, against what `why` says would have kept a token.
#
#   python why_search.py CASES.json LOGITS.bin
#
# CASES.json: [{"row", "vocabulary", "prompt", "output", "ends", "uniform", "mu", "settings", "token", "removedBy",
# "single": [[["option", id or null, from, to or null], probability]], "pair": the same or null}]; LOGITS.bin: rows of
# 32-bit floats. Prints a line for each case that is wrong, then how many of what were looked at.
import json
import math
import sys

import numpy as np

ORDER = ["repetition-penalty", "frequency-penalty", "presence-penalty", "temperature", "top-k", "top-p", "min-p"]
EARLY = ["logit-bias", "ban-tokens", "no-repeat-n-gram"]
LATE = ["top-n-sigma", "typical-p", "epsilon-cutoff", "eta-cutoff", "xtc", "top-a", "p-less", "mirostat-tau"]
OFF = {"repetition-penalty": 1, "frequency-penalty": 0, "presence-penalty": 0, "temperature": 1, "top-k": 0, "top-p": 1,
       "min-p": 0, "no-repeat-n-gram": 0, "top-n-sigma": 0, "typical-p": 1, "epsilon-cutoff": 0, "eta-cutoff": 0,
       "xtc-probability": 0, "xtc-threshold": None, "top-a": 0, "p-less": 0, "mirostat-tau": 0, "mirostat-eta": None,
       "min-tokens": 0}
# Name: low, high, whole numbers, a number apart, whether that stands above all others.
RANGES = {"repetition-penalty": (0.01, 100, False, None, False), "frequency-penalty": (-100, 100, False, None, False),
          "presence-penalty": (-100, 100, False, None, False), "temperature": (0.001, 1000, False, 0, False),
          "top-k": (1, None, True, 0, True), "top-p": (0, 1, False, None, False), "min-p": (0, 1, False, None, False),
          "no-repeat-n-gram": (0, 1000, True, 0, True), "top-n-sigma": (0, 100, False, 0, True),
          "typical-p": (0.001, 1, False, None, False), "epsilon-cutoff": (0, 0.999, False, None, False),
          "eta-cutoff": (0, 0.999, False, None, False), "xtc-probability": (0, 1, False, None, False),
          "xtc-threshold": (0, 0.5, False, None, False), "top-a": (0, 1, False, None, False),
          "p-less": (0, 1, True, None, False), "mirostat-tau": (0, 100, False, 0, True),
          "mirostat-eta": (0, 10, False, None, False), "min-tokens": (0, None, True, None, False),
          "logit-bias": (-1000, 1000, False, None, False), "ban-tokens": (0, 1, True, None, False)}


def shares(z):
    """Probabilities of the logits in play, in double precision."""
    weights = np.where(np.isneginf(z), 0.0, np.exp(z.astype(np.float64) - float(z.max())))
    return weights / weights.sum()


def entropy(p):
    own = p[p > 0]
    return float(-(own * np.log(own)).sum())


def below(z, p, edge):
    """Without the tokens less probable than `edge`, the best aside."""
    gone = p < edge
    gone[int(np.argmax(z))] = False
    return np.where(gone & (z < z.max()), -np.inf, z).astype(np.float32)


def ranked(z):
    return np.lexsort((np.arange(len(z)), -z.astype(np.float64)))


def fate(case, logits, s):
    """The stage that removes the token, None when it stays."""
    z = logits.copy()
    token, history = case["token"], case["prompt"] + case["output"]
    if np.isneginf(z[token]):
        return "raw"

    def counts():
        where = {"prompt": case["prompt"], "output": case["output"], "both": history}[s["scope"]]
        return np.bincount(np.array(where, dtype=np.int64), minlength=len(z))

    if len(case["output"]) < s["min-tokens"]:
        z[case["ends"]] = -np.inf
        if np.isneginf(z[token]):
            return "min-tokens"
    for name in EARLY + s["order"] + LATE:
        if name == "logit-bias":
            for id, bias in s["logit-bias"].items():
                z[int(id)] = np.float32(float(z[int(id)]) + bias)
        elif name == "ban-tokens":
            if s["ban-tokens"]:
                z[s["ban-tokens"]] = -np.inf
        elif name == "xtc":
            # The number is drawn when there are at least two to choose from.
            if s["xtc-probability"] > 0 and np.isfinite(z).sum() >= 2 and case["uniform"] <= s["xtc-probability"]:
                p = shares(z)
                tops = [id for id in ranked(z) if p[id] >= s["xtc-threshold"]]
                z[tops[:-1]] = -np.inf
        elif s[name] == OFF[name]:
            continue
        elif name == "repetition-penalty":
            for id in set(history):
                x = float(z[id])
                z[id] = np.float32(x / s[name] if x > 0 else x * s[name])
        elif name == "frequency-penalty":
            z = (z.astype(np.float64) - s[name] * counts()).astype(np.float32)
        elif name == "presence-penalty":
            z = (z.astype(np.float64) - s[name] * (counts() > 0)).astype(np.float32)
        elif name == "temperature":
            if s[name] == 0:
                best = ranked(z)[0]
                z = np.where(np.arange(len(z)) == best, z, -np.inf).astype(np.float32)
            else:
                z = (z.astype(np.float64) / s[name]).astype(np.float32)
        elif name == "top-k":
            k = int(s[name])
            if k < np.isfinite(z).sum():
                z = np.where(z < np.sort(z)[-k], -np.inf, z).astype(np.float32)
        elif name == "top-p":
            order = ranked(z)
            ahead = np.cumsum(shares(z)[order])
            stay = order[: int(np.argmax(ahead >= s[name])) + 1] if (ahead >= s[name]).any() else order
            z = np.where(np.isin(np.arange(len(z)), stay), z, -np.inf).astype(np.float32)
        elif name == "min-p":
            p = shares(z)
            z = np.where(p < s[name] * p.max(), -np.inf, z).astype(np.float32)
        elif name == "no-repeat-n-gram":
            n = int(s[name])
            for start in range(len(history) - n + 1):
                if history[start : start + n - 1] == history[len(history) - n + 1 :]:
                    z[history[start + n - 1]] = -np.inf
        elif name == "top-n-sigma":
            own = z[np.isfinite(z)].astype(np.float64)
            z = np.where(z < own.max() - s[name] * own.std(), -np.inf, z).astype(np.float32)
        elif name == "typical-p":
            p = shares(z)
            with np.errstate(divide="ignore"):
                far = np.where(p > 0, np.abs(-np.log(p) - entropy(p)), np.inf)
            order = np.argsort(far, kind="stable")
            reached = np.cumsum(p[order]) >= s[name]
            edge = far[order[int(np.argmax(reached))]] if reached.any() else np.inf
            z = np.where(far > edge, -np.inf, z).astype(np.float32)
        elif name == "epsilon-cutoff":
            z = below(z, shares(z), s[name])
        elif name == "eta-cutoff":
            p = shares(z)
            z = below(z, p, min(s[name], math.sqrt(s[name]) * math.exp(-entropy(p))))
        elif name == "top-a":
            p = shares(z)
            z = below(z, p, s[name] * p.max() ** 2)
        elif name == "p-less":
            p = shares(z)
            z = below(z, p, (p**2).sum())
        elif name == "mirostat-tau":
            mu = case["mu"] if case["mu"] is not None else 2 * s[name]
            z = below(z, shares(z), 2.0**-mu)
        if np.isneginf(z[token]):
            return {"temperature": "greedy", "ban-tokens": "banned-tokens", "epsilon-cutoff": "epsilon",
                    "eta-cutoff": "eta", "mirostat-tau": "mirostat"}.get(name, name)
    return None


def put(s, option, id, value):
    s = dict(s)
    if option == "ban-tokens":
        s[option] = [x for x in s[option] if x != id]
    elif option == "logit-bias":
        s[option] = {**s[option], str(id): value}
    else:
        s[option] = value
    return s


def in_force(case, s):
    """[(option, id, present value)] of what ran."""
    found = [("temperature", None, s["temperature"])] if "temperature" in s["order"] else []
    for name in ORDER + ["no-repeat-n-gram", "top-n-sigma", "typical-p", "epsilon-cutoff", "eta-cutoff", "top-a",
                         "p-less", "mirostat-tau"]:
        if name != "temperature" and s[name] != OFF[name] and (name not in ORDER or name in s["order"]):
            found.append((name, None, s[name]))
    if s["mirostat-tau"] != 0:
        found.append(("mirostat-eta", None, s["mirostat-eta"]))
    if s["xtc-probability"] > 0:
        found += [("xtc-probability", None, s["xtc-probability"]), ("xtc-threshold", None, s["xtc-threshold"])]
    if len(case["output"]) < s["min-tokens"]:
        found.append(("min-tokens", None, s["min-tokens"]))
    found += [("logit-bias", int(id), bias) for id, bias in s["logit-bias"].items()]
    found += [("ban-tokens", id, 1) for id in s["ban-tokens"]]
    return found


def span(option, size, present):
    low, high, whole, apart, endless = RANGES[option]
    return low, high if high is not None else max(size, present), whole, apart, endless


def spread(option, size, present, count):
    """Values over the whole range, dense near the present one and near 0."""
    low, high, whole, apart, endless = span(option, size, present)
    if option == "ban-tokens":
        return [0]
    values = list(np.linspace(low, high, count))
    reach = max(abs(high - present), abs(low - present))
    for step in np.geomspace(reach * 1e-4, reach, count):
        values += [present - step, present + step]
    values += list(np.geomspace(max(low, 1e-9), high, count)) if high > 0 and low >= 0 else []
    if whole:
        values = {round(v) for v in values}
    values = [v for v in values if low <= v <= high and v != present and not (endless and v == apart)]
    return values + ([apart] if apart is not None and apart != present else [])


def nearer(option, size, present, value, count):
    """Values that are nearer to the present one: the next ones of four digits, and some all the way."""
    low, high, whole, apart, endless = span(option, size, present)
    if apart is not None and value == apart and (endless or not low <= value <= high):
        return [v for v in spread(option, size, present, count) if v != apart]  # the last resort
    reach = abs(value - present)
    found = []
    if whole:
        steps = range(1, int(reach)) if reach < 60 else sorted(
            {int(x) for x in np.linspace(1, reach - 1, 30)} | set(range(int(reach) - 15, int(reach))))
        found = [present + sign * step for step in steps for sign in (-1, 1)]
    else:
        toward = 1 if present > value else -1
        unit = 10.0 ** (math.floor(math.log10(abs(value))) - 3) if value else None
        if unit:
            for step in range(1, 8):
                at = float(f"{value + toward * step * unit:.4g}")
                if abs(at - present) < reach:
                    found.append(at)
        for step in np.linspace(0, reach, count, endpoint=False)[1:]:
            found += [present + step, present - step]
    return [v for v in found if low <= v <= high and v != present and abs(v - present) < reach
            and not (endless and v == apart)]


def wrong(case, logits):
    """What is wrong with a case's answer; None when nothing is."""
    s, size = case["settings"], len(logits)
    if fate(case, logits, s) != case["removedBy"]:
        return f"removed by {fate(case, logits, s)}, not {case['removedBy']}"
    if case["removedBy"] is None:
        return None
    said = {(option, id): to for ((option, id, _, to),) in [single for single, _ in case["single"]]}
    known = in_force(case, s)
    for option, id, present in known:
        key = (option, id)
        if key in said:
            to = said[key] if said[key] is not None else 0
            if fate(case, logits, put(s, option, id, to)) is not None:
                return f"{key} {to} does not keep it"
            if option == "ban-tokens":
                continue
            for value in nearer(option, size, present, to, 24):
                if fate(case, logits, put(s, option, id, value)) is None:
                    return f"{key} {value} keeps it and is nearer to {present} than {to}"
        else:
            for value in spread(option, size, present, 16):
                if fate(case, logits, put(s, option, id, value)) is None:
                    return f"{key} {value} keeps it and is not named"
    if set(said) - {(option, id) for option, id, _ in known}:
        return f"{sorted(said)} are not all in force"
    if said:
        return None
    if case["pair"] is None:
        for place, (option, id, present) in enumerate(known):
            for other in known[place + 1 :]:
                for value in spread(option, size, present, 5):
                    changed = put(s, option, id, value)
                    for second in spread(other[0], size, other[2], 3):
                        if fate(case, logits, put(changed, other[0], other[1], second)) is None:
                            return f"{option} {value} with {other[0]} {second} keeps it; no pair is named"
        return None
    (a, a_id, a_from, a_to), (b, b_id, b_from, b_to) = case["pair"][0]
    a_to, b_to = (x if x is not None else 0 for x in (a_to, b_to))
    changed = put(s, a, a_id, a_to)
    if fate(case, logits, put(changed, b, b_id, b_to)) is not None:
        return f"{case['pair']} does not keep it"
    for value in nearer(b, size, b_from, b_to, 24) if b != "ban-tokens" else []:
        if fate(case, logits, put(changed, b, b_id, value)) is None:
            return f"{a} {a_to} with {b} {value} keeps it, nearer than {b_to}"
    for value in nearer(a, size, a_from, a_to, 10) if a != "ban-tokens" else []:
        less = put(s, a, a_id, value)
        for second in spread(b, size, b_from, 12):
            if fate(case, logits, put(less, b, b_id, second)) is None:
                return f"{a} {value} with {b} {second} keeps it, nearer than {a_to}"
    return None


def main():
    cases = json.load(open(sys.argv[1]))
    rows = np.fromfile(sys.argv[2], dtype="<f4").reshape(-1, cases[0]["vocabulary"])
    found = {"removed": 0, "single": 0, "pair": 0, "none": 0}
    bad = 0
    for case in cases:
        problem = wrong(case, rows[case["row"]])
        if problem:
            bad += 1
            told = {name: value for name, value in case["settings"].items() if value != OFF.get(name)}
            print(f"token {case['token']} at step {len(case['output'])}: {problem}; {told}")
        if case["removedBy"]:
            found["removed"] += 1
            found["single" if case["single"] else "pair" if case["pair"] else "none"] += 1
    print(f"{len(cases)} pairs, {bad} wrong; {found['removed']} removed: {found['single']} by one setting,"
          f" {found['pair']} by two, {found['none']} by neither")


main()
