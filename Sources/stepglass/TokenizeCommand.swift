// Shows how a text becomes tokens: ids, bytes, pieces, merges.
internal import Phrases
internal import ArgumentParser
internal import Generation
internal import JSONText
internal import ModelFiles
internal import Tokenizers
internal import Traces

struct TokenizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokenize", abstract: "Show how a text becomes tokens: ids, bytes, pieces, merges.",
        discussion: """
            Example:
              stepglass tokenize "The capital of France is" --model smollm2
              printf '你好' | stepglass tokenize - --json
              stepglass tokenize "Unbelievable!" --compare tiny --compare smollm2
            """)

    @Argument(help: "The text, or - for standard input (any bytes, 1 MB at most).")
    var text: String
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var language: LanguageOptions
    @Option(
        help: ArgumentHelp(
            "Show this model's tokens beside those of others (repeat it): where each cuts, and its tokens a character and a byte.",
            valueName: "name or path"))
    var compare: [String] = []
    @Flag(help: "Match control tokens that stand in the text (<|im_end|>).")
    var special = false
    @Flag(help: "Print JSON.")
    var json = false

    mutating func run() throws {
        try reporting {
            let bytes = text == "-" ? try readFile("-", limit: ReadingBudget.shownText.bytes) : Array(text.utf8)
            if !compare.isEmpty { return try printComparison(bytes) }
            let source = try openModel(modelOptions.model, needsWeights: false).source
            let tokenizer = try LanguageModel.tokenizer(of: source)
            let encoding = try tokens(of: bytes, tokenizer, named: source.name)
            for note in tokenizer.notes { printNote(TraceNotes.phrase(note)) }
            let notes = [
                special ? nil : TraceNotes.control(bytes, tokenizer), TraceNotes.begin(encoding.ids, tokenizer),
                TraceNotes.losses(encoding.losses),
            ]
            for note in notes.compactMap({ $0 }) { printNote(note) }
            if json { printTokens(encoding) } else { printTable(encoding) }
        }
    }

    private func printComparison(_ bytes: [UInt8]) throws {
        var columns: [TokenComparison.Column] = []
        for choice in (modelOptions.model.map { [$0] } ?? []) + compare {
            let source = try openModel(choice, needsWeights: false).source
            let tokenizer = try LanguageModel.tokenizer(of: source)
            let tokens = try self.tokens(of: bytes, tokenizer, named: source.name, framed: false).tokens
            let name = lastPart(choice)
            columns.append(
                TokenComparison.Column(
                    name: visible(Array(name.utf8)), vocabularySize: tokenizer.vocabularySize, tokens: tokens))
        }
        let comparison = TokenComparison(text: bytes, columns: columns)
        if json { return printJSON(comparison.json()) }
        for line in comparison.lines(width: max(60, Terminal.out.columns)) { printOut(line) }
    }

    private func tokens(
        of bytes: [UInt8], _ tokenizer: Tokenizer, named name: String, framed: Bool = true
    ) throws(GenerationError) -> Encoding {
        do throws(TokenizerError) { return try tokenizer.encoding(of: bytes, special: special, framed: framed) } catch {
            throw .tokenizer(error, file: name)
        }
    }

    private func printTokens(_ encoding: Encoding) {
        var writer = JSONWriter()
        writer.object { json in
            json.array("tokens") { json in for token in encoding.tokens { json.value(token) } }
            json.array("pieces") { json in for piece in encoding.pieces { json.value(piece) } }
        }
        printJSON(writer.bytes)
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
        for piece in encoding.pieces {
            let steps = explanation(of: piece)
            if steps.isEmpty { continue }
            printOut("")
            for line in lines(of: piece) + steps { printOut(line) }
        }
    }

    /// How the piece became its tokens, one step a line; empty where there is nothing to explain.
    private func explanation(of piece: Piece) -> [String] {
        switch piece.explanation {
        case .merges(let merges):
            return merges.map {
                say("  rank ", "  合併次序 ") + padded(String($0.rank), 6) + "  \(visible($0.left)) + \(visible($0.right))"
            }
        case .lattice(let edges):
            return edges.map { edge in
                let mark = edge.chosen ? "▸" : " "
                let symbols = piece.symbols[edge.start..<edge.end].flatMap { $0 }
                return "\(mark) \(say("score", "分數")) \(fixed(edge.score, 3))  "
                    + "\(say("total", "總和")) \(fixed(edge.total, 3))  \(visible(symbols))"
            }
        case .longestMatch(let matches):
            return matches.map {
                "  \(say("tried", "試過")) \(padded(String($0.tried), 4))  \(visible($0.spelled))"
                    + ($0.id == nil ? say("  no token", "  沒有詞元") : "")
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
