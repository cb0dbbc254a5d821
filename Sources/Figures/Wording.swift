// Every sentence in a figure, in English and in Traditional Chinese as used in Taiwan. Called by: the figures.

internal import Traces

/// The texts of one language. Layers, heads, steps and positions count from 0.
struct Wording {
    let language: FigureStyle.Language

    private func say(_ english: String, _ chinese: String) -> String {
        language == .english ? english : chinese
    }

    /// Sentences one after the other.
    func join(_ sentences: [String]) -> String { sentences.joined(separator: say(" ", "")) }

    // MARK: - Attention

    func layer(_ layer: Int) -> String { say("layer\u{A0}\(layer)", "第 \(layer) 層") }
    func head(_ head: Int) -> String { say("head\u{A0}\(head)", "第 \(head) 頭") }
    func step(_ step: Int) -> String { say("step\u{A0}\(step)", "第 \(step) 步") }
    func allHeads(_ heads: Int) -> String { say("all \(heads) heads", "全部 \(heads) 個頭") }
    func grid(layers: Int, heads: Int) -> String {
        say("attention of \(layers) layers × \(heads) heads", "\(layers) 層 × \(heads) 頭的注意力")
    }
    var attention: String {
        say(
            "Attention weights. Row: the token that asks (query). Column: the token it reads from (key). Each row sums to 1.",
            "注意力權重。橫列：發問的詞元（查詢）；直行：被讀取的詞元（鍵）。每一橫列總和為 1。")
    }
    func markedStep(_ step: Int, token: String) -> String {
        say(
            "Step \(step): from the marked row the model went on to write “\(token)”.",
            "第 \(step) 步：模型由標出的橫列接著寫出「\(token)」。")
    }
    func stepContext(_ step: Int, token: String) -> String {
        say(
            "Shown is the context of step \(step), where the model went on to write “\(token)”.",
            "圖中為第 \(step) 步的上下文，模型接著寫出「\(token)」。")
    }
    var gridReading: String {
        say(
            "One picture per head; in each, rows are the tokens that ask (queries), columns the tokens they read from (keys).",
            "每個頭一張小圖；圖中橫列為發問的詞元（查詢），直行為被讀取的詞元（鍵）。")
    }
    /// How query heads share keys and values (grouped-query attention).
    func sharing(_ heads: ClosedRange<Int>, keyValueHead: Int) -> String {
        say(
            "Heads \(heads.lowerBound) to \(heads.upperBound) share key/value head \(keyValueHead).",
            "第 \(heads.lowerBound) 至 \(heads.upperBound) 頭共用鍵值頭 \(keyValueHead)。")
    }
    func sharing(group: Int) -> String {
        say(
            "Each bracket joins \(group) heads that share their keys and values.",
            "每道括線下的 \(group) 個頭共用鍵與值。")
    }
    func keyValueHead(_ head: Int) -> String { say("key/value head \(head)", "鍵值頭 \(head)") }
    func panel(_ head: Int) -> String { say("head \(head)", "頭 \(head)") }
    var query: String { say("query", "查詢") }
    var key: String { say("key", "鍵") }
    var weight: String { say("weight", "權重") }
    var layerAxis: String { say("layer", "層") }
    var headAxis: String { say("head", "頭") }
    func positions(_ count: Int) -> String { say(count == 1 ? "1 position" : "\(count) positions", "\(count) 個位置") }
    var colorRule: String {
        say(
            "Colour follows the square root of the weight, so that small weights show.",
            "顏色依權重的平方根變化，小的權重也看得見。")
    }
    func blocks(_ block: Int) -> String {
        say(
            "Each pixel is the maximum of \(block) × \(block) weights.",
            "每個像素取 \(block) × \(block) 個權重中的最大值。")
    }
    func strongest(_ keys: Int) -> String {
        say(
            "Of each row only the \(keys) strongest weights were recorded; the others are drawn as 0.",
            "每一橫列只記錄了最強的 \(keys) 個權重，其餘以 0 繪出。")
    }
    func skippedLabels(_ stride: Int) -> String {
        say("Every \(ordinal(stride)) position is labelled.", "每 \(stride) 個位置標示一個詞元。")
    }
    func invalid(_ count: Int) -> String {
        say(
            count == 1
                ? "1 value is no weight (NaN or outside 0…1); it is drawn in red."
                : "\(grouped(count)) values are no weights (NaN or outside 0…1); they are drawn in red.",
            "有 \(grouped(count)) 個數值不是權重（NaN 或超出 0…1），以紅色標示。")
    }

    private func ordinal(_ number: Int) -> String {
        switch (number % 10, number % 100) {
        case (1, let rest) where rest != 11: "\(number)st"
        case (2, let rest) where rest != 12: "\(number)nd"
        case (3, let rest) where rest != 13: "\(number)rd"
        default: "\(number)th"
        }
    }

    // MARK: - Candidates

