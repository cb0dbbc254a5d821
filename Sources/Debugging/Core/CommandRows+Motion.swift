// The commands that move the cursor, one row each.
internal import Phrases

extension CommandDefinition {
    static let step = CommandDefinition(
        aliases: ["s", "st"],
        usage: "step [N] | step in",
        example: "step 5",
        meaning: Phrase(
            "makes or shows the next step (N of them, or up to a breakpoint); step in goes inside the step",
            "前進一步（或 N 步，遇中斷點就停）；step in 走進這一步"
        ),
        read: { (line) throws(DebuggingError) in line.rest == "in" ? .stepIn : .step(try line.count()) })

    static let back = CommandDefinition(
        aliases: ["rs", "reverse-step", "bk"],
        usage: "back [N]",
        example: "back 2",
        meaning: Phrase("goes back a step (N of them), past breakpoints; costs nothing", "後退一步（或 N 步），不理會中斷點，不需重算"),
        read: { (line) throws(DebuggingError) in .back(try line.count()) })

    static let next = CommandDefinition(
        aliases: ["n"],
        usage: "next [N]",
        example: "next",
        meaning: Phrase("as step; inside a step, the next place", "同 step；在步驟裡面則走到下一處"),
        read: { (line) throws(DebuggingError) in .step(try line.count()) })

    static let stepIn = CommandDefinition(
        aliases: ["si"],
        usage: "in",
        example: "in",
        meaning: Phrase("goes inside: step, then layer, then attention, then head", "往裡面走：步驟、層、注意力、頭"),
        read: { (line) throws(DebuggingError) in try line.alone(.stepIn) })

    static let finish = CommandDefinition(
        aliases: ["fin", "out"],
        usage: "finish",
        example: "finish",
        meaning: Phrase("goes out one level", "往外退一層"),
        read: { (line) throws(DebuggingError) in try line.alone(.finish) })

    static let `continue` = CommandDefinition(
        aliases: ["c", "cont"],
        usage: "continue",
        example: "continue",
        meaning: Phrase(
            "goes on until a breakpoint holds or the text ends (Ctrl-C stops it)", "前進到中斷點成立或文字結束（Ctrl-C 可停下）"),
        read: { (line) throws(DebuggingError) in try line.alone(.continue) })

    static let reverseContinue = CommandDefinition(
        aliases: ["rc"],
        usage: "reverse-continue",
        example: "reverse-continue",
        meaning: Phrase("goes back until a breakpoint holds or the prompt is reached", "後退到中斷點成立或回到提示"),
        read: { (line) throws(DebuggingError) in try line.alone(.reverseContinue) })

    static let run = CommandDefinition(
        aliases: ["r"],
        usage: "run | run to N | run to end | run to start",
        example: "run to 10",
        meaning: Phrase(
            "run: from the prompt to the first breakpoint; run to N: straight to a step",
            "run：從提示前進到第一個中斷點；run to N：直接到某一步"),
        completion: .runTargets,
        read: { (line) throws(DebuggingError) in try line.run() })

    static let until = CommandDefinition(
        aliases: ["u"],
        usage: "until [STEP | QUESTION]",
        example: "until p(chosen) < 0.5",
        meaning: Phrase(
            "goes on to a step ahead, or until a question is true; breakpoints on the way stop it; alone it goes a step",
            "前進到某一步，或到問句成立為止，途中的中斷點會停下；不寫就前進一步"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in .until(line.optional) })

    static let `where` = CommandDefinition(
        aliases: ["bt", "backtrace", "frame", "f"],
        usage: "where",
        example: "where",
        meaning: Phrase("says where the cursor is: branch, step, and place inside the step", "說明目前位置：分支、步驟、步驟裡的哪一處"),
        read: { (line) throws(DebuggingError) in try line.alone(.where) })
}
