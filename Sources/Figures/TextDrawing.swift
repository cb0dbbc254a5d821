// Glyphs onto the canvas, at any angle, with soft edges.
internal import CFreeType

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Musl)
    internal import Musl
#else
    internal import Glibc
#endif

/// What a drawn glyph depends on.
struct GlyphKey: Hashable {
    let glyph: FontBook.Glyph
    /// Size in 64ths of a pixel.
    let size: Int
    let angleDegrees: Int
    /// Quarters of a pixel that the origin lies right of and above a whole one.
    let shiftX: Int
    let shiftY: Int
    let embolden: Bool
}

/// How much of each pixel a glyph covers.
struct GlyphBitmap {
    var left = 0
    var top = 0
    var width = 0
    var rows = 0
    /// (rows, width), 0…255
    var coverage: [UInt8] = []
}

extension FontBook {
    /// Draws a line with its origin (the start of the baseline) at (`x`, `y`), turned counter-clockwise by the angle.
    func draw(
        _ run: TextRun, on canvas: inout Canvas, x: Double, y: Double, angleDegrees: Int = 0, ink: UInt8,
        quietInk: UInt8? = nil
    ) {
        let angle = Double(angleDegrees) * .pi / 180
        let along = (x: cos(angle), y: -sin(angle))
        // Upright text keeps its baseline on whole pixels, so that hinted stems stay sharp.
        let baseline = angleDegrees == 0 ? y.rounded() : y
        for placed in run.glyphs {
            // Up is the way along, turned by a quarter.
            let origin = (
                x: x + placed.x * along.x + placed.rise * along.y,
                y: baseline + placed.x * along.y - placed.rise * along.x
            )
            switch placed.shape {
            case .glyph(let glyph):
                let embolden = run.weight == .bold && !faces[glyph.face].isBold
                draw(
                    glyph, on: &canvas, at: origin, size: run.size, angleDegrees: angleDegrees,
                    embolden: embolden, ink: placed.isQuiet ? quietInk ?? ink : ink)
            case .missing(let digits, let width):
                drawMissing(
                    digits, width: width, size: run.size, on: &canvas, at: origin, angleDegrees: angleDegrees, ink: ink)
            }
        }
    }

    private func draw(
        _ glyph: Glyph, on canvas: inout Canvas, at origin: (x: Double, y: Double), size: Double, angleDegrees: Int,
        embolden: Bool, ink: UInt8
    ) {
        let quarterX = wholePixels((origin.x * 4).rounded(.down)),
            quarterY = wholePixels((-origin.y * 4).rounded(.down))
        let wholeX = quarterX >> 2, wholeY = quarterY >> 2
        let key = GlyphKey(
            glyph: glyph, size: wholePixels((size * 64).rounded()), angleDegrees: angleDegrees, shiftX: quarterX & 3,
            shiftY: quarterY & 3, embolden: embolden)
        let bitmap: GlyphBitmap
        if let known = bitmaps[key] {
            bitmap = known
        } else {
            bitmap = faces[glyph.face].isOutline ? render(key, size: size) : renderPicture(key, size: size)
            bitmaps[key] = bitmap
        }
        for row in 0..<bitmap.rows {
            for column in 0..<bitmap.width {
                let coverage = bitmap.coverage[row * bitmap.width + column]
                if coverage > 0 {
                    canvas.blend(
                        wholeX + bitmap.left + column, -wholeY - bitmap.top + row, ink, coverage)
                }
            }
        }
    }

    /// Curves to coverage.
    private func render(_ key: GlyphKey, size: Double) -> GlyphBitmap {
        let face = faces[key.glyph.face]
        setSize(face, size)
        let angle = Double(key.angleDegrees) * .pi / 180
        var matrix = FT_Matrix(
            xx: fixed16(cos(angle)), xy: fixed16(-sin(angle)), yx: fixed16(sin(angle)), yy: fixed16(cos(angle)))
        var shift = FT_Vector(x: FT_Pos(key.shiftX * 16), y: FT_Pos(key.shiftY * 16))
        // Light hinting moves stems up and down only; turned text is better left alone.
        let flags = key.angleDegrees == 0 ? FT_Int32(1 << 16) : FT_Int32(FT_LOAD_NO_HINTING)
        FT_Set_Transform(face.handle, &matrix, &shift)
        defer { FT_Set_Transform(face.handle, nil, nil) }
        guard FT_Load_Glyph(face.handle, key.glyph.index, flags | FT_Int32(FT_LOAD_NO_BITMAP)) == 0,
            let slot = face.handle.pointee.glyph
        else { return GlyphBitmap() }
        if key.embolden { FT_Outline_Embolden(&slot.pointee.outline, FT_Pos(size * 64 / 26)) }
        guard FT_Render_Glyph(slot, FT_RENDER_MODE_NORMAL) == 0 else { return GlyphBitmap() }
        let source = slot.pointee.bitmap
        guard let buffer = source.buffer, source.pixel_mode == 2 else { return GlyphBitmap() }  // FT_PIXEL_MODE_GRAY
        var bitmap = GlyphBitmap(
            left: Int(slot.pointee.bitmap_left), top: Int(slot.pointee.bitmap_top), width: Int(source.width),
            rows: Int(source.rows))
        for row in 0..<bitmap.rows {
            let start = buffer + row * Int(source.pitch)
            bitmap.coverage.append(contentsOf: UnsafeBufferPointer(start: start, count: bitmap.width))
        }
        return bitmap
    }

