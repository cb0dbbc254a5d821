// What a question answers: a value, or "unknown" with the reason. Shown by `print`, `watch` and `display`.
public import Phrases
public import Traces

/// A token as a question sees it: by its bytes, by its id, or both.
public struct TokenReference: Equatable, Sendable {
    /// nil for a token written as text.
    public var id: Int?
    /// nil for a token written as a number that the record has no bytes for.
    public var bytes: [UInt8]?
    /// The place among the step's candidates when that is known already.
    var candidate: Int?

    /// A token by what is known of it; one of the two at least.
    public init(id: Int?, bytes: [UInt8]?) {
        self.id = id
        self.bytes = bytes
    }

    init(id: Int?, bytes: [UInt8]?, candidate: Int?) {
        self.init(id: id, bytes: bytes)
        self.candidate = candidate
    }
}

/// The value of a question at one step.
///
/// Unknown values follow Kleene's rules: a sum or a comparison with an unknown is unknown, `false and unknown` is
/// false, `true or unknown` is true, `not unknown` is unknown. Whoever asks a condition (a breakpoint, `assert`) acts
/// on true only, so an unknown counts as not true. Aggregates pass over unknown members.
public enum QuestionValue: Equatable, Sendable {
    case number(Double)
    case boolean(Bool)
    /// UTF-8, or part of it.
    case text([UInt8])
    case token(TokenReference)
    /// A stage's name; nil is `none`.
    case stage(String?)
    /// `raw` or `final` printed on their own.
    case end(String)
    /// nil is `none`: the text goes on.
    case finish(FinishReason?)
    /// Both from 0.
    case head(layer: Int, head: Int)
    /// Low and high, both included.
    case range(Int, Int)
    /// A set of tokens is shown by its size only.
    case tokenSet(count: Int)
    case unknown(Unknown)

    /// Whether a watch takes the two for the same: an unknown is one whatever the reason.
    func isSame(as other: QuestionValue) -> Bool {
        switch (self, other) {
        case (.unknown, .unknown): true
        case (.token(let a), .token(let b)): a.id == b.id && a.bytes == b.bytes
        default: self == other
        }
    }

    /// Whether it is a condition that holds; false for an unknown.
    public var isTrue: Bool { self == .boolean(true) }
}

/// Why a value is not known.
public enum Unknown: Equatable, Sendable {
    /// The step lists `listed` tokens, this one not among them.
    case notCandidate(TokenReference, step: Int, listed: Int)
    /// No listed token has the rank.
    case noRank(Int, listed: Int)
    /// By that stage; nil when the record does not say which.
    case removed(TokenReference, by: String?)
    /// The stage is not among the step's.
    case stageDidNotRun(String, step: Int)
    /// The stage has no number of that name.
    case noParameter(String, stage: String)
    /// The probabilities after a stage between raw and final, when tokens in play are not listed.
    case notListedAfter(stage: String, kept: Int, listed: Int)
    /// Greedy or beams.
    case nothingDrawn(step: Int)
    /// The trace holds none.
    case noAttention
    /// None is recorded for that query position.
    case noAttentionYet(position: Int)
    /// The step records nothing for that layer.
    case noLens(layer: Int)
    /// The layer lists `listed` tokens, this one not among them.
    case notInLens(TokenReference, layer: Int, listed: Int)
    /// The record holds no logits of the whole vocabulary for the step.
    case noLogits(step: Int)
    /// The stages run again do not give the step's record, or the record does not tell all that they looked at.
    case notRepeatable(step: Int)
    /// The vocabulary of so many tokens has none of that id; nil: the record knows none of that text.
    case noSuchToken(id: Int?, vocabulary: Int)
    /// The run used no beam search.
    case noBeam
    /// The step kept `count` beams.
    case noBeamIndex(Int, count: Int)
    /// The text does not stand before the step.
    case notInContext([UInt8], step: Int)
    /// An argument by its label, not in `low`…`high`.
    case outOfRange(String, value: Double, low: Int, high: Int)
    /// A whole number was needed.
    case notWhole(Double)
    case dividedByZero
    /// The result is infinite or no number.
    case notFinite
    /// The domain has no member with a known value.
    case noMember(AggregateDomain)
    /// The run has `count` steps, numbered from 0.
    case noStep(Int, count: Int)
    /// There is no such run to compare with.
    case noRun(QuestionRun)
    /// No setting of that name holds a number.
    case noSetting(String)
    /// More values than the budget has would be looked at.
    case tooMuchWork

