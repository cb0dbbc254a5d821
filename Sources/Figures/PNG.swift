// Palette pictures to PNG bytes through libpng's simplified interface: no longjmp crosses Swift.
internal import CPNG
internal import Traces

extension Canvas {
    /// The picture as a PNG with a palette; 1, 2, 4 or 8 bits per pixel as the number of colours allows.
    func png() throws(FigureError) -> [UInt8] {
        var image = png_image()
        image.version = png_uint_32(PNG_IMAGE_VERSION)
        image.width = png_uint_32(width)
        image.height = png_uint_32(height)
        image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR) | png_uint_32(PNG_FORMAT_FLAG_COLORMAP)
        image.colormap_entries = png_uint_32(table.colors.count)
        defer { png_image_free(&image) }
        let colormap = table.colors.flatMap { [$0.red, $0.green, $0.blue] }
        // Deflate grows nothing by more than a thousandth; headers and chunk frames are far below the fixed part.
        let raw = (width + 1) * height
        var capacity = raw + raw / 256 + 65_536
        // A second round only if libpng asks for more room than that, and then it says how much.
        for _ in 0..<2 {
            var count = png_alloc_size_t(capacity)
            let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, written in
                let done = png_image_write_to_memory(
                    &image, buffer.baseAddress, &count, 0, pixels, png_int_32(width), colormap)
                written = done != 0 ? Int(count) : 0
            }
            if !bytes.isEmpty { return bytes }
            guard count > capacity else { break }
            capacity = Int(count)
        }
        throw .png(message(of: image))
    }

    private func message(of image: png_image) -> String {
        let text = withUnsafeBytes(of: image.message) { raw in
            String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
        }
        return text.isEmpty ? "libpng gave no reason" : text
    }
}
