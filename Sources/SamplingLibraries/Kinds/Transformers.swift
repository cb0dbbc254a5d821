// transformers, as its generate() samples (do_sample=True).
internal import Phrases

extension SamplingLibrary {
    static let transformers = SamplingLibrary(
        name: "transformers", version: "5.24.0",
        rules: [
            .repetition(
                .all, Phrase("looks at prompt and output", "看提示與輸出"),
                "generation/logits_process.py, RepetitionPenaltyLogitsProcessor"),
            .temperature(
                Phrase("divides before the stages that cut", "先除以溫度，再執行會移除詞元的階段"),
                "generation/utils.py, _get_logits_processor"),
            .topK(keepsTies: true, "generation/logits_process.py, TopKLogitsWarper"),
            .topP(
                .fromLeastLikely,
                Phrase(
                    "32-bit sums from the least likely on: what adds up to no more than 1 − p goes, ties in no promised order",
                    "由最不可能者起以 32 位元累加：總和不超過 1 − p 者移除，同值者的次序不保證"),
                "generation/logits_process.py, TopPLogitsWarper"),
            .minP(
                byLogits: false,
                Phrase("compares probabilities of what top-p left", "比較 top-p 之後剩下的機率"),
                "generation/logits_process.py, MinPLogitsWarper"),
        ],
        defaults: [.topK(50)], greedy: .greedy("generation/utils.py, _sample"))
}
