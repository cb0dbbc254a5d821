// The words of the command line before they are parsed: text and nothing else, options by the house's rule of spelling;
// and what is said of options that a command does not have.
internal import ArgumentParser
internal import JSONText
internal import Phrases

/// The command line as typed, without the program's name.
struct CommandWords: Sendable {
    /// As they go to the parser.
    private(set) var words: [String]
    /// The first word that is no UTF-8, by its place from 1; nil when all are.
    let broken: Int?

    /// What the system handed over. A word with bytes that are no text is kept apart: nothing is repaired in silence.
    init() {
        var words: [String] = []
        var broken: Int?
        for place in 1..<max(1, Int(CommandLine.argc)) {
            guard let pointer = CommandLine.unsafeArgv[place] else { break }
            if let word = String(validatingCString: pointer) {
                words.append(word)
            } else {
                broken = broken ?? place
                words.append(String(cString: pointer))
            }
        }
        self.words = words
        self.broken = broken
        respell()
    }

    /// `--top_k` and `--topK` as `--top-k`. What follows `--` is no option.
    private mutating func respell() {
        let end = words.firstIndex(of: "--") ?? words.count
        var known: [String]?
        for place in 0..<end where words[place].hasPrefix("--") {
            let name = words[place].dropFirst(2).prefix { $0 != "=" }
            guard name.contains(where: { $0 == "_" || $0.isUppercase }), !name.contains(" ") else { continue }
            known = known ?? options.long
            guard let meant = meant(String(name), among: known!), meant != name else { continue }
            words[place] = "--" + meant + words[place].dropFirst(2 + name.count)
        }
    }

    /// The command that the words name, the innermost one, and its name as it is typed (`models pull`); none for no words.
    private var named: (command: any ParsableCommand.Type, names: [String]) {
        var names: [String] = []
        var command: any ParsableCommand.Type = Stepglass.self
        for word in words {
            let inner = command.configuration.subcommands.first { $0.configuration.commandName == word }
            guard let inner else { break }
            command = inner
            names.append(word)
        }
        return (command, names)
    }

    /// The command that the words name; where it leaves a choice, the one it then takes.
    private var command: any ParsableCommand.Type {
        let command = named.command
        return command.configuration.defaultSubcommand ?? command
    }

    /// Its name as it is typed; empty for none.
    var commandName: String { named.names.joined(separator: " ") }

    /// The names of the command's options, and whether it takes a text of the user's.
    private var options: (long: [String], short: [String], valued: [String], takesText: Bool) {
        var (long, short, valued, takesText) = (["help"], ["h"], [String](), false)
        let help = try? JSONValue(parsing: Array(command._dumpHelp().utf8))
        for argument in help?["command"]?["arguments"]?.array ?? [] {
            let value = argument["valueName"]?.string
            if argument["kind"]?.string == "positional", value == "prompt" || value == "text" { takesText = true }
            for name in argument["names"]?.array ?? [] {
                guard let text = name["name"]?.string else { continue }
                if name["kind"]?.string == "long" { long.append(text) } else { short.append(text) }
                if argument["kind"]?.string == "option" { valued.append(text) }
            }
        }
        return (long, short, valued, takesText)
    }

    /// Whether the command has a text among its arguments.
    var takesText: Bool { options.takesText }

    /// What is to be said of a word that stands where one of the command's own commands would; nil where it has none.
    func unknownSubcommand() -> Phrase? {
        let (command, own) = named
        let names = command.configuration.subcommands.compactMap { $0.configuration.commandName }
        guard !own.isEmpty, !names.isEmpty, let word = words.dropFirst(own.count).first, !word.hasPrefix("-") else {
            return nil
        }
        let close = nearest(to: word, among: names)
        return Phrase("\(commandName) has no command \(readable(word))", "\(commandName) 沒有 \(readable(word)) 這個指令")
            + (close.map { Phrase(", did you mean \($0)?", "，是不是 \($0)？") }
                ?? Phrase("; there are: \(names.joined(separator: ", "))", "；有：\(names.joined(separator: "、"))"))
    }

