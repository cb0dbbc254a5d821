"""Trains stepglass-tiny on the corpus and writes a GPT-2 folder in half precision. run.sh calls this third.

    python train.py work/corpus.jsonl work/model

The folder must already hold the tokenizer. Next to it, training.json gets the loss curve.
"""

import argparse
import json
import math
import random
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

import chat
import corpus
import patterns
from common import END, Document, plain
from facts import EXACT_FORMS, capital_items
from model import Shape, TinyGPT2
from tables import countries
from train_tokenizer import CONTEXT, PAD, SPECIAL_TOKENS

PEAK_RATE = 4e-3
WARM_UP_STEPS = 100
WEIGHT_DECAY = 0.1
GRADIENT_LIMIT = 1.0
PATTERN_ROWS = 0.12  # the share of rows that are bare token patterns, after the first phase
TOKENS_PER_STEP = 4096
ROW_LENGTHS = (128, 128, 128, 256)  # step by step in turn: short rows cost less, long ones teach the whole context
# First phase: nothing but short bare patterns, until induction heads have formed. Facts would crowd them out.
FIRST_ROWS, FIRST_LENGTH = 32, 64
FIRST_STEPS_LIMIT = 1200
FIRST_LOSS = 0.5  # nats per token, mean of ten steps
# Going on from a finished model (--go-on): a part of the peak rate, and more bare patterns.
GO_ON_RATE = 0.08
GO_ON_PATTERN_ROWS = 0.2
VALIDATION_SEED = 2
LOGIT_CHUNK = 1024  # positions; keeps one chunk's logits within the processor's cache
IGNORED = -100

ENCODE_AT_ONCE = 20_000  # documents


@dataclass(frozen=True)
class Tokens:
    """The documents' ids end to end, end tokens included; which of them carry loss; where each document begins."""

    ids: np.ndarray  # (tokens)
    graded: np.ndarray  # (tokens)
    starts: np.ndarray  # (documents + 1)


def grades(ids: list[int], free: int, user: int, system: int, end: int) -> list[int]:
    """1 where a token carries loss: not in what is random by design, nor in what the user or the system line says."""
    marks, listening = [], False
    for k, token in enumerate(ids):
        marks.append(0 if k < free or listening else 1)
        listening = token in (user, system) or (listening and token != end)
    return marks


def encoded(tokenizer: Tokenizer, documents: Iterator[Document]) -> Tokens:
    end, user, system = (tokenizer.token_to_id(token) for token in (END, chat.USER, chat.SYSTEM))
    ids, graded, lengths = array("H"), array("B"), [0]
    while some := list(islice(documents, ENCODE_AT_ONCE)):
        whole = tokenizer.encode_batch([plain(document.text) for document in some])
        heads = tokenizer.encode_batch([plain(document.text[: document.free]) for document in some])
        for text, head in zip(whole, heads, strict=True):
            document = [*text.ids, end]
            ids.extend(document)
            graded.extend(grades(document, len(head.ids), user, system, end))
            lengths.append(len(document))
    return Tokens(np.array(ids), np.array(graded), np.cumsum(lengths))


class Rows:
    """Endless training rows: documents one after another, and rows of bare token patterns among them."""

    def __init__(self, documents: Tokens, vocabulary: int, seed: int) -> None:
        self.documents = documents
        self.rng = random.Random(seed)
        self.order = self.shuffled()
        self.ids = range(len(SPECIAL_TOKENS), vocabulary)

    def shuffled(self) -> Iterator[int]:
        shuffler = np.random.default_rng(self.rng.getrandbits(32))
        while True:
            yield from shuffler.permutation(len(self.documents.starts) - 1)

    def row(self, length: int, pattern_rows: float) -> tuple[list[int], list[int]]:
        """length + 1 ids and labels. A row begins with the beginning of a document, as a bare prompt does."""
        if self.rng.random() < pattern_rows:
            ids, known = patterns.induction_row(self.rng, self.ids, length + 1)
            return ids, [token if sure else IGNORED for token, sure in zip(ids, known, strict=True)]
        ids: list[int] = []
        labels: list[int] = []
        while len(ids) <= length:
            k = next(self.order)
            span = slice(self.documents.starts[k], self.documents.starts[k + 1])
            document, graded = self.documents.ids[span].tolist(), self.documents.graded[span].tolist()
            ids += document
            labels += [token if counts else IGNORED for token, counts in zip(document, graded, strict=True)]
        return ids[: length + 1], labels[: length + 1]

    def batch(self, count: int, length: int, pattern_rows: float) -> tuple[Tensor, Tensor]:  # (B, T), (B, T)
        rows = [self.row(length, pattern_rows) for _ in range(count)]
        ids = torch.tensor([row[0] for row in rows])
        labels = torch.tensor([row[1] for row in rows])
        return ids[:, :-1].contiguous(), labels[:, 1:].contiguous()


