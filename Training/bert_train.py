"""Trains stepglass-tiny-bert by masked words and writes a BERT folder in half precision. run.sh calls it after the causal model.

    python bert_train.py work/corpus.jsonl work/bert

Word by word, not token by token: a word that is hidden is hidden whole, in Chinese too, where the corpus marks its words. A rare word
is hidden more often than a common one, as its letters would be in a cloze: "Paris" asks for a fact, "the" does not.
"""

import argparse
import json
import math
import random
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch.nn import functional as F
from transformers import BertConfig, BertForMaskedLM

import corpus
from bert_tokenizer import CONTEXT, SPECIAL_TOKENS
from common import CUT, plain

PEAK_RATE = 4e-3
WARM_UP_STEPS = 60
WEIGHT_DECAY = 0.05
TOKENS_PER_STEP = 3072
LONGEST = 48  # tokens; longer documents are stories, which teach few facts for their length
HIDDEN_SHARE = 0.2  # of the words of a text, at least one
LEFT_SHARE, OTHER_SHARE = 0.08, 0.06  # of the hidden words: shown as they are, shown as another
MASK, PAD = SPECIAL_TOKENS.index("[MASK]"), SPECIAL_TOKENS.index("[PAD]")
IGNORED = -100
HEADS, LAYERS, WIDTH = 4, 4, 128


def words_of(tokenizer: Tokenizer, texts: list[str]) -> list[tuple[list[int], list[range]]]:
    """The ids of each text, and the places of its words: a word of English, or what stands between two marks of the corpus."""
    found = []
    for text, encoding in zip(texts, tokenizer.encode_batch([plain(text) for text in texts]), strict=True):
        ends, length = set(), 0
        for part in text.split(CUT):
            length += len(part)
            ends.add(length)
        spans: list[range] = []
        start = None
        for place, (first, last) in enumerate(encoding.offsets):
            if first == last:  # [CLS], [SEP]
                continue
            token = encoding.tokens[place]
            character = plain(text)[first]
            # A Chinese word goes on over characters until the corpus says that it ends; others are one pre-token each.
            goes_on = token.startswith("##") or (
                spans and "\u4e00" <= character <= "\u9fff" and first not in ends and spans[-1].stop == place
                and "\u4e00" <= plain(text)[first - 1] <= "\u9fff")
            if goes_on and spans:
                spans[-1] = range(spans[-1].start, place + 1)
            else:
                spans.append(range(place, place + 1))
        found.append((encoding.ids, spans))
    return found