    public var phrase: Phrase {
        switch self {
        case .notCandidate(let token, let step, let listed):
            Phrase(
                "\(name(token)) is not among the \(listed) recorded candidates of step \(step)",
                "\(name(token)) 不在第 \(step) 步記錄的 \(listed) 個候選之中")
        case .noStep(let step, let count):
            Phrase("there is no step \(step); the run has \(count)", "沒有第 \(step) 步；這次執行有 \(count) 步")
        case .noRun(let run): Phrase("there is no run \(run.rawValue) here", "這裡沒有 \(run.rawValue) 這次執行")
        case .noSetting(let name): Phrase("no setting \(name) holds a number", "沒有名為 \(name) 的數字設定")
        case .noRank(let rank, let listed):
            Phrase("the step lists \(listed) candidates, none of rank \(rank)", "這一步列出 \(listed) 個候選，沒有第 \(rank) 名")
        case .removed(let token, let stage):
            Phrase(
                "\(name(token)) was removed by \(stage ?? "a stage")", "\(name(token)) 已被 \(stage ?? "某個階段") 移除")
        case .stageDidNotRun(let stage, let step):
            Phrase("the stage \(stage) did not run at step \(step)", "第 \(step) 步沒有執行 \(stage) 階段")
        case .noParameter(let parameter, let stage):
            Phrase("the stage \(stage) has no number \(parameter)", "\(stage) 階段沒有 \(parameter) 這個參數")
        case .notListedAfter(let stage, let kept, let listed):
            Phrase(
                "\(kept) tokens are in play after \(stage) and \(listed) of them are listed; its probabilities need all",
                "\(stage) 之後還有 \(kept) 個詞元，只列出 \(listed) 個；要全部列出才能算機率")
        case .nothingDrawn(let step):
            Phrase("nothing was drawn at step \(step) (greedy or beams)", "第 \(step) 步沒有抽選（貪婪解碼或集束搜尋）")
        case .noAttention:
            Phrase(
                "the trace holds no attention (record it with --record attention; another engine tells none)",
                "紀錄裡沒有注意力（用 --record attention 記錄；其他引擎不提供）")
        case .noAttentionYet(let position):
            Phrase("no attention is recorded for position \(position)", "位置 \(position) 沒有注意力紀錄")
        case .noLens(let layer):
            Phrase(
                "nothing is recorded for the lens at layer \(layer) (record it with --record hidden)",
                "第 \(layer) 層沒有 logit 透鏡的紀錄（用 --record hidden 記錄）")
        case .notInLens(let token, let layer, let listed):
            Phrase(
                "\(name(token)) is not among the \(listed) tokens recorded for layer \(layer)",
                "\(name(token)) 不在第 \(layer) 層記錄的 \(listed) 個詞元之中")
        case .noLogits(let step):
            Phrase(
                "the record has no logits of the whole vocabulary for step \(step) (trace with --record logits --tensors)",
                "紀錄沒有第 \(step) 步整個詞彙表的 logit（trace 時加 --record logits --tensors）")
        case .notRepeatable(let step):
            Phrase(
                "the record does not hold all that the stages of step \(step) looked at",
                "紀錄沒有第 \(step) 步各階段所依據的全部資料")
        case .noSuchToken(let id?, let vocabulary):
            Phrase("there is no token #\(id); ids are 0…\(vocabulary - 1)", "沒有 #\(id) 這個詞元；編號為 0…\(vocabulary - 1)")
        case .noSuchToken(nil, _):
            Phrase(
                "the record does not say which token that text is; ask by its id (#1234)",
                "紀錄沒有說明這段文字是哪個詞元；請用編號來問（#1234）")
        case .noBeam: Phrase("the run used no beam search", "這次執行沒有用集束搜尋")
        case .noBeamIndex(let index, let count):
            Phrase(
                "there are \(count) beams at this step, none of number \(index)", "這一步有 \(count) 條路徑，沒有編號 \(index) 的")
        case .notInContext(let bytes, let step):
            Phrase(
                "\(quoted(bytes)) does not stand in the context before step \(step)",
                "第 \(step) 步之前的上下文沒有 \(quoted(bytes))")
        case .outOfRange(let what, let value, let low, let high):
            Phrase("\(what) \(plain(value)) is not in \(low)…\(high)", "\(what) \(plain(value)) 不在 \(low)…\(high) 之間")
        case .notWhole(let value): Phrase("\(plain(value)) is no whole number", "\(plain(value)) 不是整數")
        case .dividedByZero: Phrase("a division by zero", "除以零")
        case .notFinite: Phrase("the result is no finite number", "結果不是有限的數")
        case .noMember(let domain):
            Phrase("there is nothing known over \(domain.rawValue)", "\(domain.rawValue) 沒有已知的值")
        case .tooMuchWork:
            Phrase("the question asks for too many values at one step; ask for fewer at once", "這個問句一步要看的值太多；請縮小範圍")
        }
    }

    private func name(_ token: TokenReference) -> String {
        if let bytes = token.bytes { return quoted(bytes) }
        return "#\(token.id ?? -1)"
    }
}
