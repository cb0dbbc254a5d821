// Beam search on a session: one forward pass a step for all beams, which share the prompt's keys and values and those
// of their common beginnings.
internal import Kernels
public import Traces
internal import Tokenizers
internal import Transformers

/// A beam search that goes one level of the tree at a time.
public final class BeamRun {
    private let session: Session
    private var search: BeamSearch
    /// The cache slots of each live beam, by position: those of the prompt, then the beams' own.
    private var paths: [[Int32]]
    /// The logits that follow each live beam.
    private var rows: [[Float]] = []
    /// What each level took.
    private var times: [StepSeconds] = []
    /// The seconds of the latest pass; they belong to the level that is chosen from its logits.
    private var lastForward = 0.0
    /// Logits of the best hypothesis that its coming steps are chosen from, in their order.
    private var ahead: ArraySlice<[Float]> = []
    private static let lookAhead = 32

    /// - Parameter session: one whose settings ask for beams; its prompt is run if that has not happened.
    public init(_ session: Session) throws(GenerationError) {
        self.session = session
        let prompt = session.trace.prompt.tokens.map { $0.id }
        do {
            search = try BeamSearch(
                settings: session.trace.settings, endTokens: session.endTokens, prompt: prompt,
                room: session.context - prompt.count,
                dryBreakers: session.model.dryBreakers(for: session.trace.settings))
        } catch {
            throw .settings(error)
        }
        // Beams soon have most of their tokens in common; a cache that grows under way is copied.
        let settings = session.trace.settings
        let own = settings.beams * min(settings.maxTokens, Self.ownTokens)
        session.path.store.cache.reserve(slots: prompt.count + own)
        rows = [session.currentLogits()]
        paths = [session.path.slots]
        session.share()
    }

    /// As many of its last tokens a beam may be expected to share with no other.
    private static let ownTokens = 32

    /// Whether the search is over: no group of beams goes on.
    public var isFinished: Bool { search.isFinished }
    /// How many levels the tree has: the tokens of each live beam.
    public var depth: Int { search.depth }

    /// Goes one level further. Does nothing when the search is over.
    public func advance() throws(GenerationError) {
        if search.isFinished { return }
        let clock = SteadyClock()
        let start = clock.now
        let moves: [BeamSearch.Move]
        do { moves = try search.advance(logits: rows, stops: containsStop, each: inParallel) } catch {
            throw .choice(error)
        }
        let forward = times.isEmpty ? session.trace.metrics.prefillSeconds : lastForward
        times.append(StepSeconds(forward: forward, choose: clock.now - start, record: 0))
        if search.isFinished || moves.isEmpty {
            session.path.store.release(ownSlots(of: paths))
            return
        }
        let chosen = clock.now
        follow(moves)
        take(session.forward(Batch(tokens: moves.map { $0.token }, paths: paths), logits: .all, recorder: nil))
        lastForward = clock.now - chosen
    }

    private func inParallel(_ count: Int, _ body: (Int) -> Void) {
        session.model.transformer.compute.pool.run(count) { item, _ in body(item) }
    }

    /// The beams' paths one token further. Slots that no beam reads any more are given back first and so used again: the
    /// cache holds what differs between the live beams, not all that ever was.
    private func follow(_ moves: [BeamSearch.Move]) {
        let before = ownSlots(of: paths)
        let parents = moves.map { paths[$0.parent] }
        let alive = Set(ownSlots(of: parents))
        session.path.store.release(before.filter { !alive.contains($0) })
        let fresh = session.path.store.takeLowest(moves.count)
        paths = zip(parents, fresh).map { $0 + [$1] }
    }

    /// The slots behind the prompt that the paths use, each once.
    private func ownSlots(of paths: [[Int32]]) -> [Int32] {
        let shared = session.path.slots.count
        let slots = Int(session.path.store.next)
        var isUsed = [Bool](repeating: false, count: slots)
        for path in paths { for slot in path[shared...] { isUsed[Int(slot)] = true } }
        return (0..<slots).filter { isUsed[$0] }.map(Int32.init)
    }

    /// Copies each beam's logits over those of the step before: fresh memory every step would cost more than the copy.
    private func take(_ logits: UnsafeBufferPointer<Float>) {
        let size = session.model.configuration.vocabularySize
        rows.removeLast(max(0, rows.count - paths.count))
        while rows.count < paths.count { rows.append([Float](repeating: 0, count: size)) }
        rows.withUnsafeMutableBufferPointer { rows in
            inParallel(rows.count) { row in
                rows[row].withUnsafeMutableBufferPointer {
                    _ = $0.update(fromContentsOf: logits[row * size..<(row + 1) * size])
                }
            }
        }
    }

    /// The tree so far: every expanded node, the finished hypotheses best first.
    public func tree() -> BeamTree { search.tree(token: token, text: text) }

    /// Puts the tree into the session's trace, and the best hypothesis in as its steps, each with its ledger: its tokens
    /// are run once more, many at once, with the recorder on. A step's times are those of its level of the search.
    public func finish(progress: (Int, Int) -> Void = { _, _ in }) throws(GenerationError) {
        let tree = tree()
        session.adopt(tree)
        guard let best = tree.hypotheses.first else { return }
        let clock = SteadyClock()
        let chosen = tree.nodes.filter { $0.state == .chosen }
        for (index, token) in best.tokens.enumerated() {
            // A stage that draws drew this in the search.
            session.restore(
                choice: search.nodes[chosen[index].id].before,
                logits: index > 0 ? logitsBehind(best.tokens, index) : nil)
            let start = clock.now
            guard var step = try session.step(force: token)?.step else { break }
            times[index].record += clock.now - start
            step.seconds = times[index]
            session.adopt(newest: step)
            progress(index + 1, best.tokens.count)
        }
        if var last = session.trace.steps.last, last.finish == nil {
            last.finish = best.finish
            session.adopt(newest: last)
        }
    }

    /// The logits that follow the first `count` of the tokens; nil has the session compute them. The time of a pass for
    /// several steps is shared out among them.
    private func logitsBehind(_ tokens: [Int], _ count: Int) -> [Float]? {
        // The lens looks at the newest token only.
        if session.recorder.keepsHidden { return nil }
        if ahead.isEmpty {
            let size = session.model.configuration.vocabularySize
            let next = tokens[(count - 1)..<min(count - 1 + Self.lookAhead, tokens.count - 1)]
            let clock = SteadyClock()
            let start = clock.now
            let logits = session.run(Array(next), logits: .all)
            let share = (clock.now - start) / Double(next.count)
            for step in next.indices { times[step + 1].record += share }
            ahead = next.indices.map { $0 - next.startIndex }.map { Array(logits[$0 * size..<($0 + 1) * size]) }[...]
        }
        return ahead.popFirst()
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
            settings: session.trace.settings, endTokens: session.endTokens, promptLength: 0, contextLength: nil)
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
