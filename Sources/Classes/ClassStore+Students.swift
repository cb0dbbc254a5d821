// Students in a class's file: joined, brought back, removed, merged, deleted.

/// A student of a class.
public struct Student: Equatable, Sendable {
    public var id: Int64
    /// As the class sees it; no two students have the same.
    public var name: String
    /// Milliseconds since 1970.
    public var joined: Int64
    public var isRemoved: Bool
}

/// Who a secret belongs to.
enum KeyHolder: Equatable, Sendable {
    case teacher
    case student(Int64, isRemoved: Bool)
}

/// What a secret is for.
enum KeyKind: String {
    /// The address on the teacher's terminal.
    case teacherAddress
    /// A cookie of the teacher's browser.
    case teacherCookie
    /// What a student types to come back.
    case resume
    /// A cookie of a student's browser.
    case studentCookie
}

extension ClassStore {
    /// The students in the order in which they came.
    public func students() throws(ClassError) -> [Student] {
        try use { (database) throws(ClassError) in
            try database.rows("SELECT id, shown, joined, removed FROM student ORDER BY id").map { Student($0) }
        }
    }

    public func student(_ id: Int64) throws(ClassError) -> Student {
        try use { (database) throws(ClassError) in try Self.student(id, database) }
    }

    private static func student(_ id: Int64, _ database: Database) throws(ClassError) -> Student {
        let row = try database.row("SELECT id, shown, joined, removed FROM student WHERE id = ?", .integer(id))
        guard let row else { throw .refused(.unknownStudent) }
        return Student(row)
    }

    /// A new student with the codes that belong to him.
    ///
    /// - Parameter limit: as many as there may be.
    func join(
        _ name: StudentName, resume: String, cookie: String, limit: Int
    ) throws(ClassError) -> Student {
        let now = clock()
        return try change { (database) throws(ClassError) in
            let count = try database.row("SELECT count(*) FROM student WHERE removed IS NULL")?[0].int ?? 0
            // Those who were removed count once more, so that the file stays small whoever comes in again and again.
            let all = try database.row("SELECT count(*) FROM student")?[0].int ?? 0
            if count >= limit || all >= 2 * limit { throw .refused(.classIsFull(limit: limit)) }
            let shown = try distinctName(name.shown) { (compared) throws(ClassError) in
                try database.row("SELECT 1 FROM student WHERE compared = ?", .text(compared)) != nil
            }
            try database.rows(
                "INSERT INTO student (typed, shown, compared, joined) VALUES (?, ?, ?, ?)", .text(name.typed),
                .text(shown), .text(comparedName(shown)), .integer(now))
            let id = database.lastRow
            try Self.add(.resume, resume, student: id, now, database)
            try Self.add(.studentCookie, cookie, student: id, now, database)
            return Student(id: id, name: shown, joined: now, isRemoved: false)
        }
    }

    /// One more secret.
    func add(_ kind: KeyKind, _ secret: String, student: Int64? = nil) throws(ClassError) {
        let now = clock()
        try change { (database) throws(ClassError) in try Self.add(kind, secret, student: student, now, database) }
    }

    private static func add(
        _ kind: KeyKind, _ secret: String, student: Int64?, _ now: Int64, _ database: Database
    ) throws(ClassError) {
        try database.rows(
            "INSERT INTO key (hash, kind, student, made) VALUES (?, ?, ?, ?)", .bytes(secretHash(secret)),
            .text(kind.rawValue), student.map { .integer($0) } ?? .null, .integer(now))
        guard let student, kind == .studentCookie else { return }
        // Whoever has the code can make cookies: of each student the newest are good, as many as a person has browsers.
        try database.rows(
            """
            DELETE FROM key WHERE student = ?1 AND kind = ?2 AND hash NOT IN (
                SELECT hash FROM key WHERE student = ?1 AND kind = ?2 ORDER BY hash = ?3 DESC, made DESC LIMIT 8)
            """, .integer(student), .text(kind.rawValue), .bytes(secretHash(secret)))
    }

