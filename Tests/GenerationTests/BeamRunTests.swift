// Beam search on a session: its beams share slots of the cache and use them again, and yet each gets the numbers that it
// would get alone.
import Testing
import Traces
import Transformers

@testable import Generation
@testable import Stages

@Suite struct BeamRunTests {
    private func search(_ change: (inout Settings) -> Void) throws -> Session {
        let session = try TinyModel.session("beams") {
            ($0.beams, $0.maxTokens, $0.earlyStopping) = (6, 24, .never)
            change(&$0)
        }
        let run = try BeamRun(session)
        while !run.isFinished { try run.advance() }
        try run.finish()
        session.finish(peakMemoryBytes: 0)
        return session
    }

    /// log p of each token of a sequence, from a run of its own that is made to choose it.
    private func alone(_ tokens: [Int], _ settings: Settings) throws -> [Double] {
        let session = try TinyModel.session("beams") {
            $0 = settings
            ($0.beams, $0.beamGroups) = (1, 1)
        }
        return try tokens.map { token in
            let step = try #require(try session.step(force: token)).step
            let candidate = try #require(step.candidates.first { $0.id == token })
            return Double(try #require(candidate.logits[0])) - step.logSumExp
        }
    }

    @Test(arguments: [1, 3]) func everyBeamHasTheNumbersItWouldHaveAlone(groups: Int) throws {
        let session = try search { ($0.beamGroups, $0.beamDiversity) = (groups, groups > 1 ? 0.7 : 0) }
        let tree = try #require(session.trace.beam)
        #expect(tree.hypotheses.count == 6)
        for hypothesis in tree.hypotheses {
            let numbers = try alone(hypothesis.tokens, session.trace.settings)
            #expect(abs(numbers.reduce(0, +) - hypothesis.sumLogProbability) < 1e-9, "\(hypothesis.tokens)")
        }
    }

    /// The best hypothesis becomes the run's steps: the same as those of a run alone, attention and hidden states too.
    @Test(arguments: [[RecordKind.attention, .logits], RecordKind.allCases])
    func theStepsAreThoseOfARunAlone(record: [RecordKind]) throws {
        let session = try search { $0.record = record }
        let single = try TinyModel.session("beams") {
            $0 = session.trace.settings
            $0.beams = 1
        }
        for step in session.trace.steps { _ = try single.step(force: step.token.id) }
        single.finish(peakMemoryBytes: 0)
        #expect(session.trace.steps.count == 24)
        for (mine, other) in zip(session.trace.steps, single.trace.steps) {
            // The search leaves out the temperature.
            #expect(mine.candidates.map(\.id) == other.candidates.map(\.id))
            #expect(mine.candidates.map(\.rawProbability) == other.candidates.map(\.rawProbability))
            #expect(mine.logSumExp == other.logSumExp)
            #expect(mine.lens == other.lens)
        }
        #expect(session.trace.tensors.rawLogits == single.trace.tensors.rawLogits)
        #expect(session.trace.tensors.hidden == single.trace.tensors.hidden)
        let (mine, other) = (try #require(session.trace.attention), try #require(single.trace.attention))
        #expect(mine.positions == other.positions)
        for query in 0..<mine.positions {
            for head in 0..<TinyModel.heads {
                #expect(mine.row(layer: 1, head: head, query: query) == other.row(layer: 1, head: head, query: query))
            }
        }
    }

    /// The ledger of a step says what the search did: its stages on log-probabilities, and none that it leaves out.
    @Test(arguments: [false, true]) func theLedgerIsTheSearchs(sampling: Bool) throws {
        let session = try search {
            ($0.repetitionPenalty, $0.temperature, $0.topK, $0.minTokens) = (1.3, 0.7, 40, 5)
            ($0.beamSample, $0.extra) = (sampling, ["xtc.probability": 0.5, "xtc.threshold": 0.02])
        }
        let chosen = try #require(session.trace.beam).nodes.filter { $0.state == .chosen }
        #expect(chosen.count == session.trace.steps.count)
        for (step, node) in zip(session.trace.steps, chosen) {
            let early = step.index < 5 ? ["min-tokens"] : []
            let drawn = sampling ? ["temperature", "top-k", "xtc"] : []
            #expect(step.stages.map(\.name) == ["raw", "log-softmax"] + early + ["repetition-penalty"] + drawn)
            let candidate = try #require(step.candidates.first { $0.id == step.token.id })
            #expect(candidate.removedBy == nil)
            #expect(Double(try #require(candidate.logits.last ?? nil)) == node.logProbability)
        }
        let note = "no effect in beam search without sampling: temperature, top-k, xtc"
        #expect(session.trace.notes.contains(note) == !sampling)
    }

    /// The cache holds the prompt once and what differs between live beams: less than a copy for each beam, by more than
    /// the prompt's share.
    @Test func theCacheHoldsWhatDiffers() throws {
        let session = try search { _ in }
        let prompt = session.trace.prompt.tokens.count
        let bytes = Int(session.model.configuration.cacheByteCount(positions: 1))
        let slots = Int(session.trace.metrics.keyValueCacheBytes) / bytes
        #expect(slots >= prompt + 24 - 1)
        #expect(slots <= prompt + 6 * 24)
        #expect(slots == session.path.store.most)
        #expect(session.path.store.taken > slots, "slots were used again")
    }

    @Test func slotsComeBackLowestFirst() throws {
        let store = SlotStore(KeyValueCache(try TinyModel.make().configuration, slots: 16))
        #expect(store.takeRun(4) == [0, 1, 2, 3])
        #expect(store.takeLowest(3) == [4, 5, 6])
        store.release([5, 1])
        #expect(store.next == 7)
        #expect(store.takeLowest(3) == [1, 5, 7])
        // A run is consecutive, whatever is free.
        store.release([1])
        #expect(store.takeRun(2) == [8, 9])
        // Slots at the end are forgotten, with those that came back before them.
        store.release([7])
        store.release([8, 9])
        #expect(store.next == 7)
        #expect(store.takeLowest(2) == [1, 7])
        #expect(store.most == 10)
        #expect(store.taken == 14)
    }
}
