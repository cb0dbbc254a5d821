"""Which tokens other libraries keep of given logits: Fixtures/libraries.json, made by the libraries' own code.

    python make_fixtures.py transformers | llama.cpp XLLAMACPP.so | mlx-lm SAMPLE_UTILS.py | vllm FOLDER_OF_ITS_WHEEL

Each call puts the cases of one library into the file anew. transformers and torch come as packages; llama.cpp is called through
the library that xllamacpp brings; mlx-lm's sample_utils.py runs on mlx; of vLLM's wheel the functions that cut are run as they
stand, its C++ repetition penalty is not.
"""

import ast
import ctypes
import importlib.util
import json
import math
import os
import random
import sys

import numpy

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Fixtures", "libraries.json")
VOCABULARY = 48


def cases(generator):
    """Logits with and without ties, and numbers that reach every rule alone and together."""
    for number in range(60):
        step = [1 / 64, 1 / 2, 1][number % 3]
        logits = [round(generator.gauss(0, 3) / step) * step for _ in range(VOCABULARY)]
        prompt = [generator.randrange(VOCABULARY) for _ in range(generator.choice([4, 30, 90]))]
        output = [generator.randrange(VOCABULARY) for _ in range(generator.randrange(12))]
        pick = lambda usual, *others: generator.choice([usual, usual, *others])
        yield {
            "logits": logits, "prompt": prompt, "output": output,
            "temperature": generator.choice([1, 0.7, 1.5, 0.3]), "topK": pick(0, 1, 5, 17, 40),
            "topP": pick(1, 0.5, 0.8, 0.95), "minP": pick(0, 0.02, 0.1, 0.4),
            "repetitionPenalty": pick(1, 1.3, 0.8), "presencePenalty": pick(0, 0.5),
            "frequencyPenalty": pick(0, 0.25, -0.25),
        }


def of_transformers(case):
    import torch
    from transformers import (
        MinPLogitsWarper, RepetitionPenaltyLogitsProcessor, TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper,
    )

    case["presencePenalty"] = case["frequencyPenalty"] = 0  # it has neither
    ids = torch.tensor([case["prompt"] + case["output"]])
    scores = torch.tensor([case["logits"]], dtype=torch.float32)
    chain = []
    if case["repetitionPenalty"] != 1:
        chain.append(RepetitionPenaltyLogitsProcessor(float(case["repetitionPenalty"])))
    if case["temperature"] != 1:
        chain.append(TemperatureLogitsWarper(float(case["temperature"])))
    if case["topK"]:
        chain.append(TopKLogitsWarper(case["topK"]))
    if case["topP"] < 1:
        chain.append(TopPLogitsWarper(float(case["topP"])))
    if case["minP"]:
        chain.append(MinPLogitsWarper(float(case["minP"])))
    for part in chain:
        scores = part(ids, scores)
    return [place for place, value in enumerate(scores[0].tolist()) if value > -math.inf]


class Data(ctypes.Structure):
    _fields_ = [("id", ctypes.c_int32), ("logit", ctypes.c_float), ("p", ctypes.c_float)]


class Datas(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.POINTER(Data)), ("size", ctypes.c_size_t), ("selected", ctypes.c_int64), ("sorted", ctypes.c_bool)
    ]


def of_llama(case, library):
    make = lambda name, *arguments: getattr(library, name)(*arguments)
    for name in ["penalties", "top_k", "top_p", "min_p", "temp"]:
        getattr(library, "llama_sampler_init_" + name).restype = ctypes.c_void_p
    number = ctypes.c_float
    penalties = make(
        "llama_sampler_init_penalties", *([VOCABULARY] if library.penalties_know_vocabulary else []), 64,
        number(case["repetitionPenalty"]), number(case["frequencyPenalty"]), number(case["presencePenalty"]))
    for token in case["prompt"] + case["output"]:
        library.llama_sampler_accept(ctypes.c_void_p(penalties), token)
    chain = [penalties, make("llama_sampler_init_top_k", case["topK"])]
    chain.append(make("llama_sampler_init_top_p", number(case["topP"]), ctypes.c_size_t(0)))
    chain.append(make("llama_sampler_init_min_p", number(case["minP"]), ctypes.c_size_t(0)))
    chain.append(make("llama_sampler_init_temp", number(case["temperature"])))
    rows = (Data * VOCABULARY)(*[Data(place, value, 0) for place, value in enumerate(case["logits"])])
    array = Datas(rows, VOCABULARY, -1, False)
    for sampler in chain:
        library.llama_sampler_apply(ctypes.c_void_p(sampler), ctypes.byref(array))
    return sorted(array.data[place].id for place in range(array.size))


