// What a client's configuration may say of a run: one row for each member. The adapter reads by these rows, and the
// extension's package.json is written from them.
internal import JSONText
internal import Phrases

/// A member of a `launch` or `attach` request.
struct LaunchAttribute: Sendable {
    /// What stands there, as JSON Schema says it.
    enum Kind: Sendable { case text, count, flag, options, conversation, paths, language }

    let name: String
    let kind: Kind
    let isForLaunch: Bool
    let isForAttach: Bool
    let meaning: Phrase

    private init(_ name: String, _ kind: Kind, launch: Bool = true, attach: Bool = false, _ meaning: Phrase) {
        (self.name, self.kind, isForLaunch, isForAttach, self.meaning) = (name, kind, launch, attach, meaning)
    }

    static let model = LaunchAttribute(
        "model", .text, attach: true,
        Phrase(
            "The model: a name from `stepglass models`, a GGUF file, or a Hugging Face folder.",
            "模型：`stepglass models` 列出的名稱、GGUF 檔案，或 Hugging Face 資料夾。"))
    static let prompt = LaunchAttribute("prompt", .text, Phrase("The text that the run begins with.", "執行開頭的文字。"))
    static let messages = LaunchAttribute(
        "messages", .conversation,
        Phrase(
            "A whole conversation in place of a prompt: a list of messages, or the file that holds it.",
            "整個對話，代替提示：訊息的清單，或存放它的檔案。"))
    static let settings = LaunchAttribute(
        "settings", .options,
        Phrase(
            "Options of `stepglass trace` by their long names: {\"temperature\": 0.7, \"top-k\": 40, \"chat\": true}.",
            "`stepglass trace` 的選項，寫長名稱：{\"temperature\": 0.7, \"top-k\": 40, \"chat\": true}。"))
    static let seed = LaunchAttribute("seed", .text, Phrase("The seed of the draws.", "抽選的種子。"))
    static let maxTokens = LaunchAttribute(
        "maxTokens", .count, Phrase("The most tokens to generate.", "最多產生幾個詞元。"))
    static let trace = LaunchAttribute(
        "trace", .paths, attach: true,
        Phrase(
            "A trace.json, or the folder that holds it; of several, each becomes a branch.",
            "trace.json 或存放它的資料夾；給多個時，每個成為一個分支。"))
    static let stopOnEntry = LaunchAttribute(
        "stopOnEntry", .flag, attach: true,
        Phrase("Stop at the prompt, before the first step (the default).", "停在提示，還沒走第一步（預設）。"))
    static let lang = LaunchAttribute(
        "lang", .language, attach: true, Phrase("The language of names and answers.", "名稱與回答的語言。"))

    /// All of them, in the order of a configuration.
    static let all = [model, prompt, messages, settings, seed, maxTokens, trace, stopOnEntry, lang]
}

extension LaunchAttribute {
    /// What JSON Schema says of it.
    func write(to json: inout JSONWriter, _ language: Language) {
        json.object { json in
            switch kind {
            case .text: json.member("type", "string")
            case .count: json.member("type", "integer")
            case .flag: json.member("type", "boolean")
            case .options: json.member("type", "object")
            case .conversation: json.array("type") { json in for type in ["array", "string"] { json.value(type) } }
            case .paths:
                json.array("type") { json in for type in ["string", "array"] { json.value(type) } }
                json.object("items") { json in json.member("type", "string") }
            case .language:
                json.member("type", "string")
                json.array("enum") { json in for language in Language.allCases { json.value(language.rawValue) } }
            }
            if kind == .count { json.member("minimum", 1) }
            json.member("description", meaning[language])
            if kind == .flag { json.member("default", true) }
        }
    }
}
