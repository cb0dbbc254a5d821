// The options of the further stages, those that are off unless asked for. Called by: SamplingOptions.
// Numbers are parsed unconditionally, so that a negative one needs no "=".
internal import Phrases
internal import ArgumentParser
internal import Generation
internal import Traces

struct StageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Add to tokens' logits: a list of id=bias.", valueName: "id=b,…"))
    var logitBias: String?
    @Option(help: ArgumentHelp("Never choose these tokens.", valueName: "ids"))
    var banTokens: String?
    @Option(parsing: .unconditional, help: "Never complete a run of this many tokens a second time; 0 is off.")
    var noRepeatNGram: Double?
    @Option(
        parsing: .unconditional,
        help: "Keep the tokens whose surprise is nearest to the entropy, up to this mass; 1 is off.")
    var typicalP: Double?
    @Option(parsing: .unconditional, help: "Remove tokens less probable than this; 0 is off.")
    var epsilonCutoff: Double?
    @Option(parsing: .unconditional, help: "As epsilon, but lower where the entropy is high; 0 is off.")
    var etaCutoff: Double?
    @Option(parsing: .unconditional, help: "Keep logits within this many standard deviations of the largest; 0 is off.")
    var topNSigma: Double?
    @Option(parsing: .unconditional, help: "How often to exclude the top choices; 0 is off.")
    var xtcProbability: Double?
    @Option(parsing: .unconditional, help: "What counts as a top choice there (default 0.1).")
    var xtcThreshold: Double?
    @Option(parsing: .unconditional, help: "Strength of the penalty on continuing a repetition; 0 is off.")
    var dryMultiplier: Double?
    @Option(parsing: .unconditional, help: "How fast it grows with the repetition's length (default 1.75).")
    var dryBase: Double?
    @Option(parsing: .unconditional, help: "The length of a repetition that goes unpunished (default 2).")
    var dryAllowedLength: Double?
    @Option(parsing: .unconditional, help: "How many of the last tokens are looked at; -1 is all (default).")
    var dryLastN: Double?
    @Option(
        name: .customLong("dry-breaker"),
        help: ArgumentHelp(
            "A text that ends a repetition (repeatable), such as a colon or line end.", valueName: "text"))
    var dryBreakers: [String] = []
    @Option(parsing: .unconditional, help: "The surprise in bits that mirostat steers to; 0 is off.")
    var mirostatTau: Double?
    @Option(parsing: .unconditional, help: "How fast it steers (default 0.1).")
    var mirostatEta: Double?

    func apply(to settings: inout Settings) throws {
        let values: [(String, Double?)] = [
            ("no-repeat-n-gram.size", noRepeatNGram), ("typical-p.p", typicalP), ("epsilon.cutoff", epsilonCutoff),
            ("eta.cutoff", etaCutoff), ("top-n-sigma.n", topNSigma), ("xtc.probability", xtcProbability),
            ("xtc.threshold", xtcThreshold), ("dry.multiplier", dryMultiplier), ("dry.base", dryBase),
            ("dry.allowed-length", dryAllowedLength), ("dry.last-n", dryLastN), ("mirostat.tau", mirostatTau),
            ("mirostat.eta", mirostatEta),
        ]
        if !dryBreakers.isEmpty { settings.dryBreakers = dryBreakers }
        for (name, value) in values { if let value { settings.extra[name] = value } }
        if logitBias != nil { settings.logitBias = [:] }
        for item in try list(logitBias, "--logit-bias") {
            let parts = item.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let id = Int(parts[0]), let bias = Double(parts[1]) else {
                throw ValidationError("--logit-bias has \"\(item)\"; it takes id=bias (try --logit-bias 42=-5)")
            }
            settings.logitBias[id] = bias
        }
        guard banTokens != nil else { return }
        settings.bannedTokens = try list(banTokens, "--ban-tokens").map { item in
            guard let id = Int(item) else {
                throw ValidationError("--ban-tokens has \"\(item)\"; it takes token ids (try --ban-tokens 42,7)")
            }
            return id
        }
    }

    private func list(_ text: String?, _ option: String) throws -> [String] {
        guard let text else { return [] }
        let items = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if items.contains("") { throw ValidationError("\(option) has an empty place; separate with single commas") }
        return items
    }
}
