"""Reads the records that stepglass writes: every number of a language model's steps, as NumPy arrays.

    run = stepglass.load("Output/the-capital-of-france-is")
    run.attention.matrix(layer=3, head=1)
"""

from .attention import Attention
from .checking import RecordError
from .command import CommandError, run
from .comparison import Comparison, compare
from .record import Record, Step, Token, load
from .tables import to_parquet

__version__ = "0.3.0"

__all__ = [
    "Attention", "CommandError", "Comparison", "Record", "RecordError", "Step", "Token", "compare", "load", "run",
    "to_parquet",
]  # fmt: skip
