// A new lesson: the smallest whole example, to be written over.
internal import ArgumentParser
internal import Phrases

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

struct LessonNew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begin a lesson: its folder with the smallest whole example.",
        discussion: """
            Examples:
              stepglass lesson new 07-temperature --lessons Lessons
              stepglass lesson new 21-exam --lessons Exam --hidden
            The example is whole: it passes stepglass lesson lint as it is, and is to be written over.
            """)
    @Argument(help: "The folder's name: number, dash, name.") var name: String
    @Option(help: ArgumentHelp("The folder of lessons.", valueName: "folder")) var lessons = "Lessons"
    @Flag(help: "Its exercise is hidden: it comes with a pack alone (see lesson pack).") var hidden = false
    @OptionGroup var language: LanguageOptions

    func run() throws {
        try reporting {
            let parts = name.split(separator: "-", maxSplits: 1).map(String.init)
            guard parts.count == 2, let number = Int(parts[0]), (1...1_000_000).contains(number),
                !parts[1].hasPrefix("-"), parts[1].utf8.count <= 64,
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
                .replacing("HIDDEN", with: hidden ? "\n    hidden: true" : "")
            let words = { (text: String) in Array(text.replacing("NAME", with: parts[1]).utf8) }
            var files = [
                ("lesson.yaml", Array(yaml.utf8)), ("en.md", words(Self.english)), ("zh-TW.md", words(Self.chinese)),
            ]
            .map { (name: "\(name)/\($0.0)", bytes: $0.1) }
            let isFirst = !fileExists("\(lessons)/course.yaml")
            if isFirst { files.append(("course.yaml", Array(Self.course.replacing("NAME", with: name).utf8))) }
            do { try writeTogether(files, in: lessons, existing: .stays) } catch {
                // An empty folder would be taken for a lesson when the command is given again.
                rmdir(folder)
                throw error
            }
            let next = Phrase(
                "stepglass lesson lint --lessons \(lessons)", "stepglass lesson lint --lessons \(lessons)")
            if !isFirst {
                printOut(
                    Phrase(
                        "wrote \(folder); add \(name) to lessons in \(lessons)/course.yaml, then: ",
                        "已寫入 \(folder)；請把 \(name) 加進 \(lessons)/course.yaml 的 lessons，再執行 ") + next)
            } else {
                printOut(
                    Phrase(
                        "wrote \(folder) and \(lessons)/course.yaml; next: ",
                        "已寫入 \(folder) 與 \(lessons)/course.yaml；接著執行 ") + next)
            }
        }
    }

    private static let course = """
        title: {en: A new course, zh-TW: 新的課程}
        version: "1"
        lessons: [NAME]

        """
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
            kind: numberHIDDEN
            given: board
            right: kept(top_p)
            wrong:
              - {is: candidates.count, key: all}

        """
    private static let english = """
        # A new lesson

        ## screen bet
        How many of four tokens does top-p keep? It is {kept}.

        ## exercise NAME-kept
        How many tokens are kept?

        ## NAME-kept is all
        Those are all tokens there are. Which of them does top-p take away?

        ## NAME-kept right
        The fewest that together have at least 0.9.

        ## NAME-kept hint 1
        Add up the probabilities, the most probable first.

        ## NAME-kept hint 2
        When is 0.9 reached?

        ## NAME-kept hint 3
        The token that crosses 0.9 stays.

        """
    private static let chinese = """
        # 新的一課

        ## screen bet
        四個詞元裡，top-p 會留下幾個？答案是 {kept}。

        ## exercise NAME-kept
        留下幾個詞元？

        ## NAME-kept is all
        那是全部的詞元。top-p 會拿掉哪些？

        ## NAME-kept right
        合計至少 0.9 的最少幾個。

        ## NAME-kept hint 1
        從機率最高的開始，一個一個加起來。

        ## NAME-kept hint 2
        加到哪一個時達到 0.9？

        ## NAME-kept hint 3
        跨過 0.9 的那個詞元會留下。

        """
}
