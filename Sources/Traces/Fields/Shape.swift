// What may stand in a field of trace.json, as data. The schema says it to other programs, the page checks a file by it.

/// The shape of a JSON value.
indirect enum Shape: Equatable, Sendable {
    // Whole numbers, numbers and texts that many fields share: the schema says each once, by its name.
    case count, size, probability, seconds, bytes
    /// Bytes in base64, with padding, and no more of them.
    case base64(bytes: Int)
    /// An object with a table of fields of its own, by the table's name.
    case object(String)
    /// An object that is kept as it is.
    case anyObject
    case flag
    case integer(minimum: Int, maximum: Int64? = nil)
    case number
    case range(ClosedRange<Double>)
    /// 0 or more, and below 1.
    case fraction
    case text
    /// A text that matches a regular expression.
    case pattern(String)
    /// One of these texts.
    case words([String])
    /// This text or number and nothing else, as JSON.
    case constant(String)
    case orNull(Shape)
    case either(Shape, Shape)
    case list(Shape, atLeast: Int = 0)
    /// Values by name; `keys` is what the names have to match.
    case map(Shape, keys: String? = nil)
    /// The same to every reader; only the page, which draws what it reads, takes no number, and no length of a text or
    /// list, outside of these.
    case drawable(Shape, from: Double? = nil, to: Double? = nil)
}

/// Digits alone: the keys of what is kept by step or by token id.
let digitsPattern = "^[0-9]+$"
/// Probabilities may exceed 1 by what summing floats leaves.
let probabilityRange = 0.0...1.000001
let entropyRange = -1e-6...64.0

extension Shape {
    /// The shared shapes in the order of the schema.
    static let shared: [Shape] = [.count, .size, .probability, .seconds, .bytes]

    /// What a shared shape stands for; nil for all others.
    var meaning: (name: String, shape: Shape, note: String)? {
        switch self {
        case .count: ("count", .integer(minimum: 0), "")
        case .size: ("size", .integer(minimum: 1), "")
        case .probability: ("probability", .range(probabilityRange), "")
        case .seconds: ("seconds", .number, "Seconds.")
        case .bytes:
            ("bytes", .pattern("^([0-9a-f]{2})*$"), "Bytes in hexadecimal, two lower-case digits each.")
        default: nil
        }
    }
}

/// A table of fields without its type: what the schema and the page need of it.
struct Definition: Sendable {
    struct Row: Sendable {
        var key: String
        var shape: Shape
        var note: String
        /// Whether every file of this version has it.
        var isPromised: Bool
        /// Whether a reader takes a file without it.
        var mayBeMissing: Bool
    }

    var name: String
    var note: String
    var rows: [Row]
}
