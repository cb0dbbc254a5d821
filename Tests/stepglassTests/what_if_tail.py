"""What if on a record that lists 50 tokens a step, held against NumPy on the raw logits of the whole vocabulary.

what_if_tail.py CASES TENSORS...: CASES holds lines of {"run", "step", "settings", "history", "bound", "shares", "kept"}: which
of the tensors.safetensors, what was asked, and what the engine made of the record that has none of them. Prints the largest
distance, the cases that are farther off than their bound, and what else a test wants to know, as JSON.
"""
import json
import sys

import numpy as np
from safetensors.numpy import load_file


def softmax(logits):
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def stages(logits, settings, prompt, output):
    """The stages by their definitions; a removed token is minus infinity. A division rounds to 32 bits, as the engine's."""
    logits = logits.copy()
    for name in settings["order"]:
        if name == "repetition-penalty":
            for token in set(prompt + output):
                r = settings["repetition"]
                logits[token] = np.float32(logits[token] / r if logits[token] > 0 else logits[token] * r)
        elif name == "frequency-penalty":
            for token in set(output):
                logits[token] = np.float32(logits[token] - settings["frequency"] * output.count(token))
        elif name == "presence-penalty":
            for token in set(output):
                logits[token] = np.float32(logits[token] - settings["presence"])
        elif name == "temperature":
            logits = (logits / settings["temperature"]).astype(np.float32).astype(np.float64)
        elif name == "top-k" and settings["topK"] > 0:
            logits[logits < np.partition(logits, -settings["topK"])[-settings["topK"]]] = -np.inf
        elif name == "top-p" and settings["topP"] < 1:
            order = np.lexsort((np.arange(len(logits)), -logits))
            reached = np.cumsum(softmax(logits)[order]) >= settings["topP"]
            logits[order[int(reached.argmax()) + 1 if reached.any() else len(order):]] = -np.inf
        elif name == "min-p" and settings["minP"] > 0:
            logits[logits < logits.max() + np.log(settings["minP"])] = -np.inf
    return logits


def main():
    tensors = [load_file(path)["logits.raw"].astype(np.float64) for path in sys.argv[2:]]
    told = {"cases": 0, "largest": 0, "beyond": [], "far": [], "cut": [], "sets": [], "wide": 0, "unbounded": 0}
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            case = json.loads(line)
            raw = tensors[case["run"]][case["step"]]
            final = stages(raw, case["settings"], case["prompt"], case["output"])
            truth = softmax(final)
            distance = max(abs(share - truth[int(token)]) for token, share in case["shares"].items())
            inside = {int(token) for token in case["shares"] if np.isfinite(final[int(token)])}
            told["cases"] += 1
            told["largest"] = max(told["largest"], distance)
            told["unbounded"] += case["bound"] is None
            told["wide"] += case["bound"] is not None and case["bound"] > 1e-4
            label = {"case": case["settings"], "distance": distance, "bound": case["bound"], "run": case["run"], "step": case["step"], "kept": int(np.isfinite(final).sum())}
            if case["bound"] is not None and distance > case["bound"] + 1e-9:
                told["beyond"].append(label)
            if distance > 1e-4:
                # Where a stage cuts among tokens of which only bins are kept, the bound says that it does.
                is_cut = case["bound"] is not None and case["bound"] > 1e-4 and label["kept"] > 50 + 144
                told["cut" if is_cut else "far"].append(label)
            if inside != set(case["kept"]):
                told["sets"].append(label)
    print(json.dumps(told))


main()
