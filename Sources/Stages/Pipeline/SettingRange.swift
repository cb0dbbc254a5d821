// What a setting must be, as data, and in words.
public import Phrases

/// What a setting must be.
public enum SettingRange: Equatable, Sendable {
    /// A number of a stage's range.
    case number(NumberRange)
    /// PCG64's: 128 bits.
    case seed
    /// An id of the vocabulary.
    case tokenID
    /// At least this, without an upper end.
    case from(Int)
    /// From 0 to the run's most tokens, given here.
    case upToMaxTokens(Int)
    /// A divisor of the number of beams, given here.
    case divisorOfBeams(Int)
    /// A beam search's settings cannot change on the way.
    case noneInBeamSearch
    /// The word "exact", the only precision there is.
    case onlyExact
    /// A text of at least one byte.
    case nonemptyText
    /// 0 ≤ x < 1.
    case fraction
    /// As many as there are logits, given here, or none.
    case oneForEachLogit(Int)

    /// Completes "it must be …", in Chinese 「必須…」.
    public var phrase: Phrase {
        switch self {
        case .number(let range): range.phrase
        case .seed: Phrase("a whole number in 0…2^128 − 1", "是整數，在 0…2^128 − 1")
        case .tokenID: Phrase("a token id from 0", "是 0 以上的詞元編號")
        case .from(let low): Phrase("\(low) or more", "是 \(low) 以上")
        case .upToMaxTokens(let top): Phrase("in 0…max-tokens (\(top))", "在 0…max-tokens（\(top)）")
        case .divisorOfBeams(let beams): Phrase("a divisor of the \(beams) beams", "是集束寬度 \(beams) 的因數")
        case .noneInBeamSearch: Phrase("none in a beam search", "是 0：集束搜尋途中不能改變設定")
        case .onlyExact: Phrase("exact", "是 exact")
        case .nonemptyText: Phrase("a text of at least one byte", "是至少一個位元組的文字")
        case .fraction: Phrase("in 0..<1", "在 0..<1")
        case .oneForEachLogit(let count): Phrase("\(count), one for each logit", "是 \(count)，每個 logit 一個")
        }
    }
}

/// What would do instead of a value that was refused.
public enum SettingSuggestion: Equatable, Sendable {
    /// An option of the command line with a value that works.
    case option(String, String)
    /// A value that works, where the setting is named already.
    case value(String)
    /// To give the tokens no names.
    case noLabels
}
