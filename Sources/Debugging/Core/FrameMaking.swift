// The frames of a recorded step: which places there are, and what the trace says about each.
internal import Phrases
internal import Traces

/// Reads frames from one step of a trace.
struct FrameMaker {
    let reader: TraceReader
    let index: Int
    /// How many tokens a list shows.
    static let listed = 5

    private var trace: Trace { reader.trace }
    private var step: Step { reader.trace.steps[index] }

    /// The places directly inside `path`; the step's own places for an empty path.
    func children(of path: [FrameKind]) -> [FrameKind] {
        guard let last = path.last else {
            let layers = (0..<trace.model.layers).map(FrameKind.layer)
            let stages = step.stages.enumerated().dropFirst().map {
                FrameKind.stage(index: $0.offset, name: $0.element.name)
            }
            let end: [FrameKind] = trace.run == .fill ? [] : [.draw, .stopCheck]
            return [.tokenize, .embed] + layers + [.logits] + stages + end
        }
        switch last {
        case .layer(let layer): return [.attention(layer: layer), .mlp(layer: layer)]
        case .attention(let layer): return (0..<trace.model.heads).map { .head(layer: layer, head: $0) }
        default: return []
        }
    }

    func frame(_ path: [FrameKind], extra: [Variable]) -> Frame {
        Frame(path: path, variables: variables(path[path.count - 1]) + extra, children: children(of: path))
    }

    /// The first step computes the whole prompt; a later one the last token only.
    private var rows: Int { index == 0 || trace.run == .fill ? trace.prompt.tokens.count : 1 }
    /// How many keys the row sees.
    private var seen: Int { trace.seenPositions(at: step) }
    private var query: Int { trace.query(of: step) }

    private func variables(_ kind: FrameKind) -> [Variable] {
        switch kind {
        case .tokenize: tokenize()
        case .embed: embed()
        case .layer(let layer): self.layer(layer)
        case .attention(let layer): attention(layer)
        case .head(let layer, let head): self.head(layer, head)
        case .mlp:
            [
                Variable(.input, Self.states, .shape([rows, trace.model.hiddenSize])),
                Variable(.output, Self.states, .shape([rows, trace.model.hiddenSize])),
            ]
        case .logits: logits()
        case .stage(let place, _): stage(place)
        case .draw: draw()
        case .stopCheck: stopCheck()
        }
    }

    private static let states = Phrase("hidden states", "隱藏狀態")

    // MARK: text to states

    private func tokenize() -> [Variable] {
        if index == 0 {
            let tokens = trace.prompt.tokens
            return [
                Variable(.input, Phrase("text", "文字"), .text(reader.promptBytes)),
                Variable(.output, Phrase("pieces", "片段"), .number(Double(trace.prompt.pieces.count), .none)),
                Variable(.output, Phrase("tokens", "詞元"), .number(Double(tokens.count), .tokens)),
                Variable(
                    .output, Phrase("ids", "編號"),
                    .words(
                        Phrase(
                            same: tokens.prefix(24).map { String($0.id) }.joined(separator: " ")
                                + (tokens.count > 24 ? " …" : "")))),
            ]
        }
        let last = reader.token(at: query)
        return [
            Variable(.input, Phrase("last token", "最後一個詞元"), .text(last.bytes)),
            Variable(.output, Phrase("id", "編號"), .words(Phrase(same: "\(last.id)"))),
            Variable(.output, Phrase("position", "位置"), .number(Double(query), .index)),
        ]
    }

    private func embed() -> [Variable] {
        [
            Variable(.input, Phrase("ids", "編號"), .shape([rows])),
            Variable(.output, Self.states, .shape([rows, trace.model.hiddenSize])),
        ] + norm(.output, row: 0) + lens(row: 0)
    }

    private func layer(_ layer: Int) -> [Variable] {
        [Variable(.input, Self.states, .shape([rows, trace.model.hiddenSize]))] + norm(.input, row: layer)
            + [Variable(.output, Self.states, .shape([rows, trace.model.hiddenSize]))]
            + norm(.output, row: layer + 1) + lens(row: layer + 1)
    }

