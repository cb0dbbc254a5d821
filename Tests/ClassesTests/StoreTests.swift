// The file of a class: what is acknowledged is in it, what is deleted is not, and what is no class is refused with a line.
import Foundation
import JSONText
import Lessons
import Phrases
import TestTools
import Testing
import Threads

@testable import Classes

@Suite struct StoreTests {
    private func failure(_ body: () throws -> Void) -> ClassError? {
        do { try body() } catch { return error as? ClassError }
        return nil
    }

    @Test func aClassIsThereAgainAsItWas() throws {
        let made = try MadeClass()
        let ann = try made.join("Ann")
        try made.answer(ann, "1", "e", "wrong")
        try made.answer(ann, "2", "e", "right")
        let facts = try made.live.store.facts()
        made.live.store.close()
        let store = try ClassStore.open(made.path)
        #expect(try store.facts() == facts)
        #expect(try store.students().map(\.name) == ["Ann"])
        let answers = try store.answers()
        #expect(answers.map(\.attempt) == [1, 2] && answers.map(\.isRight) == [false, true])
        #expect(answers[0].misconception == "slip" && answers[1].points == 2 && answers[0].variant == "of Ann")
    }

    @Test func theFileIsFlushedAtEachTransactionAndBelongsToOne() throws {
        let made = try MadeClass()
        try made.live.store.use { database throws(ClassError) in
            #expect(try database.row("PRAGMA journal_mode")?[0].text == "wal")
            #expect(try database.row("PRAGMA synchronous")?[0].int == 2)
            #expect(try database.row("PRAGMA foreign_keys")?[0].int == 1)
            #expect(try database.row("PRAGMA secure_delete")?[0].int == 1)
        }
        #expect(failure { _ = try ClassStore.open(made.path) } == .inUse(file: made.path))
        #expect(failure { _ = try ClassStore.make(made.path, name: "x", course: "1") } == .exists(file: made.path))
    }

    @Test func whatIsNoClassIsRefused() throws {
        let folder = try TemporaryFolder()
        let text = try folder.write("text", Array(String(repeating: "no database at all. ", count: 90).utf8))
        #expect(failure { _ = try ClassStore.open(text) } == .noClass(file: text))
        #expect(failure { _ = try ClassStore.open(try folder.write("empty", [])) } != nil)
        guard case .cannotOpen = failure({ _ = try ClassStore.open(folder.path + "/none") }) else {
            Issue.record("a file that is not there was opened")
            return
        }
        #expect(folder.names() == ["empty", "text"])
        // Another program's database.
        let other = try Database(folder.path + "/other", makesFile: true)
        try other.execute("CREATE TABLE class (id INTEGER PRIMARY KEY, name TEXT)")
        other.close()
        #expect(failure { _ = try ClassStore.open(folder.path + "/other") } == .noClass(file: folder.path + "/other"))
    }

    /// Somebody's file with a program in its tables: it is not carried out, whether the file is opened or restored.
    @Test(
        arguments: [
            "PRAGMA user_version = -1",
            """
            DROP TABLE class; CREATE VIEW class AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
            SELECT x AS id, '' AS name, '' AS course, '' AS room, 0 AS isLocked, 0 AS hasEnded, 0 AS made FROM n
            """,
            "CREATE TABLE more (x CHECK (length(hex(zeroblob(200000000))) > 0)); INSERT INTO more SELECT NULL FROM class",
            "CREATE TRIGGER later AFTER INSERT ON answer BEGIN DELETE FROM student; END",
            "CREATE INDEX more ON answer (length(answer))", "DROP INDEX keyOfStudent",
        ] as [StaticString]) func tablesOfSomebodyElseAreNotAsked(_ statements: StaticString) throws
    {
        let made = try MadeClass()
        made.live.store.close()
        let database = try Database(made.path)
        // A CHECK that is too long to be computed says so by itself.
        try? database.execute(statements)
        database.close()
        let copy = made.folder.path + "/copy"
        for refused in [
            failure { _ = try ClassStore.open(made.path) }, failure { try ClassStore.restore(made.path, to: copy) },
        ] {
            switch refused {
            case .noClass, .damaged: break
            default: Issue.record("\(statements): \(String(describing: refused))")
            }
        }
        #expect(!made.folder.names().contains("copy"))
    }

