// The columns of the full screen's ledger: as many as the width has room for, the tokens as wide as they are.
internal import Phrases
internal import Traces

struct LedgerColumns {
    private let language: Language
    private let tokenWidth: Int
    /// The further columns that fit: id, raw logit, final logit.
    private let further: Int
    private static let furtherWidths = [8, 9, 9]
    /// Mark and rank, the gap, both probabilities, the gap and a reason.
    private static let fixedWidth = 6 + 2 + 8 + 8 + 2 + 9

    init(_ candidates: [Candidate], width: Int, language: Language) {
        self.language = language
        let longest = candidates.map { columns(Self.label($0)) }.max() ?? 8
        let room = max(8, width - Self.fixedWidth)
        tokenWidth = min(room, max(8, longest))
        var left = room - tokenWidth
        further =
            Self.furtherWidths.prefix { needed in
                left -= needed
                return left >= 0
            }.count
    }

    private static func label(_ candidate: Candidate) -> String { named(candidate.bytes, candidate.text) }

    private func say(_ english: String, _ chinese: String) -> String { Phrase(english, chinese)[language] }

    /// Cells of the further columns, those that fit.
    private func more(_ cells: [String]) -> String {
        zip(cells, Self.furtherWidths).prefix(further).map { padded($0, to: $1, right: true) }.joined()
    }

    var head: String {
        padded(say(" rank", " 名次"), to: 6, right: true) + "  " + padded(say("token", "詞元"), to: tokenWidth)
            + more(["#", say("z raw", "z 原始"), say("z final", "z 最終")])
            + padded(say("raw", "原始"), to: 8, right: true) + padded(say("final", "最終"), to: 8, right: true) + "  "
            + say("removed", "移除")
    }

    func row(_ candidate: Candidate, isChosen: Bool) -> String {
        let logit = { (value: Float??) in (value ?? nil).map { Phrases.fixed(Double($0), 3) } ?? "-" }
        return (isChosen ? "▸" : " ") + padded("\(candidate.rank)", to: 5, right: true) + "  "
            + padded(clipped(Self.label(candidate), to: tokenWidth), to: tokenWidth)
            + more(["\(candidate.id)", logit(candidate.logits.first), logit(candidate.logits.last)])
            + padded(Phrases.fixed(candidate.rawProbability, 4), to: 8, right: true)
            + padded(Phrases.fixed(candidate.probability, 4), to: 8, right: true) + "  "
            + (candidate.removedBy.map { readable($0) } ?? "")
    }

    /// A label with two numbers below the probabilities.
    func sum(_ label: String, _ raw: String, _ final: String) -> String {
        let room = 8 + tokenWidth + Self.furtherWidths.prefix(further).reduce(0, +)
        return padded(clipped(label, to: room), to: room) + padded(raw, to: 8, right: true)
            + padded(final, to: 8, right: true)
    }
}
