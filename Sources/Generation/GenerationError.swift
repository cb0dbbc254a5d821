// Why a run cannot begin or go on.
public import ChatTemplates
internal import JSONText
public import Phrases
public import Tokenizers
public import Stages
public import Traces
public import Transformers

/// Why a run cannot begin or go on; the description is one line for the user.
public enum GenerationError: Error, CustomStringConvertible, Worded {
    /// A setting cannot be used.
    case settings(SettingsError)
    /// A step has no token to choose.
    case choice(ChoiceError)
    /// The prompt has no tokens.
    case emptyPrompt
    /// The prompt holds a token of the tokenizer that the model's embedding has no row for.
    case tokenBeyondEmbedding(id: Int, text: String, rows: Int)
    /// The prompt fills the context; one more token would not fit.
    case promptTooLong(tokens: Int, context: Int)
    /// The prompt has more bytes than a context of so many tokens can hold.
    case tooManyBytes(bytes: Int, context: Int)
    /// The prompt has more bytes than are read for any context.
    case longText(bytes: Int, most: Int)
    /// A character of the prompt has thousands of accents.
    case accents
    /// The settings ask for more positions than the model's context length.
    case contextTooLong(asked: Int, model: Int)
    /// The keys and values of so many tokens take more memory than this machine has; in bytes.
    case cacheTooLarge(tokens: Int, bytes: Int, memory: Int)
    /// A chat is asked of a model without a template.
    case noChatTemplate(model: String)
    /// The model's template cannot be read or filled in.
    case chatTemplate(ChatTemplateError)
    /// The model cannot be loaded.
    case model(TransformerError)
    /// The model's tokenizer cannot be loaded.
    case tokenizer(TokenizerError, file: String)
    /// The model sees a whole text at once and cannot go on writing one.
    case encoder(model: String)
    /// The model sees only what stands before a token: it has no masks to fill.
    case decoder(model: String)
    /// A text to be filled has no mask; its token's text.
    case noMask(String)
    /// The encoder's vocabulary has no token that hides others.
    case noMaskToken(model: String)
    /// The encoder has no head over its vocabulary, so it cannot score a token.
    case noHead(model: String)
    /// The model's logits are no sum over what its layers add.
    case noResidual(model: String)
    /// The text of an encoder does not fit its positions.
    case textTooLong(tokens: Int, context: Int)
    /// The text names no head; layers and heads are how many the model has.
    case badAblation(String, layers: Int, heads: Int)
    /// A position that no run of the model has.
    case badLoss(Int, context: Int)
    /// A forced id outside the vocabulary; `vocabulary` is its size.
    case unknownToken(id: Int, vocabulary: Int)
    /// A step that the run does not have; `steps` is how many it has.
    case noSuchStep(step: Int, steps: Int)
    /// The trace cannot be written in its canonical form.
    case trace(TraceError)
    /// The recorded run cannot be replayed with these settings.
    case replay(ReplayProblem)

    public var description: String { phrase.english }

