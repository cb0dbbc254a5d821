"""Runs transformers with attentions in float32 on the dequantised weights; lines and answers as in llama_server.py."""
import os
import sys
import time

answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

import torch
from transformers import AutoModelForCausalLM

torch.set_num_threads(int(sys.argv[2]))
folder, file = os.path.split(sys.argv[1])
model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32, attn_implementation="eager")
model.eval()
print("ready", file=answers)
with torch.inference_mode():
    for line in sys.stdin:
        prompt, tokens = map(int, line.split())
        ids = torch.tensor([[(i * 7919) % 49000 for i in range(prompt)]])
        start = time.perf_counter()
        out = model(ids, use_cache=True, output_attentions=True)
        prefill = prompt / (time.perf_counter() - start)
        start = time.perf_counter()
        for _ in range(tokens):
            ids = out.logits[:, -1:].argmax(-1)
            out = model(ids, past_key_values=out.past_key_values, use_cache=True, output_attentions=True)
        print(prefill, tokens / (time.perf_counter() - start), file=answers)
