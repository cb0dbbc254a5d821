// What `set` does to a live run: a value typed under an option's name, read as the command reads it.
internal import Debugging
internal import Generation
internal import Phrases
internal import Stages
internal import Traces

extension LiveMaker {
    /// The names that `set` takes beside those of the stages.
    static let (minTokens, maxTokens) = ("min-tokens", "max-tokens")
    static let (order, seed, drop) = ("order", "seed", "drop")

    /// The options of the stages and the draw, by their long names.
    public static let settingOptions = StageList.parameters.filter { $0.isSettable }.map { $0.option } + [order, seed]

    public static let settingNames = (settingOptions + [minTokens, maxTokens, drop]).sorted()
    public var settingNames: [String] { Self.settingNames }

    /// Where the run ends is a setting of all of it: it is made again with the other limit, step for step the same.
    func end(after value: String) throws(DebuggingError) {
        guard let count = Int(value) else { throw .command(unreadable(Self.maxTokens, value)) }
        if count < 1 {
            throw .command(
                Phrase("max-tokens is \(value); it must be at least 1", "max-tokens 是 \(value)；至少要 1"))
        }
        do {
            let before = session
            session = try Self.session(
                continuing: before.trace, before.model, before.trace.engine, host, maxTokens: count)
        } catch { throw .maker(error.phrase) }
        showProgress()
    }
}