    /// A new address for the teacher; the one before opens nothing any more. Cookies stay good.
    public func renewTeacherAddress() throws(ClassError) -> String {
        let (secret, now) = (newSecret(), clock())
        try change { (database) throws(ClassError) in
            try database.rows("DELETE FROM key WHERE kind = ?", .text(KeyKind.teacherAddress.rawValue))
            try Self.add(.teacherAddress, secret, student: nil, now, database)
        }
        return secret
    }

    /// Who has that secret of that kind. Found by its hash, so that the time it takes tells nothing of it.
    func holder(_ kind: KeyKind, _ secret: String) throws(ClassError) -> KeyHolder? {
        try use { (database) throws(ClassError) in
            let row = try database.row(
                """
                SELECT key.student, student.removed IS NOT NULL FROM key
                LEFT JOIN student ON student.id = key.student WHERE key.hash = ? AND key.kind = ?
                """, .bytes(secretHash(secret)), .text(kind.rawValue))
            return row.map { $0[0].isNull ? .teacher : .student($0[0].int64, isRemoved: $0[1].isTrue) }
        }
    }

    /// Takes a student out of the room, or lets him in again. What he did is kept.
    public func setRemoved(_ isRemoved: Bool, _ id: Int64) throws(ClassError) {
        let now = clock()
        try change { (database) throws(ClassError) in
            _ = try Self.student(id, database)
            try database.rows(
                "UPDATE student SET removed = ? WHERE id = ?", isRemoved ? .integer(now) : .null, .integer(id))
        }
    }

    /// Makes a student who came back under another name the earlier one: answers, bets and codes go to the earlier.
    public func merge(_ later: Int64, into earlier: Int64) throws(ClassError) {
        if later == earlier { throw .refused(.sameStudent) }
        try change { (database) throws(ClassError) in
            _ = (try Self.student(later, database), try Self.student(earlier, database))
            // What was sent twice, from both, is there once; another answer that a client gave the same name gets one
            // that no client may send.
            try database.rows(
                """
                DELETE FROM answer WHERE student = ?1 AND EXISTS (SELECT 1 FROM answer AS own WHERE own.student = ?2
                    AND own.client = answer.client AND own.exercise = answer.exercise AND own.answer = answer.answer)
                """, .integer(later), .integer(earlier))
            try database.rows(
                """
                UPDATE answer SET client = 'merged:' || id
                WHERE student = ?1 AND client IN (SELECT client FROM answer WHERE student = ?2)
                """, .integer(later), .integer(earlier))
            let moved = try database.rows(
                "SELECT id, exercise FROM answer WHERE student = ? ORDER BY exercise, attempt", .integer(later))
            for row in moved {
                try database.rows(
                    """
                    UPDATE answer SET student = ?1, attempt =
                        1 + (SELECT coalesce(max(attempt), 0) FROM answer WHERE student = ?1 AND exercise = ?2)
                    WHERE id = ?3
                    """, .integer(earlier), row[1], row[0])
            }
            try database.rows(
                "DELETE FROM bet WHERE student = ? AND exercise IN (SELECT exercise FROM bet WHERE student = ?)",
                .integer(later), .integer(earlier))
            try database.rows("UPDATE bet SET student = ? WHERE student = ?", .integer(earlier), .integer(later))
            try database.rows("UPDATE key SET student = ? WHERE student = ?", .integer(earlier), .integer(later))
            try database.rows("DELETE FROM student WHERE id = ?", .integer(later))
        }
        try foldLog()
    }

    /// Deletes a student wholly: nothing of the name or the answers stays in the file.
    public func delete(student id: Int64) throws(ClassError) {
        try change { (database) throws(ClassError) in
            _ = try Self.student(id, database)
            try database.rows("DELETE FROM student WHERE id = ?", .integer(id))
        }
        try foldLog()
    }
}

extension Student {
    fileprivate init(_ row: [SQLValue]) {
        self.init(id: row[0].int64, name: row[1].text, joined: row[2].int64, isRemoved: !row[3].isNull)
    }
}
