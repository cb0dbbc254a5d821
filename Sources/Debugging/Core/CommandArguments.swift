// What follows a command word, read as the command needs it.
internal import Phrases

/// The arguments of one command. Each reader throws what the command expects, with how it is written.
struct CommandArguments {
    let name: CommandName
    let rest: String

    func alone(_ command: Command) throws(DebuggingError) -> Command {
        if rest.isEmpty { return command }
        throw wrong(Phrase("\(name.rawValue) takes no argument", "\(name.rawValue) 不接受引數"))
    }

    /// nil when nothing follows.
    var optional: String? { rest.isEmpty ? nil : rest }

    func needed() throws(DebuggingError) -> String {
        if !rest.isEmpty { return rest }
        throw wrong(Phrase("\(name.rawValue) needs an argument", "\(name.rawValue) 需要引數"))
    }

    func count() throws(DebuggingError) -> Int {
        if rest.isEmpty { return 1 }
        if let count = Int(rest), count >= 1, count <= 1_000_000 { return count }
        throw wrong(
            Phrase(
                "\(readable(rest)) is no number of steps (1…1000000)", "\(readable(rest)) 不是步數（1…1000000）"))
    }

    func numbers() throws(DebuggingError) -> [Int] {
        var result: [Int] = []
        for word in rest.split(whereSeparator: { $0 == " " || $0 == "," }) {
            guard let number = Int(word) else {
                throw wrong(Phrase("\(readable(String(word))) is no number", "\(readable(String(word))) 不是編號"))
            }
            result.append(number)
        }
        return result
    }

    func run() throws(DebuggingError) -> Command {
        if rest.isEmpty { return .run }
        let (to, target) = firstWord(of: rest)
        if to == "to", target == "end" { return .runTo(nil) }
        if to == "to", target == "start" { return .runTo(-1) }
        if to == "to", let step = Int(target), step >= 0, step <= 1_000_000 { return .runTo(step) }
        throw wrong(
            Phrase("write run, run to 10, run to end or run to start", "請寫 run、run to 10、run to end 或 run to start"))
    }

    /// `break 12` means `break step == 12`, and `break 12 if Q` that step if Q holds there.
    func breakQuestion() throws(DebuggingError) -> String {
        let source = try needed()
        if Int(source) != nil { return "step == \(source)" }
        let (step, after) = firstWord(of: source)
        if step == "if", !after.isEmpty { return after }
        let (word, question) = firstWord(of: after)
        guard Int(step) != nil, word == "if" else { return source }
        if question.isEmpty { throw wrong(Phrase("a question is missing behind if", "if 之後缺少問句")) }
        return "step == \(step) and (\(question))"
    }

    func delete() throws(DebuggingError) -> Command {
        let (word, after) = firstWord(of: rest)
        guard word.utf8.count >= 5, "checkpoints".hasPrefix(word) else { return .delete(try numbers()) }
        return .forgetCheckpoints(try CommandArguments(name: name, rest: after).numbers())
    }

    func ignore() throws(DebuggingError) -> Command {
        let numbers = try numbers()
        guard numbers.count == 1 || numbers.count == 2, (0...1_000_000).contains(numbers.last!) else {
            throw wrong(Phrase("ignore needs a breakpoint's number and a count", "ignore 需要中斷點編號和次數"))
        }
        return .ignore(numbers[0], count: numbers.count == 2 ? numbers[1] : 0)
    }

    func commands() throws(DebuggingError) -> Command {
        let numbers = try numbers()
        if numbers.count < 2 { return .commands(numbers.first) }
        throw wrong(Phrase("commands takes one breakpoint", "commands 只接一個中斷點"))
    }

    /// `watch QUESTION`, or `watch stop QUESTION`.
    func watch() throws(DebuggingError) -> Command {
        let (word, question) = firstWord(of: try needed())
        let stops = ["stop", "-stop", "--stop"].contains(word)
        if stops, question.isEmpty { throw wrong(Phrase("a question is missing behind stop", "stop 之後缺少問句")) }
        return .watch(stops ? question : rest, stops: stops)
    }

    func list() throws(DebuggingError) -> Command {
        if rest.isEmpty { return .list(.next) }
        if rest == "-" { return .list(.before) }
        let numbers = listItems(rest).map { Int($0) }
        switch (numbers.first ?? nil, numbers.count) {
        case (let step?, 1) where step >= 0: return .list(.around(step))
        case (let first?, 2):
            if let last = numbers[1], first >= 0, last >= first, last - first < 10_000 {
                return .list(.steps(first, last))
            }
        default: break
        }
        throw wrong(Phrase("\(readable(rest)) names no steps", "\(readable(rest)) 不是步驟"))
    }

    func force() throws(DebuggingError) -> Command {
        let (word, token) = firstWord(of: try needed())
        return word == "next" && !token.isEmpty ? .force(token, next: true) : .force(rest, next: false)
    }

