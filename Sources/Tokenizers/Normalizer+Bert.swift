// BERT's normalizer (Devlin et al. 2019): a clean text, blanks around Chinese characters, accents gone, lower case.

internal import JSONText

extension Normalizer {
    /// The steps of a `BertNormalizer`.
    static func bert(_ json: JSONValue) -> [Step] {
        let lowercase = json["lowercase"]?.bool ?? true
        var steps: [Step] = []
        if json["clean_text"]?.bool ?? true { steps.append(.clean(.tokenizersPunctuation, spacesFirst: false)) }
        if json["handle_chinese_chars"]?.bool ?? true { steps.append(.spaceHan) }
        // Where the file does not say, accents go where upper case does.
        if json["strip_accents"]?.bool ?? lowercase { steps += [.form(.d), .stripAccents(.tokenizersPunctuation)] }
        if lowercase { steps.append(.lowercase) }
        return steps
    }

    /// What a clean text has in a character's place; nil where the character stays.
    ///
    /// - Parameter spacesFirst: a control character that is white space (U+000B) is a blank rather than nothing.
    static func cleaned(_ scalar: Unicode.Scalar, _ limit: UnicodeLimit, spacesFirst: Bool) -> String? {
        switch scalar.value {
        case 0x20...0x7E: return nil
        case 0x09, 0x0A, 0x0D: return " "
        case 0, 0xFFFD: return ""
        default: break
        }
        if spacesFirst, scalar.properties.isWhitespace { return " " }
        switch scalar.properties.generalCategory {
        case .control, .format, .privateUse: return isKnown(scalar, limit) ? "" : nil
        default: return scalar.properties.isWhitespace ? " " : nil
        }
    }

    /// Whether a character is written without blanks beside it: the blocks that BERT's program counts as Chinese.
    static func isHan(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // The sixth block begins late in the libraries that read these models, and so it does here.
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
            0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// The first character of what a character is made of ("e" of "é"), nil where that is itself: all of form D that
    /// llama.cpp's table of it holds.
    static func base(_ scalar: Unicode.Scalar, _ limit: UnicodeLimit) -> String? {
        if scalar.value < 0xC0 || !isKnown(scalar, limit) { return nil }
        var text = String(scalar).utf8.map { $0 }
        let parts = text.withUnsafeBufferPointer { normalized($0, .d, limit, atMost: .max)?.bytes }
        guard let parts else { return nil }
        text = parts
        return text.withUnsafeBufferPointer { decodeScalar($0, 0, $0.count).map { String($0.scalar) } }
    }

    /// The text with blanks around every Chinese character, nil where it has none.
    static func spaceHan(_ text: UnsafeBufferPointer<UInt8>, atMost most: Int) -> Rewriting? {
        var result = Rewriting(atMost: most)
        let blank = [UInt8(ascii: " ")]
        var (kept, place) = (0, 0)
        while place < text.count {
            guard text[place] >= 0xE3, let (scalar, length) = decodeScalar(text, place, text.count), isHan(scalar)
            else {
                place += 1
                continue
            }
            result.keep(text, kept..<place)
            result.append(blank, source: place)
            result.keep(text, place..<place + length)
            place += length
            kept = place
            result.append(blank, source: place)
        }
        if kept == 0 { return nil }
        result.keep(text, kept..<text.count)
        result.finish(text.count)
        return result
    }
}

extension PreTokenizer {
    /// BERT's own: words between white space, every sign a part of its own.
    static func bert(_ limit: UnicodeLimit) -> PreTokenizer {
        PreTokenizer(cuts: [.each(ScalarSet([.space]), .removed), .each(ScalarSet(signs), .isolated, limit)])
    }
}
