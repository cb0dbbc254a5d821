// What is meant by what people type: choices by their words, settings by their short names, wrong units, columns without rows,
// and settings that the engine refuses.
import Debugging
import Phrases
import TestTools
import Testing
import Traces

@testable import LessonFiles
@testable import Lessons

@Suite struct MeantAnswerTests {
    /// A choice is named by its key, its number or its words, in either language; a bet gives each a share.
    @Test func choicesAreNamedAsTheyStand() throws {
        let room = try classroom()
        for exercise in room.course.exercises where !exercise.choices.isEmpty {
            let sitting = try room.sit(exercise.id)
            for (place, (key, words)) in try sitting.choices().enumerated() {
                let ways = [key, key.uppercased(), "\(place + 1)", words.english, words.chinese]
                for typed in ways {
                    let read = try sitting.kind.read(sitting, typed)
                    switch read {
                    case .choice(let found): #expect(found == key, "\(exercise.id): \(typed)")
                    case .distribution(let shares):
                        #expect(
                            shares.count == 1 && shares[0].key == key && shares[0].share == 1,
                            "\(exercise.id): \(typed)")
                    default: Issue.record("\(exercise.id): \(typed)")
                    }
                }
            }
            for typed in ["0", "\(exercise.choices.count + 1)", "zebra", "斑馬"] {
                #expect(
                    isRefused { () throws(LessonError) in _ = try room.check(sitting, typed) } == true,
                    "\(exercise.id): \(typed)")
            }
        }
        let bet = try room.sit("bet-kept")
        let words = try bet.choices().map(\.words)
        let keys = try bet.choices().map(\.key)
        for text in [
            "\(keys[0]) 70%, \(keys[1]) 30%", "1 70%, 2 30%", "1: 0.7, 2: 0.3", "1 七成、2 三成",
            "\(words[0].chinese) 70%，\(words[1].chinese) 30%", "\(words[0].chinese)：7成、\(words[1].chinese)：3成",
        ] {
            let shares = try bet.bet(text)
            #expect(shares.map(\.choice) == Array(keys.prefix(2)), "\(text)")
            #expect(abs(shares[0].share - 0.7) < 1e-9 && abs(shares[1].share - 0.3) < 1e-9, "\(text)")
        }
        for text in ["11", "1.5", "1 70%", "70% 30%"] {
            #expect(isRefused { () throws(LessonError) in _ = try room.check(bet, text) } == true, "\(text)")
        }
        // The reasons of lesson 10 are called what the record calls them.
        let reason = try room.sit("reason")
        #expect(reason.exercise.choices.map(\.key) == ["stop", "eos", "length"])
    }

    /// Columns alone are told from pairs of row and column.
    @Test func columnsAloneAreNoCells() throws {
        let room = try classroom()
        let both = try room.sit("both-ways")
        let cells = try #require(try both.referenceAnswer()).split(separator: " ").map { String($0) }
        let columns = cells.map { String($0.split(separator: ",")[1]) }
        for sign in [" ", ",", "、", ", "] {
            #expect(
                isRefused { () throws(LessonError) in _ = try room.check(both, columns.joined(separator: sign)) }
                    == true)
        }
        #expect(try room.check(both, cells.joined(separator: ",")).isRight)
        #expect(try room.check(both, "2,0 2,1 2,2").misconception == "could-look")
        #expect(try room.check(both, "2,4").misconception == "one-alone")
    }

    /// A setting with which the engine refuses to run is a wrong answer where the lesson knows what was thought; what is no
    /// number is none.
    @Test func whatTheEngineRefusesIsAThought() throws {
        let room = try classroom()
        let small = try room.sit("too-small")
        let count = small.trace.prompt.tokens.count
        for context in [1, count - 1, count] {
            let verdict = try room.check(small, "context=\(context)")
            #expect(!verdict.isRight && verdict.misconception == "no-room", "\(context)")
            #expect(verdict.feedback.chinese.contains("\(count) 個詞元"), "\(verdict.feedback.chinese)")
        }
        #expect(try room.check(small, "\(count + 1)").misconception == "cut")
        for text in ["context=many", "context=100000000"] {
            #expect(isRefused { () throws(LessonError) in _ = try room.check(small, text) } == true, "\(text)")
        }
    }

    /// T, p and k are what the words of lessons call them; the signs of an input method are read in a condition, too.
    @Test func shortNamesAndWideSignsAreRead() throws {
        let room = try classroom()
        for (id, long, short) in [("three-left", "top-p", "p"), ("hotter", "temperature", "T")] {
            let sitting = try room.sit(id)
            let right = try #require(try sitting.referenceAnswer())
            for text in [right.replacing(long, with: short), right.replacing("\(long)=", with: "\(short) ＝ ")] {
                #expect(try room.check(sitting, text).isRight, "\(text)")
            }
            #expect(isRefused { () throws(LessonError) in _ = try room.check(sitting, "k=3") } == true)
        }
        let pieces = try room.sit("pieces")
        #expect(try room.check(pieces, "not （token starts 「 」）").isRight)
        let best = try room.sit("not-best")
        for text in ["chosen ！= argmax", "chosen != argmax"] { #expect(try room.check(best, text).isRight, "\(text)") }
    }

    /// Chinese is Chinese: no pictures, letters, digits or blanks; and whoever has too few tokens is told how many.
    @Test func onlyChineseIsChinese() throws {
        let room = try classroom()
        let sitting = try room.sit("twice-as-many")
        let animal = sitting.variant.values[0].value
        for text in [
            "\(animal)🙂🙂🙂", "\(animal)óóóóó", "\(animal)123456", "\(animal)　鸚鵡", "\(animal)ㄅㄆㄇㄈ", "\(animal)かなかな",
        ] {
            #expect(try room.check(sitting, text).misconception == "not-chinese", "\(text)")
        }
        let few = try room.check(sitting, "\(animal)在。")
        let run = try room.trace(
            of: {
                var run = sitting.exercise.run; run.prompt = "\(animal)在。"; return run
            }())
        #expect(few.misconception == "too-few" && few.feedback.chinese.contains("\(run.prompt.tokens.count) 個詞元"))
        #expect(few.feedback.english.contains("\(run.prompt.tokens.count) tokens"), "\(few.feedback.english)")
        #expect(try room.check(sitting, "鸚鵡咬\(animal)。").isRight)
    }

    /// Sizes in the wrong unit are named as such.
    @Test func wrongUnitsAreNamed() throws {
        let room = try classroom()
        for id in ["cache-bytes", "qwen-million"] {
            let sitting = try room.sit(id)
            let right = try #require(try sitting.referenceAnswer().flatMap { Double($0) })
            #expect(try room.check(sitting, fixed(right * 1e9 / 1_073_741_824, 2)).misconception == "by-1024")
            #expect(try room.check(sitting, fixed(right, 2)).isRight)
        }
        let line = try room.sit("cache-line")
        let right = try #require(try line.referenceAnswer().flatMap { Double($0) })
        #expect(try room.check(line, fixed(right * 1000, 0)).misconception == "bytes")
    }
}
