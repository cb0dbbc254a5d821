"""The tables of a record, column for column those of `stepglass export --to csv`, as NumPy arrays or Parquet."""

import os
import tempfile

import numpy as np


def _columns(rows, columns):
    """NumPy arrays by name: whole numbers and flags (-1 for nothing), floats (NaN), texts and bytes as objects (None)."""
    result = {}
    for name, kind, get in columns:
        values = [get(row) for row in rows]
        if kind is float:
            result[name] = np.array([np.nan if value is None else value for value in values], np.float64)
        elif kind is int:
            result[name] = np.array([-1 if value is None else value for value in values], np.int64)
        else:
            result[name] = np.empty(len(values), object)
            result[name][:] = values
    return result


def _chosen(name, index=None):
    def get(step):
        value = getattr(step.chosen, name, None)
        return value if index is None or value is None else value[index]

    return get


_STEPS = [
    ("step", int, lambda step: step.index),
    ("position", int, lambda step: step.position),
    ("id", int, lambda step: step.token.id),
    ("text", str, lambda step: step.token.text),
    ("bytes", bytes, lambda step: step.token.bytes),
    ("special", int, lambda step: int(step.token.special)),
    ("rank", int, _chosen("rank")),
    ("rawLogit", float, _chosen("logits", 0)),
    ("finalLogit", float, _chosen("logits", -1)),
    ("rawProbability", float, _chosen("raw_probability")),
    ("probability", float, _chosen("probability")),
    ("rawEntropyBits", float, lambda step: step.entropy_bits["raw"]),
    ("finalEntropyBits", float, lambda step: step.entropy_bits["final"]),
    ("logSumExp", float, lambda step: step.log_sum_exp),
    ("kept", int, lambda step: step.stages[-1].kept),
    ("listed", int, lambda step: len(step.candidates)),
    ("tailCount", int, lambda step: step.tail["count"]),
    ("tailRawProbability", float, lambda step: step.tail["rawProbability"]),
    ("tailProbability", float, lambda step: step.tail["probability"]),
    ("drawUniform", float, lambda step: step.draw and step.draw["uniform"]),
    ("drawLow", float, lambda step: step.draw and step.draw["low"]),
    ("drawHigh", float, lambda step: step.draw and step.draw["high"]),
    ("finish", str, lambda step: step.finish),
    ("forwardSeconds", float, lambda step: step.seconds["forward"]),
    ("chooseSeconds", float, lambda step: step.seconds["choose"]),
    ("recordSeconds", float, lambda step: step.seconds["record"]),
]

_CANDIDATES = [
    ("step", int, lambda row: row[0].index),
    ("rank", int, lambda row: row[1].rank),
    ("id", int, lambda row: row[1].id),
    ("text", str, lambda row: row[1].text),
    ("bytes", bytes, lambda row: row[1].bytes),
    ("chosen", int, lambda row: int(row[1].id == row[0].token.id)),
    ("rawLogit", float, lambda row: row[1].logits[0]),
    ("finalLogit", float, lambda row: row[1].logits[-1]),
    ("rawProbability", float, lambda row: row[1].raw_probability),
    ("probability", float, lambda row: row[1].probability),
    ("removedBy", str, lambda row: row[1].removed_by),
]

_STAGES = [
    ("step", int, lambda row: row[0].index),
    ("place", int, lambda row: row[1]),
    ("stage", str, lambda row: row[2].name),
    ("kept", int, lambda row: row[2].kept),
    ("removed", int, lambda row: row[2].removed),
    ("parameters", str, lambda row: " ".join(f"{name}={value}" for name, value in row[2].parameters.items())),
]


def steps(record):
    return _columns(record.steps, _STEPS)


def candidates(record):
    return _columns([(step, one) for step in record.steps for one in step.candidates], _CANDIDATES)


def stages(record):
    return _columns([(step, place, one) for step in record.steps for place, one in enumerate(step.stages)], _STAGES)


def to_parquet(record, folder, force=False):
    """Writes steps.parquet, candidates.parquet and stages.parquet; needs the package pyarrow.

    A value that the record does not have is null. Returns the files' paths. A file is there whole or not at all; one that is
    there already is replaced with `force` alone, else this raises FileExistsError and writes nothing.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        raise ImportError("Parquet needs the package pyarrow: pip install pyarrow") from error

    tables = (("steps", _STEPS, steps), ("candidates", _CANDIDATES, candidates), ("stages", _STAGES, stages))
    for name, _, _ in tables:
        path = os.path.join(folder, name + ".parquet")
        if os.path.lexists(path) and not force:
            raise FileExistsError(f"{path} is there already: choose another folder, or replace it with force=True (--force)")
    os.makedirs(folder, exist_ok=True)
    types = {int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string(), bytes: pyarrow.binary()}
    paths = []
    for name, columns, make in tables:
        arrays = make(record)
        table = pyarrow.table(
            {
                column: pyarrow.array(
                    [_or_none(kind, value) for value in arrays[column].tolist()], types[kind])
                for column, kind, _ in columns
            }
        )  # fmt: skip
        path = os.path.join(folder, name + ".parquet")
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
            try:
                pyarrow.parquet.write_table(table, part)
                part.close()
                # As any other file: a temporary one is its maker's alone.
                mask = os.umask(0)
                os.umask(mask)
                os.chmod(part.name, 0o666 & ~mask)
                os.replace(part.name, path)
            except BaseException:
                os.unlink(part.name)
                raise
        paths.append(path)
    return paths


def _or_none(kind, value):
    if kind is float:
        return None if value != value else value
    return None if kind is int and value == -1 else value
