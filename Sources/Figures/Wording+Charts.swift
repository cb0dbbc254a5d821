// Sentences of the charts: candidates, entropy, beams, two runs.
internal import Phrases
internal import Stages
internal import Traces

extension Wording {
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

    /// A stage's name as the field writes it; in Chinese where Taiwan has a word for it, Latin letters set apart.
    func stage(_ name: String) -> String {
        guard language == .chinese else { return name }
        let word = StageList.named(name)?.inText.chinese ?? name
        let isLatin = { (character: Character?) in character?.isASCII != false }
        return (isLatin(word.first) ? " " : "") + word + (isLatin(word.last) ? " " : "")
    }

    /// What the candidates of a mask are.
    var maskReading: String {
        say("Seen are all other tokens of the text; no stage changes a probability.", "模型看得到文字中其他所有詞元；沒有階段改變機率。")
    }

    /// The stages in order with their numbers and what they left, and what took the token in the end.
    func pipeline(_ step: Step, isBeamSearch: Bool, isForced: Bool = false) -> String {
        var parts: [String] = []
        for record in step.stages where record.name != "raw" {
            var part = stage(record.name).trimmingSpaces
            // Greedy choice takes no number.
            for parameter in record.parameters.prefix(2) where !isGreedy(record) {
                part += " \(short(parameter.value, 4))"
            }
            if record.removed > 0 { part += say(" (\(grouped(record.kept)) left)", "（剩 \(grouped(record.kept)) 個）") }
            parts.append(part)
        }
        if isForced {
            parts.append(say("the token was set by hand", "詞元由人為指定"))
        } else if step.draw != nil {
            parts.append(say("draw", "抽選"))
        } else if isBeamSearch {
            parts.append(say("taken by the beam search", "由集束搜尋選出"))
        } else if step.stages.last.map(isGreedy) != true {
            parts.append(say("largest", "取最大者"))
        }
        return say("Stages: ", "階段：") + parts.joined(separator: " → ") + say(".", "。")
    }

    /// Whether the stage leaves the largest logit alone.
    private func isGreedy(_ record: StageRecord) -> Bool { StageList.named(record.name)?.effect == .best }

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

    // MARK: - Beams

    func beamTitle(_ beams: Int) -> String { say("beam search with \(beams) beams", "集束搜尋，集束寬度 \(beams)") }
    func beamReading(_ beam: BeamTree) -> String {
        say(
            "One column per step, best sum of log-probabilities on top. Bold: the path of the best hypothesis. Struck out: pruned. Framed: finished. Score = sum ÷ length^\(short(beam.lengthPenalty, 3)).",
            "每步一直行，對數機率總和最高者在上。粗體：最佳的寫完路徑。刪除線：被剪除。加框：已完成。分數 = 總和 ÷ 長度^\(short(beam.lengthPenalty, 3))。")
    }
    func foldedNodes(_ count: Int) -> String {
        say("\(grouped(count)) pruned nodes are not drawn.", "未繪出被剪除的 \(grouped(count)) 個節點。")
    }
    var score: String { say("score", "分數") }
    var sumLogProbability: String { say("sum of log p", "對數機率總和") }
    var hypothesis: String { say("hypothesis", "寫完的路徑") }

    // MARK: - Two runs

    func diffTitle(_ first: String, _ second: String) -> String {
        say("\(first) compared with \(second)", "\(first)與\(second)之比較")
    }
    var diffReading: String {
        say(
            "Divergence is 0 where both runs would have chosen with the same probabilities.",
            "散度為 0 表示兩次執行在該步的機率分布相同。")
    }
    func parted(_ step: Int) -> String {
        say("They part at step \(step).", "兩者在第 \(step) 步分開。")
    }
    var neverParted: String { say("They chose the same tokens throughout.", "兩者自始至終選了相同的詞元。") }
    func furtherSteps(_ count: Int) -> String {
        say(
            count == 1 ? "One more step is not drawn." : "\(grouped(count)) more steps are not drawn.",
            "未繪出其後的 \(grouped(count)) 步。")
    }
    var fork: String { say("part here", "由此分開") }
    /// What bars mean whose values the traces only bound from below.
    var lowerBounds: String {
        say(
            "Pale bars that are open at the top, marked ≥, are lower bounds: the two records hold no logits there, and "
                + "the candidates that both list prove at least so much.",
            "頂端未封閉、標有 ≥ 的淺色長條只是下界：該步沒有完整 logit 紀錄，由雙方共同列出的候選只能推知至少有這麼多。")
    }
    var divergenceAxis: String { say("KL divergence (bits)", "KL 散度（位元）") }
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
