// A model's chat template: messages in, the text that the model reads out.
// It comes from the model file and is not trusted.

public import JSONText

/// What a template is filled with.
public struct ChatConversation: Equatable, Sendable {
    /// The turns, oldest first; each an object with at least `role`, and whatever else the template knows.
    public var messages: [JSONValue]
    /// Definitions of the tools that the model may call; `none` to the template when there are none.
    public var tools: [JSONValue]?
    /// What `strftime_now` tells; without it the name is undefined, and templates that ask first use a date of their own.
    public var date: ChatDate?

    /// A conversation of these turns.
    public init(messages: [JSONValue], tools: [JSONValue]? = nil, date: ChatDate? = nil) {
        self.messages = messages
        self.tools = tools
        self.date = date
    }

    /// A turn of `role` that says `content`.
    public static func message(role: String, content: String) -> JSONValue {
        var object = JSONObject()
        _ = object.append("role", .string(role))
        _ = object.append("content", .string(content))
        return .object(object)
    }
}

/// The text that a template makes of a conversation.
public struct ChatRendering: Equatable, Sendable {
    /// What the model reads.
    public var text: String
    /// Whether the template has asked for the date.
    public var hasUsedDate: Bool
}

/// A template in Jinja, as the transformers library renders it: Jinja 3.1's language in its immutable sandbox, with
/// `trim_blocks` and `lstrip_blocks`, `break` and `continue`, `generation` blocks, and the library's own `tojson`,
/// `raise_exception` and `strftime_now`.
///
/// All statements, operators, filters, tests and functions are there, and the methods of Python's values, but for what
/// reads another template (`include`, `import`, `extends`), what goes by chance (`random`, `lipsum`), automatic escaping,
/// `urlize`, bytes, and whole numbers beyond 64 bits: these are refused by name, when they are reached.
///
/// A template runs for a bounded number of steps over values of bounded size, whatever it says.
public struct ChatTemplate: Sendable {
    let body: [TemplateStatement]
    let blocks: [TemplateBlock]

    /// Parses a template of the length that ``ReadingBudget/templateText`` allows.
    public init(_ source: String) throws(ChatTemplateError) {
        let budget = ReadingBudget.templateText
        if !budget.holds(bytes: Int64(source.utf8.count)) {
            throw .tooMuch(line: 1, what: "the template has more than \(budget.bytes) bytes")
        }
        var lexer = TemplateLexer(source)
        var parser = TemplateParser(try lexer.tokens())
        body = try parser.template()
        blocks = parser.namedBlocks
    }

    /// The text that the model reads.
    ///
    /// - Parameters:
    ///   - conversation: the messages, tools and date.
    ///   - addGenerationPrompt: end with what begins the assistant's turn.
    ///   - tokens: texts of special tokens by their names to the template (`bos_token`, `eos_token`, …).
    ///   - variables: further names for the template (`enable_thinking`, say).
    public func render(
        _ conversation: ChatConversation, addGenerationPrompt: Bool, tokens: [String: String] = [:],
        variables: [(name: String, value: JSONValue)] = []
    ) throws(ChatTemplateError) -> ChatRendering {
        let given = conversation.messages + (conversation.tools ?? []) + variables.map { $0.value }
        let size = given.reduce(0) { $0 + Self.size($1) }
        let run = TemplateRun(date: conversation.date, blocks: blocks, size: size)
        var names: [(String, TemplateValue)] = tokens.map { ($0.key, .string($0.value)) }
        for (name, value) in variables { names.append((name, TemplateValue(value))) }
        names.append(("messages", .list(conversation.messages.map { TemplateValue(withReasoning($0)) })))
        names.append(("add_generation_prompt", .bool(addGenerationPrompt)))
        // As in the transformers library, which always passes them.
        names.append(("tools", conversation.tools.map { .list($0.map(TemplateValue.init)) } ?? .none))
        names.append(("documents", .none))
        let text = try run.render(body, names: names)
        return ChatRendering(text: text, hasUsedDate: run.hasUsedDate)
    }

    /// About how many bytes a value prints as.
    private static func size(_ value: JSONValue) -> Int {
        switch value {
        case .string(let text), .number(let text): 8 + text.utf8.count
        case .array(let items): items.reduce(8) { $0 + size($1) }
        case .object(let object): object.members.reduce(8) { $0 + 8 + $1.key.utf8.count + size($1.value) }
        default: 8
        }
    }

    /// A message whose reasoning stands under the names that templates read, whichever it was given under; as in the
    /// transformers library.
    private func withReasoning(_ message: JSONValue) -> JSONValue {
        guard let object = message.object else { return message }
        let names = ["reasoning_content", "thinking", "reasoning"]
        guard let reasoning = names.lazy.compactMap({ object[$0] }).first(where: { !$0.isNull }) else { return message }
        var named = JSONObject()
        _ = named.append("thinking", object["thinking"] ?? reasoning)
        for (name, value) in object.members where name != "thinking" {
            _ = named.append(name, name == "reasoning_content" ? reasoning : value)
        }
        _ = named.append("reasoning_content", reasoning)
        return .object(named)
    }

    /// The names that templates may use, for messages that refuse something else.
    public static var supported: (filters: [String], tests: [String], functions: [String]) {
        (
            TemplateFilters.table.keys.sorted(), TemplateTests.table.keys.sorted(),
            TemplateFunctions.table.keys.sorted()
        )
    }
}
