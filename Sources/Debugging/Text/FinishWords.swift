// Why a text ends, in words. Used by stops and by the frame of the stop check.
internal import Phrases
internal import Traces

extension FinishReason {
    /// The reason's name in the question language (`finish == eos`), in Chinese behind what it means.
    var phrase: Phrase {
        let chinese =
            switch self {
            case .eos: "結束詞元"
            case .stop: "停止字串"
            case .length: "長度上限"
            case .context: "上下文已滿"
            }
        return Phrase(rawValue, "\(chinese)（\(rawValue)）")
    }
}
