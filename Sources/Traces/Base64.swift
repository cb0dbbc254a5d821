// Base64 (RFC 4648, with padding) over byte buffers, and strict decoding of what a file claims to be base64.

private let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

/// The place of each character in the alphabet; 255 for all others.
private let places: [UInt8] = {
    var places = [UInt8](repeating: 255, count: 256)
    for (place, character) in alphabet.enumerated() { places[Int(character)] = UInt8(place) }
    return places
}()

/// 4 characters for every 3 bytes, padded with "=".
package func base64(_ bytes: [UInt8]) -> [UInt8] {
    let whole = bytes.count / 3
    return [UInt8](unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { text, count in
        alphabet.withUnsafeBufferPointer { alphabet in
            for group in 0..<whole {
                let bits = Int(bytes[3 * group]) << 16 | Int(bytes[3 * group + 1]) << 8 | Int(bytes[3 * group + 2])
                text[4 * group] = alphabet[bits >> 18]
                text[4 * group + 1] = alphabet[bits >> 12 & 63]
                text[4 * group + 2] = alphabet[bits >> 6 & 63]
                text[4 * group + 3] = alphabet[bits & 63]
            }
            let rest = bytes.count - 3 * whole
            if rest > 0 {
                let bits = Int(bytes[3 * whole]) << 16 | (rest == 2 ? Int(bytes[3 * whole + 1]) << 8 : 0)
                text[4 * whole] = alphabet[bits >> 18]
                text[4 * whole + 1] = alphabet[bits >> 12 & 63]
                text[4 * whole + 2] = rest == 2 ? alphabet[bits >> 6 & 63] : UInt8(ascii: "=")
                text[4 * whole + 3] = UInt8(ascii: "=")
            }
        }
        count = text.count
    }
}

/// The bytes that a base64 text stands for; nil when it is none (wrong length, character, padding or spare bits).
package func decodeBase64(_ text: some Collection<UInt8>) -> [UInt8]? {
    text.withContiguousStorageIfAvailable { decodeBase64(buffer: $0) } ?? decodeBase64(Array(text))
}

private func decodeBase64(buffer text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    if text.isEmpty { return [] }
    let padding = text[text.count - 1] != UInt8(ascii: "=") ? 0 : text[text.count - 2] != UInt8(ascii: "=") ? 1 : 2
    let groups = text.count / 4
    var wrong: UInt8 = 0
    var spare = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: groups * 3) { bytes, count in
        places.withUnsafeBufferPointer { places in
            let whole = padding == 0 ? groups : groups - 1
            for group in 0..<whole {
                let a = places[Int(text[4 * group])]
                let b = places[Int(text[4 * group + 1])]
                let c = places[Int(text[4 * group + 2])]
                let d = places[Int(text[4 * group + 3])]
                wrong |= a | b | c | d
                bytes[3 * group] = a << 2 | b >> 4
                bytes[3 * group + 1] = b << 4 | c >> 2
                bytes[3 * group + 2] = c << 6 | d
            }
            if padding > 0 {
                let a = places[Int(text[4 * whole])]
                let b = places[Int(text[4 * whole + 1])]
                let c = padding == 1 ? places[Int(text[4 * whole + 2])] : 0
                wrong |= a | b | c
                bytes[3 * whole] = a << 2 | b >> 4
                bytes[3 * whole + 1] = b << 4 | c >> 2
                spare = padding == 1 ? Int(c & 3) : Int(b & 15)
            }
        }
        count = groups * 3 - padding
    }
    return wrong & 0x80 != 0 || spare != 0 ? nil : bytes
}
