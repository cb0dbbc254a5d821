// Two traces side by side: where they part, how far their distributions lie apart, which ranks changed.
internal import Phrases
internal import ArgumentParser
internal import Debugging
internal import Figures
internal import JSONText
internal import Traces
internal import Viewer

struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare two traces step by step.",
        discussion: """
            Examples:
              stepglass diff Output/a/trace.json Output/b/trace.json
              stepglass diff Output/a Output/b --json
              stepglass diff Output/a Output/b -o diff.png
              stepglass diff Output/a Output/b -o both.html
            KL(A ‖ B) is exact where both runs recorded their logits (--record logits --tensors); otherwise it \
            is the largest value that the listed candidates prove, marked ≥.
            """)

    @Argument(help: "The first trace.json, or the folder that holds it.")
    var a: String
    @Argument(help: "The second.")
    var b: String
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Print JSON.")
    var json = false
    @Option(
        name: [.short, .long],
        help: ArgumentHelp(
            "Also draw the divergence as a PNG, or make a page of both runs (file.html).", valueName: "file"))
    var output: String?
    @Flag(help: "Replace the file of -o.")
    var force = false

    mutating func run() throws {
        try reporting {
            var (first, second) = (try loadTrace(a), try loadTrace(b))
            try readLogits(beside: a, into: &first)
            try readLogits(beside: b, into: &second)
            if let output, isPage(output), (first.run == .fill) != (second.run == .fill) {
                // Their attention can be looked at side by side, if not their steps.
                return try writePage(first, to: output)
            }
            if (first.run == .fill) != (second.run == .fill) {
                throw Failure(
                    "one of the runs filled masks and the other did not: their steps answer other questions; compare two of a kind",
                    "其中一次填入遮罩，另一次沒有：兩者的步驟回答不同的問題；請比較同一種紀錄")
            }
            let found = difference(first, second)
            if let output { try write(found, first, second, to: output) }
            if json {
                printJSON(Self.json(found))
            } else {
                let table = DiffTable(
                    found, of: first.run, terminal: .out, columns: max(60, min(Terminal.out.columns, 120)))
                for line in table.lines() { printOut(line) }
            }
        }
    }

    private func isPage(_ path: String) -> Bool { path.hasSuffix(".html") }

    private func write(_ found: TraceDifference, _ a: Trace, _ b: Trace, to path: String) throws {
        if isPage(path) { try writePage(a, to: path) } else { try drawFigure(found, a, b, to: path) }
    }

    /// The page of A, with B inside.
    private func writePage(_ a: Trace, to path: String) throws {
        let page = try tracePage(
            traceJSON: try readFile(try traceFile(self.a)), title: String(a.prompt.text.prefix(80)), engine: .records,
            beside: try readFile(try traceFile(b)))
        try writeAtomically(page, to: path, existing: force ? .isReplaced : .stays)
        printError(Phrase("wrote \(onOneLine(path))", "已寫入 \(onOneLine(path))"))
    }

    private func drawFigure(_ found: TraceDifference, _ a: Trace, _ b: Trace, to path: String) throws {
        let count = max(a.steps.count, b.steps.count)
        let pairs = (0..<count).map { index in
            let step = found.steps.indices.contains(index) ? found.steps[index] : nil
            return StepPair(
                first: a.steps.indices.contains(index) ? a.steps[index].token : nil,
                second: b.steps.indices.contains(index) ? b.steps[index].token : nil,
                divergenceBits: step.flatMap { $0.sameContext ? $0.final?.bits : nil },
                isLowerBound: step?.final?.method == .lowerBound)
        }
        if pairs.isEmpty { throw Failure("neither trace has a step to draw", "兩份紀錄都沒有可以繪製的步驟") }
        let language = Console.language
        let names = (
            name(a, found.settings.map { "\($0.name) \($0.a[language])" }),
            name(b, found.settings.map { "\($0.name) \($0.b[language])" })
        )
        let figure = try diffFigure(
            names: names, steps: pairs, fork: found.samePrompt ? found.forkStep : 0,
            style: FigureStyle(language: Console.language))
        for warning in figure.warnings { printNote(warning) }
        try writeAtomically(figure.png, to: path, existing: force ? .isReplaced : .stays)
        printError(Phrase("wrote \(onOneLine(path))", "已寫入 \(onOneLine(path))"))
    }

    /// What sets a run apart from the other: its settings that differ, or its model.
    private func name(_ trace: Trace, _ settings: [String]) -> String {
        settings.isEmpty ? trace.model.name : settings.prefix(2).joined(separator: ", ")
    }

    /// `{"samePrompt","sameVocabulary","fork","sharedSteps","steps":{"a","b"},"settings","model","divergence":[…]}`.
    static func json(_ found: TraceDifference) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { json in
            json.member("samePrompt", found.samePrompt)
            json.member("sameVocabulary", found.sameVocabulary)
            json.member("fork", found.forkStep)
            json.member("sharedSteps", found.sharedSteps)
            json.object("stepCount") { json in
                json.member("a", found.stepsA)
                json.member("b", found.stepsB)
            }
            changes("settings", found.settings, &json)
            changes("model", found.model, &json)
            json.array("steps") { json in for step in found.steps { self.step(step, &json) } }
        }
        return writer.bytes
    }

    private static func changes(_ name: String, _ list: [SettingDifference], _ json: inout JSONWriter) {
        json.object(name) { json in
            for change in list {
                json.object(change.name) { json in
                    json.member("a", change.a.english)
                    json.member("b", change.b.english)
                }
            }
        }
    }

    private static func step(_ step: StepDifference, _ json: inout JSONWriter) {
        json.object { json in
            json.member("index", step.index)
            json.member("sameContext", step.sameContext)
            json.object("tokens") { json in
                json.member("a", step.tokenA.id)
                json.member("b", step.tokenB.id)
            }
            divergence("klRawBits", step.raw, &json)
            divergence("klFinalBits", step.final, &json)
            json.array("rankChanges") { json in
                for change in step.rankChanges {
                    json.object { json in
                        json.member("id", change.id)
                        json.member("bytes", change.bytes.map { hexadecimal($0) }.joined().lowercased())
                        json.member("rankA", change.rankA)
                        json.member("rankB", change.rankB)
                        json.member("rawProbabilityA", change.rawProbabilityA)
                        json.member("rawProbabilityB", change.rawProbabilityB)
                    }
                }
            }
        }
    }

    /// `{"bits": number or null when infinite, "infinite": bool, "method": "exact" or "lower bound"}`; a
    /// lower bound has `atMost` beside it, null where nothing is proven above.
    private static func divergence(_ name: String, _ value: Divergence?, _ json: inout JSONWriter) {
        json.key(name)
        guard let value else { return json.null() }
        json.object { json in
            json.member("bits", value.bits.isFinite ? value.bits : nil)
            json.member("infinite", !value.bits.isFinite)
            json.member("method", value.method == .exact ? "exact" : "lower bound")
            if value.method == .lowerBound { json.member("atMost", value.atMost) }
        }
    }
}
