// SQLite as this house uses it: statements that stand in the source, values that are bound, errors with their evidence.
internal import CSQLite
internal import Phrases

/// A value in a column.
enum SQLValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes([UInt8])

    var int: Int { if case .integer(let value) = self { Int(value) } else { 0 } }
    var int64: Int64 { if case .integer(let value) = self { value } else { 0 } }
    var isTrue: Bool { int64 != 0 }
    var isNull: Bool { self == .null }
    var double: Double {
        switch self {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: 0
        }
    }
    var text: String { if case .text(let value) = self { value } else { "" } }
    var textIfAny: String? { if case .text(let value) = self { value } else { nil } }
    var bytes: [UInt8] { if case .bytes(let value) = self { value } else { [] } }
}

/// A connection to one file. Not for use from two threads at once.
///
/// Statements are `StaticString`s: what a person typed can only be bound, and never becomes part of one.
final class Database {
    let path: String
    private var handle: OpaquePointer?
    /// Statements that were used, by where their text lies.
    private var prepared: [UnsafePointer<UInt8>: OpaquePointer] = [:]

    /// How long another process may hold the file before that is told.
    private static let patienceMilliseconds: Int32 = 2_000

    /// Opens a file that is there, or makes an empty one.
    ///
    /// A class keeps a log (`-wal`) and no journal. SQLite takes a journal that lies beside a file for its own, before
    /// anything can be asked: it writes back what stands there, and deletes the files that it names.
    convenience init(_ path: String, makesFile: Bool = false) throws(ClassError) {
        try Self.refuse(path + "-journal", beside: path)
        try self.init(path, path, SQLITE_OPEN_READWRITE | (makesFile ? SQLITE_OPEN_CREATE : 0))
    }

    /// Opens a file of somebody else's as it stands: neither it nor anything beside it is looked for, changed or removed.
    convenience init(reading path: String) throws(ClassError) {
        for ending in ["-journal", "-wal"] { try Self.refuse(path + ending, beside: path) }
        let plain = Set(UInt8(ascii: "a")...UInt8(ascii: "z")).union(UInt8(ascii: "A")...UInt8(ascii: "Z"))
            .union(UInt8(ascii: "0")...UInt8(ascii: "9")).union("-_./".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var address = Array("file:".utf8)
        for byte in path.utf8 {
            let isPlain = plain.contains(byte)
            address += isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        let text = String(decoding: address, as: UTF8.self) + "?immutable=1"
        try self.init(path, text, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI)
    }

    private static func refuse(_ other: String, beside path: String) throws(ClassError) {
        if holdsBytes(other) { throw .beside(file: path, other: other) }
    }

    private init(_ path: String, _ name: String, _ flags: Int32) throws(ClassError) {
        self.path = path
        let code = sqlite3_open_v2(name, &handle, flags | SQLITE_OPEN_NOMUTEX, nil)
        if code != SQLITE_OK {
            let error = failure(code)
            sqlite3_close_v2(handle)
            throw error
        }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, Self.patienceMilliseconds)
        if csqlite_harden(handle) != SQLITE_OK { throw failure(sqlite3_errcode(handle)) }
    }

    deinit { close() }

    /// Ends the connection; the last one folds the log into the file.
    func close() {
        for statement in prepared.values { sqlite3_finalize(statement) }
        prepared = [:]
        sqlite3_close_v2(handle)
        handle = nil
    }

    /// The rows of a statement, each with its columns.
    @discardableResult
    func rows(_ sql: StaticString, _ values: SQLValue...) throws(ClassError) -> [[SQLValue]] {
        try rows(sql, values, atMost: .max)
    }

    private func rows(
        _ sql: StaticString, _ values: [SQLValue], atMost most: Int
    ) throws(ClassError) -> [[SQLValue]] {
        let statement = try statement(sql)
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        for (place, value) in values.enumerated() { try bind(value, statement, Int32(place + 1)) }
        var rows: [[SQLValue]] = []
        while rows.count < most {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { break }
            if code != SQLITE_ROW { throw failure(code) }
            rows.append((0..<sqlite3_column_count(statement)).map { column(statement, $0) })
        }
        return rows
    }

    /// The first row, no further one being looked for; nil where there is none.
    func row(_ sql: StaticString, _ values: SQLValue...) throws(ClassError) -> [SQLValue]? {
        try rows(sql, values, atMost: 1).first
    }

    /// How many rows the last statement changed.
    var changes: Int { Int(sqlite3_changes64(handle)) }
    /// The number of the row that was put in last.
    var lastRow: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Several statements without values, as a schema is.
    func execute(_ sql: StaticString) throws(ClassError) {
        let code = sql.withUTF8Buffer { text in
            sqlite3_exec(handle, UnsafeRawPointer(text.baseAddress!).assumingMemoryBound(to: CChar.self), nil, nil, nil)
        }
        if code != SQLITE_OK { throw failure(code) }
    }

    /// All that `body` does or nothing of it; on disk when this returns.
    func transaction<R>(_ body: () throws(ClassError) -> R) throws(ClassError) -> R {
        try rows("BEGIN IMMEDIATE")
        do throws(ClassError) {
            let result = try body()
            try rows("COMMIT")
            return result
        } catch {
            // Some failures end the transaction by themselves.
            if sqlite3_get_autocommit(handle) == 0 { _ = try? rows("ROLLBACK") }
            throw error
        }
    }

    /// Writes a whole copy into an empty file; an error of that file's is told of the one that it is going to be.
    func copy(to partial: String, for target: String) throws(ClassError) {
        do throws(ClassError) { try rows("VACUUM INTO ?", .text(partial)) } catch {
            // What cannot be read is the class's own trouble.
            switch error {
            case .full: throw .noCopy(file: target, reason: String(cString: sqlite3_errstr(SQLITE_FULL)))
            case .cannotOpen(_, let reason): throw .noCopy(file: target, reason: reason)
            case .database(_, let code, let reason) where csqlite_is_of_writing(Int32(clamping: code)) != 0:
                throw .noCopy(file: target, reason: reason)
            default: throw error
            }
        }
    }

    // MARK: statements

    private func statement(_ sql: StaticString) throws(ClassError) -> OpaquePointer {
        if let known = prepared[sql.utf8Start] { return known }
        var statement: OpaquePointer?
        let text = UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
        let code = sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw failure(code) }
        prepared[sql.utf8Start] = statement
        return statement
    }

