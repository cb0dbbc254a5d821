// What a run holds beside its record, and letting go of it: keys, values and logits come of the tokens alone, so a run that
// rests can do without them and has them computed again, bit for bit, when it goes on.
internal import Traces
internal import Transformers

extension Session {
    /// Refuses a run whose keys and values the machine has no memory for: the system would end the process on its way.
    static func check(_ configuration: Configuration, tokens: Int, memory: Int?) throws(GenerationError) {
        let bytes = configuration.cacheByteCount(positions: tokens)
        if let memory, bytes > memory { throw .cacheTooLarge(tokens: tokens, bytes: Int(bytes), memory: memory) }
    }

    /// Bytes of keys, values and logits that this run holds. Branches of one run count those that they share, each.
    public var heldBytes: Int64 {
        let rows = pastLogits.count + (logits == nil ? 0 : 1)
        return model.configuration.cacheByteCount(positions: path.count)
            + Int64(rows) * Int64(model.configuration.vocabularySize * MemoryLayout<Float>.stride)
    }

    /// Lets go of keys, values and the logits of earlier steps. Until ``reread(tokens:)`` has brought them back, nothing
    /// but the record may be asked for. A beam search, a scored text and a run that has read nothing keep what they have.
    public func letGo() {
        if path.count == 0 || trace.run != .generate || trace.settings.beams > 1 { return }
        // Where some of it was just being read again, all of it is to be read again.
        unread = max(unread, path.count)
        path = CachePath(SlotStore(KeyValueCache(model.configuration, slots: 1)))
        pastLogits = []
    }

    /// How many positions are still to be run once more; 0: the run has all that it needs.
    public var unreadTokens: Int { unread > 0 ? unread - path.count : 0 }

    /// One pass over at most so many of the positions whose keys and values were let go. The record hears nothing of it.
    ///
    /// - Returns: whether all of them are back.
    public func reread(tokens most: Int) -> Bool {
        if unread == 0 { return true }
        let (first, prompt) = (path.count, trace.prompt.tokens.count)
        let step = passStep(of: first)
        var end = first + 1
        // A pass has one set of heads, and logits for all of its tokens or for none.
        let (isWanted, settings) = (isLogitsWanted(first), trace.settings.at(step: step))
        while end < min(unread, first + max(1, most)), isLogitsWanted(end) == isWanted,
            trace.settings.at(step: passStep(of: end)).passesAlike(settings)
        { end += 1 }
        let tokens = trace.tokens[first..<end].map { $0.id }
        let batch = path.extend(by: tokens)
        let rows = passOfOld(batch, settings, isWanted)
        let size = model.configuration.vocabularySize
        if isWanted {
            for row in 0..<end - first {
                precondition(pastLogits.count == first + row - prompt + 1)
                pastLogits.append(Array(rows[row * size..<(row + 1) * size]))
            }
        }
        if path.count == unread { unread = 0 }
        return unread == 0
    }

    /// All of them at once.
    public func reread() { while !reread(tokens: Self.prefillChunk) {} }

    /// The step that a position's pass belongs to: the one that its logits are for. The whole prompt is read for the first.
    private func passStep(of position: Int) -> Int { max(0, position - trace.prompt.tokens.count + 1) }

    /// Whether the logits behind a position are those of a step that was made.
    private func isLogitsWanted(_ position: Int) -> Bool {
        let step = position - trace.prompt.tokens.count + 1
        return keepsLogits && step >= 0 && step < trace.steps.count
    }

    /// The pass with the heads and losses that the settings of its step had.
    private func passOfOld(_ batch: Batch, _ settings: Settings, _ isWanted: Bool) -> UnsafeBufferPointer<Float> {
        // They were read without fault when they were set.
        model.transformer.ablated = (try? Self.ablations(settings.ablated, model.configuration)) ?? []
        model.transformer.dropped = (try? Self.losses(settings.dropped, model.configuration)) ?? []
        return model.transformer.forward(
            batch, cache: path.store.cache, logits: isWanted ? .all : .none, recorder: nil)
    }
}
