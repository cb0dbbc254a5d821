// Why a model cannot be loaded or run, beyond what its file format already refused.
internal import JSONText
public import ModelFiles

/// Why a model cannot be loaded or run; `file` is the file or folder that says so.
public enum TransformerError: Error, CustomStringConvertible {
    /// The file itself is refused.
    case file(ModelFileError)
    /// The file names an architecture that is not supported.
    case unknownArchitecture(file: String, name: String)
    /// The model uses something that is not supported; `what` in words.
    case unsupported(file: String, what: String)
    /// A setting that every such model needs is absent.
    case missingSetting(file: String, name: String)
    /// A setting that may change what the model computes and is not known, or not at this value.
    ///
    /// `known`: the values at which the setting is known to change nothing; nil for a key that is not known at all.
    case unknownSetting(file: String, key: String, value: String, known: [String]?)
    /// A size lies outside what can be run.
    case sizeOutOfRange(file: String, name: String, value: Int, range: ClosedRange<Int>)
    /// The key/value heads do not divide the heads.
    case headsDoNotDivide(file: String, heads: Int, keyValueHeads: Int)
    /// The hidden size is shared among the heads, and they do not divide it.
    case hiddenSizeDoesNotDivide(file: String, hiddenSize: Int, heads: Int)
    /// Rotary positions turn pairs, and the head size is odd.
    case oddHeadSize(file: String, headSize: Int)
    /// A setting must be finite and positive and is not.
    case badNumber(file: String, name: String, value: Double)
    /// The tokenizer's tokens and the embedding's rows are not as many.
    case vocabularyMismatch(file: String, tokens: Int, rows: Int)

    public var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .unknownArchitecture(let file, let name):
            "\(file): the architecture \(quoted(name)) is not supported; these are: "
                + Architecture.all.map { $0.name }.joined(separator: ", ")
        case .unsupported(let file, let what): "\(file): \(what) is not supported"
        case .unknownSetting(let file, let key, let value, nil):
            "\(file): the setting \(quoted(key)) (here \(quoted(value))) is not known and may change what the model "
                + "computes; remove it if it has no effect"
        case .unknownSetting(let file, let key, let value, let known?):
            "\(file): the setting \(quoted(key)) is \(quoted(value)), which is not supported; supported: "
                + (known + ["null"]).joined(separator: ", ")
        case .missingSetting(let file, let name): "\(file): the setting \(name) is missing"
        case .sizeOutOfRange(let file, let name, let value, let range):
            "\(file): the \(name) is \(value); it must be in \(range.lowerBound)…\(range.upperBound)"
        case .headsDoNotDivide(let file, let heads, let keyValueHeads):
            "\(file): \(keyValueHeads) key/value heads do not divide \(heads) heads"
        case .hiddenSizeDoesNotDivide(let file, let hiddenSize, let heads):
            "\(file): \(heads) heads do not divide a hidden size of \(hiddenSize)"
        case .oddHeadSize(let file, let headSize):
            "\(file): the head size is \(headSize); rotary positions need an even one"
        case .badNumber(let file, let name, let value):
            "\(file): the \(name) is \(value); it must be a finite positive number"
        case .vocabularyMismatch(let file, let tokens, let rows):
            "\(file): the vocabulary has \(tokens) tokens, but the embedding has \(rows) rows"
        }
    }
}
