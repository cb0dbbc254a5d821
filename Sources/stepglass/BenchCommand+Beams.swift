// A beam search beside single decoding: what computing the beams together brings.
internal import Phrases
internal import Generation
internal import JSONText
internal import Traces

extension BenchCommand {
    /// Seconds of one round. A search of n beams chooses n tokens a level; the first level comes from the prompt's logits
    /// in both.
    struct BeamTimes {
        var prefill: Double
        /// From the prompt's logits to the last token, one sequence alone.
        var decode: Double
        /// The same for the search, the tree with all its nodes built.
        var search: Double
        var nodes: Int
        var cacheBytes: (one: Int64, search: Int64)
    }

    private static let beamRounds = 5

    /// Rounds of a single run and a search, in turn.
    func measureBeams(_ model: LanguageModel, _ prompt: Prompt, _ settings: Settings) throws -> [BeamTimes] {
        var one = settings
        (one.record, one.candidates) = ([], 1)
        var many = one
        many.beams = beams
        let clock = ContinuousClock()
        var times: [BeamTimes] = []
        for round in 0..<(Self.beamRounds + warmUp) {
            let single = try measure(model, prompt, one).trace
            let session = try Session(
                model, prompt: prompt, settings: many, engine: modelOptions.engine(model.compute), ignoresEnd: true)
            session.prefill()
            let progress = Progress(Phrase("searching", "搜尋"))
            let start = clock.now
            let run = try BeamRun(session)
            while !run.isFinished {
                try run.advance()
                progress.update(run.depth, of: tokens, unit: Phrase("levels", "步"))
            }
            let nodes = run.tree().nodes.count
            let time = (clock.now - start).components
            let search = Double(time.seconds) + Double(time.attoseconds) * 1e-18
            progress.finish()
            session.finish(peakMemoryBytes: 0)
            if round < warmUp { continue }
            let metrics = single.metrics
            times.append(
                BeamTimes(
                    prefill: metrics.prefillSeconds,
                    decode: (metrics.timePerOutputTokenSeconds ?? 0) * Double(tokens - 1), search: search, nodes: nodes,
                    cacheBytes: (metrics.keyValueCacheBytes, session.trace.metrics.keyValueCacheBytes)))
        }
        return times
    }

    /// Medians of the rounds, and the ratios of those medians.
    func reportBeams(_ rounds: [BeamTimes]) {
        func median(_ value: (BeamTimes) -> Double) -> Double { rounds.map(value).sorted()[rounds.count / 2] }
        let single = median { Double(tokens - 1) / $0.decode }
        let together = median { Double(beams * tokens) / $0.search }
        let throughput = together / single
        let separate = Double(beams) * median { $0.prefill + $0.decode } / median { $0.prefill + $0.search }
        let last = rounds[rounds.count - 1]
        if json {
            var writer = JSONWriter()
            writer.object { json in
                json.member("beams", beams)
                json.member("tokens", tokens)
                json.member("nodes", last.nodes)
                json.member("singleTokensPerSecond", single)
                json.member("beamTokensPerSecond", together)
                json.member("ratio", throughput)
                json.member("separateRunsRatio", separate)
                json.member("singleCacheBytes", last.cacheBytes.one)
                json.member("cacheBytes", last.cacheBytes.search)
            }
            return printJSON(writer.bytes)
        }
        let (one, many, times) = (fixed(single, 1), fixed(together, 1), fixed(throughput, 2))
        printOut(Phrase("single   \(one) tokens a second", "單一  每秒 \(one) 個詞元"))
        printOut(
            Phrase(
                "\(filled("\(beams) beams", 9))\(many) tokens a second: \(times) times; \(last.nodes) nodes",
                "集束寬度 \(beams)  每秒 \(many) 個詞元：\(times) 倍；\(last.nodes) 個節點"))
        let ratio = fixed(separate, 2)
        printOut(
            Phrase(
                "against \(beams) separate runs, prompt included: \(ratio) times as fast",
                "與 \(beams) 次分開的執行相比（含提示）：速度是 \(ratio) 倍"))
        let (cache, copies) = (byteText(last.cacheBytes.search), byteText(Int64(beams) * last.cacheBytes.one))
        printOut(
            Phrase(
                "cache    \(cache.english); \(beams) copies would be \(copies.english)",
                "快取  \(cache.chinese)；\(beams) 份副本要 \(copies.chinese)"))
    }
}
