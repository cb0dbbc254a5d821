// Beam search on a session: one forward pass a step for all beams, which share the prompt's keys and values and those
// of their common beginnings. Called by: the trace command, the debugger.
public import Traces
internal import Tokenizers
internal import Transformers

/// A beam search that goes one level of the tree at a time.
public final class BeamRun {
    private let session: Session
    private var search: BeamSearch
    /// The cache slots of each live beam, by position.
    private var paths: [[Int32]]
    private var rows: [[Float]] = []

    /// - Parameter session: one whose settings ask for beams; its prompt is run if that has not happened.
    public init(_ session: Session) throws(GenerationError) {
        self.session = session
        let prompt = session.trace.prompt.tokens.map(\.id)
        do {
            search = try BeamSearch(
                settings: session.trace.settings, endTokens: session.model.endTokens, prompt: prompt,
                room: session.context - prompt.count,
                dryBreakers: session.model.dryBreakers(for: session.trace.settings))
        } catch {
            throw .settings(error)
        }
        rows = [session.currentLogits()]
        paths = [session.slots]
        session.hasForked = true
        session.trace.notes += search.notes
    }

    public var isFinished: Bool { search.isFinished }
    public var depth: Int { search.depth }

    /// Goes one level further. Does nothing when the search is over.
    public func advance() throws(GenerationError) {
        if search.isFinished { return }
        let moves: [BeamSearch.Move]
        do { moves = try search.advance(logits: rows, stops: containsStop) } catch { throw .choice(error) }
        if search.isFinished || moves.isEmpty { return }
        paths = moves.map { move in
            defer { session.store.next += 1 }
            return paths[move.parent] + [session.store.next]
        }
        let logits = session.forward(
            Batch(tokens: moves.map(\.token), paths: paths), logits: .all, recorder: nil)
        let size = session.model.configuration.vocabularySize
        rows = moves.indices.map { Array(logits[$0 * size..<($0 + 1) * size]) }
    }

    /// The tree so far: every expanded node, the finished hypotheses best first.
    public func tree() -> BeamTree { search.tree(token: token, text: text) }

    /// Puts the tree into the session's trace, and the best hypothesis in as its steps, each with its ledger: they are
    /// run once more along the chosen path, with the recorder on.
    public func finish(progress: (Int, Int) -> Void = { _, _ in }) throws(GenerationError) {
        let tree = tree()
        session.trace.beam = tree
        guard let best = tree.hypotheses.first else { return }
        for (index, token) in best.tokens.enumerated() {
            if try session.step(force: token) == nil { break }
            progress(index + 1, best.tokens.count)
        }
        if session.trace.steps.last?.finish == nil, let last = session.trace.steps.indices.last {
            session.trace.steps[last].finish = best.finish
        }
    }

    private func containsStop(_ tokens: [Int]) -> Bool {
        let stops = session.trace.settings.stop
        if stops.isEmpty { return false }
        let bytes = session.model.tokenizer.decode(tokens)
        return stops.contains { contains(bytes, Array($0.utf8)) }
    }

    private func token(_ id: Int, _ before: [Int]) -> Token {
        let tokenizer = session.model.tokenizer
        var assembler = session.states[0].assembler
        for id in before { _ = assembler.feed(tokenizer.bytes(of: id)) }
        let bytes = tokenizer.bytes(of: id)
        let start = before.reduce(0) { $0 + tokenizer.bytes(of: $1).count }
        return Token(
            id: id, bytes: bytes, text: assembler.feed(bytes), start: start, end: start + bytes.count,
            special: tokenizer.isSpecial(id))
    }

    /// The text of a hypothesis: without its end token, cut before a stop string.
    private func text(_ tokens: [Int], _ finish: FinishReason) -> String {
        var rules = StopRules(
            settings: session.trace.settings, endTokens: session.model.endTokens, promptLength: 0, contextLength: nil)
        var bytes: [UInt8] = []
        for id in tokens where rules.finish == nil {
            bytes += rules.feed(token: id, bytes: session.model.tokenizer.bytes(of: id)).emit
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

private func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    if part.isEmpty || text.count < part.count { return false }
    return (0...text.count - part.count).contains { text[$0..<$0 + part.count].elementsEqual(part) }
}
