// What is asked of one token at the cursor's step: its way through the stages, what each layer says of it, what each head
// does to it.
internal import Phrases
internal import Stages
public import Traces

/// A token layer by layer (`lens`).
public struct LensTable: Equatable, Sendable {
    /// The step's number, from 0.
    public var step: Int
    /// The token asked about.
    public var token: TokenReference
    /// The embedding's, then one for each layer.
    public var readings: [LensReading]
    /// How many tokens a layer lists when the record was read; nil when the pass was made again.
    public var listed: Int?
}

/// What each head does to a token (`sweep`).
public struct SweepTable: Equatable, Sendable {
    /// The step's number, from 0.
    public var step: Int
    /// The token asked about.
    public var token: TokenReference
    /// The token with all heads, and without each.
    public var sweep: HeadSweep
    /// How many heads to list; nil for all.
    public var count: Int?
}

extension Debugger {
    func why(_ source: String) throws(DebuggingError) -> TokenPath {
        let token = try tokenAtCursor(source)
        let maker = lines[current].maker
        let situation = maker?.situation(step: cursor)
        // Only a step whose logits are at hand can say more of tokens that it does not list.
        var named = token
        if token.id == nil, let bytes = token.bytes, !isListed(token) {
            named = try identified(token, bytes)
        }
        var path = tokenPath(named, at: cursor, in: reader, situation: situation, bytes: knownBytes)
        if path.candidate == nil, let bytes = token.bytes {
            path.notes = hints(try Question("known(p(\(quoted(bytes))))", in: scope), at: cursor)
        }
        return path
    }

    func lens(_ source: String?) throws(DebuggingError) -> LensTable {
        var token = try tokenAtCursor(source ?? "chosen")
        let rows = trace.steps[cursor].lens
        if lines[current].maker != nil || rows.isEmpty {
            token = try single(token, for: "lens")
            let readings = try liveMaker("lens").lens(step: cursor, token: token.id!)
            return LensTable(step: cursor, token: token, readings: readings, listed: nil)
        }
        if token.bytes == nil, let id = token.id { token.bytes = knownBytes(id) }
        let isChosen = token.id == trace.steps[cursor].token.id
        let readings = rows.compactMap { row -> LensReading? in
            guard let best = row.top.first else { return nil }
            if isChosen, let chosen = row.chosen {
                return LensReading(
                    layer: row.layer, logit: chosen.logit, probability: chosen.probability, rank: chosen.rank,
                    best: best)
            }
            let place = row.top.firstIndex { entry in
                if let id = token.id { return entry.id == id }
                return entry.text.utf8.elementsEqual(token.bytes ?? [])
            }
            return LensReading(
                layer: row.layer, logit: nil, probability: place.map { row.top[$0].probability },
                rank: place.map { $0 + 1 }, best: best)
        }
        return LensTable(step: cursor, token: token, readings: readings, listed: rows.map { $0.top.count }.max())
    }

    func sweep(_ source: String?, count: Int?) throws(DebuggingError) -> Outcome {
        let maker = try liveMaker("sweep")
        let token = try single(try tokenAtCursor(source ?? "chosen"), for: "sweep")
        let sweep = try maker.sweep(step: cursor, token: token.id!) { done, all in
            progress?(done, all)
            return keepsGoing?() ?? true
        }
        guard let sweep else { return .said(Phrase("interrupted; nothing was changed", "已中斷；什麼都沒有改變")) }
        return .sweep(SweepTable(step: cursor, token: token, sweep: sweep, count: count))
    }

    // MARK: which token

    private func tokenAtCursor(_ source: String) throws(DebuggingError) -> TokenReference {
        let question = try tokenQuestion(source)
        try needStep()
        return try token(question.value(at: cursor, in: reader))
    }

    private func isListed(_ token: TokenReference) -> Bool {
        trace.steps[cursor].candidates.contains { $0.bytes == token.bytes }
    }

    /// What a token stands for: from the vocabulary, else from anywhere in the record.
    func knownBytes(_ id: Int) -> [UInt8]? {
        if let maker = lines[current].maker { return maker.tokenBytes(of: id) }
        if let token = trace.prompt.tokens.first(where: { $0.id == id }) { return token.bytes }
        for step in trace.steps {
            if step.token.id == id { return step.token.bytes }
            if let candidate = step.candidates.first(where: { $0.id == id }) { return candidate.bytes }
        }
        return nil
    }

    /// The token that a text is: the model's own cut of it, else any in the record; as it was when there is none.
    private func identified(_ token: TokenReference, _ bytes: [UInt8]) throws(DebuggingError) -> TokenReference {
        if lines[current].maker != nil { return try single(token, for: "why") }
        if let known = trace.prompt.tokens.first(where: { $0.bytes == bytes }) {
            return TokenReference(id: known.id, bytes: bytes)
        }
        for step in trace.steps {
            if step.token.bytes == bytes { return TokenReference(id: step.token.id, bytes: bytes) }
            if let candidate = step.candidates.first(where: { $0.bytes == bytes }) {
                return TokenReference(id: candidate.id, bytes: bytes)
            }
        }
        return token
    }

    /// The token with its id and bytes. A text must be one token of the model's.
    private func single(_ token: TokenReference, for command: String) throws(DebuggingError) -> TokenReference {
        let maker = try liveMaker(command)
        if let id = token.id {
            guard let bytes = maker.tokenBytes(of: id) else {
                let size = trace.model.vocabularySize
                throw .command(
                    Phrase("there is no token #\(id); ids are 0…\(size - 1)", "沒有 #\(id) 這個詞元；編號為 0…\(size - 1)"))
            }
            return TokenReference(id: id, bytes: bytes)
        }
        let bytes = token.bytes ?? []
        if let listed = trace.steps[cursor].candidates.first(where: { $0.bytes == bytes }) {
            return TokenReference(id: listed.id, bytes: bytes)
        }
        let ids = try maker.tokenIDs(of: bytes)
        if ids.count == 1 { return TokenReference(id: ids[0], bytes: bytes) }
        let pieces = ids.map { maker.tokenBytes(of: $0).map { quoted($0) } ?? "#\($0)" }.joined(separator: " ")
        throw .command(
            Phrase(
                "\(quoted(bytes)) is \(ids.count) tokens for this model: \(pieces); ask about one at a time",
                "\(quoted(bytes)) 對這個模型是 \(ids.count) 個詞元：\(pieces)；請一次問一個"))
    }
}
