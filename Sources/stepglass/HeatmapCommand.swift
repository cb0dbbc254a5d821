// Pictures of a saved run: attention, a step's candidates, uncertainty over the steps, the beam tree, as PNG.
internal import Phrases
internal import ArgumentParser
internal import Figures
internal import Traces

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

struct HeatmapCommand: ParsableCommand {
    enum Chart: String, ExpressibleByArgument, CaseIterable {
        case attention, candidates, entropy, beams
    }
    enum Theme: String, ExpressibleByArgument, CaseIterable {
        case light, dark
    }

    static let configuration = CommandConfiguration(
        commandName: "heatmap", abstract: "Draw a saved run as a PNG: attention, candidates, entropy or beams.",
        discussion: """
            Example:
              stepglass heatmap Output/the-capital-of-france-is
              stepglass heatmap trace.json --layer 5 --head 2 --step 3 -o head.png
              stepglass heatmap trace.json --chart candidates --step 0 --lang zh-TW
              stepglass heatmap Output/a Output/b -o both.png
            Without --layer all heads of all layers are drawn, without --head all heads of the layer. Layers, \
            heads and steps count from 0; of a record that fills, a step is a mask. Two records are drawn side by \
            side: the head that is named, or the mean of all. STEPGLASS_FONT may name a font file to use before those of the system.
            """)

    @Argument(help: "A trace.json, or the folder that holds it.")
    var trace: String
    @Argument(help: "A second record, whose attention is drawn beside the first's.")
    var second: String?
    @Option(help: "The layer.")
    var layer: Int?
    @Option(help: "The head of that layer.")
    var head: Int?
    @Option(help: "The step: its context only, and its row marked.")
    var step: Int?
    @Option(help: "What to draw: attention, candidates, entropy or beams.")
    var chart = Chart.attention
    @Option(help: "light or dark.")
    var theme = Theme.light
    @Option(help: "Pixels per unit of length, 0.5…8.")
    var scale = 2.0
    @OptionGroup var language: LanguageOptions
    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp(
            "The file to write, or - for standard output (default: a name that says what it shows, beside the trace).",
            valueName: "file"))
    var output: String?
    @Flag(help: "Replace the file of -o.")
    var force = false

    func validate() throws {
        guard FigureStyle.scaleRange.contains(scale) else {
            throw ValidationError(
                Phrase(
                    "--scale is \(scale); it must be in 0.5…8 (try --scale 2)",
                    "--scale 是 \(scale)；必須在 0.5…8（例如 --scale 2）"))
        }
        if second != nil && (chart != .attention || step != nil) {
            throw ValidationError(
                Phrase(
                    "two records are drawn with their attention; leave out --chart and --step",
                    "兩份紀錄並排畫的是注意力；請省略 --chart 與 --step"))
        }
        if head != nil && layer == nil && second == nil {
            throw ValidationError(
                Phrase("--head needs the layer it is in; add --layer N", "--head 需要知道它在哪一層；請加上 --layer N"))
        }
        if chart != .attention && layer != nil {
            throw ValidationError(
                Phrase(
                    "--layer and --head choose attention; leave them out, or use --chart attention",
                    "--layer 與 --head 選擇的是注意力；請省略，或用 --chart attention"))
        }
        if chart == .candidates && step == nil {
            throw ValidationError(
                Phrase(
                    "--chart candidates shows one step; add --step N (0 is the first)",
                    "--chart candidates 只畫一步；請加上 --step N（第一步是 0）"))
        }
        if (chart == .entropy || chart == .beams) && step != nil {
            throw ValidationError(
                Phrase(
                    "--chart \(chart.rawValue) shows all steps; leave out --step",
                    "--chart \(chart.rawValue) 畫出所有步驟；請省略 --step"))
        }
    }

    mutating func run() throws {
        try reporting {
            let figure = try draw(try loadTrace(trace))
            for warning in figure.warnings { printError(Phrase("warning: ", "警告：") + warning) }
            if output == "-" {
                guard !Terminal.out.isTerminal else {
                    throw Failure(
                        "standard output is a terminal; send it to a file, or name one with -o",
                        "標準輸出是終端機；請導向檔案，或用 -o 指定")
                }
                guard writeAll(STDOUT_FILENO, figure.png) else {
                    throw Failure("cannot write to standard output", "無法寫入標準輸出")
                }
                return
            }
            if let output {
                try writeAtomically(figure.png, to: output, existing: force ? .isReplaced : .stays)
                printOut(output)
            } else {
                printOut(try writeBeside(figure.png, to: path))
            }
        }
    }

    private func draw(_ trace: Trace) throws -> Figure {
        let style = FigureStyle(
            theme: theme == .dark ? .dark : .light, scale: scale, language: Console.language)
        if let second {
            return try attentionPairFigure(trace, try loadTrace(second), layer: layer, head: head, style: style)
        }
        switch chart {
        case .attention:
            let selection: AttentionSelection =
                layer.map { layer in head.map { .head(layer: layer, head: $0) } ?? .layer(layer) } ?? .grid
            return try attentionFigure(trace, selection: selection, step: step, style: style)
        case .candidates: return try candidatesFigure(trace, step: step ?? 0, style: style)
        case .entropy: return try entropyFigure(trace, style: style)
        case .beams: return try beamFigure(trace, style: style)
        }
    }

    /// The file to write when none is named: `attention-layer5-head2-step3.png` beside the trace. Where another picture has
    /// that name, the next free one is taken.
    var path: String {
        var name = second == nil ? chart.rawValue : "attention-pair"
        if let layer { name += "-layer\(layer)" }
        if let head { name += "-head\(head)" }
        if let step { name += "-step\(step)" }
        if isFolder(trace) { return (trace.hasSuffix("/") ? trace : trace + "/") + name + ".png" }
        let folder = lastSlash(trace).map { String(trace[...$0]) } ?? ""
        return folder + name + ".png"
    }
}
