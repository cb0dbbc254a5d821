"""A record: prompt, steps, text, costs, attention; what `load` reads from a trace.json."""

import os
from dataclasses import dataclass, field
from math import nan

from . import frame, tables
from .attention import Attention
from .checking import MOST_BYTES, Members, RecordError, parse


@dataclass(frozen=True)
class Token:
    """A token: its place in the vocabulary and the bytes it stands for."""

    id: int
    text: str
    bytes: bytes
    special: bool


@dataclass(frozen=True)
class Stage:
    """A stage as it ran in a step; the first of a step is raw."""

    name: str
    parameters: dict
    kept: int
    removed: int


@dataclass(frozen=True)
class Candidate:
    """A token that could have been chosen; `logits` has one for each stage, None from the one that removed it."""

    id: int
    text: str
    bytes: bytes
    rank: int
    logits: list
    raw_probability: float
    probability: float
    removed_by: object


@dataclass(frozen=True)
class Step:
    """One generated token, or one mask, and what led to it."""

    index: int
    position: int
    token: Token
    stages: list = field(repr=False)
    candidates: list = field(repr=False)
    tail: dict = field(repr=False)
    entropy_bits: dict
    log_sum_exp: float
    draw: object = field(repr=False)
    finish: object
    seconds: dict = field(repr=False)

    @property
    def chosen(self):
        """The candidate that was chosen."""
        return next((one for one in self.candidates if one.id == self.token.id), None)


