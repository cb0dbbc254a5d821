// Frames and differences as plain lines.
internal import Phrases
internal import Stages
internal import Traces

extension TextRenderer {
    // MARK: frames

    func lines(_ frame: Frame, step: Int) -> [String] {
        let path = frame.path.map { $0.title[language] }.joined(separator: " › ")
        var result = [clipped(say("step \(step) › ", "第 \(step) 步 › ") + path, to: width)]
        for variable in frame.variables {
            let arrow = variable.direction == .input ? "→" : variable.direction == .output ? "←" : "·"
            let name = padded("  \(arrow) " + variable.name[language], to: 26)
            let room = max(10, width - columns(name) - 1)
            for (row, line) in wrapped(items(variable.value), to: room).enumerated() {
                result.append((row == 0 ? name : String(repeating: " ", count: columns(name))) + " " + line)
            }
        }
        if !frame.children.isEmpty {
            let names = frame.children.map { $0.title[language] }
            let list = names.count > 4 ? "\(names[0]) … \(names[names.count - 1])" : names.joined(separator: ", ")
            result.append(clipped(say("  inside: ", "  裡面：") + list, to: width))
        }
        return result
    }

    private func items(_ value: Variable.Value) -> [String] {
        switch value {
        case .number(let number, let unit):
            let name = unit.suffix[language]
            return [short(number) + (name.isEmpty ? "" : " " + name)]
        case .shape(let sizes): return ["[" + sizes.map(String.init).joined(separator: ", ") + "]"]
        case .text(let bytes): return [quoted(bytes)]
        case .words(let phrase): return [phrase[language]]
        case .tokens(let tokens, let unit):
            return tokens.map { token in
                let place = token.position.map { "\($0):" } ?? ""
                let number = unit == .logit ? fixed(token.value, 3) : fixed(token.value, 4)
                return place + quoted(token.bytes) + " " + number
            }
        }
    }

    // MARK: differences

    /// A comparison of two runs; `names` are what A and B are called.
    public func lines(_ difference: TraceDifference, names: (a: String, b: String)) -> [String] {
        var result = [
            clipped(
                say(
                    "A = \(names.a) (\(difference.stepsA) steps), B = \(names.b) (\(difference.stepsB) steps)",
                    "A = \(names.a)（\(difference.stepsA) 步），B = \(names.b)（\(difference.stepsB) 步）"), to: width)
        ]
        for row in difference.model + difference.settings {
            let line = "\(readable(row.name)): \(readable(row.a[language])) → \(readable(row.b[language]))"
            result += wrapped(line, to: width - 2).map { "  " + $0 }
        }
        if !difference.samePrompt {
            result.append(say("the prompts differ: no step has the same context", "提示不同：沒有一步的上下文相同"))
        }
        result.append(clipped(parting(difference), to: width))
        if !difference.sameVocabulary {
            result.append(say("the vocabularies differ: no divergence", "詞彙表不同：無法比較分布"))
            return result
        }
        return result + divergences(difference)
    }

    private func parting(_ difference: TraceDifference) -> String {
        guard let fork = difference.forkStep else {
            return say("the same \(difference.sharedSteps) tokens in both", "兩邊的 \(difference.sharedSteps) 個詞元都相同")
        }
        guard let step = difference.steps.first(where: { $0.index == fork }) else {
            return say("the same up to step \(fork), where one of them ends", "到第 \(fork) 步為止相同，其中一邊在此結束")
        }
        let tokens = "A \(quoted(step.tokenA.bytes)), B \(quoted(step.tokenB.bytes))"
        return say("they part at step \(fork): ", "在第 \(fork) 步分開：") + tokens
    }

    private func divergences(_ difference: TraceDifference) -> [String] {
        if difference.steps.isEmpty { return [] }
        var table = TextTable(columns: [
            .init(title: say("step", "步"), right: true), .init(title: "A", flexible: true), .init(title: "B"),
            .init(title: say("KL raw", "KL 原始"), right: true), .init(title: say("KL final", "KL 最終"), right: true),
            .init(title: say("largest change", "最大變化")),
        ])
        for step in difference.steps {
            let change = step.rankChanges.first.map { change in
                let from = change.rankA.map { "\($0)" } ?? "-"
                let to = change.rankB.map { "\($0)" } ?? "-"
                return clipped(quoted(change.bytes), to: 16) + " \(from)→\(to)"
            }
            table.rows.append([
                (step.sameContext ? "" : "*") + "\(step.index)", clipped(quoted(step.tokenA.bytes), to: 16),
                clipped(quoted(step.tokenB.bytes), to: 16), text(step.raw), text(step.final), change ?? "",
            ])
        }
        var result = table.lines(width: width)
        let notes = difference.steps.contains { $0.raw?.method == .lowerBound }
        result.append(say("KL(A‖B) in bits", "KL(A‖B)，單位為位元"))
        if notes {
            result += wrapped(
                say(
                    "≥: from the listed tokens only; the exact value is not smaller", "≥：只用列出的詞元計算；精確值不會更小"), to: width)
        }
        if difference.steps.contains(where: { !$0.sameContext }) {
            result += wrapped(say("*: the texts before it differ", "*：前面的文字已不同"), to: width)
        }
        return result
    }

    private func text(_ divergence: Divergence?) -> String {
        guard let divergence else { return "-" }
        if divergence.bits.isInfinite { return "∞" }
        let number =
            divergence.bits == 0 ? "0" : divergence.bits < 0.0001 ? short(divergence.bits) : fixed(divergence.bits, 4)
        return (divergence.method == .lowerBound ? "≥" : "") + number
    }
}
