"""The notebook module, installed from a copy of the checkout: python/stepglass.

    notebook_check.py COMMAND CHECKOUT NAME      runs the check NAME; prints "ok" or says what is wrong

Attention is held against tensors.safetensors, against the page's own code in node, and against transformers; tables against
the command's; a notebook is run by Jupyter and opened in a browser.
"""

import base64
import copy
import csv
import html
import json
import os
import random
import re
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np

EXE, CHECKOUT = os.path.abspath(sys.argv[1]), Path(sys.argv[2]).resolve()
os.environ["STEPGLASS"] = EXE
os.environ["STEPGLASS_LANG"] = "en"


def install(place):
    """The module as pip installs it; nothing in the checkout changes."""
    shutil.copytree(CHECKOUT / "python", place / "source")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index",
         "--no-build-isolation", "--target", str(place / "site"), str(place / "source")],
        capture_output=True, text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    sys.path.insert(0, str(place / "site"))
    os.environ["PYTHONPATH"] = str(place / "site")
    import stepglass

    assert Path(stepglass.__file__).is_relative_to(place / "site")
    return stepglass


def trace(place, name, prompt, *options, command="trace"):
    done = subprocess.run([EXE, command, prompt, "--quiet", "--plain", "-o", str(place / name), *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return place / name


def attention(place):
    """Decoded attention is that of tensors.safetensors within the error that the record states, in every encoding there is."""
    stepglass = install(place)
    runs = [
        trace(place, "tiny", "Once upon a time there was", "--model", "tiny", "--max-tokens", "20", "--tensors"),
        trace(place, "fill", "The capital of [MASK] is Paris.", "--tensors", command="fill"),
        # More than two million weights: a byte for each.
        trace(place, "long", "word " * 140, "--model", "smollm2", "--max-tokens", "2", "--tensors"),
    ]
    bits = []
    for folder in runs:
        run = stepglass.load(folder)
        exact = run.tensors()["attention"]
        assert exact.shape == (run.attention.layers, run.attention.heads, run.attention.positions, run.attention.positions)
        apart = max(float(np.abs(run.attention.array(layer) - exact[layer]).max()) for layer in range(run.attention.layers))
        assert 0 < apart <= run.attention.maximum_error, (folder, apart)
        bits.append(run.attention.bits)
        assert run.attention.row(1, 2, 3).shape == (run.attention.keys(1, 3)[1],)
        assert (run.attention.tail(0) == 0).all()
        for query in (-1, run.attention.positions):
            try:
                run.attention.row(0, 0, query)
                raise AssertionError(f"position {query} has a row")
            except IndexError:
                pass
    assert bits == [16, 16, 8], bits


def packed(layers, heads, positions, patterns, bits, most, dice):
    """A record's attention of random weights, written by what the documentation says of it."""
    parts, text = [], lambda data: base64.b64encode(zlib.compress(data)).decode()
    for pattern in patterns:
        scales, codes, gaps, tails = [], [], [], []
        for head in range(heads):
            for query in range(positions):
                first = max(0, query - pattern["window"] + 1) if isinstance(pattern, dict) else 0
                keys = list(range(first, positions if pattern == "full" else query + 1))
                if most:
                    keys = sorted(dice.sample(keys, min(most, len(keys))))
                scales.append(dice.randrange(65536))
                codes += [dice.randrange(1 << bits) for _ in keys]
                gaps += [key - before for before, key in zip([0] + keys, keys)]
                tails.append(dice.randrange(65536))
        split = lambda values: bytes(value >> 8 for value in values) + bytes(value & 255 for value in values)
        part = {"scales": text(struct.pack(f"<{len(scales)}H", *scales)), "weights": text(split(codes) if bits == 16 else bytes(codes))}
        if most:
            part |= {"gaps": text(split(gaps)), "tails": text(struct.pack(f"<{len(tails)}H", *tails))}
        parts.append(part)
    return {
        "layers": layers, "heads": heads, "keyValueHeads": heads, "positions": positions, "pattern": patterns, "bits": bits,
        "encoding": "strongest" if most else "dense", "power": 1.5 if bits == 8 else 1,
        "maximumError": 0.003 if bits == 8 else 0.000016, "parts": parts, **({"keysPerRow": most} if most else {}),
    }  # fmt: skip


def page(place):
    """The same bits as the page's own code, for records of every encoding and pattern."""
    stepglass = install(place)
    resources = place / "page"
    shutil.copytree(CHECKOUT / "Sources/Viewer/Resources", resources)
    (resources / "package.json").write_text('{"type":"module"}')
    folder = trace(place, "run", "Once upon a time", "--model", "tiny", "--max-tokens", "16")
    value = json.loads((folder / "trace.json").read_text())
    records = [value]
    dice = random.Random(5)
    for bits in (8, 16):
        for most in (None, 3):
            other = copy.deepcopy(value)
            patterns = ["causal", {"window": 4}, "full", {"window": 1000}]
            other["attention"] = packed(4, 4, 9, patterns, bits, most, dice)
            records.append(other)
    for number, value in enumerate(records):
        path = place / f"record{number}.json"
        path.write_text(json.dumps(value))
        script = Path(__file__).with_name("notebook_weights.mjs")
        done = subprocess.run(["node", str(script), str(resources), str(path)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        lines, weights = iter(done.stdout.splitlines()), stepglass.load(path).attention
        for layer in range(weights.layers):
            for head in range(weights.heads):
                for query in range(weights.positions):
                    bits, tail = next(lines).split()
                    assert weights.row(layer, head, query).astype("<f4").tobytes().hex() == bits, (number, layer, head, query)
                    assert abs(weights.tail(layer)[head, query] - float(tail)) < 1e-6
        assert next(lines, None) is None


def hostile(place):
    """Whatever a file holds: a record, or one line that says what is wrong; never another error, never all the memory."""
    stepglass = install(place)
    folder = trace(place, "run", "Once upon a time", "--model", "tiny", "--max-tokens", "4", "--candidates", "6")
    whole = (folder / "trace.json").read_bytes()
    value = json.loads(whole)
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    path = place / "changed.json"

    def read(data):
        path.write_bytes(data)
        try:
            run = stepglass.load(path)
            for table in (run.steps_table, run.candidates, run.stages):
                assert len({len(column) for column in table.values()}) == 1
            for layer in range(run.attention.layers if run.attention else 0):
                run.attention.array(layer)
            repr(run), run.ids
            return None
        except stepglass.RecordError as error:
            assert "\n" not in str(error) and len(str(error)) < 400, error
            return str(error)

    assert read(whole) is None
    # What tries to fill the memory, the stack or the time.
    bomb = base64.b64encode(zlib.compress(bytes(1 << 30), 9)[: 1 << 20]).decode()
    for name, data in {
        "empty": b"", "deep": b"[" * 10_000_000, "deep objects": b'{"a":' * 1_000_000, "not UTF-8": b"\xff" + whole,
        "NaN": whole.replace(b'"version":1', b'"version":NaN', 1), "twice": whole.replace(b'"version":1', b'"version":1,"version":1', 1),
        "digits": whole.replace(b'"version":1', b'"version":' + b"9" * 100_000, 1), "newer": whole.replace(b'"version":1', b'"version":2', 1),
        "other": whole.replace(b"stepglass-trace", b"another-trace", 1), "list": b"[]", "null": b"null", "cut": whole[: len(whole) // 2],
    }.items():  # fmt: skip
        assert read(data), name
    for change in (
        lambda d: d["attention"]["parts"][0].update(weights=bomb), lambda d: d["attention"]["parts"][1].update(scales="!!"),
        lambda d: d["attention"]["parts"][1].update(scales=""), lambda d: d["attention"].update(positions=60000),
        lambda d: d["attention"].update(layers=5), lambda d: d["attention"].update(bits=12), lambda d: d["attention"]["parts"].pop(),
        lambda d: d["attention"].update(pattern={"window": 0}), lambda d: d["attention"].update(power=2),
        lambda d: d["steps"][0]["token"].update(bytes="0 1"), lambda d: d["steps"][0]["candidates"][0].update(id=10**9),
        lambda d: d["steps"][0]["candidates"][0]["logits"].pop(), lambda d: d["model"].update(layers=10**12),
        lambda d: d["model"].update(heads=True), lambda d: d["prompt"].update(tokens={}), lambda d: d.update(steps=None),
    ):  # fmt: skip
        other = copy.deepcopy(value)
        change(other)
        assert read(json.dumps(other).encode()), change
    dice, kinds = random.Random(11), [None, True, -1, 0, 2**53, 1e300, -0.5, "", "x", "é" * 3, [], {}, [[]], {"a": {}}, "9" * 60]
    refused = 0
    for _ in range(400):
        other = copy.deepcopy(value)
        for _ in range(dice.randrange(1, 4)):
            node = other
            while True:
                keys = list(node) if isinstance(node, dict) else range(len(node))
                if not keys:
                    break
                key = dice.choice(list(keys))
                if isinstance(node[key], (dict, list)) and node[key] and dice.random() < 0.85:
                    node = node[key]
                    continue
                if dice.random() < 0.2:
                    del node[key]
                else:
                    node[key] = copy.deepcopy(dice.choice(kinds))
                break
        refused += read(json.dumps(other).encode()) is not None
    assert 50 < refused < 400, refused
    for wrong in (place / "none", place):
        try:
            stepglass.load(wrong)
            raise AssertionError(wrong)
        except stepglass.RecordError as error:
            assert "no such file" in str(error)


def tables(place):
    """The columns are the command's, and so are Parquet's."""
    stepglass = install(place)
    import pyarrow.parquet

    printed = subprocess.run([EXE, "--version"], capture_output=True, text=True).stdout
    assert stepglass.__version__ == printed.split()[-1], printed
    for folder in (
        trace(place, "run", "Once upon a time", "--model", "tiny", "--max-tokens", "9", "--top-k", "7", "--temperature", "0.9"),
        trace(place, "fill", "The capital of [MASK] is Paris.", command="fill"),
    ):
        run = stepglass.load(folder)
        words = [sys.executable, "-m", "stepglass", "to-parquet", str(folder), "-o", str(place / "parquet")]
        if (place / "parquet").exists():
            kept = {path: path.read_bytes() for path in (place / "parquet").iterdir()}
            refused = subprocess.run(words, capture_output=True, text=True)
            assert refused.returncode == 1 and "is there already" in refused.stderr and refused.stderr.count("\n") == 1, refused.stderr
            assert kept == {path: path.read_bytes() for path in (place / "parquet").iterdir()}
            words.append("--force")
        done = subprocess.run(words, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == [str(place / "parquet" / f"{name}.parquet") for name in ("steps", "candidates", "stages")]
        for name, columns in (("steps", run.steps_table), ("candidates", run.candidates), ("stages", run.stages)):
            printed = subprocess.run([EXE, "export", str(folder), "--to", "csv", "--table", name, "-o", "-"], capture_output=True, text=True)
            rows = list(csv.DictReader(printed.stdout.splitlines()))
            stored = pyarrow.parquet.read_table(place / "parquet" / f"{name}.parquet").to_pydict()
            assert list(columns) == list(rows[0]) == list(stored), name
            for column, values in columns.items():
                assert len(values) == len(rows) == len(stored[column]) > 0
                for ours, cell, kept in zip(values.tolist(), (row[column] for row in rows), stored[column]):
                    if cell == "" and column not in ("text", "parameters"):
                        assert kept is None and (ours is None or ours != ours or ours == -1), (name, column, ours, kept)
                    elif isinstance(ours, bytes):
                        assert cell == "0x" + ours.hex() and kept == ours
                    elif isinstance(ours, (int, float)):
                        assert float(cell) == ours == kept, (name, column, ours, cell, kept)
                    else:
                        assert kept == ours and (not ours.isascii() or not ours.isprintable() or cell.lstrip("'") == ours), (ours, cell)
    assert sorted(os.listdir(place / "parquet")) == ["candidates.parquet", "stages.parquet", "steps.parquet"]
    broken = subprocess.run([sys.executable, "-m", "stepglass", "to-parquet", "none", "-o", "x"], capture_output=True, text=True)
    assert broken.returncode == 1 and broken.stderr.startswith("stepglass: none: no such file") and broken.stderr.count("\n") == 1


def compare(place):
    """The record of a run beside what transformers computes on the same weights (its goldens), and beside wrong ones."""
    stepglass = install(place)
    from safetensors.numpy import load_file

    fixtures = CHECKOUT / "Tests/TransformersTests/Fixtures"
    goldens = load_file(fixtures / "tiny.golden.safetensors")
    for number, prompt in enumerate(json.loads((fixtures / "tiny.json").read_text())["prompts"]):
        run = stepglass.run(prompt["text"], model="tiny", greedy=True, max_tokens=1, plain=True)
        assert run.ids == prompt["ids"] + prompt["greedy"][:1]

        class Model:
            """What transformers gave for these tokens: the last two positions' logits, and all attention."""

            shift = 0

            def __call__(self, input_ids, output_attentions, use_cache):
                assert output_attentions and not use_cache and np.asarray(input_ids).tolist() == [prompt["ids"]]
                self.logits = np.full((1, len(prompt["ids"]), run.model["vocabularySize"]), np.nan, np.float32)
                self.logits[0, -2:] = goldens[f"{number}.logits"]
                self.logits[0, -1, run.ids[-1]] += self.shift
                self.attentions = [layer[None] for layer in goldens[f"{number}.attention"]]
                return self

        found = stepglass.compare(run, Model())
        assert found.logits.difference < 1e-4 and found.same_best == found.steps == 1, str(found)
        assert found.attention.difference < found.attention_error + 1e-5, str(found)
        other = Model()
        other.shift = -30
        found = stepglass.compare(run, other)
        assert abs(found.logits.difference - 30) < 1e-3 and found.same_best == 0, str(found)
        assert f"token {run.ids[-1]}" in found.logits.place and "0 of 1" in str(found)
    try:
        stepglass.compare(stepglass.run("x", model="tiny", ablate="0.1", max_tokens=1), None)
        raise AssertionError
    except ValueError as error:
        assert "off" in str(error)
    try:
        stepglass.run("x", model="none-such")
        raise AssertionError
    except stepglass.CommandError as error:
        assert "no model called none-such" in str(error)


def notebook(place):
    """A notebook that Jupyter runs shows the page in a frame that reaches nothing, and a picture where frames do not get through."""
    install(place)
    import nbclient
    import nbformat
    from traitlets.config import Config

    for name in ("HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
        os.environ[name] = str(place / name.lower())
    cells = [
        "import stepglass, numpy as np",
        "run = stepglass.run('The capital of France is', model='tiny', greedy=True, max_tokens=6, tensors=True)\nrun",
        "run.attention.matrix(1, 2).sum(axis=1)",
        "error = np.abs(run.attention.array(3) - run.tensors()['attention'][3]).max(); bool(error <= run.attention.maximum_error)",
        "run.candidates['probability'].sum(), len(run.steps)",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    # Ports that Jupyter finds free may be another program's a moment later; sockets in a folder of one's own are nobody else's.
    wishes = Config({"KernelManager": {"transport": "ipc", "ip": str(place / "kernel")}})
    resources = {"metadata": {"path": str(place)}}
    nbclient.NotebookClient(book, timeout=300, startup_timeout=300, kernel_name="python3", resources=resources, config=wishes).execute()
    nbformat.validate(book)
    results = [cell.outputs[-1] for cell in book.cells[1:]]
    shown = results[0].data
    assert set(shown) == {"text/plain", "text/html", "image/png"}, set(shown)
    assert "Paris" in shown["text/plain"]
    picture = base64.b64decode(shown["image/png"])
    assert picture.startswith(b"\x89PNG\r\n\x1a\n") and struct.unpack(">II", picture[16:24])[0] > 100
    frame = shown["text/html"]
    assert re.fullmatch(r'<iframe sandbox="allow-scripts" [^<>]*srcdoc="[^"<>]*"></iframe>', frame), frame[:200]
    inside = html.unescape(re.search(r'srcdoc="([^"]*)"', frame)[1])
    assert inside.startswith("<!") and "Content-Security-Policy" in inside
    assert results[2].data["text/plain"] == "True"
    # In a browser, as a notebook's page has it, with a secret that a frame must not reach.
    outer = place / "notebook.html"
    outer.write_text(f"<!doctype html><meta charset='utf-8'><title>outer</title><script>var secret = 7</script>{frame}")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1200,900"):
        options.add_argument(word)
    options.binary_location = shutil.which("chromium") or ""
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        browser.get(outer.as_uri())
        browser.switch_to.frame(0)
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(browser, 60).until(lambda it: it.execute_script("return document.documentElement.dataset.step") is not None)
        assert "Paris" in browser.execute_script("return document.body.innerText")
        assert browser.execute_script("return window.origin") == "null"
        reached = "try { return String(parent.secret) } catch (error) { return error.name }"
        assert browser.execute_script(reached) == "SecurityError"
        step = browser.execute_script("return document.documentElement.dataset.step")
        browser.execute_script("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }))")
        assert browser.execute_script("return document.documentElement.dataset.step") != step
    finally:
        browser.quit()


with tempfile.TemporaryDirectory() as work:
    globals()[sys.argv[3]](Path(work))
print("ok")