class Record:
    """A run as its record tells it."""

    def __init__(self, value, path=None):
        fields = Members(value, "")
        if value.get("format") != "stepglass-trace":
            raise RecordError('not a record: "format" is not "stepglass-trace"')
        version = fields.whole("version", 1)
        if version > 1:
            raise RecordError(f"this record has version {version}; this module reads version 1 (take a newer one)")
        #: The trace.json that it was read from; None for one made otherwise.
        self.path = path
        #: "generate", "score" or "fill".
        self.run = fields.text("run") if fields.has("run") else "generate"
        self.model = fields.object("model").value
        model = fields.object("model")
        for name in ("layers", "heads"):
            model.whole(name, 1, 65536)
        self._vocabulary = model.whole("vocabularySize", 1, 1 << 28)
        model.text("name")
        #: As in trace.json.
        self.settings = fields.object("settings").value
        self.engine = fields.object("engine").value
        self.metrics = fields.object("metrics").value
        prompt = fields.object("prompt")
        self.prompt_text, self.rendered = prompt.text("text"), prompt.text("rendered")
        #: The prompt's tokens.
        self.prompt = [self._token(item) for item in prompt.objects("tokens")]
        self.steps = [self._step(item) for item in (fields.objects("steps") if fields.has("steps") else [])]
        if self.run == "fill":
            self.steps = [self._mask(number, item) for number, item in enumerate(fields.objects("masks"))]
        self.text = fields.text("text")
        self.beam = value.get("beam")
        self.notes = [note for note in (fields.list("notes") if fields.has("notes") else []) if isinstance(note, str)]
        #: An Attention; None where it was not recorded.
        self.attention = None
        if value.get("attention") is not None:
            count = len(self.prompt) + (0 if self.run == "fill" else len(self.steps))
            self.attention = Attention(fields.object("attention"), self.model, count)
        #: The whole trace.json as Python's own values.
        self.value = value

    @property
    def tokens(self):
        """All tokens of the context: the prompt's, then those that were generated."""
        return self.prompt + ([] if self.run == "fill" else [step.token for step in self.steps])

    @property
    def ids(self):
        """The ids of all tokens."""
        return [token.id for token in self.tokens]

    @property
    def steps_table(self):
        """Columns with one value for each step, as in `stepglass export --to csv`."""
        return tables.steps(self)

    @property
    def candidates(self):
        """Columns with one value for each candidate of each step."""
        return tables.candidates(self)

    @property
    def stages(self):
        """Columns with one value for each stage of each step."""
        return tables.stages(self)

    def tensors(self):
        """What tensors.safetensors beside the record holds, by name. Needs the package safetensors."""
        if self.path is None:
            raise RecordError("this record was read from no file")
        path = os.path.join(os.path.dirname(self.path), "tensors.safetensors")
        if not os.path.exists(path):
            raise RecordError(f"there is no {path}: trace with --tensors writes it")
        try:
            from safetensors.numpy import load_file
        except ModuleNotFoundError as error:
            raise ImportError("tensors() needs the package safetensors: pip install safetensors") from error
        return load_file(path)

    def __repr__(self):
        return f"<Record of {self.model['name']!r}: {len(self.prompt)} + {len(self.steps)} tokens, {self.text[:60]!r}>"

    def _repr_html_(self):
        return frame.html(self)

    def _repr_png_(self):
        return frame.png(self)

    def _id(self, fields):
        return fields.whole("id", 0, self._vocabulary - 1)

    def _token(self, fields):
        return Token(self._id(fields), fields.text("text"), fields.bytes("bytes"), fields.flag("special"))

    def _step(self, fields):
        stages = [_stage(item) for item in fields.objects("stages", 1)]
        entropy, seconds = fields.object("entropyBits"), fields.object("seconds")
        draw = None
        if fields.value.get("draw") is not None:
            numbers = fields.object("draw")
            draw = {name: numbers.number(name, 0) for name in ("uniform", "low", "high")}
        return Step(
            index=fields.whole("index"),
            position=fields.whole("position"),
            token=self._token(fields.object("token")),
            stages=stages,
            candidates=[self._candidate(item, len(stages)) for item in fields.objects("candidates")],
            tail=_tail(fields.object("tail")),
            entropy_bits={name: entropy.number(name) for name in ("raw", "final")},
            log_sum_exp=fields.number("logSumExp"),
            draw=draw,
            finish=fields.text_or_none("finish"),
            seconds={name: seconds.number(name, 0) for name in ("forward", "choose", "record")},
        )

    def _mask(self, number, fields):
        """A mask as a step: its token is the best candidate, its one stage the raw logits."""
        fields.list("candidates", 1)
        candidates = [self._candidate(item, 1) for item in fields.objects("candidates")]
        best, tail = candidates[0], _tail(fields.object("tail"))
        entropy = fields.number("entropyBits")
        return Step(
            index=number,
            position=fields.whole("position", 0, max(0, len(self.prompt) - 1)),
            token=Token(best.id, best.text, best.bytes, False),
            stages=[Stage("raw", {}, len(candidates) + tail["count"], 0)],
            candidates=candidates,
            tail=tail,
            entropy_bits={"raw": entropy, "final": entropy},
            log_sum_exp=fields.number("logSumExp"),
            draw=None,
            finish=None,
            seconds={"forward": 0.0, "choose": 0.0, "record": 0.0},
        )

    def _candidate(self, fields, stages):
        logits = fields.list("logits")
        if len(logits) != stages:
            raise RecordError(f"{fields.place('logits')} has {len(logits)} entries for {stages} stages")
        if any(logit is not None and (type(logit) not in (int, float) or not -1e39 < logit < 1e39) for logit in logits):
            raise RecordError(f"{fields.place('logits')} holds what is no number")
        return Candidate(
            id=self._id(fields),
            text=fields.text("text"),
            bytes=fields.bytes("bytes"),
            rank=fields.whole("rank", 1),
            logits=logits,
            raw_probability=fields.number("rawProbability", 0),
            probability=fields.number("probability", 0),
            removed_by=fields.text_or_none("removedBy"),
        )


def _stage(fields):
    numbers = fields.object("parameters")
    return Stage(
        name=fields.text("name"),
        parameters={name: nan if numbers.value[name] is None else numbers.number(name) for name in numbers.value},
        kept=fields.whole("kept"),
        removed=fields.whole("removed"),
    )


def _tail(fields):
    masses = {name: fields.number(name, 0) for name in ("rawProbability", "probability")}
    return {"count": fields.whole("count"), **masses}


def load(path):
    """Reads a record: a trace.json, or the folder that holds it.

    Raises RecordError where the file is no record, broken, or made to do harm.
    """
    path = os.fspath(path)
    if os.path.isdir(path):
        path = os.path.join(path, "trace.json")
    try:
        if not os.path.isfile(path):
            raise RecordError(f"{path}: no such file; make one with `stepglass trace`")
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
        return Record(parse(data), path)
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror}") from None
    except RecordError as error:
        raise RecordError(str(error) if str(error).startswith(path) else f"{path}: {error}") from None
