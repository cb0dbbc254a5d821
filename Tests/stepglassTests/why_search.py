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
    """Probabilities of the logits, in double precision."""
    weights = np.exp(z.astype(np.float64) - float(z.max()))
    return weights / weights.sum()


def entropy(p):
    own = p[p > 0]
    return float(-(own * np.log(own)).sum())


def likely(z, edge):
    """Which tokens are as probable as `edge`; those with the largest logit always."""
    return (shares(z) >= edge) | (z == z.max())


class Play:
    """The tokens in play, by rising id, and where among them the token asked about is; None once it is removed."""

    def __init__(self, z, token):
        self.z, self.ids, self.place = z, np.arange(len(z)), token
        self.keep(np.isfinite(z))

    def keep(self, mask):
        if not mask[self.place]:
            self.place = None
        elif not mask.all():
            self.place = int(np.count_nonzero(mask[: self.place]))
            self.z, self.ids = self.z[mask], self.ids[mask]

    def change(self, ids, change):
        """Gives the tokens of `ids` that are in play other logits, in double precision with one rounding."""
        found = np.isin(self.ids, ids)
        own = self.z[found].astype(np.float64)
        self.z = self.z.copy()
        self.z[found] = change(own, self.ids[found]).astype(np.float32)


def fate(case, logits, s):
    """The stage that removes the token, None when it stays."""
    if np.isneginf(logits[case["token"]]):
        return "raw"
    play = Play(logits, case["token"])
    history = case["prompt"] + case["output"]
    counted = {"prompt": case["prompt"], "output": case["output"], "both": history}[s["scope"]]
    if len(case["output"]) < s["min-tokens"]:
        play.keep(~np.isin(play.ids, case["ends"]))
        if play.place is None:
            return "min-tokens"
    for name in EARLY + s["order"] + LATE:
        if name in ("logit-bias", "ban-tokens"):
            if not s[name]:
                continue
        elif s["xtc-probability" if name == "xtc" else name] == OFF["xtc-probability" if name == "xtc" else name]:
            continue
        run(name, play, s, case, history, counted)
        if play.place is None:
            return {"temperature": "greedy", "ban-tokens": "banned-tokens", "epsilon-cutoff": "epsilon",
                    "eta-cutoff": "eta", "mirostat-tau": "mirostat"}.get(name, name)
    return None


def run(name, play, s, case, history, counted):
    z, value = play.z, s.get(name)
    if name == "logit-bias":
        play.change([int(id) for id in value], lambda own, ids: own + [value[str(id)] for id in ids])
    elif name == "ban-tokens":
        play.keep(~np.isin(play.ids, value))
    elif name == "no-repeat-n-gram":
        n = int(value)
        gone = [history[start + n - 1] for start in range(len(history) - n + 1)
                if history[start : start + n - 1] == history[len(history) - n + 1 :]]
        play.keep(~np.isin(play.ids, gone))
    elif name == "repetition-penalty":
        play.change(list(set(history)), lambda own, ids: np.where(own > 0, own / value, own * value))
    elif name == "frequency-penalty":
        play.change(list(set(counted)), lambda own, ids: own - value * np.array([counted.count(id) for id in ids]))
    elif name == "presence-penalty":
        play.change(list(set(counted)), lambda own, ids: own - value)
    elif name == "temperature" and value == 0:
        play.keep(np.arange(len(z)) == np.argmax(z))
    elif name == "temperature":
        play.z = (z.astype(np.float64) / value).astype(np.float32)
    elif name == "top-k":
        if value < len(z):
            play.keep(z >= np.partition(z, len(z) - int(value))[len(z) - int(value)])
    elif name == "top-p":
        p = shares(z)
        own = z[play.place]
        better = (z > own) | ((z == own) & (np.arange(len(z)) < play.place))
        if p[better].sum() >= value:
            play.place = None
            return
        order = np.argsort(-z, kind="stable")
        reached = np.cumsum(p[order]) >= value
        mask = np.zeros(len(z), dtype=bool)
        mask[order[: int(np.argmax(reached)) + 1] if reached.any() else order] = True
        play.keep(mask)
    elif name == "min-p":
        p = shares(z)
        play.keep(p >= value * p.max())
    elif name == "top-n-sigma":
        own = z.astype(np.float64)
        play.keep(own >= own.max() - value * own.std())
    elif name == "typical-p":
        p = shares(z)
        with np.errstate(divide="ignore"):
            far = np.where(p > 0, np.abs(-np.log(p) - entropy(p)), np.inf)
        order = np.argsort(far, kind="stable")
        reached = np.cumsum(p[order]) >= value
        play.keep(far <= (far[order[int(np.argmax(reached))]] if reached.any() else np.inf))
    elif name == "epsilon-cutoff":
        play.keep(likely(z, value))
    elif name == "eta-cutoff":
        play.keep(likely(z, min(value, math.sqrt(value) * math.exp(-entropy(shares(z))))))
    elif name == "xtc":
        # The number is drawn when there are at least two to choose from.
        if len(z) >= 2 and case["uniform"] <= s["xtc-probability"]:
            p = shares(z)
            tops = [place for place in np.argsort(-z, kind="stable") if p[place] >= s["xtc-threshold"]]
            play.keep(~np.isin(np.arange(len(z)), tops[:-1]))
    elif name == "top-a":
        play.keep(likely(z, value * shares(z).max() ** 2))
    elif name == "p-less":
        play.keep(likely(z, (shares(z) ** 2).sum()))
    elif name == "mirostat-tau":
        play.keep(likely(z, 2.0 ** -(case["mu"] if case["mu"] is not None else 2 * value)))


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
