// Finds a font for every character: one named by the reader first, then what fontconfig offers.
internal import CFontconfig
internal import CFreeType

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// The fonts of one picture. Owns every FreeType and fontconfig object it opens and frees them at its end.
///
/// Not thread-safe: a picture makes its own.
final class FontBook {
    /// A font on disk: its file and the number of the face in it (with the named instance in the upper bits).
    struct Place: Hashable {
        let path: String
        let index: Int
    }

    enum Weight: Int {
        case regular, bold
    }

    /// An opened face.
    struct Face {
        let handle: FT_Face
        let place: Place
        /// Drawn from curves; the other kind holds pictures of fixed sizes (colour emoji).
        let isOutline: Bool
        let isBold: Bool
    }

    /// A character's glyph: the number of the face in `faces` and of the glyph in it.
    struct Glyph: Hashable {
        let face: Int
        let index: FT_UInt
    }

    private let library: FT_Library
    private(set) var faces: [Face] = []
    private var opened: [Place: Int?] = [:]
    /// Faces to ask before fontconfig's list, by weight.
    private var first: [[Int]] = [[], []]
    /// Fontconfig's list, best first, and which character sets it has; made when the first faces lack a character.
    private var sorted: [UnsafeMutablePointer<FcFontSet>?] = [nil, nil]
    private var found: [[UInt32: Glyph?]] = [[:], [:]]
    /// Characters that no font has, in the order met.
    private(set) var missing: [Unicode.Scalar] = []

    var bitmaps: [GlyphKey: GlyphBitmap] = [:]
    /// The shaper of each face that has shaped something, by the face's number.
    var shapers: [Int: Shaper] = [:]

    /// Asked for by name before the system's default; plain, open, wide-ranging faces.
    private static let families = [
        "Noto Sans", "Liberation Sans", "Helvetica Neue", "DejaVu Sans", "WenQuanYi Micro Hei", "sans-serif",
    ]
    /// Names a font file to use before all others.
    static let variable = "STEPGLASS_FONT"

    /// Opens FreeType, the reader's font if one is named, and the system's default.
    init(userFont: String? = FontBook.environmentFont()) throws(FigureError) {
        var handle: FT_Library?
        let code = FT_Init_FreeType(&handle)
        guard code == 0, let handle else { throw .fontLibrary(function: "FT_Init_FreeType", code: Int(code)) }
        library = handle
        if let userFont {
            switch open(Place(path: userFont, index: 0)) {
            case .success(let face):
                guard faces[face].isOutline else { throw .fontHasNoOutlines(path: userFont) }
                first = [[face], [face]]
            case .failure(let code): throw .fontFile(path: userFont, code: code.value)
            }
        }
        if let place = match(.regular), case .success(let face) = open(place) { first[0].append(face) }
        guard !first[0].isEmpty else { throw .noFont }
    }

    deinit {
        for set in sorted { if let set { FcFontSetDestroy(set) } }
        for face in faces { FT_Done_Face(face.handle) }
        FT_Done_FreeType(library)
    }