    func info() throws(DebuggingError) -> Command {
        let (word, argument) = firstWord(of: try needed())
        return .info(try choice(word), argument: argument)
    }

    func export() throws(DebuggingError) -> Command {
        let (word, file) = firstWord(of: try needed())
        let (path, replaces) = target(file)
        return .export(try choice(word), path.isEmpty ? nil : path, replaces: replaces)
    }

    func save() throws(DebuggingError) -> Command {
        let (path, replaces) = target(try needed())
        if path.isEmpty { throw wrong(Phrase("save needs a file", "save 需要檔名")) }
        return .save(path, replaces: replaces)
    }

    /// A file's name, and whether `--force` behind it lets a file of that name go.
    private func target(_ text: String) -> (path: String, replaces: Bool) {
        let force = "--force"
        guard text == force || text.hasSuffix(" " + force) else { return (text, false) }
        return (trimmed(String(text.dropLast(force.count))), true)
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ word: String
    ) throws(DebuggingError) -> Choice where Choice.RawValue == String {
        if let exact = Choice(rawValue: word) { return exact }
        if let alike = Choice.allCases.first(where: { isSpelled($0.rawValue, as: word) }) { return alike }
        let beginnings = Choice.allCases.filter { $0.rawValue.hasPrefix(word) }
        if beginnings.count == 1 { return beginnings.first! }
        let close = nearest(to: word, among: Choice.allCases.map { $0.rawValue })
        throw wrong(
            Phrase("\(name.rawValue) has no \(readable(word))", "\(name.rawValue) 沒有 \(readable(word))")
                + (close.map { Phrase("; did you mean \($0)?", "；是不是要寫 \($0)？") } ?? Phrase("", "")))
    }

    /// `NAME VALUE`, `NAME = VALUE` or `NAME=VALUE`.
    func set() throws(DebuggingError) -> Command {
        let (word, after) = firstWord(of: try needed())
        if let sign = word.firstIndex(of: "="), sign != word.startIndex {
            let value = trimmed(String(word[word.index(after: sign)...]) + " " + after)
            if value.isEmpty { throw wrong(Phrase("set needs a name and a value", "set 需要名稱和值")) }
            return .set(name: String(word[..<sign]), value: value)
        }
        let value = after.hasPrefix("=") ? trimmed(String(after.dropFirst())) : after
        if value.isEmpty { throw wrong(Phrase("set needs a name and a value", "set 需要名稱和值")) }
        return .set(name: word, value: value)
    }

    /// How many heads `sweep` lists when it is not told.
    static let sweptHeads = 10

    /// A token, then how many to list; either may be left out.
    func sweep() throws(DebuggingError) -> Command {
        let last = rest.lastIndex { $0 == " " || $0 == "\t" }.map { rest.index(after: $0) } ?? rest.startIndex
        let word = String(rest[last...])
        let token = trimmed(String(rest[..<last]))
        let source = token.isEmpty ? nil : token
        if word == "all" { return .sweep(source, count: nil) }
        guard let count = Int(word) else { return .sweep(optional, count: Self.sweptHeads) }
        if count >= 1, count <= 1_000_000 { return .sweep(source, count: count) }
        throw wrong(Phrase("\(word) is no number of heads (1…1000000)", "\(word) 不是頭的個數（1…1000000）"))
    }

    func ablate() throws(DebuggingError) -> Command {
        let (layer, head) = try place()
        return .ablate(layer: layer, head: head)
    }

    func restore() throws(DebuggingError) -> Command {
        if rest.isEmpty { return .restoreAll }
        let (layer, head) = try place()
        return .restore(layer: layer, head: head)
    }

    private func place() throws(DebuggingError) -> (layer: Int, head: Int) {
        let parts = try needed().split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 2, let layer = Int(parts[0]), let head = Int(parts[1]), layer >= 0, head >= 0 {
            return (layer, head)
        }
        throw wrong(Phrase("\(readable(rest)) is no LAYER.HEAD such as 12.3", "\(readable(rest)) 不是 層.頭（例如 12.3）"))
    }

    /// A language by its name, or as the house spells locales.
    func language() throws(DebuggingError) -> Language {
        switch rest.lowercased() {
        case "en", "english": return .english
        case "zh-tw", "zh_tw", "zh", "中文": return .chinese
        case "": throw wrong(Phrase("lang needs a language: en or zh-TW", "lang 要寫語言：en 或 zh-TW"))
        default:
            throw wrong(
                Phrase(
                    "\(readable(rest)) is no language of the debugger; there are en, zh-TW",
                    "沒有 \(readable(rest)) 這個語言；可用 en、zh-TW"))
        }
    }

    private func wrong(_ what: Phrase) -> DebuggingError {
        .command(what + Phrase(" (usage: \(name.usage))", "（用法：\(name.usage)）"))
    }
}
