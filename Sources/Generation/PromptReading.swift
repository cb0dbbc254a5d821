// A prompt's tokens with what is to be said of the way to them.
internal import Phrases
public import Tokenizers
public import Traces

/// A prompt as the model reads it, with what was lost and how long it took.
public struct PromptReading: Sendable {
    /// The text, its rendering and its tokens, as the trace records them.
    public let prompt: Prompt
    /// The bytes of the text that its tokens do not stand for.
    public let losses: [Encoding.Loss]
    /// Whether the chat template asked for the date.
    public let usesDate: Bool
    /// How long the template's rendering and the tokenizer's work took.
    public let seconds: Double
}

extension Session {
    /// A session over tokens that were read elsewhere: nothing is known of the way to them.
    public convenience init(
        _ model: LanguageModel, prompt: Prompt, settings: Settings, engine: EngineInfo, keepsLogits: Bool = false,
        ignoresEnd: Bool = false
    ) throws(GenerationError) {
        try self.init(
            model, reading: PromptReading(prompt: prompt, losses: [], usesDate: false, seconds: 0), settings: settings,
            engine: engine,
            keepsLogits: keepsLogits, ignoresEnd: ignoresEnd)
    }
}
