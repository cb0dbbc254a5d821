"""Finds the command and runs it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path


class CommandError(Exception):
    """The command is not there, or failed: its own line says why."""


def executable():
    """The command's path: what $STEPGLASS names, else from the PATH, else what the checkout has built."""
    named = os.environ.get("STEPGLASS")
    if named:
        return named
    built = Path(__file__).resolve().parents[2] / ".build/release/stepglass"
    found = shutil.which("stepglass") or (str(built) if built.is_file() else None)
    if found is None:
        raise CommandError("there is no command stepglass; put it into the PATH, or name it in $STEPGLASS")
    return found


def output(words):
    """What the command prints (bytes) for some words of its command line."""
    try:
        done = subprocess.run([executable(), *words], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise CommandError(f"cannot run {error.filename}: {error.strerror}") from None
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise CommandError(lines[-1] if lines else f"stepglass ended with {done.returncode}")
    return done.stdout


def words(options):
    """Options by their names in Python as words of a command line: top_k=5 is --top-k=5, greedy=True is --greedy."""
    result = []
    for name, value in options.items():
        option = "--" + name.rstrip("_").replace("_", "-")
        for item in value if isinstance(value, (list, tuple)) else [value]:
            if item is True:
                result.append(option)
            elif item is not False and item is not None:
                # Joined by =, so that no value is taken for an option.
                result.append(f"{option}={item}")
    return result


def run(prompt, folder=None, **options):
    """Runs a prompt and reads its record.

    folder: where the record goes; None: a temporary folder that stays until Python ends.
    options: those of `stepglass trace`: temperature=0.7, top_k=5, greedy=True, stop=["."], model="tiny".
    """
    from .record import load

    if folder is None:
        place = tempfile.TemporaryDirectory(prefix="stepglass-")
        folder = os.path.join(place.name, "record")
    else:
        place = None
    output(["trace", "--quiet", f"--output={os.fspath(folder)}", *words(options), "--", prompt])
    record = load(folder)
    # The page and the picture are read later: the folder lives as long as the record.
    record._place = place
    return record
