"""Makes the golden files of these tests: python make_fixtures.py [NAME …] (needs numpy, torch, transformers, xllamacpp).

Written into Fixtures/ beside this file. The values come from NumPy's generator, from transformers' processors and
from llama.cpp's samplers, called through the C functions of the library inside the xllamacpp package.
Inputs are not stored: both sides draw them from PCG64 with the case's seed.
"""
import ctypes
import json
import pathlib
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent / "Fixtures"


def write(name, value):
    text = "[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in value) + "\n]\n"
    (HERE / name).write_text(text)
    print(name, len(text))


def pcg64():
    rows = []
    for seed in (0, 1, 2**63, 2**128 - 1):
        bits = np.random.PCG64(seed)
        start = bits.state["state"]
        values = np.random.Generator(bits).random(10_000)
        digest = 0xCBF29CE484222325  # FNV-1a over the doubles' bits, a word at a time
        for word in values.view(np.uint64).tolist():
            digest = (digest ^ word) * 0x100000001B3 % 2**64
        rows.append({
            "seed": str(seed), "state": str(start["state"]), "increment": str(start["inc"]),
            "first": values[:20].tolist(), "hash": f"{digest:x}", "stateAfter": str(bits.state["state"]["state"]),
        })
    write("pcg64.json", rows)


def draw_logits(seed, size, spread):
    """Roughly normal 32-bit logits: four uniform numbers each, then whatever else the case needs."""
    generator = np.random.Generator(np.random.PCG64(seed))
    logits = [(generator.random() + generator.random() + generator.random() + generator.random() - 2) * spread
              for _ in range(size)]
    return np.array(logits, dtype=np.float32), lambda bound: int(generator.random() * bound)


def mask(kept):
    """Kept tokens as hexadecimal digits, four tokens a digit, the lowest id in the highest bit of the first digit."""
    bits = "".join("1" if k else "0" for k in kept)
    bits += "0" * (-len(bits) % 4)
    return f"{int(bits, 2):0{len(bits) // 4}x}"


def processors():
    import torch
    from transformers.generation import logits_process as lp

    def pick(i, *values):
        return values[i % len(values)]

    kinds = {
        "top-k": (lp.TopKLogitsWarper, lambda i: pick(i, 1, 3, 8, 20, 64)),
        "top-p": (lp.TopPLogitsWarper, lambda i: pick(i, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99)),
        "min-p": (lp.MinPLogitsWarper, lambda i: pick(i, 0.01, 0.05, 0.2, 0.7)),
        "typical-p": (lp.TypicalLogitsWarper, lambda i: pick(i, 0.1, 0.3, 0.5, 0.9, 0.99)),
        "epsilon": (lp.EpsilonLogitsWarper, lambda i: pick(i, 3e-4, 3e-3, 0.02, 0.3)),
        "eta": (lp.EtaLogitsWarper, lambda i: pick(i, 3e-4, 3e-3, 0.02, 0.3)),
        "no-repeat-n-gram": (lp.NoRepeatNGramLogitsProcessor, lambda i: pick(i, 1, 2, 3, 4)),
        "temperature": (lp.TemperatureLogitsWarper, lambda i: pick(i, 0.2, 0.7, 1.5, 4.0)),
        "repetition-penalty": (lp.RepetitionPenaltyLogitsProcessor, lambda i: pick(i, 0.7, 1.1, 1.3, 2.0)),
    }
    rows = []
    for number, (name, (kind, parameter)) in enumerate(kinds.items()):
        changes = name in ("temperature", "repetition-penalty")  # changes values and removes nothing
        cases = []
        for i in range(200):
            seed, value, spread = 1000 * number + i, parameter(i), pick(i, 1.0, 3.0, 8.0)
            size = 6 if changes else 20 + 7 * (i % 13)
            logits, integer = draw_logits(seed, size, spread)
            history = [integer(6) for _ in range(i % 25)]
            # In double precision, so that no kept set hangs on the rounding of a sum.
            scores = torch.tensor(logits.astype(np.float64))[None]
            out = kind(value)(torch.tensor([history], dtype=torch.long), scores)[0].numpy()
            result = [float(f"{x:.7g}") for x in out] if changes else mask(np.isfinite(out))
            cases.append([seed, size, spread, value, len(history), result])
        rows.append({"name": name, "cases": cases})
    write("processors.json", rows)


class TokenData(ctypes.Structure):
    _fields_ = [("id", ctypes.c_int32), ("logit", ctypes.c_float), ("p", ctypes.c_float)]


class TokenDataArray(ctypes.Structure):
    _fields_ = [("data", ctypes.POINTER(TokenData)), ("size", ctypes.c_size_t), ("selected", ctypes.c_int64),
                ("sorted", ctypes.c_bool)]


