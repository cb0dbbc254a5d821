// The commands for breakpoints, watches and displays, one row each.
internal import Phrases

extension CommandDefinition {
    static let `break` = CommandDefinition(
        aliases: ["b"],
        usage: "break QUESTION | break N | break N if QUESTION",
        example: "break entropy(raw) > 3",
        meaning: Phrase("stops where the question is true; a number means that step", "問句成立時停下；寫數字就是該步"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in .breakIf(try line.breakQuestion(), temporary: false) })

    static let tbreak = CommandDefinition(
        aliases: ["tb"],
        usage: "tbreak QUESTION | tbreak N | tbreak N if QUESTION",
        example: "tbreak token == \" Paris\"",
        meaning: Phrase("as break, for one stop only", "同 break，但只停一次"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in .breakIf(try line.breakQuestion(), temporary: true) })

    static let delete = CommandDefinition(
        aliases: ["d"],
        usage: "delete [N …] | delete checkpoint [N …]",
        example: "delete 1",
        meaning: Phrase(
            "deletes breakpoints, or checkpoints (all without a number)", "刪除中斷點，或檢查點（不寫編號就全部刪除）"),
        read: { (line) throws(DebuggingError) in try line.delete() })

    static let enable = CommandDefinition(
        aliases: ["en"],
        usage: "enable [N …]",
        example: "enable 1",
        meaning: Phrase("switches breakpoints on", "啟用中斷點"),
        read: { (line) throws(DebuggingError) in .enable(try line.numbers()) })

    static let disable = CommandDefinition(
        aliases: ["dis"],
        usage: "disable [N …]",
        example: "disable 1",
        meaning: Phrase("switches breakpoints off, keeping them", "停用中斷點但保留"),
        read: { (line) throws(DebuggingError) in .disable(try line.numbers()) })

    static let ignore = CommandDefinition(
        usage: "ignore N COUNT",
        example: "ignore 1 3",
        meaning: Phrase(
            "lets a breakpoint pass COUNT times more before it stops again; 0 takes that back",
            "讓中斷點再通過 COUNT 次才停下；寫 0 就取消"),
        read: { (line) throws(DebuggingError) in try line.ignore() })

    static let commands = CommandDefinition(
        usage: "commands [N], then commands a line each, then end",
        example: "commands 1",
        meaning: Phrase(
            "has commands carried out at each stop of a breakpoint (the last one made without a number); silent as the first leaves the stop itself out; none at all takes them back",
            "中斷點停下時執行一串指令（不寫編號就是最後一個），每行一個，以 end 結束；第一行寫 silent 就不顯示停下的訊息；一個都不寫就取消"),
        read: { (line) throws(DebuggingError) in try line.commands() })

    static let end = CommandDefinition(
        usage: "end",
        example: "end",
        meaning: Phrase("closes commands", "結束 commands 的輸入"),
        read: { (line) throws(DebuggingError) in try line.alone(.end) })

    static let watch = CommandDefinition(
        aliases: ["w"],
        usage: "watch [stop] QUESTION",
        example: "watch entropy",
        meaning: Phrase(
            "shows the question's value at every step so far, and keeps it in view; watch stop also stops where it changes",
            "列出問句在每一步的值，並持續顯示；watch stop 還會在值改變時停下"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in try line.watch() })

    static let unwatch = CommandDefinition(
        usage: "unwatch [N …]",
        example: "unwatch 1",
        meaning: Phrase("forgets watches (all without a number)", "取消 watch（不寫編號就全部取消）"),
        read: { (line) throws(DebuggingError) in .unwatch(try line.numbers()) })

    static let display = CommandDefinition(
        aliases: ["disp"],
        usage: "display [QUESTION]",
        example: "display p(chosen)",
        meaning: Phrase("shows the question's value at every stop", "每次停下時顯示問句的值"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in .display(line.optional) })

    static let undisplay = CommandDefinition(
        usage: "undisplay [N …]",
        example: "undisplay 1",
        meaning: Phrase("forgets displays (all without a number)", "取消 display（不寫編號就全部取消）"),
        read: { (line) throws(DebuggingError) in .undisplay(try line.numbers()) })
}
