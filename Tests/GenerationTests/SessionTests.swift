// Sessions from the prompt to the end: streaming, stop reasons, the context's limit, what is recorded.
import Phrases
import Kernels
import Testing
import Traces
import Transformers

@testable import Generation
@testable import Stages

@Suite struct SessionTests {
    @Test func charactersAppearWhenTheirLastByteDoes() throws {
        let session = try TinyModel.session("ab")
        let shown = try session.write("x步👣é")
        #expect(shown == ["x", "", "", "步", "", "", "", "👣", "", "é"])
        #expect(session.trace.text == "x步👣é")
        #expect(session.trace.steps.map(\.token.text) == shown)
        #expect(session.trace.steps.map(\.token.start) == Array(0..<10))
        #expect(session.trace.steps.map(\.position) == Array(2..<12))
        #expect(session.trace.steps[3].token.bytes == [0xA5])
    }

    @Test func bytesThatMakeNoCharacterAreShownAsSuch() throws {
        let session = try TinyModel.session("ab") { $0.maxTokens = 3 }
        var shown: [String] = []
        for byte in [0xE6, 0x41, 0xE6] { shown.append(try session.step(force: byte)!.shown) }
        #expect(shown == ["", "\u{FFFD}A", "\u{FFFD}"], "the last one cannot be completed any more")
        #expect(session.trace.text == "\u{FFFD}A\u{FFFD}")
        #expect(try session.step() == nil)
    }

    @Test func aPromptMayEndInsideACharacter() throws {
        let model = try TinyModel.make()
        let session = try TinyModel.session("a步", model: model) { $0.record = [] }
        // The prompt's last byte is taken away and generated instead.
        var prompt = session.trace.prompt
        prompt.tokens.removeLast()
        let shorter = try Session(model, prompt: prompt, settings: session.trace.settings, engine: session.trace.engine)
        #expect(try shorter.step(force: 0xA5)?.shown == "步")
    }

    @Test func stopStringsAreCutAcrossTokens() throws {
        let session = try TinyModel.session("ab") { $0.stop = ["步END"] }
        let shown = try session.write("走步EN步END!")
        #expect(shown.joined() == "走步EN")
        #expect(session.trace.text == "走步EN")
        #expect(session.trace.steps.last?.finish == .stop)
        #expect(session.isFinished)
        #expect(try session.step() == nil)
        #expect(session.trace.steps.dropLast().allSatisfy { $0.finish == nil })
    }

    @Test func endTokensEndTheRunUnseen() throws {
        let session = try TinyModel.session("ab") { $0.stop = ["xyz"] }
        #expect(try session.write("oxy") == ["o", "", ""])
        let last = try #require(try session.step(force: TinyModel.endToken))
        #expect(last.shown == "xy", "what a stop string held back is given out")
        #expect(last.step.finish == .eos)
        #expect(last.step.token.special)
        #expect(session.trace.text == "oxy")
    }