    /// A colour picture (emoji) in shades of the ink: scaled to the text, dark parts covering most.
    private func renderPicture(_ key: GlyphKey, size: Double) -> GlyphBitmap {
        let face = faces[key.glyph.face]
        guard FT_Select_Size(face.handle, 0) == 0,
            FT_Load_Glyph(face.handle, key.glyph.index, FT_Int32(FT_LOAD_COLOR)) == 0,
            let source = face.handle.pointee.glyph?.pointee.bitmap, let buffer = source.buffer,
            source.pixel_mode == 7, source.rows > 0, source.width > 0  // FT_PIXEL_MODE_BGRA
        else { return GlyphBitmap() }
        let height = size * 1.1
        let perPixel = Double(source.rows) / height
        let width = Double(source.width) / perPixel
        let angle = Double(key.angleDegrees) * .pi / 180
        let reach = wholePixels(max(width, height).rounded(.up)) + 1
        var bitmap = GlyphBitmap(left: -reach, top: reach, width: 2 * reach, rows: 2 * reach)
        bitmap.coverage = [UInt8](repeating: 0, count: bitmap.width * bitmap.rows)
        let samples = 3
        for row in 0..<bitmap.rows {
            for column in 0..<bitmap.width {
                var sum = 0
                for sample in 0..<samples * samples {
                    let px = Double(column - reach) + (Double(sample % samples) + 0.5) / Double(samples)
                    let py = Double(row - reach) + (Double(sample / samples) + 0.5) / Double(samples)
                    // Back into the upright picture, whose lower left corner stands a little below the baseline.
                    let u = (px * cos(angle) - py * sin(angle)) * perPixel
                    let v = Double(source.rows) + (px * sin(angle) + py * cos(angle) - size * 0.18) * perPixel
                    guard u >= 0, v >= 0, u < Double(source.width), v < Double(source.rows) else { continue }
                    let pixel = buffer + Int(v) * Int(source.pitch) + Int(u) * 4
                    // Premultiplied blue, green, red, alpha; Rec. 709 lightness.
                    let light = (Int(pixel[0]) * 18 + Int(pixel[1]) * 183 + Int(pixel[2]) * 54) / 255
                    sum += max(Int(pixel[3]) - light * 3 / 4, 0)
                }
                bitmap.coverage[row * bitmap.width + column] = UInt8(min(sum / (samples * samples), 255))
            }
        }
        return bitmap
    }

    private func drawMissing(
        _ digits: [Glyph], width: Double, size: Double, on canvas: inout Canvas, at origin: (x: Double, y: Double),
        angleDegrees: Int, ink: UInt8
    ) {
        let angle = Double(angleDegrees) * .pi / 180
        func place(_ along: Double, _ up: Double) -> (x: Double, y: Double) {
            (origin.x + along * cos(angle) - up * sin(angle), origin.y - along * sin(angle) - up * cos(angle))
        }
        let low = -size * 0.12, high = size * 0.8
        let corners = [place(0, low), place(width, low), place(width, high), place(0, high)]
        for number in 0..<4 {
            canvas.line(from: corners[number], to: corners[(number + 1) % 4], thickness: max(size / 16, 1), ink)
        }
        let small = size * Self.missingDigits
        var along = size * Self.missingPadding
        for digit in digits {
            draw(
                digit, on: &canvas, at: place(along, size * 0.13), size: small, angleDegrees: angleDegrees,
                embolden: false, ink: ink)
            along += advance(digit, size: small)
        }
    }

    private func fixed16(_ value: Double) -> FT_Fixed { FT_Fixed((value * 65_536).rounded()) }
}
