// What a class did, exercise by exercise: for the teacher.
public import JSONText
public import Phrases

/// How a class did at one exercise.
public struct ExerciseReport: Equatable, Sendable {
    public var id: String
    /// Students who answered it at least once.
    public var tried: Int
    /// The share of these who were right in the end; nil where nobody tried, and of a bet, which is neither right nor wrong.
    public var shareRight: Double?
    /// The mean number of attempts of those who tried.
    public var meanAttempts: Double?
    /// The listed wrong answer that most gave first, how many, and one of them; nil of a bet.
    public var commonest: (key: String, count: Int, student: String)?
    /// The correlation of being right here with the score on all other exercises, −1…1; nil where all are alike. The
    /// point-biserial coefficient without the item's own part (Guilford 1954). Nil of a bet.
    public var pointBiserial: Double?
    /// Of a bet the mean share that was put on what came; nil of anything else.
    public var onWhatCame: Double?

    public static func == (a: ExerciseReport, b: ExerciseReport) -> Bool {
        a.id == b.id && a.tried == b.tried && a.shareRight == b.shareRight && a.meanAttempts == b.meanAttempts
            && a.commonest?.key == b.commonest?.key && a.commonest?.count == b.commonest?.count
            && a.pointBiserial == b.pointBiserial && a.onWhatCame == b.onWhatCame
    }
}

/// The report of a class, from the grades of those that could be read.
public func classReport(_ course: Course, _ grades: [SubmissionGrade]) -> [ExerciseReport] {
    let read = grades.filter { $0.isCounted }
    return course.all.flatMap { $0.exercises }.map { exercise in
        let own = read.compactMap { grade in
            grade.exercises.first { $0.id == exercise.id }.map {
                (own: $0, rest: grade.score - $0.score, student: grade.student)
            }
        }
        let tried = own.filter { $0.own.attempts > 0 }
        let attempts = Double(tried.reduce(0) { $0 + $1.own.attempts })
        if exercise.isBet {
            let shares = tried.compactMap { $0.own.onWhatCame }
            return ExerciseReport(
                id: exercise.id, tried: tried.count,
                meanAttempts: tried.isEmpty ? nil : attempts / Double(tried.count),
                onWhatCame: shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count))
        }
        var counts: [String: Int] = [:]
        for key in tried.compactMap({ $0.own.misconception }) { counts[key, default: 0] += 1 }
        let commonest = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
        let count = Double(tried.count)
        let right = tried.map { $0.own.isRight }
        return ExerciseReport(
            id: exercise.id, tried: tried.count,
            shareRight: tried.isEmpty ? nil : Double(right.count { $0 }) / count,
            meanAttempts: tried.isEmpty ? nil : attempts / count,
            commonest: commonest.map { common in
                (common.key, common.value, tried.first { $0.own.misconception == common.key }?.student ?? "")
            },
            pointBiserial: correlation(zip(right, tried).map { ($0 ? 1 : 0, $1.rest) }))
    }
}

extension Classroom {
    /// What is told of the commonest misconception at an exercise, its numbers those of a student who had it; nil where there
    /// is none.
    public func commonestThought(_ report: ExerciseReport) -> Phrase? {
        guard let (key, _, student) = report.commonest, let lesson = try? course.exercise(report.id).lesson else {
            return nil
        }
        let sitting = try? sit(report.id, student: student)
        return (try? sitting?.words("is \(key)")) ?? lesson.misconception(key, of: report.id)
    }
}

/// How those who took both forms of the test did at one item, before and after.
public struct GainReport: Equatable, Sendable {
    /// The number of the item, from 1.
    public var item: Int
    /// Students who answered it in both forms.
    public var students: Int
    /// The share of them who were right in the first form, and in the second.
    public var before: Double
    public var after: Double
    /// (after − before) ÷ (1 − before), of what could be gained what was (Hake 1998); nil where nothing could.
    public var gain: Double? { before < 1 ? (after - before) / (1 - before) : nil }
}

/// The gain from the first form of the test to the second; empty where the course has no two forms.
public func gainReport(_ course: Course, _ grades: [SubmissionGrade]) -> [GainReport] {
    guard course.forms.count == 2 else { return [] }
    var result: [GainReport] = []
    let grades = grades.filter { $0.isCounted }
    for (place, (first, second)) in zip(course.forms[0].exercises, course.forms[1].exercises).enumerated() {
        let pairs = grades.compactMap { grade -> (Bool, Bool)? in
            let found = [first, second].compactMap { one in
                grade.exercises.first { $0.id == one.id && $0.attempts > 0 }
            }
            return found.count == 2 ? (found[0].isRight, found[1].isRight) : nil
        }
        if pairs.isEmpty { continue }
        let count = Double(pairs.count)
        result.append(
            GainReport(
                item: place + 1, students: pairs.count, before: Double(pairs.count { $0.0 }) / count,
                after: Double(pairs.count { $0.1 }) / count))
    }
    return result
}

/// Pearson's correlation; nil where one side does not vary.
func correlation(_ pairs: [(Double, Double)]) -> Double? {
    let count = Double(pairs.count)
    let (meanX, meanY) = (pairs.reduce(0) { $0 + $1.0 } / count, pairs.reduce(0) { $0 + $1.1 } / count)
    var (xy, xx, yy) = (0.0, 0.0, 0.0)
    for (x, y) in pairs {
        xy += (x - meanX) * (y - meanY)
        xx += (x - meanX) * (x - meanX)
        yy += (y - meanY) * (y - meanY)
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil
}

extension JSONWriter {
    /// `{"item", "students", "before", "after", "gain"}`.
    public mutating func value(_ report: GainReport) {
        object { json in
            json.member("item", report.item)
            json.member("students", report.students)
            json.member("before", report.before)
            json.member("after", report.after)
            json.member("gain", report.gain)
        }
    }

    /// `{"id", "tried", "shareRight", "meanAttempts", "commonest", "commonestCount", "pointBiserial", "onWhatCame"}`.
    public mutating func value(_ report: ExerciseReport) {
        object { json in
            json.member("id", report.id)
            json.member("tried", report.tried)
            json.member("shareRight", report.shareRight)
            json.member("meanAttempts", report.meanAttempts)
            json.member("commonest", report.commonest?.key)
            json.member("commonestCount", report.commonest?.count)
            json.member("pointBiserial", report.pointBiserial)
            json.member("onWhatCame", report.onWhatCame)
        }
    }
}
