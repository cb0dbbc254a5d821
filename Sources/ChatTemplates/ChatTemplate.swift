// A model's chat template: messages in, the text that the model reads out.
// It comes from the model file and is not trusted.

public import JSONText

/// One turn of a conversation.
public struct ChatMessage: Equatable, Sendable {
    /// "system", "user", "assistant", or what else the template knows.
    public var role: String
    /// What was said in it.
    public var content: String

    /// A turn of `role` that says `content`.
    public init(role: String, content: String) {
        self.role = role
        self.content = content
    }
}

/// The date that a template may write into its text. Given by the caller, never read from the clock: the same run must
/// read the same text.
public struct ChatDate: Equatable, Sendable {
    /// 1…9999, in the Gregorian calendar.
    public var year: Int
    /// 1…12.
    public var month: Int
    /// 1…31.
    public var day: Int
    /// 0…23.
    public var hour: Int
    /// 0…59.
    public var minute: Int
    /// 0…59.
    public var second: Int

    /// A date, at midnight unless the time is given. A template that asks for a date that does not exist is refused.
    public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }
}

/// A template in the part of Jinja that chat templates are written in (Jinja 3 with `trim_blocks` and `lstrip_blocks`,
/// as the transformers library renders them).
///
/// Supported: `for` (with `if` and `else`, `loop`, `break`, `continue`), `if`/`elif`/`else`, `set` (also as a block, also
/// of a namespace), `raw`, comments, white-space control; all of Jinja's operators; the filters, tests, methods and
/// functions that ``ChatTemplate/supported`` lists. Macros, includes and inheritance are refused with their line.
///
/// A template runs for a bounded number of steps over values of bounded size, whatever it says.
public struct ChatTemplate: Sendable {
    let body: [TemplateStatement]

    /// Parses a template.
    public init(_ source: String) throws(ChatTemplateError) {
        var lexer = TemplateLexer(source)
        var parser = TemplateParser(try lexer.tokens())
        body = try parser.template()
    }

    /// The text that the model reads.
    ///
    /// - Parameters:
    ///   - messages: the conversation, oldest first.
    ///   - addGenerationPrompt: end with what begins the assistant's turn.
    ///   - bos, eos: the texts of the first and the end token, `bos_token` and `eos_token` to the template.
    ///   - date: what `strftime_now` tells; without it the name is undefined, and templates that ask first use a date
    ///     of their own.
    ///   - variables: further names for the template (`enable_thinking`, say).
    public func render(
        messages: [ChatMessage], addGenerationPrompt: Bool, bos: String, eos: String, date: ChatDate? = nil,
        variables: [(name: String, value: JSONValue)] = []
    ) throws(ChatTemplateError) -> String {
        var evaluator = TemplateEvaluator(date: date)
        let turns = messages.map {
            TemplateValue.dictionary([(.string("role"), .string($0.role)), (.string("content"), .string($0.content))])
        }
        evaluator.define("messages", .list(turns))
        evaluator.define("add_generation_prompt", .bool(addGenerationPrompt))
        evaluator.define("bos_token", .string(bos))
        evaluator.define("eos_token", .string(eos))
        // As in the transformers library, which always passes them.
        evaluator.define("tools", .none)
        evaluator.define("documents", .none)
        for (name, value) in variables { evaluator.define(name, TemplateValue(value)) }
        return try evaluator.render(body)
    }

    /// What templates may call, for messages that refuse something else.
    public static let supported = (
        filters: TemplateFilters.names, tests: TemplateTests.names, methods: TemplateMethods.names,
        functions: TemplateFunctions.names
    )
}

/// Why a template cannot be read or rendered. Lines count from 1.
public enum ChatTemplateError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not Jinja.
    case syntax(line: Int, found: String, expected: String)
    /// Jinja, but outside the part that is supported; `supported` lists what is, or is empty.
    case unsupported(line: Int, what: String, supported: String)
    /// An operation on a value that does not have it.
    case wrongValue(line: Int, what: String)
    /// The template itself refused the conversation (`raise_exception`).
    case raised(line: Int, message: String)
    /// The template does more than any template needs.
    case tooMuch(line: Int, what: String)

    /// One line: the template's line, and what is wrong there.
    public var description: String {
        switch self {
        case .syntax(let line, let found, let expected):
            "chat template, line \(line): \(found), where \(expected) should be"
        case .unsupported(let line, let what, let supported):
            "chat template, line \(line): \(what) is not supported"
                + (supported.isEmpty ? "" : "; supported: \(supported)")
        case .wrongValue(let line, let what): "chat template, line \(line): \(what)"
        case .raised(let line, let message):
            "chat template, line \(line): the template refuses this conversation: \(quoted(message))"
        case .tooMuch(let line, let what): "chat template, line \(line): \(what)"
        }
    }
}
