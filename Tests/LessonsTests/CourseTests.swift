// The shipped course: its lessons keep their word, checks name what was thought, and broken files say where.
import CTinyModel
import Debugging
import Generation
import Kernels
import ModelFiles
import Phrases
import Requests
import Testing
import Traces

@testable import LessonFiles
@testable import Lessons

/// A classroom with the model that ships.
func classroom(_ course: Course? = nil) throws -> Classroom {
    let compute = Compute(threads: 1)
    var model: LanguageModel?
    return Classroom(try course ?? Course.shipped()) { (run) throws(LessonError) in
        if run.model.isEmpty { return try lessonTrace(run, with: nil) }
        do {
            if model == nil {
                var files: [String: MappedFile] = [:]
                var index: Int32 = 0
                while let file = sg_tiny_file_at(index), let name = file.pointee.name {
                    let bytes = UnsafeRawBufferPointer(start: file.pointee.bytes, count: file.pointee.count)
                    files[String(cString: name)] = MappedFile(memory: bytes, name: String(cString: name))
                    index += 1
                }
                model = try LanguageModel(.folder(ModelFolder(files: files, name: "tiny")), compute: compute)
            }
        } catch { throw .run(Phrase(same: "\(error)")) }
        return try lessonTrace(run, with: model)
    }
}

@Suite struct CourseTests {
    @Test func lintFindsNothing() throws {
        let room = try classroom()
        for lesson in room.course.all {
            let found = room.lint(lesson, seeds: 40)
            #expect(found.isEmpty, "\(found.map { "\($0.place): \($0.what.english)" })")
        }
    }

    @Test func aVerdictNamesWhatWasThought() throws {
        let room = try classroom()
        let sitting = try room.sit("sliver")
        let right = try room.check(sitting, "one")
        #expect(right.isRight && right.misconception == nil && right.hint == nil)
        let wrong = try room.check(sitting, "none")
        #expect(!wrong.isRight && wrong.misconception == "empty")
        #expect(wrong.feedback.english.contains("always stays") && wrong.feedback.chinese.contains("一定留下"))
    }

    @Test func aVariantIsTheStudentsOwn() throws {
        let room = try classroom()
        let names = try (0..<20).map { try room.sit("edge", student: "student \($0)").variant.name }
        #expect(Set(names).count > 15)
        #expect(try room.sit("edge", student: "amy").variant == room.sit("edge", student: "amy").variant)
    }

    @Test(arguments: [
        "", "{", "[[[[", "nan", "inf", "1e999", String(repeating: "(", count: 3000),
        String(repeating: "9", count: 5000),
        "{\"a\":{\"a\":{}}}", "\u{0}", "𝟛", "top-p=0.9; rm", "#999999999999999999",
    ])
    func hostileAnswersAreRefusedOrWrong(_ answer: String) throws {
        let room = try classroom()
        for lesson in room.course.lessons {
            for exercise in lesson.exercises {
                let sitting = try room.sit(exercise.id)
                do throws(LessonError) {
                    let verdict = try room.check(sitting, answer)
                    #expect(!verdict.isRight || exercise.kind == "predict", "\(exercise.id): \(answer)")
                } catch {
                    guard case .answer(let what) = error else {
                        Issue.record("\(exercise.id): \(error.phrase.english)")
                        continue
                    }
                    #expect(!what.english.isEmpty && !what.chinese.isEmpty)
                }
            }
        }
    }

    @Test func anEndlessConditionComesToItsEnd() throws {
        let room = try classroom()
        let sitting = try room.sit("overshoot-stops")
        let nested =
            "(count over candidates of (count over candidates of (count over candidates of (p(c) > 0)) > 0) > 0) > 0"
        #expect(try !room.check(sitting, nested).isRight)
    }
}

@Suite struct ChineseWordsTests {
    /// Quotes of Chinese are as wide as a sign: no blank stands around a placeholder that a file wrote apart.
    @Test func filledTokensStandWithoutBlanks() throws {
        #expect(closedUp("落在 「 frog」 上，「is 」。") == "落在「 frog」上，「is 」。")
        let room = try classroom()
        var seen = 0
        for lesson in room.course.all {
            for screen in lesson.screens {
                let words = try room.words(screen, of: lesson).chinese
                #expect(!words.contains(" 「") && !words.contains("」 "), "\(lesson.id) \(screen.id)")
                seen += 1
            }
        }
        #expect(seen > 100)
    }

    /// Kinds and units have Chinese words.
    @Test func kindsAndUnitsAreWorded() throws {
        for kind in ExerciseKind.all {
            #expect(!kind.title.chinese.contains { $0.isASCII }, "\(kind.name)")
        }
        #expect(shown(.number(32.768)) == "32.768" && shown(.number(0.25)) == "0.2500" && shown(.number(40)) == "40")
        #expect(unitWords("ms")?.chinese == "毫秒" && unitWords("s")?.chinese == "秒")
    }