    @Test func theLengthAndTheContextEndARun() throws {
        let short = try TinyModel.session("abc") { $0.maxTokens = 4 }
        #expect(try short.runToEnd().count == 4)
        #expect(short.trace.steps.last?.finish == .length)

        // The context counts the prompt; the token that fills it is the last. An enormous --max-tokens is no error.
        let full = try TinyModel.session("abc") { ($0.context, $0.maxTokens, $0.bannedTokens) = (10, .max, [256]) }
        #expect(try full.runToEnd().count == 7)
        #expect(full.trace.steps.last?.finish == .context)
        let model = try TinyModel.session("abc") { ($0.maxTokens, $0.bannedTokens) = (.max, [256]) }
        #expect(try model.runToEnd().count == TinyModel.contextLength - 3)
        #expect(model.trace.steps.last?.finish == .context)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        func refusal(_ prompt: String, _ change: (inout Settings) -> Void) -> String? {
            do {
                _ = try TinyModel.session(prompt, change: change)
                return nil
            } catch { return "\(error)" }
        }
        #expect(refusal("0123456789", { $0.context = 10 })?.contains("10 tokens and the context holds 10") == true)
        #expect(refusal("0123456789", { $0.context = 11 }) == nil)
        #expect(refusal("a", { $0.context = 49 })?.contains("48") == true)
        #expect(refusal("", { _ in })?.contains("empty") == true)
        for head in ["2.0", "0.4", "0", "0.0.0", "a.b", "-1.0"] {
            #expect(refusal("a", { $0.ablated = [head] })?.contains("LAYER.HEAD") == true, "\(head)")
        }
        let session = try TinyModel.session("a")
        #expect(throws: GenerationError.self) { try session.step(force: 257) }
        #expect(throws: GenerationError.self) { try session.step(force: -1) }
        #expect(session.trace.steps.isEmpty)
    }

    /// 256 beams over the longest context there is: some 800 GB of this small model's keys and values.
    @Test func aCacheThatTheMachineHasNoMemoryForIsRefused() throws {
        let model = try TinyModel.make(contextLength: 16_000_000)
        func begin(tokens: Int) throws {
            _ = try TinyModel.session("a", model: model) { ($0.beams, $0.maxTokens, $0.record) = (256, tokens, []) }
        }
        let refusal = #expect(throws: GenerationError.self) { try begin(tokens: 15_000_000) }
        #expect("\(try #require(refusal))".contains("ask for fewer (--max-tokens, --beams)"))
        try begin(tokens: 8)
        let bytes = Int(model.configuration.cacheByteCount(positions: 48))
        try Session.check(model.configuration, tokens: 48, memory: bytes)
        #expect(throws: GenerationError.self) { try Session.check(model.configuration, tokens: 49, memory: bytes) }
    }

    @Test func greedyStepsFollowTheModel() throws {
        let model = try TinyModel.make()
        let session = try TinyModel.session("The cat", model: model) { ($0.maxTokens, $0.bannedTokens) = (20, [256]) }
        try session.runToEnd()
        let prompt = Array("The cat".utf8).map(Int.init)
        let chosen = session.trace.steps.map(\.token.id)
        #expect(chosen.count == 20)
        let cache = KeyValueCache(model.configuration, slots: 32)
        let all = Array(
            model.transformer.forward(
                Batch(tokens: prompt + chosen, from: 0), cache: cache, logits: .all, recorder: nil))
        for (index, token) in chosen.enumerated() {
            let start = (prompt.count - 1 + index) * TinyModel.vocabularySize
            let row = all[start..<start + TinyModel.endToken]
            #expect(row.firstIndex(of: row.max()!)! - start == token, "step \(index)")
        }
    }

    @Test func theSameSeedGivesTheSameRun() throws {
        func run(_ seed: String, threads: Int, record: [RecordKind]) throws -> [Step] {
            let session = try TinyModel.session("once", model: try TinyModel.make(threads: threads)) {
                ($0.temperature, $0.seed, $0.record, $0.maxTokens) = (1.3, seed, record, 30)
            }
            try session.runToEnd()
            return session.trace.steps.map { step in
                var step = step.timeless
                (step.lens, step.residual, step.tail.logits) = ([], nil, nil)
                return step
            }
        }
        let first = try run("42", threads: 1, record: [])
        #expect(try run("42", threads: 4, record: RecordKind.allCases) == first)
        #expect(try run("43", threads: 1, record: []).map(\.token.id) != first.map(\.token.id))
    }

    @Test func whatIsRecordedIsWhatThePassComputed() throws {
        let model = try TinyModel.make()
        let session = try TinyModel.session("attention", model: model) {
            ($0.record, $0.maxTokens) = (RecordKind.allCases, 6)
        }
        try session.runToEnd()
        session.finish(peakMemoryBytes: 1)
        let positions = 9 + session.trace.steps.count - 1  // the last token was not run
        let attention = try #require(session.trace.attention)
        #expect(attention.positions == positions)
        for layer in 0..<TinyModel.layers {
            for head in 0..<TinyModel.heads {
                for query in 0..<positions {
                    let row = attention.row(layer: layer, head: head, query: query)
                    #expect(abs(row.reduce(0, +) - 1) < 1e-6)
                }
            }
        }
        #expect(session.trace.tensors.rawLogits.count == session.trace.steps.count)
        let hidden = session.trace.tensors.hidden
        #expect(hidden.count == TinyModel.layers + 1)
        #expect(hidden.allSatisfy { $0.count == positions * 24 })
        for step in session.trace.steps {
            let residual = try #require(step.residual)
            let parts = residual.layers.reduce(residual.embedding.part.logit + residual.constant) {
                $0 + $1.attention.logit + $1.mlp.logit
            }
            let logit = try #require(step.chosen?.logits[0])
            #expect(residual.token == step.token.id && residual.layers.count == TinyModel.layers)
            #expect(abs(parts - logit) < 1e-4 && abs(residual.logit - logit) < 1e-4)
            #expect(residual.embedding.values.count == 24 && residual.embedding.neighbours.count == 8)
            let standing = try #require(step.lens.last?.chosen)
            #expect(standing.logit == logit && standing.rank == step.chosen?.rank)
        }
        // The last layer's newest hidden state gives the logits of the last step: the lens' last row is the choice.
        let step = try #require(session.trace.steps.last)
        #expect(step.lens.count == TinyModel.layers + 1)
        let best = try #require(step.lens.last?.top.first)
        #expect(best.id == step.candidates[0].id)
        #expect(abs(best.probability - step.candidates[0].rawProbability) < 1e-6)

        // How well each prompt token was foreseen, from the pass itself.
        let scores = session.trace.prompt.scores
        #expect(scores.count == 9)
        #expect(scores[0] == nil)
        let ids = session.trace.prompt.tokens.map(\.id)
        let cache = KeyValueCache(model.configuration, slots: 16)
        let logits = model.transformer.forward(
            Batch(tokens: ids, from: 0), cache: cache, logits: .all, recorder: nil)
        for position in 1..<9 {
            let row = UnsafeBufferPointer(
                rebasing: logits[(position - 1) * TinyModel.vocabularySize..<position * TinyModel.vocabularySize])
            let sums = model.compute.exponentials(row)
            #expect(scores[position]?.probability == sums.probability(of: row[ids[position]]))
            #expect(scores[position]?.rank == 1 + row.filter { $0 > row[ids[position]] }.count)
        }
    }

    @Test func aPrefillThatWasInterruptedGoesOn() throws {
        let prompt = String(repeating: "abcd", count: 10)
        let whole = try TinyModel.session(prompt) { $0.record = [.prompt] }
        try whole.runToEnd()
        let halting = try TinyModel.session(prompt) { $0.record = [.prompt] }
        var calls: [Int] = []
        halting.prefill { done, total in
            calls.append(done)
            #expect(total == 40)
            return false
        }
        #expect(calls == [32], "prompts whose tokens are scored go 32 tokens at a time")
        try halting.runToEnd()
        #expect(halting.trace.steps.map(\.timeless) == whole.trace.steps.map(\.timeless))
        #expect(halting.trace.prompt.scores == whole.trace.prompt.scores)
    }
}
