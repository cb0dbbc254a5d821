// `replay --as` on a record: kept sets by another library's rules, held against the same rules in NumPy over the record's
// own logits (the rules themselves are held against the libraries in SamplingLibrariesTests).
import JSONText
import TestTools
import Testing

@Suite(.needs(.command, .python)) struct ReplayAsTests {
    private func record(_ place: Workplace, _ options: String...) throws {
        let made = try place.stepglass(
            [
                "trace", "The capital of France is", "--model", "tiny", "--max-tokens", "12", "--seed", "3", "-o",
                "run", "--quiet",
            ]
                + options)
        #expect(made.status == 0, "\(made.errors)")
    }

    /// How many tokens each step keeps there, by a chain of functions of sorted logits.
    private static let numpy = """
        import json, sys
        import numpy as np
        from safetensors.numpy import load_file
        logits = load_file("run/tensors.safetensors")["logits.raw"].astype(np.float32)
        def share(row):
            weights = np.exp(row - row.max())
            return weights / weights.sum()
        def top_k(row, k): return row[:k]
        def top_p(row, p): return row[:np.searchsorted(np.cumsum(share(row), dtype=np.float32), np.float32(p)) + 1]
        def min_p(row, p): return row[share(row) >= np.float32(p) * share(row).max()]
        def warm(row, t): return row / np.float32(t)
        chains = {
            "llama.cpp": lambda row: min_p(top_p(top_k(row, 30), 0.9), 0.02),
            "transformers": lambda row: min_p(top_p(top_k(warm(row, 1.3), 30), 0.9), 0.02),
            "vllm": lambda row: top_p(top_k(min_p(warm(row, 1.3), 0.02), 30), 0.9),
            "mlx-lm": lambda row: top_k(min_p(top_p(row, 0.9), 0.02), 30),
        }
        for name, chain in chains.items():
            print(name, *[len(chain(np.sort(row)[::-1])) for row in logits])
        """

    @Test func keptSetsAreThoseOfItsRules() throws {
        let place = try Workplace()
        try record(
            place, "--temperature", "1.3", "--top-k", "30", "--top-p", "0.9", "--min-p", "0.02", "--record",
            "attention,logits", "--tensors")
        let counted = try place.python(Self.numpy)
        #expect(counted.status == 0, "\(counted.errors)")
        let lines = counted.text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.count == 4)
        var sets: Set<[Int]> = []
        for words in lines {
            let outcome = try place.stepglass("replay", "run", "--as", words[0], "--json")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let answer = try JSONValue(parsing: outcome.out)
            let there = (answer["steps"]?.array ?? []).compactMap { $0["there"]?.int }
            #expect(there == words.dropFirst().compactMap { Int($0) }, "\(words[0])")
            #expect(answer["defaults"]?.object?.count == 0)
            sets.insert(there)
        }
        // llama.cpp's and mlx-lm's probabilities are those before the temperature.
        #expect(sets.count >= 2)
    }

    @Test func theFirstDifferenceIsToldWithItsRule() throws {
        let place = try Workplace()
        try record(place)
        // Without recorded logits the model gives them again.
        let outcome = try place.stepglass("replay", "run", "--as", "llama.cpp")
        #expect(outcome.status == 0, "\(outcome.errors)")
        for words in ["min-p 0.05", "step 0 is the first that differs", "(its default)", "(src/llama-sampler.cpp, "] {
            #expect(outcome.text.contains(words), "\(words)\n\(outcome.text)")
        }
        let plain = try place.stepglass("replay", "run", "--as", "vllm")
        #expect(plain.text.contains("kept sets are the same at"), "\(plain.text)")
        let chinese = try place.stepglass("replay", "run", "--as", "mlx-lm", "--no-defaults", "--lang", "zh-TW")
        #expect(chinese.text.contains("保留的集合相同"), "\(chinese.text)")
    }

    @Test func whatCannotBeComparedIsRefused() throws {
        let place = try Workplace()
        try record(place)
        for (options, code, words) in [
            (["--as", "tensorflow"], 64, "llama.cpp, transformers, vllm, mlx-lm"), (["--json"], 64, "--as"),
            (["--as", "vllm", "--typical-p", "0.5"], 1, "typical-p"),
        ] as [([String], Int32, String)] {
            let outcome = try place.stepglass(["replay", "run"] + options)
            outcome.expectOneLine(code, options.joined(separator: " "))
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
        }
    }
}
