// Letters to pictures by a font's own rules, with HarfBuzz: joined Arabic, points under Hebrew, clusters of Indic scripts.
internal import CHarfBuzz

/// A glyph with its place, in units of its font.
struct ShapedGlyph {
    let index: UInt32
    /// From where the glyph before ended.
    let x: Double
    /// Above the baseline.
    let y: Double
    let advance: Double
    let unitsPerEm: Double
}

/// HarfBuzz's view of one face.
final class Shaper {
    private let font: OpaquePointer
    private let unitsPerEm: Double

    init(_ place: FontBook.Place) {
        // An unreadable file makes an empty face, whose glyphs are all 0: FreeType has opened it before.
        let blob = hb_blob_create_from_file(place.path)
        let face = hb_face_create(blob, UInt32(place.index & 0xFFFF))
        hb_blob_destroy(blob)
        font = hb_font_create(face)
        unitsPerEm = Double(max(hb_face_get_upem(face), 1))
        hb_face_destroy(face)
        // A named instance of a variable font stands in the upper bits, counted from 1.
        if place.index >> 16 > 0 { hb_font_set_var_named_instance(font, UInt32(place.index >> 16) - 1) }
    }

    deinit { hb_font_destroy(font) }

    /// The glyphs of a part of an item, from left to right. The rest of the item is looked at: letters join over the edge.
    func shape(_ item: TextItem, _ part: Range<Int>) -> [ShapedGlyph] {
        let buffer = hb_buffer_create()
        defer { hb_buffer_destroy(buffer) }
        let values = item.scalars.map(\.value)
        hb_buffer_add_utf32(buffer, values, Int32(values.count), UInt32(part.lowerBound), Int32(part.count))
        hb_buffer_set_direction(buffer, item.isRightToLeft ? HB_DIRECTION_RTL : HB_DIRECTION_LTR)
        let scripts = item.scalars[part].lazy.map(script(of:))
        hb_buffer_set_script(buffer, scripts.first(where: isShaped) ?? HB_SCRIPT_COMMON)
        // No language: the same picture wherever it is made.
        hb_shape(font, buffer, nil, 0)
        var count: UInt32 = 0
        guard let infos = hb_buffer_get_glyph_infos(buffer, &count),
            let places = hb_buffer_get_glyph_positions(buffer, &count)
        else { return [] }
        return (0..<Int(count)).map { number in
            ShapedGlyph(
                index: infos[number].codepoint, x: Double(places[number].x_offset), y: Double(places[number].y_offset),
                advance: Double(places[number].x_advance), unitsPerEm: unitsPerEm)
        }
    }
}

extension FontBook {
    func shaper(of face: Int) -> Shaper {
        if let known = shapers[face] { return known }
        let made = Shaper(faces[face].place)
        shapers[face] = made
        return made
    }
}
