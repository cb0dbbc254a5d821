// Tokens of several runs in one pass: each row is, to the bit, what its run's own pass gives, whoever else is in it.
import Kernels
import ModelFiles
import TestTools
import Testing
import Traces

@testable import Transformers

@Suite struct RunRowTests {
    /// A run with what it is to be alone.
    private struct Run {
        var tokens: [Int]
        /// Tokens that are read before the passes that are shared.
        var prompt: Int
        var ablated: Set<LayerHead> = []
        var dropped: [Int] = []
        let cache: KeyValueCache
        let recorder = EverythingRecorder()
        let alone = EverythingRecorder()
        var logits: [Float] = []
    }

    /// - Parameter longest: tokens that a run has at most.
    private func runs(_ model: any Transformer, longest: Int = 190) -> [Run] {
        var random = SplitMix64(state: 9)
        let c = model.configuration
        return (0..<6).map { number in
            let count = number == 1 ? 14 : Int.random(in: 20...min(c.contextLength, longest), using: &random)
            let tokens = (0..<count).map { _ in Int.random(in: 0..<c.vocabularySize, using: &random) }
            // A cache with little room grows on the way.
            var run = Run(
                tokens: tokens, prompt: number == 1 ? 1 : count - 13,
                cache: KeyValueCache(c, slots: number.isMultiple(of: 2) ? 1 : 200))
            if number == 2 { run.ablated = [LayerHead(layer: 0, head: 1), LayerHead(layer: c.layers - 1, head: 0)] }
            if number == 3 { run.dropped = [0, 3, count - 5] }
            return run
        }
    }

    @Test(arguments: IdenticalTests.names)
    func aRowIsWhatItsOwnPassGives(name: String) throws {
        for set in KernelSet.available {
            try expectRowsOfOwnPasses(try smallModel(name, threads: 2, kernels: set).model, set.name)
        }
    }

    /// The same of the models that classes have.
    @Test func aRowOfTinyIsWhatItsOwnPassGives() throws {
        for set in KernelSet.available {
            let compute = Compute(kernels: set, threads: 2)
            try expectRowsOfOwnPasses(
                try loadTransformer(try ShippedModelTests().folder(), compute: compute), set.name, longest: 60)
        }
    }

    @Test(.needs(.smolLM2)) func aRowOfSmolLM2IsWhatItsOwnPassGives() throws {
        let model = try loadTransformer(try GGUFFile(path: TestMachine.smolLM2), compute: Compute(threads: 2))
        try expectRowsOfOwnPasses(model, "SmolLM2", longest: 24)
    }

    private func expectRowsOfOwnPasses(_ model: any Transformer, _ name: String, longest: Int = 190) throws {
        var runs = runs(model, longest: longest)
        let size = model.configuration.vocabularySize
        for place in runs.indices {
            let run = runs[place]
            (model.ablated, model.dropped) = (run.ablated, run.dropped)
            runs[place].logits = model.logits(run.tokens, recorder: run.alone)
            let prompt = Batch(tokens: Array(run.tokens.prefix(run.prompt)), from: 0)
            _ = model.forward(prompt, cache: run.cache, logits: .none, recorder: run.recorder)
        }
        // Others come and go: not every run is in every pass.
        var done = runs.map { $0.prompt }
        for pass in 0..<40 {
            let here = runs.indices.filter { done[$0] < runs[$0].tokens.count && (pass + $0) % 3 != 0 }
            if here.isEmpty { continue }
            let rows = here.map { place in
                RunRow(
                    token: runs[place].tokens[done[place]], path: (0...Int32(done[place])).map { $0 },
                    owner: RowOwner(
                        cache: runs[place].cache, recorder: runs[place].recorder, ablated: runs[place].ablated,
                        dropped: runs[place].dropped))
            }
            let logits = Array(model.forward(rows))
            for (row, place) in here.enumerated() {
                let wanted = runs[place].logits[done[place] * size..<(done[place] + 1) * size]
                #expect(
                    sameBits(Array(logits[row * size..<(row + 1) * size]), Array(wanted)),
                    "\(name): run \(place), token \(done[place]), \(here.count) rows")
                done[place] += 1
            }
        }
        for (place, run) in runs.enumerated() {
            #expect(done[place] == run.tokens.count)
            #expect(run.recorder.attention == run.alone.attention, "\(name): run \(place)")
            for (site, values) in run.alone.values where site.kind == .hidden || site.kind == .attentionMix {
                #expect(sameBits(run.recorder.values[site] ?? [], values), "\(name): run \(place), \(site)")
            }
        }
    }

    /// What is off in one row is on in the next, and the model keeps nothing of it.
    @Test func experimentsStayInTheirRows() throws {
        let (model, _) = try smallModel("llama-grouped")
        let (off, c) = (LayerHead(layer: 0, head: 0), model.configuration)
        let rows = [[], [off]].map { (heads: Set<LayerHead>) in
            RunRow(token: 5, path: [0], owner: RowOwner(cache: KeyValueCache(c, slots: 1), ablated: heads))
        }
        model.ablated = [LayerHead(layer: 1, head: 1)]
        let logits = Array(model.forward(rows))
        let (first, second) = (Array(logits.prefix(c.vocabularySize)), Array(logits.suffix(c.vocabularySize)))
        #expect(!sameBits(first, second))
        model.ablated = []
        #expect(sameBits(model.logits([5]), first))
        model.ablated = [off]
        #expect(sameBits(model.logits([5]), second))
    }
}
