// What single exercises of the course promise: one right head, shuffled events, a layout that tells nothing.
import Phrases
import Testing
import Traces

@testable import LessonFiles
@testable import Lessons

@Suite struct ExerciseTests {
    /// One head alone takes most: the thresholds of the exercise part it from all others, whatever the country.
    @Test func oneHeadIsMissedMost() throws {
        let room = try classroom()
        var seen: Set<String> = []
        for student in 0..<30 {
            let sitting = try room.sit("without", student: "\(student)")
            if !seen.insert(sitting.trace.prompt.text).inserted { continue }
            let model = sitting.trace.model
            let right = try (0..<model.layers * model.heads).filter {
                try room.check(sitting, "\($0 / model.heads).\($0 % model.heads)").isRight
            }
            #expect(right.count == 1, "\(sitting.trace.prompt.text): \(right)")
        }
        #expect(seen.count == 5)
    }

    /// Where nothing but the layout is looked at: the right choice stands nowhere in particular, and is no longer than others.
    @Test func layoutTellsNothing() throws {
        let room = try classroom()
        var (first, last, longest, count) = (0, 0, 0, 0)
        for exercise in room.course.all.flatMap({ $0.exercises }) where !exercise.choices.isEmpty {
            for student in 0..<(exercise.vary.isEmpty ? 1 : 6) {
                let sitting = try room.sit(exercise.id, student: "\(student)")
                let choices = try sitting.choices()
                let right = try sitting.rightChoice()
                let place = try #require(choices.firstIndex { $0.key == right })
                let lengths = choices.map { $0.words.english.utf8.count }
                count += exercise.vary.isEmpty ? 6 : 1
                let weight = exercise.vary.isEmpty ? 6 : 1
                if place == 0 { first += weight }
                if place == choices.count - 1 { last += weight }
                if lengths.filter({ $0 == lengths.max() }).count == 1, lengths[place] == lengths.max() {
                    longest += weight
                }
            }
        }
        for (name, hits) in [("first", first), ("last", last), ("longest", longest)] {
            #expect((0.15...0.5).contains(Double(hits) / Double(count)), "\(name): \(hits) of \(count)")
        }
    }

    /// What is to be arranged stands in another order than the right one.
    @Test func eventsAreShuffled() throws {
        let room = try classroom()
        for id in ["timeline", "merge-order"] {
            for student in 0..<20 {
                let sitting = try room.sit(id, student: "\(student)")
                let shown = sitting.items.joined(separator: ", ")
                #expect(try sitting.referenceAnswer() != shown && !room.check(sitting, shown).isRight, "\(id)")
                let json = String(decoding: try sitting.json(in: .english), as: UTF8.self)
                #expect(json.contains(sitting.items[0]))
            }
        }
    }

    /// The rule that is taught, worked out here: the token of position p is read for the step after its own, and missed by
    /// the one after that.
    @Test func aLostEntryIsMissedTwoStepsLater() throws {
        let room = try classroom()
        for student in 0..<12 {
            let sitting = try room.sit("damaged-from", student: "\(student)")
            let lost = try #require(sitting.variant.values.first { $0.name == "d" }.flatMap { Int($0.value) })
            #expect(try room.check(sitting, "\(lost - sitting.trace.prompt.tokens.count + 2)").isRight)
        }
    }

    /// A record in the course is what the model that it names makes of the same text.
    @Test func theEncodersRecordIsItsOwn() throws {
        let lesson = try Course.shipped().lesson("attention")
        let run = try #require(lesson.run("both-ways"))
        let trace = try Trace(parsing: Array(run.record.utf8))
        #expect(
            trace.model.name == "stepglass-tiny-bert" && trace.run == .fill
                && trace.prompt.text == "The [MASK] is blue.")
        let attention = try #require(trace.attention)
        // All look at all.
        #expect(attention.row(layer: 0, head: 0, query: 2).allSatisfy { $0 > 0 })
        #expect(attention.row(layer: 0, head: 0, query: 0).count == trace.prompt.tokens.count)
    }
}
