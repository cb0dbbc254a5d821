"""A record beside transformers: the same tokens through another implementation, number by number."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Largest:
    """The largest difference of one kind, and where it is."""

    difference: float
    place: str
    ours: float
    theirs: float

    def __str__(self):
        return f"{self.difference:.2e} at {self.place} ({self.ours:.6g}, {self.theirs:.6g})"


@dataclass(frozen=True)
class Comparison:
    """What two implementations make of the same tokens."""

    #: Of the raw logits of all listed candidates; None where no step could be compared.
    logits: object
    #: Of all attention weights; None where none were recorded.
    attention: object
    #: What the recorded attention may differ by through the way it is kept.
    attention_error: object
    #: Steps whose most probable token is the same in both, and how many there are.
    same_best: int
    steps: int

    def __str__(self):
        lines = [f"logits: {self.logits}", f"most probable token the same: {self.same_best} of {self.steps} steps"]
        if self.attention is not None:
            lines.append(f"attention: {self.attention}; kept within {self.attention_error}")
        return "\n".join(lines)


def compare(record, model):
    """The largest differences between a record and transformers.

    model: a causal model of transformers (eager attention, so that it tells its weights), or its name or folder.
    Anything that is called with input_ids and output_attentions=True and returns .logits and .attentions will do.
    """
    if record.run == "fill":
        raise ValueError("the record fills masks; compare takes runs that go on from their prompt")
    # Settings that change on the way concern the choices, which are not compared, unless they touch the pass.
    settings = [record.settings, *(change["settings"] for change in record.settings.get("changes") or [])]
    if any(each.get("ablated") or each.get("dropped") for each in settings):
        raise ValueError("heads or cache entries of the run are off, which transformers' pass knows nothing of")
    # The last token was chosen and never run.
    ids = record.ids[: len(record.prompt) + max(0, len(record.steps) - 1)]
    logits, attentions = _pass(model, ids)
    return _compared(record, logits, attentions)


def _pass(model, ids):
    if isinstance(model, str) or hasattr(model, "__fspath__"):
        try:
            import torch
            import transformers
        except ModuleNotFoundError as error:
            raise ImportError(f"a model by its name needs torch and transformers ({error}): pip install torch transformers") from error

        model = transformers.AutoModelForCausalLM.from_pretrained(
            model, attn_implementation="eager", dtype=torch.float32).eval()  # fmt: skip
    try:
        import torch

        inputs, context = torch.tensor([ids]), torch.no_grad()
    except ImportError:
        import contextlib

        inputs, context = np.array([ids]), contextlib.nullcontext()
    with context:
        out = model(input_ids=inputs, output_attentions=True, use_cache=False)
    return np.asarray(out.logits)[0], [np.asarray(layer)[0] for layer in out.attentions or []]


def _compared(record, logits, attentions):
    largest, same = None, 0
    for step in record.steps:
        row = logits[step.position - 1]
        best = max(step.candidates, key=lambda one: -np.inf if one.logits[0] is None else one.logits[0])
        same += int(np.nanargmax(row)) == best.id
        for one in step.candidates:
            if one.logits[0] is not None:
                largest = _larger(largest, one.logits[0], row[one.id], f"step {step.index}, token {one.id}")
    attention = None
    if record.attention is not None and attentions:
        for layer, theirs in enumerate(attentions):
            ours = record.attention.array(layer)
            theirs = theirs[:, : ours.shape[1], : ours.shape[2]]
            # Keys that were not kept are in the tail, not in the array.
            kept = ours > 0 if record.attention.keys_per_row else np.ones_like(ours, bool)
            apart = np.where(kept, np.abs(ours - theirs), 0)
            head, query, key = np.unravel_index(int(apart.argmax()), apart.shape)
            attention = _larger(
                attention, ours[head, query, key], theirs[head, query, key],
                f"layer {layer}, head {head}, query {query}, key {key}",
            )  # fmt: skip
    error = record.attention.maximum_error if record.attention is not None else None
    return Comparison(largest, attention, error, same, len(record.steps))


def _larger(largest, ours, theirs, place):
    difference = abs(float(ours) - float(theirs))
    # What is no number is the largest difference there is.
    if largest is None or not difference <= largest.difference:
        return Largest(difference, place, float(ours), float(theirs))
    return largest