    /// The length of the hidden state of the position that chooses, when states were recorded.
    private func norm(_ direction: Variable.Direction, row: Int) -> [Variable] {
        let size = trace.model.hiddenSize
        let hidden = trace.tensors.hidden
        guard row < hidden.count, size > 0, (query + 1) * size <= hidden[row].count, query >= 0 else { return [] }
        let sum = hidden[row][(query * size)..<((query + 1) * size)].reduce(0) { $0 + Double($1) * Double($1) }
        return [Variable(direction, Phrase("length ‖x‖", "長度 ‖x‖"), .number(sum.squareRoot(), .none))]
    }

    private func lens(row: Int) -> [Variable] {
        guard let found = step.lens.first(where: { $0.layer == row }) else { return [] }
        let tokens = found.top.prefix(Self.listed).map { entry in
            Variable.TokenValue(position: nil, bytes: Array(entry.text.utf8), value: entry.probability)
        }
        return [Variable(.output, Phrase("would say", "此刻會說"), .tokens(tokens, .probability))]
    }

    // MARK: attention

    private func attention(_ layer: Int) -> [Variable] {
        let heads = Array(0..<trace.model.heads)
        return [
            Variable(.input, Self.states, .shape([rows, trace.model.hiddenSize])),
            Variable(.parameter, Phrase("heads", "頭"), .number(Double(heads.count), .none)),
            Variable(.parameter, Phrase("key/value heads", "鍵值頭"), .number(Double(trace.model.keyValueHeads), .none)),
            Variable(.output, Phrase("weights", "權重"), .shape([heads.count, rows, seen])),
        ] + looked(layer, heads, Phrase("mean of heads looks at", "各頭平均看向"))
    }

    private func head(_ layer: Int, _ head: Int) -> [Variable] {
        let shared = trace.model.keyValueHeads > 0 ? head / max(1, trace.model.heads / trace.model.keyValueHeads) : head
        return [
            Variable(.parameter, Phrase("key/value head", "鍵值頭"), .number(Double(shared), .index)),
            Variable(.output, Phrase("weights", "權重"), .shape([rows, seen])),
        ] + looked(layer, [head], Phrase("looks at", "看向"))
    }

    private func looked(_ layer: Int, _ heads: [Int], _ name: Phrase) -> [Variable] {
        let places = strongest(reader, layers: [layer], heads: heads, query: query, count: Self.listed)
        guard !places.isEmpty else {
            return [Variable(.output, name, .words(Phrase("not recorded", "沒有記錄")))]
        }
        let tokens = places.map { place in
            Variable.TokenValue(position: place.key, bytes: reader.token(at: place.key).bytes, value: place.weight)
        }
        return [Variable(.output, name, .tokens(tokens, .weight))]
    }

    // MARK: logits to a token

    private func logits() -> [Variable] {
        let top = step.candidates.prefix(Self.listed).compactMap { candidate in
            candidate.logits.first.flatMap { $0 }.map {
                Variable.TokenValue(position: nil, bytes: candidate.bytes, value: Double($0))
            }
        }
        return [
            Variable(.input, Self.states, .shape([1, trace.model.hiddenSize])),
            Variable(.output, Phrase(same: "logits"), .shape([trace.model.vocabularySize])),
            Variable(.output, Phrase("largest", "最大的"), .tokens(top, .logit)),
            Variable(.output, Phrase(same: "logsumexp"), .number(step.logSumExp, .logit)),
            Variable(.output, Phrase("entropy (raw)", "熵（原始）"), .number(step.entropyBitsRaw, .bits)),
        ]
    }

