// What people type: no answer of any kind makes a check fail, and an answer means the same however it is written.
import Debugging
import Phrases
import TestTools
import Testing
import Traces

@testable import LessonFiles
@testable import Lessons

/// The same numbers on every machine.
private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

/// Braces that nothing closes are not looked for from each anew: this would not end.
@Test func openBracesCostTheirLength() {
    let text = String(repeating: "{a", count: 200_000)
    #expect(fill(text, [("a", "1"), ("temperature", "2")]) == text)
    #expect(fill("{a}{{a}{b}{temperature}{a", [("a", "1"), ("temperature", "2")]) == "1{1{b}2{a")
}

/// Values make a text longer up to an end.
@Test func whatIsFilledInEnds() {
    let filled = fill(String(repeating: "{k}", count: 100_000), [("k", String(repeating: "x", count: 1_000))])
    #expect(filled.utf8.count < 500_000 && filled.hasPrefix("xx") && filled.hasSuffix("{k}{k}"))
}

/// What answers are made of, and what stands between.
private let bits = [
    "=", " = ", "＝", ":", ",", "、", "，", ";", " ", "\t", "\n", "..", "...", "…", "-", "−", "－", "～", "到", "\"", "'",
    "“", "”",
    "「", "」", "{", "}", "[", "]", "(", ")", "%", "％", "0", "8", "１", "1e9", "1e999", "nan", "0.9",
    "9999999999999999999", "萬", "ms",
    "kB", "tokens", "個", "head", "頭", "top-p", "context", "temperature", "stop", "sure", "half", "seed", "step", "cut",
    "no",
    "␣", "\u{0}", "\u{301}", "🙂", "--", "#7", "null", "true", "\\", "→", "Paris", "The",
]

/// Whether it is refused as no answer, in both languages; nil for any other error.
func isRefused(_ body: () throws(LessonError) -> Void) -> Bool? {
    do throws(LessonError) {
        try body()
        return false
    } catch {
        if case .answer(let what) = error { return !what.english.isEmpty && !what.chinese.isEmpty }
        return nil
    }
}

@Suite struct TypedAnswerTests {
    /// Of every exercise: made up of bits, and mutated from the right answer and the listed wrong ones.
    @Test func everyTextIsReadOrRefused() throws {
        let room = try classroom()
        var dice = Dice(state: 7)
        var (read, refused) = (0, 0)
        for exercise in room.course.all.flatMap({ $0.exercises }) {
            let sitting = try room.sit(exercise.id)
            var seeds = [try #require(try sitting.referenceAnswer())]
            for check in sitting.exercise.wrong {
                if let example = check.example { seeds.append(try sitting.computedAnswer(example)) }
            }
            for round in 0..<400 {
                var text = round % 2 == 0 ? "" : seeds.randomElement(using: &dice)!
                for _ in 0..<Int.random(in: 1...(round % 2 == 0 ? 8 : 3), using: &dice) {
                    var characters = Array(text)
                    let place = Int.random(in: 0...characters.count, using: &dice)
                    if round % 3 == 0, place < characters.count { characters.remove(at: place) }
                    text = String(characters[..<min(place, characters.count)]) + bits.randomElement(using: &dice)!
                    text += String(characters[min(place, characters.count)...])
                }
                let found = isRefused { () throws(LessonError) in _ = try sitting.kind.read(sitting, text) }
                #expect(found != nil, "\(exercise.id): \(text.debugDescription)")
                if found == true { refused += 1 } else { read += 1 }
            }
        }
        #expect(read > 5_000 && refused > 5_000, "\(read) \(refused)")
    }

    @Test(arguments: ["context = 8", "=", " = ", "= =", "context=", "==8", ",", "、", "\"", "「」", "context", ""])
    func settingsAreNeverHalfRead(_ text: String) throws {
        let room = try classroom()
        for id in ["too-small", "three-left", "reconstruct", "each-reason", "likelier"] {
            let sitting = try room.sit(id)
            #expect(
                isRefused { () throws(LessonError) in _ = try room.check(sitting, text) } != nil, "\(id): \(text)")
        }
    }

