// Why a model cannot be loaded or run, beyond what its file format already refused.
internal import JSONText
public import ModelFiles

public enum TransformerError: Error, CustomStringConvertible {
    case file(ModelFileError)
    case unknownArchitecture(file: String, name: String)
    case unsupported(file: String, what: String)
    case missingSetting(file: String, name: String)
    case sizeOutOfRange(file: String, name: String, value: Int, range: ClosedRange<Int>)
    case headsDoNotDivide(file: String, heads: Int, keyValueHeads: Int)
    case oddHeadSize(file: String, headSize: Int)
    case badNumber(file: String, name: String, value: Double)
    case vocabularyMismatch(file: String, tokens: Int, rows: Int)

    public var description: String {
        switch self {
        case .file(let error): "\(error)"
        case .unknownArchitecture(let file, let name):
            "\(file): the architecture \(quoted(name)) is not supported; these are: "
                + Architecture.all.map { $0.name }.joined(separator: ", ")
        case .unsupported(let file, let what): "\(file): \(what) is not supported"
        case .missingSetting(let file, let name): "\(file): the setting \(name) is missing"
        case .sizeOutOfRange(let file, let name, let value, let range):
            "\(file): the \(name) is \(value); it must be in \(range.lowerBound)…\(range.upperBound)"
        case .headsDoNotDivide(let file, let heads, let keyValueHeads):
            "\(file): \(keyValueHeads) key/value heads do not divide \(heads) heads"
        case .oddHeadSize(let file, let headSize):
            "\(file): the head size is \(headSize); rotary positions need an even one"
        case .badNumber(let file, let name, let value):
            "\(file): the \(name) is \(value); it must be a finite positive number"
        case .vocabularyMismatch(let file, let tokens, let rows):
            "\(file): the vocabulary has \(tokens) tokens, but the embedding has \(rows) rows"
        }
    }
}
