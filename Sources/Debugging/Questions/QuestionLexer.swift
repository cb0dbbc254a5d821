// Characters to symbols. The first stage of a question; the parser reads its output.
internal import JSONText
internal import Phrases

/// A symbol of the question language with its place (UTF-8 offsets).
struct Lexeme: Equatable {
    enum Kind: Equatable {
        case number(Double)
        case text([UInt8])
        case tokenID(Int)
        /// A name or a word such as `and`.
        case name(String)
        /// `( ) { } , : . .. + - * / % == != < <= > >=`
        case sign(String)
        case end
    }

    var kind: Kind
    var span: Range<Int>
}

/// Cuts a question into symbols; every byte belongs to one symbol, to blanks between two, or to an error.
struct QuestionLexer {
    private let limitBytes = ReadingBudget.question.bytes
    private let source: String
    private let bytes: [UInt8]
    private var place = 0

    init(_ source: String) {
        self.source = source
        bytes = Array(source.utf8)
    }

    private func fail(_ problem: QuestionProblem, _ span: Range<Int>) -> DebuggingError {
        .question(source: source, span: span, problem: problem)
    }

    /// All symbols, closed by one of kind `end`.
    mutating func lexemes() throws(DebuggingError) -> [Lexeme] {
        if bytes.count > limitBytes { throw fail(.tooLong(limit: limitBytes), 0..<limitBytes) }
        var result: [Lexeme] = []
        while true {
            while place < bytes.count, isBlank(bytes[place]) { place += 1 }
            if place == bytes.count { break }
            let start = place
            let kind = try next()
            result.append(Lexeme(kind: kind, span: start..<place))
        }
        result.append(Lexeme(kind: .end, span: bytes.count..<bytes.count))
        return result
    }

    private mutating func next() throws(DebuggingError) -> Lexeme.Kind {
        let byte = bytes[place]
        if isDigit(byte) { return try number() }
        if isNameStart(byte) {
            let start = place
            while place < bytes.count, isNameStart(bytes[place]) || isDigit(bytes[place]) { place += 1 }
            if place < bytes.count, isForeignLetter(at: place) { throw bareText(from: start) }
            return .name(String(decoding: bytes[start..<place], as: UTF8.self))
        }
        if byte == UInt8(ascii: "\"") { return try text() }
        if byte == UInt8(ascii: "#") { return try tokenID() }
        return try sign()
    }

    private mutating func number() throws(DebuggingError) -> Lexeme.Kind {
        let start = place
        digits()
        if at(0) == UInt8(ascii: "."), let after = at(1), isDigit(after) {
            place += 1
            digits()
        }
        if at(0) == UInt8(ascii: "e") || at(0) == UInt8(ascii: "E") {
            let signed = at(1) == UInt8(ascii: "-") || at(1) == UInt8(ascii: "+")
            if let after = at(signed ? 2 : 1), isDigit(after) {
                place += signed ? 2 : 1
                digits()
            }
        }
        guard let value = Double(String(decoding: bytes[start..<place], as: UTF8.self)), value.isFinite else {
            throw fail(.numberTooLarge, start..<place)
        }
        return .number(value)
    }

    private mutating func tokenID() throws(DebuggingError) -> Lexeme.Kind {
        let start = place
        place += 1
        digits()
        guard place > start + 1 else {
            throw fail(
                .expected(Phrase("a token's number after #", "# 後面的詞元編號"), found: found(at: place)), start..<place)
        }
        guard let id = Int(String(decoding: bytes[(start + 1)..<place], as: UTF8.self)), id <= Int(Int32.max) else {
            throw fail(.numberTooLarge, start..<place)
        }
        return .tokenID(id)
    }

    private mutating func text() throws(DebuggingError) -> Lexeme.Kind {
        let start = place
        var content: [UInt8] = []
        place += 1
        while let byte = at(0) {
            place += 1
            if byte == UInt8(ascii: "\"") { return .text(content) }
            if byte != UInt8(ascii: "\\") {
                content.append(byte)
                continue
            }
            content += try escape(from: place - 1)
        }
        throw fail(.unterminatedText, start..<bytes.count)
    }

