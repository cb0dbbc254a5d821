// What a figure is, and how it is asked for.
public import Phrases

/// A finished picture.
public struct Figure: Equatable, Sendable {
    /// A palette PNG of at most 256 colours.
    public let png: [UInt8]
    /// Size in pixels.
    public let width: Int
    /// Height in pixels.
    public let height: Int
    /// What the reader should know and the picture could not show: missing glyphs, values that are no weights.
    public let warnings: [Phrase]
}

/// How a figure looks. The content never depends on it.
public struct FigureStyle: Equatable, Sendable {
    /// The colours of the paper and of what is drawn on it.
    public enum Theme: String, Equatable, Sendable, CaseIterable {
        /// Dark ink on light paper, and light ink on dark paper.
        case light, dark
    }

    /// The colours of the whole figure.
    public var theme: Theme
    /// Device pixels per unit of length; 1 suits a plain screen, 2 a dense screen or a handout, 4 a poster.
    public var scale: Double
    /// The language of titles, axes and captions; tokens stay as they are.
    public var language: Language

    /// Scales outside this range are refused.
    public static let scaleRange = 0.5...8.0

    /// A style; `scale` is checked against ``scaleRange`` when a figure is drawn.
    public init(theme: Theme = .light, scale: Double = 2, language: Language = .english) {
        self.theme = theme
        self.scale = scale
        self.language = language
    }
}

/// Which attention weights a figure shows. Layers and heads count from 0.
public enum AttentionSelection: Equatable, Sendable {
    /// One head, large, with the tokens on both axes.
    case head(layer: Int, head: Int)
    /// All heads of one layer side by side.
    case layer(Int)
    /// Every head of every layer as a thumbnail.
    case grid
}

extension Canvas {
    /// The finished figure, with what its fonts could not draw among the warnings.
    func figure(fonts: FontBook, words: Wording, warnings: [Phrase] = []) throws(FigureError) -> Figure {
        var warnings = warnings
        if words.isReplaced { warnings.append(words.replaced) }
        if !fonts.missing.isEmpty { warnings.append(words.missing(fonts.missing)) }
        return Figure(png: try png(), width: width, height: height, warnings: warnings)
    }
}
