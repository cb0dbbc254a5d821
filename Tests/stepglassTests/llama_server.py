"""llama.cpp's server for a test: llama_server.py MODEL.gguf. Prints its address when it answers; ends with standard input.

The keys and values are kept as 32-bit floats and attention is not fused, so that numbers can be held against others'.
"""
import sys

import xllamacpp

parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.n_ctx = 512
parameters.n_parallel = 1
parameters.cpuparams.n_threads = 2
parameters.cpuparams_batch.n_threads = 2
parameters.n_threads_http = 2
parameters.warmup = False
parameters.fit_params = False
parameters.n_gpu_layers = 0
parameters.cache_type_k = xllamacpp.ggml_type.GGML_TYPE_F32
parameters.cache_type_v = xllamacpp.ggml_type.GGML_TYPE_F32
parameters.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_DISABLED
parameters.hostnames = ["127.0.0.1"]
parameters.port = 0
if len(sys.argv) > 2:
    parameters.api_keys = [sys.argv[2]]
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
sys.stdin.read()