    /// The bytes of an escape whose backslash stands at `start`; `place` is behind the backslash.
    private mutating func escape(from start: Int) throws(DebuggingError) -> [UInt8] {
        let letter = at(0)
        place += letter == nil ? 0 : 1
        switch letter {
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [letter!]
        case UInt8(ascii: "x"):
            if let value = hexadecimal(upTo: 2), value.digits == 2 { return [UInt8(value.value)] }
        case UInt8(ascii: "u"):
            if at(0) == UInt8(ascii: "{") {
                place += 1
                let value = hexadecimal(upTo: 6)
                if let value, at(0) == UInt8(ascii: "}"), let scalar = Unicode.Scalar(UInt32(value.value)) {
                    place += 1
                    return Array(String(Character(scalar)).utf8)
                }
            }
        default: break
        }
        place = endOfCharacter(place)
        throw fail(.badEscape(String(decoding: bytes[start..<place], as: UTF8.self)), start..<place)
    }

    private mutating func hexadecimal(upTo limit: Int) -> (value: Int, digits: Int)? {
        let start = place
        while place < bytes.count, place - start < limit, isHexadecimal(bytes[place]) { place += 1 }
        guard let value = Int(String(decoding: bytes[start..<place], as: UTF8.self), radix: 16) else { return nil }
        return (value, place - start)
    }

    private mutating func sign() throws(DebuggingError) -> Lexeme.Kind {
        for spelling in [
            "==", "!=", "<=", ">=", "..", "(", ")", "{", "}", ",", ":", ".", "+", "-", "*", "/", "%", "<", ">",
        ]
        where bytes[place...].starts(with: spelling.utf8) {
            place += spelling.utf8.count
            return .sign(spelling)
        }
        for (foreign, ours) in Self.foreign where bytes[place...].starts(with: foreign.utf8) {
            let span = place..<(place + foreign.utf8.count)
            throw fail(.writeInstead(found: foreign, write: ours), span)
        }
        if isForeignLetter(at: place) { throw bareText(from: place) }
        let span = place..<endOfCharacter(place + 1)
        let character = String(decoding: bytes[span], as: UTF8.self)
        let printable = character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        throw fail(.unexpectedCharacter(printable ? character : "U+00" + Phrases.hexadecimal(bytes[place])), span)
    }

    /// Whether a letter, a digit or a picture outside ASCII stands there; the signs of ``foreign`` are none.
    private func isForeignLetter(at offset: Int) -> Bool {
        guard bytes[offset] >= 0x80 else { return false }
        switch found(at: offset).unicodeScalars.first!.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .otherSymbol, .format:
            return true
        default: return false
        }
    }

    /// The fault of a word without quotes, as far as it goes.
    private mutating func bareText(from start: Int) -> DebuggingError {
        while place < bytes.count, isNameStart(bytes[place]) || isDigit(bytes[place]) || isForeignLetter(at: place) {
            place = endOfCharacter(place + 1)
        }
        return fail(.bareText(String(decoding: bytes[start..<place], as: UTF8.self)), start..<place)
    }

    /// Spellings of other languages and of full-width input methods.
    private static let foreign = [
        ("&&", "and"), ("||", "or"), ("!", "not"), ("=", "=="), ("&", "and"), ("|", "or"), ("'", "\""), ("“", "\""),
        ("”", "\""), ("「", "\""), ("」", "\""), ("（", "("), ("）", ")"), ("，", ","), ("：", ":"), ("＞", ">"),
        ("＜", "<"), ("＝", "=="), ("≥", ">="), ("≤", "<="), ("≠", "!="), ("、", ","), ("…", ".."), ("−", "-"),
        ("`", "\""), ("[", "{"), ("]", "}"), ("｛", "{"), ("｝", "}"),
    ]

    // MARK: characters

    private func at(_ offset: Int) -> UInt8? { place + offset < bytes.count ? bytes[place + offset] : nil }
    private mutating func digits() { while place < bytes.count, isDigit(bytes[place]) { place += 1 } }

    /// The first offset from `offset` on that does not continue a UTF-8 character.
    private func endOfCharacter(_ offset: Int) -> Int {
        var end = min(offset, bytes.count)
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    private func found(at offset: Int) -> String {
        guard offset < bytes.count else { return "—" }
        return String(decoding: bytes[offset..<endOfCharacter(offset + 1)], as: UTF8.self)
    }

    private func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }
    private func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
    private func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "f"))
    }
    private func isNameStart(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte | 32 >= UInt8(ascii: "a") && byte | 32 <= UInt8(ascii: "z"))
    }
}