    private func stage(_ place: Int) -> [Variable] {
        let record = step.stages[place]
        var result = record.parameters.map {
            Variable(.parameter, Phrase(same: $0.name), .number($0.value, .none))
        }
        result.append(Variable(.input, Phrase("in play", "尚存"), .number(Double(step.stages[place - 1].kept), .tokens)))
        result.append(Variable(.output, Phrase("in play", "尚存"), .number(Double(record.kept), .tokens)))
        result.append(Variable(.output, Phrase("removed", "移除"), .number(Double(record.removed), .tokens)))
        func logit(_ candidate: Candidate, _ stage: Int) -> Float? {
            stage < candidate.logits.count ? candidate.logits[stage] : nil
        }
        let removed = step.candidates.filter { logit($0, place - 1) != nil && logit($0, place) == nil }
        if !removed.isEmpty {
            let tokens = removed.prefix(Self.listed).map {
                Variable.TokenValue(position: nil, bytes: $0.bytes, value: Double(logit($0, place - 1)!))
            }
            result.append(Variable(.output, Phrase("removed, best first", "移除的詞元（由大到小）"), .tokens(tokens, .logit)))
        }
        let left = step.candidates.compactMap { candidate in
            logit(candidate, place).map {
                Variable.TokenValue(position: nil, bytes: candidate.bytes, value: Double($0))
            }
        }
        let best = left.sorted { $0.value > $1.value }.prefix(Self.listed)
        result.append(Variable(.output, Phrase("largest", "最大的"), .tokens(Array(best), .logit)))
        return result
    }

    private func draw() -> [Variable] {
        let chosen = Variable(.output, Phrase("token", "詞元"), .text(step.token.bytes))
        guard let draw = step.draw else {
            return [
                Variable(.parameter, Phrase("draw", "抽選"), .words(Phrase("none (greedy or beams)", "無（貪婪解碼或集束搜尋）"))),
                chosen,
            ]
        }
        return [
            Variable(.input, Phrase("entropy (final)", "熵（最終）"), .number(step.entropyBitsFinal, .bits)),
            Variable(.parameter, Phrase(same: "u"), .number(draw.uniform, .none)),
            Variable(
                .output, Phrase("stretch", "區間"),
                .words(Phrase(same: "\(fixed(draw.low, 4)) ≤ u < \(fixed(draw.high, 4))"))),
            chosen,
        ]
    }

    private func stopCheck() -> [Variable] {
        let words =
            step.finish.map { Phrase("ends here: ", "到此結束：") + $0.phrase } ?? Phrase("goes on", "繼續")
        return [
            Variable(.input, Phrase("token", "詞元"), .text(step.token.bytes)),
            Variable(.parameter, Phrase("tokens out", "已產生"), .number(Double(index + 1), .tokens)),
            Variable(.parameter, Phrase("at most", "上限"), .number(Double(trace.settings.maxTokens), .tokens)),
            Variable(.output, Phrase("finish", "結束"), .words(words)),
        ]
    }
}

/// A place in the context and the attention it got.
public struct AttentionPlace: Equatable, Sendable {
    /// The position looked at, from 0.
    public var key: Int
    /// Its attention, 0…1, mean over the layers and heads asked for.
    public var weight: Double
}

/// The keys that a query looked at most, mean over the given layers and heads; empty when nothing is recorded.
func strongest(_ reader: TraceReader, layers: [Int], heads: [Int], query: Int, count: Int) -> [AttentionPlace] {
    guard query >= 0 else { return [] }
    var sums: [Double] = []
    var rows = 0.0
    for layer in layers {
        for head in heads {
            guard let row = reader.attentionRow(layer: layer, head: head, query: query) else { continue }
            while sums.count < row.count { sums.append(0) }
            for key in row.indices { sums[key] += Double(row[key]) }
            rows += 1
        }
    }
    guard rows > 0 else { return [] }
    let order = sums.indices.sorted { sums[$0] != sums[$1] ? sums[$0] > sums[$1] : $0 < $1 }
    return order.prefix(count).map { AttentionPlace(key: $0, weight: sums[$0] / rows) }
}
