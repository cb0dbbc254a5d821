// Beam search as a state machine without a model: logits in, the next live beams out, every node on record.

public import Stages
public import Traces

/// Beam search as transformers' `generate(num_beams: B, do_sample: False)` defines it; with `beamSample` its sampling form,
/// with `beamGroups` diverse beam search (Vijayakumar et al. 2018): the groups choose one after the other, and a token
/// loses `beamDiversity` in the ranking for each earlier group's beam that took it in this step. Sums stay plain log p.
///
/// Use: forward pass of the prompt → `advance(logits: [its last row])` → while not finished: one forward pass for
/// `liveTokens` on the caches of their parents → `advance`. Then `tree`.
public struct BeamSearch: Sendable {
    /// A live beam of the next step: the row of the logits just given that it continues, and its new token.
    public struct Move: Equatable, Sendable {
        /// The row of the logits just given that the beam continues, from 0.
        public var parent: Int
        /// The id of the token it adds.
        public var token: Int
    }

    /// What the search was asked for: its beams, groups, length penalty and stages.
    public let settings: Settings
    /// Remarks for the reader, such as settings that beam search does not use.
    public var notes: [String] { pipeline.notes }
    let endTokens: Set<Int>
    let prompt: [Int]
    /// The most tokens a hypothesis can have, and why no more.
    let limit: (length: Int, reason: FinishReason)
    /// The stages of each step, with log-softmax before them; the same that write a step's ledger.
    private let pipeline: StagePipeline
    private(set) var nodes: [Node] = []
    private(set) var groups: [Group]
    /// How many tokens the live beams have.
    public private(set) var depth = 0
    /// Moved on by sampling.
    public private(set) var state: ChoiceState

    /// An expanded node.
    struct Node: Sendable {
        var parent: Int?
        var depth: Int
        var token: Int
        var logProbability: Double
        var sum: Double
        var state: BeamNode.State
        var why: BeamReason?
        var finish: FinishReason?
        /// What the stages began with that led to it, for sampling.
        var before: ChoiceState?
    }

    struct Beam: Sendable {
        /// nil for the prompt alone.
        var node: Int?
        var tokens: [Int]
        var sum: Double
    }

    struct Group: Sendable {
        var live: [Beam]
        var pool: BeamPool
        var isDone = false
    }

    /// - Parameters:
    ///   - endTokens: the ids that end a hypothesis.
    ///   - prompt: the prompt's ids, for the stages that look at the history.
    ///   - room: how many tokens fit behind the prompt; nil when the context is not limited.
    public init(
        settings: Settings, endTokens: [Int], prompt: [Int], room: Int? = nil, dryBreakers: DryBreakers = DryBreakers()
    ) throws(SettingsError) {
        try settings.validate()
        self.settings = settings
        self.endTokens = Set(endTokens)
        self.prompt = prompt
        let room = room ?? .max
        limit = settings.maxTokens <= room ? (settings.maxTokens, .length) : (room, .context)
        // Also where a search has one beam.
        var searching = settings
        searching.beams = max(2, settings.beams)
        pipeline = try StagePipeline(settings: searching, endTokens: endTokens, dryBreakers: dryBreakers)
        let pool = BeamPool(
            capacity: settings.beams / settings.beamGroups, lengthPenalty: settings.lengthPenalty,
            earlyStopping: settings.earlyStopping, maxLength: limit.length)
        groups = (0..<settings.beamGroups).map { _ in Group(live: [Beam(node: nil, tokens: [], sum: 0)], pool: pool) }
        state = try ChoiceState(seed: settings.seed)
    }

    /// Whether every group is done, so that no further logits are wanted.
    public var isFinished: Bool { groups.allSatisfy { $0.isDone } }

    /// The sequences that are still open, in the order of the logits that `advance` wants next (after the first step).
    public var liveTokens: [[Int]] { groups.filter { !$0.isDone }.flatMap { $0.live.map { $0.tokens } } }

    /// Takes the logits that follow the live beams and goes one token further.
    ///
    /// - Parameters:
    ///   - logits: (live beam, vocabulary), raw; a single row in the first step.
    ///   - stops: whether generated tokens contain a stop string and so end their hypothesis.
    ///   - each: calls its second argument for every number below its first, in any order, also at the same time.
    /// - Returns: the next live beams; empty when the search is over.
    /// - Throws: ``ChoiceError`` for logits that are no numbers.
    public mutating func advance(
        logits: [[Float]], stops: ([Int]) -> Bool = { _ in false },
        each: (Int, (Int) -> Void) -> Void = { count, body in (0..<count).forEach(body) }
    ) throws(ChoiceError) -> [Move] {
        precondition(!isFinished, "advanced after the end")
        precondition(logits.count == (depth == 0 ? 1 : liveTokens.count), "one row of logits for each live beam")
        var prepared = try rows(logits, each)[...]
        var moves: [Move] = []
        var firstRow = 0
        var taken: [Int: Double] = [:]  // token → what the earlier groups' beams take off it
        for index in groups.indices where !groups[index].isDone {
            let count = groups[index].live.count
            var rows = Array(prepared.prefix(count))
            prepared = prepared.dropFirst(count)
            let continued = step(group: index, rows: &rows, penalties: taken, stops: stops)
            for candidate in continued {
                if settings.beamGroups > 1 { taken[candidate.token, default: 0] += settings.beamDiversity }
                if !groups[index].isDone {
                    moves.append(Move(parent: depth == 0 ? 0 : firstRow + candidate.beam, token: candidate.token))
                }
            }
            firstRow += count
        }
        depth += 1
        return moves
    }

