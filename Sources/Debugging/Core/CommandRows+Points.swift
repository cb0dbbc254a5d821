// The commands for breakpoints, watches and displays, one row each.
internal import Phrases

extension CommandDefinition {
    static let `break` = CommandDefinition(
        aliases: ["b"],
        usage: "break QUESTION | break N",
        example: "break entropy(raw) > 3",
        meaning: Phrase("stops where the question is true; a number means that step", "問句成立時停下；寫數字就是該步"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in .breakIf(try line.breakQuestion(), temporary: false) })

    static let tbreak = CommandDefinition(
        aliases: ["tb"],
        usage: "tbreak QUESTION | tbreak N",
        example: "tbreak token == \" Paris\"",
        meaning: Phrase("as break, for one stop only", "同 break，但只停一次"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in .breakIf(try line.breakQuestion(), temporary: true) })

    static let delete = CommandDefinition(
        aliases: ["d"],
        usage: "delete [N …]",
        example: "delete 1",
        meaning: Phrase("deletes breakpoints (all without a number)", "刪除中斷點（不寫編號就全部刪除）"),
        read: { (line) throws(DebuggingError) in .delete(try line.numbers()) })

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

    static let watch = CommandDefinition(
        aliases: ["w"],
        usage: "watch QUESTION",
        example: "watch entropy",
        meaning: Phrase("shows the question's value at every step so far, and keeps it in view", "列出問句在每一步的值，並持續顯示"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in .watch(try line.needed()) })

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
