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

    public var name: String { english.description }
    public var chineseName: String { chinese.description }

    public static func == (a: SiteKind, b: SiteKind) -> Bool {
        a.english.withUTF8Buffer { a in b.english.withUTF8Buffer { b in a.elementsEqual(b) } }
    }

    public func hash(into hasher: inout Hasher) {
        english.withUTF8Buffer { for byte in $0 { hasher.combine(byte) } }
    }

    public static let embedding = SiteKind("embedding", chinese: "嵌入")
    public static let attentionNorm = SiteKind("attentionNorm", chinese: "注意力前的正規化")
    public static let query = SiteKind("query", chinese: "查詢")
    public static let key = SiteKind("key", chinese: "鍵")
    public static let value = SiteKind("value", chinese: "值")
    public static let rotatedQuery = SiteKind("rotatedQuery", chinese: "旋轉後的查詢")
    public static let rotatedKey = SiteKind("rotatedKey", chinese: "旋轉後的鍵")
    public static let attention = SiteKind("attention", chinese: "注意力")
    public static let attentionMix = SiteKind("attentionMix", chinese: "各頭混合")
    public static let attentionOutput = SiteKind("attentionOutput", chinese: "注意力輸出")
    public static let afterAttention = SiteKind("afterAttention", chinese: "加上注意力之後")
    public static let mlpNorm = SiteKind("mlpNorm", chinese: "MLP 前的正規化")
    public static let gate = SiteKind("gate", chinese: "閘門")
    public static let up = SiteKind("up", chinese: "升維")
    public static let activation = SiteKind("activation", chinese: "啟動值")
    public static let mlpOutput = SiteKind("mlpOutput", chinese: "MLP 輸出")
    public static let hidden = SiteKind("hidden", chinese: "隱藏狀態")
    public static let finalNorm = SiteKind("finalNorm", chinese: "最後的正規化")
    public static let logits = SiteKind("logits", chinese: "logits")
}

/// A value of the forward pass: its kind, and the layer for those that every layer has.
public struct Site: Hashable, Sendable, CustomStringConvertible {
    public let kind: SiteKind
    /// 0-based; nil for what stands before or after the layers.
    public let layer: Int?

    public init(_ kind: SiteKind, _ layer: Int? = nil) {
        self.kind = kind
        self.layer = layer
    }

    public var description: String { layer.map { "layer \($0) \(kind.name)" } ?? kind.name }

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
    public struct Row: Sendable {
        public let kind: SiteKind
        /// Outermost first.
        public let shape: [SiteDimension]
        public let sources: [SiteSource]

        public init(_ kind: SiteKind, _ shape: [SiteDimension], from sources: [SiteSource]) {
            self.kind = kind
            self.shape = shape
            self.sources = sources
        }
    }

    /// What stands before the layers, what every layer has, what stands behind them.
    public let before, layer, after: [Row]

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
