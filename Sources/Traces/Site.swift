// The named places of a forward pass where a value can be recorded, with their shapes and where each comes from.
// Called by: the forward passes (to record), the debugger (to explain), a test that recomputes every site.

/// A value of the forward pass: its kind, and the layer for those that every layer has.
public struct Site: Hashable, Sendable, CustomStringConvertible {
    public let kind: SiteKind
    /// 0-based; nil for what stands before or after the layers.
    public let layer: Int?

    init(_ kind: SiteKind, _ layer: Int? = nil) {
        self.kind = kind
        self.layer = layer
    }

    public var description: String { layer.map { "layer \($0) \(kind.rawValue)" } ?? kind.rawValue }

    public static let embedding = Site(.embedding)
    public static func attentionNorm(_ layer: Int) -> Site { Site(.attentionNorm, layer) }
    public static func query(_ layer: Int) -> Site { Site(.query, layer) }
    public static func key(_ layer: Int) -> Site { Site(.key, layer) }
    public static func value(_ layer: Int) -> Site { Site(.value, layer) }
    public static func rotatedQuery(_ layer: Int) -> Site { Site(.rotatedQuery, layer) }
    public static func rotatedKey(_ layer: Int) -> Site { Site(.rotatedKey, layer) }
    public static func attention(_ layer: Int) -> Site { Site(.attention, layer) }
    public static func attentionMix(_ layer: Int) -> Site { Site(.attentionMix, layer) }
    public static func attentionOutput(_ layer: Int) -> Site { Site(.attentionOutput, layer) }
    public static func afterAttention(_ layer: Int) -> Site { Site(.afterAttention, layer) }
    public static func mlpNorm(_ layer: Int) -> Site { Site(.mlpNorm, layer) }
    public static func gate(_ layer: Int) -> Site { Site(.gate, layer) }
    public static func up(_ layer: Int) -> Site { Site(.up, layer) }
    public static func activation(_ layer: Int) -> Site { Site(.activation, layer) }
    public static func mlpOutput(_ layer: Int) -> Site { Site(.mlpOutput, layer) }
    public static func hidden(_ layer: Int) -> Site { Site(.hidden, layer) }
    public static let finalNorm = Site(.finalNorm)
    public static let logits = Site(.logits)
}

/// The kinds of sites, in the order a forward pass meets them.
public enum SiteKind: String, Hashable, Sendable, CaseIterable {
    case embedding
    case attentionNorm, query, key, value, rotatedQuery, rotatedKey, attention, attentionMix, attentionOutput
    case afterAttention, mlpNorm, gate, up, activation, mlpOutput, hidden
    case finalNorm, logits
}

/// The sizes that shapes are made of.
public enum SiteDimension: String, Sendable {
    case position, hiddenSize, queryWidth, keyValueWidth, heads, keyPosition, mlpWidth, vocabulary
}

extension SiteKind {
    /// The shape, outermost first: queryWidth is heads · head size, keyValueWidth is key/value heads · head size.
    public var shape: [SiteDimension] {
        switch self {
        case .embedding, .attentionNorm, .attentionOutput, .afterAttention, .mlpNorm, .mlpOutput, .hidden, .finalNorm:
            [.position, .hiddenSize]
        case .query, .rotatedQuery, .attentionMix: [.position, .queryWidth]
        case .key, .value, .rotatedKey: [.position, .keyValueWidth]
        case .attention: [.heads, .position, .keyPosition]
        case .gate, .up, .activation: [.position, .mlpWidth]
        case .logits: [.position, .vocabulary]
        }
    }
}

/// What a site is computed from.
public enum SiteSource: Equatable, Sendable {
    /// The token ids (and, with learned positions, the positions).
    case tokens
    /// A site of the same layer, or one outside the layers.
    case site(SiteKind)
    /// What entered the layer: the hidden state of the layer before, the embedding for the first.
    case layerInput
    /// The hidden state after the last layer.
    case lastHidden
}

/// Which sites an architecture has, and what each is computed from (weights aside).
public struct SiteTable: Sendable {
    public let sources: [SiteKind: [SiteSource]]

    /// RMSNorm, rotary positions, gated MLP: llama and its relatives.
    public static let llama = SiteTable(
        sources: common.merging([
            .rotatedQuery: [.site(.query)], .rotatedKey: [.site(.key)],
            .attention: [.site(.rotatedQuery), .site(.rotatedKey)],
            .gate: [.site(.mlpNorm)], .activation: [.site(.gate), .site(.up)],
        ]) { $1 })

    /// LayerNorm, learned positions, plain MLP: GPT-2.
    public static let gpt2 = SiteTable(
        sources: common.merging([
            .attention: [.site(.query), .site(.key)], .activation: [.site(.up)],
        ]) { $1 })

    private static let common: [SiteKind: [SiteSource]] = [
        .embedding: [.tokens], .attentionNorm: [.layerInput],
        .query: [.site(.attentionNorm)], .key: [.site(.attentionNorm)], .value: [.site(.attentionNorm)],
        .attentionMix: [.site(.attention), .site(.value)], .attentionOutput: [.site(.attentionMix)],
        .afterAttention: [.layerInput, .site(.attentionOutput)], .mlpNorm: [.site(.afterAttention)],
        .up: [.site(.mlpNorm)], .mlpOutput: [.site(.activation)],
        .hidden: [.site(.afterAttention), .site(.mlpOutput)],
        .finalNorm: [.lastHidden], .logits: [.site(.finalNorm)],
    ]
}
