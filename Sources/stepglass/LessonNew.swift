// A new lesson: the smallest whole example, to be written over.
internal import ArgumentParser
internal import Phrases

struct LessonNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begin a lesson: its folder with the smallest whole example.",
        discussion: "Example:\n  stepglass lesson new 07-temperature --lessons Lessons")
    @Argument(help: "The folder's name: number, dash, name.") var name: String
    @Option(help: ArgumentHelp("The folder of lessons.", valueName: "folder")) var lessons = "Lessons"
    @OptionGroup var language: LanguageOptions

    func run() throws {
        try reporting {
            let parts = name.split(separator: "-", maxSplits: 1).map(String.init)
            guard parts.count == 2, let number = Int(parts[0]), number > 0,
                parts[1].utf8.allSatisfy({ $0 == 45 || (97...122).contains($0) || (48...57).contains($0) })
            else {
                throw Failure(
                    "\(readable(name)) is no name for a lesson; write it as 07-temperature",
                    "\(readable(name)) 不是課的名字；請寫成 07-temperature 這樣", code: 64)
            }
            let folder = "\(lessons)/\(name)"
            if fileExists(folder) {
                throw Failure("\(folder) is there already", "\(folder) 已經存在")
            }
            try makeFolder(folder)
            let yaml = Self.yaml.replacing("NUMBER", with: "\(number)").replacing("NAME", with: parts[1])
            try writeAtomically(Array(yaml.utf8), to: "\(folder)/lesson.yaml", existing: .stays)
            try writeAtomically(Array(Self.english.utf8), to: "\(folder)/en.md", existing: .stays)
            try writeAtomically(Array(Self.chinese.utf8), to: "\(folder)/zh-TW.md", existing: .stays)
            printOut(
                Phrase(
                    "wrote \(folder); add \(name) to lessons in \(lessons)/course.yaml, then: stepglass lesson lint --lessons \(lessons)",
                    "已寫入 \(folder)；請把 \(name) 加進 \(lessons)/course.yaml 的 lessons，再執行 stepglass lesson lint --lessons \(lessons)"
                ))
        }
    }

    private static let yaml = """
        number: NUMBER
        id: NAME
        minutes: 15
        runs:
          board: {logits: [4, 3, 2, 1], labels: [A, B, C, D], settings: {top-p: 0.9}}
        values:
          kept: {run: board, ask: kept(top_p)}
        screens:
          - {id: bet, figure: staircase, run: board, exercises: [NAME-kept]}
        exercises:
          - id: NAME-kept
            kind: number
            given: board
            right: kept(top_p)
            wrong:
              - {is: candidates.count, key: all}

        """.replacing("        ", with: "")
    private static let english = """
        # A new lesson

        ## screen bet
        How many of four tokens does top-p keep? It is {kept}.

        ## exercise NAME-kept
        How many tokens are kept?

        """
    private static let chinese = """
        # 新的一課

        ## screen bet
        四個詞元裡，top-p 會留下幾個？答案是 {kept}。

        ## exercise NAME-kept
        留下幾個詞元？

        """
}
