// Why something of a submission is not scored, or is to be asked about: kinds with their values, which results.json keeps, so
// that a report is worded in the language that it is asked for.
internal import JSONText
public import Phrases

/// What is wrong with a submission.
public enum SubmissionProblem: Error, Equatable, Sendable, Worded {
    /// The file cannot be read.
    case unreadable(Phrase)
    case tooLarge(bytes: Int)
    /// What stands at that byte, from 1, is no JSON.
    case noJSON(byte: Int)
    /// It ends in the middle.
    case cutOff(bytes: Int)
    case noSubmission
    case otherFormat
    /// The student, the course or the attempts are missing or too long.
    case incomplete
    case tooManyAttempts(Int)
    /// The attempt of that number, from 1, is not whole.
    case attemptIncomplete(Int)
    case otherVersion(String, now: String)
    /// The chain of attempts breaks there, from 1.
    case edited(attempt: Int)
    case otherVariant(exercise: String)
    /// The exercise could not be given.
    case faulty(exercise: String, Phrase)
    case tooManyRuns(exercise: String)
    case unknownExercise(String)
    /// Another student's file has the same chain of attempts.
    case copied(file: String)
    /// Another file of the same student is newer, and counts in the place of this one.
    case superseded(file: String)
    /// What results of an earlier version say.
    case told(String)

    public var phrase: Phrase {
        switch self {
        case .unreadable(let why): why
        case .tooLarge(let bytes):
            Phrase(
                "it has \(bytes) bytes; a submission has at most \(Submission.limitBytes)",
                "有 \(bytes) 個位元組；繳交檔最多 \(Submission.limitBytes) 個")
        case .noJSON(let byte):
            Phrase(
                "broken: at byte \(byte) stands what no submission has; ask for it again",
                "檔案損壞：第 \(byte) 個位元組起讀不懂；請學生重交")
        case .cutOff(let bytes):
            Phrase(
                "broken: it ends in the middle, after \(bytes) bytes; ask for it again",
                "檔案不完整：只有 \(bytes) 個位元組，中途斷了；請學生重交")
        case .noSubmission:
            Phrase("it is no submission (format is not \(Submission.format))", "不是繳交檔（format 不是 \(Submission.format)）")
        case .otherFormat: Phrase("its version is not 1; export it again", "版本不是 1；請重新匯出")
        case .incomplete:
            Phrase("student, course or attempts are missing or too long", "缺少 student、course 或 attempts，或太長")
        case .tooManyAttempts(let count):
            Phrase(
                "it has \(count) attempts; at most \(Submission.limitAttempts) are read",
                "有 \(count) 次作答；最多讀 \(Submission.limitAttempts) 次")
        case .attemptIncomplete(let attempt): Phrase("attempt \(attempt) is not whole", "第 \(attempt) 次作答不完整")
        case .otherVersion(let made, let now):
            Phrase(
                "it was made with version \(readable(made)) of the course, which is \(readable(now))",
                "繳交檔是課程第 \(readable(made)) 版做的，現在是第 \(readable(now)) 版")
        case .edited(let attempt):
            Phrase(
                "its chain of attempts breaks at attempt \(attempt): it was edited", "作答紀錄從第 \(attempt) 次起接不上：檔案被改過")
        case .otherVariant(let exercise):
            Phrase(
                "\(readable(exercise)) was answered for another student's variant, and is not scored",
                "\(readable(exercise)) 做的是別人的題目，不計分")
        case .faulty(let exercise, let why):
            Phrase("\(readable(exercise)) is not scored: ", "\(readable(exercise)) 不計分：") + why
        case .tooManyRuns(let exercise):
            Phrase(
                "its answers make more than \(Classroom.limitRunsMade) runs; from \(readable(exercise)) on it is not scored",
                "作答要執行超過 \(Classroom.limitRunsMade) 次；從 \(readable(exercise)) 起不計分")
        case .unknownExercise(let name):
            Phrase(
                "the course has no exercise \(readable(name)); if it is of a pack, grade with --pack",
                "課程裡沒有 \(readable(name)) 這個練習；如果它在練習包裡，評分時請加上 --pack")
        case .copied(let file):
            Phrase("the same attempts as in \(readable(file)), of another student", "作答紀錄與另一位學生的 \(readable(file)) 相同")
        case .superseded(let file):
            Phrase("not counted: \(readable(file)) of the same student is newer", "不計：同一位學生的 \(readable(file)) 比較新")
        case .told(let text): Phrase(same: readable(text))
        }
    }
}

