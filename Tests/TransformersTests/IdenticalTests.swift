// The same bits however a sequence is run: threads, recording, chunks, branches, slots, a cache that grows.
import Kernels
import Testing
import TestTools
import Traces

@testable import Transformers

@Suite struct IdenticalTests {
    static let names = [
        "llama-grouped", "llama-q8.gguf", "gpt2-tied", "gpt2-untied", "mistral-window", "qwen2-window",
        "qwen3-grouped.gguf", "gemma2-plain", "gemma3-plain", "phi3-long", "smollm3-plain.gguf", "olmo2-plain",
    ]

    /// Random tokens, as many as the model's context holds but no more than 200: past the length from which a decode
    /// step is split over the keys.
    private func tokens(_ model: any Transformer, seed: UInt64 = 1) -> [Int] {
        var random = SplitMix64(state: seed)
        let count = min(model.configuration.contextLength, 200)
        return (0..<count).map { _ in Int.random(in: 0..<model.configuration.vocabularySize, using: &random) }
    }

    @Test(arguments: names)
    func threadsAndRecording(name: String) throws {
        for set in KernelSet.available {
            var first: [Float]?
            var attention: [EverythingRecorder.Row: [Float]]?
            for threads in [1, 2, 4] {
                let (model, _) = try smallModel(name, threads: threads, kernels: set)
                let tokens = tokens(model)
                let recorder = EverythingRecorder()
                let plain = model.logits(tokens)
                let recorded = model.logits(tokens, recorder: recorder)
                #expect(sameBits(plain, recorded), "\(set.name), \(threads) threads: with and without a recorder")
                #expect(sameBits(plain, first ?? plain), "\(set.name), \(threads) threads")
                #expect(!plain.contains { !$0.isFinite })
                if let attention { #expect(recorder.attention == attention, "\(set.name), \(threads) threads") }
                (first, attention) = (plain, recorder.attention)
            }
        }
    }

    @Test(arguments: names)
    func kernelSetsAgree(name: String) throws {
        let all = try KernelSet.available.map { set in
            let (model, _) = try smallModel(name, kernels: set)
            return model.logits(tokens(model))
        }
        for logits in all { #expect(sameBits(logits, all[0])) }
    }

    @Test(arguments: names)
    func chunksOfThePrompt(name: String) throws {
        let (model, _) = try smallModel(name)
        let tokens = tokens(model)
        let whole = model.logits(tokens)
        let recorder = EverythingRecorder()
        _ = model.logits(tokens, recorder: recorder)
        for chunk in [1, 2, 3, 7, 12, 13, 16, 17, 32, 47] {
            // A cache that starts with one block of 16 slots and grows on the way.
            let other = EverythingRecorder()
            #expect(
                sameBits(model.logits(tokens, chunk: chunk, slots: 1, recorder: other), whole), "chunks of \(chunk)")
            #expect(other.attention == recorder.attention, "chunks of \(chunk)")
        }
        // Only the last token's logits asked for.
        let cache = KeyValueCache(model.configuration, slots: tokens.count)
        let last = Array(model.forward(Batch(tokens: tokens, from: 0), cache: cache, logits: .last, recorder: nil))
        #expect(sameBits(last, Array(whole.suffix(model.configuration.vocabularySize))))
    }

    @Test(arguments: names)
    func scatteredSlots(name: String) throws {
        let (model, _) = try smallModel(name)
        let tokens = Array(tokens(model).prefix(45))
        let recorder = EverythingRecorder()
        let wanted = model.logits(tokens, recorder: recorder)
        var random = SplitMix64(state: 5)
        let slots = (0..<60).map { Int32($0) }.shuffled(using: &random).prefix(45)
        for chunk in [1, 5, 45] {
            let cache = KeyValueCache(model.configuration, slots: 1)
            let other = EverythingRecorder()
            var all: [Float] = []
            for start in stride(from: 0, to: 45, by: chunk) {
                let paths = (start..<start + chunk).map { Array(slots[...$0]) }
                let batch = Batch(tokens: Array(tokens[start..<start + chunk]), paths: paths)
                all += model.forward(batch, cache: cache, logits: .all, recorder: other)
            }
            #expect(sameBits(all, wanted), "chunks of \(chunk)")
            #expect(other.attention == recorder.attention)
        }
    }

    @Test(arguments: names)
    func branchesOfOnePrompt(name: String) throws {
        let (model, _) = try smallModel(name)
        let prompt = Array(tokens(model).prefix(18))
        let branches = (2...4).map { Array(tokens(model, seed: $0).prefix(20)) }
        let vocabulary = model.configuration.vocabularySize
        for ablated in [[], [LayerHead(layer: 0, head: 1)]] as [Set<LayerHead>] {
            model.ablated = ablated
            let alone = branches.map { model.logits(prompt + $0) }
            // All branches together, one token of each a pass, their slots side by side behind the prompt's.
            let cache = KeyValueCache(model.configuration, slots: 16)
            _ = model.forward(Batch(tokens: prompt, from: 0), cache: cache, logits: .none, recorder: nil)
            var paths = [[Int32]](repeating: (0..<18).map { $0 }, count: 3)
            for step in 0..<20 {
                for branch in 0..<3 { paths[branch].append(Int32(18 + 3 * step + branch)) }
                let batch = Batch(tokens: branches.map { $0[step] }, paths: paths)
                let logits = Array(model.forward(batch, cache: cache, logits: .all, recorder: nil))
                for branch in 0..<3 {
                    let row = Array(logits[branch * vocabulary..<(branch + 1) * vocabulary])
                    let start = (18 + step) * vocabulary
                    let wanted = Array(alone[branch][start..<start + vocabulary])
                    #expect(sameBits(row, wanted), "branch \(branch), step \(step), \(ablated.count) heads ablated")
                }
            }
        }
    }

    @Test(arguments: names)
    func ablationIsOneLineOfData(name: String) throws {
        let (model, _) = try smallModel(name)
        let c = model.configuration
        let tokens = Array(tokens(model).prefix(21))
        let normal = EverythingRecorder()
        let before = model.logits(tokens, recorder: normal)
        let head = LayerHead(layer: c.layers - 1, head: 1)
        model.ablated = [head]
        let recorder = EverythingRecorder()
        let together = model.logits(tokens, recorder: recorder)
        #expect(!sameBits(together, before), "the head matters")
        #expect(sameBits(model.logits(tokens, chunk: 1), together))
        // The head's numbers are zero, the others' are what they were, and so are the weights that made them.
        let mix = try #require(recorder.values[.attentionMix(head.layer)])
        let whole = try #require(normal.values[.attentionMix(head.layer)])
        for place in mix.indices {
            let own = place % c.queryWidth / c.headSize
            #expect(mix[place] == (own == head.head ? 0 : whole[place]))
        }
        #expect(recorder.attention == normal.attention)
        model.ablated = []
        #expect(sameBits(model.logits(tokens), before))
    }

    @Test(arguments: names)
    func lensOfTheLastLayerIsTheOutput(name: String) throws {
        let (model, _) = try smallModel(name)
        let c = model.configuration
        let tokens = Array(tokens(model).prefix(9))
        let recorder = EverythingRecorder()
        let logits = model.logits(tokens, recorder: recorder)
        let hidden = try #require(recorder.values[.hidden(c.layers - 1)]?.suffix(c.hiddenSize))
        let seen = Array(hidden).withUnsafeBufferPointer { Array(model.lens($0.baseAddress!)) }
        #expect(sameBits(seen, Array(logits.suffix(c.vocabularySize))))
    }

    @Test func passesAreCounted() throws {
        let (model, _) = try smallModel("gpt2-tied")
        _ = model.logits(Array(tokens(model).prefix(10)), chunk: 4)
        #expect(model.compute.tokenPasses == 10)
    }
}
