// The values of a verification in words.
public import Phrases
internal import Traces

extension VerifiedValue: Worded {
    public var phrase: Phrase {
        switch self {
        case .fact(let fact): fact.phrase
        case .promptToken(let place): Phrase("prompt token \(place)", "提示的第 \(place) 個詞元")
        case .promptPiece(let place): Phrase("prompt piece \(place)", "提示的第 \(place) 個片段")
        case .promptProbability(let place):
            Phrase("prompt token \(place): its probability", "提示的第 \(place) 個詞元：它的機率")
        case .promptScore(let place): Phrase("prompt token \(place): its score", "提示的第 \(place) 個詞元：它的評分")
        case .attentionPattern(let layer):
            Phrase("which keys the queries of layer \(layer) see", "第 \(layer) 層的查詢看得見哪些鍵")
        case .attentionWeight(let layer, let head, let query, let key):
            Phrase(
                "attention of layer \(layer), head \(head), query \(query), key \(key)",
                "第 \(layer) 層第 \(head) 頭的注意力，查詢 \(query)，鍵 \(key)")
        case .node(let id, let value): value.phrase(of: Phrase("node \(id) of the beam tree", "集束樹的節點 \(id)"))
        case .hypothesis(let rank, let value): value.phrase(of: Phrase("hypothesis \(rank)", "第 \(rank) 條寫完的路徑"))
        case .candidate(let place): Phrase("candidate \(place)", "第 \(place) 個候選")
        case .token(let subject, let value): value.phrase(of: subject.phrase)
        case .parameter(let name, let stage):
            Phrase("parameter \(name) of the stage \(stage)", "\(stage) 階段的參數 \(name)")
        case .parameters(let stage): Phrase("the parameters of \(stage)", "\(stage) 的參數")
        case .kept(let stage): Phrase("what \(stage) keeps", "\(stage) 留下的詞元數")
        case .lens(let layer): Phrase("what layer \(layer) would say", "第 \(layer) 層會說的話")
        case .byte(let place): Phrase("byte \(place) of the trace without times", "去掉時間後紀錄的第 \(place) 個位元組")
        case .tensor(let name?, let file): Phrase("\(name) in \(file)", "\(file) 裡的 \(name)")
        case .tensor(nil, let file): Phrase(same: file)
        case .path(let path): Phrase(same: path)
        }
    }
}

extension VerifiedValue.Subject: Worded {
    public var phrase: Phrase {
        let text = readable(Array(text.utf8))
        return Phrase("“\(text)” (token \(id))", "「\(text)」（詞元 \(id)）")
    }
}

extension VerifiedValue.CandidateValue {
    func phrase(of token: Phrase) -> Phrase {
        switch self {
        case .rawLogit: Phrase("raw logit of ", "原始 logit：") + token
        case .rawProbability: Phrase("raw probability of ", "原始機率：") + token
        case .probability: Phrase("probability of ", "機率：") + token
        case .identity: Phrase("bytes, text or rank of ", "位元組、文字或名次：") + token
        case .removal: Phrase("which stage removed ", "由哪個階段移除：") + token
        case .logit(let stage):
            Phrase("logit of \(token.english) after \(stage)", "\(stage) 之後的 logit：\(token.chinese)")
        }
    }
}

extension VerifiedValue.NodeValue {
    func phrase(of node: Phrase) -> Phrase {
        switch self {
        case .place(let step): node + Phrase(", step \(step)", "，第 \(step) 步")
        case .logProbability: Phrase("log-probability of \(node.english)", "\(node.chinese)的對數機率")
        case .sum: Phrase("sum of \(node.english)", "\(node.chinese)的總和")
        case .score: Phrase("score of \(node.english)", "\(node.chinese)的分數")
        case .state: Phrase("state of \(node.english)", "\(node.chinese)的狀態")
        case .reason: Phrase("why \(node.english) ended", "\(node.chinese)結束的原因")
        }
    }
}

extension VerifiedValue.HypothesisValue {
    func phrase(of hypothesis: Phrase) -> Phrase {
        let name =
            switch self {
            case .tokens: Phrase("tokens", "詞元")
            case .text: Phrase("text", "文字")
            case .sum: Phrase("sum", "總和")
            case .score: Phrase("score", "分數")
            case .end: Phrase("end", "結尾")
            }
        return Phrase("the \(name.english) of \(hypothesis.english)", "\(hypothesis.chinese)的\(name.chinese)")
    }
}

extension VerifiedValue.Fact: Worded {
    public var phrase: Phrase {
        switch self {
        case .weightsHash: Phrase("the SHA-256 of the model's weights", "模型權重的 SHA-256")
        case .vocabularySize: Phrase("the size of the vocabulary", "詞彙表的大小")
        case .layers: Phrase("the model's layers", "模型的層數")
        case .heads: Phrase("the model's heads", "模型的頭數")
        case .renderedPrompt: Phrase("the rendered prompt", "套上範本的提示")
        case .promptTokenCount: Phrase("the number of prompt tokens", "提示的詞元數")
        case .maskCount: Phrase("the number of masks", "遮罩的數目")
        case .promptScoreCount: Phrase("the number of prompt scores", "提示的評分數")
        case .beamTree: Phrase("the beam tree", "集束樹")
        case .nodeCount: Phrase("the number of nodes", "節點數")
        case .hypothesisCount: Phrase("the number of hypotheses", "寫完的路徑數")
        case .text: Phrase("the text", "文字")
        case .attention: Phrase("the attention", "注意力")
        case .attentionPositions: Phrase("the attention's positions", "注意力的位置數")
        case .notes: Phrase("the notes", "註記")
        case .endOfRun: Phrase("the end of the run", "執行的結尾")
        case .candidateCount: Phrase("the number of candidates", "候選數")
        case .logSumExp: Phrase("log Σ exp of the logits", "logit 的 log Σ exp")
        case .rawEntropy: Phrase("raw entropy", "原始熵")
        case .tailCount: Phrase("tokens not listed", "未列出的詞元數")
        case .rawTail: Phrase("raw mass of the tokens not listed", "未列出詞元的原始機率總和")
        case .tailLogits: Phrase("where the logits of the tokens not listed lie", "未列出詞元的 logit 分布")
        case .stages: Phrase("the stages", "各階段")
        case .finalEntropy: Phrase("final entropy", "最終熵")
        case .finalTail: Phrase("final mass of the tokens not listed", "未列出詞元的最終機率總和")
        case .intervalStart: Phrase("where the drawn interval begins", "抽中區間的起點")
        case .intervalEnd: Phrase("where the drawn interval ends", "抽中區間的終點")
        case .drawn: Phrase("the number drawn", "抽出的數")
        case .drawnByStage: Phrase("the number a stage drew", "階段抽出的數")
        case .generator: Phrase("the generator's state", "亂數產生器的狀態")
        case .token: Phrase("the token", "詞元")
        case .ending: Phrase("how the run ends", "執行如何結束")
        case .residual: Phrase("what the parts of the pass added", "前向計算各部分所加的內容")
        }
    }
}
