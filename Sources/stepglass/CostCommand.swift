// What a model costs: parameters, bytes and multiply-adds, computed from its shape; times from a machine's speed.
internal import ArgumentParser
internal import Figures
internal import Generation
internal import JSONText
internal import Kernels
internal import ModelFiles
internal import Phrases
internal import Traces
internal import Transformers

struct CostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cost", abstract: "Compute what a model costs: parameters, bytes, multiply-adds, and times.",
        discussion: """
            Example:
              stepglass cost Qwen2.5-7B-Instruct-1M --context 1000000
              stepglass cost --model smollm2 --measure --figure cost.png
              stepglass cost --config config.json --json
            Known by name: \(ModelShape.known.map(\.name).joined(separator: ", ")). \
            Times are the least that a machine allows: bytes over its reading speed, multiply-adds over its arithmetic.
            """)

    @Argument(help: ArgumentHelp("A well-known model, computed from its published sizes.", valueName: "name"))
    var known: String?
    @OptionGroup var modelOptions: ModelOptions
    @Option(help: ArgumentHelp("A config.json; the model need not be here, nor one that runs here.", valueName: "file"))
    var config: String?
    @Option(help: "The largest context of the table, in tokens (default: what the model was made for).")
    var context: Int?
    @Option(help: ArgumentHelp("What the machine reads from memory (default: measured).", valueName: "GB a second"))
    var bandwidth: Double?
    @Option(
        help: ArgumentHelp(
            "What the machine computes (default: measured).", valueName: "billion multiply-adds a second"))
    var arithmetic: Double?
    @Flag(help: "Measure the model, which has to be here, beside what is computed.")
    var measure = false
    @Option(help: ArgumentHelp("Draw the curves into this PNG; a file that is there stays.", valueName: "file"))
    var figure: String?
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Print JSON.")
    var json = false

    /// The most tokens that costs are computed for.
    private static let largestContext = 1_000_000

    func validate() throws {
        if [known, modelOptions.model, config].count(where: { $0 != nil }) > 1 {
            throw ValidationError(
                Phrase(
                    "a name, --model and --config each say which model; give one of them",
                    "名稱、--model 與 --config 都指定模型；請只給其中一個"))
        }
        if measure && (known != nil || config != nil) {
            throw ValidationError(
                Phrase(
                    "--measure runs a model; name one that is here with --model",
                    "--measure 要執行模型；請用 --model 指定一個已經在這裡的模型"))
        }
        if let context, !(1...Self.largestContext).contains(context) {
            throw ValidationError(
                Phrase(
                    "--context is \(context); it must be in 1…\(Self.largestContext) (try --context 8192)",
                    "--context 是 \(context)；必須在 1…\(Self.largestContext)（例如 --context 8192）"))
        }
        for (name, value) in [("bandwidth", bandwidth), ("arithmetic", arithmetic)] {
            if let value, !(value > 0 && value <= 1e9) {
                throw ValidationError(
                    Phrase(
                        "--\(name) is \(short(value)); it must be above 0 and at most 1e9 (try --\(name) 50)",
                        "--\(name) 是 \(short(value))；必須大於 0 且不超過 1e9（例如 --\(name) 50）"))
            }
        }
    }

    mutating func run() throws {
        try reportingTyped {
            let shape = try shape()
            let compute = try modelOptions.compute()
            let table = CostTable(
                shape, speed: speed(shape, compute), isMeasuredSpeed: bandwidth == nil || arithmetic == nil,
                contexts: contexts(shape))
            let points = measure ? try measured(table) : []
            if json { printJSON(table.json(points)) } else { for line in table.lines(points) { printOut(line) } }
            if let figure {
                let drawn = try costFigure(
                    table.curves(points), style: FigureStyle(language: Console.language))
                for warning in drawn.warnings { printError(Phrase("warning: ", "警告：") + warning) }
                try writeAtomically(drawn.png, to: figure, existing: .stays)
                if !json { printOut(figure) }
            }
        }
    }

    /// What the model takes in truth, at some contexts of the table.
    private func measured(_ table: CostTable) throws -> [MeasuredContext] {
        if table.shape.traits.isEncoder {
            throw Failure(
                "\(table.shape.name) reads both ways and generates nothing: there are no steps to measure",
                "\(table.shape.name) 是雙向的，不生成文字：沒有步驟可量測")
        }
        let model = try loadModel(modelOptions)
        return try ContextMeasure(model, engine: modelOptions.engine(model.compute), limit: table.contexts.last ?? 0)
            .run()
    }

    private func shape() throws -> ModelShape {
        if let known {
            if let shape = ModelShape.named(known) { return shape }
            let names = ModelShape.known.map(\.name).joined(separator: ", ")
            throw Failure(
                "no sizes are known of \(quoted(known)); known are \(names); give others with --config or --model",
                "不知道 \(quoted(known)) 的大小；已知的有 \(names)；其他的請用 --config 或 --model")
        }
        if let config {
            let name = pathParts(config).dropLast().last ?? config
            return try ModelShape(try ModelConfiguration(try MappedFile(path: config)), name: name)
        }
        let opened = try openModel(modelOptions.model, needsWeights: false)
        switch opened.source {
        case .gguf(let file): return try ModelShape(file, name: opened.name)
        case .folder(let folder): return try ModelShape(folder, name: opened.name)
        }
    }

    /// Doubling contexts from 512 up to the largest, which stands last.
    private func contexts(_ shape: ModelShape) -> [Int] {
        let last = context ?? min(shape.contextLength, Self.largestContext)
        var contexts: [Int] = []
        var next = 512
        while next < last {
            contexts.append(next)
            next *= last > 65_536 ? 4 : 2
        }
        return contexts + [last]
    }

    /// What is given of the machine, the rest measured in about a second.
    private func speed(_ shape: ModelShape, _ compute: Compute) -> MachineSpeed {
        let format = shape.bitsPerWeight < 12 ? TensorType.q4_0 : TensorType.f16
        return MachineSpeed(
            bytes: bandwidth.map { $0 * 1e9 } ?? compute.readingSpeed(byteCount: 100_000_000),
            multiplyAdds: arithmetic.map { $0 * 1e9 } ?? compute.productPeak(format: Int32(format.number)))
    }
}