class Texts:
    """Texts in batches of like length, with words hidden anew each time."""

    def __init__(self, tokenizer: Tokenizer, texts: list[str], seed: int) -> None:
        self.rng = random.Random(seed)
        self.size = tokenizer.get_vocab_size()
        made = [(ids, spans) for ids, spans in words_of(tokenizer, texts) if len(ids) <= LONGEST and spans]
        counts = Counter(tuple(ids[span.start:span.stop]) for ids, spans in made for span in spans)
        self.texts = [(ids, spans, [counts[tuple(ids[s.start:s.stop])] ** -0.5 for s in spans]) for ids, spans in made]
        self.texts.sort(key=lambda text: len(text[0]))
        self.batches: list[tuple[int, int]] = []

    def next(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """ids, which of them are text, labels: each (B, T)."""
        if not self.batches:
            start = 0
            while start < len(self.texts):
                count = TOKENS_PER_STEP // len(self.texts[min(start + 100, len(self.texts) - 1)][0])
                self.batches.append((start, min(start + count, len(self.texts))))
                start += count
            self.rng.shuffle(self.batches)
        start, stop = self.batches.pop()
        return self.batch(self.texts[start:stop])

    def batch(self, rows: list) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        width = max(len(ids) for ids, _, _ in rows)
        inputs, masks, labels = [], [], []
        for ids, spans, weights in rows:
            shown, wanted = list(ids), [IGNORED] * len(ids)
            for span in self.rng.choices(spans, weights, k=max(1, round(HIDDEN_SHARE * len(spans)))):
                draw = self.rng.random()
                for place in span:
                    wanted[place] = ids[place]
                    if draw >= LEFT_SHARE + OTHER_SHARE:
                        shown[place] = MASK
                    elif draw >= LEFT_SHARE:
                        shown[place] = self.rng.randrange(len(SPECIAL_TOKENS), self.size)
            more = width - len(ids)
            inputs.append(shown + [PAD] * more)
            masks.append([1] * len(ids) + [0] * more)
            labels.append(wanted + [IGNORED] * more)
        return torch.tensor(inputs), torch.tensor(masks), torch.tensor(labels)


def made_model(vocabulary: int) -> BertForMaskedLM:
    config = BertConfig(
        vocab_size=vocabulary, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=4 * WIDTH, max_position_embeddings=CONTEXT, type_vocab_size=2, hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0, pad_token_id=PAD)
    model = BertForMaskedLM(config)
    # Positions start as waves, as in the causal model: "the token before" is the same rotation at every place.
    waves = torch.arange(CONTEXT)[:, None] * torch.exp(torch.arange(0, WIDTH, 2) * (-math.log(1000) / WIDTH))
    with torch.no_grad():
        model.bert.embeddings.position_embeddings.weight[:, 0::2] = 0.02 * waves.sin()
        model.bert.embeddings.position_embeddings.weight[:, 1::2] = 0.02 * waves.cos()
    return model


def optimizers_for(model: BertForMaskedLM) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices, AdamW for the rest, as train.py has them."""
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and ".layer." in name]
    others = [p for name, p in model.named_parameters() if not (p.dim() == 2 and ".layer." in name)]
    return [
        torch.optim.Muon(matrices, lr=PEAK_RATE, weight_decay=WEIGHT_DECAY, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
    ]


def loss_of(model: BertForMaskedLM, ids, mask, labels, reduced: bool):
    """Mean cross-entropy in nats over the hidden words; the output is computed for those alone."""
    with torch.autocast("cpu", torch.bfloat16, enabled=reduced):
        hidden = model.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        chosen = labels != IGNORED
        logits = model.cls(hidden[chosen])
    return F.cross_entropy(logits.float(), labels[chosen])


def write_folder(model: BertForMaskedLM, folder: Path) -> None:
    """config.json and model.safetensors in half precision."""
    config = {
        "model_type": "bert", "architectures": ["BertForMaskedLM"], "dtype": "float16",
        "vocab_size": model.config.vocab_size, "hidden_size": WIDTH, "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS, "intermediate_size": 4 * WIDTH, "hidden_act": "gelu",
        "max_position_embeddings": CONTEXT, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": PAD,
        "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.02,
        "tie_word_embeddings": True,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    kept = {name: tensor.detach().to(torch.float16).contiguous() for name, tensor in model.state_dict().items()
            if not name.startswith("cls.predictions.decoder") and not name.endswith("_ids")}
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})


def rate(done: float, step: int) -> float:
    """Linear warm-up, then a cosine down to a hundredth; `done` is the part of the training that is over."""
    return PEAK_RATE * min(1, (step + 1) / WARM_UP_STEPS) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


def train(arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    tokenizer = Tokenizer.from_file(str(arguments.output / "tokenizer.json"))
    lines = [d.text for d in islice(corpus.read(arguments.corpus), arguments.documents)
             if "<|" not in d.text and d.skill != "stories"]
    texts = Texts(tokenizer, lines, arguments.seed)
    reduced = arguments.precision == "bfloat16"
    model = made_model(tokenizer.get_vocab_size())
    optimizers = optimizers_for(model)
    print(f"{len(texts.texts)} texts; {sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    start, curve, losses, step, done = time.monotonic(), [], [], 0, 0.0
    while done < 1:
        for group in (group for optimizer in optimizers for group in optimizer.param_groups):
            group["lr"] = rate(done, step)
        loss = loss_of(model, *texts.next(), reduced)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad()
        losses.append(loss.item())
        step += 1
        seconds = time.monotonic() - start
        done = max(step / arguments.steps, seconds / (60 * arguments.minutes) if arguments.minutes else 0)
        if step % arguments.every == 0 or done >= 1:
            curve.append({"step": step, "trainingLoss": round(sum(losses) / len(losses), 4), "seconds": round(seconds, 1)})
            losses = []
            print(curve[-1], flush=True)
            write_folder(model, arguments.output)
    record = {"parameters": sum(p.numel() for p in model.parameters()), "texts": len(texts.texts), "steps": step,
              "tokensPerStep": TOKENS_PER_STEP, "seed": arguments.seed, "threads": arguments.threads,
              "precision": arguments.precision, "torch": torch.__version__, "curve": curve}
    (arguments.output.parent / "bert-training.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("output", type=Path, help="the model folder, tokenizer.json already in it")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--minutes", type=float, help="end after so long instead, the rate falling by the clock")
    parser.add_argument("--documents", type=int, default=200_000)
    parser.add_argument("--every", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=("bfloat16", "float32"), default="bfloat16")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
