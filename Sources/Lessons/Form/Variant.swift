// Which variant of an exercise a student gets: a keyed hash, so that nobody can choose it and everybody can check it.
internal import Digests

/// HMAC (RFC 2104) over SHA-256; block 64 bytes.
func authenticationCode(key: [UInt8], _ message: [UInt8]) -> [UInt8] {
    var block = key.count > 64 ? sha256(of: key).bytes : key
    block += [UInt8](repeating: 0, count: 64 - block.count)
    let inner = sha256(of: block.map { $0 ^ 0x36 } + message).bytes
    return sha256(of: block.map { $0 ^ 0x5C } + inner).bytes
}

/// The public salt of self-paced work.
public let publicSalt = "stepglass self-paced"

/// The variables of one variant.
public struct Variant: Equatable, Sendable {
    /// The first eight bytes of its seed in hexadecimal, and which try it was.
    public var name: String
    /// Each variable's value, in the order of `vary`.
    public var values: [(name: String, value: String)]

    public static func == (a: Variant, b: Variant) -> Bool {
        a.name == b.name && a.values.elementsEqual(b.values) { $0 == $1 }
    }

    /// The variant of a student: HMAC-SHA256(secret, student ‖ 0 ‖ exercise ‖ 0 ‖ version ‖ 0 ‖ try).
    init(_ exercise: Exercise, student: String, version: String, secret: String, attempt: Int) {
        let message = [student, exercise.id, version, String(attempt)].joined(separator: "\u{0}")
        let code = authenticationCode(key: Array(secret.utf8), Array(message.utf8))
        name =
            code[..<4].map { byte in
                let digits = Array("0123456789abcdef".utf8)
                return String(decoding: [digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self)
            }.joined() + "-\(attempt)"
        values = exercise.vary.enumerated().map { place, variation in
            let at = (place * 4) % 28
            let drawn = code[at..<(at + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return (variation.name, variation.values[Int(drawn % UInt32(variation.values.count))])
        }
    }

    /// What two variants of one exercise have in common when they are the same to whoever does it.
    var key: String { values.map { $0.value }.joined(separator: "\u{0}") }

    /// The text with each `{name}` of a variable replaced by its value; other braces stay.
    func fill(_ text: String) -> String { Lessons.fill(text, values) }
}

/// What stands before, between and behind the occurrences of a sign.
func pieces(of text: String, between sign: String) -> [String] {
    let (bytes, sign) = (Array(text.utf8), Array(sign.utf8))
    var result: [String] = []
    var (start, place) = (0, 0)
    // Every text of a lesson comes through here for every banned word: most bytes cost one comparison.
    while place + sign.count <= bytes.count {
        if bytes[place] == sign[0], stands(sign, in: bytes, at: place) {
            result.append(String(decoding: bytes[start..<place], as: UTF8.self))
            place += sign.count
            start = place
        } else {
            place += 1
        }
    }
    return start == 0 ? [text] : result + [String(decoding: bytes[start...], as: UTF8.self)]
}

private func stands(_ sign: [UInt8], in bytes: [UInt8], at place: Int) -> Bool {
    for offset in 1..<max(1, sign.count) where bytes[place + offset] != sign[offset] { return false }
    return true
}

/// As many bytes as values may add to a text; where they would be more, the rest of its braces stay.
private let limitFilled = 1 << 16

/// The text with each `{name}` of the list replaced; other braces stay.
func fill(_ text: String, _ values: [(name: String, value: String)]) -> String {
    guard let longest = values.map({ $0.name.utf8.count }).max() else { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var (place, added) = (0, 0)
    while place < bytes.count {
        if bytes[place] == UInt8(ascii: "{"), added <= limitFilled,
            let end = bytes[place...].prefix(longest + 2).firstIndex(of: UInt8(ascii: "}"))
        {
            let name = String(decoding: bytes[(place + 1)..<end], as: UTF8.self)
            if let value = values.first(where: { $0.name == name })?.value {
                added += value.utf8.count
                if added <= limitFilled {
                    result += Array(value.utf8)
                    place = end + 1
                    continue
                }
            }
        }
        result.append(bytes[place])
        place += 1
    }
    return String(decoding: result, as: UTF8.self)
}
