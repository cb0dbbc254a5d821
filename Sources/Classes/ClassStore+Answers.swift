// Answers with their grades: written together, and acknowledged once they are on disk.
internal import Lessons

/// An answer as it was given.
public struct GivenAnswer: Equatable, Sendable {
    /// The number that the student's page gave it; the same again is the same answer sent again.
    public var client: String
    public var exercise: String
    /// As typed, or as JSON.
    public var answer: String

    /// No answer is longer, in bytes.
    static let mostBytes = 4_000

    public init(client: String, exercise: String, answer: String) {
        (self.client, self.exercise, self.answer) = (client, exercise, answer)
    }
}

/// An answer that is kept, with its grade.
public struct KeptAnswer: Equatable, Sendable {
    public var student: Int64
    public var exercise: String
    /// From 1, in the order they were given.
    public var attempt: Int
    public var variant: String
    public var answer: String
    public var isRight: Bool
    public var points: Double
    public var misconception: String?
    /// Milliseconds since 1970.
    public var given: Int64
}

extension ClassStore {
    /// What was acknowledged when this answer came the first time; nil for a new one.
    func acknowledgement(_ given: GivenAnswer, of student: Int64) throws(ClassError) -> String? {
        try use { (database) throws(ClassError) in try Self.acknowledgement(given, student, database) }
    }

    private static func acknowledgement(
        _ given: GivenAnswer, _ student: Int64, _ database: Database
    ) throws(ClassError) -> String? {
        let row = try database.row(
            "SELECT exercise, answer, acknowledgement FROM answer WHERE student = ? AND client = ?", .integer(student),
            .text(given.client))
        guard let row else { return nil }
        if row[0].text != given.exercise || row[1].text != given.answer { throw .refused(.otherAnswer) }
        return row[2].text
    }

    /// Keeps an answer with its grade.
    ///
    /// - Returns: the acknowledgement; of an answer that is kept already, the first one.
    func keep(
        _ given: GivenAnswer, _ checked: CheckedAnswer, of student: Int64, limit: Int
    ) throws(ClassError) -> String {
        let now = clock()
        return try change { (database) throws(ClassError) in
            if let known = try Self.acknowledgement(given, student, database) { return known }
            guard let row = try database.row("SELECT removed FROM student WHERE id = ?", .integer(student)) else {
                throw .refused(.unknownStudent)
            }
            if !row[0].isNull { throw .refused(.removed) }
            let counts = try database.row(
                "SELECT count(*), count(*) FILTER (WHERE exercise = ?2) FROM answer WHERE student = ?1",
                .integer(student), .text(given.exercise))
            if counts?[0].int ?? 0 >= limit { throw .refused(.tooManyAnswers(limit: limit)) }
            let attempt = (counts?[1].int ?? 0) + 1
            let acknowledgement = checked.acknowledgement(of: given, attempt: attempt)
            try database.rows(
                """
                INSERT INTO answer (student, client, exercise, attempt, variant, answer, isRight, points, misconception,
                    acknowledgement, given) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """, .integer(student), .text(given.client), .text(given.exercise), .integer(Int64(attempt)),
                .text(checked.variant), .text(given.answer), .integer(checked.verdict.isRight ? 1 : 0),
                // A bet has no points.
                .real(checked.bet.isEmpty ? checked.verdict.score : 0),
                checked.verdict.misconception.map { .text($0) } ?? .null,
                .text(acknowledgement), .integer(now))
            if attempt == 1 {
                for (choice, share) in checked.bet {
                    try database.rows(
                        "INSERT OR IGNORE INTO bet (student, exercise, choice, share) VALUES (?, ?, ?, ?)",
                        .integer(student), .text(given.exercise), .text(choice), .real(share))
                }
            }
            return acknowledgement
        }
    }

    /// Answers in the order of students, exercises and attempts.
    ///
    /// - Parameters:
    ///   - student: only this one's.
    ///   - exercise: only those to this exercise.
    public func answers(of student: Int64? = nil, to exercise: String? = nil) throws(ClassError) -> [KeptAnswer] {
        try use { (database) throws(ClassError) in
            try database.rows(
                """
                SELECT student, exercise, attempt, variant, answer, isRight, points, misconception, given FROM answer
                WHERE (?1 IS NULL OR student = ?1) AND (?2 IS NULL OR exercise = ?2) ORDER BY student, exercise, attempt
                """, student.map { .integer($0) } ?? .null, exercise.map { .text($0) } ?? .null
            ).map { row in
                KeptAnswer(
                    student: row[0].int64, exercise: row[1].text, attempt: row[2].int, variant: row[3].text,
                    answer: row[4].text, isRight: row[5].isTrue, points: row[6].double,
                    misconception: row[7].textIfAny, given: row[8].int64)
            }
        }
    }

    /// The bets of those who are in the class: how many there are, and the sum of the shares on each choice.
    func bets(on exercise: String) throws(ClassError) -> (count: Int, shares: [String: Double]) {
        try use { (database) throws(ClassError) in
            let count = try database.row(
                """
                SELECT count(DISTINCT bet.student) FROM bet JOIN student ON student.id = bet.student
                WHERE exercise = ? AND removed IS NULL
                """, .text(exercise))
            var shares: [String: Double] = [:]
            for row in try database.rows(
                """
                SELECT choice, sum(share) FROM bet JOIN student ON student.id = bet.student
                WHERE exercise = ? AND removed IS NULL GROUP BY choice
                """, .text(exercise))
            { shares[row[0].text] = row[1].double }
            return (count?[0].int ?? 0, shares)
        }
    }
}
