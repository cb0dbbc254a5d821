// The commands that show something and change nothing, one row each.
internal import Phrases

extension CommandDefinition {
    static let info = CommandDefinition(
        aliases: ["i"],
        usage: "info " + InfoTopic.allCases.map { $0.rawValue }.joined(separator: "|"),
        example: "info candidates",
        meaning: Phrase(
            "shows a table about the step; info attention 12.3 shows one head", "顯示這一步的表格；info attention 12.3 看一個頭"),
        completion: .topics,
        read: { (line) throws(DebuggingError) in try line.info() })

    static let list = CommandDefinition(
        aliases: ["l"],
        usage: "list [STEP | FIRST,LAST | -]",
        example: "list 12",
        meaning: Phrase(
            "lists the tokens around the cursor or a step; again: those after them; list -: those before",
            "列出目前位置或某一步前後的詞元；再下一次看後面的，list - 看前面的"),
        read: { (line) throws(DebuggingError) in try line.list() })

    static let story = CommandDefinition(
        usage: "story",
        example: "story",
        meaning: Phrase("tells the step in a few sentences", "用幾句話說這一步"),
        read: { (line) throws(DebuggingError) in try line.alone(.story) })

    static let print = CommandDefinition(
        aliases: ["p"],
        usage: "print QUESTION",
        example: "print p(\" Paris\", raw)",
        meaning: Phrase("answers a question at the cursor", "在目前位置回答問句"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in .print(try line.needed()) })

    static let why = CommandDefinition(
        usage: "why TOKEN",
        example: "why \" London\"",
        meaning: Phrase(
            "follows a token through the stages: what removed it, and which of the settings in force would have kept it",
            "追蹤一個詞元經過各階段：被誰移除、現行設定怎麼改才會留下"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in .why(try line.needed()) })

    static let lens = CommandDefinition(
        usage: "lens [TOKEN]",
        example: "lens \" London\"",
        meaning: Phrase(
            "a token's rank, probability and logit after each layer (needs the model)",
            "詞元在每一層之後的名次、機率和 logit（需要模型）"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in .lens(line.optional) })

    static let sweep = CommandDefinition(
        usage: "sweep [TOKEN] [N|all]",
        example: "sweep \" London\" 20",
        meaning: Phrase(
            "takes each head away in turn and ranks what each does to a token's logit (needs the model)",
            "逐一拿掉每個頭，依對詞元 logit 的影響排序（需要模型）"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in try line.sweep() })

    static let assert = CommandDefinition(
        usage: "assert QUESTION",
        example: "assert rank(chosen) <= 40",
        meaning: Phrase("fails unless the question is true (a script then exits with 2)", "問句不成立就失敗（腳本以 2 結束）"),
        completion: .questionWords,
        read: { (line) throws(DebuggingError) in .assert(try line.needed()) })

    static let diff = CommandDefinition(
        usage: "diff BRANCH",
        example: "diff 1",
        meaning: Phrase(
            "compares with another branch: where they part, KL divergence, changed ranks", "與另一個分支比較：分岔處、KL 散度、名次變化"
        ),
        completion: .branches,
        read: { (line) throws(DebuggingError) in .diff(try line.needed()) })

    static let branches = CommandDefinition(
        usage: "branches",
        example: "branches",
        meaning: Phrase("lists the branches", "列出分支"),
        read: { (line) throws(DebuggingError) in try line.alone(.branches) })
}
