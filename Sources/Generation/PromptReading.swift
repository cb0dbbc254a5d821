// A prompt's tokens with what is to be said of the way to them. Made by: LanguageModel.read. Used by: the commands.
internal import Phrases
public import Tokenizers
public import Traces

public struct PromptReading: Sendable {
    public let prompt: Prompt
    /// The bytes of the text that its tokens do not stand for.
    public let losses: [Encoding.Loss]
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
        if let note = TraceNotes.losses(reading.losses) { trace.notes.append(note.english) }
    }
}