    func chosenAfter(_ context: String, token: String) -> String {
        say("After “\(context)” the model wrote “\(token)”.", "讀過「\(context)」之後，模型寫出「\(token)」。")
    }
    var rawProbability: String { say("raw", "原始") }
    var finalProbability: String { say("final", "最終") }
    var chosen: String { say("chosen", "被選中") }
    func removed(by stage: String) -> String { say("removed by \(stage)", "由\(self.stage(stage))移除") }
    func furtherCandidates(_ count: Int) -> String {
        say("\(grouped(count)) further candidates", "另 \(grouped(count)) 個候選")
    }
    func tail(_ count: Int) -> String {
        say("tail: \(grouped(count)) other tokens", "其他 \(grouped(count)) 個詞元")
    }
    func drawHeading(_ draw: Draw) -> String {
        say(
            "The draw: final probabilities side by side, the largest first. u falls into [\(fixed(draw.low, 4)), \(fixed(draw.high, 4))).",
            "抽選：最終機率由大到小並排；u 落在 [\(fixed(draw.low, 4)), \(fixed(draw.high, 4))) 之內。")
    }

    /// A stage's name as the field writes it; in Chinese where Taiwan has a word for it.
    func stage(_ name: String) -> String {
        guard language == .traditionalChinese else { return name }
        return switch name {
        case "raw": "原始"
        case "temperature": "溫度"
        case "repetition-penalty": "重複懲罰"
        case "frequency-penalty": "頻率懲罰"
        case "presence-penalty": "出現懲罰"
        case "min-tokens": "最短長度"
        case "logit-bias": " logit 偏置"
        case "banned-tokens": "禁用詞元"
        default: " \(name) "
        }
    }

    /// The stages in order with their numbers and what they left.
    func pipeline(_ step: Step) -> String {
        var parts: [String] = []
        for record in step.stages where record.name != "raw" {
            var part = stage(record.name).trimmingSpaces
            for parameter in record.parameters.prefix(2) { part += " \(short(parameter.value, 4))" }
            if record.removed > 0 { part += say(" (\(grouped(record.kept)) left)", "（剩 \(grouped(record.kept)) 個）") }
            parts.append(part)
        }
        parts.append(step.draw == nil ? say("largest", "取最大者") : say("draw", "抽選"))
        return say("Stages: ", "階段：") + parts.joined(separator: " → ") + say(".", "。")
    }

    // MARK: - Entropy

    func entropyTitle(_ steps: Int) -> String {
        say("uncertainty over \(steps == 1 ? "1 step" : "\(grouped(steps)) steps")", "\(grouped(steps)) 步的不確定性")
    }
    var entropyReading: String {
        say(
            "Entropy is high where the model hesitated between many tokens, 0 where it had only one.",
            "熵高表示模型在許多詞元間猶豫；只剩一個選擇時為 0。")
    }
    func finished(_ reason: FinishReason) -> String {
        switch reason {
        case .eos: say("The model ended the text itself.", "文本由模型自行結束。")
        case .stop: say("A stop string ended the text.", "遇到停止字串而結束。")
        case .length: say("The token limit ended the text.", "達到詞元數上限而結束。")
        case .context: say("The full context ended the text.", "上下文已滿而結束。")
        }
    }
    var rawEntropy: String { say("raw: all tokens", "原始：全部詞元") }
    var finalEntropy: String { say("final: after all stages", "最終：各階段之後") }
    var rawProbabilityLong: String { say("chosen token, raw", "所選詞元，原始") }
    var finalProbabilityLong: String { say("chosen token, final", "所選詞元，最終") }
    var entropyAxis: String { say("entropy (bits)", "熵（位元）") }
    var probabilityAxis: String { say("probability", "機率") }
    var stepAxis: String { say("generated token", "產生的詞元") }

    // MARK: - Warnings

    func missing(_ scalars: [Unicode.Scalar]) -> String {
        let shown = scalars.prefix(6).map { "U+" + String($0.value, radix: 16, uppercase: true) }.joined(
            separator: ", ")
        let rest = scalars.count > 6 ? say(" and \(scalars.count - 6) more", " 等 \(scalars.count) 個字元") : ""
        let isHan = scalars.contains { (0x2E80...0x9FFF).contains($0.value) || (0x20000...0x3FFFF).contains($0.value) }
        let package = isHan ? "fonts-wqy-microhei" : "fonts-noto-core"
        return say(
            "no installed font has \(shown)\(rest); drawn as boxes with the code. "
                + "Install a font that has them (Debian: apt install \(package)), or name one in STEPGLASS_FONT",
            "沒有已安裝的字型含有 \(shown)\(rest)，以字碼方框代替。"
                + "請安裝含有這些字的字型（Debian：apt install \(package)），或以 STEPGLASS_FONT 指定字型檔")
    }
}

extension String {
    /// Without the spaces that set Latin names apart inside Chinese.
    fileprivate var trimmingSpaces: String {
        var text = self[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
