// Changes that leave a file one that is read: a value at an edge in the place of another. What changes bytes alone finds
// none of what such a value does behind the reader.
internal import JSONText

private let numbers = [
    "0", "-0.0", "1", "-1", "2", "3", "0.5", "-0.5", "7", "8", "63", "64", "65", "255", "256", "4095", "65535", "65536",
    "1048576", "16777217", "268435456", "1073741824", "2147483647", "2147483648", "4294967295", "4294967296",
    "9007199254740991", "9007199254740993", "9223372036854775807", "9223372036854775808", "-2147483648",
    "-9223372036854775808", "18446744073709551615", "1e9", "1e15", "1e16", "1e18", "1e19", "1e38", "3.4e38", "3.5e38",
    "1e300",
    "1.7e308", "-1.7e308", "2.2250738585072014e-308", "5e-320", "1e-300", "1e-200", "1e-150", "1e-9", "1e-38", "1e-45",
    "5e-324", "-1e15", "-1e38", "0.9999999999", "1.0000009",
]

private let texts = [
    "", "\u{1B}[2J", "a\nb", "\u{202E}abc\u{202C}", "\u{2066}x", "\0", "\u{FEFF}", "e\u{301}\u{323}", "é", "👩‍👩‍👧‍👦", "%s%n",
    "<script>",
    "'\"`$(x)", "\u{2028}\u{2029}", "..", "/etc/passwd", "ff", "null", "NaN", "inf", "zh-TW",
]

/// JSON with one to four of its values changed; nil where the bytes are none.
public func withExtremeValues(_ bytes: [UInt8], using chance: inout some RandomNumberGenerator) -> [UInt8]? {
    guard bytes.count < 1 << 18, var value = try? JSONValue(parsing: bytes) else { return nil }
    for _ in 0..<([1, 1, 1, 2, 3, 4].randomElement(using: &chance) ?? 1) { value = changed(value, &chance) }
    var json = JSONWriter()
    json.value(value)
    return json.bytes
}

/// The same of an input of parts or lines, one of which is JSON. Where none is, a template or a script say, a number that is
/// written there is another; nil without any.
public func withExtremeValues(inPartOf bytes: [UInt8], using chance: inout some RandomNumberGenerator) -> [UInt8]? {
    let found = bytes.withUnsafeBytes { json(in: $0, &chance) }
    guard let found, let changed = withExtremeValues(Array(bytes[found]), using: &chance) else {
        return withExtremeNumber(bytes, using: &chance)
    }
    return bytes[..<found.lowerBound] + changed + bytes[found.upperBound...]
}

/// A text with another number in the place of one of its own; nil without any.
private func withExtremeNumber(_ bytes: [UInt8], using chance: inout some RandomNumberGenerator) -> [UInt8]? {
    func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    func isWord(_ byte: UInt8) -> Bool { isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F }
    let starts = bytes.indices.filter { isDigit(bytes[$0]) && ($0 == 0 || !isWord(bytes[$0 - 1])) }
    guard let start = starts.randomElement(using: &chance) else { return nil }
    let rest = bytes[start...]
    let end = rest.firstIndex { !isDigit($0) && $0 != UInt8(ascii: ".") } ?? bytes.endIndex
    // The least of all cannot be written in most languages.
    let number = (numbers + ["(-9223372036854775807-1)"]).randomElement(using: &chance) ?? "0"
    return bytes[..<start] + Array(number.utf8) + bytes[end...]
}

/// Where some JSON stands: a part, a line of one, or the head of a safetensors file.
private func json(in bytes: UnsafeRawBufferPointer, _ chance: inout some RandomNumberGenerator) -> Range<Int>? {
    guard let base = bytes.baseAddress, let part = fuzzParts(bytes).randomElement(using: &chance),
        let start = part.baseAddress
    else { return nil }
    let first = start - base
    let opens = [UInt8(ascii: "{"), UInt8(ascii: "[")]
    if part.count > 8, part[7] == 0, opens.contains(part[8]) {
        let size = part.loadUnaligned(as: UInt64.self)
        return size <= UInt64(part.count - 8) ? first + 8..<first + 8 + Int(size) : nil
    }
    guard let open = part.firstIndex(where: { opens.contains($0) }),
        open == 0 || part[open - 1] == UInt8(ascii: "\n")
    else { return nil }
    let lines = part[open...].split(separator: UInt8(ascii: "\n"))
    // Lines that are messages each, or one value over all lines.
    if lines.count > 1, lines.allSatisfy({ opens.contains($0[$0.startIndex]) }),
        let line = lines.randomElement(using: &chance)
    {
        return first + line.startIndex..<first + line.endIndex
    }
    return first + open..<first + part.count
}

/// At each level any member is as likely as any other, so that the many candidates do not hide the few settings.
private func changed(_ value: JSONValue, _ chance: inout some RandomNumberGenerator) -> JSONValue {
    let draw = Int.random(in: 0..<100, using: &chance)
    switch value {
    case .object(let object):
        guard let member = object.members.randomElement(using: &chance) else { return leaf(&chance) }
        if draw < 2 { return leaf(&chance) }
        var result = JSONObject()
        for (key, value) in object.members where key != member.key || draw >= 5 {
            _ = result.append(key, key == member.key ? changed(value, &chance) : value)
        }
        return .object(result)
    case .array(let items):
        guard draw >= 12, let place = items.indices.randomElement(using: &chance) else {
            return .array(list(items, &chance))
        }
        var result = items
        result[place] = changed(items[place], &chance)
        return .array(result)
    case .string(let text):
        if draw < 10 { return leaf(&chance) }
        // A question, a rule or a template within JSON.
        if draw >= 60, let changed = withExtremeNumber(Array(text.utf8), using: &chance) {
            return .string(String(decoding: changed, as: UTF8.self))
        }
        // Once: what was repeated already and is chosen again would fill the memory.
        if draw < 20, text.utf8.count < 2000 { return .string(String(repeating: text.isEmpty ? "x" : text, count: 50)) }
        return .string(texts.randomElement(using: &chance) ?? "")
    case .number(let text):
        if draw < 4 { return leaf(&chance) }
        guard draw < 30, let number = Int(text) else { return .number(numbers.randomElement(using: &chance) ?? "0") }
        return .number(
            "\([number &+ 1, number &- 1, number &* 2, 0 &- number, number / 2].randomElement(using: &chance) ?? 0)")
    default: return leaf(&chance)
    }
}

private func list(_ items: [JSONValue], _ chance: inout some RandomNumberGenerator) -> [JSONValue] {
    switch Int.random(in: 0..<7, using: &chance) {
    case 0: []
    case 1: Array(items.prefix(1))
    case 2: items + items
    case 3: items.reversed()
    case 4: Array(items.dropFirst())
    case 5: items + [leaf(&chance)]
    default: Array(repeatElement(items.first ?? leaf(&chance), count: 70))
    }
}

private func leaf(_ chance: inout some RandomNumberGenerator) -> JSONValue {
    switch Int.random(in: 0..<6, using: &chance) {
    case 0: .null
    case 1: .bool(Bool.random(using: &chance))
    case 2: .string(texts.randomElement(using: &chance) ?? "")
    case 3: .array([])
    case 4: .object(JSONObject())
    default: .number(numbers.randomElement(using: &chance) ?? "0")
    }
}