    private func bind(_ value: SQLValue, _ statement: OpaquePointer, _ place: Int32) throws(ClassError) {
        let code: Int32
        switch value {
        case .null: code = sqlite3_bind_null(statement, place)
        case .integer(let number): code = sqlite3_bind_int64(statement, place, number)
        case .real(let number): code = sqlite3_bind_double(statement, place, number)
        case .text(let text):
            let bytes = Array(text.utf8)
            code = csqlite_bind_text(statement, place, bytes, Int32(bytes.count))
        case .bytes(let bytes): code = csqlite_bind_bytes(statement, place, bytes, Int32(bytes.count))
        }
        if code != SQLITE_OK { throw failure(code) }
    }

    private func column(_ statement: OpaquePointer, _ place: Int32) -> SQLValue {
        let bytes = { () -> [UInt8] in
            guard let start = sqlite3_column_blob(statement, place) else { return [] }
            return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, place))))
        }
        switch sqlite3_column_type(statement, place) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, place))
        case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, place))
        case SQLITE_TEXT: return .text(String(decoding: bytes(), as: UTF8.self))
        case SQLITE_BLOB: return .bytes(bytes())
        default: return .null
        }
    }

    /// What went wrong, from SQLite's own code (https://sqlite.org/rescode.html).
    private func failure(_ code: Int32) -> ClassError {
        let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
        switch code & 0xFF {
        case SQLITE_FULL: return .full(file: path)
        case SQLITE_BUSY, SQLITE_LOCKED: return .inUse(file: path)
        case SQLITE_CORRUPT: return .damaged(file: path, reason: Phrase(same: reason))
        case SQLITE_NOTADB: return .noClass(file: path)
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_READONLY, SQLITE_AUTH:
            return .cannotOpen(file: path, reason: reason)
        default: return .database(file: path, code: Int(code), reason: reason)
        }
    }
}
