// A line in the order in which it is drawn: stretches of one direction and one way of drawing, from left to right.
internal import CFriBidi
internal import CHarfBuzz

/// A stretch of a line whose characters go one way and are all shaped or all drawn one by one.
struct TextItem {
    /// In the order of reading.
    let characters: ArraySlice<Character>
    let isRightToLeft: Bool
    /// Whether the letters look otherwise, or stand elsewhere, than each would alone.
    let isShaped: Bool

    /// The characters' code points.
    let scalars: [Unicode.Scalar]

    /// Code points that follow each other and come from one font; nil where no font has them.
    struct Part {
        let face: Int?
        let scalars: Range<Int>
    }

    /// The item cut where the font changes. Marks stay with their letter's font.
    func parts(face: (Unicode.Scalar) -> Int?) -> [Part] {
        var parts: [Part] = []
        var place = 0
        for character in characters {
            let end = place + character.unicodeScalars.count
            let own = face(scalars[place])
            if let last = parts.last, last.face == own {
                parts[parts.count - 1] = Part(face: own, scalars: last.scalars.lowerBound..<end)
            } else {
                parts.append(Part(face: own, scalars: place..<end))
            }
            place = end
        }
        return parts
    }
}

/// The items of a line, from left to right on the paper. A line without letters that join or go right to left is one item.
func textItems(_ characters: ArraySlice<Character>) -> [TextItem] {
    let isPlain = characters.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value < 0x590 } }
    let shaped = isPlain ? [] : shapedCharacters(characters)
    let levels = isPlain ? nil : embeddingLevels(characters)
    guard shaped.contains(true) || levels != nil else {
        return [item(characters, isRightToLeft: false, isShaped: false)]
    }
    var items: [(level: UInt8, item: TextItem)] = []
    var start = characters.startIndex
    for place in characters.indices {
        let (next, own) = (place + 1, place - characters.startIndex)
        let level = levels?[own] ?? 0
        if next < characters.endIndex, levels?[own + 1] ?? 0 == level, shaped[own + 1] == shaped[own] { continue }
        let stretch = item(characters[start..<next], isRightToLeft: level % 2 == 1, isShaped: shaped[own])
        items.append((level, stretch))
        start = next
    }
    return inOrderOfDrawing(items)
}

private func item(_ characters: ArraySlice<Character>, isRightToLeft: Bool, isShaped: Bool) -> TextItem {
    TextItem(
        characters: characters, isRightToLeft: isRightToLeft, isShaped: isShaped,
        scalars: isShaped ? characters.flatMap { Array($0.unicodeScalars) } : [])
}

/// Rule L2 of Unicode's bidirectional algorithm (UAX #9): from the highest level down, what lies at it or above is turned
/// round.
private func inOrderOfDrawing(_ items: [(level: UInt8, item: TextItem)]) -> [TextItem] {
    var order = items
    let highest = items.map(\.level).max() ?? 0
    var level = highest
    while level > 0 {
        var start = 0
        while start < order.count {
            guard order[start].level >= level else {
                start += 1
                continue
            }
            let end = order[start...].firstIndex { $0.level < level } ?? order.count
            order[start..<end].reverse()
            start = end
        }
        level -= 1
    }
    return order.map(\.item)
}

/// The level of each character, odd from right to left; nil where all go left to right. The line's own direction is that
/// of its first letter.
private func embeddingLevels(_ characters: ArraySlice<Character>) -> [UInt8]? {
    let scalars = characters.flatMap { $0.unicodeScalars.map(\.value) }
    let count = FriBidiStrIndex(scalars.count)
    var types = [FriBidiCharType](repeating: FriBidiCharType(0), count: scalars.count)
    var brackets = [FriBidiBracketType](repeating: 0, count: scalars.count)
    var levels = [FriBidiLevel](repeating: 0, count: scalars.count)
    fribidi_get_bidi_types(scalars, count, &types)
    fribidi_get_bracket_types(scalars, count, types, &brackets)
    var direction = firstStrongDirection
    let highest = fribidi_get_par_embedding_levels_ex(types, brackets, count, &direction, &levels)
    // One more than the highest level; 0 where memory ran out.
    guard highest > 1 else { return nil }
    var place = 0
    return characters.map { character in
        defer { place += character.unicodeScalars.count }
        return UInt8(bitPattern: levels[place])
    }
}

/// Brackets and the like, as they look in a text from right to left.
func mirrored(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    var mirror: FriBidiChar = 0
    guard fribidi_get_mirror_char(scalar.value, &mirror) != 0 else { return scalar }
    return Unicode.Scalar(mirror) ?? scalar
}

/// A label that is put into a sentence, so that a direction of its own does not reach the words around it.
func isolated(_ label: String) -> String {
    let turns = label.unicodeScalars.contains { $0.value >= 0x590 && isRightToLeft($0) }
    return turns ? "\u{2068}\(label)\u{2069}" : label
}

private func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
    isReadFromTheRight(scalar.value) != 0
}

// MARK: - Shaping or not

/// Scripts whose letters stand side by side as they are: what the figures drew before they shaped anything, and what
/// must not change by a pixel.
private let plainScripts: Set<UInt32> = Set(
    [
        HB_SCRIPT_COMMON, HB_SCRIPT_INHERITED, HB_SCRIPT_UNKNOWN, HB_SCRIPT_LATIN, HB_SCRIPT_GREEK, HB_SCRIPT_CYRILLIC,
        HB_SCRIPT_HAN, HB_SCRIPT_HIRAGANA, HB_SCRIPT_KATAKANA, HB_SCRIPT_HANGUL, HB_SCRIPT_BOPOMOFO,
    ].map(\.rawValue))

func script(of scalar: Unicode.Scalar) -> hb_script_t {
    hb_unicode_script(hb_unicode_funcs_get_default(), scalar.value)
}

/// Whether a script's letters need the font's rules.
func isShaped(_ script: hb_script_t) -> Bool { !plainScripts.contains(script.rawValue) }

/// By character: whether it is shaped. Marks and lengthening strokes go with the letter before them.
private func shapedCharacters(_ characters: ArraySlice<Character>) -> [Bool] {
    var before = false
    return characters.map { character in
        let scalar = character.unicodeScalars.first!
        var shaped = scalar.value >= 0x590 && isShaped(script(of: scalar))
        if !shaped {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .spacingMark, .enclosingMark, .modifierLetter: shaped = before
            default: break
            }
        }
        before = shaped
        return shaped
    }
}
