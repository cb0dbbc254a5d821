// A prompt's tokens with what is to be said of the way to them. Made by: LanguageModel.read. Used by: the commands.
public import Tokenizers
public import Traces

public struct PromptReading: Sendable {
    public let prompt: Prompt
    /// The bytes of the text that its tokens do not stand for.
    public let losses: [Encoding.Loss]
    /// Whether the chat template asked for the date.
    public let usesDate: Bool
    /// How long the template's rendering and the tokenizer's work took.
    public let seconds: Double
}

extension Session {
    /// A session whose trace also says how long reading the prompt took and what was lost on the way.
    public convenience init(_ model: LanguageModel, reading: PromptReading, settings: Settings, engine: EngineInfo)
        throws(GenerationError)
    {
        try self.init(model, prompt: reading.prompt, settings: settings, engine: engine)
        trace.metrics.tokenizeSeconds = reading.seconds
        if let note = lossNote(reading.losses) { trace.notes.append(note) }
    }
}

/// What a tokenizer could not keep, in one line; nil when it kept all.
///
/// "2 bytes of the text have no token (the first is FF at byte 3): replaced by U+FFFD"
public func lossNote(_ losses: [Encoding.Loss]) -> String? {
    guard let first = losses.first else { return nil }
    let digits = String(first.byte, radix: 16, uppercase: true)
    let byte = digits.count == 1 ? "0" + digits : digits
    let remedy =
        switch first.remedy {
        case .replaced: "U+FFFD stands in its place"
        case .dropped: "it is left out"
        case .unknown: "the token for the unknown stands in its place"
        }
    let count = losses.count == 1 ? "1 byte" : "\(losses.count) bytes"
    return "the tokens do not give back \(count) of the text; the first is \(byte) at byte \(first.offset): \(remedy)"
}
