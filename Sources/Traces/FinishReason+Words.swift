// Why a text ends, in words.
public import Phrases

extension FinishReason {
    /// The reason's name in the question language (`finish == eos`), in Chinese behind what it means.
    public var phrase: Phrase { Phrase(rawValue, "\(chinese)（\(rawValue)）") }

    var chinese: String {
        switch self {
        case .eos: "結束詞元"
        case .stop: "停止字串"
        case .length: "長度上限"
        case .context: "上下文已滿"
        }
    }
}
