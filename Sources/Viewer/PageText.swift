// Bytes as text inside a page, for what is large: two characters hold 13 bits, where base64 holds 12.
internal import Traces

/// The printable characters of ASCII but for `"`, `&` and `<`, so that the text can stand in an element or an attribute;
/// 91 · 91 pairs are more than 2¹³.
private let alphabet = Array((UInt8(ascii: "!")...UInt8(ascii: "~")).filter { !Array("\"&<".utf8).contains($0) })

/// Bits, from the lowest of the first byte on, taken 13 at a time: n becomes the characters n mod 91 and n ÷ 91. Of the
/// rest, 6 bits or fewer become one character, more become two.
///
/// The page reads it with `packedBytes`; 16 characters for 13 bytes are 8 % fewer than base64's.
func pageText(_ bytes: [UInt8]) -> [UInt8] {
    let (pairs, rest) = (8 * bytes.count).quotientAndRemainder(dividingBy: 13)
    let length = 2 * pairs + (rest == 0 ? 0 : rest <= 6 ? 1 : 2)
    return [UInt8](unsafeUninitializedCapacity: length) { text, count in
        var (bits, held) = (0, 0)
        func put(_ number: Int, _ characters: Int) {
            text[count] = alphabet[number % 91]
            if characters == 2 { text[count + 1] = alphabet[number / 91] }
            count += characters
        }
        for byte in bytes {
            bits |= Int(byte) << held
            held += 8
            if held >= 13 {
                put(bits & 8191, 2)
                bits >>= 13
                held -= 13
            }
        }
        if held > 0 { put(bits, held <= 6 ? 1 : 2) }
    }
}

/// A file's bytes as one zlib stream, packed in the way that makes them smallest.
struct PackedFile {
    /// How its bytes stand in the stream: 1: as they are; 2: first all at even places, then all at odd ones, which brings
    /// the halves of 16-bit floats together that resemble each other: weights become a fourteenth smaller.
    var stride: Int
    var packed: [UInt8]

    /// - Parameter sample: how many bytes from the middle are tried in every way, of which the smallest is taken. Weights
    ///   hardly repeat: to look only for frequent bytes takes a fifth of the time there and ends smaller.
    init(_ file: [UInt8], sample: Int = 1 << 16) throws(ViewerError) {
        let start = max(0, (file.count - sample) / 2) & ~1
        let middle = Array(file[start..<min(file.count, start + sample)])
        do {
            var smallest = (size: Int.max, stride: 1, looksFor: Compression.repetitions)
            for (stride, bytes) in [(1, middle), (2, Self.apart(middle))] {
                for compression in [Compression.repetitions, .frequentBytes] {
                    let size = try deflated(bytes, looksFor: compression).count
                    if size < smallest.size { smallest = (size, stride, compression) }
                }
            }
            stride = smallest.stride
            packed = try deflated(stride == 2 ? Self.apart(file) : file, looksFor: smallest.looksFor)
        } catch {
            throw .trace(error)
        }
    }

    /// Bytes at even places, then bytes at odd ones.
    static func apart(_ bytes: [UInt8]) -> [UInt8] {
        let evens = (bytes.count + 1) / 2
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { apart, count in
            for place in bytes.indices { apart[place % 2 == 0 ? place / 2 : evens + place / 2] = bytes[place] }
            count = bytes.count
        }
    }
}
