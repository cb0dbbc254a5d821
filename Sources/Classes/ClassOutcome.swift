// What a command came to, as values, and as the JSON that pages read.
internal import JSONText
public import Lessons
public import Phrases

/// What a command came to.
public enum ClassOutcome: Sendable {
    case done
    /// A student is in; the code is shown once, the cookie belongs to the browser and to no page.
    case joined(Student, resume: String?, cookie: String)
    /// The teacher is in.
    case entered(cookie: String)
    /// The acknowledgement of an answer, as JSON.
    case acknowledged(String)
    case standing(Standing)
    case bets(BetView)
    case view(ClassView)
    case answers(AnswersView)
    case grades([SubmissionGrade])
    case backup([UInt8])
}

/// What a student's page begins with, and goes on from.
public struct Standing: Equatable, Sendable {
    public var student: Student
    /// The class's name.
    public var className: String
    public var opened: String
    public var hasEnded: Bool
    /// The best points of each exercise that was answered.
    public var best: [(exercise: String, points: Double)]
    /// Exercises whose bets are shown.
    public var revealed: [String]

    public static func == (a: Standing, b: Standing) -> Bool {
        a.student == b.student && a.className == b.className && a.opened == b.opened && a.hasEnded == b.hasEnded
            && a.best.elementsEqual(b.best) { $0 == $1 } && a.revealed == b.revealed
    }
}

/// The class's bets on one prediction.
public struct BetView: Equatable, Sendable {
    public struct Choice: Equatable, Sendable {
        public var key: String
        public var words: Phrase
        /// The sum of the shares that were put on it; nil while the bets are hidden.
        public var sum: Double?
    }

    public var exercise: String
    /// How many have placed a bet.
    public var count: Int
    public var isRevealed: Bool
    public var choices: [Choice]
}

/// What the teacher sees of the class.
public struct ClassView: Equatable, Sendable {
    public struct Row: Equatable, Sendable {
        public var student: Student
        /// Where the student is; nil where nobody is at the page.
        public var place: String?
        public var answers: Int
        /// Exercises that were done rightly.
        public var right: Int
        public var points: Double
    }

    public struct ExerciseRow: Equatable, Sendable {
        public var id: String
        /// Students who answered it.
        public var answered: Int
        /// Those of them who were right.
        public var right: Int
    }

    public var facts: ClassFacts
    public var rows: [Row]
    /// Exercises that were answered, in the course's order.
    public var exercises: [ExerciseRow]
}

/// The answers to one exercise.
public struct AnswersView: Equatable, Sendable {
    public struct Row: Equatable, Sendable {
        /// Nil where names are not shown.
        public var name: String?
        public var answer: String
        public var isRight: Bool
        public var misconception: String?
        public var attempt: Int
    }

    public var exercise: String
    public var rows: [Row]
}

extension ClassOutcome {
    /// The outcome for a page. Cookies and files are not in it: they go their own way.
    public var json: [UInt8] {
        var json = JSONWriter()
        switch self {
        case .done, .entered, .grades, .backup: json.object { json in json.member("done", true) }
        case .acknowledged(let text): return Array(text.utf8)
        case .joined(let student, let resume, _):
            json.object { json in
                json.member("name", student.name)
                json.member("resume", resume)
            }
        case .standing(let standing): json.value(standing)
        case .bets(let bets): json.value(bets)
        case .view(let view): json.value(view)
        case .answers(let view): json.value(view)
        }
        return json.bytes
    }
}

extension ClassError {
    /// `{"error": {"kind", "message": {"en", "zh-TW"}}}`.
    public var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.object("error") { json in
                json.member("kind", name)
                json.member("message", phrase)
            }
        }
        return json.bytes
    }
}

extension JSONWriter {
    mutating func value(_ standing: Standing) {
        object { json in
            json.member("student", standing.student.id)
            json.member("name", standing.student.name)
            json.member("class", standing.className)
            json.member("opened", standing.opened)
            json.member("ended", standing.hasEnded)
            json.object("best") { json in
                for one in standing.best { json.member(one.exercise, one.points) }
            }
            json.array("revealed") { json in for exercise in standing.revealed { json.value(exercise) } }
        }
    }

    mutating func value(_ bets: BetView) {
        object { json in
            json.member("exercise", bets.exercise)
            json.member("count", bets.count)
            json.member("revealed", bets.isRevealed)
            json.array("choices") { json in
                for choice in bets.choices {
                    json.object { json in
                        json.member("key", choice.key)
                        json.member("words", choice.words)
                        json.member("sum", choice.sum)
                    }
                }
            }
        }
    }

    mutating func value(_ view: ClassView) {
        object { json in
            json.member("class", view.facts.name)
            json.member("room", view.facts.room)
            json.member("locked", view.facts.isLocked)
            json.member("ended", view.facts.hasEnded)
            json.member("opened", view.facts.opened)
            json.array("revealed") { json in for exercise in view.facts.revealed.sorted() { json.value(exercise) } }
            json.array("students") { json in
                for row in view.rows {
                    json.object { json in
                        json.member("id", row.student.id)
                        json.member("name", row.student.name)
                        json.member("removed", row.student.isRemoved)
                        json.member("place", row.place)
                        json.member("answers", row.answers)
                        json.member("right", row.right)
                        json.member("points", row.points)
                    }
                }
            }
            json.array("exercises") { json in
                for row in view.exercises {
                    json.object { json in
                        json.member("id", row.id)
                        json.member("answered", row.answered)
                        json.member("right", row.right)
                    }
                }
            }
        }
    }

    mutating func value(_ view: AnswersView) {
        object { json in
            json.member("exercise", view.exercise)
            json.array("answers") { json in
                for row in view.rows {
                    json.object { json in
                        json.member("name", row.name)
                        json.member("answer", row.answer)
                        json.member("right", row.isRight)
                        json.member("misconception", row.misconception)
                        json.member("attempt", row.attempt)
                    }
                }
            }
        }
    }
}
