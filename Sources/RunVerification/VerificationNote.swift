// What a verification has to say beside its result: why a value differs, and what is worth knowing.
public import Phrases
internal import Traces

/// Why a value differs, as far as the rest of the record tells.
public enum VerificationCause: Equatable, Sendable, Worded {
    /// The model's file is another; name and file as recorded.
    case otherModelFile(name: String, file: String)
    /// The model does not cut the prompt into the recorded tokens.
    case otherTokens
    /// The file beside the trace is not the run's own.
    case otherFile
    /// The trace's values contradict each other: it was changed after the run.
    case contradiction
    /// All recorded draws are the seed's, so that another value decides when a number is drawn.
    case drawsAgree(seed: String)
    /// One draw of several is not the seed's.
    case changedDraw(others: Int, seed: String)
    /// The draws are not the seed's: `differing` of all of them differ.
    case otherDraws(seed: String, differing: Int, of: Int)
    /// One raw logit of several differs.
    case changedLogit(others: Int)
    /// Several raw logits of the step differ: `differing` of those that are listed.
    case otherLogits(differing: Int, of: Int)
    /// The recorded settings ask for another value than the step was made with.
    case otherSettings
    /// What it is computed from agrees.
    case changedValue

    public var phrase: Phrase {
        switch self {
        case .otherModelFile(let name, let file):
            Phrase(
                "another model file: the trace was made with \(name) from \(file)",
                "模型檔案不同：紀錄是以 \(file) 的 \(name) 產生的")
        case .otherTokens:
            Phrase("the prompt is not cut into these tokens by this model", "這個模型不會把提示切成這些詞元")
        case .otherFile:
            Phrase(
                "the trace itself agrees: this file was changed, or is of another run",
                "紀錄本身相符：這個檔案被改過，或屬於另一次執行")
        case .contradiction:
            Phrase(
                "the file contradicts itself, so that it was changed after the run", "檔案自相矛盾，可見執行之後被改過")
        case .drawsAgree(let seed):
            Phrase(
                "the draws are those of seed \(seed); another value decides when a number is drawn",
                "抽出的數正是種子 \(seed) 的；何時抽亂數由另一個值決定")
        case .changedDraw(let others, let seed):
            Phrase(
                "this number was changed: the other \(others) draws are those of seed \(seed)",
                "這個數被改過：其他 \(others) 次抽選用的數都來自種子 \(seed)")
        case .otherDraws(let seed, let differing, let count):
            Phrase(
                "the draws are not those of seed \(seed): \(differing) of \(count) differ",
                "抽出的數不是種子 \(seed) 的：\(count) 個中有 \(differing) 個不同")
        case .changedLogit(let others):
            Phrase(
                "this value was changed: the other \(others) raw logits of the step agree",
                "這個值被改過：該步其他 \(others) 個原始 logit 都相符")
        case .otherLogits(let differing, let count):
            Phrase(
                "\(differing) of the \(count) raw logits differ: other settings of the forward pass, or another engine",
                "\(count) 個原始 logit 中有 \(differing) 個不同：前向計算的設定不同，或引擎不同")
        case .otherSettings:
            Phrase(
                "the recorded settings ask for another value than the step was made with",
                "紀錄的設定所要的值，與產生這一步時的不同")
        case .changedValue:
            Phrase(
                "the values it is computed from agree: this one was changed", "計算它所用的值都相符：改過的是這個值")
        }
    }
}

/// What is worth knowing beside a result.
public enum VerificationNote: Equatable, Sendable, Worded {
    /// The trace was made by another version of the program.
    case otherVersion(recorded: String, here: String)
    /// The model's file has another name; its content is the same.
    case renamedModelFile(recorded: String, here: String)
    /// The model has another name; its content is the same.
    case renamedModel(recorded: String, here: String)
    /// The trees part within the margin, and another hypothesis is best; nothing behind it was compared.
    case otherBestHypothesis
    /// The recorded run stops after `steps` steps without a reason to end.
    case notEnded(steps: Int)
    /// Nothing was drawn, so that any seed would give this run.
    case seedWithoutEffect(String)
    /// Two tokens tie within the margin: by the draw's distance from an interval's edge, or by their logits.
    case tie(step: Int, recorded: VerifiedValue.Subject, here: VerifiedValue.Subject, Tie)
    /// A stage keeps another number of tokens here, since one lies at its edge within the margin.
    case edge(step: Int, stage: String, kept: Int, here: Int)
    /// Two continuations whose sums tie change places.
    case treesPart(node: Int, margin: Double)
    /// The run was made on other kernels, whose last bits differ; the tensors' file was left out.
    case tensorsNotCompared(file: String)

