// Measures prefill and decoding of a model, with and without recording.
internal import Phrases
internal import ArgumentParser
internal import Generation
internal import JSONText
internal import Kernels
internal import ModelFiles
internal import Traces
internal import Transformers

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure prefill and decoding speed; always runs all tokens asked for.",
        discussion: """
            Example:
              stepglass bench --model smollm2 --tokens 128
              stepglass bench --prompt-file book.txt --record none --json
              stepglass bench --model smollm2 --beams 16
              stepglass bench --model smollm2 --prompt-tokens 512 --profile
            """)

    @OptionGroup var modelOptions: ModelOptions
    @Option(help: ArgumentHelp("A text file for the prompt (default: a built-in text).", valueName: "file"))
    var promptFile: String?
    @Option(help: "Read this many tokens of the prompt, repeating it as needed (default: all of it).")
    var promptTokens: Int?
    @Option(help: "Tokens to generate.")
    var tokens = 64
    @Option(help: "What is recorded: none, or all (attention of every head, 50 candidates a step).")
    var record = "all"
    @Option(
        help: ArgumentHelp(
            "Measure a search with this many beams beside single decoding, in turn, nothing recorded but the tree.",
            valueName: "n"))
    var beams = 1
    @Option(help: "Whole runs before the one that is measured.")
    var warmUp = 1
    @Flag(
        help: "Measure no model but the product of large matrices of each format with one token, beside plain reading.")
    var matrices = false
    @Flag(
        help:
            "Say how much of the time each part of the passes takes (the first thread's; its waiting counts as a part)."
    )
    var profile = false
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        let least = beams > 1 ? 2 : 1
        try check("tokens", tokens, least...1_000_000, 64)
        if record != "none" && record != "all" {
            throw ValidationError(
                Phrase("--record is \(record); it must be none or all", "--record 是 \(record)；必須是 none 或 all"))
        }
        try check("warm-up", warmUp, 0...1000, 1)
        try check("beams", beams, 1...64, 16)
        if let promptTokens { try check("prompt-tokens", promptTokens, 1...1_000_000, 512) }
    }

    private func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>, _ example: Int) throws {
        if range.contains(value) { return }
        throw ValidationError(
            Phrase(
                "--\(name) is \(value); it must be in \(range.lowerBound)…\(range.upperBound) (try --\(name) \(example))",
                "--\(name) 是 \(value)；必須在 \(range.lowerBound)…\(range.upperBound)（例如 --\(name) \(example)）"))
    }

    /// Refuses what the context cannot hold: a run that ends early would be measured as if it had not.
    private func checkRoom(_ model: LanguageModel, _ prompt: Prompt) throws {
        let room = model.configuration.contextLength - prompt.tokens.count
        if tokens > room {
            throw Failure(
                "\(prompt.tokens.count) prompt tokens and --tokens \(tokens) do not fit into the "
                    + "\(model.configuration.contextLength) positions of \(model.info.name)",
                "提示的 \(prompt.tokens.count) 個詞元與 --tokens \(tokens) 放不進 \(model.info.name) 的 "
                    + "\(model.configuration.contextLength) 個位置", code: 64)
        }
    }

    mutating func run() throws {
        if matrices { return try reportingTyped { reportMatrices(try modelOptions.compute()) } }
        try reportingTyped {
            let model = try loadModel(modelOptions)
            if model.isEncoder { throw GenerationError.encoder(model: model.knownInfo.name) }
            var settings = Settings()
            settings.temperature = 0
            settings.maxTokens = tokens
            settings.record = record == "all" ? [.attention] : []
            settings.candidates = record == "all" ? 50 : 1
            var prompt = try model.prompt(try promptText(), settings: settings)
            if let promptTokens {
                let once = prompt.tokens
                prompt.tokens = (0..<promptTokens).map { once[$0 % once.count] }
                prompt.pieces = []
            }
            try checkRoom(model, prompt)
            if beams > 1 { return reportBeams(try measureBeams(model, prompt, settings)) }
            // The first run touches the memory that the second one measures with, as other benchmarks' warm-ups do.
            for _ in 0..<warmUp { _ = try measure(model, prompt, settings) }
            if profile { model.compute.profile = Profile() }
            let measured = try measure(model, prompt, settings)
            model.compute.profile = nil
            report(measured, Bounds(measured, model.compute))
        }
    }

    private func reportMatrices(_ compute: Compute) {
        let types: [TensorType] = [
            .f32, .f16, .q8_0, .q4_0, .q4_1, .q5_0, .q2K, .q3K, .q4K, .q5K, .q6K, .iq2XXS, .iq2XS, .iq4NL, .iq4XS,
            .mxfp4,
            .nvfp4, .tq2_0,
        ]
        let columns = 1536
        let speeds = compute.matrixSpeeds(
            types.map { ($0.name, Int32($0.number), columns, $0.byteCount(elements: columns)!) })
        if json {
            var writer = JSONWriter()
            writer.array { json in
                for speed in speeds {
                    json.object { json in
                        json.member("format", speed.format)
                        json.member("bytes", speed.byteCount)
                        json.member("bytesPerSecond", speed.bytesPerSecond)
                        json.member("readBytesPerSecond", speed.readBytesPerSecond)
                        json.member("ratio", speed.bytesPerSecond / speed.readBytesPerSecond)
                        json.member("fetch", FetchHint.current.rawValue)
                        for hint in FetchHint.allCases {
                            json.member("bytesPerSecond.\(hint.rawValue)", speed.bytesPerSecondByHint[hint]!)
                        }
                    }
                }
            }
            return printJSON(writer.bytes)
        }
        let (kernels, threads, hint) = (compute.kernels.name, compute.pool.threadCount, FetchHint.current.rawValue)
        printOut(
            Phrase(
                "\(kernels), \(threads) threads, fetching ahead: \(hint); GB a second, then the product's with each hint",
                "\(kernels)，\(threads) 個執行緒，預先讀取：\(hint)；每秒 GB，其後是各種預先讀取方式的乘積"))
        printOut(
            filled(say("format", "格式"), 7) + padded(say("product", "乘積"), 8) + padded(say("read", "讀取"), 8)
                + padded(say("ratio", "比值"), 8) + FetchHint.allCases.map { padded($0.rawValue, 8) }.joined())
        for speed in speeds {
            printOut(
                filled(speed.format, 7) + padded(fixed(speed.bytesPerSecond / 1e9, 1), 8)
                    + padded(fixed(speed.readBytesPerSecond / 1e9, 1), 8)
                    + padded(fixed(speed.bytesPerSecond / speed.readBytesPerSecond, 2), 8)
                    + FetchHint.allCases.map { padded(fixed(speed.bytesPerSecondByHint[$0]! / 1e9, 1), 8) }.joined())
        }
    }

    /// One run from prompt to last token.
    func measure(_ model: LanguageModel, _ prompt: Prompt, _ settings: Settings) throws -> Measured {
        let compute = model.compute
        let begin = compute.work
        let session = try Session(
            model, prompt: prompt, settings: settings, engine: modelOptions.engine(model.compute), ignoresEnd: true)
        let progress = Progress(Phrase("measuring", "量測"))
        session.prefill { done, total in
            progress.update(done, of: total, unit: Phrase("prompt tokens", "提示的詞元"))
            return true
        }
        let read = compute.work
        let prefillSites = compute.profile?.secondsBySite() ?? []
        compute.profile?.restart()
        while let (step, _) = try session.step() {
            progress.update(step.index + 1, of: tokens, unit: Phrase("tokens", "詞元"))
        }
        let decodeSites = compute.profile?.secondsBySite() ?? []
        progress.finish()
        session.finish(peakMemoryBytes: peakMemoryBytes())
        return Measured(
            trace: session.trace, prefill: read.since(begin), decode: compute.work.since(read),
            prefillSites: prefillSites, decodeSites: decodeSites)
    }

    private func promptText() throws -> String {
        guard let promptFile else { return Self.builtInText }
        let bytes = try readFile(promptFile, limit: ReadingBudget.text.bytes)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(notText(Phrase(same: promptFile)))
        }
        return text
    }

    /// The decode rate leaves the first token out: its time is the prefill's.
    private func report(_ measured: Measured, _ bounds: Bounds) {
        let trace = measured.trace
        let metrics = trace.metrics
        let decode = metrics.timePerOutputTokenSeconds.map { 1 / $0 } ?? 0
        if json {
            var writer = JSONWriter()
            writer.object { json in
                json.member("model", trace.model.name)
                json.member("kernels", trace.engine.kernels)
                json.member("threads", trace.engine.threads)
                json.member("record", record)
                json.member("promptTokens", trace.prompt.tokens.count)
                json.member("tokens", trace.steps.count)
                json.member("promptTokensPerSecond", metrics.promptTokensPerSecond)
                json.member("tokensPerSecond", decode)
                json.member("loadSeconds", metrics.loadSeconds)
                json.member("timeToFirstTokenSeconds", metrics.timeToFirstTokenSeconds)
                json.member("recordBytes", metrics.recordBytes)
                json.member("peakMemoryBytes", metrics.peakMemoryBytes)
                bounds.write(to: &json)
                if profile { measured.writeSites(to: &json) }
            }
            printJSON(writer.bytes)
            return
        }
        let (name, kernels, threads) = (trace.model.name, trace.engine.kernels, trace.engine.threads)
        printOut(
            Phrase(
                "\(name), \(kernels), \(threads) threads, record \(record)",
                "\(name)，\(kernels)，\(threads) 個執行緒，記錄 \(record)"))
        let (prompt, prefill) = (trace.prompt.tokens.count, fixed(metrics.promptTokensPerSecond, 1))
        printOut(
            Phrase("prefill  \(prompt) tokens at \(prefill) tokens a second", "預填  \(prompt) 個詞元，每秒 \(prefill) 個"))
        let (steps, rate) = (trace.steps.count, fixed(decode, 1))
        printOut(Phrase("decode   \(steps) tokens at \(rate) tokens a second", "解碼  \(steps) 個詞元，每秒 \(rate) 個"))
        let (load, recorded, peak) = (
            fixed(metrics.loadSeconds, 3), byteText(metrics.recordBytes), byteText(metrics.peakMemoryBytes)
        )
        printOut(
            Phrase(
                "load     \(load) s; recorded \(recorded.english); peak \(peak.english)",
                "載入  \(load) 秒；記錄 \(recorded.chinese)；記憶體峰值 \(peak.chinese)"))
        for line in bounds.lines { printOut(line) }
        if profile { for line in measured.siteLines { printOut(line) } }
    }

    private static let builtInText = """
        A river begins as rain. High on a hill the water gathers in the grass, runs together in a thread, and finds the
        lowest way down. Other threads join it; by noon it is a stream that turns a wheel, by evening a river that carries
        boats. Towns grow where it can be crossed. People measure it, name it, build walls against it and gardens beside
        it, and every spring it reminds them that it was there first.
        """
}
