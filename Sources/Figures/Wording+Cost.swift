// Sentences of the figure of costs.
internal import Phrases

extension Wording {
    var costTitle: String { say("what context costs", "上下文的代價") }
    var costReading: String {
        say(
            "Lines are computed from the model's sizes and the machine's speed; dots, where there are any, are measured. Both axes grow by factors of ten: a slope of one is linear, of two quadratic.",
            "線條由模型大小與機器速度計算而得；若有圓點，則為實測。兩軸都以十倍為一格：斜率 1 為線性，2 為平方。")
    }
    var costWeights: String { say("weights", "權重") }
    var costCache: String { say("key/value cache", "鍵值快取") }
    var costFirstToken: String { say("to the first token", "到首詞元") }
    var costPerToken: String { say("for a later token", "之後每個詞元") }
    var costContext: String { say("tokens of context", "上下文的詞元數") }
    func costBytes(_ value: Double) -> String { say(byteText(whole(value)).english, byteText(whole(value)).chinese) }
    func costSeconds(_ value: Double) -> String {
        if value < 0.9e-3 { return "\(short(value * 1e6)) µs" }
        return value < 0.9 ? "\(short(value * 1e3)) ms" : say("\(short(value)) s", "\(short(value)) 秒")
    }
}