    @Test func aLaterFileIsRefusedAndLeftAsItIs() throws {
        let made = try MadeClass()
        try made.live.store.use { database throws(ClassError) in try database.execute("PRAGMA user_version = 99") }
        made.live.store.close()
        let before = try made.folder.bytes("class")
        #expect(failure { _ = try ClassStore.open(made.path) } == .newer(file: made.path, version: 99, known: 1))
        #expect(try made.folder.bytes("class") == before)
    }

    /// Bytes changed at random: refused, or opened with every answer as it was; never something else in between.
    @Test func damagedFiles() throws {
        let made = try MadeClass()
        for number in 0..<20 {
            let seat = try made.join("student \(number)")
            for answer in 0..<5 { try made.answer(seat, "\(answer)", "e\(answer)", "right") }
        }
        made.live.store.close()
        let whole = try made.folder.bytes("class")
        var (chance, refused) = (SplitMix64(state: 3), 0)
        for number in 0..<150 {
            var bytes = whole
            if number % 3 == 0 {
                bytes.removeLast(Int.random(in: 1..<bytes.count, using: &chance))
            } else {
                for _ in 0..<(number % 3 * 40) {
                    bytes[Int.random(in: 0..<bytes.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
                }
            }
            let path = try made.folder.write("damaged", bytes)
            do {
                let store = try ClassStore.open(path)
                _ = (try store.facts(), try store.answers(), try store.students())
                store.close()
            } catch {
                refused += 1
                #expect(!error.phrase.chinese.isEmpty)
            }
        }
        #expect(refused > 100)
    }

    @Test func anAnswerThatIsSentAgainIsKeptOnce() throws {
        let made = try MadeClass()
        let (ann, bo) = (try made.join("Ann"), try made.join("Bo"))
        let first = try made.answer(ann, "one", "e", "wrong")
        let second = try made.answer(ann, "two", "e", "right")
        for _ in 0..<3 { #expect(try made.answer(ann, "one", "e", "wrong") == first) }
        #expect(first != second && first.contains("\"attempt\":1") && second.contains("\"attempt\":2"))
        // The number belongs to its student alone, and to its answer.
        #expect(try made.answer(bo, "one", "e", "right").contains("\"attempt\":1"))
        #expect(refusal { _ = try made.answer(ann, "one", "e", "right") } == .otherAnswer)
        #expect(try made.live.store.answers(of: ann.id).count == 2)
        // Sent again by both of a page that was opened twice, at the same time.
        let limits = made.live.limits.answersOfStudent
        let given = GivenAnswer(client: "three", exercise: "e", answer: "right")
        let checked = try MadeClass.checker.check(given, "Ann")
        let told = try (0..<2).map { _ in try made.live.store.keep(given, checked, of: ann.id, limit: limits) }
        #expect(told[0] == told[1])
        #expect(try made.live.store.answers(of: ann.id).count == 3)
    }

    /// No answer is there without its grade, and none with half of its bet.
    @Test func aTransactionThatFailsLeavesNothing() throws {
        let made = try MadeClass()
        let ann = try made.join("Ann")
        let error = failure {
            try made.live.store.change { database throws(ClassError) in
                try database.rows(
                    "INSERT INTO bet (student, exercise, choice, share) VALUES (?, 'e', 'a', 1)", .integer(ann.id))
                try database.rows("INSERT INTO bet (student, exercise, choice, share) VALUES (999, 'e', 'a', 1)")
            }
        }
        guard case .database? = error else {
            Issue.record("a bet of nobody was taken")
            return
        }
        #expect(try made.live.store.bets(on: "e").count == 0)
    }

    @Test func aFullDiskIsToldAndLosesNothing() throws {
        var limits = ClassLimits()
        limits.answersPerMinute = 100_000
        let made = try MadeClass(limits)
        let ann = try made.join("Ann")
        try made.live.store.use { database throws(ClassError) in _ = try database.rows("PRAGMA max_page_count = 60") }
        var (kept, full) = (0, 0)
        let long = String(repeating: "r", count: 900)
        for number in 0..<400 {
            do {
                try made.answer(ann, "\(number)", "e\(number)", long + "\(number)")
                #expect(full == 0)
                kept += 1
            } catch let error as ClassError {
                #expect(error == .full(file: made.path) && error.phrase.english.contains("the disk is full"))
                full += 1
            }
        }
        #expect(kept > 20 && full > 20)
        #expect(try made.live.store.answers(of: ann.id).count == kept)
        // Room again: the class goes on.
        try made.live.store.use { database throws(ClassError) in _ = try database.rows("PRAGMA max_page_count = 10000")
        }
        try made.answer(ann, "399", "e399", long + "399")
        made.live.store.close()
        #expect(try ClassStore.open(made.path).answers().count == kept + 1)
    }

    /// What has no room is the copy, and it is what the line tells of.
    @Test(.needs(.command, .namespaces)) func aBackupThatHasNoRoom() throws {
        let folder = try TemporaryFolder()
        let store = try ClassStore.make(folder.path + "/7b.class", name: "7b", course: "1")
        store.close()
        try FileManager.default.createDirectory(atPath: folder.path + "/small", withIntermediateDirectories: false)
        let script = """
            mount -t tmpfs -o size=8k none "$2/small" || exit 9
            "$1" serve --class 7b --classes "$2" --backup "$2/small/saved"; echo "ended $? $(ls -A "$2/small")"
            """
        let outcome = try run(
            ["/bin/sh", "-c", TestMachine.unshare + " sh -c \"$0\" - \"$1\" \"$2\"", script]
                + [try #require(TestMachine.command), folder.path])
        #expect(outcome.text.hasPrefix("ended 1"), "\(outcome.text) \(outcome.errors)")
        #expect(outcome.errors.contains("small/saved could not be written"), "\(outcome.errors)")
        #expect(outcome.text.trimmingCharacters(in: .whitespacesAndNewlines) == "ended 1")
    }

    /// The same on a disk that is really full, which also refuses the log.
    @Test(.needs(.namespaces)) func aSmallDisk() throws {
        let folder = try TemporaryFolder()
        let child = TestMachine.buildFolder.appendingPathComponent("class-under-load").path
        let script = """
            mount -t tmpfs -o size=1m none '\(folder.path)' && '\(child)' '\(folder.path)/class' 20 > /tmp/out.$$
            echo "ended $?"
            grep -c '^kept' /tmp/out.$$; grep '^failed' /tmp/out.$$ | head -1; rm /tmp/out.$$
            mount -o remount,size=4m '\(folder.path)' && '\(child)' '\(folder.path)/class' 0 | head -1
            """
        let outcome = try run(["/bin/sh", "-c", TestMachine.unshare + " sh -c \"$0\"", script])
        let lines = outcome.text.split(separator: "\n").map(String.init)
        #expect(lines.count == 4, "\(outcome.text) \(outcome.errors)")
        #expect(lines.first == "ended 1" && lines.last == "open")
        #expect((Int(lines.dropFirst().first ?? "") ?? 0) > 30)
        #expect(lines.dropFirst(2).first?.contains("the disk is full") == true, "\(outcome.text)")
    }

    @Test func aBackupIsTheWholeClassInOneFile() throws {
        let made = try MadeClass()
        let ann = try made.join("Ann")
        try made.answer(ann, "1", "e", "right")
        let copy = made.folder.path + "/saved"
        try made.live.store.backUp(to: copy)
        #expect(failure { try made.live.store.backUp(to: copy) } == .exists(file: copy))
        // What happens after it is not in it; the class goes on.
        try made.answer(ann, "2", "e", "right")
        let restored = made.folder.path + "/restored"
        try ClassStore.restore(copy, to: restored)
        let store = try ClassStore.open(restored)
        #expect(try store.answers().count == 1)
        #expect(try store.facts() == made.live.store.facts())
        #expect(try store.holder(.resume, normalCode(ann.resume)!) == .student(ann.id, isRemoved: false))
        store.close()
        #expect(failure { try ClassStore.restore(copy, to: restored) } == .exists(file: restored))
        let broken = try made.folder.write("broken", Array(try made.folder.bytes("saved").prefix(9_000)))
        #expect(failure { try ClassStore.restore(broken, to: made.folder.path + "/none") } != nil)
        #expect(made.folder.names().filter { $0.contains("part") || $0.hasPrefix("none") } == [])
        let bytes = try made.live.store.backup()
        try ClassStore.restore(try made.folder.write("sent", bytes), to: made.folder.path + "/third")
        #expect(try ClassStore.open(made.folder.path + "/third").answers().count == 2)
    }

    @Test func whoIsDeletedIsNowhereInTheFile() throws {
        let made = try MadeClass()
        let (ann, bo) = (try made.join("Annabella Quickstep"), try made.join("Bo"))
        for number in 0..<200 {
            _ = try made.live.store.keep(
                GivenAnswer(client: "\(number)", exercise: "e\(number % 9)", answer: "the secret of Quickstep"),
                CheckedAnswer(
                    variant: "v",
                    verdict: Verdict(isRight: true, score: 1, misconception: nil, feedback: Phrase(same: "Quickstep"))),
                of: ann.id, limit: 1_000)
        }
        try made.answer(bo, "1", "e", "right")
        #expect(try made.allBytes().holds("Quickstep"))
        _ = try made.ask(#"{"do": "delete", "student": \#(ann.id)}"#)
        for text in ["Quickstep", "Annabella", "secret of"] { #expect(try !made.allBytes().holds(text), "\(text)") }
        #expect(try made.view().rows.map(\.student.name) == ["Bo"])
        #expect(refusal { _ = try made.ask(#"{"do": "delete", "student": \#(ann.id)}"#) } == .unknownStudent)
        #expect(try made.live.caller(cookie: ann.cookie, address: "").role == .nobody)
        // Nobody gets the number of one who is gone.
        #expect(try made.join("Cy").id > bo.id)
    }

    @Test func aDeletedClassIsGone() throws {
        let made = try MadeClass()
        try made.answer(try made.join("Annabella"), "1", "e", "right")
        try made.live.store.deleteClass()
        #expect(made.folder.names() == [])
    }

    /// A file of somebody else's stays; what a killed process left of a copy has names in it, and goes with the class.
    @Test func onlyOurOwnFilesGo() throws {
        let made = try MadeClass()
        try made.answer(try made.join("Annabella"), "1", "e", "right")
        let others = [
            "class.copy", "class.part-1", "class.part-x.stepglass", "class.part-1.stepglass.bak",
            "class2.part-1.stepglass",
            "class.class.part-1.stepglass", "class.book-12",
        ]
        let parts = ["class.part-999999.stepglass", "class.2.part-1.stepglass", "class.book.part-12.stepglass"]
        for name in others + parts { _ = try made.folder.write(name, Array("thesis".utf8)) }
        _ = try made.live.store.backup()
        #expect(try others.allSatisfy { try made.folder.bytes($0) == Array("thesis".utf8) })
        try made.live.store.deleteClass()
        #expect(made.folder.names() == others.sorted())
    }

    /// SQLite deletes what a journal beside a file names, before anything can be asked of the file.
    @Test func aJournalBesideAClass() throws {
        let made = try MadeClass()
        let ann = try made.join("Ann")
        try made.answer(ann, "1", "e", "right")
        try made.live.store.backUp(to: made.folder.path + "/saved")
        made.live.store.close()
        let victim = try made.folder.write("thesis", Array("thesis".utf8))
        for name in ["saved", "class"] {
            let journal = name + "-journal"
            for bytes in [Self.journal(naming: victim), Array("notes".utf8)] {
                _ = try made.folder.write(journal, bytes)
                let path = made.folder.path + "/" + name
                #expect(
                    failure { try ClassStore.restore(path, to: made.folder.path + "/other") }
                        == .beside(file: path, other: path + "-journal"))
                #expect(failure { _ = try ClassStore.open(path) } == .beside(file: path, other: path + "-journal"))
                #expect(try made.folder.bytes("thesis") == Array("thesis".utf8))
                #expect(try made.folder.bytes(journal) == bytes && !made.folder.names().contains("other"))
            }
            try FileManager.default.removeItem(atPath: made.folder.path + "/" + journal)
        }
        // Nor is a log that is none of its own folded into a backup.
        let saved = try made.folder.bytes("saved")
        let log = try made.folder.write("saved-wal", Array("notes".utf8))
        let path = made.folder.path + "/saved"
        #expect(
            failure { try ClassStore.restore(path, to: made.folder.path + "/other") } == .beside(file: path, other: log)
        )
        #expect(try made.folder.bytes("saved") == saved)
    }

    /// A journal of no pages that belongs to a transaction over several files, whose list is said to lie at a path.
    private static func journal(naming path: String) -> [UInt8] {
        func number(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
        let magic: [UInt8] = [0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7]
        var bytes = magic + number(0) + number(1) + number(1) + number(512) + number(4_096)
        bytes += [UInt8](repeating: 0, count: 512 - bytes.count)
        let name = Array(path.utf8)
        return bytes + number((0x4000_0000 >> 12) + 1) + name + number(name.count)
            + number(name.reduce(0) { $0 + Int($1) }) + magic
    }

    /// A backup that somebody made by hand: no teacher's key of his is good, and no row is as none is kept.
    @Test func aBackupMadeByHand() throws {
        let made = try MadeClass()
        let ann = try made.join("Ann")
        try made.answer(ann, "1", "e", "right")
        let secret = try made.live.store.renewTeacherAddress()
        let path = made.folder.path + "/saved"
        try made.live.store.backUp(to: path)
        let whole = try made.folder.bytes("saved")
        try ClassStore.restore(path, to: made.folder.path + "/good")
        let store = try ClassStore.open(made.folder.path + "/good")
        #expect(try store.holder(.teacherAddress, secret) == nil)
        #expect(try store.holder(.studentCookie, ann.cookie) == .student(ann.id, isRemoved: false))
        store.close()
        let changes: [StaticString] = [
            "UPDATE class SET room = ''", "UPDATE class SET room = 'abcdef'", "UPDATE answer SET points = 9e999",
            "UPDATE answer SET attempt = 9223372036854775807",
            "UPDATE answer SET acknowledgement = 'NOT JSON</script>'",
            "UPDATE sqlite_sequence SET seq = 9223372036854775807", "INSERT INTO bet VALUES (1, 'e', 'a', 9e999)",
            "INSERT INTO screen (place, opened) VALUES ('javascript:alert(1)', 1)",
            "UPDATE key SET kind = 'teacherCookie' WHERE student IS NOT NULL",
            "UPDATE student SET shown = CAST(zeroblob(5000) AS TEXT) || 'a'",
            "INSERT INTO reveal VALUES (replace(hex(zeroblob(9000)), '00', char(769, 790)), 1)",
            "INSERT INTO bet VALUES (1, replace(hex(zeroblob(9000)), '00', char(769, 790)), 'a', 0.5)",
            "INSERT INTO bet VALUES (1, 'e', replace(hex(zeroblob(9000)), '00', char(769, 790)), 0.5)",
            "UPDATE answer SET exercise = replace(hex(zeroblob(9000)), '00', char(769, 790))",
            "UPDATE answer SET variant = replace(hex(zeroblob(9000)), '00', char(769, 790))",
            "UPDATE answer SET misconception = replace(hex(zeroblob(9000)), '00', char(769, 790))",
            "UPDATE answer SET answer = replace(hex(zeroblob(9000)), '00', char(769, 790))",
            "UPDATE class SET course = replace(hex(zeroblob(9000)), '00', char(769, 790))",
            "UPDATE class SET name = replace(hex(zeroblob(9000)), '00', char(769, 790))",
            "UPDATE student SET compared = replace(hex(zeroblob(9000)), '00', char(769, 790))",
        ]
        for (number, change) in changes.enumerated() {
            let name = "changed\(number)"
            let changed = try Database(try made.folder.write(name, whole))
            try changed.execute(change)
            changed.close()
            let outcome = failure {
                try ClassStore.restore(made.folder.path + "/" + name, to: made.folder.path + "/bad\(number)")
            }
            guard case .damaged(_, let reason)? = outcome, reason.english != reason.chinese else {
                Issue.record("\(change): \(String(describing: outcome))")
                continue
            }
        }
        #expect(made.folder.names().allSatisfy { !$0.hasPrefix("bad") && !$0.contains(".part-") })
    }

    /// Copies that are made at once are whole, each of them.
    @Test func copiesAtOnce() throws {
        let made = try MadeClass()
        for number in 0..<20 { try made.answer(try made.join("Ann \(number)"), "1", "e", "right") }
        let sizes = Guarded<[Int]>([])
        let threads = (0..<8).map { _ in
            Thread {
                for _ in 0..<10 {
                    let copy = try? made.live.store.backup()
                    sizes.withLock {
                        $0.append(copy.map { $0.starts(with: "SQLite format 3".utf8) ? $0.count : 1 } ?? 0)
                    }
                }
            }
        }
        for thread in threads { thread.start() }
        while threads.contains(where: { !$0.isFinished }) { Thread.sleep(forTimeInterval: 0.01) }
        let all = sizes.withLock { $0 }
        #expect(all.count == 80 && Set(all).count == 1 && all[0] > 4_096, "\(Set(all))")
        #expect(made.folder.names().allSatisfy { !$0.contains(".part-") })
    }

    /// Whoever comes back while the clock is behind is let in.
    @Test func comingBackBeforeOnesTime() throws {
        let made = try MadeClass()
        let ann = try made.join("Ann")
        func back() throws -> String {
            guard
                case .joined(_, _, let cookie) = try made.ask(
                    #"{"do": "resume", "code": "\#(ann.resume)"}"#, by: Caller(.nobody, address: "x"))
            else { throw Failed() }
            return cookie
        }
        for _ in 0..<12 { _ = try back() }
        made.clock.move(seconds: -3_600)
        #expect(try made.live.caller(cookie: try back(), address: "x").role == .student(ann.id))
    }

    private struct Failed: Error {}

    @Test func secretsAreNotInTheFile() throws {
        let made = try MadeClass()
        let secret = try made.live.store.renewTeacherAddress()
        let ann = try made.join("Ann")
        guard
            case .entered(let cookie) = try made.ask(
                #"{"do": "enter", "secret": "\#(secret)"}"#, by: Caller(.nobody, address: ""))
        else {
            Issue.record("the teacher is not let in")
            return
        }
        let bytes = try made.allBytes()
        for text in [secret, cookie, ann.cookie, ann.resume, normalCode(ann.resume)!] { #expect(!bytes.holds(text)) }
        #expect(bytes.holds("Ann"))
        #expect(secret.utf8.count == 40 && cookie != secret && ann.cookie.utf8.count == 40)
    }
}
