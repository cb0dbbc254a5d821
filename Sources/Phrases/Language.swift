// The languages of the house, and which of them a run speaks.

/// The languages that help, results, errors and drawings are in.
public enum Language: String, Equatable, Sendable, CaseIterable {
    /// English; what a run speaks when nothing names a language.
    case english = "en"
    /// Traditional Chinese as written in Taiwan.
    case chinese = "zh-TW"

    /// The language of a POSIX locale name such as `zh_TW.UTF-8`: Chinese when it starts with `zh`, else English.
    ///
    /// Every Chinese locale counts, `zh_CN` too: its readers read these characters with less trouble than English.
    public init(locale: String) { self = locale.lowercased().hasPrefix("zh") ? .chinese : .english }

    /// The language of a run: what the option names, else `STEPGLASS_LANG`, else the first of `LC_ALL`, `LC_MESSAGES`
    /// and `LANG` that is set, else English.
    ///
    /// - Parameter variable: a variable of the environment, nil when absent or empty.
    public static func chosen(
        option: String?, variable: (String) -> String?
    ) throws(LanguageError) -> Language {
        for (source, value) in [("--lang", option), ("STEPGLASS_LANG", variable("STEPGLASS_LANG"))] {
            guard let value else { continue }
            guard let language = Language(rawValue: value) else {
                throw LanguageError(source: source, value: value, locale: Language(variable: variable))
            }
            return language
        }
        return Language(variable: variable)
    }

    private init(variable: (String) -> String?) {
        self.init(locale: variable("LC_ALL") ?? variable("LC_MESSAGES") ?? variable("LANG") ?? "C")
    }
}

/// A language that there is none of.
public struct LanguageError: Error, Equatable, Sendable, Worded {
    /// Where it was named: `--lang` or `STEPGLASS_LANG`.
    public let source: String
    /// What was given, as typed; no ``Language`` has that raw value.
    public let value: String
    /// The language to say so in: the locale's.
    public let locale: Language

    public var phrase: Phrase {
        let value = readable(Array(value.utf8))
        return Phrase("\(source) is \(value); it must be en or zh-TW", "\(source) 是 \(value)；必須是 en 或 zh-TW")
    }
}