    /// No sentence runs on behind a command: what follows is nothing, or what to do next.
    @Test func noSentenceRunsOnBehindACommand() throws {
        var seen = 0
        for lesson in try Course.shipped().all {
            for (key, words) in lesson.words {
                for language in Language.allCases {
                    for line in words[language].split(separator: "\n") {
                        guard let start = line.firstRange(of: #/stepglass [a-z]+ /#) else { continue }
                        let (command, rest) = Self.command(line[start.lowerBound...])
                        let goesOn =
                            ["", ".", "。"].contains(rest)
                            || [", then", "，再", "，然後"].contains { rest.hasPrefix($0) }
                        #expect(goesOn, "\(lesson.id) \(key): \(line)")
                        // Behind the first option, no word stands alone.
                        let behind = command.drop { !$0.hasPrefix("--") }
                        for (word, next) in zip(behind, behind.dropFirst()) {
                            #expect(word.hasPrefix("-") || next.hasPrefix("-") || next == "\\", "\(key): \(line)")
                        }
                        seen += 1
                    }
                }
            }
        }
        #expect(seen > 60)
    }

    /// The words of a command, and what stands behind it.
    private static func command(_ text: Substring) -> (words: [Substring], rest: Substring) {
        var (quoted, end) = (false, text.endIndex)
        for place in text.indices {
            if text[place] == "\"" { quoted.toggle() }
            let next = text.index(after: place)
            let isLast = next == text.endIndex || text[next] == " "
            if !quoted, "，。；：（".contains(text[place]) || ",;.:".contains(text[place]) && isLast {
                end = place
                break
            }
        }
        quoted = false
        let words = text[..<end].split { character in
            if character == "\"" { quoted.toggle() }
            return character == " " && !quoted
        }
        return (words, text[end...])
    }
}

@Suite struct CodeTests {
    /// RFC 4231, test cases 1 and 6 (a key longer than a block).
    @Test func authenticationCodesOfTheStandard() {
        let one = authenticationCode(key: [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8))
        #expect(
            one.map { Phrases.hexadecimal($0) }.joined().lowercased()
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        let text = "Test Using Larger Than Block-Size Key - Hash Key First"
        let six = authenticationCode(key: [UInt8](repeating: 0xAA, count: 131), Array(text.utf8))
        #expect(
            six.map { Phrases.hexadecimal($0) }.joined().lowercased()
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }
}

@Suite struct BrokenFileTests {
    private static let files: [String: String] = {
        var files: [String: String] = [:]
        for file in embeddedFiles { files[file.name] = file.text }
        return files
    }()

    @Test(arguments: [
        ("kind: puzzle", "kind: puzle", "kind"), ("given: capital", "given: capitol", "capitol"),
        ("number: 8", "number: eight", "whole number"), ("points: 3", "pionts: 3", "did you mean points"),
        ("minutes: 20", "", "minutes"), ("figure: undrawn", "figure: undrawm", "undrawn, staircase"),
        ("figure: draw,", "figure: drew,", "undrawn, staircase"),
    ])
    func aBrokenLessonSaysWhere(_ old: String, _ new: String, _ told: String) throws {
        let name = "08-top-k-and-top-p/lesson.yaml"
        var files = Self.files
        files[name] = files[name]?.replacing(old, with: new)
        let error = #expect(throws: CourseFileError.self) { try Course(CourseTexts(files: files)) }
        #expect(error?.file == name)
        #expect(error?.what.english.contains(told) == true, "\(error?.phrase.english ?? "")")
        if !new.isEmpty {
            let line = files[name]?.split(separator: "\n", omittingEmptySubsequences: false)
                .firstIndex { $0.contains(new) }
            #expect(error?.line == line.map { $0 + 1 })
        }
    }
}

@Suite struct TeachersPagesTests {
    /// A renamed exercise would leave a page that sends a teacher to nothing.
    @Test func nameWhatTheirLessonHas() throws {
        let files = CourseTexts.shipped
        let course = try Course.shipped()
        for (folder, lesson) in zip(try files.contents().lessons, course.lessons) {
            let ids = Set(lesson.exercises.map(\.id))
            var named: [[String]] = []
            for language in ["en", "zh-TW"] {
                let text = try #require(files["\(folder)/teacher.\(language).md"], "\(folder) \(language)")
                let lines = text.split(separator: "\n")
                let keys = lines.filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) }
                #expect(keys.sorted() == ["ask", "beforehand", "objectives", "plan", "wrong"], "\(folder) \(language)")
                #expect(bannedWords.allSatisfy { language == "en" || !text.contains($0) })
                let quoted = text.matches(of: /`([a-z0-9-]+)`/).map { String($0.output.1) }
                named.append(quoted.filter { ids.contains($0) })
                // What looks like an exercise of a lesson is one of this lesson.
                for word in quoted where word.contains("-") {
                    #expect(
                        ids.contains(word) || course.all.allSatisfy { $0.exercise(word) == nil }, "\(folder): \(word)")
                }
            }
            #expect(named[0] == named[1] && named[0].count >= 2, "\(folder)")
        }
    }
}
