// A record in another tool's format. The command asks for these by name; they see a record and nothing else.
public import Phrases
public import Traces

/// A format that records are written in: its name, what it writes, and its maker.
public struct Export: Sendable {
    /// As it is typed: `--to csv`.
    public let name: String
    /// What a file of it ends in, with the dot: ".csv".
    public let suffix: String
    /// What it writes, in a few words.
    public let title: Phrase
    /// What of ``ExportSource`` it looks at beside the record.
    public let takes: Set<Part>
    /// Hands the file's bytes to the sink, in order.
    public let make: Maker

    /// What may be chosen about an export.
    public enum Part: Sendable {
        /// Which table of the record.
        case table
        /// What a page carries to go on by itself.
        case engine
    }

    /// Hands over a file piece by piece.
    public typealias Sink = (_ bytes: [UInt8]) -> Void
    /// Makes a file of a record.
    public typealias Maker = @Sendable (_ source: ExportSource, _ sink: Sink) throws(ExportsError) -> Void

    /// A format by all its parts.
    public init(name: String, suffix: String, title: Phrase, takes: Set<Part> = [], make: @escaping Maker) {
        (self.name, self.suffix, self.title, self.takes, self.make) = (name, suffix, title, takes, make)
    }

    /// The formats that need nothing but the record; the command adds what needs more. To add one: its file, and its row here.
    public static let ofRecords: [Export] = [.perfetto, .csv, .parquet]
}

/// What an export is made of.
public struct ExportSource: Sendable {
    /// The record, read and checked.
    public var trace: Trace
    /// The bytes of the trace.json that it was read from.
    public var json: [UInt8]
    /// The table that is asked for.
    public var table: ExportTable

    /// A record with the file it stands in.
    public init(trace: Trace, json: [UInt8], table: ExportTable = .steps) {
        (self.trace, self.json, self.table) = (trace, json, table)
    }
}

/// Why a record cannot be written in a format.
public enum ExportsError: Error, Sendable, CustomStringConvertible, Worded {
    /// The record's times add up to more than a timeline can hold.
    case times(seconds: Double, most: Double)
    /// A duration of the record is below 0.
    case negativeTime(seconds: Double)
    /// This build cannot write the format; what to do instead.
    case notBuilt(format: String, instead: Phrase)
    /// What another module found while it made a file.
    case maker(Phrase)

    public var description: String { phrase.english }

    public var phrase: Phrase {
        switch self {
        case .times(let seconds, let most):
            Phrase(
                "the record's times add up to \(seconds) seconds, more than the \(Int(most)) that a timeline holds; take --to csv, which copies them as they are",
                "紀錄的時間總和是 \(seconds) 秒，超過時間軸能容納的 \(Int(most)) 秒；請改用 --to csv，它會照原樣寫出")
        case .negativeTime(let seconds):
            Phrase(
                "the record has a time of \(seconds) seconds, and a timeline takes none below 0; take --to csv, which copies it as it is",
                "紀錄中有一段時間是 \(seconds) 秒，而時間軸不接受小於 0 的時間；請改用 --to csv，它會照原樣寫出")
        case .notBuilt(let format, let instead):
            Phrase("this build writes no \(format): ", "這個程式不寫 \(format)：") + instead
        case .maker(let phrase): phrase
        }
    }
}
