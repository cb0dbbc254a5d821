// Shows how a text becomes tokens: ids, bytes, pieces, merges.
internal import Phrases
internal import ArgumentParser
internal import Generation
internal import JSONText
internal import Tokenizers
internal import Traces

struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize", abstract: "Show how a text becomes tokens: ids, bytes, pieces, merges.",
        discussion: """
            Example:
              stepglass tokenize "The capital of France is" --model smollm2
              printf '你好' | stepglass tokenize - --json
            """)

    @Argument(help: "The text, or - for standard input (any bytes).")
    var text: String
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Match control tokens that stand in the text (<|im_end|>).")
    var special = false
    @Flag(help: "Print JSON.")
    var json = false

    mutating func run() throws {
        try reporting {
            let bytes = text == "-" ? try readFile("-") : Array(text.utf8)
            let (source, _) = try openModel(modelOptions.model)
            let tokenizer = try LanguageModel.tokenizer(of: source)
            let encoding = tokenizer.encode(bytes, special: special)
            if let note = TraceNotes.losses(encoding.losses) { printNote(note) }
            if json { printJSON(encoding) } else { printTable(encoding) }
        }
    }

    private func printJSON(_ encoding: Encoding) {
        var writer = JSONWriter()
        writer.object { json in
            json.array("tokens") { json in for token in encoding.tokens { json.value(token) } }
            json.array("pieces") { json in for piece in encoding.pieces { json.value(piece) } }
        }
        printOut(String(decoding: writer.bytes, as: UTF8.self))
    }

    private func printTable(_ encoding: Encoding) {
        let count = encoding.tokens.count
        printOut(Phrase("\(count) \(count == 1 ? "token" : "tokens")", "\(count) 個詞元"))
        let places = encoding.tokens.map { "\($0.start)..<\($0.end)" }
        let wide = places.map(\.count).max() ?? 0
        for (token, place) in zip(encoding.tokens, places) {
            let bytes = token.bytes.map { hexadecimal($0) }.joined(separator: " ")
            printOut("\(padded(String(token.id), 8))  \(padded(place, wide))  \(filled(visible(token), 14))  \(bytes)")
        }
        for piece in encoding.pieces where !piece.merges.isEmpty {
            printOut("")
            for line in lines(of: piece) { printOut(line) }
            for merge in piece.merges {
                printOut(
                    say("  rank ", "  合併次序 ") + padded(String(merge.rank), 6)
                        + "  \(visible(merge.left)) + \(visible(merge.right))")
            }
        }
    }

    /// The piece and the symbols it began as, on as many lines as they need.
    private func lines(of piece: Piece) -> [String] {
        let width = max(40, Terminal.out.columns)
        var lines = [visible(piece.bytes) + ":"]
        for (place, symbol) in piece.symbols.enumerated() {
            let next = (place == 0 ? " " : "|") + visible(symbol)
            if displayWidth(lines[lines.count - 1]) + displayWidth(next) > width { lines.append(" ") }
            lines[lines.count - 1] += next
        }
        return lines
    }
}
