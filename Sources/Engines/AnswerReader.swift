// From a server's answer to what its listed tokens decide, without a connection.
internal import JSONText
public import Stages
public import Tokenizers

/// Reads the answers of one kind of server about one model's tokens.
public struct AnswerReader {
    let server: EngineServer
    let texts: TokenTexts

    init(_ server: EngineServer, _ texts: TokenTexts) { (self.server, self.texts) = (server, texts) }

    /// One for each kind of server.
    public static func all(of tokenizer: Tokenizer, vocabularySize: Int) -> [AnswerReader] {
        let texts = TokenTexts(tokenizer, vocabularySize: vocabularySize)
        return EngineServer.all.map { AnswerReader($0, texts) }
    }

    /// The tokens that an answer lists.
    ///
    /// - Parameter asked: as many were asked for.
    func listing(_ answer: EngineAnswer, asked: Int) throws(EngineError) -> Listing {
        try Listing(
            try texts.listed(answer, asked: asked, path: server.path), asked: asked,
            vocabularySize: texts.vocabularySize, path: server.path)
    }

    /// The step that an answer's bytes come to.
    ///
    /// - Parameters:
    ///   - asked: as many tokens were asked for.
    ///   - state: what the draw and the stages go on from.
    /// - Throws: ``EngineError`` where the bytes are no answer, or do not decide the step.
    public func choice(
        _ bytes: [UInt8], asked: Int, _ pipeline: StagePipeline, history: History, state: inout ChoiceState
    ) throws(EngineError) -> StepChoice {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(parsing: bytes) } catch {
            throw .notJSON(path: server.path, error.description)
        }
        let listing = try listing(try server.read(value, server.path), asked: asked)
        return try ListedChoice.choose(listing, pipeline, history: history, state: &state, force: nil) { id in
            let bytes = texts.bytes(of: id)
            return (bytes, String(decoding: bytes, as: UTF8.self))
        }
    }
}
