// Why a node of a beam tree ended or was left out: as data, as the English text of a trace file, and in words.
public import Phrases

/// What became of a node that is not live, with its evidence.
public enum BeamReason: Equatable, Sendable {
    /// Ended its hypothesis, which the pool of the best kept.
    case finished(FinishReason)
    /// Finished, but the pool of the best `width` hypotheses did not keep it.
    case displaced(FinishReason, width: Int)
    /// Would have ended, but only the first `width` of a step's continuations may. `rank` counts from 1.
    case endsTooLow(FinishReason, rank: Int, of: Int, width: Int)
    /// Open, but `width` others were better. `penalty` is what diversity took from it; 0 for nothing.
    case outranked(rank: Int, of: Int, width: Int, penalty: Double)
    /// With another length penalty or stopping rule the search ends before it.
    case notReached
    /// What a file says that is none of these, as it stands there.
    case other(String)

    /// How the node finished; nil when it did not.
    public var finish: FinishReason? {
        switch self {
        case .finished(let finish), .displaced(let finish, _): finish
        default: nil
        }
    }

    // MARK: Words

    /// The words; what a file says in its own is shown with nothing hidden.
    public var phrase: Phrase {
        switch self {
        case .finished(let finish): Self.ending(finish)
        case .displaced(let finish, let width): Self.displacedForm.filled([Self.ending(finish), .number(width)])
        case .endsTooLow(let finish, let rank, let count, let width):
            Self.lowForm.filled([Self.ending(finish), .number(rank), .number(count), .number(width)])
        case .outranked(let rank, let count, let width, let penalty) where penalty > 0:
            Self.penalisedForm.filled([.number(rank), .number(count), Phrase(same: "\(penalty)"), .number(width)])
        case .outranked(let rank, let count, let width, _):
            Self.outrankedForm.filled([.number(rank), .number(count), .number(width)])
        case .notReached: Self.notReachedForm.filled()
        case .other(let text): Phrase(same: readable(Array(text.utf8)))
        }
    }

    private static func ending(_ finish: FinishReason) -> Phrase {
        let english =
            switch finish {
            case .eos: "end token"
            case .stop: "stop string"
            case .length: "length limit"
            case .context: "context limit"
            }
        return Phrase(english, finish.chinese)
    }

    private static let displacedForm = SentenceForm(
        "{}; {} finished hypotheses score better", "{}；有 {} 條寫完的路徑分數更高")
    private static let lowForm = SentenceForm(
        "{}, but at rank {} of {}: only the first {} may finish", "{1}，但在 {3} 個中排第 {2}：只有前 {4} 個可以完成")
    private static let outrankedForm = SentenceForm(
        "rank {} of {}: the best {} open ones go on", "在 {2} 個中排第 {1}：最好的 {3} 個未完成者繼續")
    private static let penalisedForm = SentenceForm(
        "rank {} of {}, after a diversity penalty of {}: the best {} open ones go on",
        "扣去多樣性懲罰 {3} 後，在 {2} 個中排第 {1}：最好的 {4} 個未完成者繼續")
    private static let notReachedForm = SentenceForm(
        "not expanded with these settings: the search ends before", "在這些設定下不會展開：搜尋在此之前就結束")

    // MARK: Files

    /// As a trace file writes it.
    public var text: String {
        if case .other(let text) = self { return text }
        return phrase.english
    }

    /// Reads a trace file's text; what no search of ours writes is kept as it is.
    public init(text: String) {
        // A text that reads as a reason and would be written otherwise is not one of ours.
        guard let reason = Self.known(text), reason.text.utf8.elementsEqual(text.utf8) else {
            self = .other(text)
            return
        }
        self = reason
    }

    private static func known(_ text: String) -> BeamReason? {
        if let finish = finish(text) { return .finished(finish) }
        if let values = displacedForm.values(in: text), let finish = finish(values[0]), let width = Int(values[1]) {
            return .displaced(finish, width: width)
        }
        if let values = lowForm.values(in: text), let finish = finish(values[0]), let rank = Int(values[1]),
            let count = Int(values[2]), let width = Int(values[3])
        {
            return .endsTooLow(finish, rank: rank, of: count, width: width)
        }
        if let values = penalisedForm.values(in: text), let rank = Int(values[0]), let count = Int(values[1]),
            let penalty = Double(values[2]), let width = Int(values[3])
        {
            return .outranked(rank: rank, of: count, width: width, penalty: penalty)
        }
        if let values = outrankedForm.values(in: text), let rank = Int(values[0]), let count = Int(values[1]),
            let width = Int(values[2])
        {
            return .outranked(rank: rank, of: count, width: width, penalty: 0)
        }
        return notReachedForm.values(in: text) == nil ? nil : .notReached
    }

    private static func finish(_ text: String) -> FinishReason? {
        FinishReason.allCases.first { ending($0).english == text }
    }
}

extension BeamNode.State {
    /// The state's name, in English that of the file.
    public var phrase: Phrase {
        let chinese =
            switch self {
            case .live: "存活"
            case .pruned: "剪除"
            case .finished: "完成"
            case .chosen: "選中"
            }
        return Phrase(rawValue, chinese)
    }
}
