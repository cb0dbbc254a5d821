// llama.cpp, as its command and server sample.
internal import Phrases

extension SamplingLibrary {
    static let llamaCpp = SamplingLibrary(
        name: "llama.cpp", version: "b11434",
        rules: [
            .repetition(.last(64), window, penalties), .frequency(.last(64), window, penalties),
            .presence(.last(64), window, penalties),
            .topK(keepsTies: false, "src/llama-sampler.cpp, llama_sampler_top_k_impl"),
            .topP(
                .fromLikeliest,
                Phrase(
                    "sums of 32-bit floats from the likeliest on; runs before the temperature, on other probabilities",
                    "由最可能者起以 32 位元浮點累加；在溫度之前執行，機率因此不同"),
                "src/llama-sampler.cpp, llama_sampler_top_p_apply"),
            .minP(
                byLogits: true,
                Phrase(
                    "compares logits with the largest plus log(min-p); runs before the temperature",
                    "以 logit 與最大者加 log(min-p) 相比；在溫度之前執行"),
                "src/llama-sampler.cpp, llama_sampler_min_p_apply"),
            .temperature(
                Phrase("runs last: no stage sees it", "最後才執行：沒有階段看得到它"), "common/common.h, samplers"),
        ],
        defaults: [.temperature(0.8), .topK(40), .topP(0.95), .minP(0.05)],
        greedy: .greedy("src/llama-sampler.cpp, llama_sampler_temp_impl"))
}

private let penalties = "src/llama-sampler.cpp, llama_sampler_penalties_apply"
private let window = Phrase(
    "looks at the last 64 tokens of prompt and output (penalty_last_n)", "只看提示與輸出的最後 64 個詞元（penalty_last_n）")
