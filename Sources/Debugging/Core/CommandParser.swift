// A command line to a command. Names may be cut short as long as they stay unique.
internal import JSONText
internal import Phrases

/// Reads one line. Blank lines and lines that start with `#` are ``Command/nothing``.
///
/// - Throws: ``DebuggingError/command(_:)`` with the nearest name, or what the command expects.
public func parseCommand(_ line: String) throws(DebuggingError) -> Command {
    if let problem = problem(ofLine: line) { throw .command(problem) }
    let (word, rest) = firstWord(of: trimmed(line))
    if word.isEmpty || word.hasPrefix("#") { return .nothing }
    let name = try commandName(word)
    return try name.definition.read(CommandArguments(name: name, rest: rest))
}

/// The longest line of a command in bytes: a prompt that fills a context, and more.
public let longestCommand = 1 << 16

/// Why a line is none that a command could be, before anything in it is compared with a name.
func problem(ofLine line: String) -> Phrase? {
    if line.utf8.count > longestCommand {
        return Phrase(
            "the line has \(line.utf8.count) bytes; a command has \(longestCommand) at most",
            "這一行有 \(line.utf8.count) 個位元組；指令最多 \(longestCommand) 個")
    }
    // As much as a prompt may cost, which a line may hold.
    return markCost(line) > mostMarkCostOfText ? Phrase("the line: ", "這一行：") + tooManyAccents : nil
}

/// No name, alias or number is longer, in bytes; what is need not be compared with them.
let longestWord = 64

/// The command a word stands for: its name, an alias, or a beginning that only one command has.
func commandName(_ word: String) throws(DebuggingError) -> CommandName {
    if word.utf8.count > longestWord { throw noCommand(word) }
    if let exact = CommandName(rawValue: word) { return exact }
    if let alike = CommandName.allCases.first(where: { isSpelled($0.rawValue, as: word) }) { return alike }
    if let alias = CommandName.allCases.first(where: { $0.aliases.contains(word) }) { return alias }
    let beginnings = CommandName.allCases.filter { $0.rawValue.hasPrefix(word) }
    if beginnings.count == 1 { return beginnings[0] }
    if beginnings.count > 1 {
        let names = beginnings.map { $0.rawValue }.joined(separator: ", ")
        throw .command(Phrase("\(word) could be \(names)", "\(word) 不夠明確，可能是 \(names)"))
    }
    throw noCommand(word)
}

private func noCommand(_ word: String) -> DebuggingError {
    let all = CommandName.allCases.flatMap { [$0.rawValue] + $0.aliases.filter { $0.count > 2 } }
    let shown = readable(String(word.prefix(40)))
    guard word.utf8.count <= longestWord, let close = nearest(to: word, among: all) else {
        return .command(Phrase("there is no command \(shown); help lists them", "沒有 \(shown) 這個指令；help 列出全部"))
    }
    return .command(Phrase("there is no command \(shown); did you mean \(close)?", "沒有 \(shown) 這個指令；是不是要用 \(close)？"))
}

/// The text up to the first blank, and what follows it without blanks around.
func firstWord(of text: String) -> (word: String, rest: String) {
    let end = text.utf8.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } ?? text.endIndex
    return (String(text[..<end]), trimmed(String(text[end...])))
}
