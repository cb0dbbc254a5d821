// The language of what a command prints and draws. Files of data are the same in every language.
internal import ArgumentParser
internal import Phrases

struct LanguageOptions: ParsableArguments {
    @Option(
        name: .customLong("lang"),
        help: ArgumentHelp(
            "Language of messages, tables and pictures: en or zh-TW (default: STEPGLASS_LANG, else the locale).",
            valueName: "language"))
    var name: String?

    func validate() throws {
        do { _ = try Language.chosen(option: name, variable: environment) } catch {
            throw ValidationError(error.phrase)
        }
    }

    /// What `--lang` names on a command line that has not been parsed: its mistakes, too, are told in this language.
    static func name(in arguments: some Sequence<String>) -> String? {
        var name: String?
        var isNext = false
        for word in arguments {
            if word == "--" { break }
            if isNext { name = word } else if word.hasPrefix("--lang=") { name = String(word.dropFirst(7)) }
            isNext = word == "--lang"
        }
        return name
    }
}

extension ValidationError {
    /// Wrong usage, told in the language of the run.
    init(_ phrase: Phrase) { self.init(phrase[Console.language]) }
}
