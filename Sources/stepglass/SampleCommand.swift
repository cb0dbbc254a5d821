// The blackboard: the stages on logits given by hand, as a table, JSON or a figure. No model is loaded.
internal import Phrases
internal import ArgumentParser
internal import Figures
internal import Generation
internal import JSONText
internal import Stages
internal import Traces

struct SampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Run the stages on logits given by hand.",
        discussion: """
            Examples:
              stepglass sample --logits 4,3,2,1 --temperature 0.5 --top-p 0.9
              stepglass sample --logits -1,2,0.5 --history 1,1 --repetition-penalty 1.3
              stepglass sample --logits 4,3,2 --labels Paris,Lyon,Nice --top-p 0.9 --json
            """)

    @Option(parsing: .unconditional, help: ArgumentHelp("The raw logits, token 0 first.", valueName: "a,b,c"))
    var logits: String
    @Option(help: ArgumentHelp("What the tokens are called.", valueName: "a,b,c"))
    var labels: String?
    @Option(help: ArgumentHelp("Tokens generated so far, by id or label.", valueName: "a,b,c"))
    var history: String?
    @Option(help: ArgumentHelp("Tokens of the prompt, by id or label.", valueName: "a,b,c"))
    var promptHistory: String?
    @Option(parsing: .unconditional, help: "Draw with this number (0 ≤ u < 1) instead of the seed's first.")
    var uniform: Double?
    @Option(help: "How many tokens are listed.")
    var candidates = Settings().candidates
    @OptionGroup(title: "Sampling") var sampling: SamplingOptions
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Print JSON.")
    var json = false
    @Option(name: [.short, .long], help: ArgumentHelp("Also draw the table as a PNG.", valueName: "file.png"))
    var output: String?
    @Flag(help: "Replace the file of -o.")
    var force = false

    mutating func run() throws {
        let sample = try handSample()
        try reportingTyped {
            let (choice, notes) = try sample.choose()
            if let output { try drawFigure(choice, to: output) }
            if json {
                printOut(String(decoding: Self.json(choice, notes: notes), as: UTF8.self))
            } else {
                let table = SampleTable(choice, hasLabels: !sample.labels.isEmpty, terminal: .out)
                for line in table.lines(width: max(Terminal.out.columns, 60)) { printOut(line) }
                for note in notes { printNote(TraceNotes.phrase(note)) }
            }
        }
    }

    func handSample() throws -> HandSample {
        var settings = try sampling.settings()
        settings.candidates = candidates
        let values = try numbers()
        let names = labels.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) } ?? []
        let sample = HandSample(
            logits: values, labels: names,
            history: History(
                prompt: try tokens(promptHistory, "--prompt-history", names, count: values.count),
                output: try tokens(history, "--history", names, count: values.count)),
            settings: settings, uniform: uniform)
        do { try settings.validate() } catch { throw ValidationError(words(of: error)) }
        return sample
    }

    private func numbers() throws -> [Float] {
        let items = logits.split(separator: ",", omittingEmptySubsequences: false)
        return try items.enumerated().map { place, item in
            let text = item.filter { $0 != " " }
            guard let value = Float(text), !value.isNaN else {
                throw ValidationError(
                    Phrase(
                        "logit \(place) is \"\(item)\"; it must be a number (try --logits \"4,3,2,1\")",
                        "第 \(place) 個 logit 是「\(item)」；必須是數字（例如 --logits \"4,3,2,1\"）"))
            }
            return value
        }
    }

    /// Ids from labels or numbers. A label that is a number goes before the id.
    private func tokens(_ text: String?, _ option: String, _ names: [String], count: Int) throws -> [Int] {
        guard let text, !text.isEmpty else { return [] }
        return try text.split(separator: ",", omittingEmptySubsequences: false).map { item in
            if let place = names.firstIndex(where: { $0.utf8.elementsEqual(item.utf8) }) { return place }
            guard let id = Int(item.filter { $0 != " " }), (0..<count).contains(id) else {
                let range = "0…\(count - 1)"
                throw ValidationError(
                    Phrase(
                        "\(option) has \"\(item)\"; it takes ids in \(range)", "\(option) 裡有「\(item)」；可用的是 \(range) 的編號"
                    )
                        + (names.isEmpty ? Phrase("", "") : Phrase(" or one of the labels", "，或其中一個標籤")))
            }
            return id
        }
    }

    private func drawFigure(_ choice: StepChoice, to path: String) throws {
        var named = choice.candidates
        if labels == nil {
            for place in named.indices { named[place].text = say("token \(named[place].id)", "詞元 \(named[place].id)") }
        }
        guard let chosen = named.first(where: { $0.id == choice.id }) else { return }
        let token = Token(id: chosen.id, bytes: chosen.bytes, text: chosen.text, start: 0, end: 0, special: false)
        let step = Step(
            index: 0, position: 0, token: token, stages: choice.stages, candidates: named,
            tail: choice.tail, entropyBitsRaw: choice.entropyBitsRaw, entropyBitsFinal: choice.entropyBitsFinal,
            logSumExp: choice.logSumExp, draw: choice.draw, finish: nil,
            seconds: StepSeconds(forward: 0, choose: 0, record: 0))
        let count = choice.candidates.count + choice.tail.count
        let figure = try sampleFigure(
            step, title: say("\(count) logits given by hand", "手動給定的 \(count) 個 logit"),
            style: FigureStyle(language: Console.language))
        for warning in figure.warnings { printNote(warning) }
        try writeAtomically(figure.png, to: path, existing: force ? .isReplaced : .stays)
        printError(Phrase("wrote \(path)", "已寫入 \(path)"))
    }

    /// `{"stages","candidates","tail","entropyBits","logSumExp","draw","chosen","notes"}`, each as in a trace's step.
    static func json(_ choice: StepChoice, notes: [String]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.array("stages") { json in for stage in choice.stages { json.value(stage) } }
            json.array("candidates") { json in for candidate in choice.candidates { json.value(candidate) } }
            json.object("tail") { json in
                json.member("count", choice.tail.count)
                json.member("rawProbability", choice.tail.rawProbability)
                json.member("probability", choice.tail.probability)
            }
            json.object("entropyBits") { json in
                json.member("raw", choice.entropyBitsRaw)
                json.member("final", choice.entropyBitsFinal)
            }
            json.member("logSumExp", choice.logSumExp)
            json.key("draw")
            if let draw = choice.draw { json.value(draw) } else { json.null() }
            json.member("chosen", choice.id)
            json.array("notes") { json in for note in notes { json.value(note) } }
        }
        return writer.bytes
    }
}
