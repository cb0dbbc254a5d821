// What a student hands in: every attempt in its order, each linked to the one before.
internal import Digests
internal import JSONText
public import Phrases

/// One answer that was checked.
public struct Attempt: Equatable, Sendable {
    public var exercise: String
    /// Which variant the student saw.
    public var variant: String
    /// As typed, or as JSON.
    public var answer: String
    /// SHA-256 of the link before and of this attempt, in hexadecimal digits.
    public var link: String

    /// In digits.
    static let linkLength = 64

    /// The link of an attempt: SHA-256 of the one before, the exercise, the variant and the answer, with a zero between. It
    /// shows an edit; it proves nothing, as whoever can compute it can write a chain of his own. Grading does the work again.
    public static func link(_ previous: String, exercise: String, variant: String, answer: String) -> String {
        let text = [previous, exercise, variant, answer].joined(separator: "\u{0}")
        let digits = Array("0123456789abcdef".utf8)
        var hex: [UInt8] = []
        for byte in sha256(of: Array(text.utf8)).bytes { hex += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: hex, as: UTF8.self)
    }
}

/// A file that a student hands in:
/// `{"format": "stepglass-submission", "version": 1, "course": "1", "student": "…", "language": "en", "attempts": [{"exercise", "variant",
/// "answer", "link"}, …]}`.
public struct Submission: Sendable {
    public var student: String
    /// The course's version that the student had.
    public var course: String
    public var attempts: [Attempt]
    /// The language of the book in which it was saved; nil in older files.
    public var language: Language?
    /// The first attempt whose link does not follow from those before; nil where the chain is whole.
    public var brokenLink: Int?

    /// What the format calls itself.
    public static let format = "stepglass-submission"
    /// The largest file that is read, in bytes.
    public static var limitBytes: Int { ReadingBudget.submission.bytes }
    static var limitAttempts: Int { ReadingBudget.submission.items }
    static let limitStudent = 200

    /// - Throws: what is wrong with the file.
    public init(parsing bytes: [UInt8]) throws(SubmissionProblem) {
        if bytes.count > Self.limitBytes { throw .tooLarge(bytes: bytes.count) }
        let tree: JSONValue
        do throws(JSONError) { tree = try JSONValue(parsing: bytes) } catch {
            throw error.offset >= bytes.count ? .cutOff(bytes: bytes.count) : .noJSON(byte: error.offset + 1)
        }
        guard tree["format"]?.string == Self.format else { throw .noSubmission }
        guard tree["version"]?.int == 1 else { throw .otherFormat }
        guard let student = tree["student"]?.string, student.utf8.count <= Self.limitStudent,
            let course = tree["course"]?.string, course.utf8.count <= Self.limitStudent,
            let list = tree["attempts"]?.array
        else { throw .incomplete }
        if list.count > Self.limitAttempts { throw .tooManyAttempts(list.count) }
        (self.student, self.course, attempts) = (student, course, [])
        language = tree["language"]?.string.flatMap { Language(rawValue: $0) }
        var previous = ""
        for (place, value) in list.enumerated() {
            guard let exercise = value["exercise"]?.string, let variant = value["variant"]?.string,
                let answer = value["answer"]?.string, let link = value["link"]?.string,
                exercise.utf8.count <= 100, variant.utf8.count <= 100, answer.utf8.count <= Classroom.limitAnswer,
                link.utf8.count == Attempt.linkLength
            else { throw .attemptIncomplete(place + 1) }
            let expected = Attempt.link(previous, exercise: exercise, variant: variant, answer: answer)
            if link != expected, brokenLink == nil { brokenLink = place }
            attempts.append(Attempt(exercise: exercise, variant: variant, answer: answer, link: link))
            previous = link
        }
    }
}
