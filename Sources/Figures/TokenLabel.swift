// What stands for a token beside an axis: its text with everything invisible made visible.
internal import Phrases
internal import Traces

/// The label of a token: its characters as they are; spaces as ␣, line ends as ↵, tabs as ⇥; other control and format
/// characters by number (⟨U+202E⟩); bytes that make no character by their values (⟨E7 B4⟩), followed by the character
/// when this token completes it.
///
/// Only the first `limit` characters are looked at, however long the token is.
func tokenLabel(_ token: Token, limit: Int = 80) -> String {
    // 4 bytes a character at most.
    let bytes = Array(token.bytes.prefix(limit * 4))
    if bytes.isEmpty { return token.text.isEmpty ? "⟨⟩" : visible(String(token.text.prefix(limit)), as: .picture) }
    var label = ""
    // What is not written yet: characters, or bytes that make none. Neighbouring bytes stand in one pair of brackets.
    var (characters, loose) = ("", [UInt8]())
    func finish() {
        label += visible(characters, as: .picture) + byteMark(loose)
        (characters, loose) = ("", [])
    }
    var place = 0
    while place < bytes.count {
        if let end = characterEnd(bytes, at: place), let text = String(validating: bytes[place..<end], as: UTF8.self) {
            if !loose.isEmpty { finish() }
            characters.unicodeScalars.append(contentsOf: text.unicodeScalars)
            place = end
        } else {
            if !characters.isEmpty { finish() }
            loose.append(bytes[place])
            place += 1
            // The bytes that end a character begun in an earlier token.
            let isContinuation = place == bytes.count || bytes[place] & 0xC0 != 0x80
            let onlyContinuations = bytes[..<place].allSatisfy { $0 & 0xC0 == 0x80 }
            if isContinuation, onlyContinuations, let first = token.text.first, first != "\u{FFFD}" {
                finish()
                characters.append(first)
            }
        }
    }
    finish()
    return label
}

/// A text of a prompt or an answer in one line, with the same marks as a label but plain spaces.
func plainLine(_ text: String) -> String { visible(text, as: .picture, space: " ") }

/// The text of tokens in one line, with the bytes of a character that they begin and do not complete; the last token of
/// a run has a sign in their place.
func wholeLine(_ text: String, of tokens: some BidirectionalCollection<Token>) -> String {
    let unfinished = unfinishedBytes(tokens.suffix(4).flatMap(\.bytes))
    let cut = !unfinished.isEmpty && text.hasSuffix("\u{FFFD}")
    return plainLine(cut ? String(text.dropLast()) : text) + byteMark(unfinished)
}

/// The bytes at the end that begin a UTF-8 character and do not finish it.
func unfinishedBytes(_ bytes: [UInt8]) -> [UInt8] {
    for length in 1...3 where length <= bytes.count {
        let place = bytes.count - length
        if bytes[place] & 0xC0 == 0x80 { continue }
        let isWhole = bytes[place] < 0xC2 || bytes[place] > 0xF4 || characterEnd(bytes, at: place) != nil
        return isWhole ? [] : Array(bytes[place...])
    }
    return []
}

/// The end of the UTF-8 character that begins at `place`, if its length fits; the bytes are checked by the caller.
private func characterEnd(_ bytes: [UInt8], at place: Int) -> Int? {
    let length: Int
    switch bytes[place] {
    case 0..<0x80: length = 1
    case 0xC2..<0xE0: length = 2
    case 0xE0..<0xF0: length = 3
    case 0xF0..<0xF5: length = 4
    default: return nil
    }
    return place + length <= bytes.count ? place + length : nil
}