    public var phrase: Phrase {
        switch self {
        case .settings(let error): error.phrase
        case .choice(let error): error.phrase
        case .emptyPrompt:
            Phrase(
                "the prompt is empty: the model needs at least one token to continue", "提示是空的：模型至少要有一個詞元才能接續")
        case .tokenBeyondEmbedding(let id, let text, let rows):
            Phrase(
                "the prompt holds token \(id), \(text), but the model's embedding has \(rows) rows: leave the token out",
                "提示含有詞元 \(id)（\(text)），但模型的嵌入只有 \(rows) 列：請拿掉這個詞元")
        case .tooManyBytes(let bytes, let context):
            Phrase(
                "the prompt has \(bytes) bytes, more than a context of \(context) tokens can hold: shorten the prompt",
                "提示有 \(bytes) 個位元組，超過 \(context) 個詞元的上下文所能容納：請縮短提示")
        case .longText(let bytes, let most):
            Phrase(
                "the prompt has \(bytes) bytes; \(most) are read at most: shorten the prompt",
                "提示有 \(bytes) 個位元組；最多讀 \(most) 個：請縮短提示")
        case .accents: Phrase("the prompt: ", "提示：") + tooManyAccents
        case .promptTooLong(let tokens, let context):
            Phrase(
                "the prompt has \(tokens) tokens and the context holds \(context): shorten the prompt, or leave room for at least one more token (--context)",
                "提示有 \(tokens) 個詞元，上下文只容得下 \(context) 個：請縮短提示，或至少再留一個詞元的空間（--context）")
        case .contextTooLong(let asked, let model):
            Phrase(
                "--context is \(asked); this model knows \(model) positions (try --context \(model))",
                "--context 是 \(asked)；這個模型只有 \(model) 個位置（例如 --context \(model)）")
        case .cacheTooLarge(let tokens, let bytes, let memory):
            Phrase(
                "the keys and values of \(tokens) tokens would take \(byteText(bytes).english), and this machine has \(byteText(memory).english): ask for fewer (--max-tokens, --beams)",
                "\(tokens) 個詞元的鍵與值要用 \(byteText(bytes).chinese)，這台機器只有 \(byteText(memory).chinese)：請減少詞元（--max-tokens、--beams）"
            )
        case .noChatTemplate(let model):
            Phrase("\(model) has no chat template: leave out --chat", "\(model) 沒有對話範本：請不要用 --chat")
        case .chatTemplate(let error):
            Phrase("the model's chat template: ", "模型的對話範本：") + Phrase(same: "\(error)")
        case .model(let error): Phrase(same: "\(error)")
        case .tokenizer(let error, let file): Phrase(same: "\(file): \(error)")
        case .encoder(let model):
            Phrase(
                "\(model) is an encoder: each of its tokens sees the whole text, so it cannot write on; fill its masks with stepglass fill, or choose another model (--model)",
                "\(model) 是編碼器：每個詞元都看得到整段文字，所以不能接著寫下去；請用 stepglass fill 填入遮罩，或選擇其他模型（--model）")
        case .decoder(let model):
            Phrase(
                "\(model) is a decoder: a token sees only what stands before it, so it fills no mask; let it write on with stepglass trace, or choose an encoder (--model tiny-bert)",
                "\(model) 是解碼器：每個詞元只看得到前面的內容，所以不能填遮罩；請用 stepglass trace 讓它接著寫，或選擇編碼器（--model tiny-bert）")
        case .noMask(let mask):
            Phrase(
                "the text has no mask: put \(mask) where a token is to be filled in, or score each token behind a mask of its own (--score-each)",
                "文字裡沒有遮罩：請在要填入詞元的地方寫 \(mask)，或輪流遮住每個詞元來評分（--score-each）")
        case .noMaskToken(let model):
            Phrase(
                "the vocabulary of \(model) has no mask token, so nothing can be hidden; choose another encoder (--model tiny-bert)",
                "\(model) 的詞彙表沒有遮罩詞元，無法遮住任何詞元；請選擇其他編碼器（--model tiny-bert）")
        case .noHead(let model):
            Phrase(
                "\(model) has no head over its vocabulary, so it scores no token; without --score-each it gives attention and hidden states",
                "\(model) 沒有詞彙輸出頭，無法為詞元評分；不加 --score-each 則給出注意力與隱藏狀態")
        case .noResidual(let model):
            Phrase(
                "\(model) is an encoder of BERT's kind: a norm stands on the residual stream itself behind every part, so its logits are no sum over what the layers add; record attention or hidden instead",
                "\(model) 是 BERT 類的編碼器：每一部分之後都有正規化作用在殘差流本身，所以 logit 不是各層所加之和；請改為記錄 attention 或 hidden")
        case .textTooLong(let tokens, let context):
            Phrase(
                "the text has \(tokens) tokens and the model reads at most \(context) at once: shorten it",
                "文字有 \(tokens) 個詞元，模型一次最多讀 \(context) 個：請縮短文字")
        case .badAblation(let text, let layers, let heads):
            Phrase(
                "\"\(text)\" is no head to ablate; write LAYER.HEAD with a layer in 0…\(layers - 1) and a head in 0…\(heads - 1)",
                "「\(text)」不是可以關掉的頭；請寫成 層.頭，層在 0…\(layers - 1)，頭在 0…\(heads - 1)")
        case .badLoss(let position, let context):
            Phrase(
                "there is no position \(position) to drop; positions are 0…\(context - 1), the prompt's first",
                "沒有第 \(position) 個位置可以遺失；位置為 0…\(context - 1)，從提示的第一個詞元數起")
        case .unknownToken(let id, let vocabulary):
            Phrase("there is no token \(id); ids are 0…\(vocabulary - 1)", "沒有詞元 \(id)；編號為 0…\(vocabulary - 1)")
        case .trace(let error): error.phrase
        case .replay(let problem): problem.phrase
        case .noSuchStep(let step, let steps):
            Phrase(
                "there is no step \(step); the run has steps 0…\(max(0, steps - 1))",
                "沒有第 \(step) 步；這次執行有第 0…\(max(0, steps - 1)) 步")
        }
    }
}
