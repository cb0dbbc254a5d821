// The options of the stages, made from the one list of stages, in its order.
internal import ArgumentParser
internal import Phrases
internal import Stages
internal import Traces

/// Which stages' options stand in a group.
protocol StageSelection {
    static var parameters: [StageParameter] { get }
}

/// Those that run where the order names them.
enum OrderedStages: StageSelection {
    static let parameters = StageList.all.filter { $0.phase == .ordered }.flatMap(\.parameters)
}

/// Those that are off unless asked for.
enum FurtherStages: StageSelection {
    static let parameters = StageList.all.filter { $0.phase != .ordered }.flatMap(\.parameters)
}

/// One option for each parameter. The parser finds a type's options by looking at its parts, so the parts are shown to it
/// under the parameters' names.
struct StageOptions<Selection: StageSelection>: ParsableArguments, CustomReflectable {
    /// A parsable property; numbers are parsed unconditionally, so that a negative one needs no "=".
    private enum Part {
        case number(Option<Double?>)
        case count(Option<Int?>)
        case flag(Flag<Bool>)
        case text(Option<String?>)
        case texts(Option<[String]>)

        var isGiven: Bool {
            switch self {
            case .number(let option): option.wrappedValue != nil
            case .count(let option): option.wrappedValue != nil
            case .flag(let flag): flag.wrappedValue
            case .text(let option): option.wrappedValue != nil
            case .texts(let option): !option.wrappedValue.isEmpty
            }
        }

        var definition: Any {
            switch self {
            case .number(let option): option
            case .count(let option): option
            case .flag(let flag): flag
            case .text(let option): option
            case .texts(let option): option
            }
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private var parts: [(parameter: StageParameter, part: Part)]

    init() {
        parts = Selection.parameters.map { parameter in
            let name = NameSpecification.customLong(parameter.option)
            let help = ArgumentHelp(parameter.help.english, valueName: parameter.valueName)
            let part: Part =
                switch parameter.kind {
                case .number(let number) where number.isCount:
                    .count(Option(name: name, parsing: .unconditional, help: help))
                case .number: .number(Option(name: name, parsing: .unconditional, help: help))
                case .flag: .flag(Flag(wrappedValue: false, name: name, help: help))
                case .text, .tokens: .text(Option(name: name, help: help))
                case .texts: .texts(Option(wrappedValue: [], name: name, help: help))
                }
            return (parameter, part)
        }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        parts = try Selection.parameters.map { parameter in
            let key = Key(stringValue: parameter.option)
            let part: Part =
                switch parameter.kind {
                case .number(let number) where number.isCount:
                    .count(try values.decode(Option<Int?>.self, forKey: key))
                case .number: .number(try values.decode(Option<Double?>.self, forKey: key))
                case .flag: .flag(try values.decode(Flag<Bool>.self, forKey: key))
                case .text, .tokens: .text(try values.decode(Option<String?>.self, forKey: key))
                case .texts: .texts(try values.decode(Option<[String]>.self, forKey: key))
                }
            return (parameter, part)
        }
    }

    /// The options that were given, by name.
    var given: Set<String> { Set(parts.filter { $0.part.isGiven }.map { $0.parameter.option }) }

    var customMirror: Mirror {
        Mirror(self, children: parts.map { ($0.parameter.option, $0.part.definition) }, displayStyle: .struct)
    }

    /// The number given for an option, nil when none was.
    private func number(of option: String) -> Double? {
        switch parts.first(where: { $0.parameter.option == option })?.part {
        case .number(let option): option.wrappedValue
        case .count(let option): option.wrappedValue.map(Double.init)
        default: nil
        }
    }

    /// Puts what was given in place.
    func apply(to settings: inout Settings) throws {
        for (parameter, part) in parts {
            switch (parameter.kind, part) {
            case (.number(let number), _):
                if let value = self.number(of: parameter.option) { number.set(value, in: &settings) }
            case (.flag(let option, let value), .flag(let flag)):
                if flag.wrappedValue { try set(option, to: value, flag: parameter.option, &settings) }
            case (.text(let text), .text(let option)):
                guard let value = option.wrappedValue else { continue }
                do { try text.set(value, in: &settings) } catch {
                    let words = text.phrase(error, option: parameter.option, value: value, dashes: "--", verb: "")
                    throw ValidationError(words)
                }
            case (.texts(let set), .texts(let option)):
                if !option.wrappedValue.isEmpty { set(&settings, try option.wrappedValue.map(typedText)) }
            case (.tokens(let tokens), .text(let option)):
                // Texts are looked up when there is a vocabulary.
                guard let wishes = try option.wrappedValue.map({ try self.wishes($0, tokens, parameter) }) else {
                    continue
                }
                let ids = wishes.compactMap { wish in
                    if case .id(let id) = wish.name { (id: id, number: wish.number) } else { nil }
                }
                tokens.set(ids, in: &settings)
            default: continue
            }
        }
    }

    private func wishes(_ text: String, _ tokens: StageTokens, _ parameter: StageParameter) throws -> [TokenWish] {
        do { return try tokens.wishes(text) } catch {
            throw ValidationError(
                tokens.phrase(error, option: parameter.option, value: text, dashes: "--", verb: ""))
        }
    }

    /// Puts the tokens that were given as texts in place, by what the vocabulary says of them. Returns a note for each.
    func applyTexts(to settings: inout Settings, _ find: (String) -> TokenWish.Finding) throws -> [Phrase] {
        var notes: [Phrase] = []
        for (parameter, part) in parts {
            guard case (.tokens(let tokens), .text(let option)) = (parameter.kind, part),
                let text = option.wrappedValue
            else { continue }
            var ids: [(id: Int, number: Double)] = []
            for wish in try wishes(text, tokens, parameter) {
                let (id, note) = try wish.found(option: "--" + parameter.option, find)
                ids.append((id, wish.number))
                if let note { notes.append(note) }
            }
            tokens.set(ids, in: &settings)
        }
        return notes
    }

    /// A flag that stands for a value of another option, which may not say otherwise.
    private func set(_ option: String, to value: Double, flag: String, _ settings: inout Settings) throws {
        if let given = number(of: option), given != value {
            throw ValidationError(
                "--\(flag) is \(option) \(Int(value)), and --\(option) is \(given); choose one")
        }
        Selection.parameters.first { $0.option == option }?.number?.set(value, in: &settings)
    }
}

extension TokenWish {
    /// The token's id, and for a text a note that says which token it is.
    func found(option: String, _ find: (String) -> Finding) throws -> (id: Int, note: Phrase?) {
        switch name {
        case .id(let id): return (id, nil)
        case .text(let text):
            let finding = find(text)
            let phrase = Self.phrase(finding, text: text, option: option)
            guard case .token(let id, _) = finding else { throw Failure(phrase, code: 64) }
            return (id, phrase)
        }
    }
}

/// A text given for an option, its escapes for what they stand for.
func typedText(_ text: String) throws -> String {
    do { return try unescaped(text) } catch { throw ValidationError(error.phrase) }
}
