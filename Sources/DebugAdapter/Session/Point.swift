// What the client wants to be stopped for. Each is a breakpoint or a watch of the debugger's; what the debugger has no word
// for (how often, a message instead of a stop) is judged here once it holds.
internal import Debugging
internal import Phrases

/// A breakpoint of the client's.
struct Point {
    /// What it stands on.
    enum Kind: Equatable {
        case line(source: Int)
        case function(FunctionPlace)
        /// The question whose value is watched.
        case data(String)
        case exception(ExceptionFilter)
    }

    var id: Int
    var kind: Kind
    /// The debugger's number: of a watch for data, else of a breakpoint.
    var number: Int
    /// What must hold too, for a watch, which has no condition of its own.
    var condition: Question?
    var hitCondition: String?
    /// Told in place of a stop.
    var message: String?
    /// How often it held.
    var hits = 0

    var isData: Bool { if case .data = kind { true } else { false } }
}

/// How often a breakpoint has to hold: `3` (from the third time on), `>= 3`, `== 2`, `% 2`, or a question about `hits`.
enum HitCondition {
    /// The question that asks it of a number of hits.
    static func question(_ text: String, hits: Int) throws(DebuggingError) -> Question {
        let words = String(text.drop { $0 == " " }.prefix(200))
        let source: String
        if Int(words) != nil {
            source = "\(hits) >= \(words)"
        } else if words.hasPrefix("%") {
            source = "\(hits) \(words) == 0"
        } else if words.hasPrefix("=") && !words.hasPrefix("==") {
            source = "\(hits) =\(words)"
        } else if let first = words.first, "<>=".contains(first) {
            source = "\(hits) \(words)"
        } else {
            source = filled(words, hits)
        }
        return try Question(condition: source)
    }

    /// `hits` by its number, where it stands as a word.
    private static func filled(_ text: String, _ hits: Int) -> String {
        var result = ""
        var word = ""
        for character in text + " " {
            if character.isLetter || character.isNumber || character == "_" || character == "." {
                word.append(character)
                continue
            }
            result += (word == "hits" ? String(hits) : word) + String(character)
            word = ""
        }
        return result
    }
}

/// A place inside a step by its name, as a function breakpoint names it: a stage (`top_p`), `draw`, `layer(3)`, `head(3, 1)`.
struct FunctionPlace: Equatable {
    /// From the step in.
    var path: [FrameKind]
    /// Whether the step has it.
    var question: String

    /// The names that are no stages, for the message.
    static let names = "tokenize, embed, logits, draw, stop_check, layer(0), attention(0), mlp(0), head(0, 0)"

    /// nil where no such place is known.
    init?(_ name: String, stages: [String], layers: Int, heads: Int) {
        let parts = name.split(whereSeparator: { "(), ".contains($0) }).map(String.init)
        guard let word = parts.first else { return nil }
        let numbers = parts.dropFirst().map { Int($0) }
        let layer = numbers.first.flatMap { $0 }.flatMap { (0..<max(layers, 0)).contains($0) ? $0 : nil }
        switch (word, numbers.count, layer) {
        case ("tokenize", 0, _): (path, question) = ([.tokenize], "true")
        case ("embed", 0, _): (path, question) = ([.embed], "true")
        case ("logits", 0, _): (path, question) = ([.logits], "true")
        case ("draw", 0, _): (path, question) = ([.draw], "known(draw.u)")
        case ("stop_check", 0, _): (path, question) = ([.stopCheck], "true")
        case ("layer", 1, let layer?): (path, question) = ([.layer(layer)], "true")
        case ("attention", 1, let layer?): (path, question) = ([.layer(layer), .attention(layer: layer)], "true")
        case ("mlp", 1, let layer?): (path, question) = ([.layer(layer), .mlp(layer: layer)], "true")
        case ("head", 2, let layer?):
            guard let head = numbers[1], (0..<max(heads, 0)).contains(head) else { return nil }
            (path, question) = ([.layer(layer), .attention(layer: layer), .head(layer: layer, head: head)], "true")
        case (_, 0, _):
            guard let stage = meant(word, among: stages), let spelled = spelled(stage) else { return nil }
            path = [.stage(index: 0, name: stage)]
            question = "known(kept(\(spelled)))"
        default: return nil
        }
    }
}

/// The name of a stage or of its number as a question writes it; nil where a record calls it what no question can write.
func spelled(_ name: String) -> String? {
    let isWord = !name.isEmpty && name.allSatisfy { ($0.isASCII && ($0.isLetter || $0.isNumber)) || "-_".contains($0) }
    return isWord ? String(name.map { $0 == "-" ? "_" : $0 }) : nil
}

/// What an editor lists as exceptions: rows of questions.
struct ExceptionFilter: Equatable, Sendable {
    var id: String
    var label: Phrase
    /// What must hold; nil for what only the stages run again can tell.
    var question: String?
    /// A condition of the user's stands in place of the question, not beside it.
    var isReplaced = false
    var description: Phrase

    static let mismatch = ExceptionFilter(
        id: "replay-mismatch", label: Phrase("Replay mismatch", "重演不符"), question: nil,
        description: Phrase(
            "The stages run again over the step's logits give another token, another draw or other kept sets than the record.",
            "對這一步的 logit 重跑各階段，得到的詞元、抽選或保留的集合與紀錄不同。"))

    static let all: [ExceptionFilter] = [
        ExceptionFilter(
            id: "end-eos", label: Phrase("End: end token", "結束：結束詞元"), question: "finish == eos",
            description: Phrase("The model chose an end token.", "模型選了結束詞元。")),
        ExceptionFilter(
            id: "end-stop", label: Phrase("End: stop string", "結束：停止字串"), question: "finish == stop",
            description: Phrase("A stop string appeared.", "出現了停止字串。")),
        ExceptionFilter(
            id: "end-length", label: Phrase("End: length", "結束：長度上限"), question: "finish == length",
            description: Phrase("The most tokens are out.", "已達最多詞元數。")),
        ExceptionFilter(
            id: "end-context", label: Phrase("End: context full", "結束：上下文已滿"), question: "finish == context",
            description: Phrase("The context holds no more.", "上下文放不下了。")),
        ExceptionFilter(
            id: "near-tie", label: Phrase("Near tie", "幾乎平手"), question: "margin < 0.05", isReplaced: true,
            description: Phrase(
                "The most probable token leads the second by less than 0.05.", "最可能的詞元領先第二名不到 0.05。")),
        ExceptionFilter(
            id: "argmax-removed", label: Phrase("Argmax removed", "最大者被移除"), question: "removed(argmax)",
            description: Phrase("A stage removed the token with the largest raw logit.", "某個階段移除了原始 logit 最大的詞元。")),
        mismatch,
    ]

    var conditionDescription: Phrase {
        isReplaced
            ? Phrase("a question in place of \(question ?? "")", "代替 \(question ?? "") 的問句")
            : Phrase("a question that must hold too", "還必須成立的問句")
    }
}