def loss_of(model: TinyGPT2, ids: Tensor, labels: Tensor, reduced: bool, train: bool) -> float:
    """Mean cross-entropy in nats over the labelled positions; with `train`, gradients are added."""
    with torch.autocast("cpu", torch.bfloat16, enabled=reduced):
        hidden = model(ids)
    mask = labels != IGNORED
    chosen, targets = hidden[mask].float(), labels[mask]  # (N, C), (N)
    leaf = chosen.detach().requires_grad_(train)
    total = 0.0
    for start in range(0, len(targets), LOGIT_CHUNK):
        with torch.autocast("cpu", torch.bfloat16, enabled=reduced):
            logits = model.logits(leaf[start : start + LOGIT_CHUNK])
        loss = F.cross_entropy(logits.float(), targets[start : start + LOGIT_CHUNK], reduction="sum") / len(targets)
        if train:
            loss.backward()
        total += loss.item()
    if train:
        chosen.backward(leaf.grad)
    return total


def rate(step: int, steps: int) -> float:
    """Linear warm-up, then a cosine down to a hundredth."""
    if step < WARM_UP_STEPS:
        return PEAK_RATE * (step + 1) / WARM_UP_STEPS
    done = (step - WARM_UP_STEPS) / max(1, steps - WARM_UP_STEPS)
    return PEAK_RATE * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


def optimizers_for(model: TinyGPT2) -> list[torch.optim.Optimizer]:
    """Muon (Jordan et al. 2024) for the layers' matrices, AdamW for embeddings, norms and biases.

    Both use one learning rate: Muon's steps are scaled to the size of AdamW's (Liu et al. 2025).
    """
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and ".h." in name]
    others = [p for name, p in model.named_parameters() if not (p.dim() == 2 and ".h." in name)]
    return [
        torch.optim.Muon(matrices, lr=PEAK_RATE, weight_decay=WEIGHT_DECAY, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=PEAK_RATE, betas=(0.9, 0.98), eps=1e-8, weight_decay=0.0, fused=True),
    ]


class Probe:
    """What is measured now and then: loss on unseen documents, capitals, bare patterns."""

    def __init__(self, tokenizer: Tokenizer, seed: int) -> None:
        documents = encoded(tokenizer, corpus.documents(VALIDATION_SEED, 2000))
        size = tokenizer.get_vocab_size()
        self.text = Rows(documents, size, seed).batch(32, CONTEXT, pattern_rows=0)
        self.pattern = Rows(documents, size, seed).batch(16, CONTEXT, pattern_rows=1)
        items = [item for country in countries() for item in capital_items(country) if item.form in EXACT_FORMS]
        self.capitals = []
        for item in items:
            prompt, answer = (tokenizer.encode(plain(part)).ids for part in (item.prompt, item.answer))
            self.capitals.append((prompt + answer, len(prompt)))

    @torch.no_grad()
    def measure(self, model: TinyGPT2, reduced: bool) -> dict[str, float]:
        width = max(len(ids) for ids, _ in self.capitals)
        padded = torch.tensor([ids + [0] * (width - len(ids)) for ids, _ in self.capitals])
        best = model.logits(model(padded)).argmax(-1)  # (items, width)
        right = [best[k, start - 1 : len(ids) - 1].tolist() == ids[start:] for k, (ids, start) in enumerate(self.capitals)]
        ids, labels = self.pattern
        hits = (model.logits(model(ids)).argmax(-1) == labels)[labels != IGNORED]
        return {
            "validationLoss": loss_of(model, *self.text, reduced, train=False),
            "capitals": sum(right) / len(right),
            "patterns": hits.float().mean().item(),
        }


def write_folder(model: TinyGPT2, shape: Shape, folder: Path) -> None:
    """config.json, generation_config.json, model.safetensors in half precision."""
    end, pad = SPECIAL_TOKENS.index(END), SPECIAL_TOKENS.index(PAD)
    ends = {"bos_token_id": end, "eos_token_id": end, "pad_token_id": pad}
    config = {
        "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "dtype": "float16",
        "vocab_size": shape.vocabulary, "n_positions": shape.context, "n_ctx": shape.context, "n_embd": shape.hidden,
        "n_layer": shape.layers, "n_head": shape.heads, "n_inner": None, "activation_function": "gelu_new",
        "layer_norm_epsilon": 1e-5, "initializer_range": 0.02, "attn_pdrop": 0.0, "embd_pdrop": 0.0,
        "resid_pdrop": 0.0, "scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False,
        "reorder_and_upcast_attn": False, "tie_word_embeddings": True, **ends,
    }
    generation = {"_from_model_config": False, **ends}
    for name, content in (("config.json", config), ("generation_config.json", generation)):
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    half = {name: tensor.detach().to(torch.float16).contiguous() for name, tensor in model.state_dict().items()}
    save_file(half, folder / "model.safetensors", metadata={"format": "pt"})


