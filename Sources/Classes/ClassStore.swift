// A class in its file: opened, checked, and written so that what was acknowledged is on disk.
internal import Threads
internal import Phrases

/// What a class is.
public struct ClassFacts: Equatable, Sendable {
    /// As the teacher named it.
    public var name: String
    /// The version of the course it was made with.
    public var course: String
    /// The code that lets a student in.
    public var room: String
    public var isLocked: Bool
    public var hasEnded: Bool
    /// Where the teacher has taken all; empty: nowhere.
    public var opened: String
    /// Exercises whose bets are shown.
    public var revealed: Set<String>
}

/// The file of one class. For use from any thread: one statement after the other.
///
/// The log is written ahead and flushed at each transaction (`journal_mode` WAL, `synchronous` FULL); no other process can
/// have the file at the same time (`locking_mode` EXCLUSIVE).
public final class ClassStore: Sendable {
    /// Where it lies.
    public let path: String
    private let connection: Guarded<Database>
    /// The time in milliseconds since 1970.
    let clock: @Sendable () -> Int64

    private init(_ database: consuming sending Database, _ path: String, _ clock: @escaping @Sendable () -> Int64) {
        (self.path, self.clock) = (path, clock)
        connection = Guarded(database)
    }

    /// A new class.
    ///
    /// - Throws: ``ClassError/exists(file:)`` where a file of that name is.
    public static func make(
        _ path: String, name: String, course: String, clock: @escaping @Sendable () -> Int64 = systemMilliseconds
    ) throws(ClassError) -> ClassStore {
        // Made here, for its owner alone to read, and never in the place of another.
        try makeEmptyFile(path)
        do throws(ClassError) {
            let database = try Database(path, makesFile: true)
            try prepare(database)
            try database.migrate()
            try database.rows(
                "INSERT INTO class (id, name, course, room, made) VALUES (1, ?, ?, ?, ?)", .text(name), .text(course),
                .text(roomCode()), .integer(clock()))
            return ClassStore(database, path, clock)
        } catch {
            removeFile(path)
            throw error
        }
    }

    /// Opens a class that is there, brings it to the newest version, and checks it wholly.
    public static func open(
        _ path: String, clock: @escaping @Sendable () -> Int64 = systemMilliseconds
    ) throws(ClassError) -> ClassStore {
        let database = try Database(path)
        try check(database)
        try prepare(database)
        try database.migrate()
        return ClassStore(database, path, clock)
    }

    /// Whether it is a class, of a version that is known, and whole.
    static func check(_ database: Database) throws(ClassError) {
        let path = database.path
        let application = try database.row("PRAGMA application_id")?[0].int64
        let version = try database.row("PRAGMA user_version")?[0].int ?? 0
        if application != classApplication || version < 1 { throw .noClass(file: path) }
        if version > Database.migrations.count {
            throw .newer(file: path, version: version, known: Database.migrations.count)
        }
        // Before anything is asked of its tables: a view, a trigger or a condition of somebody else's is a program.
        if try database.schema() != Database.schema(ofVersion: version) {
            throw .damaged(
                file: path, reason: Phrase("its tables are not those of a class", "裡面的資料表不是班級檔該有的"))
        }
        let found = try database.rows("PRAGMA integrity_check(1)").first?[0].text ?? ""
        if found != "ok" { throw .damaged(file: path, reason: Phrase(same: readable(found))) }
        if let broken = try database.rows("PRAGMA foreign_key_check").first {
            let table = broken[0].text
            throw .damaged(
                file: path, reason: Phrase("a row of \(table) belongs to nobody", "資料表 \(table) 有一列不屬於任何人"))
        }
        for oddity in ClassOddity.all where try database.row(oddity.rows, oddity.most) != nil {
            throw .damaged(file: path, reason: oddity.reason)
        }
    }

    private static func prepare(_ database: Database) throws(ClassError) {
        try database.rows("PRAGMA locking_mode = EXCLUSIVE")
        try database.rows("PRAGMA journal_mode = WAL")
        try database.rows("PRAGMA synchronous = FULL")
        try database.rows("PRAGMA foreign_keys = ON")
        try database.rows("PRAGMA secure_delete = ON")
        // Takes the lock at once: a second server is refused when it starts, and not at its first answer.
        try database.transaction { () throws(ClassError) in }
    }

    /// Closes the file; nothing can be asked of the store after it.
    public func close() { connection.withLock { $0.close() } }

    /// One use of the connection.
    func use<R: Sendable>(_ body: (Database) throws(ClassError) -> R) throws(ClassError) -> R {
        try connection.withLock { (database) throws(ClassError) in try body(database) }
    }

    /// One transaction, on disk when this returns.
    @discardableResult
    func change<R: Sendable>(_ body: (Database) throws(ClassError) -> R) throws(ClassError) -> R {
        try use { (database) throws(ClassError) in
            try database.transaction { () throws(ClassError) in try body(database) }
        }
    }
}

// MARK: the class itself

extension ClassStore {
    /// What the class is now.
    public func facts() throws(ClassError) -> ClassFacts {
        try use { (database) throws(ClassError) in
            guard let row = try database.row("SELECT name, course, room, isLocked, hasEnded FROM class") else {
                throw .damaged(file: path, reason: Phrase("it has no class in it", "裡面沒有班級"))
            }
            let opened = try database.row("SELECT place FROM screen ORDER BY id DESC LIMIT 1")?[0].text ?? ""
            let revealed = try database.rows("SELECT exercise FROM reveal").map { $0[0].text }
            return ClassFacts(
                name: row[0].text, course: row[1].text, room: row[2].text, isLocked: row[3].isTrue,
                hasEnded: row[4].isTrue, opened: opened, revealed: Set(revealed))
        }
    }

    /// Locks the room, or opens it again.
    public func setLocked(_ isLocked: Bool) throws(ClassError) {
        try change { (database) throws(ClassError) in
            try database.rows("UPDATE class SET isLocked = ?", .integer(isLocked ? 1 : 0))
        }
    }

    /// Ends the class, or takes it up again.
    public func setEnded(_ hasEnded: Bool) throws(ClassError) {
        try change { (database) throws(ClassError) in
            try database.rows("UPDATE class SET hasEnded = ?", .integer(hasEnded ? 1 : 0))
        }
    }

    /// Another code for the room; the old one lets nobody in any more.
    public func changeRoomCode() throws(ClassError) {
        try change { (database) throws(ClassError) in
            try database.rows("UPDATE class SET room = ?", .text(roomCode()))
        }
    }

    /// Takes all to a screen; an empty place lets them go.
    public func open(place: String) throws(ClassError) {
        let now = clock()
        try change { (database) throws(ClassError) in
            try database.rows("INSERT INTO screen (place, opened) VALUES (?, ?)", .text(place), .integer(now))
        }
    }

    /// Shows the class's bets on an exercise from now on.
    public func reveal(_ exercise: String) throws(ClassError) {
        let now = clock()
        try change { (database) throws(ClassError) in
            try database.rows(
                "INSERT OR IGNORE INTO reveal (exercise, revealed) VALUES (?, ?)", .text(exercise), .integer(now))
        }
    }
}
