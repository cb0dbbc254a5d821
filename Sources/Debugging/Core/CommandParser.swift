// A command line to a command. Names may be cut short as long as they stay unique.
internal import Phrases

/// Reads one line. Blank lines and lines that start with `#` are ``Command/nothing``.
///
/// - Throws: ``DebuggingError/command(_:)`` with the nearest name, or what the command expects.
public func parseCommand(_ line: String) throws(DebuggingError) -> Command {
    let (word, rest) = firstWord(of: trimmed(line))
    if word.isEmpty || word.hasPrefix("#") { return .nothing }
    return try CommandReader(name: try commandName(word), rest: rest).command()
}

/// The command a word stands for: its name, an alias, or a beginning that only one command has.
func commandName(_ word: String) throws(DebuggingError) -> CommandName {
    if let exact = CommandName(rawValue: word) { return exact }
    if let alias = CommandName.allCases.first(where: { $0.aliases.contains(word) }) { return alias }
    let beginnings = CommandName.allCases.filter { $0.rawValue.hasPrefix(word) }
    if beginnings.count == 1 { return beginnings[0] }
    if beginnings.count > 1 {
        let names = beginnings.map(\.rawValue).joined(separator: ", ")
        throw .command(Phrase("\(word) could be \(names)", "\(word) 可以是 \(names)"))
    }
    let all = CommandName.allCases.flatMap { [$0.rawValue] + $0.aliases.filter { $0.count > 2 } }
    let shown = String(word.prefix(40))
    guard let close = nearest(to: word, among: all) else {
        throw .command(Phrase("there is no command \(shown); help lists them", "沒有 \(shown) 這個指令；help 列出全部"))
    }
    throw .command(Phrase("there is no command \(shown); did you mean \(close)?", "沒有 \(shown) 這個指令；是不是要用 \(close)？"))
}

/// The arguments of one command.
private struct CommandReader {
    let name: CommandName
    let rest: String

    func command() throws(DebuggingError) -> Command {
        switch name {
        case .step:
            if rest == "in" { return .stepIn }
            return .step(try count())
        case .next: return .step(try count())
        case .back: return .back(try count())
        case .stepIn: return try alone(.stepIn)
        case .finish: return try alone(.finish)
        case .continue: return try alone(.continue)
        case .reverseContinue: return try alone(.reverseContinue)
        case .where: return try alone(.where)
        case .branches: return try alone(.branches)
        case .quit: return try alone(.quit)
        case .run: return try run()
        case .break, .tbreak: return .breakIf(breakQuestion(try needed()), temporary: name == .tbreak)
        case .delete: return .delete(try numbers())
        case .enable: return .enable(try numbers())
        case .disable: return .disable(try numbers())
        case .watch: return .watch(try needed())
        case .unwatch: return .unwatch(try numbers())
        case .display: return .display(rest.isEmpty ? nil : rest)
        case .undisplay: return .undisplay(try numbers())
        default: return try lookingCommand()
        }
    }

    private func lookingCommand() throws(DebuggingError) -> Command {
        switch name {
        case .info:
            let (word, argument) = firstWord(of: try needed())
            return .info(try choice(word), argument: argument)
        case .print: return .print(try needed())
        case .why: return .why(try needed())
        case .assert: return .assert(try needed())
        case .force: return .force(try needed())
        case .set: return try set()
        case .ablate:
            let (layer, head) = try place()
            return .ablate(layer: layer, head: head)
        case .restore:
            if rest.isEmpty { return .restoreAll }
            let (layer, head) = try place()
            return .restore(layer: layer, head: head)
        case .fork: return .fork(rest.isEmpty ? nil : rest)
        case .switchTo: return .switchTo(try needed())
        case .language: return .language(try language())
        case .diff: return .diff(try needed())
        case .save:
            let (path, replaces) = target(try needed())
            if path.isEmpty { _ = try CommandReader(name: name, rest: "").needed() }
            return .save(path, replaces: replaces)
        case .export:
            let (word, file) = firstWord(of: try needed())
            let (path, replaces) = target(file)
            return .export(try choice(word), path.isEmpty ? nil : path, replaces: replaces)
        default: return .help(rest)
        }
    }

    /// A file's name, and whether `--force` behind it lets a file of that name go.
    private func target(_ text: String) -> (path: String, replaces: Bool) {
        let force = "--force"
        guard text == force || text.hasSuffix(" " + force) else { return (text, false) }
        return (trimmed(String(text.dropLast(force.count))), true)
    }

