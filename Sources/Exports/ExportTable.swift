// The tables of a record, as data: which columns, in which order, and where each takes its value from. What writes one
// knows none of them.
public import Traces

/// A value in a table.
public enum Cell: Equatable, Sendable {
    /// Nothing: the record has no such value here.
    case none
    case whole(Int)
    case number(Double)
    /// A float of 32 bits, which has fewer digits.
    case single(Float)
    /// Characters that come from a file, a model or a user.
    case text(String)
    /// Bytes as they are.
    case bytes([UInt8])

    static func optional(_ value: Int?) -> Cell { value.map { .whole($0) } ?? .none }
    static func optional(_ value: Double?) -> Cell { value.map { .number($0) } ?? .none }
    static func optional(_ value: Float?) -> Cell { value.map { .single($0) } ?? .none }
    static func optional(_ value: String?) -> Cell { value.map { .text($0) } ?? .none }
}

/// A table of a record.
public struct ExportTable: Sendable {
    /// As it is typed: `--table candidates`.
    public let name: String
    /// The columns' names, in their order.
    public let columns: [String]
    /// Hands over each row, as many cells as there are columns.
    public let rows: @Sendable (_ trace: Trace, _ body: ([Cell]) -> Void) -> Void

    /// All tables; to add one: its file, and its row here.
    public static let all: [ExportTable] = [.steps, .candidates, .stages]

    /// A table whose rows are values of one type.
    ///
    /// - Parameter rows: hands over what each row is made of.
    init<Row>(
        _ name: String, of: Row.Type, _ columns: [Column<Row>],
        rows: @escaping @Sendable (Trace, (Row) -> Void) -> Void
    ) {
        self.name = name
        self.columns = columns.map { $0.name }
        self.rows = { trace, body in rows(trace) { row in body(columns.map { $0.cell(row) }) } }
    }
}

/// A column: its name, and where it takes its value from.
struct Column<Row>: Sendable {
    let name: String
    let cell: @Sendable (Row) -> Cell

    init(_ name: String, _ cell: @escaping @Sendable (Row) -> Cell) { (self.name, self.cell) = (name, cell) }
}
