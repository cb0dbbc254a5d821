// vLLM, as its sampler in PyTorch does it (its CUDA kernels draw without sorting, to the same sets).
internal import Phrases

extension SamplingLibrary {
    static let vllm = SamplingLibrary(
        name: "vllm", version: "0.32.0",
        rules: [
            .repetition(.all, Phrase("looks at prompt and output", "看提示與輸出"), penalties),
            .frequency(.output, Phrase("counts the output alone", "只計輸出"), penalties),
            .presence(.output, Phrase("looks at the output alone", "只看輸出"), penalties),
            .temperature(
                Phrase("a temperature below 0.01 is raised to it", "低於 0.01 的溫度提高到 0.01"), least: 0.01,
                "vllm/sampling_params.py, _MAX_TEMP"),
            .minP(
                byLogits: false, Phrase("runs before top-k and top-p", "在 top-k 與 top-p 之前執行"),
                "vllm/v1/sample/logits_processor/builtin.py, MinPLogitsProcessor"),
            .topK(keepsTies: true, "vllm/v1/sample/ops/topk_topp_sampler.py, apply_top_k_top_p_pytorch"),
            .topP(
                .fromLeastLikely,
                Phrase(
                    "32-bit sums from the least likely on: what adds up to no more than 1 − p goes, ties in no promised order",
                    "由最不可能者起以 32 位元累加：總和不超過 1 − p 者移除，同值者的次序不保證"),
                "vllm/v1/sample/ops/topk_topp_sampler.py, apply_top_k_top_p_pytorch"),
        ],
        defaults: [], greedy: .greedy("vllm/v1/sample/sampler.py, greedy_sample"))
}

private let penalties = "vllm/model_executor/layers/utils.py, apply_penalties"
