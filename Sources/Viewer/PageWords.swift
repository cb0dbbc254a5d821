// Words that the page cannot have of its own: those of what the trace holds as English text.
internal import Phrases
internal import Traces

/// The Chinese of each reason why a beam ended, by the English that the trace holds: `{"end token":"結束詞元"}`. Reasons
/// that no search of ours writes are left out; the page shows them as they are.
///
/// A quotation mark inside a string is escaped, so that `"why":"` stands before a value only.
func pageWords(_ json: [UInt8]) -> [UInt8] {
    var words: [String: String] = [:]
    let key = Array("\"why\"".utf8)
    let quote = UInt8(ascii: "\"")
    var place = 0
    while place + key.count < json.count {
        guard json[place] == quote, json[place...].starts(with: key) else {
            place += 1
            continue
        }
        place += key.count
        while place < json.count, json[place] == UInt8(ascii: ":") || json[place] <= 0x20 { place += 1 }
        guard place < json.count, json[place] == quote else { continue }
        let rest = json[(place + 1)...]
        // Our reasons need no escapes; what has some is not one of them.
        guard let end = rest.firstIndex(of: quote) else { break }
        let text = String(decoding: rest[..<end], as: UTF8.self)
        place = end + 1
        if words[text] != nil || text.utf8.contains(UInt8(ascii: "\\")) { continue }
        let reason = BeamReason(text: text)
        if case .other = reason { continue }
        words[text] = reason.phrase.chinese
    }
    return object(words)
}

/// The same for a page that makes runs, whose reasons are not known beforehand: each in a form, with its numbers as `{1}` to
/// `{4}`.
func pageWordForms() -> [UInt8] {
    // Numbers that stand in no text of ours mark the places of others.
    let (rank, count, width, penalty) = (1001, 1002, 1003, 1004.5)
    let marks = [("\(penalty)", "{4}"), ("\(rank)", "{1}"), ("\(count)", "{2}"), ("\(width)", "{3}")]
    var reasons: [BeamReason] = [
        .notReached, .outranked(rank: rank, of: count, width: width, penalty: 0),
        .outranked(rank: rank, of: count, width: width, penalty: penalty),
    ]
    for finish in FinishReason.allCases {
        reasons += [
            .finished(finish), .displaced(finish, width: width),
            .endsTooLow(finish, rank: rank, of: count, width: width),
        ]
    }
    func form(_ text: String) -> String { marks.reduce(text) { $0.replacing($1.0, with: $1.1) } }
    let pairs = reasons.map { (form($0.text), form($0.phrase.chinese)) }
    return object(Dictionary(pairs) { first, _ in first })
}

private func object(_ words: [String: String]) -> [UInt8] {
    let rows = words.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
    return Array("{\(rows.joined(separator: ","))}".utf8)
}
