// The patterns that cut a text into pieces, as hand-written scanners: each does what its regular expression does.

private let apostrophe = UInt8(ascii: "'")
private let blank = UInt8(ascii: " ")
private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

/// Where the piece that begins at `start` ends, by GPT-2's pattern (Radford et al. 2019, published code):
///
///     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
func gpt2PieceEnd(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ limit: UnicodeLimit
) -> Int {
    if text[start] == apostrophe {
        let length = contraction(text, start, end, anyCase: false, longS: false)
        if length > 0 { return start + length }
    }
    var place = text[start] == blank ? start + 1 : start
    var next = classify(text, place, end, limit)
    let kind = next.kind
    if kind == .space || kind == .end { return spaceEnd(text, start, end, limit) }
    repeat {
        place += next.length
        next = classify(text, place, end, limit)
    } while next.kind == kind
    return place
}

/// Where the piece that begins at `start` ends, by the pattern of Llama 3 (`digits` 3) and Qwen 2 (`digits` 1):
///
///     (?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}| ?[^\s\p{L}\p{N}]+[\r\n]*
///         |\s*[\r\n]+|\s+(?!\S)|\s+
///
/// `marks`: the pattern of Qwen 3.5, in which the marks of `\p{M}` are letters too. `longS`: whether `'ſ` is the contraction `'s`, as it is to a regular expression that ignores case by Unicode's rules.
func llama3PieceEnd(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ limit: UnicodeLimit, digits: Int, longS: Bool,
    marks: Bool
) -> Int {
    if text[start] == apostrophe {
        let length = contraction(text, start, end, anyCase: true, longS: longS)
        if length > 0 { return start + length }
    }
    let first = classify(text, start, end, limit, marks: marks)
    if first.kind == .number { return numberEnd(text, start, end, limit, atMost: digits) }
    let afterFirst = classify(text, start + first.length, end, limit, marks: marks)
    let isBreak = text[start] == lineFeed || text[start] == carriageReturn
    if first.kind == .letter || !isBreak && afterFirst.kind == .letter {
        return runEnd(text, start + first.length, end, limit, marks: marks, of: .letter)
    }
    if first.kind == .other || text[start] == blank && afterFirst.kind == .other {
        var place = runEnd(text, start + first.length, end, limit, marks: marks, of: .other)
        while place < end, text[place] == lineFeed || text[place] == carriageReturn { place += 1 }
        return place
    }
    // White space: up to its last line break if it has one.
    let run = runEnd(text, start, end, limit, marks: marks, of: .space)
    var place = run
    while place > start {
        if text[place - 1] == lineFeed || text[place - 1] == carriageReturn { return place }
        place -= 1
    }
    return spaceEnd(text, start, end, limit)
}

/// `\s+(?!\S)|\s+`: white space, its last character left to the piece that follows unless it is the only one.
private func spaceEnd(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ limit: UnicodeLimit
) -> Int {
    var last = start
    var place = start
    while true {
        let next = classify(text, place, end, limit)
        if next.kind != .space { break }
        last = place
        place += next.length
    }
    return place < end && last > start ? last : place
}

private func runEnd(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ limit: UnicodeLimit, marks: Bool,
    of kind: ScalarClass
) -> Int {
    var place = start
    while true {
        let next = classify(text, place, end, limit, marks: marks)
        if next.kind != kind { return place }
        place += next.length
    }
}

private func numberEnd(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ limit: UnicodeLimit, atMost: Int
) -> Int {
    var place = start
    for _ in 0..<atMost {
        let next = classify(text, place, end, limit)
        if next.kind != .number { break }
        place += next.length
    }
    return place
}

/// The length in bytes of the English contraction at the apostrophe `start`, 0 when there is none.
private func contraction(
    _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, anyCase: Bool, longS: Bool
) -> Int {
    func letter(_ place: Int) -> UInt8 { place < end ? anyCase ? text[place] | 0x20 : text[place] : 0 }
    switch letter(start + 1) {
    case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
    case UInt8(ascii: "r"): return letter(start + 2) == UInt8(ascii: "e") ? 3 : 0
    case UInt8(ascii: "v"): return letter(start + 2) == UInt8(ascii: "e") ? 3 : 0
    case UInt8(ascii: "l"): return letter(start + 2) == UInt8(ascii: "l") ? 3 : 0
    default:
        // U+017F, the long s, is C5 BF.
        let isLongS = longS && start + 2 < end && text[start + 1] == 0xC5 && text[start + 2] == 0xBF
        return isLongS ? 3 : 0
    }
}
