// What is read from strangers, as functions of bytes: each row takes any bytes and must neither end the process, nor take ten
// seconds or a gigabyte. `make fuzz` drives them under libFuzzer, `make test` runs the seeds and what was ever found.
//
// Seeds are as small as they can be: a search lives from how many inputs it makes in a second.
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One way in for a stranger's bytes.
public struct FuzzTarget: Sendable {
    /// What it is called on the command line, and the name of its folder of cases.
    public let name: String
    /// Inputs to begin with: right ones, and behind them some of these with a text that has no end. `repository` is the
    /// folder of the package.
    public let seeds: @Sendable (_ repository: String) throws -> [[UInt8]]
    /// Takes the bytes through all that reads them. Errors that are thrown are the right answer to most.
    public let run: @Sendable (UnsafeRawBufferPointer) -> Void

    init(
        _ name: String, seeds: @escaping @Sendable (_ repository: String) throws -> [[UInt8]],
        run: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
    ) {
        self.name = name
        self.seeds = { repository in
            let right = try seeds(repository)
            return right + withLongPieces(right)
        }
        self.run = { bytes in stretched(bytes, run) }
    }

    /// All of them: to add one, write its value in the file where it belongs, and its row here.
    public static let all: [FuzzTarget] = [
        // Files of models.
        json, gguf, ggufModel, safetensors, folder, tokenizer, template,
        // Records, and what shows them.
        trace, figures, replay, question, script,
        // The course.
        lesson, course, submission, answer,
        // The network.
        message, command, http, listed, editor,
    ]

    public func callAsFunction(_ bytes: [UInt8]) { bytes.withUnsafeBytes { run($0) } }
}

/// Several things in one input: what stands between two lines of this.
public let fuzzCut = Array("\n--8<--\n".utf8)

/// The parts of an input.
public func fuzzParts(_ bytes: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
    var parts: [UnsafeRawBufferPointer] = []
    var (start, place) = (0, 0)
    while place + fuzzCut.count <= bytes.count, let base = bytes.baseAddress {
        // What is long has few line ends; the C library finds them sixteen bytes at a time.
        guard let found = memchr(base + place, Int32(fuzzCut[0]), bytes.count - place) else { break }
        place = UnsafeRawPointer(found) - base
        if bytes.count - place >= fuzzCut.count, bytes[place..<place + fuzzCut.count].elementsEqual(fuzzCut) {
            parts.append(UnsafeRawBufferPointer(rebasing: bytes[start..<place]))
            place += fuzzCut.count
            start = place
        } else {
            place += 1
        }
    }
    return parts + [UnsafeRawBufferPointer(rebasing: bytes[start...])]
}

/// Parts as one input.
func joined(_ parts: [[UInt8]]) -> [UInt8] { Array(parts.joined(separator: fuzzCut)) }

/// A part as text; what is no UTF-8 in it is replaced, as the readers that take a `String` never see such bytes.
func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

/// Says that a reader broke its word: as bad as a crash, and found as one.
func broken(_ what: String) -> Never { fatalError(what) }
