// Characters to glyphs in a row: fonts by character, kerning, widths, eliding.
internal import Phrases
internal import CFreeType

/// A line of text, ready to be drawn any number of times.
struct TextRun {
    enum Shape {
        case glyph(FontBook.Glyph)
        /// No font has it: a frame with the code point in hexadecimal.
        case missing(digits: [FontBook.Glyph], width: Double)
    }

    struct Placed {
        let shape: Shape
        /// Pixels from the start of the line.
        let x: Double
        /// Pixels above the baseline: marks that stand over or under their letters.
        var rise: Double = 0
        /// Stands for something invisible (a space) and is drawn in a quieter ink.
        var isQuiet = false
    }

    /// Font size in pixels per em.
    let size: Double
    let weight: FontBook.Weight
    var glyphs: [Placed] = []
    /// Advance of the whole line in pixels.
    var width: Double = 0

    /// Height of a capital over the baseline; what "centred on a row" means for labels in any script.
    var capHeight: Double { size * 0.71 }
}

extension FontBook {
    /// Share of the em that a missing character's digits take.
    static let missingDigits = 0.62
    /// Space inside a missing character's frame, in ems.
    static let missingPadding = 0.12

    /// Lays `text` in one line. With `limit`, what does not fit in that many pixels is cut and ends in "…".
    func layout(
        _ text: String, size: Double, weight: Weight = .regular, limit: Double = .infinity
    ) -> TextRun {
        // No label needs more characters than pixels; 10 KB of token text costs no more than a line of it.
        let most = limit.isFinite ? wholePixels(limit) + 2 : 4_000
        let characters = Array(text.prefix(most))
        let run = place(characters[...], size: size, weight: weight)
        if run.width <= limit, characters.count < most { return run }
        let dots = place(["…"], size: size, weight: weight)
        var low = 0
        var high = characters.count
        // The longest beginning that leaves room for the dots; widths grow with length.
        while low < high {
            let middle = (low + high + 1) / 2
            let width = place(characters[..<middle], size: size, weight: weight).width
            if width + dots.width <= limit { low = middle } else { high = middle - 1 }
        }
        return place(characters[..<low] + ["…"], size: size, weight: weight)
    }

    private func place(_ characters: ArraySlice<Character>, size: Double, weight: Weight) -> TextRun {
        var run = TextRun(size: size, weight: weight)
        for item in textItems(characters) {
            if item.isShaped { appendShaped(item, to: &run) } else { appendPlain(item, to: &run) }
        }
        return run
    }

    /// Characters each with its own picture, side by side: Latin, Chinese, digits, signs.
    private func appendPlain(_ item: TextItem, to run: inout TextRun) {
        var previous: Glyph?
        for character in item.isRightToLeft ? Array(item.characters.reversed()) : Array(item.characters) {
            // Once: a character may have thousands of scalars.
            let isQuiet = character == visibleSpace
            for scalar in character.unicodeScalars {
                // Joiners and variation selectors have no picture of their own.
                if scalar.properties.isDefaultIgnorableCodePoint { continue }
                // A skin tone colours the emoji before it; these pictures have no colour.
                if scalar.properties.isEmojiModifier, scalar != character.unicodeScalars.first { continue }
                let scalar = item.isRightToLeft ? mirrored(scalar) : scalar
                guard let glyph = glyph(for: scalar, weight: run.weight) else {
                    append(missing: scalar, to: &run)
                    previous = nil
                    continue
                }
                if let previous, previous.face == glyph.face {
                    run.width += kerning(previous, glyph, size: run.size)
                }
                run.glyphs.append(.init(shape: .glyph(glyph), x: run.width, isQuiet: isQuiet))
                run.width += advance(glyph, size: run.size)
                previous = glyph
            }
        }
    }

    /// Letters that join, move or turn with their neighbours: the font's own rules say which pictures stand where.
    private func appendShaped(_ item: TextItem, to run: inout TextRun) {
        let parts = item.parts { glyph(for: $0, weight: run.weight)?.face }
        for part in item.isRightToLeft ? Array(parts.reversed()) : parts {
            guard let face = part.face else {
                for place in part.scalars where !item.scalars[place].properties.isDefaultIgnorableCodePoint {
                    append(missing: item.scalars[place], to: &run)
                }
                continue
            }
            for shaped in shaper(of: face).shape(item, part.scalars) {
                let scale = run.size / shaped.unitsPerEm
                run.glyphs.append(
                    .init(
                        shape: .glyph(Glyph(face: face, index: shaped.index)), x: run.width + shaped.x * scale,
                        rise: shaped.y * scale))
                run.width += shaped.advance * scale
            }
        }
    }

    private func append(missing scalar: Unicode.Scalar, to run: inout TextRun) {
        let code = String(scalar.value, radix: 16, uppercase: true)
        let digits = String(repeating: "0", count: max(4 - code.count, 0)) + code
        let glyphs = digits.unicodeScalars.compactMap { glyph(for: $0, weight: .regular) }
        let inner = glyphs.reduce(0) { $0 + advance($1, size: run.size * Self.missingDigits) }
        let width = inner + 2 * Self.missingPadding * run.size
        run.glyphs.append(.init(shape: .missing(digits: glyphs, width: width), x: run.width + run.size * 0.06))
        run.width += width + run.size * 0.12
    }

    /// Advance in pixels, not rounded to whole ones.
    func advance(_ glyph: Glyph, size: Double) -> Double {
        let face = faces[glyph.face]
        guard face.isOutline else { return size * 1.2 }
        setSize(face, size)
        let flags = FT_Int32(FT_LOAD_NO_HINTING) | FT_Int32(FT_LOAD_NO_BITMAP)
        guard FT_Load_Glyph(face.handle, glyph.index, flags) == 0 else { return 0 }
        return Double(face.handle.pointee.glyph.pointee.linearHoriAdvance) / 65_536
    }

    private func kerning(_ left: Glyph, _ right: Glyph, size: Double) -> Double {
        let face = faces[left.face]
        guard face.isOutline, face.handle.pointee.face_flags & FT_Long(1 << 6) != 0 else { return 0 }  // …_KERNING
        setSize(face, size)
        var vector = FT_Vector()
        guard FT_Get_Kerning(face.handle, left.index, right.index, FT_UInt(1), &vector) == 0 else { return 0 }
        return Double(vector.x) / 64
    }

    /// Pixels per em, in FreeType's 64ths.
    func setSize(_ face: Face, _ size: Double) {
        FT_Set_Char_Size(face.handle, 0, FT_F26Dot6((size * 64).rounded()), 72, 72)
    }
}