    private func alone(_ command: Command) throws(DebuggingError) -> Command {
        if rest.isEmpty { return command }
        throw wrong(Phrase("\(name.rawValue) takes no argument", "\(name.rawValue) 不接受引數"))
    }

    private func needed() throws(DebuggingError) -> String {
        if !rest.isEmpty { return rest }
        throw wrong(Phrase("\(name.rawValue) needs an argument", "\(name.rawValue) 需要引數"))
    }

    private func count() throws(DebuggingError) -> Int {
        if rest.isEmpty { return 1 }
        if let count = Int(rest), count >= 1, count <= 1_000_000 { return count }
        throw wrong(Phrase("\(rest) is no number of steps (1…1000000)", "\(rest) 不是步數（1…1000000）"))
    }

    private func numbers() throws(DebuggingError) -> [Int] {
        var result: [Int] = []
        for word in rest.split(whereSeparator: { $0 == " " || $0 == "," }) {
            guard let number = Int(word) else {
                throw wrong(Phrase("\(word) is no number", "\(word) 不是編號"))
            }
            result.append(number)
        }
        return result
    }

    private func run() throws(DebuggingError) -> Command {
        if rest.isEmpty { return .run }
        let (to, target) = firstWord(of: rest)
        if to == "to", target == "end" { return .runTo(nil) }
        if to == "to", target == "start" { return .runTo(-1) }
        if to == "to", let step = Int(target), step >= 0, step <= 1_000_000 { return .runTo(step) }
        throw wrong(
            Phrase("write run, run to 10, run to end or run to start", "請寫 run、run to 10、run to end 或 run to start"))
    }

    /// `break 12` means `break step == 12`.
    private func breakQuestion(_ source: String) -> String { Int(source) == nil ? source : "step == \(source)" }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ word: String
    ) throws(DebuggingError) -> Choice where Choice.RawValue == String {
        if let exact = Choice(rawValue: word) { return exact }
        let beginnings = Choice.allCases.filter { $0.rawValue.hasPrefix(word) }
        if beginnings.count == 1 { return beginnings.first! }
        let all = Choice.allCases.map(\.rawValue)
        let close = nearest(to: word, among: all)
        let list = all.joined(separator: ", ")
        throw .command(
            Phrase("\(name.rawValue) knows \(list)", "\(name.rawValue) 可接 \(list)")
                + (close.map { Phrase("; did you mean \($0)?", "；是不是要寫 \($0)？") } ?? Phrase("", "")))
    }

    private func set() throws(DebuggingError) -> Command {
        let (setting, after) = firstWord(of: try needed())
        let value = after.hasPrefix("=") ? trimmed(String(after.dropFirst())) : after
        if value.isEmpty { throw wrong(Phrase("set needs a name and a value", "set 需要名稱和值")) }
        return .set(name: setting, value: value)
    }

    private func place() throws(DebuggingError) -> (layer: Int, head: Int) {
        let parts = try needed().split(separator: ".", omittingEmptySubsequences: false)
        if parts.count == 2, let layer = Int(parts[0]), let head = Int(parts[1]), layer >= 0, head >= 0 {
            return (layer, head)
        }
        throw wrong(Phrase("\(rest) is no LAYER.HEAD such as 12.3", "\(rest) 不是 層.頭（例如 12.3）"))
    }

    /// A language by its name, or as the house spells locales.
    private func language() throws(DebuggingError) -> Language {
        switch rest.lowercased() {
        case "en", "english": return .english
        case "zh-tw", "zh_tw", "zh", "中文": return .chinese
        case "": throw wrong(Phrase("lang needs a language: en or zh-TW", "lang 要寫語言：en 或 zh-TW"))
        default:
            throw wrong(
                Phrase("\(rest) is no language of the debugger; there are en, zh-TW", "沒有 \(rest) 這個語言；可用 en、zh-TW"))
        }
    }

    private func wrong(_ what: Phrase) -> DebuggingError {
        .command(what + Phrase(" (usage: \(name.usage))", "（用法：\(name.usage)）"))
    }
}

func trimmed(_ text: String) -> String {
    let blank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" }
    guard let first = text.firstIndex(where: { !blank($0) }), let last = text.lastIndex(where: { !blank($0) }) else {
        return ""
    }
    return String(text[first...last])
}

/// The text up to the first blank, and what follows it without blanks around.
func firstWord(of text: String) -> (word: String, rest: String) {
    let end = text.firstIndex { $0 == " " || $0 == "\t" } ?? text.endIndex
    return (String(text[..<end]), trimmed(String(text[end...])))
}
