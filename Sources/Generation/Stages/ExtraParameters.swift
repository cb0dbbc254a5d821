// The numbers of the further stages, as they stand in Settings.extra: names, defaults and ranges.
// Called by: Settings.validate, StageTable, the commands' options.

public import Traces

/// A number of a stage that is off unless asked for.
public struct ExtraParameter: Sendable {
    /// "stage.parameter", the key in ``Settings/extra``.
    public let name: String
    /// The value when it is not set; a stage whose first number has its default is off.
    public let standard: Double
    /// Completes "it must be …".
    public let range: String
    /// A value that works.
    public let example: Double
    let allowed: ClosedRange<Double>
    let isWhole: Bool

    init(
        _ name: String, _ standard: Double, _ allowed: ClosedRange<Double>, _ range: String, example: Double,
        isWhole: Bool = false
    ) {
        self.name = name
        self.standard = standard
        self.allowed = allowed
        self.range = range
        self.example = example
        self.isWhole = isWhole
    }

    func holds(_ value: Double) -> Bool { allowed.contains(value) && (!isWhole || value == value.rounded()) }

    /// All of them, stage by stage.
    public static let all: [ExtraParameter] = [
        .init("no-repeat-n-gram.size", 0, 0...1000, "0 (off) or a whole number up to 1000", example: 3, isWhole: true),
        .init("dry.multiplier", 0, 0...100, "0 (off) or in 0…100", example: 0.8),
        .init("dry.base", 1.75, 1...100, "in 1…100", example: 1.75),
        .init("dry.allowed-length", 2, 0...1000, "a whole number in 0…1000", example: 2, isWhole: true),
        .init(
            "dry.last-n", -1, -1...1e9, "-1 (the whole context) or a whole number from 0", example: -1, isWhole: true),
        .init("typical-p.p", 1, 0.001...1, "in 0.001…1 (1 is off)", example: 0.9),
        .init("epsilon.cutoff", 0, 0...0.999, "0 (off) or in 0…0.999", example: 0.0003),
        .init("eta.cutoff", 0, 0...0.999, "0 (off) or in 0…0.999", example: 0.0003),
        .init("top-n-sigma.n", 0, 0...100, "0 (off) or in 0…100", example: 1),
        .init("xtc.probability", 0, 0...1, "in 0…1 (0 is off)", example: 0.5),
        .init("xtc.threshold", 0.1, 0...0.5, "in 0…0.5", example: 0.1),
        .init("mirostat.tau", 0, 0...100, "0 (off) or in 0…100 bits", example: 5),
        .init("mirostat.eta", 0.1, 0...10, "in 0…10", example: 0.1),
    ]

    static func named(_ name: String) -> ExtraParameter? { all.first { $0.name == name } }
}

extension Settings {
    /// A further stage's number: as set, or its default.
    public func extraValue(_ name: String) -> Double { extra[name] ?? ExtraParameter.named(name)?.standard ?? 0 }

    func checkExtra() throws(SettingsError) {
        for (name, value) in extra.sorted(by: { $0.key < $1.key }) {
            guard let parameter = ExtraParameter.named(name) else {
                throw .unknownExtra(name: name, known: ExtraParameter.all.map(\.name))
            }
            if !parameter.holds(value) {
                throw .outOfRange(
                    option: name, value: "\(value)", range: parameter.range, suggestion: "\(parameter.example)")
            }
        }
        for (option, ids) in [("logit-bias", logitBias.keys.sorted()), ("banned-tokens", bannedTokens)] {
            if let id = ids.first(where: { $0 < 0 }) {
                throw .outOfRange(option: option, value: "token \(id)", range: "a token id from 0", suggestion: "0")
            }
        }
        for (id, bias) in logitBias.sorted(by: { $0.key < $1.key }) where !(-1000...1000).contains(bias) {
            throw .outOfRange(
                option: "the logit bias of token \(id)", value: "\(bias)", range: "in -1000…1000", suggestion: "5")
        }
    }

    /// Refuses ids that the vocabulary does not have.
    func checkTokens(vocabularySize: Int) throws(SettingsError) {
        func check(_ option: String, _ ids: [Int]) throws(SettingsError) {
            if let id = ids.first(where: { !(0..<vocabularySize).contains($0) }) {
                throw .tokenOutOfRange(option: option, id: id, vocabularySize: vocabularySize)
            }
        }
        try check("logit-bias", logitBias.keys.sorted())
        try check("banned-tokens", bannedTokens)
        try check("forced", forced.values.sorted())
    }
}
