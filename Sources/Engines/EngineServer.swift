// The kinds of servers, one row each: how one is known, what it is asked, how its answer is read.
internal import JSONText

/// A model that a server has, as it calls it.
public struct ServerModel: Equatable, Sendable {
    public var name: String
    /// Tokens of its vocabulary; nil where it does not say.
    public var vocabularySize: Int?
    /// The most positions that a request may have; nil where it does not say.
    public var contextLength: Int?
}

/// What a server says of itself.
public struct ServerFacts: Equatable, Sendable {
    /// "llama.cpp", "vLLM", …
    public var server = ""
    /// As it calls its version; empty where it does not say.
    public var version = ""
    /// The models that it has.
    public var models: [ServerModel] = []
    /// Whether it takes token ids as a prompt; else text, which it cuts into tokens itself. Nil where that is to be found out.
    public var takesIDs: Bool? = true
    /// Whether it guesses tokens ahead (speculative decoding); nil where it does not say.
    public var speculates: Bool?
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
    /// As the server calls it.
    var model: String
    var prompt: EnginePrompt
    /// All of them, or as many as there are to be.
    var count: ListCount
    /// What `count` comes to.
    var most: Int
    /// A token that is to be drawn, where the server can be told without any change of what it lists; nil lets it draw freely.
    var harmless: Int?
    /// What the server would draw with. Raw probabilities do not depend on it; processed ones are raw at 1.
    var temperature = 1.0
    var seed = 0
}

/// The tokens so far, as a server takes them.
enum EnginePrompt: Sendable {
    case ids([Int])
    case text(String)

    func write(_ name: String, _ json: inout JSONWriter) {
        switch self {
        case .ids(let ids): writeIDs(name, ids, &json)
        case .text(let text): json.member(name, text)
        }
    }
}

/// A token as a server names it, with its log-probability.
struct ToldToken: Equatable, Sendable {
    enum Name: Equatable, Sendable {
        case id(Int)
        /// By its text; which token that is must be found out.
        case bytes([UInt8])
    }
    var name: Name
    var logProbability: Double

    init(_ name: Name, _ logProbability: Double) { (self.name, self.logProbability) = (name, logProbability) }
}

/// What a server answers.
struct EngineAnswer: Equatable, Sendable {
    /// The likeliest tokens in any order; perhaps the one that the server drew as well.
    var told: [ToldToken]
    /// The tokens are keys of an object, which several of one text share.
    var isKeyed = false
    /// The text that the server drew itself; nil where it does not say.
    var drawn: String?
    /// How many tokens it has read; nil where it does not say.
    var promptTokens: Int?
}

/// A kind of server.
struct EngineServer: Sendable {
    let name: String
    /// Asks what only this kind answers; nil where it is another one.
    let recognise: @Sendable (EngineConnection) throws(EngineError) -> ServerFacts?
    /// The page that lists the next token's probabilities.
    let path: String
    /// How many tokens it lists at most, where that is fixed.
    var mostListed = Int.max
    /// Whether it is sent a seed.
    var takesSeed = true
    /// What is posted there.
    let write: @Sendable (inout JSONWriter, EngineQuestion) -> Void
    let read: @Sendable (JSONValue, _ path: String) throws(EngineError) -> EngineAnswer
    /// The text that the server makes of a model's ids; nil where it has no page for that.
    let text: @Sendable (EngineConnection, [Int], _ model: String) throws(EngineError) -> String?

    /// In the order in which they are tried: each of the first ones also answers as the last.
    static let all: [EngineServer] = [.llamaCpp, .vLLM, .sgLang, .ollama, .openAI]

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

/// The first scalars of a text: a character may be as long as somebody writes it.
func cut(_ text: String, to count: Int) -> String { String(text.unicodeScalars.prefix(count)) }

extension JSONValue {
    /// A text of a server about itself, cut to a length that a record may hold.
    var name: String { cut(string ?? "", to: 200) }

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

/// A number; JSON writes what is not finite as null, and a token with it has no probability that counts.
func logProbability(_ value: JSONValue?, _ path: String) throws(EngineError) -> Double {
    guard let value else { throw .answer(path: path, .missing("logprob")) }
    guard let number = value.double, number.isFinite else {
        if value.isNull { return -.greatestFiniteMagnitude }
        if case .number(let text) = value { throw .answer(path: path, .logProbability(String(text.prefix(40)))) }
        throw .answer(path: path, .missing("logprob"))
    }
    return number
}
