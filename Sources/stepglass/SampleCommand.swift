// The blackboard: the stages on logits given by hand, as a table, JSON or a figure. No model is loaded.
internal import Phrases
internal import ArgumentParser
internal import Figures
internal import Generation
internal import JSONText
internal import Requests
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
                printJSON(Self.json(choice, notes: notes))
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
        // The labels say which tokens these are; there is nothing to note.
        _ = try sampling.applyTexts(to: &settings) { labelled($0, names) }
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
        try listItems(logits).enumerated().map { place, item in
            guard let value = Float(item), !value.isNaN else {
                throw ValidationError(
                    Phrase(
                        "logit \(place) is \"\(item)\"; it must be a number (try --logits \"4,3,2,1\")",
                        "第 \(place) 個 logit 是「\(item)」；必須是數字（例如 --logits \"4,3,2,1\"）"))
            }
            return value
        }
    }

    /// Ids from labels or numbers. A label that is a number goes before the id; one with blanks stands between commas.
    private func tokens(_ text: String?, _ option: String, _ names: [String], count: Int) throws -> [Int] {
        guard let text, !text.isEmpty else { return [] }
        // "Paris, Lyon" is a list with blanks; a label that has its own blank is still found by it.
        let bare = { (label: String) in label.split(separator: " ").joined(separator: " ") }
        let place = { (item: String) in
            names.firstIndex { $0.utf8.elementsEqual(item.utf8) } ?? names.firstIndex { bare($0) == bare(item) }
        }
        return try text.split(separator: ",", omittingEmptySubsequences: false).flatMap { part -> [Int] in
            if let label = place(String(part)) { return [label] }
            return try listItems(String(part)).map { item in
                if let label = place(item) { return label }
                guard let id = Int(item), (0..<count).contains(id) else {
                    let range = "0…\(count - 1)"
                    throw ValidationError(
                        Phrase(
                            "\(option) has \"\(item)\"; it takes ids in \(range)",
                            "\(option) 裡有「\(item)」；可用的是 \(range) 的編號")
                            + (names.isEmpty ? Phrase("", "") : Phrase(" or one of the labels", "，或其中一個標籤")))
                }
                return id
            }
        }
    }

    /// The token whose label a text is.
    private func labelled(_ text: String, _ names: [String]) -> TokenWish.Finding {
        let place = names.firstIndex { $0.utf8.elementsEqual(text.utf8) }
        return place.map { .token(id: $0, other: nil) } ?? .several([])
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
        printError(Phrase("wrote \(onOneLine(path))", "已寫入 \(onOneLine(path))"))
    }

    static func json(_ choice: StepChoice, notes: [String]) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(choice, notes: notes)
        return writer.bytes
    }
}