extension SubmissionProblem {
    /// Its name in results.json, and what it is filled with.
    var kept: (kind: String, values: [String]) {
        switch self {
        case .unreadable(let why): ("unreadable", [why.english, why.chinese])
        case .tooLarge(let bytes): ("too-large", ["\(bytes)"])
        case .noJSON(let byte): ("no-json", ["\(byte)"])
        case .cutOff(let bytes): ("cut-off", ["\(bytes)"])
        case .noSubmission: ("no-submission", [])
        case .otherFormat: ("other-format", [])
        case .incomplete: ("incomplete", [])
        case .tooManyAttempts(let count): ("too-many-attempts", ["\(count)"])
        case .attemptIncomplete(let attempt): ("attempt-incomplete", ["\(attempt)"])
        case .otherVersion(let made, let now): ("other-version", [made, now])
        case .edited(let attempt): ("edited", ["\(attempt)"])
        case .otherVariant(let exercise): ("other-variant", [exercise])
        case .faulty(let exercise, let why): ("faulty-exercise", [exercise, why.english, why.chinese])
        case .tooManyRuns(let exercise): ("too-many-runs", [exercise])
        case .unknownExercise(let name): ("unknown-exercise", [name])
        case .copied(let file): ("copied", [file])
        case .superseded(let file): ("superseded", [file])
        case .told(let text): ("told", [text])
        }
    }

    /// The problem of that kind; nil where there is none, or where values are missing.
    init?(kind: String, values: [String]) {
        let text = { (place: Int) in values.indices.contains(place) ? values[place] : "" }
        let number = Int(text(0)) ?? 0
        let told = { (place: Int) in pieces(of: flowing(text(place)), between: "\n").joined(separator: "↵") }
        switch kind {
        case "unreadable": self = .unreadable(Phrase(told(0), told(1)))
        case "too-large": self = .tooLarge(bytes: number)
        case "no-json": self = .noJSON(byte: number)
        case "cut-off": self = .cutOff(bytes: number)
        case "no-submission": self = .noSubmission
        case "other-format": self = .otherFormat
        case "incomplete": self = .incomplete
        case "too-many-attempts": self = .tooManyAttempts(number)
        case "attempt-incomplete": self = .attemptIncomplete(number)
        case "other-version": self = .otherVersion(text(0), now: text(1))
        case "edited": self = .edited(attempt: number)
        case "other-variant": self = .otherVariant(exercise: text(0))
        case "faulty-exercise": self = .faulty(exercise: text(0), Phrase(told(1), told(2)))
        case "too-many-runs": self = .tooManyRuns(exercise: text(0))
        case "unknown-exercise": self = .unknownExercise(text(0))
        case "copied": self = .copied(file: text(0))
        case "superseded": self = .superseded(file: text(0))
        case "told": self = .told(told(0))
        default: return nil
        }
        if values.count < kept.values.count { return nil }
    }
}

extension JSONError {
    /// Where it stopped, in bytes from the beginning.
    var offset: Int {
        switch self {
        case .unexpected(_, _, let offset), .duplicateKey(_, let offset), .tooDeep(_, let offset),
            .tooMany(_, let offset), .invalidUTF8(let offset), .tooManyAccents(let offset):
            offset
        }
    }
}