    /// A figure numbers its rows from 1 and a hand-made vocabulary its tokens from 0: neither is a way to write a token.
    @Test func aRowsNumberIsNoToken() throws {
        let room = try classroom()
        let sitting = try room.sit("drawn")
        let candidates = sitting.base.trace.steps[0].candidates
        for number in 0...candidates.count {
            #expect(
                isRefused { () throws(LessonError) in _ = try room.check(sitting, "\(number)") } == true, "\(number)"
            )
        }
        let right = try #require(candidates.first { $0.id == sitting.base.trace.steps[0].token.id })
        #expect(try room.check(sitting, String(decoding: right.bytes, as: UTF8.self)).isRight)
        #expect(try room.check(sitting, "[\(right.id)]").isRight)
    }

    /// Every form of the same settings makes the same run.
    @Test func settingsMeanTheSameInEveryForm() throws {
        let room = try classroom()
        let small = try room.sit("too-small")
        let reference = try #require(try small.referenceAnswer())
        let number = try #require(reference.split(separator: "=").last.map { String($0) })
        let wide = String(String.UnicodeScalarView(number.unicodeScalars.map { Unicode.Scalar($0.value + 0xFEE0)! }))
        for text in [
            reference, "context = \(number)", "context: \(number)", "--context \(number)", "context＝\(wide)", number,
            wide,
            "= \(number)", "\(number) tokens", "{\"context\": \(number)}", "{\"context\": \"\(number)\"}",
            "「\(number)」",
        ] {
            #expect(try room.check(small, text).isRight, "\(text)")
        }
        let exactly = try room.sit("exactly")
        let both = try #require(try exactly.referenceAnswer()).split(separator: " ").map { String($0) }
        for sign in [" ", ", ", "，", "、", "; ", "\n"] {
            #expect(try room.check(exactly, both.joined(separator: sign)).isRight, "\(sign)")
        }
        let across = try room.sit("stop-across")
        for text in [
            "stop=e bo", "stop=\"e bo\"", "stop=“e bo”", "stop=little bo", "e bo", "stop=e␣bo", "{\"stop\": \"e bo\"}",
        ] {
            #expect(try room.check(across, text).isRight, "\(text)")
        }
        #expect(try room.check(across, "stop=\"zebra\"").misconception == "never")
        let left = try room.sit("three-left")
        let share = try #require(try left.referenceAnswer()).split(separator: "=").last.flatMap { Double($0) }!
        #expect(try room.check(left, "top-p=\(share * 100)%").isRight)
    }

    /// Part of what is to be found is no answer: the run's own settings do not fill the rest.
    @Test func hiddenSettingsAreAllAskedFor() throws {
        let room = try classroom()
        for student in 0..<6 {
            let sitting = try room.sit("reconstruct", student: "\(student)")
            let parts = try #require(try sitting.referenceAnswer()).split(separator: " ").map { String($0) }
            #expect(parts.count == 3)
            for place in parts.indices {
                var others = parts
                others.remove(at: place)
                for text in [parts[place], others.joined(separator: " ")] {
                    #expect(
                        isRefused { () throws(LessonError) in _ = try room.check(sitting, text) } == true, "\(text)")
                }
            }
            #expect(try room.check(sitting, parts.reversed().joined(separator: ", ")).isRight)
        }
    }

    @Test(arguments: [
        ("−6.5159", "", -6.5159), ("－6.5", "", -6.5), ("- 6.5", "", -6.5), ("85%", "", 0.85), ("８５％", "", 0.85),
        ("20,000", "tokens", 20_000), ("1,234,567.5", "", 1_234_567.5), ("20 000", "tokens", 20_000),
        ("32萬", "tokens", 320_000),
        ("640 ms", "ms", 640), ("0.64 s", "ms", 640), ("640毫秒", "ms", 640), ("86 kB", "kB", 86),
        ("57344 MB", "GB", 57.344),
        ("16 tokens", "tokens", 16), ("6個", "tokens", 6), ("6 個詞元", "tokens", 6), ("\"7\"", "", 7), ("「7」", "", 7),
        (".5", "", 0.5),
        ("1e3", "", 1000), ("約 12", "", 12), ("7成", "", 0.7), ("７ 成", "", 0.7), ("2.5 million", "tokens", 2_500_000),
        ("第 5 步", "", 5), ("+3", "", 3), ("十六", "tokens", 16), ("七", "", 7), ("三百零五個", "tokens", 305), ("兩", "", 2),
        ("七成", "", 0.7), ("三萬", "", 30_000), ("二十", "", 20),
    ])
    func numbersAsPeopleTypeThem(_ text: String, _ unit: String, _ value: Double) throws {
        let found = try #require(typedNumber(text, unit: unit), "\(text)")
        #expect(abs(found - value) < 1e-9 * max(1, abs(value)), "\(text): \(found)")
    }

    @Test(arguments: [
        "", "-", "1,23", "0,5", "1.2.3", "3 ms", "7 apples", "nan", "inf", "1e999", "0x10", "--3", "3-", "％",
    ])
    func whatIsNoNumberIsNone(_ text: String) { #expect(typedNumber(text) == nil) }

    @Test(arguments: [
        "0.468..0.7212", "0.468 .. 0.7212", "0.468～0.7212", "0.468~0.7212", "0.468到0.7212", "0.468 到 0.7212",
        "0.468-0.7212",
        "0.468–0.7212", "0.468…0.7212", "0.468...0.7212", "0.468 to 0.7212", "[0.468, 0.7212]", "46.8%..72.12%",
        "０.４６８〜０.７２１２",
    ])
    func intervalsAsPeopleTypeThem(_ text: String) throws {
        let found = try #require(typedRange(text), "\(text)")
        #expect(abs(found.low - 0.468) < 1e-9 && abs(found.high - 0.7212) < 1e-9, "\(found)")
        for (text, ends) in [
            ("62-71%", [0.62, 0.71]), ("62%-71%", [0.62, 0.71]), ("10 to 20%", [0.1, 0.2]), ("1-3 萬", [1e4, 3e4]),
            ("１～３萬", [1e4, 3e4]), ("0.5 to 80%", [0.5, 0.8]), ("0.5-0.9%", [0.005, 0.009]), ("2 到 3", [2, 3]),
        ] {
            let found = try #require(typedRange(text), "\(text)")
            #expect(abs(found.low - ends[0]) < 1e-9 && abs(found.high - ends[1]) < 1e-9, "\(text): \(found)")
        }
        let below = try #require(typedRange("-3--1"))
        #expect(below.low == -3 && below.high == -1)
    }

    @Test func listsCellsHeadsAndChoicesInEveryForm() throws {
        let room = try classroom()
        let both = try room.sit("both-ways")
        let cells = try #require(try both.referenceAnswer()).split(separator: " ").map { String($0) }
        for sign in [" ", ", ", "、", "; ", "，", ") ("] {
            #expect(try room.check(both, cells.joined(separator: sign)).isRight, "\(sign)")
        }
        let copies = try room.sit("copies")
        for text in ["1.0", "head 1.0", "頭 1.0", "1,0", "layer 1, head 0", "第 1 層第 0 頭", "１．０"] {
            #expect(try room.check(copies, text).isRight, "\(text)")
        }
        let template = try room.sit("template")
        let count = template.trace.prompt.tokens.count
        for text in ["0, \(count - 2)-\(count - 1)", "0 \(count - 2) \(count - 1)", "0、\(count - 2)到\(count - 1)"] {
            #expect(try room.check(template, text).isRight, "\(text)")
        }
        #expect(try room.check(template, "0 9").misconception == "ends")
        let drawn = try room.sit("drawn")
        let token = try #require(drawn.trace.steps.first?.token.text)
        for text in [token, "\"\(token)\"", " \(token) ", "「\(token)」", "[\"\(token)\"]"] {
            #expect(try room.check(drawn, text).isRight, "\(text)")
        }
        let order = try room.sit("merge-order", student: "amy")
        let right = try #require(try order.referenceAnswer())
        for text in [
            right, right.replacing("␣", with: " "), right.replacing(", ", with: "→"), right.replacing(", ", with: "、"),
        ] {
            #expect(try room.check(order, text).isRight, "\(text)")
        }
        let bet = try room.sit("bet-next")
        for text in [
            "sure", "Sure", "sure:", "「sure」", "「sure」。", "「sure。」", "「sure」！", "\"sure\".", "sure 70%, half 30%",
            "sure=0.7 half=0.3",
            "{\"sure\": 0.7, \"half\": 0.3}", "sure: 70, half: 30",
        ] {
            #expect(try room.check(bet, text).score > 0, "\(text)")
        }
        #expect(
            try room.check(try room.sit("one-token"), "␣\(try room.sit("one-token").variant.values[0].value)").isRight)
    }

    /// How an answer is typed is said in the names of the exercise, and what is said can be typed.
    @Test func theFormNamesWhatTheExerciseHas() throws {
        let room = try classroom()
        for exercise in room.course.lessons.flatMap({ $0.exercises }) {
            let sitting = try room.sit(exercise.id)
            for name in exercise.choices.map({ $0.key }).prefix(2) { #expect(sitting.form.english.contains(name)) }
            if exercise.kind == "settings" {
                for name in exercise.options { #expect(sitting.form.chinese.contains(name)) }
            }
        }
    }

    /// A prompt with a blank or a word more is another one than the exercise asks for; five words are five in any order.
    @Test func promptsAreHeldAgainstTheTask() throws {
        let room = try classroom()
        let one = try room.sit("one-word")
        let country = one.variant.values[0].value
        for (text, key) in [
            ("The capital of \(country) is ", "not-one"), ("The capital of \(country) is in", "not-one"),
            ("The capital of \(country)", "not-one"), ("The capital of \(country) is", "not-one"),
            ("The capital of Chile is", "the-country"),
        ] {
            #expect(try room.check(one, text).misconception == key, "\(text)")
        }
        // Quotes around the whole are a command line's, and keep the blank before a word.
        let token = try room.sit("one-token")
        let reference = try #require(try token.referenceAnswer())
        for text in ["\"\(reference)\"", "「\(reference)」", "\u{201C}\(reference)\u{201D}", reference] {
            #expect(try room.check(token, text).isRight, "\(text)")
        }
        let same = try room.sit("same-words")
        let land = same.variant.values[0].value
        for text in ["capital of \(land) is the", "Of \(land) is the capital", "Is the capital of \(land)"] {
            #expect(try room.check(same, text).misconception != "other-words", "\(text)")
        }
        #expect(try room.check(same, "The capital of \(land) is ").misconception == "blank-behind")
        #expect(try room.check(same, "The capital capital of \(land) is").misconception == "other-words")
    }

    /// A wrong number is taken for a listed one only where it is near that one, whatever the tolerance of the right one.
    @Test func aSmallWrongNumberTakesNoOthersIn() throws {
        let room = try classroom()
        let sitting = try room.sit("sum-of-all")
        let users = Double(sitting.variant.values[0].value)!
        #expect(try room.check(sitting, "\(users)").misconception == "at-once")
        #expect(try room.check(sitting, "\(users - 1)").misconception == nil)
        let edge = try room.sit("three-left")
        let sum = edge.trace.steps[0].candidates.sorted { $0.rank < $1.rank }.prefix(3).reduce(0) {
            $0 + $1.rawProbability
        }
        #expect(try room.check(edge, "top-p=\(fixed(sum, 4))").isRight)
    }
}
