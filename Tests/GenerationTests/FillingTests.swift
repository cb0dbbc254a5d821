// The encoder that ships against what transformers computes: masks, pseudo-perplexity, attention; and what is refused.
import CTinyModel
import Foundation
import JSONText
import Kernels
import ModelFiles
import RunVerification
import Testing
import Traces

@testable import Generation
@testable import Transformers

@Suite struct FillingTests {
    private static let engine = EngineInfo(version: "test", kernels: "plain", threads: 1)

    private func encoder(threads: Int = 1, kernels: String = "plain") throws -> LanguageModel {
        var files: [String: MappedFile] = [:]
        var index: Int32 = 0
        while let file = sg_tiny_bert_file_at(index), let name = file.pointee.name.map({ String(cString: $0) }) {
            let bytes = UnsafeRawBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
            files[name] = MappedFile(memory: bytes, name: name)
            index += 1
        }
        let compute = Compute(kernels: try #require(KernelSet.named(kernels)), threads: threads)
        let folder = try ModelFolder(files: files, name: "stepglass-tiny-bert")
        return try LanguageModel(.folder(folder), compute: compute, hash: { "bert" })
    }

    private func fill(
        _ text: String, _ model: LanguageModel, _ settings: Settings = .filling, each: Bool = false
    ) throws -> Trace {
        let filling = try Filling(
            model, reading: try model.read(text, settings: settings), settings: settings, engine: Self.engine,
            scoresEach: each)
        while try filling.advance() {}
        filling.finish(peakMemoryBytes: 0)
        return filling.trace
    }

    @Test func masksEqualTransformers() throws {
        let model = try encoder()
        let texts = try #require(try fixture("fill")["masked"]?.array)
        #expect(texts.count == 5)
        for text in texts {
            let name = try #require(text["text"]?.string)
            let trace = try fill(name, model)
            #expect(trace.run == .fill)
            #expect(trace.prompt.tokens.map { $0.id } == text["ids"]?.array?.compactMap { $0.int })
            let masks = try #require(text["masks"]?.array)
            #expect(trace.steps.map { $0.position } == masks.compactMap { $0["position"]?.int })
            for (step, mask) in zip(trace.steps, masks) {
                let ids = try #require(mask["ids"]?.array?.compactMap { $0.int })
                let logits = try #require(mask["logits"]?.array?.compactMap { $0.double })
                let sum = try #require(mask["logSumExp"]?.double)
                #expect(step.candidates.prefix(10).map { $0.id } == ids, "\(name)")
                for (candidate, logit) in zip(step.candidates, logits) {
                    let own = try #require(candidate.logits[0])
                    #expect(abs(Double(own) - logit) < 1e-4, "\(name)")
                    #expect(abs(candidate.rawProbability - exp(logit - sum)) < 1e-5, "\(name)")
                    #expect(candidate.probability == candidate.rawProbability && candidate.removedBy == nil)
                }
                #expect(abs(step.logSumExp - sum) < 1e-4)
                #expect(abs(step.entropyBitsRaw - (mask["entropyBits"]?.double ?? -1)) < 1e-4)
                #expect(step.candidates.count == 50 && step.tail.count == 2560 - 50)
                let all = step.candidates.reduce(step.tail.rawProbability) { $0 + $1.rawProbability }
                #expect(abs(all - 1) < 1e-12)
            }
        }
    }

    @Test func attentionEqualsTransformers() throws {
        let text = try #require(try fixture("fill")["masked"]?.array?.first)
        let wanted = try #require(text["attention"]?.array?.map { $0.double ?? .nan })
        let trace = try fill(try #require(text["text"]?.string), try encoder())
        let record = try #require(trace.attention)
        var own: [Float] = []
        for layer in 0..<4 { for head in 0..<4 { own += record.matrix(layer: layer, head: head) } }
        #expect(own.count == wanted.count && record.positions == 9)
        #expect(zip(own, wanted).allSatisfy { abs(Double($0) - $1) < 1e-5 })
    }

    @Test func pseudoPerplexityEqualsTransformers() throws {
        let model = try encoder()
        for text in try #require(try fixture("fill")["scored"]?.array) {
            let trace = try fill(try #require(text["text"]?.string), model, .scoringEach, each: true)
            #expect(trace.run == .score && trace.steps.isEmpty)
            let scores = try #require(text["scores"]?.array)
            #expect(trace.prompt.scores.count == scores.count)
            for (own, wanted) in zip(trace.prompt.scores, scores) {
                #expect((own == nil) == wanted.isNull)
                guard let own else { continue }
                #expect(abs(Double(own.logit ?? .nan) - (wanted["logit"]?.double ?? 0)) < 1e-4)
                #expect(abs(own.probability - (wanted["probability"]?.double ?? 0)) < 1e-5)
                #expect(abs(own.entropyBits - (wanted["entropyBits"]?.double ?? 0)) < 1e-4)
                #expect(own.rank == wanted["rank"]?.int)
            }
        }
    }

    @Test func theFilledTextKeepsItsBlanks() throws {
        let model = try encoder()
        #expect(try fill("The capital of [MASK] is Paris.", model).text == "The capital of France is Paris.")
        #expect(try fill("[MASK][MASK]的首都是巴黎。", model).text == "法國的首都是巴黎。")
    }

    @Test func sameBitsWhateverIsRecordedAndOnAnyNumberOfThreads() throws {
        let text = "The capital of [MASK] is Paris, and [MASK] is blue."
        let first = try fill(text, try encoder())
        var bare = Settings.filling
        bare.record = []
        var all = Settings.filling
        all.record = [.attention, .logits, .hidden]
        for threads in [1, 2, 3] {
            for settings in [bare, all] {
                #expect(try fill(text, try encoder(threads: threads), settings).steps == first.steps)
            }
        }
        let model = try encoder()
        let trace = try fill(text, model, all)
        let ids = trace.prompt.tokens.map { $0.id }
        let cache = KeyValueCache(model.configuration, slots: ids.count)
        let naive = Array(
            model.transformer.forward(Batch(tokens: ids, from: 0), cache: cache, logits: .all, recorder: nil))
        #expect(Array(trace.tensors.rawLogits.joined()) == naive)
        #expect(trace.tensors.hidden.map { $0.count } == Array(repeating: ids.count * 128, count: 5))
        for mask in trace.steps {
            for candidate in mask.candidates {
                #expect(candidate.logits == [trace.tensors.rawLogits[mask.position][candidate.id]])
            }
        }
    }

    @Test(arguments: KernelSet.available.map(\.name))
    func verifiesOnItsKernelsAndOnOthers(kernels: String) throws {
        for each in [false, true] {
            let text = each ? "Paris is the capital." : "The capital of [MASK] is [MASK]."
            let trace = try fill(text, try encoder(), each ? .scoringEach : .filling, each: each)
            let read = try Trace(parsing: try traceJSON(trace))
            let model = try encoder(kernels: kernels)
            let engine = EngineInfo(version: "test", kernels: kernels, threads: 1)
            let found = try Verifier(read, model: model, engine: engine).run()
            if kernels == "plain" { #expect(found.outcome == .identical) }
            if case .different(let difference) = found.outcome { Issue.record("\(difference)") }
            var changed = read
            if each {
                changed.prompt.scores[2]?.probability *= 0.9
            } else {
                changed.steps[1].candidates[3].logits[0]! += 0.01
            }
            let other = try Verifier(changed, model: model, engine: engine).run()
            guard case .different(let difference) = other.outcome else {
                Issue.record("a changed value was not found on \(kernels)")
                continue
            }
            #expect(difference.step == (each ? nil : 1))
        }
    }

    @Test func whatCannotBeFilledIsSaid() throws {
        let bert = try encoder()
        func refusal(_ text: String, _ model: LanguageModel, each: Bool = false) -> String {
            do {
                _ = try fill(text, model, each ? .scoringEach : .filling, each: each)
                return ""
            } catch { return "\(error)" }
        }
        #expect(refusal("No mask here.", bert).contains("--score-each"))
        #expect(refusal("[MASK]", try TinyModel.make()).contains("is a decoder"))
        #expect(refusal("a " + String(repeating: "b ", count: 200), bert, each: true).contains("at most 128"))
        var settings = Settings.filling
        settings.ablated = ["4.0"]
        #expect(throws: GenerationError.self) { try fill("[MASK]", bert, settings) }
        settings.ablated = ["0.1"]
        #expect(try fill("[MASK]", bert, settings).steps != fill("[MASK]", bert).steps)
        #expect(throws: GenerationError.self) {
            try Session(
                bert, reading: try bert.read("Hello", settings: Settings()), settings: Settings(), engine: Self.engine)
        }
    }
}
