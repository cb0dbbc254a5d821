// What one may set of a stage: its options with their types, ranges and help.
public import Phrases
public import Traces

/// One option of a stage. The command, the debugger's `set` and replays take it by its name.
public struct StageParameter: Sendable {
    /// What an option takes, and where the settings keep it.
    public enum Kind: Sendable {
        /// A number.
        case number(StageNumber)
        /// A flag of the command line that sets the number of another option.
        case flag(sets: String, to: Double)
        /// A text of a form, given once.
        case text(StageText)
        /// Tokens, by id or by text.
        case tokens(StageTokens)
        /// A text that may be given several times; the settings take the whole list.
        case texts(@Sendable (inout Settings, [String]) -> Void)
    }

    /// The option's long name without its dashes.
    public let option: String
    /// What the option takes.
    public let kind: Kind
    /// What stands for the value in the option's help; nil: the option's name.
    public let valueName: String?
    /// One line.
    public let help: Phrase
    /// The tokens of a list of tokens, each to be changed by itself; nil for other options.
    public let entries: StageEntries?

    /// An option by its long name without dashes, with one line of help.
    public init(
        _ option: String, _ kind: Kind, valueName: String? = nil, entries: StageEntries? = nil, _ help: Phrase
    ) {
        self.option = option
        self.kind = kind
        self.valueName = valueName
        self.entries = entries
        self.help = help
    }

    /// The number behind the option; nil where it takes something else.
    public var number: StageNumber? {
        if case .number(let number) = kind { return number }
        return nil
    }

    /// Whether the debugger's `set` takes it: a flag is another name for a value.
    public var isSettable: Bool {
        if case .flag = kind { return false }
        return true
    }
}

/// A number of a stage: where it stands in the settings, and what it may be.
public struct StageNumber: Sendable {
    /// "stage.parameter", the key in ``Settings/extra``; nil for a number with a field of its own.
    public let key: String?
    /// The value when it is not set.
    public let standard: Double
    /// The value at which the stage is off; nil when another of its numbers says so.
    public let off: Double?
    /// What the number may be.
    public let range: NumberRange
    /// A value that works.
    public let example: Double
    /// Whether the option reads whole numbers only; the others take any number, and the range says that it must be whole.
    public let isCount: Bool
    private let read: @Sendable (Settings) -> Double
    private let write: @Sendable (inout Settings, Double) -> Void

    /// A number with a field of its own; `standard` switches the stage off.
    public init(
        _ standard: Double, _ range: NumberRange, example: Double, isCount: Bool = false,
        read: @escaping @Sendable (Settings) -> Double, write: @escaping @Sendable (inout Settings, Double) -> Void
    ) {
        key = nil
        (self.standard, off, self.range, self.example) = (standard, standard, range, example)
        (self.isCount, self.read, self.write) = (isCount, read, write)
    }

    /// A number in ``Settings/extra``.
    ///
    /// - Parameter isSwitch: whether the stage is off at `standard`; else another of its numbers says so.
    public init(extra key: String, _ standard: Double, _ range: NumberRange, example: Double, isSwitch: Bool) {
        self.key = key
        (self.standard, off, self.range, self.example) = (standard, isSwitch ? standard : nil, range, example)
        isCount = false
        read = { $0.extra[key] ?? standard }
        write = { $0.extra[key] = $1 }
    }

    /// The number that the settings hold; the standard where they hold none.
    public func value(in settings: Settings) -> Double { read(settings) }
    /// Writes the number as it is; the range is checked when the settings are.
    public func set(_ value: Double, in settings: inout Settings) { write(&settings, value) }
    /// Whether the settings hold the value at which the stage is off; never where ``off`` is nil.
    public func isOff(in settings: Settings) -> Bool { off == read(settings) }
}

/// The tokens that a list names, as they can be changed one by one.
public struct StageEntries: Sendable {
    /// What the number of a token may be; nil for a list without numbers, where a token is in (1) or not (0).
    public let range: NumberRange?
    /// The tokens with their numbers, by rising id.
    let read: @Sendable (Settings) -> [(id: Int, number: Double)]
    /// Gives the list's token another number; 0 takes it off a list without numbers.
    let write: @Sendable (inout Settings, Int, Double) -> Void
}

/// An option that takes a text of a form: a word, a list.
public struct StageText: Sendable {
    /// What is wrong with a text.
    public enum Problem: Error, Equatable, Sendable {
        /// The text is none of the words that the option takes.
        case noSuchWord
        /// An item of the list that is not of the form.
        case item(String)
        /// The list has nothing between two commas, or at an end.
        case emptyPlace
    }

    /// Completes "it takes …" (a word: "it must be …"), in Chinese the whole sentence.
    public let form: Phrase
    /// A text that works; nil where the form names all.
    public let example: String?
    private let write: @Sendable (inout Settings, String) throws(Problem) -> Void

    /// A form with a text that works.
    ///
    /// - Parameter write: reads a text into the settings; throws what is wrong with it.
    public init(
        _ form: Phrase, example: String?,
        write: @escaping @Sendable (inout Settings, String) throws(Problem) -> Void
    ) {
        self.form = form
        self.example = example
        self.write = write
    }

    /// Reads the text into the settings; throws what is wrong when it is not of the form.
    public func set(_ text: String, in settings: inout Settings) throws(Problem) { try write(&settings, text) }

    /// What is wrong, in words.
    ///
    /// - Parameters:
    ///   - dashes: what stands before an option's name: "--" on the command line.
    ///   - verb: what stands before an example: "set " in the debugger.
    public func phrase(_ problem: Problem, option: String, value: String, dashes: String, verb: String) -> Phrase {
        let name = dashes + option
        let shown = example.map { "\(verb)\(name) \($0)" }
        let chinese = "\(name) 是 \(value)；\(form.chinese)"
        switch problem {
        case .noSuchWord: return Phrase("\(name) is \(value); it must be \(form.english)", chinese)
        case .item(let item):
            return Phrase(
                "\(name) has \"\(item)\"; it takes \(form.english)" + (shown.map { " (try \($0))" } ?? ""),
                chinese + (shown.map { "（例如 \($0)）" } ?? ""))
        case .emptyPlace: return Phrase("\(name) has an empty place; separate with single commas", chinese)
        }
    }
}
