// The commands that write files, and those about the session itself, one row each.
internal import Phrases

extension CommandDefinition {
    static let save = CommandDefinition(
        usage: "save FILE [--force]",
        example: "save run.json",
        meaning: Phrase("writes the branch as a trace file", "把這個分支存成紀錄檔"),
        read: { (line) throws(DebuggingError) in try line.save() })

    static let export = CommandDefinition(
        usage: "export html|png|json [FILE] [--force]",
        example: "export html",
        meaning: Phrase("writes the branch as a page, a picture or JSON", "把這個分支匯出成網頁、圖片或 JSON"),
        completion: .formats,
        read: { (line) throws(DebuggingError) in try line.export() })

    static let language = CommandDefinition(
        usage: "lang en|zh-TW",
        example: "lang zh-TW",
        meaning: Phrase("switches the language: lang en, lang zh-TW", "切換語言：lang en、lang zh-TW"),
        completion: .languages,
        read: { (line) throws(DebuggingError) in .language(try line.language()) })

    static let help = CommandDefinition(
        aliases: ["h", "?"],
        usage: "help [COMMAND | questions | NAME]",
        example: "help break",
        meaning: Phrase("help of a command, of the question language, or of one of its names", "說明某個指令、問句語言，或其中的名稱"),
        completion: .helpTopics,
        read: { (line) throws(DebuggingError) in .help(line.rest) })

    static let quit = CommandDefinition(
        aliases: ["q", "exit"],
        usage: "quit",
        example: "quit",
        meaning: Phrase("leaves", "離開"),
        read: { (line) throws(DebuggingError) in try line.alone(.quit) })
}
