// A prompt's tokens with what is to be said of the way to them.
internal import ChatTemplates
internal import JSONText
internal import Kernels
internal import Phrases
public import Tokenizers
public import Traces
internal import Transformers

/// A prompt as the model reads it, with what was lost and how long it took.
public struct PromptReading: Sendable {
    /// The text, its rendering and its tokens, as the trace records them.
    public let prompt: Prompt
    /// The bytes of the text that its tokens do not stand for.
    public let losses: [Encoding.Loss]
    /// Whether the chat template asked for the date.
    public let usesDate: Bool
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
            model, reading: PromptReading(prompt: prompt, losses: [], usesDate: false, seconds: 0), settings: settings,
            engine: engine,
            keepsLogits: keepsLogits, ignoresEnd: ignoresEnd)
    }
}

/// The text that a model reads, and where what users typed looks like control tokens in it.
struct Rendering {
    var text: String
    var typed: [Range<Int>] = []
    /// Whether the template asked for the date.
    var usesDate = false
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
        let clock = SteadyClock()
        let start = clock.now
        let context =
            settings.context > 0 ? min(settings.context, configuration.contextLength) : configuration.contextLength
        let (most, isEndless) = tokenizer.mostBytesOfToken.multipliedReportingOverflow(by: context)
        func check(_ text: String) throws(GenerationError) {
            if !isEndless, text.utf8.count > most { throw .tooManyBytes(bytes: text.utf8.count, context: context) }
            let budget = ReadingBudget.text
            if !budget.holds(bytes: Int64(text.utf8.count)) {
                throw .longText(bytes: text.utf8.count, most: budget.bytes)
            }
            if markCost(text) > mostMarkCostOfText { throw .accents }
        }
        // Before a template goes through it, and before it is cut.
        try check(text)
        let rendering = try rendering(text, settings)
        try check(rendering.text)
        let bytes = Array(rendering.text.utf8)
        let encoding: Encoding
        do throws(TokenizerError) {
            encoding = try tokenizer.encoding(
                of: bytes, special: settings.chat || settings.special, typed: rendering.typed, framed: !settings.chat)
        } catch { throw .tokenizer(error, file: facts.name) }
        if encoding.ids.isEmpty { throw .emptyPrompt }
        let rows = configuration.vocabularySize
        if let id = encoding.ids.first(where: { $0 >= rows }) {
            throw .tokenBeyondEmbedding(
                id: id, text: String(decoding: tokenizer.bytes(of: id), as: UTF8.self), rows: rows)
        }
        var notes = vocabularyNotes
        if !settings.special {
            let typed = settings.chat ? messages(text, settings).flatMap(contents) : [text]
            if let note = typed.lazy.compactMap({ TraceNotes.control(Array($0.utf8), self.tokenizer) }).first {
                notes.append(note.english)
            }
        }
        notes += [TraceNotes.begin(encoding.ids, tokenizer), TraceNotes.losses(encoding.losses)]
            .compactMap { $0?.english }
        let prompt = Prompt(text: text, rendered: rendering.text, tokens: encoding.tokens, pieces: encoding.pieces)
        return PromptReading(
            prompt: prompt, losses: encoding.losses, usesDate: rendering.usesDate, notes: notes,
            seconds: clock.now - start)
    }

    /// What is to be said of the vocabulary whatever the prompt is.
    private var vocabularyNotes: [String] {
        let (tokens, rows) = (tokenizer.vocabularySize, configuration.vocabularySize)
        if tokens <= rows { return tokenizer.notes }
        return tokenizer.notes + [
            TraceNotes.beyondEmbedding.filled("\(tokens)", "\(rows)", "\(rows)").english
        ]
    }

    /// The text the model reads for a prompt: the text itself, or the chat template filled with it.
    private func rendering(_ text: String, _ settings: Settings) throws(GenerationError) -> Rendering {
        guard settings.chat else { return Rendering(text: text) }
        if configuration.isEncoder { throw .encoder(model: facts.name) }
        guard let chatTemplate else { throw .noChatTemplate(model: facts.name) }
        let messages = messages(text, settings)
        let typed = messages.flatMap(contents)
        do {
            let template = try ChatTemplate(chatTemplate)
            let plain = try fill(template, messages, settings)
            let usesDate = plain.hasUsedDate
            if settings.special || typed.allSatisfy({ tokenizer.controlTexts(in: Array($0.utf8)).isEmpty }) {
                return Rendering(text: plain.text, usesDate: usesDate)
            }
            // Rendered again with marks around what looks like control tokens: they show where it has gone to.
            let twice = try? fill(template, messages.map { changed($0, marked) }, settings).text
            if var found = twice.flatMap(unmarked), found.text == plain.text {
                found.usesDate = usesDate
                return found
            }
            // The template looks into the messages: whatever is in the text because a message has it counts as typed.
            return Rendering(text: plain.text, typed: ranges(of: typed, in: plain.text), usesDate: usesDate)
        } catch {
            throw .chatTemplate(error)
        }
    }

    /// The conversation that the template is filled with: the recorded one, or the system message and the user's.
    private func messages(_ text: String, _ settings: Settings) -> [JSONValue] {
        if let messages = settings.messages?.array { return messages }
        let system = settings.system.map { [ChatConversation.message(role: "system", content: $0)] } ?? []
        return system + [ChatConversation.message(role: "user", content: text)]
    }

    /// The texts of a message: its content, or those of the content's parts.
    private func contents(_ message: JSONValue) -> [String] {
        if let text = message["content"]?.string { return [text] }
        return (message["content"]?.array ?? []).compactMap { $0["text"]?.string }
    }

    /// The message with its texts changed.
    private func changed(_ message: JSONValue, _ change: (String) -> String) -> JSONValue {
        if let text = message["content"]?.string { return message.replacing("content", with: .string(change(text))) }
        guard let parts = message["content"]?.array else { return message }
        let changed = parts.map { part in
            part["text"]?.string.map { part.replacing("text", with: .string(change($0))) } ?? part
        }
        return message.replacing("content", with: .array(changed))
    }

    private func fill(
        _ template: ChatTemplate, _ messages: [JSONValue], _ settings: Settings
    ) throws(ChatTemplateError) -> ChatRendering {
        var tokens = ["bos_token": "", "eos_token": ""]
        for (name, token) in tokenizer.namedTokens { tokens[name] = token }
        return try template.render(
            ChatConversation(
                messages: messages, tools: settings.tools?.array, date: settings.date.flatMap { ChatDate($0) }),
            addGenerationPrompt: true, tokens: tokens)
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

    /// Where the control tokens' texts that messages hold stand in the rendered text, in order.
    private func ranges(of messages: [String], in rendered: String) -> [Range<Int>] {
        var texts: Set<[UInt8]> = []
        for message in messages {
            let bytes = Array(message.utf8)
            for range in tokenizer.controlTexts(in: bytes) { texts.insert(Array(bytes[range])) }
        }
        let all = Array(rendered.utf8)
        return tokenizer.controlTexts(in: all).filter { texts.contains(Array(all[$0])) }
    }
}

extension JSONValue {
    /// An object with another value under a name that it has.
    fileprivate func replacing(_ name: String, with value: JSONValue) -> JSONValue {
        guard case .object(var object) = self else { return self }
        object.replace(name, value)
        return .object(object)
    }
}
