// The rules of a class: who may do what, who comes in, what a teacher sees, and what is too much.
import JSONText
import TestTools
import Testing
import Threads

@testable import Classes

@Suite struct RuleTests {
    /// Every command by everybody: who is not in its row is refused before anything is read of it.
    @Test func whoMayDoWhat() throws {
        let made = try MadeClass()
        let ann = try made.join("Ann")
        let wanted: [String: Set<String>] = [
            "join": ["nobody", "student", "teacher"], "resume": ["nobody", "student", "teacher"],
            "enter": ["nobody", "student", "teacher"], "answer": ["student"], "look": ["student"], "leave": ["student"],
            "standing": ["student"], "bets": ["student", "teacher"],
        ]
        let roles: [(String, Caller)] = [
            ("nobody", Caller(.nobody, address: "")), ("student", ann.caller), ("teacher", made.teacher),
        ]
        for row in CommandRow.all {
            for (role, caller) in roles {
                let told = refusal { _ = try ClassCommand(parsing: Array(#"{"do": "\#(row.name)"}"#.utf8), by: caller) }
                let isAllowed = (wanted[row.name] ?? ["teacher"]).contains(role)
                #expect(
                    (told == .notAllowed(command: row.name)) == !isAllowed,
                    "\(row.name) by \(role): \(String(describing: told))")
            }
        }
        #expect(CommandRow.all.count == 20)
    }

    @Test func hostileCommands() throws {
        let made = try MadeClass()
        let ann = try made.join("Ann")
        for text in [
            "", "[]", "{", "{}", #"{"do": 1}"#, #"{"do": "nothing"}"#, #"{"do": "join"}"#,
            #"{"do": "answer", "client": "'; DROP TABLE answer; --", "exercise": "e", "answer": "r"}"#,
            #"{"do": "answer", "client": "", "exercise": "e", "answer": "r"}"#,
            #"{"do": "answer", "client": "é", "exercise": "e", "answer": "r"}"#,
            #"{"do": "answer", "client": "1", "exercise": "e", "answer": "\#(String(repeating: "x", count: 4_001))"}"#,
            String(repeating: "[", count: 30_000), String(repeating: " ", count: 40_000),
        ] {
            guard case .malformed? = refusal({ _ = try made.ask(text, by: ann.caller) }) else {
                Issue.record("\(text.prefix(60)) was taken")
                continue
            }
        }
        // Quotation marks in an answer or an exercise are only characters.
        try made.answer(ann, "1", "e'; DELETE FROM student; --", "r'); DROP TABLE answer; --\u{0}x")
        let kept = try made.live.store.answers()
        #expect(kept.map(\.answer) == ["r'); DROP TABLE answer; --\u{0}x"])
        #expect(kept.map(\.exercise) == ["e'; DELETE FROM student; --"])
    }

    @Test func comingInAndComingBack() throws {
        let made = try MadeClass()
        let room = try made.live.store.facts().room
        #expect(room.utf8.count == 6 && room.utf8.allSatisfy { codeLetters.contains($0) })
        #expect(refusal { _ = try made.join("Ann", room: "AAAAAA") } == .wrongRoomCode)
        let ann = try made.join("Ann", room: " \(room.lowercased().prefix(3))-\(room.dropFirst(3)) ")
        #expect(try made.live.caller(cookie: ann.cookie, address: "").role == .student(ann.id))
        #expect(try made.live.caller(cookie: "nothing", address: "").role == .nobody)
        #expect(try made.live.caller(cookie: ann.resume, address: "").role == .nobody)
        let nobody = Caller(.nobody, address: "")
        guard
            case .joined(let again, nil, let cookie) = try made.ask(
                #"{"do": "resume", "code": "\#(ann.resume.lowercased())"}"#, by: nobody)
        else {
            Issue.record("Ann is not let back in")
            return
        }
        #expect(again.id == ann.id && cookie != ann.cookie)
        #expect(try made.live.caller(cookie: cookie, address: "").role == .student(ann.id))
        for wrong in ["AAAAA-AAAAA", ann.cookie, room, ""] {
            #expect(
                refusal { _ = try made.ask(#"{"do": "resume", "code": "\#(wrong)"}"#, by: nobody) } == .wrongResumeCode)
        }
        _ = try made.ask(#"{"do": "new-code"}"#)
        #expect(try made.live.store.facts().room != room)
        #expect(refusal { _ = try made.join("Bo", room: room) } == .wrongRoomCode)
    }

    @Test func theTeachersAddress() throws {
        let made = try MadeClass()
        let enter = { (secret: String) throws -> String in
            let outcome = try made.ask(#"{"do": "enter", "secret": "\#(secret)"}"#, by: Caller(.nobody, address: ""))
            guard case .entered(let cookie) = outcome else { throw MadeClass.Unexpected() }
            return cookie
        }
        let first = try made.live.store.renewTeacherAddress()
        let cookie = try enter(first)
        #expect(try made.live.caller(cookie: cookie, address: "").role == .teacher)
        // The secret itself is no cookie, and a student's is no teacher's.
        #expect(try made.live.caller(cookie: first, address: "").role == .nobody)
        #expect(refusal { _ = try enter(try made.join("Ann").cookie) } == .wrongSecret)
        let second = try made.live.store.renewTeacherAddress()
        #expect(refusal { _ = try enter(first) } == .wrongSecret)
        #expect(try made.live.caller(cookie: cookie, address: "").role == .teacher)
        #expect(try made.live.caller(cookie: try enter(second), address: "").role == .teacher)
    }

    @Test func lockedRemovedEnded() throws {
        let made = try MadeClass()
        let ann = try made.join("Ann")
        _ = try made.ask(#"{"do": "lock", "on": true}"#)
        #expect(refusal { _ = try made.join("Bo") } == .locked)
        // Who was in may come back.
        _ = try made.ask(#"{"do": "resume", "code": "\#(ann.resume)"}"#, by: Caller(.nobody, address: ""))
        _ = try made.ask(#"{"do": "lock", "on": false}"#)
        let bo = try made.join("Bo")
        try made.answer(bo, "1", "e", "right")
        _ = try made.ask(#"{"do": "remove", "student": \#(bo.id), "on": true}"#)
        #expect(refusal { _ = try made.live.caller(cookie: bo.cookie, address: "") } == .removed)
        #expect(refusal { try made.answer(bo, "2", "e", "right") } == .removed)
        let resume = #"{"do": "resume", "code": "\#(bo.resume)"}"#
        #expect(refusal { _ = try made.ask(resume, by: Caller(.nobody, address: "")) } == .removed)
        #expect(try made.view().rows.map(\.student.isRemoved) == [false, true])
        _ = try made.ask(#"{"do": "remove", "student": \#(bo.id), "on": false}"#)
        try made.answer(bo, "2", "e", "right")
        _ = try made.ask(#"{"do": "end", "on": true}"#)
        #expect(refusal { try made.answer(bo, "3", "e", "right") } == .ended)
        #expect(refusal { _ = try made.join("Cy") } == .ended)
        // What was acknowledged before is acknowledged again.
        try made.answer(bo, "2", "e", "right")
        #expect(refusal { _ = try made.ask(#"{"do": "remove", "student": 99, "on": true}"#) } == .unknownStudent)
    }

    /// Two pages may give their answers one name: what was acknowledged stays, and only what was sent twice is there once.
    @Test func answersOfOneNameAreAllKept() throws {
        let made = try MadeClass()
        let (first, later) = (try made.join("Ann"), try made.join("Bob"))
        try made.answer(first, "1", "e", "wrong")
        try made.answer(first, "2", "f", "right")
        try made.answer(later, "1", "e", "right")
        try made.answer(later, "2", "f", "right")
        _ = try made.ask(#"{"do": "merge", "student": \#(later.id), "into": \#(first.id)}"#)
        let kept = try made.live.store.answers()
        #expect(kept.map { "\($0.exercise) \($0.attempt) \($0.answer)" } == ["e 1 wrong", "e 2 right", "f 1 right"])
    }

    @Test func aStudentWhoCameBackIsOneAgain() throws {
        let made = try MadeClass()
        let first = try made.join("Ann")
        try made.answer(first, "1", "e", "wrong")
        try made.answer(first, "2", "bet", #"{"a": 1}"#)
        let later = try made.join("Ann")
        #expect(later.name == "Ann (2)")
        try made.answer(later, "1", "e", "wrong")  // sent again by the page, as somebody else
        try made.answer(later, "7", "e", "right")
        try made.answer(later, "8", "bet", #"{"b": 1}"#)
        try made.answer(later, "9", "f", "right")
        _ = try made.ask(#"{"do": "merge", "student": \#(later.id), "into": \#(first.id)}"#)
        let view = try made.view()
        #expect(view.rows.count == 1 && view.rows[0].student.name == "Ann" && view.rows[0].points == 4)
        let kept = try made.live.store.answers()
        #expect(
            kept.map { "\($0.exercise) \($0.attempt) \($0.answer)" } == [
                #"bet 1 {"a": 1}"#, #"bet 2 {"b": 1}"#, "e 1 wrong", "e 2 right", "f 1 right",
            ])
        #expect(try made.live.store.bets(on: "bet").shares == ["a": 1])
        // Both browsers and both codes are Ann's now.
        for seat in [first, later] {
            #expect(try made.live.caller(cookie: seat.cookie, address: "").role == .student(first.id))
            #expect(
                try made.live.store.holder(.resume, normalCode(seat.resume)!) == .student(first.id, isRemoved: false))
        }
        #expect(
            refusal { _ = try made.ask(#"{"do": "merge", "student": \#(first.id), "into": \#(first.id)}"#) }
                == .sameStudent)
        #expect(
            refusal { _ = try made.ask(#"{"do": "merge", "student": \#(later.id), "into": \#(first.id)}"#) }
                == .unknownStudent)
    }

    @Test func betsAreHiddenUntilTheyAreRevealed() throws {
        let made = try MadeClass()
        let seats = try ["Ann", "Bo", "Cy"].map { try made.join($0) }
        try made.answer(seats[0], "1", "bet", #"{"a": 0.7, "b": 0.3}"#)
        try made.answer(seats[1], "1", "bet", #"{"b": 1}"#)
        try made.answer(seats[1], "2", "bet", #"{"a": 1}"#)  // a second thought is no bet
        try made.answer(seats[2], "1", "bet", #"{"b": 1}"#)
        _ = try made.ask(#"{"do": "remove", "student": \#(seats[2].id), "on": true}"#)
        let bets = { (caller: Caller) throws -> BetView in
            guard case .bets(let view) = try made.ask(#"{"do": "bets", "exercise": "bet"}"#, by: caller) else {
                throw MadeClass.Unexpected()
            }
            return view
        }
        for caller in [made.teacher, seats[0].caller] {
            let view = try bets(caller)
            #expect(view.count == 2 && !view.isRevealed && view.choices.map(\.sum) == [nil, nil])
        }
        _ = try made.ask(#"{"do": "reveal", "exercise": "bet"}"#)
        for caller in [made.teacher, seats[0].caller] {
            let view = try bets(caller)
            #expect(view.isRevealed && view.choices.map(\.sum) == [0.7, 1.3])
        }
    }

    @Test func answersWithAndWithoutNames() throws {
        let made = try MadeClass()
        for (name, answer) in [("Ann", "wrong z"), ("Bo", "right"), ("Cy", "wrong a")] {
            let seat = try made.join(name)
            try made.answer(seat, "1", "e", "first")
            try made.answer(seat, "2", "e", answer)
        }
        let rows = { (isNamed: Bool) throws -> [AnswersView.Row] in
            guard case .answers(let view) = try made.ask(#"{"do": "answers", "exercise": "e", "named": \#(isNamed)}"#)
            else { throw MadeClass.Unexpected() }
            return view.rows
        }
        #expect(try rows(true).map(\.name) == ["Ann", "Bo", "Cy"])
        #expect(try rows(true).map(\.answer) == ["wrong z", "right", "wrong a"])
        #expect(try rows(false).map(\.name) == [nil, nil, nil])
        #expect(try rows(false).map(\.answer) == ["right", "wrong a", "wrong z"])
    }

    @Test func tooMuchIsRefusedAndTheClassGoesOn() throws {
        var limits = ClassLimits()
        limits.students = 40
        let made = try MadeClass(limits)
        let ann = try made.join("Ann")
        for number in 0..<30 { try made.answer(ann, "\(number)", "e", "right") }
        guard case .tooFast(let seconds)? = refusal({ try made.answer(ann, "30", "e", "right") }) else {
            Issue.record("31 answers in no time were taken")
            return
        }
        #expect(seconds == 2)
        made.clock.move(seconds: 2)
        try made.answer(ann, "30", "e", "right")
        // Wrong codes: one address is stopped, and others come in.
        for _ in 0..<20 {
            #expect(refusal { _ = try made.join("Eve", room: "AAAAAA", from: "6.6.6.6") } == .wrongRoomCode)
        }
        guard case .tooFast? = refusal({ _ = try made.join("Eve", from: "6.6.6.6") }) else {
            Issue.record("guessing goes on")
            return
        }
        #expect(try made.join("Bo", from: "1.1.1.1").name == "Bo")
    }

    /// One code makes no rows without end, and no student's page keeps the class busy.
    @Test func comingBackHasABound() throws {
        let made = try MadeClass()
        let ann = try made.join("Ann")
        func come() throws -> ClassOutcome {
            try made.live.perform(
                Array(#"{"do":"resume","code":"\#(ann.resume)"}"#.utf8), by: Caller(.nobody, address: "x"))
        }
        var cookies: [String] = []
        for turn in 0..<60 {
            made.clock.move(seconds: 3)
            guard case .joined(_, _, let cookie) = try come() else { continue }
            cookies.append(cookie)
            #expect(try made.live.caller(cookie: cookie, address: "x").role == .student(ann.id), "\(turn)")
        }
        let good = try cookies.map { try made.live.caller(cookie: $0, address: "x").role == .student(ann.id) }
        #expect(good.suffix(8).allSatisfy { $0 } && good.dropLast(8).allSatisfy { !$0 } && cookies.count == 60)
        let many = { for _ in 0..<100 { _ = try come() } }
        #expect(throws: ClassError.self, performing: many)
        let looks = {
            for _ in 0..<200 { _ = try made.live.perform(Array(#"{"do":"standing"}"#.utf8), by: ann.caller) }
        }
        #expect(throws: ClassError.self, performing: looks)
    }

    @Test func tenThousandJoins() throws {
        var limits = ClassLimits()
        limits.students = 300
        let made = try MadeClass(limits)
        let ann = try made.join("Ann")
        var told: [String: Int] = [:]
        for number in 0..<10_000 {
            if number % 40 == 0 { made.clock.move(seconds: 1) }
            do {
                _ = try made.join(
                    "crowd \(number % 50)", room: number % 7 == 0 ? "WRONG1" : nil,
                    from: "10.0.\(number / 250).\(number % 250)")
                told["in", default: 0] += 1
            } catch ClassError.refused(let refusal) {
                told[ClassError.refused(refusal).name, default: 0] += 1
            }
        }
        #expect(told["in"] == 299)
        #expect(told.values.reduce(0, +) == 10_000 && told["class-is-full"] ?? 0 > 1_000, "\(told)")
        #expect(try made.view().rows.count == 300)
        try made.answer(ann, "1", "e", "right")
        let size = try made.folder.names().reduce(0) { try $0 + made.folder.bytes($1).count }
        #expect(size < 5_000_000)
        made.live.state.withLock { state in #expect(state.wrongOfOne.keys <= 4_096) }
    }

    @Test func bucketsFillEvenly() throws {
        var limit = RateLimit(perMinute: 6)
        for _ in 0..<6 { try limit.take("a", at: 0) }
        #expect(limit.wait("a", at: 0) == 10 && limit.wait("b", at: 0) == nil && limit.wait("a", at: 9) == 1)
        try limit.take("a", at: 10)
        #expect(limit.wait("a", at: 10) == 10)
        // A clock that is set back makes nobody wait for longer.
        #expect(limit.wait("a", at: -3_600) == 10)
        #expect(limit.wait("a", at: -3_595) == 5 && limit.wait("a", at: -3_590) == nil)
        for number in 0..<20_000 { limit.count("\(number)", at: 100) }
        #expect(limit.keys <= 4_096)
    }
}
