"""Runs llama.cpp on token ids: reads lines `prompt-tokens tokens`, answers `prefill decode` in tokens a second."""
import json
import os
import sys

import xllamacpp

answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)  # llama.cpp's own messages must not get among the answers

params = xllamacpp.CommonParams()
params.model.path = sys.argv[1]
params.n_ctx = int(sys.argv[3])
params.n_parallel = 1
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = int(sys.argv[2])
server = xllamacpp.Server(params)
print("ready", file=answers)
for line in sys.stdin:
    prompt, tokens = map(int, line.split())
    request = {
        "prompt": [(i * 7919) % 49000 for i in range(prompt)], "n_predict": tokens, "temperature": 0,
        "ignore_eos": True, "cache_prompt": False, "stream": False,
    }
    answer = server.handle_completions(request)
    times = (answer if isinstance(answer, dict) else json.loads(answer))["timings"]
    print(times["prompt_per_second"], times["predicted_per_second"], file=answers)