    /// One row for each live beam of the groups that go on, in their order.
    private mutating func rows(
        _ logits: [[Float]], _ each: (Int, (Int) -> Void) -> Void
    ) throws(ChoiceError) -> [BeamRow] {
        let beams = groups.filter { !$0.isDone }.flatMap { $0.live }
        var rows = [Result<BeamRow, ChoiceError>?](repeating: nil, count: beams.count)
        if settings.beamSample {
            // Stages may draw: one after the other, from one generator.
            for index in beams.indices {
                rows[index] = row(logits[depth == 0 ? 0 : index], beams[index], &state)
            }
        } else {
            rows.withUnsafeMutableBufferPointer { rows in
                each(beams.count) { index in
                    var unused = state
                    rows[index] = row(logits[depth == 0 ? 0 : index], beams[index], &unused)
                }
            }
        }
        var sound: [BeamRow] = []
        for row in rows { sound.append(try row!.get()) }
        return sound
    }

    /// log-softmax of the logits in double precision, then the stages; nothing is renormalised, as in transformers.
    private func row(_ logits: [Float], _ beam: Beam, _ state: inout ChoiceState) -> Result<BeamRow, ChoiceError> {
        var raw = Distribution(logits)
        if let error = ChoiceError.unsound(raw, step: depth) { return .failure(error) }
        if raw.keptCount == 0 { return .failure(.nothingLeft(step: depth, stage: "raw")) }
        let logSumExp = raw.sums().logSumExp
        let active = pipeline.stages(at: depth)
        if active.isEmpty {
            return .success(listed(BeamRow(distribution: raw, shift: logSumExp, sum: beam.sum, before: state)))
        }
        let before = state
        var distribution = raw
        var context = StageContext(
            history: History(prompt: prompt, output: beam.tokens), generator: state.generator,
            surpriseBound: state.surpriseBound)
        for stage in active {
            _ = stage.apply(to: &distribution, &context)
            if distribution.keptCount == 0 { return .failure(.nothingLeft(step: depth, stage: stage.name)) }
        }
        state.generator = context.generator
        return .success(listed(BeamRow(distribution: distribution, shift: 0, sum: beam.sum, before: before)))
    }

    /// The row with its best continuations looked up, as many as the ranking may ask for.
    private func listed(_ row: BeamRow) -> BeamRow {
        if settings.beamSample { return row }
        var row = row
        // A penalised token could fall behind one that is not; at most every beam of the earlier groups penalises one.
        row.list(wanted + (settings.beamGroups > 1 ? settings.beams : 0))
        return row
    }

    /// How many candidates a step of a group looks at: enough that, though every beam chose each end token, as many as
    /// there are beams go on.
    private var wanted: Int { max(2, 1 + endTokens.count) * groups[0].pool.capacity }

    /// One step of one group; returns the candidates that go on.
    private mutating func step(
        group index: Int, rows: inout [BeamRow], penalties: [Int: Double], stops: ([Int]) -> Bool
    ) -> [BeamCandidate] {
        let width = groups[index].pool.capacity
        let candidates =
            settings.beamSample
            ? BeamRow.drawn(wanted, of: &rows, penalties: penalties, generator: &state.generator)
            : BeamRow.best(wanted, of: rows, penalties: penalties)
        let ends = candidates.map { finishReason(groups[index].live[$0.beam].tokens + [$0.token], stops) }
        let open = candidates.indices.filter { ends[$0] == nil }.sorted {
            (candidates[$1].rankScore, $0) < (candidates[$0].rankScore, $1)
        }
        let continuing = Array(open.prefix(width))
        var next: [Int: Beam] = [:]
        for (rank, candidate) in candidates.enumerated() {
            let parent = groups[index].live[candidate.beam]
            var node = Node(
                parent: parent.node, depth: depth, token: candidate.token, logProbability: candidate.logProbability,
                sum: candidate.sum, state: .pruned, finish: nil,
                before: settings.beamSample ? rows[candidate.beam].before : nil)
            if let end = ends[rank], rank < width {
                node.state = .finished
                node.finish = end
                node.why = .finished(end)
                let score = groups[index].pool.score(sum: candidate.sum, length: depth + 1)
                groups[index].pool.add(node: nodes.count, score: score)
            } else if let end = ends[rank] {
                node.why = .endsTooLow(end, rank: rank + 1, of: candidates.count, width: width)
            } else if continuing.contains(rank) {
                node.state = .live
                next[rank] = Beam(node: nodes.count, tokens: parent.tokens + [candidate.token], sum: candidate.sum)
            } else {
                let penalty = penalties[candidate.token] ?? 0
                node.why = .outranked(
                    rank: rank + 1, of: candidates.count, width: width, penalty: penalty)
            }
            nodes.append(node)
        }
        groups[index].live = continuing.compactMap { next[$0] }
        let goesOn = groups[index].pool.goesOn(bestLiveSum: groups[index].live.map { $0.sum }.max(), length: depth + 1)
        groups[index].isDone = !goesOn
        return continuing.map { candidates[$0] }
    }

    private func finishReason(_ tokens: [Int], _ stops: ([Int]) -> Bool) -> FinishReason? {
        if endTokens.contains(tokens[tokens.count - 1]) { return .eos }
        if stops(tokens) { return .stop }
        return tokens.count >= limit.length ? limit.reason : nil
    }
}
