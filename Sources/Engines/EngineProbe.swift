// What is found out of an engine before the first step.
public import Generation
internal import JSONText
internal import Phrases
internal import Tokenizers
internal import Transformers

/// An engine that was asked what it can tell.
public final class Engine {
    public let connection: EngineConnection
    let server: EngineServer
    public let facts: ServerFacts
    /// How many tokens each answer lists.
    public private(set) var count: ListCount
    /// Whether the probabilities stay the same whatever temperature is asked for; nil where that was not asked.
    public private(set) var isRaw: Bool?
    /// By how much a log-probability differed when the same was asked once more. Engines that compute for many at once
    /// sum in another order each time.
    public private(set) var spread: Double?
    public let vocabularySize: Int

    /// Finds out which server it is, whether its tokens are the model's, and how many of them it lists.
    ///
    /// - Parameters:
    ///   - model: the words of the same model.
    ///   - count: how many tokens are wanted; a server that lists fewer is asked for fewer.
    public init(_ connection: EngineConnection, model: LanguageModel, count: ListCount) throws(EngineError) {
        self.connection = connection
        var found: (EngineServer, ServerFacts)?
        for server in EngineServer.all {
            if let facts = try server.recognise(connection) {
                found = (server, facts)
                break
            }
        }
        guard let found else { throw .unknownServer(address: connection.address.text) }
        (server, facts) = found
        self.count = count
        vocabularySize = model.configuration.vocabularySize
        if let theirs = facts.vocabularySize, theirs != vocabularySize {
            throw .otherTokens(server: theirs, here: vocabularySize, model: model.configuration.name)
        }
        try compareText(model)
        try findCount(model)
    }

    /// The same tokens must be the same text here and there.
    private func compareText(_ model: LanguageModel) throws(EngineError) {
        let sample = "Stepglass 2026 reads the same tokens"
        let ids = model.tokenizer.encode(Array(sample.utf8), framed: false).ids
        guard !ids.isEmpty, let theirs = try server.text(connection, ids, facts) else { return }
        let ours = String(decoding: model.tokenizer.decode(ids), as: UTF8.self)
        func trimmed(_ text: String) -> Substring { text.drop { $0 == " " } }
        if trimmed(theirs) != trimmed(ours) {
            throw .otherText(model: model.configuration.name, server: String(theirs.prefix(80)), here: ours)
        }
    }

    /// A server may list fewer than are wanted, and say so by refusing: then fewer are asked for.
    private func findCount(_ model: LanguageModel) throws(EngineError) {
        let ids = model.tokenizer.encode(Array("Hello".utf8)).ids
        var refusal: EngineError?
        for count in [count] + Self.fewer.filter({ $0 < self.count.most(of: vocabularySize) }).map(ListCount.some) {
            do throws(EngineError) {
                let listing = try list(ids, count: count)
                self.count =
                    listing.tokens.count < count.most(of: vocabularySize) && !listing.isWhole
                    ? .some(listing.tokens.count) : count
                // The same at half the temperature: then the numbers are those before the server's own settings.
                let other = try list(ids, count: count, temperature: 0.5)
                isRaw = zip(listing.tokens, other.tokens).allSatisfy {
                    $0.id == $1.id && abs($0.logProbability - $1.logProbability) < Self.tolerance
                }
                spread = listing.difference(from: try list(ids, count: count))
                return
            } catch {
                guard case .status(let status, _, _) = error, [400, 422].contains(status) else { throw error }
                refusal = refusal ?? error
            }
        }
        if let refusal { throw refusal }
    }

    /// By how much a log-probability of two equal requests may differ.
    private static let tolerance: Float = 1e-3
    /// What servers list at most by default.
    private static let fewer = [20, 5]

    /// The likeliest tokens behind `ids`.
    func list(_ ids: [Int]) throws(EngineError) -> Listing { try list(ids, count: count) }

    private func list(
        _ ids: [Int], count: ListCount, temperature: Double = 1
    ) throws(EngineError) -> Listing {
        let wanted = count.most(of: vocabularySize)
        let question = EngineQuestion(ids: ids, count: count, temperature: temperature)
        let answer = try connection.ask(server.path, tokens: wanted) { [server, facts] json in
            server.write(&json, question, facts)
        }
        return try Listing(
            try server.read(answer, server.path), asked: wanted, vocabularySize: vocabularySize, path: server.path)
    }
}
