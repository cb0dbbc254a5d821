// The ways of rewriting a text, one function each.

extension Normalizer.Step {
    func apply(_ text: UnsafeBufferPointer<UInt8>, _ budget: inout EncodingBudget) -> Rewriting? {
        let most = budget.bytesLeft
        switch self {
        case .form(let form): return normalized(text, form, .tokenizersNormalizer, atMost: most)
        case .lowercase: return text.rewriting(atMost: most) { lowercase($0) }
        case .stripMarks: return text.rewriting(atMost: most) { isMark($0, .tokenizersNormalizer) ? "" : nil }
        case .stripAccents(let limit):
            return text.rewriting(atMost: most) {
                $0.properties.generalCategory == .nonspacingMark && isKnown($0, limit) ? "" : nil
            }
        case .clean(let limit, let spacesFirst):
            return text.rewriting(atMost: most) { Normalizer.cleaned($0, limit, spacesFirst: spacesFirst) }
        case .spaceHan: return Normalizer.spaceHan(text, atMost: most)
        case .base(let limit): return text.rewriting(atMost: most) { Normalizer.base($0, limit) }
        case .strip(let left, let right): return strip(text, left: left, right: right)
        case .separators: return text.rewriting(atMost: most) { separated($0) }
        case .replacePattern(let program, let new): return replace(text, program, new, &budget)
        case .replace(let old, let new): return replace(text, old, new, atMost: most)
        case .charsmap(let map): return map.apply(text, &budget)
        case .blanks(let prepends, let merges):
            return markBlanks(text, prepends: prepends, merges: merges, atMost: most)
        case .prepend(let front):
            if text.isEmpty || front.isEmpty { return nil }
            var result = Rewriting(atMost: most)
            result.append(front, source: 0)
            result.keep(text, 0..<text.count)
            result.finish(text.count)
            return result
        }
    }

    /// What one character is in lower case, nil where that is itself. Characters are looked at one by one: a final sigma is
    /// like any other.
    private func lowercase(_ scalar: Unicode.Scalar) -> String? {
        if scalar.value < 0x80 {
            return scalar.value &- 0x41 < 26 ? String(Unicode.Scalar(UInt8(scalar.value) | 0x20)) : nil
        }
        let lower = scalar.properties.lowercaseMapping
        return lower.unicodeScalars.count == 1 && lower.unicodeScalars.first == scalar ? nil : lower
    }

    private func separated(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: ""
        case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD: " "
        default: nil
        }
    }

    private func strip(_ text: UnsafeBufferPointer<UInt8>, left: Bool, right: Bool) -> Rewriting? {
        var (start, end, place) = (text.count, 0, 0)
        while place < text.count {
            let next = classify(text, place, text.count, .tokenizers)
            if next.kind != .space {
                start = min(start, place)
                end = place + next.length
            }
            place += next.length
        }
        // A text of nothing but white space goes as a whole.
        if start > end, left || right { (start, end) = (text.count, text.count) }
        if !left, start < text.count { start = 0 }
        if !right { end = text.count }
        if end - start == text.count { return nil }
        var result = Rewriting(atMost: text.count)
        result.keep(text, start..<max(start, end))
        result.finish(text.count)
        return result
    }

    private func replace(
        _ text: UnsafeBufferPointer<UInt8>, _ program: PatternProgram, _ new: [UInt8],
        _ budget: inout EncodingBudget
    ) -> Rewriting? {
        var result = Rewriting(atMost: budget.bytesLeft)
        var kept = 0
        var isChanged = false
        var matcher = PatternMatcher(program, text, 0, text.count, .tokenizers)
        matcher.forEachMatch(&budget) { start, end in
            result.keep(text, kept..<start)
            result.append(new, source: start)
            kept = end
            isChanged = true
        }
        if !isChanged { return nil }
        result.keep(text, kept..<text.count)
        result.finish(text.count)
        return result
    }

    private func markBlanks(
        _ text: UnsafeBufferPointer<UInt8>, prepends: Bool, merges: Bool, atMost most: Int
    ) -> Rewriting {
        var result = Rewriting(atMost: most)
        var (isInWord, hasFirst) = (false, false)
        for place in 0..<text.count {
            if text[place] == UInt8(ascii: " ") {
                isInWord = false
                if !merges { result.append(blankMark, source: place) }
                continue
            }
            if !isInWord, merges || prepends && !hasFirst {
                // The mark stands for the blank before, where there is one.
                let before = place > 0 && merges && text[place - 1] == UInt8(ascii: " ") ? place - 1 : place
                result.append(blankMark, source: before)
                hasFirst = true
            }
            isInWord = true
            result.keep(text, place..<place + 1)
        }
        result.finish(text.count)
        return result
    }

    private func replace(
        _ text: UnsafeBufferPointer<UInt8>, _ old: TextSearch, _ new: [UInt8], atMost most: Int
    ) -> Rewriting? {
        var result = Rewriting(atMost: most)
        var kept = 0
        old.forEachPlace(in: text, 0, text.count) { place in
            result.keep(text, kept..<place)
            result.append(new, source: place)
            kept = place + old.text.count
        }
        if kept == 0 { return nil }
        result.keep(text, kept..<text.count)
        result.finish(text.count)
        return result
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The text with characters replaced, nil where none is; `replace` gives nil for a character that stays.
    fileprivate func rewriting(
        atMost most: Int, _ replace: (Unicode.Scalar) -> String?
    ) -> Rewriting? {
        var result = Rewriting(atMost: most)
        var kept = 0
        var place = 0
        var isChanged = false
        while place < count {
            guard let (scalar, length) = decodeScalar(self, place, count) else { place += 1; continue }
            if let new = replace(scalar) {
                result.keep(self, kept..<place)
                result.append(Array(new.utf8), source: place)
                kept = place + length
                isChanged = true
            }
            place += length
        }
        if !isChanged { return nil }
        result.keep(self, kept..<count)
        result.finish(count)
        return result
    }
}