    static func environmentFont() -> String? {
        guard let value = getenv(variable), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// The glyph of a character, from the first font that has it; nil (and noted) when none does.
    func glyph(for scalar: Unicode.Scalar, weight: Weight) -> Glyph? {
        if let known = found[weight.rawValue][scalar.value] { return known }
        var glyph = firstGlyph(for: scalar, weight: weight) ?? sortedGlyph(for: scalar, weight: weight)
        if glyph == nil, weight == .bold { glyph = self.glyph(for: scalar, weight: .regular) }
        if glyph == nil, weight == .regular { missing.append(scalar) }
        found[weight.rawValue][scalar.value] = .some(glyph)
        return glyph
    }

    /// Whether any font has the character; a lack is not noted.
    func hasGlyph(_ scalar: Unicode.Scalar) -> Bool {
        firstGlyph(for: scalar, weight: .regular) ?? sortedGlyph(for: scalar, weight: .regular) != nil
    }

    private func firstGlyph(for scalar: Unicode.Scalar, weight: Weight) -> Glyph? {
        if weight == .bold, first[1].isEmpty, let place = match(.bold), case .success(let face) = open(place) {
            first[1].append(face)
        }
        for face in first[weight.rawValue] {
            let index = FT_Get_Char_Index(faces[face].handle, FT_ULong(scalar.value))
            if index != 0 { return Glyph(face: face, index: index) }
        }
        return nil
    }

    // MARK: - FreeType

    struct Code: Error { let value: Int }

    private func open(_ place: Place) -> Result<Int, Code> {
        if let known = opened[place] { return known.map { .success($0) } ?? .failure(Code(value: 0)) }
        var handle: FT_Face?
        let code = FT_New_Face(library, place.path, FT_Long(place.index), &handle)
        guard code == 0, let handle else {
            opened[place] = .some(nil)
            return .failure(Code(value: Int(code)))
        }
        let isOutline = handle.pointee.face_flags & FT_Long(1) != 0  // FT_FACE_FLAG_SCALABLE
        guard isOutline || handle.pointee.num_fixed_sizes > 0 else {
            FT_Done_Face(handle)
            opened[place] = .some(nil)
            return .failure(Code(value: 0))
        }
        faces.append(
            Face(
                handle: handle, place: place, isOutline: isOutline,
                isBold: handle.pointee.style_flags & FT_Long(2) != 0))
        opened[place] = faces.count - 1
        return .success(faces.count - 1)
    }

    // MARK: - fontconfig

    /// A query for our families; Traditional Chinese shapes are preferred where a font leaves the choice.
    private func pattern(_ weight: Weight) -> OpaquePointer? {
        guard FcInit() != 0, let pattern = FcPatternCreate() else { return nil }
        for family in Self.families { FcPatternAddString(pattern, FC_FAMILY, family) }
        FcPatternAddString(pattern, FC_LANG, "zh-tw")
        FcPatternAddInteger(pattern, FC_WEIGHT, weight == .bold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR)
        FcPatternAddInteger(pattern, FC_SLANT, FC_SLANT_ROMAN)
        FcConfigSubstitute(nil, pattern, FcMatchPattern)
        FcDefaultSubstitute(pattern)
        return pattern
    }

    private func match(_ weight: Weight) -> Place? {
        guard let pattern = pattern(weight) else { return nil }
        defer { FcPatternDestroy(pattern) }
        var result = FcResultMatch
        guard let font = FcFontMatch(nil, pattern, &result) else { return nil }
        defer { FcPatternDestroy(font) }
        return place(of: font)
    }

    private func place(of font: OpaquePointer) -> Place? {
        var file: UnsafeMutablePointer<FcChar8>?
        guard FcPatternGetString(font, FC_FILE, 0, &file) == FcResultMatch, let file else { return nil }
        var index: Int32 = 0
        if FcPatternGetInteger(font, FC_INDEX, 0, &index) != FcResultMatch { index = 0 }
        return Place(path: String(cString: file), index: Int(index))
    }

    /// Walks fontconfig's list, fonts with curves first, to the first that has the character and opens.
    private func sortedGlyph(for scalar: Unicode.Scalar, weight: Weight) -> Glyph? {
        if sorted[weight.rawValue] == nil, let pattern = pattern(weight) {
            defer { FcPatternDestroy(pattern) }
            var result = FcResultMatch
            sorted[weight.rawValue] = FcFontSort(nil, pattern, 0, nil, &result)
        }
        guard let set = sorted[weight.rawValue] else { return nil }
        for wantsOutline in [true, false] {
            for number in 0..<Int(set.pointee.nfont) {
                guard let font = set.pointee.fonts[number], isOutline(font) == wantsOutline else { continue }
                var characters: OpaquePointer?
                guard FcPatternGetCharSet(font, FC_CHARSET, 0, &characters) == FcResultMatch, let characters,
                    FcCharSetHasChar(characters, scalar.value) != 0, let place = place(of: font),
                    case .success(let face) = open(place)
                else { continue }
                let index = FT_Get_Char_Index(faces[face].handle, FT_ULong(scalar.value))
                if index != 0 { return Glyph(face: face, index: index) }
            }
        }
        return nil
    }

    private func isOutline(_ font: OpaquePointer) -> Bool {
        var flag: FcBool = 1
        return FcPatternGetBool(font, FC_OUTLINE, 0, &flag) != FcResultMatch || flag != 0
    }
}
