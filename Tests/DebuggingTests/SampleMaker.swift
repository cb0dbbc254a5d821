// A maker without a model, for the tests: its steps come from sample runs, one of them after every change.
import Phrases
import Debugging
import Stages
import TraceSamples
import Traces

final class SampleMaker: TraceMaker {
    /// Counted for the whole family, as a model would.
    final class Passes { var count = 0 }

    private(set) var trace: Trace
    private let source: Trace
    private let changed: Trace
    private var isChanged: Bool
    private var forced: Int?
    private let passes: Passes
    private let vocabulary: [Int: [UInt8]]

    convenience init(steps: Int) {
        let source = sampleTrace(SampleShape { $0.steps = steps })
        let changed = sampleTrace(
            SampleShape {
                $0.steps = steps; $0.seed = 2
            })
        var vocabulary: [Int: [UInt8]] = [:]
        for trace in [source, changed] {
            for token in trace.tokens { vocabulary[token.id] = token.bytes }
            for candidate in trace.steps.flatMap(\.candidates) { vocabulary[candidate.id] = candidate.bytes }
        }
        var trace = source
        trace.steps = []
        trace.text = ""
        self.init(trace, source, changed, false, Passes(), vocabulary)
    }

    private init(
        _ trace: Trace, _ source: Trace, _ changed: Trace, _ isChanged: Bool, _ passes: Passes,
        _ vocabulary: [Int: [UInt8]]
    ) {
        self.trace = trace
        self.source = source
        self.changed = changed
        self.isChanged = isChanged
        self.passes = passes
        self.vocabulary = vocabulary
    }

    var tokenPasses: Int { passes.count }
    var settingNames: [String] { ["temperature", "top-k", "top-p"] }

    func step() throws(DebuggingError) {
        let index = trace.steps.count
        passes.count += index == 0 ? trace.prompt.tokens.count : 1
        var step = (isChanged ? changed : source).steps[index]
        if let id = forced {
            let bytes = vocabulary[id] ?? []
            step.token = Token(
                id: id, bytes: bytes, text: String(decoding: bytes, as: UTF8.self), start: 0, end: bytes.count,
                special: false)
            trace.settings.forced[index] = id
            forced = nil
            isChanged = true
        }
        trace.steps.append(step)
        trace.text += step.token.text
    }

    func fork(steps: Int) throws(DebuggingError) -> any TraceMaker {
        var shorter = trace
        shorter.steps = Array(trace.steps.prefix(steps))
        shorter.text = shorter.steps.map(\.token.text).joined()
        return SampleMaker(shorter, source, changed, isChanged, passes, vocabulary)
    }

    func apply(_ change: Change) throws(DebuggingError) {
        switch change {
        case .force(let id): forced = id
        case .setting(let name, let value):
            guard let number = Double(value), number >= 0 else {
                throw .maker(Phrase(same: "\(name) is \(value); it must be a number of 0 or more"))
            }
            if name == "temperature" { trace.settings.temperature = number }
            isChanged = true
        case .ablate(let layer, let head):
            trace.settings.ablated.append("\(layer).\(head)")
            isChanged = true
        case .restore(let layer, let head): trace.settings.ablated.removeAll { $0 == "\(layer).\(head)" }
        case .restoreAll: trace.settings.ablated = []
        }
    }

    func tokenIDs(of text: [UInt8]) throws(DebuggingError) -> [Int] {
        if let id = vocabulary.keys.sorted().first(where: { vocabulary[$0] == text }) { return [id] }
        return text.map { Int($0) }
    }

    func tokenBytes(of id: Int) -> [UInt8]? { vocabulary[id] }
    func details(step: Int, at frame: FrameKind) -> [Variable] { [] }
    func prepare(seconds: Double) throws(DebuggingError) -> Preparation {
        Preparation(.prompt, done: trace.prompt.tokens.count, of: trace.prompt.tokens.count, isReady: true)
    }

    func situation(step: Int) -> ChoiceSituation? { nil }

    func lens(step: Int, token: Int) throws(DebuggingError) -> [LensReading] {
        (0...trace.model.layers).map { layer in
            LensReading(
                layer: layer, logit: Float(layer) / 4 - 2, probability: 0.1 * Double(layer), rank: 9 - layer,
                best: LensToken(id: 5, text: "世界", probability: 0.5))
        }
    }

    func lensRows(step: Int, token: Int) throws(DebuggingError) -> [LensRow] {
        try lens(step: step, token: token).map { reading in
            LensRow(
                layer: reading.layer, top: [reading.best],
                chosen: TokenStanding(logit: reading.logit!, probability: reading.probability!, rank: reading.rank!))
        }
    }

    func residual(step: Int, token: Int) throws(DebuggingError) -> ResidualReading {
        let nothing = ResidualPart(length: 1, logit: 2)
        return ResidualReading(
            token: token, embedding: EmbeddingReading(values: [1], part: nothing, neighbours: []), layers: [],
            scale: 1, constant: 0, logit: 2)
    }

    func sweep(
        step: Int, token: Int, progress: (_ done: Int, _ of: Int) -> Bool
    ) throws(DebuggingError) -> HeadSweep? {
        let standing = TokenStanding(logit: 3, probability: 0.25, rank: 2)
        var effects: [HeadEffect] = []
        let heads = trace.model.layers * trace.model.heads
        for place in 0..<heads {
            let without = TokenStanding(logit: Float(place * 7 % heads) / 8, probability: 0.125, rank: 1 + place)
            let head = trace.model.heads
            effects.append(HeadEffect(layer: place / head, head: place % head, without: without))
            if !progress(place + 1, heads) { return nil }
        }
        return HeadSweep(standing: standing, effects: effects)
    }
}
