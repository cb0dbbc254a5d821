// Puts the hidden exercises of a folder of lessons into one file, for an exam.
internal import ArgumentParser
internal import LessonFiles
internal import Phrases

struct LessonPack: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Put the hidden exercises of a folder of lessons into a file, for an exam.",
        discussion: """
            Examples:
              stepglass lesson pack --lessons Exam -o exam.json
              stepglass lesson book -o ExamBook --pack exam.json
              stepglass lesson grade Exams -o ExamGrades --pack exam.json
            An exercise is hidden by hidden: true in lesson.yaml. No book and no list shows it, until the pack is given with \
            --pack. A lesson whose exercises are all hidden goes into the pack whole; give it a number of its own.
            """)
    @Option(help: ArgumentHelp("The folder of lessons.", valueName: "folder")) var lessons = "Lessons"
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp("The file to write.", valueName: "file"))
    var output = "pack.json"
    @Flag(help: "Replace the file that is there.") var force = false
    @OptionGroup var language: LanguageOptions

    func run() throws {
        try reportingLessons {
            guard let (bytes, count) = try Pack.bytes(ofFolder: lessons) else {
                throw Failure(
                    "no exercise of \(lessons) is hidden; write hidden: true into those that are to go into the pack",
                    "\(lessons) 裡沒有隱藏的練習；請在要放進練習包的練習寫上 hidden: true", code: 64)
            }
            try writeAtomically(bytes + [0x0A], to: output, existing: force ? .isReplaced : .stays)
            printOut(Phrase("\(output): \(count) exercises", "\(output)：\(count) 個練習"))
        }
    }
}
