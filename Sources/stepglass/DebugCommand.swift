// The debugger: steps through a live run or a saved trace, in a full screen, in plain lines, or by a script.
internal import Phrases
internal import ArgumentParser
internal import Debugging
internal import Engines
internal import JSONText
internal import Generation
internal import Requests
internal import Traces

struct DebugCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "debug", abstract: "Step through a run, both ways; stop where it matters; change one thing.",
        discussion: """
            Example:
              stepglass debug "The capital of France is" --max-tokens 20
              stepglass debug --trace Output/the-capital-of-france-is/trace.json
              stepglass debug --trace trace.json --script checks.txt
              stepglass debug --trace trace.json -e 'break entropy > 3' -e continue
              stepglass debug "Hi there" -e step -e 'why top(5)' -e 'sweep top(2)'
              stepglass debug "Hi there" --engine http://127.0.0.1:8080 --model smollm2
            Inside, help lists the commands and help questions what can be asked. In the full screen ? shows the keys. \
            A script has one command a line; it ends with 2 when an assert does not hold.
            """)

    @Argument(help: "The prompt, or - for standard input.")
    var prompt: String?
    @Option(
        name: .customLong("trace"),
        help: ArgumentHelp(
            "Open a saved trace (repeatable: each becomes a branch). The model is found when the run is to go on.",
            valueName: "trace.json"))
    var traces: [String] = []
    @Option(help: ArgumentHelp("Run the commands of a file, or - for standard input.", valueName: "file"))
    var script: String?
    @Option(
        name: [.customShort("e"), .customLong("execute")],
        help: ArgumentHelp("Run this command (repeatable).", valueName: "command"))
    var commands: [String] = []
    @Flag(help: "Plain lines even on a terminal.")
    var lines = false
    @OptionGroup var languageOptions: LanguageOptions
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var options: RunOptions
    @OptionGroup(title: "Another engine") var engineOptions: EngineOptions

    func validate() throws {
        if engineOptions.engine != nil && !traces.isEmpty {
            throw ValidationError(
                Phrase("--engine and --trace exclude each other; choose one", "--engine 與 --trace 不能並用；請擇一"))
        }
        if (prompt == nil && options.conversation.messages == nil) == traces.isEmpty {
            throw ValidationError(
                Phrase("give a prompt or --trace FILE (one of the two)", "請給提示或 --trace 檔案（兩者擇一）"))
        }
        if !traces.isEmpty, try options.asksForRun() {
            throw ValidationError(
                Phrase(
                    "a saved trace has settings of its own: set NAME VALUE changes them inside, for the steps to come",
                    "已儲存的紀錄有自己的設定：進去後用 set NAME VALUE 改變之後的步驟"))
        }
        if script != nil && !commands.isEmpty {
            throw ValidationError(
                Phrase("--script and -e exclude each other; choose one", "--script 與 -e 不能並用；請擇一"))
        }
        if script == "-" && prompt == "-" {
            throw ValidationError(
                Phrase("only one of prompt and --script can be -", "提示與 --script 只有一個可以是 -"))
        }
    }

    private var language: Language { Console.language }

    mutating func run() throws {
        try reportingTyped {
            let debugger = try makeDebugger()
            if !commands.isEmpty { try runScript(debugger, commands, name: "-e") }
            if let script {
                let bytes = try readFile(script, limit: ReadingBudget.script.bytes)
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw Failure(notText(Phrase(same: script)))
                }
                if markCost(text) > mostMarkCost { throw Failure(Phrase(same: script + ": ") + tooManyAccents) }
                try runScript(debugger, scriptLines(text), name: script == "-" ? say("standard input", "標準輸入") : script)
            }
            let onTerminal = Terminal.out.isTerminal && isTerminal(0)
            if onTerminal && !lines && environment("TERM") != "dumb" {
                try DebugScreenLoop(debugger, language: language).run()
            } else {
                var loop = DebugLineLoop(debugger, TextRenderer(language: language, width: Terminal.out.columns))
                try loop.run()
            }
        }
    }

    private func runScript(_ debugger: Debugger, _ lines: [String], name: String) throws {
        let width = Terminal.out.isTerminal ? Terminal.out.columns : 80
        var runner = DebugScriptRunner(debugger, TextRenderer(language: language, width: width))
        try runner.run(lines, name: name)
    }

    /// The debugger that the options ask for; an editor's adapter begins its runs here too.
    func makeDebugger(host: LiveHost = .terminal) throws -> Debugger {
        guard prompt != nil || options.conversation.messages != nil else {
            let runs = try traces.map { path in
                var trace = try loadTrace(path)
                // With the logits of the whole vocabulary `why` can say what would have kept a token.
                try readLogits(beside: path, into: &trace)
                for line in trace.engineOrigin?.lines ?? [] { printError(line) }
                return trace
            }
            let debugger = Debugger(runs)
            debugger.revive = { [modelOptions] (trace) throws(DebuggingError) in
                do {
                    let model = try loadModel(of: trace, modelOptions)
                    return try LiveMaker(continuing: trace, model, modelOptions.engine(model.compute), host: host)
                } catch { throw .maker(words(of: error)) }
            }
            debugger.revivedSettingNames = LiveMaker.settingNames
            return debugger
        }
        if let address = engineOptions.engine { return try makeDebugger(through: address) }
        var settings = try options.settings()
        let model = try loadModel(modelOptions)
        let (text, note) = try options.prompt(prompt)
        let named = try options.sampling.applyTexts(to: &settings, of: model)
        for note in [note].compactMap({ $0 }) + named { printNote(note) }
        let reading = try model.read(text, settings: settings)
        if !reading.usesDate { settings.date = nil }
        return Debugger(
            try LiveMaker(model, reading.prompt, settings, modelOptions.engine(model.compute), host: host))
    }
}

extension DebugCommand {
    /// A debugger whose steps come from another engine.
    private func makeDebugger(through address: String) throws -> Debugger {
        let (text, note) = try options.prompt(prompt)
        let (session, notes) = try engineSession(address, engineOptions, modelOptions, options, text: text)
        for line in session.trace.engineOrigin?.lines ?? [] { printError(line) }
        for note in [note].compactMap({ $0 }) + notes { printNote(note) }
        return Debugger(EngineMaker(session, peakMemoryBytes: peakMemoryBytes))
    }
}

/// The lines of a script; a line end may be any of the three.
private func scriptLines(_ text: String) -> [String] {
    text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(String.init)
}

extension LiveHost {
    /// This program: progress stands on a line of stderr.
    static var terminal: LiveHost {
        LiveHost(
            peakMemoryBytes: stepglass.peakMemoryBytes,
            progress: { work in
                let progress = Progress(work)
                return { progress.showTokens($0, of: $1) }
            })
    }
}
