// Why a run cannot begin or go on.
public import ChatTemplates
public import Tokenizers
public import Traces
public import Transformers

public enum GenerationError: Error, CustomStringConvertible {
    case settings(SettingsError)
    case choice(ChoiceError)
    case emptyPrompt
    case tokenBeyondEmbedding(id: Int, text: String, rows: Int)
    case promptTooLong(tokens: Int, context: Int)
    case contextTooLong(asked: Int, model: Int)
    case noChatTemplate(model: String)
    case chatTemplate(ChatTemplateError)
    case model(TransformerError)
    case tokenizer(TokenizerError, file: String)
    case badAblation(String, layers: Int, heads: Int)
    case unknownToken(id: Int, vocabulary: Int)
    case noSuchStep(step: Int, steps: Int)
    case trace(TraceError)
    case replay(String)

    public var description: String {
        switch self {
        case .settings(let error): "\(error)"
        case .choice(let error): "\(error)"
        case .emptyPrompt: "the prompt is empty: the model needs at least one token to continue"
        case .tokenBeyondEmbedding(let id, let text, let rows):
            "the prompt holds token \(id), \(text), but the model's embedding has \(rows) rows: leave the token out"
        case .promptTooLong(let tokens, let context):
            "the prompt has \(tokens) tokens and the context holds \(context): shorten the prompt, or leave room for at least one more token (--context)"
        case .contextTooLong(let asked, let model):
            "--context is \(asked); this model knows \(model) positions (try --context \(model))"
        case .noChatTemplate(let model): "\(model) has no chat template: leave out --chat"
        case .chatTemplate(let error): "the model's chat template: \(error)"
        case .model(let error): "\(error)"
        case .tokenizer(let error, let file): "\(file): \(error)"
        case .badAblation(let text, let layers, let heads):
            "\"\(text)\" is no head to ablate; write LAYER.HEAD with a layer in 0…\(layers - 1) and a head in 0…\(heads - 1)"
        case .unknownToken(let id, let vocabulary): "there is no token \(id); ids are 0…\(vocabulary - 1)"
        case .trace(let error): "\(error)"
        case .replay(let problem): problem
        case .noSuchStep(let step, let steps): "there is no step \(step); the run has steps 0…\(max(0, steps - 1))"
        }
    }
}
