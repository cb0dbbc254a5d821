// The options that name another engine, and how it is asked.
internal import ArgumentParser
internal import Engines
internal import Generation
internal import Phrases
internal import Traces

struct EngineOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run the model in a server that is there: llama.cpp's, vLLM, SGLang, Ollama or one of OpenAI's kind. --model "
                + "then names the same model's words (a GGUF file, or a folder with config.json and tokenizer.json); weights are not read. A key is "
                + "taken from \(EngineKey.variable) alone.", valueName: "url"))
    var engine: String?
    @Option(
        help: ArgumentHelp("Which of the engine's models is asked, as it calls it.", valueName: "name"))
    var engineModel: String?
    @Option(
        help: ArgumentHelp(
            "How many tokens the engine lists for each step, or all (default: as many as --candidates, and one more than --top-k).",
            valueName: "count"))
    var engineList: ListWish?
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Seconds to wait for the engine's answer.", valueName: "seconds"))
    var engineTimeout = EngineLimits().seconds

    func validate() throws {
        if !(1...86_400).contains(engineTimeout) {
            throw ValidationError(
                Phrase(
                    "--engine-timeout is \(engineTimeout); it must be in 1…86400 (try --engine-timeout 60)",
                    "--engine-timeout 是 \(engineTimeout)；必須在 1…86400（例如 --engine-timeout 60）"))
        }
        for (option, isGiven) in [("--engine-list", engineList != nil), ("--engine-model", engineModel != nil)]
        where isGiven && engine == nil {
            throw ValidationError(Phrase("\(option) needs --engine", "\(option) 需要 --engine"))
        }
    }

    /// How many tokens are to be listed.
    struct ListWish: ExpressibleByArgument {
        let count: ListCount
        /// What is said of a value that is none.
        static let taken = Phrase("it takes a number from 1 to 1000000, or all", "要寫 1 到 1000000 的整數，或 all")

        init?(argument: String) {
            if argument == "all" {
                count = .all
            } else {
                guard let number = Int(argument), (1...1_000_000).contains(number) else { return nil }
                count = .some(number)
            }
        }
    }

    /// The engine, asked what it can tell.
    func connect(_ address: String, _ model: LanguageModel, _ settings: Settings) throws -> Engine {
        let address = try EngineAddress(address)
        let key = try environment(EngineKey.variable).map { text throws(EngineError) in
            try EngineKey(text, for: address)
        }
        var limits = EngineLimits()
        limits.seconds = engineTimeout
        let connection = EngineConnection(
            address, key: key, limits: limits, isCancelled: { Interruption.isAsked ? 1 : 0 })
        let listed = engineList?.count ?? .some(max(settings.candidates, settings.topK + 1))
        return try Engine(connection, model: model, named: engineModel, count: listed)
    }
}

/// The words of the model that an engine runs.
func loadWords(_ options: ModelOptions) throws -> LanguageModel {
    let opened = try openModel(options.model, needsWeights: false)
    return try LanguageModel(wordsOf: opened.source, name: opened.name, compute: try options.compute())
}

/// A run through the engine that the options name, before its first step.
///
/// - Returns: the session, and what is to be told of the options.
func engineSession(
    _ address: String, _ engine: EngineOptions, _ modelOptions: ModelOptions, _ options: RunOptions, text: String
) throws -> (EngineSession, notes: [Phrase]) {
    var settings = try options.settings()
    let model = try loadWords(modelOptions)
    let named = try options.sampling.applyTexts(to: &settings, of: model)
    let reading = try model.read(text, settings: settings)
    if !reading.usesDate { settings.date = nil }
    let connected = try engine.connect(address, model, settings)
    let session = try EngineSession(
        connected, model, reading: reading, settings: settings, program: modelOptions.engine(model.compute))
    return (session, named + session.trace.notes.map { TraceNotes.phrase($0) })
}
