// Filling masks as a user does, every view of the record, and what each command says of a model of the other kind.
import Foundation
import JSONText
import TestTools
import Testing
import Traces

@Suite(.needs(.command)) struct FillCommandTests {
    private func filled(_ place: Workplace, _ text: String, _ options: String...) throws -> ProgramOutcome {
        let outcome = try place.stepglass(["fill", text] + options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome
    }

    @Test func writesItsRecord() throws {
        let place = try Workplace()
        let outcome = try filled(place, "The capital of [MASK] is Paris.")
        #expect(outcome.text.hasPrefix("The capital of France is Paris.\n"))
        #expect(outcome.text.contains("mask 0 at position 4") && outcome.text.contains("France 98.9%"))
        let folder = "Output/the-capital-of-mask-is-paris"
        #expect(place.names(folder).sorted() == ["attention.png", "trace.html", "trace.json"])
        let record = try place.json(folder + "/trace.json")
        #expect(record["run"]?.string == "fill" && record["steps"]?.array?.isEmpty == true)
        let mask = try #require(record["masks"]?.array?.first)
        #expect(mask["position"]?.int == 4 && mask["candidates"]?.array?.count == 50)
        let best = try #require(mask["candidates"]?.array?.first)
        #expect(best["text"]?.string == " France" && best["logits"]?.array?.count == 1 && best["rank"]?.int == 1)
        #expect(best["probability"]?.double == best["rawProbability"]?.double)
        #expect(mask["tail"]?["count"]?.int == 2510 && mask["entropyBits"]?.double != nil)
        #expect(record["attention"]?["pattern"]?.string == "full")
        // The next run takes another folder; a named one is kept.
        _ = try filled(place, "The capital of [MASK] is Paris.")
        #expect(place.names(folder + "-2").count == 3)
        try place.stepglass("fill", "[MASK]", "-o", folder, "--quiet").expectOneLine(1, "a record is there")
        let again = try Trace(parsing: try place.bytes(folder + "-2/trace.json"))
        let first = try Trace(parsing: try place.bytes(folder + "/trace.json"))
        #expect(try canonicalBytes(first) == canonicalBytes(again))
    }

    @Test func viewsUnderstandIt() throws {
        let place = try Workplace()
        _ = try filled(
            place, "The capital of [MASK] is [MASK].", "-o", "a", "--record", "attention,logits,hidden", "--tensors")
        _ = try filled(place, "The capital of [MASK] is [MASK].", "-o", "b", "--ablate", "3.1")
        _ = try place.stepglass("trace", "The capital of France is", "--greedy", "--max-tokens", "4", "-o", "c")
        let summary = try place.stepglass("show", "a").text
        #expect(summary.contains("masks  2") && summary.contains("mask 1 at position 6"))
        let ledger = try place.stepglass("show", "a", "--step", "1").text
        #expect(ledger.contains("mask 1  position 6  [MASK]") && ledger.contains("more tokens"))
        #expect(ledger.split(separator: "\n").allSatisfy { $0.count <= 80 })
        try place.stepglass("show", "a", "--step", "2").expectOneLine(1, "no such mask")
        let shown = try JSONValue(parsing: try place.stepglass("show", "a", "--json").out)
        #expect(shown["run"]?.string == "fill" && shown["steps"]?.array?.count == 2)
        for options in [
            [], ["--layer", "2"], ["--layer", "1", "--head", "3", "--step", "1"],
            ["--chart", "candidates", "--step", "0"],
            ["--chart", "entropy"], ["--step", "1"],
        ] {
            let outcome = try place.stepglass(["heatmap", "a"] + options)
            #expect(outcome.status == 0, "\(options): \(outcome.errors)")
        }
        #expect(try place.stepglass("heatmap", "c", "a", "-o", "both.png").status == 0)
        #expect(try place.stepglass("heatmap", "c", "a", "--layer", "1", "--head", "2", "-o", "two.png").status == 0)
        try place.stepglass("heatmap", "c", "a", "--layer", "9", "-o", "no.png").expectOneLine(1, "no such layer")
        let verdict = try place.stepglass("verify", "a")
        #expect(verdict.status == 0 && verdict.text.contains("identical: 2 masks"), "\(verdict.text)\(verdict.errors)")
        let same = try place.stepglass("diff", "a", "a")
        #expect(same.status == 0 && same.text.contains("the same best token in all 2 masks"))
        let other = try place.stepglass("diff", "a", "b")
        #expect(other.status == 0 && other.text.contains("ablate") && other.text.contains("of 2 masks"))
        try place.stepglass("diff", "a", "c").expectOneLine(1, "two kinds of runs")
        try place.stepglass("replay", "a").expectOneLine(1, "no steps to replay")
    }

    @Test func theDebuggerOpensIt() throws {
        let place = try Workplace()
        _ = try filled(place, "The capital of [MASK] is [MASK].", "-o", "a")
        func ask(_ lines: String...) throws -> ProgramOutcome {
            try place.stepglass(["debug", "--trace", "a"] + lines.flatMap { ["-e", $0] })
        }
        let outcome = try ask(
            "step", "print position", "print tokens.count", "step", "print position",
            "assert p(top(1)) > p(top(2))", "assert (sum over positions of attention(1, 2, t)) > 0.99",
            "assert attention(0, 0, 8) > 0", "info candidates 4", "info attention 1.2", "list", "step in", "finish")
        #expect(outcome.status == 0, "\(outcome.text)\(outcome.errors)")
        #expect(outcome.text.contains("= 4") || outcome.text.contains("4"))
        for line in ["force \" Rome\"", "set temperature 2", "sweep", "info kv", "fork"] {
            let refused = try ask("step", line)
            #expect(refused.status != 0 || refused.text.contains("fill") || refused.text.contains("encoder"), "\(line)")
        }
    }

    @Test func scoresEachToken() throws {
        let place = try Workplace()
        let outcome = try filled(place, "The capital of France is Paris.", "--score-each", "-o", "a")
        #expect(outcome.text.contains("pseudo-perplexity 1.01"), "\(outcome.text)")
        let record = try place.json("a/trace.json")
        #expect(record["run"]?.string == "score" && record["masks"] == nil)
        let scores = try #require(record["prompt"]?["scores"]?.array)
        #expect(scores.count == 9 && scores.first == .null && scores.last == .null)
        #expect(try place.stepglass("show", "a").text.contains("France"))
        #expect(try place.stepglass("verify", "a").status == 0)
        #expect(try place.stepglass("heatmap", "a", "--layer", "0").status == 0)
    }

    @Test func eachKindOfModelNamesTheOthersCommand() throws {
        let place = try Workplace()
        for command in [
            ["trace", "Hi"], ["trace", "Hi", "--chat"], ["debug", "Hi", "-e", "step"], ["bench"],
            ["trace", "Hi", "--max-tokens", "0"],
        ] {
            let outcome = try place.stepglass(command + ["--model", "tiny-bert"])
            outcome.expectOneLine(1, command.joined(separator: " "))
            #expect(outcome.errors.contains("stepglass fill"), "\(outcome.errors)")
        }
        let page = try place.stepglass("page", "--model", "tiny-bert", "-o", "x.html")
        page.expectOneLine(1, "page")
        let tiny = try place.stepglass("fill", "A [MASK].", "--model", "tiny")
        tiny.expectOneLine(1, "a decoder")
        #expect(tiny.errors.contains("stepglass trace"))
        let whole = try place.stepglass("fill", "No mask.")
        whole.expectOneLine(1, "no mask")
        #expect(whole.errors.contains("--score-each"))
        try place.stepglass("fill", "").expectOneLine(1, "nothing")
        try place.stepglass("fill", "[MASK]", "--candidates", "0").expectOneLine(64, "no candidates")
        try place.stepglass("fill", "[MASK]", "--record", "dreams").expectOneLine(64, "nothing of that name")
        try place.stepglass("fill", "[MASK]", "--ablate", "9.9").expectOneLine(1, "no such head")
        #expect(place.names() == [])
    }

    // MARK: broken folders

    private static let bertFolder = URL(fileURLWithPath: tinyFolder).deletingLastPathComponent()
        .appendingPathComponent("stepglass-tiny-bert").path

    /// A value in config.json in the place of another; nil takes it out.
    static let settings: [(key: String, value: String?)] = [
        ("hidden_act", "\"relu\""), ("position_embedding_type", "\"relative_key\""), ("is_decoder", "true"),
        ("num_attention_heads", "3"), ("num_attention_heads", "0"), ("hidden_size", "130"), ("hidden_size", "-128"),
        ("num_hidden_layers", "5"), ("num_hidden_layers", "0"), ("intermediate_size", "100"),
        ("max_position_embeddings", "0"), ("max_position_embeddings", "129"), ("type_vocab_size", "3"),
        ("type_vocab_size", "0"), ("layer_norm_eps", "-1"), ("vocab_size", "2559"), ("model_type", "\"roberta\""),
        ("model_type", nil), ("hidden_size", nil), ("num_attention_heads", "\"four\""),
    ]

    @Test(arguments: 0..<20) func aBrokenFolderIsOneLine(_ number: Int) throws {
        let (key, value) = Self.settings[number]
        let place = try Workplace()
        let url = URL(fileURLWithPath: Self.bertFolder)
        for name in ["model.safetensors", "tokenizer.json", "tokenizer_config.json"] {
            try place.write("bert/" + name, [UInt8](try Data(contentsOf: url.appendingPathComponent(name))))
        }
        let text = try String(contentsOf: url.appendingPathComponent("config.json"), encoding: .utf8)
        var lines = text.split(separator: "\n").map(String.init).filter { !$0.contains("\"\(key)\"") }
        if let value { lines.insert("  \"\(key)\": \(value),", at: 1) }
        try place.write("bert/config.json", Array(lines.joined(separator: "\n").utf8))
        let outcome = try place.stepglass("fill", "[MASK]", "--model", "bert", "-o", "out")
        outcome.expectOneLine(1, "\(key): \(value ?? "absent")")
        #expect(place.names() == ["bert"])
    }

    @Test(arguments: [0, 8, 100, 9000, 2_000_000]) func cutWeightsAreOneLine(_ count: Int) throws {
        let place = try Workplace()
        let url = URL(fileURLWithPath: Self.bertFolder)
        for name in ["config.json", "tokenizer.json", "tokenizer_config.json"] {
            try place.write("bert/" + name, [UInt8](try Data(contentsOf: url.appendingPathComponent(name))))
        }
        let weights = try Data(contentsOf: url.appendingPathComponent("model.safetensors"))
        try place.write("bert/model.safetensors", [UInt8](weights.prefix(count)))
        try place.stepglass("fill", "[MASK]", "--model", "bert", "-o", "out").expectOneLine(1, "cut to \(count)")
    }
}
