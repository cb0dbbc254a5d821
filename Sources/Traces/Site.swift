// The named places of a forward pass where a value can be recorded, with their shapes and where each comes from.
// What most architectures share is named here; an architecture adds places of its own where it makes its table.

/// A kind of place in a forward pass, by its name. Plain memory: making, copying and comparing one allocates nothing.
public struct SiteKind: Hashable, Sendable {
    private let english: StaticString
    private let chinese: StaticString

    /// - Parameters:
    ///   - name: what the kind is called and known by: two kinds of one name are the same.
    ///   - chinese: the name beside the values on a Chinese screen.
    public init(_ name: StaticString, chinese: StaticString) {
        english = name
        self.chinese = chinese
    }

    /// What the kind is called and known by, the same in every language and file.
    public var name: String { english.description }
    /// The name beside the values on a Chinese screen.
    public var chineseName: String { chinese.description }

    public static func == (a: SiteKind, b: SiteKind) -> Bool {
        a.english.withUTF8Buffer { a in b.english.withUTF8Buffer { b in a.elementsEqual(b) } }
    }

    public func hash(into hasher: inout Hasher) {
        english.withUTF8Buffer { for byte in $0 { hasher.combine(byte) } }
    }

    /// (position, hiddenSize): what enters the first layer; with learned positions these are added.
    public static let embedding = SiteKind("embedding", chinese: "嵌入")
    /// (position, hiddenSize): what entered the layer, normalised.
    public static let attentionNorm = SiteKind("attentionNorm", chinese: "注意力前的正規化")
    /// (position, heads · headSize), before any rotation.
    public static let query = SiteKind("query", chinese: "查詢")
    /// (position, keyValueHeads · headSize), before any rotation.
    public static let key = SiteKind("key", chinese: "鍵")
    /// (position, keyValueHeads · headSize).
    public static let value = SiteKind("value", chinese: "值")
    /// (position, heads · headSize): the query, normalised.
    public static let normedQuery = SiteKind("normedQuery", chinese: "正規化後的查詢")
    /// (position, keyValueHeads · headSize): the key, normalised.
    public static let normedKey = SiteKind("normedKey", chinese: "正規化後的鍵")
    /// (position, heads · headSize), turned by its position (RoPE, Su et al. 2021) where the layer has such positions.
    public static let rotatedQuery = SiteKind("rotatedQuery", chinese: "旋轉後的查詢")
    /// (position, keyValueHeads · headSize), turned by its position; what the cache holds.
    public static let rotatedKey = SiteKind("rotatedKey", chinese: "旋轉後的鍵")
    /// (head, query, key): the softmax output; rows sum to 1. Goes to ``Recorder/recordAttention(_:)``.
    public static let attention = SiteKind("attention", chinese: "注意力")
    /// (position, heads · headSize): each head's values, weighted by its attention.
    public static let attentionMix = SiteKind("attentionMix", chinese: "各頭混合")
    /// (position, hiddenSize): the mix times the output matrix.
    public static let attentionOutput = SiteKind("attentionOutput", chinese: "注意力輸出")
    /// (position, hiddenSize): the attention output, normalised before it is added.
    public static let attentionPostNorm = SiteKind("attentionPostNorm", chinese: "注意力後的正規化")
    /// (position, hiddenSize): what entered the layer plus the attention output.
    public static let afterAttention = SiteKind("afterAttention", chinese: "加上注意力之後")
    /// (position, hiddenSize): the sum after attention, normalised.
    public static let mlpNorm = SiteKind("mlpNorm", chinese: "MLP 前的正規化")
    /// (position, MLP width): before the activation function; only in gated MLPs.
    public static let gate = SiteKind("gate", chinese: "閘門")
    /// (position, MLP width): the widening product, before the activation function or the gate.
    public static let up = SiteKind("up", chinese: "升維")
    /// (position, MLP width): after the activation function and, where there is one, the gate.
    public static let activation = SiteKind("activation", chinese: "活化值")
    /// (position, hiddenSize): the activation times the narrowing matrix.
    public static let mlpOutput = SiteKind("mlpOutput", chinese: "MLP 輸出")
    /// (position, hiddenSize): the MLP's output, normalised before it is added.
    public static let mlpPostNorm = SiteKind("mlpPostNorm", chinese: "MLP 後的正規化")
    /// (position, hiddenSize): what the layer hands on.
    public static let hidden = SiteKind("hidden", chinese: "隱藏狀態")
    /// (position, hiddenSize): the last layer's hidden state, normalised.
    public static let finalNorm = SiteKind("finalNorm", chinese: "最後的正規化")
    /// (position, vocabulary): before every stage.
    public static let logits = SiteKind("logits", chinese: "logits")
}

/// A value of the forward pass: its kind, and the layer for those that every layer has.
public struct Site: Hashable, Sendable, CustomStringConvertible {
    /// Which place of the pass it is.
    public let kind: SiteKind
    /// 0-based; nil for what stands before or after the layers.
    public let layer: Int?

    /// A kind, in `layer` (0-based) when every layer has it; whether a model has it is its ``SiteTable``'s to say.
    public init(_ kind: SiteKind, _ layer: Int? = nil) {
        self.kind = kind
        self.layer = layer
    }

    public var description: String { layer.map { "layer \($0) \(kind.name)" } ?? kind.name }