    /// What ties, and within which margin.
    public enum Tie: Equatable, Sendable {
        /// The drawn number, how far it lies from the edge of an interval, and the margin it lies within.
        case draw(uniform: Double, edge: Double, margin: Double)
        /// The two tokens' logits and the margin that they lie within.
        case logits(Double, Double, margin: Double)
    }

    public var phrase: Phrase {
        switch self {
        case .otherVersion(let recorded, let here):
            Phrase(
                "the trace was made by version \(recorded), this is \(here)", "紀錄由版本 \(recorded) 產生，這裡是 \(here)")
        case .renamedModel(let recorded, let here):
            Phrase(
                "the model was called \(recorded) and is called \(here) here; its content is the same",
                "模型當時叫做 \(recorded)，這裡叫做 \(here)；內容相同")
        case .renamedModelFile(let recorded, let here):
            Phrase(
                "the model file was called \(recorded) and is called \(here) here; its content is the same",
                "模型檔案當時叫 \(recorded)，這裡叫 \(here)；內容相同")
        case .otherBestHypothesis:
            Phrase(
                "the best hypothesis is another after that; nothing behind it was compared",
                "此後最佳的寫完路徑不同；後面的都沒有比較")
        case .notEnded(let steps):
            Phrase(
                "the recorded run had not ended: it stops after \(steps) steps", "紀錄的執行還沒有結束：走了 \(steps) 步就停了")
        case .seedWithoutEffect(let seed):
            Phrase(
                "nothing was drawn, so that the seed \(seed) had no effect", "沒有抽選，因此種子 \(seed) 沒有作用")
        case .tie(let step, let recorded, let here, let tie):
            Phrase("step \(step): ", "第 \(step) 步：")
                + Phrase(
                    "\(recorded.phrase.english) was chosen, \(here.phrase.english) is here: ",
                    "當時選了\(recorded.phrase.chinese)，這裡是\(here.phrase.chinese)：")
                + tie.phrase
                + Phrase("; the run goes on with the recorded token", "；接著用紀錄的詞元繼續")
        case .edge(let step, let stage, let kept, let here):
            Phrase(
                "step \(step): \(stage) kept \(kept) tokens and keeps \(here) here: one lies at its edge",
                "第 \(step) 步：\(stage) 當時留下 \(kept) 個詞元，這裡留下 \(here) 個：有一個正好在邊界上")
        case .treesPart(let node, let margin):
            Phrase(
                "node \(node) of the beam tree: two continuations whose sums lie within \(margin) change places; "
                    + "the trees are compared up to here",
                "集束樹的節點 \(node)：兩個總和相差不到 \(margin) 的接續互換了位置；兩棵樹比較到這裡為止")
        case .tensorsNotCompared(let file):
            Phrase(
                "\(file) was not compared: other kernels give other last bits",
                "\(file) 沒有比較：不同的運算核心算出的最末位元不同")
        }
    }
}

extension VerificationNote.Tie {
    var phrase: Phrase {
        switch self {
        case .draw(let uniform, let edge, let margin):
            Phrase(
                "u = \(uniform) lies \(edge) from the edge of an interval, within the margin of \(margin)",
                "u = \(uniform) 距區間邊界 \(edge)，在容許的 \(margin) 之內")
        case .logits(let left, let right, let margin):
            Phrase(
                "their logits \(left) and \(right) lie within the margin of \(margin)",
                "兩者的 logit \(left) 與 \(right) 相差在容許的 \(margin) 之內")
        }
    }
}
