// Classes made up for tests: a file in a folder of its own, a clock that the test moves, answers that are right as they say.
import Foundation
import JSONText
import Lessons
import Phrases
import TestTools
import Testing
import Threads

@testable import Classes

/// A clock that stands until the test moves it.
final class MadeClock: Sendable {
    private let now = Guarded<Int64>(1_800_000_000_000)
    func move(seconds: Double) { now.withLock { $0 += Int64(seconds * 1_000) } }
    var read: @Sendable () -> Int64 { { self.now.withLock { $0 } } }
}

/// A class with its folder.
struct MadeClass {
    let folder: TemporaryFolder
    let clock = MadeClock()
    let live: LiveClass
    let teacher = Caller(.teacher, address: "teacher")

    /// A student who has joined.
    struct Seat {
        var id: Int64
        var name: String
        var resume: String
        var cookie: String
        var caller: Caller { Caller(.student(id), address: "student \(id)") }
    }

    /// Right is what begins with `r`, a bet what begins with `{`; exercises are called anything.
    static let checker = AnswerChecker(
        Course(title: Phrase("Made up", "虛構"), version: "1", lessons: []),
        check: { (given, student) throws(ClassError) in
            if given.answer == "?" { throw .refused(.lesson(Phrase("no answer", "不是答案"))) }
            let isRight = given.answer.hasPrefix("r")
            let shares = (try? JSONValue(parsing: Array(given.answer.utf8)))?.object?.members ?? []
            return CheckedAnswer(
                variant: "of \(student)",
                verdict: Verdict(
                    isRight: isRight, score: isRight ? 2 : 0, misconception: isRight ? nil : "slip",
                    feedback: Phrase("said \(given.answer)", "答 \(given.answer)")),
                bet: shares.map { ($0.key, $0.value.double ?? 0) })
        },
        choices: { (_) throws(ClassError) in [("a", Phrase("A", "甲")), ("b", Phrase("B", "乙"))] })

    init(_ limits: ClassLimits = ClassLimits()) throws {
        folder = try TemporaryFolder()
        let store = try ClassStore.make(folder.path + "/class", name: "7b", course: "1", clock: clock.read)
        live = LiveClass(store, Self.checker, limits: limits)
    }

    var path: String { live.store.path }

    func join(_ name: String, room: String? = nil, from address: String = "1.2.3.4") throws -> Seat {
        var json = JSONWriter()
        try json.object { json in
            json.member("do", "join")
            json.member("room", try room ?? live.store.facts().room)
            json.member("name", name)
        }
        let outcome = try live.perform(json.bytes, by: Caller(.nobody, address: address))
        guard case .joined(let student, let resume?, let cookie) = outcome else { throw Unexpected() }
        return Seat(id: student.id, name: student.name, resume: resume, cookie: cookie)
    }

    func ask(_ command: String, by caller: Caller? = nil) throws -> ClassOutcome {
        try live.perform(Array(command.utf8), by: caller ?? teacher)
    }

    /// - Returns: the acknowledgement.
    @discardableResult
    func answer(_ seat: Seat, _ client: String, _ exercise: String, _ answer: String) throws -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("do", "answer")
            json.member("client", client)
            json.member("exercise", exercise)
            json.member("answer", answer)
        }
        guard case .acknowledged(let text) = try live.perform(json.bytes, by: seat.caller) else { throw Unexpected() }
        return text
    }

    func view() throws -> ClassView {
        guard case .view(let view) = try ask(#"{"do": "view"}"#) else { throw Unexpected() }
        return view
    }

    struct Unexpected: Error {}

    /// All bytes of all files of the class.
    func allBytes() throws -> [UInt8] { try folder.names().flatMap { try folder.bytes($0) } }
}

/// What is thrown, as a refusal.
func refusal(_ body: () throws -> Void) -> Refusal? {
    do { try body() } catch ClassError.refused(let refusal) { return refusal } catch { return nil }
    return nil
}

extension [UInt8] {
    /// Whether a text stands in it.
    func holds(_ text: String) -> Bool { Data(self).range(of: Data(text.utf8)) != nil }
}