    /// The one ``SiteKind/embedding`` of a pass.
    public static let embedding = Site(.embedding)
    /// ``SiteKind/attentionNorm`` of a layer, 0-based.
    public static func attentionNorm(_ layer: Int) -> Site { Site(.attentionNorm, layer) }
    /// ``SiteKind/query`` of a layer, 0-based.
    public static func query(_ layer: Int) -> Site { Site(.query, layer) }
    /// ``SiteKind/key`` of a layer, 0-based.
    public static func key(_ layer: Int) -> Site { Site(.key, layer) }
    /// ``SiteKind/value`` of a layer, 0-based.
    public static func value(_ layer: Int) -> Site { Site(.value, layer) }
    /// ``SiteKind/normedQuery`` of a layer, 0-based.
    public static func normedQuery(_ layer: Int) -> Site { Site(.normedQuery, layer) }
    /// ``SiteKind/normedKey`` of a layer, 0-based.
    public static func normedKey(_ layer: Int) -> Site { Site(.normedKey, layer) }
    /// ``SiteKind/rotatedQuery`` of a layer, 0-based.
    public static func rotatedQuery(_ layer: Int) -> Site { Site(.rotatedQuery, layer) }
    /// ``SiteKind/rotatedKey`` of a layer, 0-based.
    public static func rotatedKey(_ layer: Int) -> Site { Site(.rotatedKey, layer) }
    /// ``SiteKind/attention`` of a layer, 0-based.
    public static func attention(_ layer: Int) -> Site { Site(.attention, layer) }
    /// ``SiteKind/attentionMix`` of a layer, 0-based.
    public static func attentionMix(_ layer: Int) -> Site { Site(.attentionMix, layer) }
    /// ``SiteKind/attentionOutput`` of a layer, 0-based.
    public static func attentionOutput(_ layer: Int) -> Site { Site(.attentionOutput, layer) }
    /// ``SiteKind/attentionPostNorm`` of a layer, 0-based.
    public static func attentionPostNorm(_ layer: Int) -> Site { Site(.attentionPostNorm, layer) }
    /// ``SiteKind/afterAttention`` of a layer, 0-based.
    public static func afterAttention(_ layer: Int) -> Site { Site(.afterAttention, layer) }
    /// ``SiteKind/mlpNorm`` of a layer, 0-based.
    public static func mlpNorm(_ layer: Int) -> Site { Site(.mlpNorm, layer) }
    /// ``SiteKind/gate`` of a layer, 0-based.
    public static func gate(_ layer: Int) -> Site { Site(.gate, layer) }
    /// ``SiteKind/up`` of a layer, 0-based.
    public static func up(_ layer: Int) -> Site { Site(.up, layer) }
    /// ``SiteKind/activation`` of a layer, 0-based.
    public static func activation(_ layer: Int) -> Site { Site(.activation, layer) }
    /// ``SiteKind/mlpOutput`` of a layer, 0-based.
    public static func mlpOutput(_ layer: Int) -> Site { Site(.mlpOutput, layer) }
    /// ``SiteKind/mlpPostNorm`` of a layer, 0-based.
    public static func mlpPostNorm(_ layer: Int) -> Site { Site(.mlpPostNorm, layer) }
    /// ``SiteKind/hidden`` of a layer, 0-based.
    public static func hidden(_ layer: Int) -> Site { Site(.hidden, layer) }
    /// The one ``SiteKind/finalNorm`` of a pass.
    public static let finalNorm = Site(.finalNorm)
    /// The one ``SiteKind/logits`` of a pass.
    public static let logits = Site(.logits)
}

/// The sizes that shapes are made of.
public enum SiteDimension: Sendable {
    /// Tokens of the pass as queries, and as keys.
    case position, keyPosition
    /// queryWidth is heads · head size, keyValueWidth is key/value heads · head size.
    case hiddenSize, queryWidth, keyValueWidth, heads, vocabulary
    /// A size that only this architecture has (an MLP's width), by its name.
    case own(StaticString, Int)
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

/// Which sites a model has, in the order a pass meets them, and what each is computed from (weights aside).
public struct SiteTable: Sendable {
    /// A kind of site with its shape and what it is computed from.
    public struct Row: Sendable {
        /// Which site; each stands once in a table.
        public let kind: SiteKind
        /// Outermost first.
        public let shape: [SiteDimension]
        /// What it is computed from, weights aside.
        public let sources: [SiteSource]

        /// A site of `shape`, outermost first, computed from `sources`.
        public init(_ kind: SiteKind, _ shape: [SiteDimension], from sources: [SiteSource]) {
            self.kind = kind
            self.shape = shape
            self.sources = sources
        }
    }

    /// What stands before the layers, what every layer has, what stands behind them.
    public let before, layer, after: [Row]

    /// The sites of a pass: once before the layers, in every layer, once behind them, in the order they are met.
    public init(before: [Row], layer: [Row], after: [Row]) {
        self.before = before
        self.layer = layer
        self.after = after
    }

    /// What the table says of a kind; nil when the model has no such site.
    public subscript(kind: SiteKind) -> Row? { (before + layer + after).first { $0.kind == kind } }

    /// Every site of a pass that ends in logits, in its order.
    public func order(layers: Int) -> [Site] {
        before.map { Site($0.kind) } + (0..<layers).flatMap { number in layer.map { Site($0.kind, number) } }
            + after.map { Site($0.kind) }
    }
}
