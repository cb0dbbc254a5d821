// The one rule of spelling for names of options, stages, settings and commands.

/// What counts of a name: `top-k`, `top_k`, `"top-k"`, `topK` and `Top-K` are one. Quotes around it, case, `-` and `_` do
/// not count.
public func spelling(_ name: String) -> [UInt8] {
    var bytes = Array(name.utf8)
    let quote = UInt8(ascii: "\"")
    if bytes.count >= 2, bytes.first == quote, bytes.last == quote { bytes = Array(bytes[1..<(bytes.count - 1)]) }
    return bytes.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }.map(smallLetter)
}

/// A to Z as a to z; every other byte stays. The names of options and stages have no other letters.
func smallLetter(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte + 32 : byte
}

/// Whether two names are the same by the rule of ``spelling(_:)``.
public func isSpelled(_ name: String, as other: String) -> Bool { spelling(name) == spelling(other) }

/// Whether two names have the same bytes. A name that somebody sent is not compared as a text: that puts its accents in
/// order first, and a hundred thousand of them take seconds.
public func isSame(_ name: some StringProtocol, as other: some StringProtocol) -> Bool {
    name.utf8.elementsEqual(other.utf8)
}

/// Without blanks and ends of lines at its ends; by bytes, as accents behind a blank make it no other character.
public func trimmed(_ text: String) -> String {
    let bytes = Array(text.utf8)
    let isInk = { (byte: UInt8) in byte != 32 && byte != 9 && byte != 10 && byte != 13 }
    guard let low = bytes.firstIndex(where: isInk), let high = bytes.lastIndex(where: isInk) else { return "" }
    return String(decoding: bytes[low...high], as: UTF8.self)
}

/// The name of the list that was meant: the very one, else the first that is spelled alike.
public func meant(_ name: String, among names: [String]) -> String? {
    if let exact = names.first(where: { isSame($0, as: name) }) { return exact }
    let wanted = spelling(name)
    return wanted.isEmpty ? nil : names.first { spelling($0) == wanted }
}
