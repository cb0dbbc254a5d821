// The commands that change the run or go to another branch, one row each.
internal import Phrases

extension CommandDefinition {
    static let force = CommandDefinition(
        usage: "force [next] TOKEN",
        example: "force \" London\"",
        meaning: Phrase(
            "takes TOKEN in place of the token of the cursor's step, in a new branch (at the prompt: of the first step); force next: of the step after it (needs the model)",
            "把目前這一步的詞元換成 TOKEN，開新分支（在提示處就是第一步）；force next 換下一步（需要模型）"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in try line.force() })

    static let set = CommandDefinition(
        usage: "set NAME VALUE",
        example: "set temperature 0.2",
        meaning: Phrase("changes an option of the run from the next step on (needs the model)", "從下一步起改變設定（需要模型）"),
        completion: .settings,
        read: { (line) throws(DebuggingError) in try line.set() })

    static let ablate = CommandDefinition(
        usage: "ablate LAYER.HEAD",
        example: "ablate 12.3",
        meaning: Phrase("sets a head's output to zero from the next step on (needs the model)", "從下一步起把某個頭的輸出歸零（需要模型）"),
        read: { (line) throws(DebuggingError) in try line.ablate() })

    static let restore = CommandDefinition(
        usage: "restore [LAYER.HEAD]",
        example: "restore 12.3",
        meaning: Phrase("undoes ablate, for one head or all (needs the model)", "取消 ablate，一個頭或全部（需要模型）"),
        read: { (line) throws(DebuggingError) in try line.restore() })

    static let checkpoint = CommandDefinition(
        aliases: ["cp"],
        usage: "checkpoint [NAME]",
        example: "checkpoint before-paris",
        meaning: Phrase(
            "remembers this place and its branch; restart comes back (info checkpoints lists them)",
            "記下目前的位置與分支；用 restart 回來（info checkpoints 列出）"),
        read: { (line) throws(DebuggingError) in .checkpoint(line.optional) })

    static let restart = CommandDefinition(
        usage: "restart CHECKPOINT",
        example: "restart 1",
        meaning: Phrase("comes back to a checkpoint, by number or name", "回到檢查點（編號或名稱）"),
        read: { (line) throws(DebuggingError) in .restart(try line.needed()) })

    static let fork = CommandDefinition(
        usage: "fork [NAME]",
        example: "fork cold",
        meaning: Phrase(
            "starts a branch after the cursor's step and goes to it (needs the model)", "從目前這一步之後開新分支並切換過去（需要模型）"),
        read: { (line) throws(DebuggingError) in .fork(line.optional) })

    static let switchTo = CommandDefinition(
        aliases: ["sw"],
        usage: "switch BRANCH",
        example: "switch 1",
        meaning: Phrase("goes to another branch, by number or name", "切換到另一個分支（編號或名稱）"),
        completion: .branches,
        read: { (line) throws(DebuggingError) in .switchTo(try line.needed()) })
}
