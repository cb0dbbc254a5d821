// The options of a chat that is more than one message: the conversation, the tools, the date; and their files, which
// anybody may have written.
internal import ArgumentParser
internal import ChatTemplates
internal import JSONText
internal import Phrases
internal import Traces

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

struct ChatOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A whole conversation for the model's chat template, in place of a prompt: a JSON list of objects with role, content (a text, or parts with type and text), tool_calls and what else the template knows.",
            valueName: "file.json"))
    var messages: String?
    @Option(
        help: ArgumentHelp(
            "Definitions of the tools that the model may call in a chat: a JSON list of objects.",
            valueName: "file.json"))
    var tools: String?
    @Option(
        help: ArgumentHelp(
            "The date for chat templates that ask for one (default: today). Recorded when it was asked for.",
            valueName: "YYYY-MM-DD"))
    var date: String?

    /// Puts what was asked for into the settings of a chat.
    func apply(to settings: inout Settings) throws {
        if messages != nil {
            if settings.system != nil {
                throw ValidationError(
                    Phrase(
                        "--messages holds the whole conversation; put the system message into it, without --system",
                        "--messages 是整個對話；請把系統訊息寫進去，不要用 --system"))
            }
            settings.chat = true
        }
        if !settings.chat {
            if tools != nil {
                throw ValidationError(Phrase("--tools needs --chat or --messages", "--tools 需要 --chat 或 --messages"))
            }
            if date != nil {
                throw ValidationError(Phrase("--date needs --chat or --messages", "--date 需要 --chat 或 --messages"))
            }
            return
        }
        if let messages { settings.messages = .array(try conversation(messages)) }
        if let tools { settings.tools = .array(try objects(tools, "tools")) }
        if let date, ChatDate(date) == nil {
            throw ValidationError(
                Phrase(
                    "--date is \(quotedName(date, limit: 40)); it must be a date as YYYY-MM-DD (try --date 2026-07-04)",
                    "--date 是 \(quotedName(date, limit: 40))；必須是 YYYY-MM-DD 形式的日期（例如 --date 2026-07-04）"))
        }
        settings.date = date ?? today()
    }

    /// The prompt of a run: its argument, or with --messages what the user said last.
    func prompt(_ argument: String?) throws -> String {
        guard let messages else {
            guard let argument else {
                throw ValidationError(
                    Phrase(
                        "a prompt is missing; give a text, or - for standard input", "缺少提示；請給文字，或以 - 讀取標準輸入"))
            }
            return try readText(argument)
        }
        if argument != nil {
            throw ValidationError(
                Phrase(
                    "--messages holds the whole conversation; leave out the prompt", "--messages 是整個對話；請省去提示"))
        }
        return lastUserText(try conversation(messages))
    }

    /// The messages of a file, checked for what every template relies on.
    private func conversation(_ path: String) throws -> [JSONValue] {
        try checkedConversation(try objects(path, "messages"), in: path)
    }

    /// The objects of a file that holds a list of them.
    private func objects(_ path: String, _ what: String) throws -> [JSONValue] {
        let bytes = try readFile(path, limit: 1 << 24)
        let value: JSONValue
        do { value = try JSONValue(parsing: bytes) } catch { throw Failure(Phrase(same: "\(path): \(error)")) }
        return try listedObjects(value, what, in: path)
    }
}

/// The objects of a list of them.
func listedObjects(_ value: JSONValue, _ what: String, in place: String) throws -> [JSONValue] {
    guard let items = value.array else {
        throw Failure("\(place): \(what) are a JSON list of objects", "\(place)：\(what) 應為物件的 JSON 清單")
    }
    for (number, item) in items.enumerated() where item.object == nil {
        throw Failure("\(place): item \(number) of the \(what) is no object", "\(place)：\(what) 的第 \(number) 項不是物件")
    }
    return items
}

/// A conversation, checked for what every template relies on.
func checkedConversation(_ messages: [JSONValue], in name: String) throws -> [JSONValue] {
    if messages.isEmpty {
        throw Failure(
            "\(name): the list of messages is empty; a chat needs at least one", "\(name)：訊息清單是空的；對話至少要有一則")
    }
    for (place, message) in messages.enumerated() {
        let problem = { (english: String, chinese: String) in
            Failure("\(name): message \(place) \(english)", "\(name)：第 \(place) 則訊息\(chinese)")
        }
        guard message["role"]?.string != nil else {
            throw problem("has no role, such as \"user\"", "沒有角色（role），例如 \"user\"")
        }
        switch message["content"] {
        case nil, .null?, .string?: break
        case .array(let parts)?:
            for (index, part) in parts.enumerated() where part["type"]?.string == nil {
                throw problem(
                    "has a part \(index) of its content without a type, such as \"text\"",
                    "內容的第 \(index) 部分沒有類型（type），例如 \"text\"")
            }
        default: throw problem("has a content that is neither a text nor a list of parts", "的內容既不是文字，也不是各部分的清單")
        }
    }
    return messages
}

/// What the user said last in a conversation.
func lastUserText(_ messages: [JSONValue]) -> String {
    let last = messages.last { $0["role"]?.string == "user" }
    if let text = last?["content"]?.string { return text }
    return (last?["content"]?.array ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
}

/// Today where this machine stands, as YYYY-MM-DD.
func today() -> String {
    var now = time(nil)
    var local = tm()
    localtime_r(&now, &local)
    return ChatDate(year: Int(local.tm_year) + 1900, month: Int(local.tm_mon) + 1, day: Int(local.tm_mday)).text
}