def of_mlx(case, module):
    import mlx.core as mx

    tokens = mx.array(case["prompt"] + case["output"])
    logits = mx.array([case["logits"]], dtype=mx.float32)
    settings = {"repetition_penalty": case["repetitionPenalty"] if case["repetitionPenalty"] != 1 else None}
    settings["presence_penalty"], settings["frequency_penalty"] = case["presencePenalty"], case["frequencyPenalty"]
    for processor in module.make_logits_processors(**settings):
        logits = processor(tokens, logits)
    values = logits - mx.logsumexp(logits, axis=-1, keepdims=True)
    if 0 < case["topP"] < 1:
        values = module.apply_top_p(values, case["topP"])
    if case["minP"]:
        values = module.apply_min_p(values, case["minP"])
    if case["topK"]:
        values = module.apply_top_k(values, case["topK"])
    return [place for place, value in enumerate(values[0].tolist()) if value > -math.inf]


def vllm_functions(folder):
    """The functions of vLLM's files, without what their modules import."""
    import torch

    names = {"torch": torch}
    for file, wanted in [
        ("v1/sample/ops/topk_topp_sampler.py", ["apply_top_k_top_p_pytorch", "apply_top_k_only"]),
        ("v1/sample/logits_processor/builtin.py", ["MinPLogitsProcessor.apply"]),
    ]:
        tree = ast.parse(open(os.path.join(folder, "vllm", file)).read())
        for node in ast.walk(tree):
            inside = node.body if isinstance(node, ast.ClassDef) else []
            for part in [node, *inside]:
                full = (node.name + "." if part is not node else "") + (getattr(part, "name", None) or "")
                if isinstance(part, ast.FunctionDef) and full in wanted:
                    part.decorator_list, part.returns = [], None
                    for argument in part.args.args:
                        argument.annotation = None
                    exec(compile(ast.Module([part], []), file, "exec"), names)
    return names


def of_vllm(case, names):
    import torch

    case["repetitionPenalty"] = 1  # its code is C++
    logits = torch.tensor([case["logits"]], dtype=torch.float32)
    counts = torch.zeros_like(logits)
    for token in case["output"]:
        counts[0, token] += 1
    logits -= case["frequencyPenalty"] * counts
    logits -= case["presencePenalty"] * (counts > 0)
    logits = logits / case["temperature"]
    if case["minP"]:
        processor = type("MinP", (), {"min_p_count": 1, "min_p": torch.tensor([[case["minP"]]])})
        logits = names["apply"](processor, logits)
    k = torch.tensor([case["topK"]]) if case["topK"] else None
    p = torch.tensor([case["topP"]]) if case["topP"] < 1 else None
    logits = names["apply_top_k_top_p_pytorch"](logits, k, p)
    return [place for place, value in enumerate(logits[0].tolist()) if value > -math.inf]


def main():
    name = sys.argv[1]
    if name == "transformers":
        keep = of_transformers
    elif name == "llama.cpp":
        library = ctypes.CDLL(sys.argv[2], mode=os.RTLD_LAZY)
        library.penalties_know_vocabulary = len(sys.argv) > 3
        keep = lambda case: of_llama(case, library)
    elif name == "mlx-lm":
        spec = importlib.util.spec_from_file_location("sample_utils", sys.argv[2])
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        keep = lambda case: of_mlx(case, module)
    else:
        names = vllm_functions(sys.argv[2])
        keep = lambda case: of_vllm(case, names)
    rows = []
    for case in cases(random.Random(7)):
        case["logits"] = [float(numpy.float32(value)) for value in case["logits"]]
        rows.append(dict(case, kept=keep(case)))
        rows[-1].update({key: case[key] for key in case})
    known = json.load(open(FILE)) if os.path.exists(FILE) else {}
    known[name] = rows
    with open(FILE, "w") as file:
        file.write("{\n")
        for place, key in enumerate(sorted(known)):
            file.write(f"{json.dumps(key)}: [\n" + ",\n".join(json.dumps(row) for row in known[key]) + "\n]")
            file.write(",\n" if place + 1 < len(known) else "\n}\n")


main()
