// Everything that can be wrong with a vocabulary, its merges or a tokenizer's description.

public import ModelFiles

/// Why a tokenizer could not be built, or a text not be encoded. Decoding never fails.
public enum TokenizerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The vocabulary has no tokens, or more than a 32-bit id can name.
    case badTokenCount(Int)
    /// A list that must have one entry a token has another length.
    case wrongCount(what: String, count: Int, expected: Int)
    /// A token type that the format does not define.
    case badKind(id: Int, value: Int)
    /// Two ids with the same text, so that a text would have two answers.
    case duplicateToken(text: String, first: Int, second: Int)
    /// No token stands for a single byte: not a byte-level vocabulary.
    case noByteTokens
    /// A merge that is not two texts.
    case badMerge(rank: Int, text: String)
    /// A merge with a part, or a result, that is no token.
    case unknownInMerge(rank: Int, text: String, part: String)
    /// A token named by its id (the first token, say) that the vocabulary does not have.
    case idOutOfRange(what: String, id: Int, count: Int)
    /// Two texts with one id.
    case duplicateId(id: Int, first: String, second: String)
    /// An id that no token has, below the highest one, in a vocabulary with far more holes than tokens.
    case missingId(id: Int, count: Int)
    /// A part of the file that is not there, or is not what it must be.
    case malformed(place: String, expected: String)
    /// A model's folder without a tokenizer of any kind that is read.
    case none(supported: String)
    /// A file that cannot be read, or whose metadata are of the wrong type.
    case file(ModelFileError)
    /// What the file asks for makes too much work of a text, or of the vocabulary itself.
    case tooMuchWork(what: String, most: Int64, bytes: Int)
    /// Something that this program does not do.
    case unsupported(what: String, value: String, supported: String)

    /// One line: what is wrong, and what would be right.
    public var description: String {
        switch self {
        case .badTokenCount(let count):
            "tokenizer: the vocabulary has \(count) tokens; it must have 1…\(Vocabulary.maximumCount)"
        case .wrongCount(let what, let count, let expected):
            "tokenizer: \(count) \(what) for \(expected) tokens; there must be one for each"
        case .badKind(let id, let value): "tokenizer: token \(id) is of type \(value); types are 1…6"
        case .duplicateToken(let text, let first, let second):
            "tokenizer: tokens \(first) and \(second) have the same text \(quoted(text))"
        case .noByteTokens:
            "tokenizer: no token stands for a single byte, so this is no byte-level vocabulary"
        case .badMerge(let rank, let text):
            "tokenizer: merge \(rank) is \(quoted(text)); it must be two texts with a space between them"
        case .unknownInMerge(let rank, let text, let part):
            "tokenizer: merge \(rank) (\(quoted(text))) names \(quoted(part)), which is no token of the vocabulary"
        case .idOutOfRange(let what, let id, let count):
            "tokenizer: the \(what) is token \(id), but the vocabulary's ids are 0…\(count - 1)"
        case .duplicateId(let id, let first, let second):
            "tokenizer: \(quoted(first)) and \(quoted(second)) have the same id \(id)"
        case .missingId(let id, let count):
            "tokenizer: no token has the id \(id), although ids go up to \(count - 1)"
        case .none(let supported): "tokenizer: there is none; supported are: \(supported)"
        case .file(let error): "\(error)"
        case .malformed(let place, let expected): "tokenizer: \(place) must be \(expected)"
        case .tooMuchWork(let what, let most, let bytes):
            "tokenizer: its file makes over \(most) \(what) of a text of \(bytes) bytes: more than any real one needs"
        case .unsupported(let what, let value, let supported):
            "tokenizer: \(what) \(quoted(value)) is not supported; supported: \(supported)"
        }
    }
}

/// A text from a file in quotation marks: control characters escaped, cut after 60 characters, so that an error
/// stays one line whatever the file holds.
func quoted(_ text: String) -> String {
    var shown = "\""
    for (place, scalar) in text.unicodeScalars.enumerated() {
        if place == 60 { shown += "…"; break }
        shown += scalar == "\"" ? "\\\"" : scalar.escaped(asASCII: false)
    }
    return shown + "\""
}
