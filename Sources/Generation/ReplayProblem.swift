// Why a recorded run cannot be replayed with other settings, or go on.
public import Phrases
internal import Traces

extension ModelInfo {
    /// Refuses a record of another model than `here`: its weights are others, or it says of them what is not so. An empty
    /// SHA-256 is that of a run that has not been written yet.
    func check(against here: ModelInfo) throws(GenerationError) {
        if !sha256.isEmpty && sha256 != here.sha256 {
            throw .replay(.otherModel(recorded: name, hash: sha256, here: here.name, hereHash: here.sha256))
        }
        let facts = [
            ("layers", layers, here.layers), ("heads", heads, here.heads),
            ("keyValueHeads", keyValueHeads, here.keyValueHeads), ("headSize", headSize, here.headSize),
            ("hiddenSize", hiddenSize, here.hiddenSize), ("vocabularySize", vocabularySize, here.vocabularySize),
        ]
        for (field, recorded, here) in facts where recorded != here {
            throw .replay(.otherShape(field: field, recorded: recorded, here: here))
        }
    }
}

/// What would make the forward pass another one than the record's.
public enum ReplayProblem: Equatable, Sendable, Worded {
    /// The model's weights are not those of the record; names and SHA-256 of both.
    case otherModel(recorded: String, hash: String, here: String, hereHash: String)
    /// The record says of the model what it is not: the field, what stands there, what it is.
    case otherShape(field: String, recorded: Int, here: Int)
    /// The run's settings were changed on the way.
    case changedOnTheWay(step: Int)
    /// The recorded run or the new settings are a beam search's.
    case beamSearch
    /// Other heads are off, or the prompt is another.
    case otherPass
    /// The model cuts the prompt into other tokens than the record has.
    case otherTokens
    /// The step comes out with another token here than in the record.
    case otherChoice(step: Int)
    /// Fewer tokens are asked for than the run has steps.
    case tooFew(Int, steps: Int)

    public var phrase: Phrase {
        switch self {
        case .otherModel(let recorded, let hash, let here, let hereHash):
            let (old, new) = (hash.prefix(12), hereHash.prefix(12))
            return Phrase(
                "the trace was made with \(recorded) (SHA-256 \(old)…), this is \(here) (\(new)…): its logits are others",
                "紀錄是以 \(recorded)（SHA-256 \(old)…）產生的，這裡是 \(here)（\(new)…）：logit 會不同")
        case .otherShape(let field, let recorded, let here):
            return Phrase(
                "the trace says model.\(field) is \(recorded), and with this SHA-256 it is \(here): the file was changed; "
                    + "check it with stepglass verify",
                "紀錄裡 model.\(field) 是 \(recorded)，而這個 SHA-256 的模型是 \(here)：檔案被改過；請用 stepglass verify 檢查")
        case .changedOnTheWay(let step):
            return Phrase(
                "the run's settings were changed on the way, at step \(step): a replay gives every step the same; "
                    + "start from a trace that was not changed, or step through this one with `debug --trace`",
                "這次執行的設定在途中（第 \(step) 步）改過，而重演給每一步相同的設定；請從沒有改過的紀錄開始，"
                    + "或用 `debug --trace` 逐步走過這一份")
        case .beamSearch:
            return Phrase(
                "a beam search follows many sequences at once and is not replayed: rank its hypotheses anew with "
                    + "show --beams, or run trace again",
                "集束搜尋同時走多條序列，不能重演：請用 show --beams 重新排名寫完的路徑，或重新執行 trace")
        case .otherPass:
            return Phrase(
                "other heads or another prompt change the logits themselves: run trace again",
                "換了頭或提示，logit 本身就會不同：請重新執行 trace")
        case .otherTokens:
            return Phrase(
                "the prompt is cut into other tokens here than in the trace: check it with stepglass verify",
                "提示在這裡切成的詞元與紀錄不同：請用 stepglass verify 檢查")
        case .otherChoice(let step):
            return Phrase(
                "step \(step) comes out otherwise here than in the trace: check it with stepglass verify",
                "第 \(step) 步在這裡的結果與紀錄不同：請用 stepglass verify 檢查")
        case .tooFew(let count, let steps):
            return Phrase(
                "max-tokens is \(count), and \(steps) tokens are there already: go back first, or give at least \(steps)",
                "max-tokens 是 \(count)，但已經有 \(steps) 個詞元：請先後退，或至少給 \(steps)")
        }
    }
}
