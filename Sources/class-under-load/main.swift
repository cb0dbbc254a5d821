// A class that answers pour into until the process is killed: `class-under-load FILE SECONDS`. It says on standard output what it
// has acknowledged, a line each, after it was acknowledged. The tests of Classes kill it.
internal import Classes
internal import Lessons
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

private let students = 4

/// One line in one piece: what a kill leaves is whole lines, and a part of one at most.
private func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    if write(1, bytes, bytes.count) != bytes.count { exit(1) }
}

private func openClass(_ path: String) throws -> LiveClass {
    let course = Course(title: Phrase("Made up", "虛構"), version: "1", lessons: [])
    let checker = AnswerChecker(
        course,
        check: { (given, _) throws(ClassError) in
            let isRight = given.answer.hasSuffix("0")
            return CheckedAnswer(
                variant: "0-0",
                verdict: Verdict(
                    isRight: isRight, score: isRight ? 1 : 0, misconception: nil, feedback: Phrase(same: given.answer)))
        }, choices: { (_) throws(ClassError) in [] })
    var limits = ClassLimits()
    (limits.joinsPerMinute, limits.answersPerMinute, limits.answersOfStudent) = (1_000_000, 1_000_000, 1_000_000)
    limits.students = 1_000_000
    let store = access(path, F_OK) == 0 ? try ClassStore.open(path) : try .make(path, name: "load", course: "1")
    return LiveClass(store, checker, limits: limits)
}

let live = try openClass(CommandLine.arguments[1])
let deadline = systemMilliseconds() + Int64(Double(CommandLine.arguments[2])! * 1_000)
let room = try live.store.facts().room
say("open")

await withTaskGroup(of: Void.self) { group in
    for number in 0..<students {
        group.addTask {
            do throws(ClassError) {
                let nobody = Caller(.nobody, address: "")
                let command = #"{"do": "join", "room": "\#(room)", "name": "student \#(number)"}"#
                guard case .joined(let student, let resume?, _) = try live.perform(Array(command.utf8), by: nobody)
                else { exit(1) }
                say("joined \(student.id) \(resume)")
                var answer = 0
                while systemMilliseconds() < deadline {
                    let client = "\(getpid())-\(number)-\(answer)"
                    let given =
                        #"{"do": "answer", "client": "\#(client)", "exercise": "e\#(answer % 7)", "answer": "\#(answer)"}"#
                    _ = try live.perform(Array(given.utf8), by: Caller(.student(student.id), address: ""))
                    say("kept \(student.id) \(client) e\(answer % 7) \(answer)")
                    answer += 1
                }
            } catch {
                say("failed \(error.phrase.english)")
                exit(1)
            }
        }
    }
}
