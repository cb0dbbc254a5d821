// A prompt's tokens with what is to be said of the way to them.
internal import ChatTemplates
internal import JSONText
public import Tokenizers
public import Traces
internal import Transformers

public struct PromptReading: Sendable {
    public let prompt: Prompt
    /// The bytes of the text that its tokens do not stand for.
    public let losses: [Encoding.Loss]
    /// What is to be said of the vocabulary and of the text, a line each.
    public var notes: [String] = []
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
            model, reading: PromptReading(prompt: prompt, losses: [], seconds: 0), settings: settings, engine: engine,
            keepsLogits: keepsLogits, ignoresEnd: ignoresEnd)
    }
}

/// The text that a model reads, and where what users typed looks like control tokens in it.
struct Rendering {
    var text: String
    var typed: [Range<Int>] = []
}

extension LanguageModel {
    /// A prompt as the model reads it, with the record of how it was cut.
    public func prompt(_ text: String, settings: Settings) throws(GenerationError) -> Prompt {
        try read(text, settings: settings).prompt
    }

    /// The same, with what the vocabulary could not express and how long it took.
    ///
    /// Plain text is plain: only a template's own control tokens are control tokens, unless `settings.special` asks for
    /// those in the text.
    public func read(_ text: String, settings: Settings) throws(GenerationError) -> PromptReading {
        let clock = ContinuousClock()
        let start = clock.now
        let rendering = try rendering(text, settings)
        let bytes = Array(rendering.text.utf8)
        let encoding = tokenizer.encode(
            bytes, special: settings.chat || settings.special, typed: rendering.typed, framed: !settings.chat)
        if encoding.ids.isEmpty { throw .emptyPrompt }
        let rows = configuration.vocabularySize
        if let id = encoding.ids.first(where: { $0 >= rows }) {
            throw .tokenBeyondEmbedding(
                id: id, text: String(decoding: tokenizer.bytes(of: id), as: UTF8.self), rows: rows)
        }
        var notes = vocabularyNotes
        if !settings.special {
            let typed = [settings.chat ? settings.system : nil, text].compactMap { $0 }
            if let note = typed.lazy.compactMap({ controlNote(Array($0.utf8), self.tokenizer) }).first {
                notes.append(note)
            }
        }
        notes += [beginNote(encoding.ids, tokenizer), lossNote(encoding.losses)].compactMap { $0 }
        let prompt = Prompt(text: text, rendered: rendering.text, tokens: encoding.tokens, pieces: encoding.pieces)
        return PromptReading(
            prompt: prompt, losses: encoding.losses, notes: notes, seconds: (clock.now - start).seconds)
    }

    /// What is to be said of the vocabulary whatever the prompt is.
    private var vocabularyNotes: [String] {
        let (tokens, rows) = (tokenizer.vocabularySize, configuration.vocabularySize)
        if tokens <= rows { return tokenizer.notes }
        return tokenizer.notes + [
            "the tokenizer has \(tokens) tokens and the embedding \(rows) rows: the tokens from \(rows) on cannot be read"
        ]
    }

    /// The text the model reads for a prompt: the text itself, or the chat template filled with it.
    private func rendering(_ text: String, _ settings: Settings) throws(GenerationError) -> Rendering {
        guard settings.chat else { return Rendering(text: text) }
        guard let chatTemplate else { throw .noChatTemplate(model: facts.name) }
        var contents = [("user", text)]
        if let system = settings.system { contents.insert(("system", system), at: 0) }
        do {
            let template = try ChatTemplate(chatTemplate)
            let plain = try fill(template, contents)
            if settings.special || contents.allSatisfy({ tokenizer.controlTexts(in: Array($0.1.utf8)).isEmpty }) {
                return Rendering(text: plain)
            }
            // Rendered again with marks around what looks like control tokens: they show where it has gone to.
            let twice = try? fill(template, contents.map { ($0.0, marked($0.1)) })
            if let found = twice.flatMap(unmarked), found.text == plain { return found }
            // The template looks into the messages: whatever is in the text because a message has it counts as typed.
            return Rendering(text: plain, typed: contents.flatMap { ranges(of: $0.1, in: plain) })
        } catch {
            throw .chatTemplate(error)
        }
    }

    private func fill(
        _ template: ChatTemplate, _ contents: [(role: String, text: String)]
    ) throws(ChatTemplateError) -> String {
        let names = tokenizer.namedTokens
        func token(_ name: String) -> String { names.first { $0.name == name }?.token ?? "" }
        return try template.render(
            messages: contents.map { ChatMessage(role: $0.role, content: $0.text) }, addGenerationPrompt: true,
            bos: token("bos_token"), eos: token("eos_token"),
            variables: names.filter { $0.name != "bos_token" && $0.name != "eos_token" }
                .map { ($0.name, JSONValue.string($0.token)) })
    }

    // MARK: marks

    // Noncharacters: they stand in no text that means something, and no template changes them.
    private static let opening: Unicode.Scalar = "\u{10FFFE}"
    private static let closing: Unicode.Scalar = "\u{10FFFF}"

    /// The text with marks around every control token's text.
    private func marked(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var place = 0
        for range in tokenizer.controlTexts(in: bytes) {
            result += bytes[place..<range.lowerBound]
            result += UTF8.encode(Self.opening)!
            result += bytes[range]
            result += UTF8.encode(Self.closing)!
            place = range.upperBound
        }
        return String(decoding: result + bytes[place...], as: UTF8.self)
    }

    /// The text without its marks and the places between them; nil where they do not come in pairs.
    private func unmarked(_ text: String) -> Rendering? {
        var result = Rendering(text: "")
        var length = 0
        var start: Int?
        for scalar in text.unicodeScalars {
            if scalar == Self.opening {
                if start != nil { return nil }
                start = length
            } else if scalar == Self.closing {
                guard let from = start else { return nil }
                result.typed.append(from..<length)
                start = nil
            } else {
                result.text.unicodeScalars.append(scalar)
                length += UTF8.width(scalar)
            }
        }
        return start == nil ? result : nil
    }

    /// Where the control tokens' texts that a message holds stand in the rendered text.
    private func ranges(of message: String, in rendered: String) -> [Range<Int>] {
        let (bytes, all) = (Array(message.utf8), Array(rendered.utf8))
        let texts = Set(tokenizer.controlTexts(in: bytes).map { Array(bytes[$0]) })
        return tokenizer.controlTexts(in: all).filter { texts.contains(Array(all[$0])) }
    }
}

/// What is to be said of a text that looks like a control token and was read as text; nil where none does.
public func controlNote(_ text: [UInt8], _ tokenizer: Tokenizer) -> String? {
    guard let range = tokenizer.controlTexts(in: text).first else { return nil }
    let shown = String(decoding: text[range], as: UTF8.self)
    return "\"\(shown)\" in the text was read as text; with --special it is the control token"
}

/// What is to be said of a prompt that begins with the begin token twice; nil where it does not.
public func beginNote(_ ids: [Int], _ tokenizer: Tokenizer) -> String? {
    guard ids.count > 1, let first = tokenizer.prefix.first, ids[0] == first, ids[1] == first else { return nil }
    let text = String(decoding: tokenizer.bytes(of: first), as: UTF8.self)
    return
        "the prompt begins with the begin token \"\(text)\" twice: the model adds it by itself, leave it out of the text"
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