class Vector(ctypes.Structure):
    """A std::vector as libstdc++ lays it out."""
    _fields_ = [("begin", ctypes.c_void_p), ("end", ctypes.c_void_p), ("capacity", ctypes.c_void_p)]


def vector(items):
    start = ctypes.addressof(items)
    end = start + ctypes.sizeof(items)
    return Vector(start, end, end)


def sequences(lists):
    """A std::vector of std::vector<int>, with the memory it points into."""
    arrays = [(ctypes.c_int32 * len(items))(*items) for items in lists]
    inner = (Vector * len(lists))(*[vector(array) for array in arrays])
    return vector(inner), (arrays, inner)


def llama():
    import xllamacpp
    library = ctypes.CDLL(xllamacpp.xllamacpp.__file__)

    def function(name, *arguments):
        found = getattr(library, name)
        found.restype, found.argtypes = ctypes.c_void_p, arguments
        return found

    real, whole, pointer = ctypes.c_float, ctypes.c_int32, ctypes.c_void_p
    make_xtc = function("llama_sampler_init_xtc", real, real, ctypes.c_size_t, ctypes.c_uint32)
    make_sigma = function("llama_sampler_init_top_n_sigma", real)
    make_mirostat = function("llama_sampler_init_mirostat_v2", ctypes.c_uint32, real, real)
    make_dry = function("_Z30llama_sampler_init_dry_testingffiiRKSt6vectorIS_IiSaIiEESaIS1_EE",
                        real, real, whole, whole, pointer)
    apply_sampler = function("llama_sampler_apply", pointer, pointer)
    accept = function("llama_sampler_accept", pointer, whole)
    release = function("llama_sampler_free", pointer)

    def apply(sampler, logits):
        """The logits after the sampler (-inf: removed) and the token it selected, if it does that."""
        data = (TokenData * len(logits))(*[TokenData(i, float(x), 0) for i, x in enumerate(logits)])
        array = TokenDataArray(data, len(logits), -1, False)
        apply_sampler(sampler, ctypes.byref(array))
        out = np.full(len(logits), -np.inf, dtype=np.float32)
        for place in range(array.size):
            out[array.data[place].id] = array.data[place].logit
        return out, array.data[array.selected].id if array.selected >= 0 else None

    rows = []

    def single(name, number, values, make):
        cases = []
        for i in range(200):
            value, spread, size = values[i % len(values)], (1.0, 3.0, 8.0)[i % 3], 20 + 7 * (i % 13)
            logits, _ = draw_logits(100_000 * number + i, size, spread)
            sampler = make(value)
            out, _ = apply(sampler, logits)
            release(sampler)
            cases.append([100_000 * number + i, size, spread, value, mask(np.isfinite(out))])
        rows.append({"name": name, "cases": cases})

    single("top-n-sigma", 1, (0.3, 0.7, 1.0, 1.5, 2.5), make_sigma)
    single("xtc", 2, (0.02, 0.05, 0.1, 0.2, 0.4), lambda threshold: make_xtc(1.0, threshold, 1, 7))  # always acts

    cases = []
    for i in range(200):
        length, alphabet, allowed, last = 5 + i % 60, 2 + i % 4, i % 4, (8, 20, 1000)[i % 3]
        logits, integer = draw_logits(300_000 + i, 8, 3.0)
        history = [integer(alphabet) for _ in range(length)]
        breakers = [[[7]], [[1]], [[1, 0]], [[1, 0], [1], [0, 1, 1]], [[2, 2]]][i % 5]
        holder, memory = sequences(breakers)
        sampler = make_dry(0.8, 1.75, allowed, last, ctypes.addressof(holder))
        for token in history:
            accept(sampler, token)
        out, _ = apply(sampler, logits)
        release(sampler)
        del memory
        cases.append([300_000 + i, 8, 3.0, length, alphabet, allowed, last, breakers, [float(f"{x:.6g}") for x in out]])
    rows.append({"name": "dry", "cases": cases})

    cases = []
    for i in range(20):  # runs of ten steps each: mu moves with the tokens that llama.cpp selected
        tau, eta = (1.0, 3.0, 5.0)[i % 3], (0.1, 0.5)[i % 2]
        sampler, steps = make_mirostat(i, tau, eta), []
        for step in range(10):
            logits, _ = draw_logits(400_000 + 10 * i + step, 60, 3.0)
            out, selected = apply(sampler, logits)
            steps.append([selected, mask(np.isfinite(out))])
        release(sampler)
        cases.append([400_000 + 10 * i, 60, 3.0, tau, eta, steps])
    rows.append({"name": "mirostat", "cases": cases})
    write("llama.json", rows)


if __name__ == "__main__":
    makers = {f.__name__: f for f in (pcg64, processors, llama)}
    for name in sys.argv[1:] or makers:
        makers[name]()
