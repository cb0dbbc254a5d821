// The kinds of servers, one row each: how one is known, what it is asked, how its answer is read.
internal import JSONText

/// What a server says of itself.
public struct ServerFacts: Equatable, Sendable {
    /// "llama.cpp", "vLLM", …
    public var server = ""
    /// As it calls its version; empty where it does not say.
    public var version = ""
    /// The model as the server calls it.
    public var model = ""
    /// Tokens of its vocabulary; nil where it does not say.
    public var vocabularySize: Int?
    /// The most positions that a request may have; nil where it does not say.
    public var contextLength: Int?
}

/// How many tokens are to be listed.
public enum ListCount: Equatable, Sendable {
    case some(Int)
    case all

    /// In a vocabulary of this size.
    func most(of vocabularySize: Int) -> Int {
        switch self {
        case .some(let count): min(count, vocabularySize)
        case .all: vocabularySize
        }
    }
}

/// What is asked of a server: what could come behind these tokens.
struct EngineQuestion: Sendable {
    var ids: [Int]
    var count: ListCount
    /// What the server would draw with. Raw probabilities do not depend on it; processed ones are raw at 1.
    var temperature = 1.0
}

/// A kind of server.
struct EngineServer: Sendable {
    let name: String
    /// Asks what only this kind answers; nil where it is another one.
    let recognise: @Sendable (EngineConnection) throws(EngineError) -> ServerFacts?
    /// The page that lists the next token's probabilities.
    let path: String
    /// What is posted there.
    let write: @Sendable (inout JSONWriter, EngineQuestion, ServerFacts) -> Void
    /// The listed tokens of the answer.
    let read: @Sendable (JSONValue, _ path: String) throws(EngineError) -> [ListedToken]
    /// The text that the server makes of ids; nil where it has no page for that.
    let text: @Sendable (EngineConnection, [Int], ServerFacts) throws(EngineError) -> String?

    /// In the order in which they are tried.
    static let all: [EngineServer] = [.llamaCpp, .vLLM, .sgLang]

    static var names: String { all.map { $0.name }.joined(separator: ", ") }
}

/// A page that another kind of server does not have, or has for something else: that is no failure.
func page(_ connection: EngineConnection, _ path: String) throws(EngineError) -> JSONValue? {
    do { return try connection.ask(path) } catch {
        switch error {
        case .status(let status, _, _) where [400, 404, 405, 500, 501].contains(status): return nil
        case .notJSON: return nil
        default: throw error
        }
    }
}

extension JSONValue {
    /// A text of a server about itself, cut to a length that a record may hold.
    var name: String { String((string ?? "").prefix(200)) }

    /// A number that may be a size; nil for what is none.
    var size: Int? {
        guard let int, int > 0, int <= 1 << 28 else { return nil }
        return int
    }
}

/// The ids as a list.
func writeIDs(_ name: String, _ ids: [Int], _ json: inout JSONWriter) {
    json.array(name) { json in for id in ids { json.value(id) } }
}
