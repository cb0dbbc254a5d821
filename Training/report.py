"""Turns what evaluate.py measured into report.json, report.md and the picture of the loss curve."""

import json
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 640, 300, 40  # pixels


def loss_picture(curve: list[dict[str, float]]) -> str:
    """An SVG with the training and the validation loss over the steps."""
    last = curve[-1]["step"]
    highest = max(point["trainingLoss"] for point in curve)

    def line(name: str) -> str:
        return " ".join(f"{MARGIN + (WIDTH - 2 * MARGIN) * point['step'] / last:.1f},"
                        f"{HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * point[name] / highest:.1f}" for point in curve)

    base, right = HEIGHT - MARGIN, WIDTH - MARGIN
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<path d="M{MARGIN} {MARGIN}V{base}H{right}" fill="none" stroke="black"/>',
        f'<polyline points="{line("trainingLoss")}" fill="none" stroke="#1b6ca8" stroke-width="2"/>',
        f'<polyline points="{line("validationLoss")}" fill="none" stroke="#c1440e" stroke-width="2"/>',
        f'<text x="{right}" y="{base + 18}" text-anchor="end">{last} steps</text>',
        f'<text x="{MARGIN}" y="{MARGIN - 8}">loss in nats per token, up to {highest:.2f}</text>',
        f'<text x="{right}" y="{MARGIN}" text-anchor="end" fill="#1b6ca8">training (text and patterns)</text>',
        f'<text x="{right}" y="{MARGIN + 16}" text-anchor="end" fill="#c1440e">validation (unseen text)</text>',
        "</svg>", "",
    ])


def table(head: list[str], rows: list[list[object]]) -> list[str]:
    cells = [[str(cell).replace("|", "\\|") for cell in row] for row in [head, ["---"] * len(head), *rows]]
    return ["| " + " | ".join(row) + " |" for row in cells] + [""]


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def training_part(training: dict[str, object]) -> list[str]:
    curve = training["curve"]
    few = curve[:: max(1, len(curve) // 12)]
    few += [curve[-1]] if few[-1] is not curve[-1] else []
    text = [
        "## Training", "",
        f"{training['parameters']:,} parameters; {training['steps']} steps of {training['tokensPerStep']:,} tokens; corpus of "
        f"{training['documents']:,} documents, {training['corpusTokens']:,} tokens; seed {training['seed']}; matrix products in "
        f"{training['precision']}; {training['threads']} thread(s); torch {training['torch']}; "
        f"{curve[-1]['seconds'] / 60:.0f} minutes.", "", "![loss curve](report-loss.svg)", "",
    ]
    rows = [[p["step"], f"{p['trainingLoss']:.3f}", f"{p['validationLoss']:.3f}", percent(p["capitals"]), percent(p["patterns"])]
            for p in few]
    return text + table(["step", "training loss", "validation loss", "capitals", "bare patterns"], rows)


def skills_part(result: dict[str, object]) -> list[str]:
    text = ["## Held-out accuracy by skill", "",
            "Greedy, whole answer, as it is. What is held out, and how, stands in README.md.", ""]
    rows = [[skill, percent(entry["accuracy"]), entry["of"]] for skill, entry in result["heldOut"].items()]
    text += table(["skill", "accuracy", "items"], rows)
    text += ["<details><summary>by language and phrasing</summary>", ""]
    rows = [[skill, name, percent(row["accuracy"]), row["of"]] for skill, entry in result["heldOut"].items()
            for name, row in entry["forms"].items()]
    return text + table(["skill", "phrasing", "accuracy", "items"], rows) + ["</details>", ""]


def induction_part(result: dict[str, object]) -> list[str]:
    best = result["inductionHeads"][0]
    bare = result["barePatterns"]
    text = [
        "## Induction", "",
        f"**Layer {best['layer']}, head {best['head']}** (both counted from 0) looks from the second A to the token after the first "
        f"A with a mean attention of {best['score']:.3f} on random patterns.", "",
        f"New patterns of random tokens: {percent(bare['accuracy'])} of {bare['of']:,} repeated tokens are foretold.", "",
    ]
    return text + table(["layer", "head", "mean attention"], [[h["layer"], h["head"], h["score"]] for h in result["inductionHeads"][:6]])


def stories_part(result: dict[str, object]) -> list[str]:
    text = ["## Stories, sampled at temperature 0.8", ""]
    for language, entry in result["stories"].items():
        line = f"**{language}**: {percent(entry['ended'])} end by themselves; {entry['meanSentences']:.1f} sentences on average"
        if "knownWords" in entry:
            line += f"; {percent(entry['knownWords'])} of the words are words of the corpus"
        text += [line + ".", ""] + [line for sample in entry["samples"] for line in (f"> {sample}", "")]
    return text


def prompts_part(result: dict[str, object]) -> list[str]:
    rows = [[f"`{p['prompt']}`", p["shows"], f"`{p['continuation']}`", f"`{p['first']}` {percent(p['probability'])}"]
            for p in result["prompts"]]
    return ["## Prompts for lessons", ""] + table(["prompt", "shows", "greedy continuation", "first token"], rows)


def mistakes_part(result: dict[str, object]) -> list[str]:
    text = ["## Some mistakes", ""]
    for skill, wrong in result["mistakes"].items():
        text += [f"- {skill}: {len(wrong)} shown" if wrong else f"- {skill}: none"]
        text += [f"  - `{entry}`" for entry in wrong]
    return [*text, ""]


def write(result: dict[str, object], folder: Path) -> None:
    (folder / "report.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    text = ["# stepglass-tiny: what it can do", "",
            "Written by `evaluate.py` from the half-precision weights as shipped; the numbers are in `report.json`.", ""]
    text += table(["target", "wanted", "measured", ""],
                  [[name, t["wanted"], t["measured"], "met" if t["met"] else "**missed**"] for name, t in result["targets"].items()])
    text += [f"model.safetensors: {result['file']['bytes']:,} bytes, SHA-256 `{result['file']['sha256']}`.", ""]
    if "training" in result:
        text += training_part(result["training"])
        (folder / "report-loss.svg").write_text(loss_picture(result["training"]["curve"]), encoding="utf-8")
    text += skills_part(result) + induction_part(result) + prompts_part(result) + stories_part(result) + mistakes_part(result)
    (folder / "report.md").write_text("\n".join(text), encoding="utf-8")
