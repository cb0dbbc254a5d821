// mlx-lm, as its command samples.
internal import Phrases

extension SamplingLibrary {
    static let mlxLM = SamplingLibrary(
        name: "mlx-lm", version: "0.32.2",
        rules: [
            .repetition(.last(20), window, "mlx_lm/sample_utils.py, make_repetition_penalty"),
            .presence(.last(20), window, "mlx_lm/sample_utils.py, make_presence_penalty"),
            .frequency(.last(20), window, "mlx_lm/sample_utils.py, make_frequency_penalty"),
            .topP(
                .byValue,
                Phrase(
                    "runs first, before the temperature; ties with the last one stay",
                    "最先執行，在溫度之前；與最後一個同值者保留"),
                "mlx_lm/sample_utils.py, apply_top_p"),
            .minP(
                byLogits: true,
                Phrase("compares log-probabilities, before the temperature", "比較對數機率，在溫度之前"),
                "mlx_lm/sample_utils.py, apply_min_p"),
            .topK(keepsTies: false, "mlx_lm/sample_utils.py, apply_top_k"),
            .temperature(
                Phrase("runs last: no stage sees it", "最後才執行：沒有階段看得到它"),
                "mlx_lm/sample_utils.py, categorical_sampling"),
        ],
        defaults: [.temperature(0)], greedy: .greedy("mlx_lm/sample_utils.py, greedy_sampler"))
}

private let window = Phrase("looks at the last 20 tokens of prompt and output", "只看提示與輸出的最後 20 個詞元")
