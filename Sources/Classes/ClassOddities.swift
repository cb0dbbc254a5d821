// Values as no class keeps any. They could come from a file that somebody made, and what reads them later is not asked again.
internal import Phrases

/// What some rows of a class's file would be that no class has.
struct ClassOddity {
    let reason: Phrase
    /// Finds one such row; `?1` is the bound.
    let rows: StaticString
    /// The longest text in bytes.
    let most: SQLValue

    /// A text that is compared with others has a name's length, unless told otherwise: what a comparison costs grows with
    /// the square of a text's accents.
    private init(_ english: String, _ chinese: String, most: Int = 1_000, _ rows: StaticString) {
        reason = Phrase("it has \(english) as no class has", "裡面有班級不會有的\(chinese)")
        self.rows = rows
        self.most = .integer(Int64(most))
    }

    static let all = [
        Self(
            "a room code or a name", "教室碼或名稱",
            """
            SELECT 1 FROM class WHERE length(room) != 6 OR room GLOB '*[^ACEFGHJKMNPRTWXY34679]*'
                OR length(CAST(name || course AS BLOB)) > ?1
            """),
        Self(
            "a student", "學生", most: 3_000,
            """
            SELECT 1 FROM student WHERE id NOT BETWEEN 1 AND 1000000000
                OR length(CAST(shown || typed || compared AS BLOB)) > ?1
            """),
        Self(
            "a number of students", "學生人數",
            "SELECT 1 FROM sqlite_sequence WHERE seq NOT BETWEEN 0 AND 1000000000 OR length(CAST(name AS BLOB)) > ?1"),
        Self(
            "a key", "金鑰",
            """
            SELECT 1 FROM key WHERE (student IS NULL) != (kind IN ('teacherAddress', 'teacherCookie'))
                OR length(CAST(kind AS BLOB)) > ?1
            """),
        Self(
            "an answer", "作答", most: GivenAnswer.mostBytes,
            "SELECT 1 FROM answer WHERE length(CAST(answer AS BLOB)) > ?1"),
        Self(
            "an acknowledgement", "回覆", most: 100_000,
            """
            SELECT 1 FROM answer WHERE NOT json_valid(acknowledgement) OR length(CAST(acknowledgement AS BLOB)) > ?1
            """),
        Self(
            "an answer", "作答",
            """
            SELECT 1 FROM answer WHERE attempt NOT BETWEEN 1 AND 1000000 OR id NOT BETWEEN 1 AND 1000000000
                OR points NOT BETWEEN -1000000 AND 1000000
                OR length(CAST(client || exercise || variant || ifnull(misconception, '') AS BLOB)) > ?1
            """),
        Self(
            "a bet", "下注",
            "SELECT 1 FROM bet WHERE share NOT BETWEEN 0 AND 1 OR length(CAST(exercise || choice AS BLOB)) > ?1"),
        Self("an exercise", "題目", "SELECT 1 FROM reveal WHERE length(CAST(exercise AS BLOB)) > ?1"),
        Self(
            "a screen", "畫面",
            """
            SELECT 1 FROM screen WHERE place GLOB '*[^-a-zA-Z0-9_/.]*' OR id NOT BETWEEN 1 AND 1000000000
                OR length(CAST(place AS BLOB)) > ?1
            """),
    ]
}
