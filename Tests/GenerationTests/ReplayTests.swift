// A replay gives what the new settings give from the start, value for value, and says where it left its parent.
import Phrases
import Foundation
import TestTools
import Testing
import Traces

@testable import Generation
@testable import Stages

@Suite(.needs(.command)) struct ReplayTests {
    static let prompt = "Once upon a time"

    struct Case: CustomTestStringConvertible, Sendable {
        var parent: [String]
        var change: [String]
        /// Where the first step's logits come from, in the command's words.
        var source: String

        var testDescription: String { "\(parent) → \(change)" }
    }

    static let cases = [
        Case(parent: ["--seed", "7"], change: ["--temperature", "1.5"], source: "from the model in one pass"),
        Case(parent: ["--seed", "7"], change: ["--temperature", "0.99"], source: "from the model in one pass"),
        Case(parent: ["--seed", "7"], change: ["--greedy"], source: "from the listed candidates"),
        Case(
            parent: ["--greedy"], change: ["--greedy", "--repetition-penalty", "1.05"],
            source: "from the listed candidates"),
        Case(
            parent: ["--seed", "3", "--top-k", "20"], change: ["--top-k", "10"], source: "from the listed candidates"),
        Case(parent: ["--seed", "3", "--top-k", "20"], change: ["--seed", "4"], source: "from the listed candidates"),
        Case(
            parent: ["--seed", "3", "--min-p", "0.1"],
            change: ["--min-p", "0.2", "--top-p", "0.9", "--order", "min-p,top-p"],
            source: "from the listed candidates"),
        Case(parent: ["--greedy"], change: ["--max-tokens", "20"], source: "from the listed candidates"),
        Case(parent: ["--greedy"], change: ["--max-tokens", "5"], source: "from the listed candidates"),
        Case(
            parent: ["--seed", "7", "--record", "attention,logits", "--tensors"], change: ["--temperature", "1.2"],
            source: "from the recorded logits"),
        Case(
            parent: ["--seed", "7", "--record", "attention,hidden,prompt"], change: ["--top-p", "0.8"],
            source: "from the model in one pass"),
        Case(
            parent: ["--seed", "5", "--ablate", "0.1"], change: ["--typical-p", "0.8"],
            source: "from the model in one pass"),
        Case(
            parent: ["--seed", "5", "--mirostat-tau", "4"], change: ["--mirostat-tau", "3"],
            source: "from the model in one pass"),
        Case(parent: ["--seed", "2", "--top-k", "30"], change: ["--stop", "e"], source: "from the listed candidates"),
    ]

    @Test(arguments: cases)
    func replayIsTheDirectRun(_ test: Case) throws {
        let command = try BuiltCommand()
        let common = ["--model", "tiny", "--max-tokens", "12"]
        let parent = try command.trace("parent", Self.prompt, common + test.parent)
        let result = try command.run(["replay", "parent", "-o", "child"] + test.change)
        try #require(result.status == 0, "\(result.error)")
        #expect(result.error.contains(test.source), "\(result.error)")
        // Options given twice: the later one counts for values; of lists only the change names any.
        let kept = without(test.change, common + test.parent)
        let direct = try command.trace("direct", Self.prompt, kept + test.change)
        var child = try command.read("child")
        let named = try #require(child.parent)
        #expect(named.sha256 == (try traceHash(parent)))
        let fork = zip(parent.steps, child.steps).prefix { $0.token.id == $1.token.id }.count
        #expect(named.step == fork && !named.change.isEmpty)
        child.parent = nil
        let (a, b) = (try canonicalBytes(child), try canonicalBytes(direct))
        let part = zip(a, b).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(a.count, b.count)
        #expect(
            a == b,
            "parts at byte \(part): \(String(decoding: a[max(0, part - 80)..<min(a.count, part + 40)], as: UTF8.self))")
        // Being a run like any other, it verifies.
        #expect(try command.run(["verify", "child"]).status == 0)
    }

    /// The parent's options without those that the change gives.
    private func without(_ change: [String], _ options: [String]) -> [String] {
        var kept: [String] = []
        var index = 0
        while index < options.count {
            let hasValue = index + 1 < options.count && !options[index + 1].hasPrefix("--")
            let replaced =
                change.contains(options[index]) || (change.contains("--greedy") && options[index] == "--temperature")
            if !replaced { kept += options[index...(hasValue ? index + 1 : index)] }
            index += hasValue ? 2 : 1
        }
        return kept
    }

    @Test(.needs(.smolLM2)) func whatChangesTheLogitsIsRefused() throws {
        let command = try BuiltCommand()
        _ = try command.trace("beams", Self.prompt, ["--model", "tiny", "--max-tokens", "4", "--beams", "2"])
        let beams = try command.run(["replay", "beams", "--seed", "2"])
        #expect(beams.status == 1 && beams.error.contains("show --beams"))
        let other = try command.trace("a", Self.prompt, ["--model", "tiny", "--max-tokens", "4"])
        #expect(other.steps.count == 4)
        let model = try command.run(["replay", "a", "--seed", "2", "--model", "smollm2"])
        #expect(model.status == 1 && model.error.contains("its logits are others"), "\(model.error)")
    }
}
