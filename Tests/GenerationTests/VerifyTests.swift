// A run proves itself: verify finds it identical, and finds and names whatever was changed in it.
import Phrases
import Foundation
import TestTools
import Testing
import Traces

@testable import Generation
@testable import RunVerification
@testable import Stages

@Suite(.needs(.command)) struct VerifyTests {
    static let prompt = "Once upon a time"

    @Test(arguments: [
        ["--greedy"], ["--seed", "7", "--temperature", "0.9", "--top-k", "40", "--top-p", "0.95"],
        ["--seed", "340282366920938463463374607431768211455", "--repetition-penalty", "1.2", "--min-p", "0.02"],
        ["--seed", "3", "--xtc-probability", "0.5", "--xtc-threshold", "0.05"],
        ["--seed", "4", "--mirostat-tau", "3"], ["--seed", "5", "--ablate", "0.1", "--ablate", "1.0"],
        ["--seed", "5", "--drop", "2", "--drop", "6"], ["--beams", "3", "--drop", "3", "--drop", "5"],
        ["--seed", "6", "--dry-multiplier", "0.8", "--no-repeat-n-gram", "3", "--ban-tokens", "5,6"],
        ["--beams", "4", "--length-penalty", "0.5"], ["--beams", "3", "--beam-sample", "--seed", "9"],
        ["--beams", "4", "--beam-groups", "2", "--beam-diversity", "0.7"], ["--record", "attention,hidden,prompt"],
        ["--record", "residual"], ["--record", "residual,hidden", "--beams", "3"],
    ])
    func runIsIdentical(_ options: [String]) throws {
        let command = try BuiltCommand()
        _ = try command.trace("a", Self.prompt, ["--model", "tiny", "--max-tokens", "12"] + options)
        let found = try command.run(["verify", "a"])
        #expect(found.status == 0 && found.out.hasPrefix("identical: "), "\(found.out) \(found.error)")
    }

    /// What the layers said and added is part of the record; what an earlier build did not keep of it is not missed.
    @Test func whatIsInsideAStepIsCompared() throws {
        let command = try BuiltCommand()
        let trace = try command.trace(
            "a", Self.prompt, ["--model", "tiny", "--max-tokens", "5", "--record", "hidden,residual"])
        var old = trace
        for step in old.steps.indices {
            for row in old.steps[step].lens.indices { old.steps[step].lens[row].chosen = nil }
        }
        try command.write(old, "old")
        let found = try command.run(["verify", "old"])
        #expect(found.status == 0 && found.out.hasPrefix("identical: "), "\(found.out) \(found.error)")
        try expect(["step 2", "what the parts of the pass added"], command, trace) {
            $0.steps[2].residual?.layers[1].headLogits[3] += 0.001
        }
        try expect(["step 1", "what layer 2 would say"], command, trace) { $0.steps[1].lens[2].chosen?.rank += 1 }
    }

    private func sampled(_ command: BuiltCommand) throws -> Trace {
        try command.trace(
            "a", Self.prompt, ["--model", "tiny", "--max-tokens", "12", "--min-tokens", "12", "--seed", "7"])
    }

    /// Changes the trace, verifies it, and expects exit 2 and the words.
    private func expect(
        _ words: [String], _ command: BuiltCommand, _ trace: Trace, options: [String] = [],
        _ change: (inout Trace) -> Void
    ) throws {
        var changed = trace
        change(&changed)
        try command.write(changed, "changed")
        let found = try command.run(["verify", "changed"] + options)
        #expect(found.status == 2, "\(found.out) \(found.error)")
        for word in words { #expect(found.out.contains(word), "\(word) in \(found.out)") }
    }

    @Test func oneChangedValueIsFoundAndNamed() throws {
        let command = try BuiltCommand()
        let trace = try sampled(command)
        try expect(["different: step 3, raw logit of “", "this value was changed"], command, trace) {
            $0.steps[3].candidates[2].logits[0]! += 0.001
        }
        try expect(
            ["different: step 5, the number drawn", "this number was changed: the other \(trace.steps.count - 1)"],
            command, trace
        ) {
            let draw = $0.steps[5].draw!
            $0.steps[5].draw!.uniform = draw.uniform.nextUp
        }
        try expect(["different: step 2, raw entropy"], command, trace) { $0.steps[2].entropyBitsRaw += 1e-9 }
        try expect(["different: the text"], command, trace) { $0.text += " " }
        try expect(["different: step 4, how the run ends"], command, trace) { $0.steps[4].finish = .length }
        try expect(["different: ", "temperature"], command, trace) { $0.settings.temperature = 0.9 }
        try expect(["different: prompt token 0"], command, trace) { $0.prompt.tokens[0].special.toggle() }
    }

    @Test func anotherSeedIsNamed() throws {
        let command = try BuiltCommand()
        let trace = try sampled(command)
        let count = trace.steps.count
        try expect(
            ["different: step 0, the number drawn", "the draws are not those of seed 8: \(count) of \(count) differ"],
            command,
            trace
        ) { $0.settings.seed = "8" }
        try expect(["different: step 3, the generator's state", "this one was changed"], command, trace) {
            $0.steps[3].draw!.generator!.state += 1
        }
    }

    @Test(.needs(.smolLM2)) func anotherModelIsNamed() throws {
        let command = try BuiltCommand()
        let trace = try sampled(command)
        try expect(["the SHA-256 of the model's weights", "another model file"], command, trace) {
            $0.model.sha256 = "0" + $0.model.sha256.dropFirst()
        }
        try expect(["another model file"], command, trace, options: ["--model", "smollm2"]) { _ in }
    }

    /// What a model is called is a word for it; its weights are what it is.
    @Test func anotherNameOfTheSameModelIsANote() throws {
        let command = try BuiltCommand()
        var trace = try sampled(command)
        trace.model.name = "Tiny 1M Mix1 Ep2"
        try command.write(trace, "b")
        let found = try command.run(["verify", "b"])
        #expect(found.status == 0 && found.out.hasPrefix("identical"), "\(found.out)")
        #expect((found.out + found.error).contains("was called Tiny 1M Mix1 Ep2 and is called stepglass-tiny here"))
    }

    @Test func aChangedBeamTreeIsFound() throws {
        let command = try BuiltCommand()
        let trace = try command.trace("a", Self.prompt, ["--model", "tiny", "--max-tokens", "8", "--beams", "3"])
        try expect(["different: sum of node 7 of the beam tree"], command, trace) {
            $0.beam!.nodes[7].sumLogProbability -= 1e-6
        }
        try expect(["different: the score of hypothesis 2"], command, trace) { $0.beam!.hypotheses[1].score -= 1e-6 }
    }

    @Test func changedTensorsAreFound() throws {
        let command = try BuiltCommand()
        let options = ["--model", "tiny", "--max-tokens", "5", "--record", "attention,logits,hidden", "--tensors"]
        _ = try command.trace("a", Self.prompt, options)
        #expect(try command.run(["verify", "a"]).status == 0)
        let file = "a/tensors.safetensors"
        let whole = try command.folder.bytes(file)
        for (place, name) in [(whole.count - 5, ""), (whole.count / 2, ""), (4, "a/tensors.safetensors")] {
            var changed = whole
            changed[place] ^= 1
            try command.folder.write(file, changed)
            let found = try command.run(["verify", "a"])
            #expect(found.status == 2 && found.out.hasPrefix("different: "), "\(place): \(found.out) \(found.error)")
            #expect(found.out.contains(name.isEmpty ? " in a/tensors.safetensors" : name), "\(found.out)")
        }
        try command.folder.write(file, Array(whole.dropLast(3)))
        #expect(try command.run(["verify", "a"]).status == 2)
    }

    /// A chosen token beyond the list was listed in the parent only.
    @Test func replaysVerify() throws {
        let command = try BuiltCommand()
        for seed in 1...4 {
            let options = ["--model", "tiny", "--candidates", "3", "--temperature", "3", "--max-tokens", "6"]
            _ = try command.trace("a\(seed)", "The capital of France is", options + ["--seed", "\(seed)"])
            let made = try command.run(["replay", "a\(seed)", "--top-k", "2", "-o", "b\(seed)"])
            #expect(made.status == 0, "\(made.error)")
            let found = try command.run(["verify", "b\(seed)"])
            #expect(found.status == 0, "\(found.out) \(found.error)")
        }
    }

    /// Whatever digit of the record is another, the file is refused or the run found different.
    @Test func anyChangedDigitIsFound() throws {
        let command = try BuiltCommand()
        _ = try command.trace("a", Self.prompt, ["--model", "tiny", "--max-tokens", "6", "--seed", "7"])
        let bytes = try command.bytes("a")
        let text = String(decoding: bytes, as: UTF8.self)
        // From the prompt on, without the times and sizes: those are measured anew each time.
        let start = try #require(text.range(of: "\n\"prompt\"")).lowerBound.utf16Offset(in: text)
        let end = try #require(text.range(of: "\n\"metrics\"")).lowerBound.utf16Offset(in: text)
        let original = try canonicalBytes(try Trace(parsing: bytes))
        var generator = PCG64(seed: 1)
        var tried = 0
        while tried < 40 {
            let place = start + Int(generator.uniform() * Double(end - start))
            guard (0x30...0x39).contains(bytes[place]) else { continue }
            // A step's seconds are its last member but one.
            let before = String(decoding: bytes[max(0, place - 120)..<place], as: UTF8.self)
            if let seconds = before.range(of: "\"seconds\":{", options: .backwards),
                !before[seconds.upperBound...].contains("}")
            {
                continue
            }
            var changed = bytes
            changed[place] = bytes[place] == 0x39 ? 0x38 : bytes[place] + 1
            // The 17th digit of a double may be another and the number the same: then nothing has changed.
            if let read = try? Trace(parsing: changed), try canonicalBytes(read) == original { continue }
            tried += 1
            try command.write(changed, "changed")
            let found = try command.run(["verify", "changed", "--quiet"])
            let around = String(decoding: changed[max(0, place - 30)..<min(changed.count, place + 10)], as: UTF8.self)
            #expect(found.status == 2, "byte \(place): …\(around)… \(found.out) \(found.error)")
        }
    }

    @Test(.needs(.smolLM2)) func otherKernelsAgreeWithinTheMargin() throws {
        let command = try BuiltCommand()
        let options = [
            "--model", "smollm2", "--max-tokens", "16", "--seed", "7", "--temperature", "0.8", "--top-p", "0.9",
        ]
        let trace = try command.trace("a", "The capital of France is", options)
        let found = try command.run(["verify", "a", "--kernels", "plain"])
        #expect(found.status == 0, "\(found.out) \(found.error)")
        // On a processor with no other set the trace was made on the plain one, and every bit agrees.
        let same = trace.engine.kernels == "plain"
        #expect(found.out.hasPrefix(same ? "identical: " : "identical within "), "\(found.out)")
    }
}
