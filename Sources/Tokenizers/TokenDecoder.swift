// What a token's text in a tokenizer.json stands for: the file's decoder.

internal import JSONText

/// The steps from a token's text to its bytes. All that a decoder does to one token by itself is done once, when the
/// vocabulary is read; what it does to a whole text is `strippedBlanks`.
struct TokenDecoder {
    enum Step {
        case replace(TextSearch, [UInt8])
        /// `<0x0A>` is a byte.
        case bytes
        /// Blanks at the beginning and the end of every token go.
        case strip([UInt8], start: Int, stop: Int)
        /// The mark at the end of a word is a blank.
        case wordEnd([UInt8])
        /// A token without the mark of a continuation begins a word: a blank comes before it, but for the signs where
        /// they stand beside the word before.
        case wordBeginning(mark: [UInt8], joinsSigns: Bool)
    }

    private(set) var steps: [Step] = []
    /// How many blanks at the beginning of a whole text were put there by the tokenizer.
    private(set) var strippedBlanks = 0
    private var isFused = false

    /// Reads `decoder`: null, one of the kinds, or a sequence of them.
    init(_ json: JSONValue) throws(TokenizerError) {
        if json.isNull { return }
        let parts = json["type"]?.string == "Sequence" ? json["decoders"]?.array ?? [] : [json]
        try StepChain.check(parts.count, "the decoder")
        for part in parts { try read(part) }
        var growth = 1
        for case .replace(let old, let new) in steps {
            growth = min(growth * Growth.of(old.text, new), 2 * Growth.most)
        }
        try Growth.check(growth, "the decoder")
    }

    /// Words with blanks between them: WordPiece.
    init(continuationMark mark: String, joinsSigns: Bool) {
        steps = [.wordBeginning(mark: Array(mark.utf8), joinsSigns: joinsSigns)]
        strippedBlanks = 1
    }

    /// The bytes that a token of this text stands for; where `budget` ends, nothing.
    func bytes(of text: [UInt8], _ budget: inout EncodingBudget) -> [UInt8] {
        var text = text
        var most = 0
        for step in steps {
            switch step {
            case .replace(let old, let new):
                text = old.replaced(in: text, by: new, atMost: budget.bytesLeft)
                if !budget.allows(bytes: text.count, of: budget.bytesLeft) { return [] }
                most = max(most, text.count)
            case .bytes: if let byte = byteSpelled(text) { text = [byte] }
            case .strip(let content, let start, let stop):
                for _ in 0..<start where text.starts(with: content) { text.removeFirst(content.count) }
                for _ in 0..<stop where text.reversed().starts(with: content.reversed()) {
                    text.removeLast(content.count)
                }
            case .wordBeginning(let mark, let joinsSigns):
                if text.starts(with: mark), text.count > mark.count {
                    text.removeFirst(mark.count)
                } else if !(joinsSigns && [".", "?", "!", ","].contains { text.elementsEqual($0.utf8) }) {
                    text.insert(0x20, at: 0)
                }
            case .wordEnd(let mark):
                if text.reversed().starts(with: mark.reversed()) { text = text.dropLast(mark.count) + [0x20] }
            }
        }
        return budget.take(bytes: max(most, text.count)) ? text : []
    }

    private mutating func read(_ json: JSONValue) throws(TokenizerError) {
        let place = "tokenizer.json: decoder"
        switch json["type"]?.string {
        case "Replace":
            guard let old = json["pattern"]?["String"]?.string, let new = json["content"]?.string else {
                throw .malformed(place: place + ".Replace", expected: "from a String to a content")
            }
            steps.append(.replace(TextSearch(Array(old.utf8)), Array(new.utf8)))
        case "ByteFallback": steps.append(.bytes)
        case "Fuse": isFused = true
        case "Strip":
            let (start, stop) = (json["start"]?.int ?? 0, json["stop"]?.int ?? 0)
            guard let content = json["content"]?.string, content.unicodeScalars.count == 1,
                (0...64).contains(start), (0...64).contains(stop)
            else { throw .malformed(place: place + ".Strip", expected: "one character, and counts from 0 to 64") }
            if !isFused {
                steps.append(.strip(Array(content.utf8), start: start, stop: stop))
            } else if content == " ", stop == 0 {
                strippedBlanks = start
            } else {
                throw .unsupported(what: "the decoder Strip of", value: content, supported: "blanks at the beginning")
            }
        case "Metaspace":
            let mark = json["replacement"]?.string ?? "▁"
            steps.append(.replace(TextSearch(Array(mark.utf8)), [0x20]))
            let scheme = json["prepend_scheme"]?.string
            let prepends = scheme.map { $0 != "never" } ?? json["add_prefix_space"]?.bool ?? true
            strippedBlanks = prepends ? 1 : 0
        case "WordPiece":
            let mark = json["prefix"]?.string ?? "##"
            let words = TokenDecoder(continuationMark: mark, joinsSigns: json["cleanup"]?.bool ?? true)
            steps += words.steps
            strippedBlanks = words.strippedBlanks
        case "BPEDecoder": steps.append(.wordEnd(Array((json["suffix"]?.string ?? "</w>").utf8)))
        case let other:
            throw .unsupported(
                what: "the decoder", value: other ?? "without a type",
                supported:
                    "Replace, ByteFallback, Fuse, Strip, Metaspace, BPEDecoder, WordPiece, a Sequence of them; "
                    + "ByteLevel with the "
                    + "pre-tokenizer ByteLevel")
        }
    }
}
