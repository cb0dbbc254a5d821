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
            throw .damaged(file: path, reason: "its tables are not those of a class")
        }
        let found = try database.rows("PRAGMA integrity_check(1)").first?[0].text ?? ""
        if found != "ok" { throw .damaged(file: path, reason: readable(found)) }
        if let broken = try database.rows("PRAGMA foreign_key_check").first {
            throw .damaged(file: path, reason: "a row of \(broken[0].text) belongs to nobody")
        }
        if let odd = try database.row(oddRows) {
            throw .damaged(file: path, reason: "it has \(odd[0].text) as no class has")
        }
    }

    /// Values as none are kept: they could come from a file that somebody made, and what reads them later is not asked again.
    /// A text that is compared with others has a name's length: what it costs grows with the square of its accents.
    private static let oddRows: StaticString = """
        SELECT 'a room code or a name' FROM class WHERE length(room) != 6 OR room GLOB '*[^ACEFGHJKMNPRTWXY34679]*'
            OR length(CAST(name || course AS BLOB)) > 1000
        UNION ALL SELECT 'a student' FROM student WHERE id NOT BETWEEN 1 AND 1000000000
            OR length(CAST(shown || typed || compared AS BLOB)) > 3000
        UNION ALL SELECT 'a number of students' FROM sqlite_sequence WHERE seq NOT BETWEEN 0 AND 1000000000
        UNION ALL SELECT 'a key' FROM key WHERE (student IS NULL) != (kind IN ('teacherAddress', 'teacherCookie'))
        UNION ALL SELECT 'an answer' FROM answer WHERE attempt NOT BETWEEN 1 AND 1000000 OR id NOT BETWEEN 1 AND 1000000000
            OR points NOT BETWEEN -1000000 AND 1000000 OR NOT json_valid(acknowledgement)
            OR length(CAST(answer AS BLOB)) > 4000 OR length(CAST(acknowledgement AS BLOB)) > 100000
            OR length(CAST(client || exercise || variant || ifnull(misconception, '') AS BLOB)) > 1000
        UNION ALL SELECT 'a bet' FROM bet WHERE share NOT BETWEEN 0 AND 1
            OR length(CAST(exercise || choice AS BLOB)) > 1000
        UNION ALL SELECT 'an exercise' FROM reveal WHERE length(CAST(exercise AS BLOB)) > 1000
        UNION ALL SELECT 'a screen' FROM screen WHERE place GLOB '*[^-a-zA-Z0-9_/.]*' OR id NOT BETWEEN 1 AND 1000000000
        LIMIT 1
        """

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
                throw .damaged(file: path, reason: "it has no class in it")
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
