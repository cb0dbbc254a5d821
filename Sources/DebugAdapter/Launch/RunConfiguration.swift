// A run as a client's configuration asks for it.
public import JSONText
public import Phrases

/// What `launch` and `attach` ask for, read and checked for its form; whether there is such a model or file the program
/// around the adapter knows.
public struct Launch: Sendable {
    /// A name or a path; nil leaves the choice to the program, or to the trace.
    public var model: String?
    /// nil where there is none.
    public var prompt: String?
    /// A conversation in place of a prompt.
    public var messages: Messages?
    /// Options of the command by their long names, as they are typed; nil as the value of a flag.
    public var options: [(name: String, value: String?)] = []
    /// Recorded runs, one branch each; empty for a new run.
    public var traces: [String] = []
    /// Whether the run stands still before its first step.
    public var stopsOnEntry = true
    /// nil leaves it as it was.
    public var language: Language?

    /// Where a conversation is.
    public enum Messages: Sendable {
        case file(String)
        case list([JSONValue])
    }

    /// Reads a request's arguments by the rows of ``LaunchAttribute``; members of other names are the client's own, but for
    /// those that are one of ours in another spelling: what was meant by them would be passed over.
    init(_ arguments: Arguments, attaches: Bool) throws(AdapterError) {
        let names = LaunchAttribute.all.map { $0.name }
        for (name, _) in arguments.value.object?.members ?? [] where !names.contains(name) {
            if let meant = meant(name, among: names) {
                throw .member(name, expected: Phrase("spelled \(meant)", " \(meant)（大小寫或符號不同）"))
            }
        }
        model = try arguments.textIfAny(LaunchAttribute.model.name)
        traces = try arguments.texts(LaunchAttribute.trace.name)
        if traces.count > Self.limitItems {
            throw .member(
                LaunchAttribute.trace.name,
                expected: Phrase("at most \(Self.limitItems) records", "最多 \(Self.limitItems) 份紀錄"))
        }
        stopsOnEntry = try arguments.flag(LaunchAttribute.stopOnEntry.name, or: true)
        if let name = try arguments.textIfAny(LaunchAttribute.lang.name) {
            guard let language = Language(rawValue: name) else {
                throw .member(LaunchAttribute.lang.name, expected: Phrase("en or zh-TW", " en 或 zh-TW"))
            }
            self.language = language
        }
        if attaches {
            if traces.isEmpty {
                throw .member(
                    LaunchAttribute.trace.name, expected: Phrase("a trace.json or its folder", " trace.json 或它的資料夾"))
            }
            return
        }
        prompt = try arguments.textIfAny(LaunchAttribute.prompt.name)
        messages = try Self.messages(arguments)
        options = try Self.options(try arguments.object(LaunchAttribute.settings.name))
        if let seed = arguments[LaunchAttribute.seed.name] {
            options.append(("seed", try Self.typed(seed, LaunchAttribute.seed.name)))
        }
        if let count = try arguments.wholeIfAny(LaunchAttribute.maxTokens.name) {
            options.append(("max-tokens", String(count)))
        }
        let sources = (prompt == nil ? 0 : 1) + (messages == nil ? 0 : 1) + (traces.isEmpty ? 0 : 1)
        if sources == 1 { return }
        throw .member(
            LaunchAttribute.prompt.name,
            expected: Phrase(
                "given, or messages, or trace: one of the three", "有值，或改用 messages、trace：三者擇一"))
    }

    private static func messages(_ arguments: Arguments) throws(AdapterError) -> Messages? {
        let name = LaunchAttribute.messages.name
        guard let value = arguments[name] else { return nil }
        if let path = value.string { return .file(path) }
        if let list = value.array { return .list(list) }
        throw .member(name, expected: Phrase("a list of messages or a file", "訊息的清單或檔案"))
    }

    private static func options(_ settings: Arguments) throws(AdapterError) -> [(name: String, value: String?)] {
        var options: [(name: String, value: String?)] = []
        for (name, value) in settings.value.object?.members ?? [] {
            let isName =
                (1...64).contains(name.utf8.count)
                && name.utf8.allSatisfy { byte in
                    (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x2D || byte == 0x5F
                }
            if !isName {
                throw .member("settings", expected: Phrase("options by their long names", "以長名稱寫的選項"))
            }
            switch value {
            case .bool(true): options.append((name, nil))
            case .bool(false), .null: break
            case .array(let items): for item in items { options.append((name, try typed(item, "settings." + name))) }
            default: options.append((name, try typed(value, "settings." + name)))
            }
        }
        if options.count > limitItems {
            throw .member("settings", expected: Phrase("at most \(limitItems) values", "最多 \(limitItems) 個值"))
        }
        return options
    }

    /// The values of all settings, and records: each becomes a word of a command line, which is made for people.
    private static let limitItems = 256

    /// A number or a text as one would type it.
    private static func typed(_ value: JSONValue, _ name: String) throws(AdapterError) -> String {
        switch value {
        case .string(let text), .number(let text): return text
        default: throw .member(readable(name), expected: Phrase("a number or a text", "數字或文字"))
        }
    }
}