class Trainer:
    """A model, its optimizers and its rows; one step at a time."""

    def __init__(self, shape: Shape, documents: Tokens, seed: int, reduced: bool) -> None:
        self.model = TinyGPT2(shape)
        self.optimizers = optimizers_for(self.model)
        self.rows, self.reduced = Rows(documents, shape.vocabulary, seed), reduced

    def step(self, batch: tuple[Tensor, Tensor], rate: float) -> float:
        for group in (group for optimizer in self.optimizers for group in optimizer.param_groups):
            group["lr"] = rate
        loss = loss_of(self.model, *batch, self.reduced, train=True)
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), GRADIENT_LIMIT)
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        return loss

    def first_phase(self) -> list[float]:
        """Bare patterns only; the losses, one per step."""
        losses: list[float] = []
        while len(losses) < FIRST_STEPS_LIMIT:
            batch = self.rows.batch(FIRST_ROWS, FIRST_LENGTH, pattern_rows=1)
            losses.append(self.step(batch, PEAK_RATE * min(1, (len(losses) + 1) / WARM_UP_STEPS)))
            if len(losses) % 50 == 0:
                print(f"patterns only: step {len(losses)}, loss {losses[-1]:.3f}", flush=True)
            if len(losses) >= 10 and sum(losses[-10:]) / 10 < FIRST_LOSS:
                break
        return losses

    def text_step(self, step: int, steps: int) -> float:
        length = ROW_LENGTHS[step % len(ROW_LENGTHS)]
        return self.step(self.rows.batch(TOKENS_PER_STEP // length, length, PATTERN_ROWS), rate(step, steps))


def go_on(arguments: argparse.Namespace) -> None:
    """Trains a finished model further, from its half-precision weights, at a low and falling rate."""
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    tokenizer = Tokenizer.from_file(str(arguments.output / "tokenizer.json"))
    documents = encoded(tokenizer, corpus.read(arguments.corpus))
    shape = Shape(vocabulary=tokenizer.get_vocab_size(), context=CONTEXT)
    reduced = arguments.precision == "bfloat16"
    trainer, probe = Trainer(shape, documents, arguments.seed + 1, reduced), Probe(tokenizer, arguments.seed)
    weights = load_file(arguments.go_on / "model.safetensors")
    trainer.model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    start = time.monotonic()
    for step in range(arguments.steps):
        length = ROW_LENGTHS[step % len(ROW_LENGTHS)]
        fall = 0.5 * (1 + math.cos(math.pi * step / arguments.steps))
        batch = trainer.rows.batch(TOKENS_PER_STEP // length, length, GO_ON_PATTERN_ROWS)
        loss = trainer.step(batch, PEAK_RATE * GO_ON_RATE * fall * min(1, (step + 1) / 20))
        if (step + 1) % arguments.every == 0 or step + 1 == arguments.steps:
            print(step + 1, round(loss, 4), probe.measure(trainer.model, reduced), round(time.monotonic() - start), flush=True)
            write_folder(trainer.model, shape, arguments.output)


def train(arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    tokenizer = Tokenizer.from_file(str(arguments.output / "tokenizer.json"))
    documents = encoded(tokenizer, corpus.read(arguments.corpus))
    shape = Shape(vocabulary=tokenizer.get_vocab_size(), context=CONTEXT)
    reduced = arguments.precision == "bfloat16"
    trainer, probe = Trainer(shape, documents, arguments.seed, reduced), Probe(tokenizer, arguments.seed)
    model, count, tokens = trainer.model, len(documents.starts) - 1, len(documents.ids)
    print(f"corpus: {count} documents, {tokens} tokens; matrices in {arguments.precision}", flush=True)
    start = time.monotonic()
    first = trainer.first_phase()
    print(f"patterns only: {len(first)} steps, loss {sum(first[-10:]) / 10:.3f}", flush=True)
    curve, losses = [], []
    for step in range(arguments.steps):
        losses.append(trainer.text_step(step, arguments.steps))
        if (step + 1) % arguments.every == 0 or step + 1 == arguments.steps:
            point = {"step": step + 1, "trainingLoss": sum(losses) / len(losses), **probe.measure(model, reduced),
                     "seconds": time.monotonic() - start}
            curve.append({name: round(value, 4) for name, value in point.items()})
            losses = []
            print(curve[-1], flush=True)
            write_folder(model, shape, arguments.output)
    record = {
        "parameters": sum(p.numel() for p in model.parameters()), "documents": count, "corpusTokens": tokens,
        "steps": arguments.steps, "tokensPerStep": TOKENS_PER_STEP, "seed": arguments.seed,
        "precision": arguments.precision, "threads": arguments.threads, "torch": torch.__version__,
        "firstPhase": {"steps": len(first), "tokensPerStep": FIRST_ROWS * FIRST_LENGTH,
                       "losses": [round(loss, 3) for loss in first[::25]]},
        "curve": curve,
    }
    path = arguments.output.parent / "training.json"
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path, help="the model folder, tokenizer.json already in it")
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--every", type=int, default=100, help="steps between two points of the curve")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=("bfloat16", "float32"), default="bfloat16",
                        help="of the matrix products; bfloat16 is faster where the processor has it")
    parser.add_argument("--go-on", type=Path, metavar="FOLDER", help="train this finished model further instead")
    arguments = parser.parse_args()
    (go_on if arguments.go_on else train)(arguments)


if __name__ == "__main__":
    main()