    /// The words up to `--` that begin with a minus and are no value of the option before them, without their dashes and
    /// what stands behind a `=`.
    private func dashed(_ valued: [String]) -> [(word: String, name: String)] {
        var found: [(word: String, name: String)] = []
        var isValue = false
        for word in words.prefix(while: { $0 != "--" }) {
            let name = String(word.drop { $0 == "-" }.prefix { $0 != "=" })
            if !isValue, word.hasPrefix("-"), word != "-" { found.append((word, name)) }
            isValue = !isValue && word.hasPrefix("-") && !word.contains("=") && valued.contains(name)
        }
        return found
    }

    private func asText(_ word: String) -> Phrase {
        let shown = quoted(Array(word.utf8))
        return Phrase(
            "a text that begins with - goes last, behind --: stepglass \(commandName) -- \(shown)",
            "以 - 開頭的文字要放在最後、-- 之後：stepglass \(commandName) -- \(shown)")
    }

    /// A text that the parser would take for short options (`-hello` for help); nil when there is none.
    func textAmongOptions() -> Phrase? {
        guard words.contains(where: { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.count > 2 }) else { return nil }
        let known = options
        let word = dashed(known.valued).first {
            !$0.word.hasPrefix("--") && $0.word.count > 2 && !known.short.contains($0.name)
        }
        return known.takesText ? word.map { asText($0.word) } : nil
    }

    /// The message without hints at options that this command does not have: what is wrong may have come from a file.
    func fitting(_ phrase: Phrase) -> Phrase {
        // Most name no option, and a batch may tell of a hundred thousand lines.
        func namesOption(_ text: String) -> Bool {
            let signs = text.utf8
            return zip(signs, signs.dropFirst()).contains { $0 == 0x2D && ($1 == 0x2D || $1 == UInt8(ascii: "o")) }
        }
        if !namesOption(phrase.english), !namesOption(phrase.chinese) { return phrase }
        let known = options
        func cut(_ text: String, _ open: String, _ close: Character) -> String {
            var text = text
            var from = text.startIndex
            while let start = text.range(of: open, from: from) {
                guard let end = text[start.upperBound...].firstIndex(of: close) else { break }
                let name = String(text[start.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "-" })
                if known.long.contains(name) {
                    from = end
                } else {
                    text.removeSubrange(start.lowerBound...end)
                    from = start.lowerBound
                }
            }
            return text
        }
        func fit(_ text: String, place: String) -> String {
            var text = text
            for (open, close) in [(" (try --", ")"), (" (--", ")"), ("（例如 --", "）"), ("（--", "）")]
                as [(String, Character)]
            {
                text = cut(text, open, close)
            }
            if !known.short.contains("o"), let range = text.range(of: place, from: text.startIndex) {
                text.removeSubrange(range)
            }
            return text
        }
        return Phrase(
            fit(phrase.english, place: "; choose another place with -o"), fit(phrase.chinese, place: "；請用 -o 另選一處"))
    }

    /// What is to be said of the first word that looks like an option and is none of the command's; nil when there is no
    /// such word.
    func unknownOption() -> Phrase? {
        let known = options
        for (word, name) in dashed(known.valued) {
            let isLong = word.hasPrefix("--")
            if isLong ? known.long.contains(name) : known.short.contains(name) { continue }
            let shown = readable(word)
            let asText = asText(word)
            // One letter is an option's short form more often than a text.
            if known.takesText, word.contains(" ") || (!isLong && word.count > 2) { return asText }
            let close = isLong ? nearestOption(to: name, among: known.long) : nil
            let missing = Phrase(
                "\(commandName.isEmpty ? "stepglass" : commandName) has no option \(shown)",
                "\(commandName.isEmpty ? "stepglass" : commandName) 沒有 \(shown) 這個選項")
            if let close { return missing + Phrase("; did you mean --\(close)?", "；是不是要寫 --\(close)？") }
            return missing + (known.takesText ? Phrase("; ", "；") + asText : Phrase("", ""))
        }
        return nil
    }
}

extension String {
    /// Where a text first stands at or behind a place.
    fileprivate func range(of text: String, from start: Index) -> Range<Index>? {
        var place = start
        while place < endIndex {
            if self[place...].hasPrefix(text) { return place..<index(place, offsetBy: text.count) }
            place = index(after: place)
        }
        return nil
    }
}
