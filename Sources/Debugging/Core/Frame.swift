// The places inside a step, and the values seen there. What an editor's debug adapter would call frames and variables.
public import Phrases

/// A stretch of the way from the context to the next token.
public enum FrameKind: Equatable, Hashable, Sendable {
    /// Prompt text to ids (the first step) or the last token going in (later steps).
    case tokenize
    /// Ids to vectors.
    case embed
    /// From 0, as in `attention` and `mlp`.
    case layer(Int)
    case attention(layer: Int)
    /// A query head, from 0.
    case head(layer: Int, head: Int)
    case mlp(layer: Int)
    /// The last layer's output to one logit per vocabulary entry.
    case logits
    /// Index into the step's stages, from 1 (0 is "raw", shown at `logits`), and its name.
    case stage(index: Int, name: String)
    /// The choice of a token among those in play.
    case draw
    /// Whether the text ends after this token.
    case stopCheck

    /// The place's name as it is shown; layers and heads from 0.
    public var title: Phrase {
        switch self {
        case .tokenize: Phrase("tokenize", "詞元切分")
        case .embed: Phrase("embed", "嵌入")
        case .layer(let layer): Phrase("layer \(layer)", "第 \(layer) 層")
        case .attention(let layer): Phrase("attention of layer \(layer)", "第 \(layer) 層的注意力")
        case .head(let layer, let head): Phrase("head \(layer).\(head)", "頭 \(layer).\(head)")
        case .mlp(let layer): Phrase("MLP of layer \(layer)", "第 \(layer) 層的 MLP")
        case .logits: Phrase(same: "logits")
        case .stage(_, let name): Phrase(same: name)
        case .draw: Phrase("draw", "抽選")
        case .stopCheck: Phrase("stop check", "停止檢查")
        }
    }
}

/// A value in a frame.
public struct Variable: Equatable, Sendable {
    /// Whether the value goes in, comes out, or is a setting of the place.
    public enum Direction: Equatable, Sendable { case input, output, parameter }

    /// What the value is, as data.
    public enum Value: Equatable, Sendable {
        case number(Double, Unit)
        /// The sizes of a tensor, outermost first.
        case shape([Int])
        case text([UInt8])
        case words(Phrase)
        /// Tokens with a number each (probability, logit, attention), best first.
        case tokens([TokenValue], Unit)
    }

    /// A token with its number.
    public struct TokenValue: Equatable, Sendable {
        /// The token's place in the context, nil for candidates.
        public var position: Int?
        /// The token's bytes.
        public var bytes: [UInt8]
        /// In the list's unit.
        public var value: Double

        /// A token of the list.
        public init(position: Int?, bytes: [UInt8], value: Double) {
            self.position = position
            self.bytes = bytes
            self.value = value
        }
    }

    /// Which way it goes.
    public var direction: Direction
    /// As it is shown.
    public var name: Phrase
    /// The value itself.
    public var value: Value

    /// A value under a name.
    public init(_ direction: Direction, _ name: Phrase, _ value: Value) {
        self.direction = direction
        self.name = name
        self.value = value
    }
}

/// One place inside a step with what goes in and out there.
public struct Frame: Equatable, Sendable {
    /// From the outermost place to this one: `[layer 3, attention, head 1]`.
    public var path: [FrameKind]
    /// Inputs and parameters before outputs, then what the model itself adds.
    public var variables: [Variable]
    /// The places one level further in.
    public var children: [FrameKind]

    /// The place itself, the last of ``path``.
    public var kind: FrameKind { path[path.count - 1] }
}
