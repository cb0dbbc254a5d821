// The tables of `info`.
internal import Phrases
internal import Stories
internal import Traces

extension Debugger {
    func info(_ topic: InfoTopic, _ argument: String) throws(DebuggingError) -> InfoTable {
        switch topic {
        case .breakpoints: return .breakpoints(breakpoints)
        case .branches: return .branches(branches, current: lines[current].branch.id)
        case .watches: return .watches(watchedSeries)
        case .displays: return .displays(displayed())
        case .checkpoints: return .checkpoints(checkpoints)
        case .settings: return .settings(settingRows(trace, at: max(cursor, 0)))
        case .timing: return .timing(currentStep, trace.metrics, steps: trace.steps.count)
        case .kv:
            if trace.origin != nil {
                throw .command(
                    Phrase("the engine that runs the model does not tell its cache", "執行模型的引擎不提供快取"))
            }
            if trace.run != .fill { return .kv(cacheState) }
            throw .command(
                Phrase(
                    "an encoder reads its text at once: no key or value is kept for a later token",
                    "編碼器一次讀完整段文字：不為後面的詞元保留鍵與值"))
        case .tokens: return try tokens(argument)
        case .candidates: return .candidates(try stepForInfo(), count: try count(argument, or: 20, "info candidates"))
        case .stages: return .stages(try stepForInfo())
        case .attention: return .attention(try attention(argument))
        case .beam: return try beam()
        }
    }

    static let noSteps = Phrase(
        "this run scored a text and has no steps; info tokens tells how well each token was foreseen",
        "這次執行是為文字評分，沒有步驟；info tokens 列出每個詞元被預測得多準")

    static func noMask(in trace: Trace) -> Phrase {
        trace.steps.isEmpty
            ? Phrase(
                "this run filled no mask: its model has no head over its vocabulary; info tokens lists what it read",
                "這次執行沒有填入遮罩：模型沒有詞彙輸出頭；info tokens 列出讀入的詞元")
            : Phrase(
                "the cursor stands before the first mask; step goes to it", "目前在第一個遮罩之前；用 step 前往")
    }

    /// The cursor's step in a few sentences.
    func story() throws(DebuggingError) -> Phrase { Story(of: try stepForInfo(), in: trace).phrase }

    private func stepForInfo() throws(DebuggingError) -> Step {
        if let step = currentStep { return step }
        if trace.run == .score { throw .command(Self.noSteps) }
        if trace.run == .fill { throw .command(Self.noMask(in: trace)) }
        throw .command(Phrase("no step has been made yet; step first", "還沒有任何一步；請先 step"))
    }

    private var cacheState: CacheState {
        let model = trace.model
        let branch = lines[current].branch
        // The chosen token of the cursor's step goes through the model only when the next step is made.
        let positions = cursor < 0 || trace.run == .fill ? 0 : trace.prompt.tokens.count + cursor
        let shared = branch.parent == nil ? nil : trace.prompt.tokens.count + max(branch.sharedSteps - 1, 0)
        return CacheState(
            layers: model.layers, keyValueHeads: model.keyValueHeads, headSize: model.headSize, positions: positions,
            sharedPositions: shared.map { min($0, positions) }, totalBytes: trace.metrics.keyValueCacheBytes,
            tokenPasses: lines[current].maker?.tokenPasses)
    }

    /// The last tokens up to the cursor; `info tokens 5` shows the last five.
    private func tokens(_ argument: String) throws(DebuggingError) -> InfoTable {
        let count = try count(argument, or: 20, "info tokens")
        // All of a text that was read at once.
        let end = trace.run == .fill ? reader.tokenCount : trace.prompt.tokens.count + cursor + 1
        let first = max(0, end - count)
        return .tokens(
            first: first, (first..<end).map { reader.token(at: $0) }, promptCount: trace.prompt.tokens.count,
            scores: (first..<end).map { score(at: $0) })
    }

    /// How many rows a table is asked for.
    private func count(_ argument: String, or usual: Int, _ command: String) throws(DebuggingError) -> Int {
        if argument.isEmpty { return usual }
        if let count = Int(argument), count >= 1, count <= 1_000_000 { return count }
        throw .command(
            Phrase(
                "\(command) takes how many to show, for example \(command) 5", "\(command) 後面接要列幾個，例如 \(command) 5"))
    }

    /// `info attention` (all), `info attention 12` (a layer), `info attention 12.3` (a head).
    private func attention(_ argument: String) throws(DebuggingError) -> AttentionTable {
        _ = try stepForInfo()
        let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.map { Int($0) }
        guard argument.isEmpty || (parts.count <= 2 && !numbers.contains(nil)) else {
            throw .command(
                Phrase(
                    "write info attention, info attention 12, or info attention 12.3",
                    "請寫 info attention、info attention 12 或 info attention 12.3"))
        }
        let layer = argument.isEmpty ? nil : numbers[0]
        let head = numbers.count == 2 ? numbers[1] : nil
        let model = trace.model
        guard (layer ?? 0) >= 0, layer ?? 0 < model.layers, (head ?? 0) >= 0, head ?? 0 < model.heads else {
            throw .command(
                Phrase(
                    "layers are 0…\(model.layers - 1), heads 0…\(model.heads - 1)",
                    "層為 0…\(model.layers - 1)，頭為 0…\(model.heads - 1)"))
        }
        return try attentionTable(layer: layer, head: head, count: 10)
    }

    /// What the row that chose the cursor's step looked at most, `count` positions at most: of a head, of a layer's heads
    /// on average, or of all.
    public func attentionTable(layer: Int?, head: Int?, count: Int) throws(DebuggingError) -> AttentionTable {
        let step = try stepForInfo()
        let model = trace.model
        if trace.attention == nil { throw .command(Unknown.noAttention.phrase) }
        let query = trace.query(of: step)
        let places = strongest(
            reader, layers: layer.map { [$0] } ?? Array(0..<model.layers),
            heads: head.map { [$0] } ?? Array(0..<model.heads), query: query, count: count)
        if places.isEmpty { throw .command(Unknown.noAttentionYet(position: query).phrase) }
        return AttentionTable(
            layer: layer, head: head, query: query, places: places, tokens: places.map { reader.token(at: $0.key) })
    }

    /// The attention of the row that chose the cursor's step, over positions 0…query: of a head, of a layer's heads on
    /// average, or of all; empty at the prompt and where nothing is recorded.
    public func attention(layer: Int?, head: Int?) -> [Double] {
        guard let step = currentStep else { return [] }
        let model = trace.model
        let places = strongest(
            reader, layers: layer.map { [$0] } ?? Array(0..<model.layers),
            heads: head.map { [$0] } ?? Array(0..<model.heads), query: trace.query(of: step), count: .max)
        var row = [Double](repeating: 0, count: places.count)
        for place in places { row[place.key] = place.weight }
        return row
    }

    private func beam() throws(DebuggingError) -> InfoTable {
        _ = try stepForInfo()
        guard let tree = trace.beam else { throw .command(Unknown.noBeam.phrase) }
        let level = tree.nodes.filter { $0.depth == cursor }
            .sorted {
                $0.sumLogProbability != $1.sumLogProbability
                    ? $0.sumLogProbability > $1.sumLogProbability : $0.id < $1.id
            }
        return .beam(depth: cursor, level, tree)
    }
}
