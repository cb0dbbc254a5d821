// How the names of the question language are written, and what aggregates and their domains mean.
public import Phrases

extension QuestionFunction {
    /// How it is written: `p(token, stage)`; a parameter in brackets may be left out.
    public var usage: String {
        if isMemberOfBeam { return "beam(index)" + rawValue.dropFirst("beam".count) }
        if parameters.isEmpty { return rawValue }
        let names = parameters.map { $0.required ? $0.label : "[\($0.label)]" }
        return rawValue + "(" + names.joined(separator: ", ") + ")"
    }
}

extension Aggregate {
    /// What it makes of the members.
    public var meaning: Phrase {
        switch self {
        case .max: Phrase("the largest", "最大值")
        case .min: Phrase("the smallest", "最小值")
        case .mean: Phrase("the mean", "平均")
        case .sum: Phrase("the sum", "總和")
        case .any: Phrase("whether the condition holds for one or more", "是否至少一個成立")
        case .all: Phrase("whether the condition holds for every one", "是否全部成立")
        case .count: Phrase("for how many the condition holds", "有幾個成立")
        case .first: Phrase("the number of the first for which the condition holds", "第一個成立的編號")
        }
    }

    /// A question that uses it; every example is checked by a test.
    public var example: String {
        switch self {
        case .max: "max over heads of attention(layer: 12, head: h, to: \"France\") > 0.5"
        case .min: "min over candidates of rank(c) == 1"
        case .mean: "(mean over layers of attention(layer: l, head: 0, to: 0)) > 0.5"
        case .sum: "(sum over candidates of p(c)) > 0.99"
        case .any: "any over heads of attention(layer: 2, head: h, to: 0) > 0.9"
        case .all: "all over candidates of (removed(c) or c == argmax)"
        case .count: "(count over heads of mass(head(2, h), 0) > 0.5) >= 3"
        case .first: "step == (first over steps where (entropy > 2))"
        }
    }
}

extension AggregateDomain {
    /// What it runs over, and the name of the running value.
    public var meaning: Phrase {
        switch self {
        case .heads: Phrase("the heads of a layer, as h", "一層的各個頭，寫作 h")
        case .layers: Phrase("the layers, as l", "各層，寫作 l")
        case .candidates: Phrase("the listed tokens, as c", "列出的詞元，寫作 c")
        case .positions: Phrase("the positions before this one, as t", "這之前的各個位置，寫作 t")
        case .steps: Phrase("the run's steps, as s; the body is asked of each", "這次執行的各步，寫作 s；條件對每一步各問一次")
        }
    }
}
