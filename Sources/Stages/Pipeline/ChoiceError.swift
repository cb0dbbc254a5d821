// Logits from which no token can be chosen.
public import Phrases

/// Why a step has no token to choose.
public enum ChoiceError: Error, Equatable, Sendable, CustomStringConvertible, Worded {
    /// A raw logit is NaN.
    case notANumber(step: Int, token: Int)
    /// A raw logit is +∞.
    case infinite(step: Int, token: Int)
    /// Every logit is −∞ before the stages run, or once the end tokens and banned tokens are taken out.
    case nothingLeft(step: Int, stage: String)
    /// A stage took a logit beyond the range of 32-bit floats.
    case overflow(step: Int, stage: String)

    public var description: String { phrase.english }

    public var phrase: Phrase {
        switch self {
        case .notANumber(let step, let token):
            Phrase(
                "step \(step): the logit of token \(token) is not a number; the weights or their arithmetic are broken",
                "第 \(step) 步：詞元 \(token) 的 logit 不是數；權重或其運算有誤")
        case .infinite(let step, let token):
            Phrase(
                "step \(step): the logit of token \(token) is +∞; it has no probability (use a finite number)",
                "第 \(step) 步：詞元 \(token) 的 logit 是 +∞，沒有機率可言（請用有限的數）")
        case .nothingLeft(let step, "raw"):
            Phrase(
                "step \(step): every logit is −∞; there is no token to choose", "第 \(step) 步：所有 logit 都是 −∞，沒有詞元可選")
        case .nothingLeft(let step, let stage):
            Phrase(
                "step \(step): \(stage) leaves no token to choose (ban fewer tokens)",
                "第 \(step) 步：\(stage) 之後沒有詞元可選（請少禁用一些詞元）")
        case .overflow(let step, let stage):
            Phrase(
                "step \(step): \(stage) takes a logit beyond what a 32-bit float holds (use milder settings)",
                "第 \(step) 步：\(stage) 使 logit 超出 32 位元浮點數的範圍（請用較溫和的設定）")
        }
    }
}
