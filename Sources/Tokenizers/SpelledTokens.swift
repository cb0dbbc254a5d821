// The tokens of a vocabulary that is written in characters: as its file spells them, and as the bytes that they stand for.

/// Tokens under construction, in the order of their ids, where a token's text in the file ("▁the", "<0x0A>") is not what it
/// stands for (" the", a line feed).
struct SpelledTokens {
    /// What pieces are looked up in: the texts as the file spells them.
    private(set) var spelled = Vocabulary()
    /// What the tokens stand for.
    private(set) var vocabulary = Vocabulary()
    /// The token of each single byte (`<0x0A>`), `noToken` where the vocabulary has none.
    private(set) var idOfByte = [UInt32](repeating: Vocabulary.noToken, count: 256)

    /// Whether there is a token for each of the 256 bytes, so that nothing is unknown.
    var spellsAllBytes: Bool { !idOfByte.contains(Vocabulary.noToken) }

    /// Adds the next token.
    mutating func append(
        _ text: UnsafeBufferPointer<UInt8>, kind: Vocabulary.Kind, standsFor bytes: some Collection<UInt8>
    ) throws(TokenizerError) {
        let id = spelled.count
        if kind == .byte {
            guard let byte = byteSpelled(text) else {
                throw .malformed(
                    place: "the text of the byte token \(id), \(shown(text)),", expected: "like \"<0x0A>\"")
            }
            idOfByte[Int(byte)] = UInt32(id)
        }
        spelled.bytes.append(contentsOf: text)
        vocabulary.bytes.append(contentsOf: bytes)
        try spelled.endToken(kind)
        try vocabulary.endToken(kind)
    }

    /// Makes texts → id answer, once all tokens are there. `isText` says which tokens pieces can become.
    ///
    /// - Throws: two tokens with one text.
    mutating func finish(isText: (Vocabulary.Kind) -> Bool) throws(TokenizerError) {
        if spelled.count == 0 { throw .badTokenCount(0) }
        spelled.reserveSlots(spelled.count)
        vocabulary.reserveSlots(spelled.count)
        var others: [[UInt8]: Int] = [:]
        for id in 0..<spelled.count where !spelled.span(of: id).isEmpty {
            let isReachable = isText(spelled.kinds[id])
            let first =
                isReachable ? spelled.insert(id) : others.updateValue(id, forKey: spelled.bytes(of: id))
            if let first { throw duplicate(first, id) }
        }
        for (text, id) in others {
            if let first = spelled.id(of: text) { throw duplicate(min(first, id), max(first, id)) }
        }
        // A character's own token comes before the byte that would spell it too.
        for isByte in [false, true] {
            for id in 0..<spelled.count
            where isText(spelled.kinds[id]) && (spelled.kinds[id] == .byte) == isByte
                && !vocabulary.span(of: id).isEmpty
            {
                _ = vocabulary.insert(id)
            }
        }
    }

    private func duplicate(_ first: Int, _ second: Int) -> TokenizerError {
        .duplicateToken(
            text: String(decoding: spelled.bytes(of: second), as: UTF8.self), first: first, second: second)
    }

    private func shown(_ text: UnsafeBufferPointer<UInt8>) -> String { quoted(String(decoding: text, as: UTF8.self)) }
}

/// The byte that a text like `<0x0A>` names, nil where it names none.
func byteSpelled(_ text: some RandomAccessCollection<UInt8>) -> UInt8? {
    guard text.count == 6, text.starts(with: "<0x".utf8), text.last == UInt8(ascii: ">") else { return nil }
    var value: UInt8 = 0
    for digit in text.dropFirst(3).dropLast() {
        guard let number = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
        value = value << 4 | UInt8(number)
    }
    return value
}

/// U+2581, which stands for a blank in SentencePiece's vocabularies (Kudo and Richardson 2018).
let blankMark: [UInt8] = [0xE2, 0x96, 0x81]

/// The same, looked for.
let blankMarkSearch = TextSearch(blankMark)
