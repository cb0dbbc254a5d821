// What a figure is, how it is asked for, and how it fails. Called by: the command's `heatmap` and `trace`, tests.

/// A finished picture.
public struct Figure: Equatable, Sendable {
    /// A palette PNG of at most 256 colours.
    public let png: [UInt8]
    /// Size in pixels.
    public let width: Int
    public let height: Int
    /// What the reader should know and the picture could not show: missing glyphs, values that are no weights.
    public let warnings: [String]
}

/// How a figure looks. The content never depends on it.
public struct FigureStyle: Equatable, Sendable {
    public enum Theme: String, Equatable, Sendable, CaseIterable {
        case light, dark
    }

    public enum Language: String, Equatable, Sendable, CaseIterable {
        case english = "en"
        case traditionalChinese = "zh-TW"
    }

    public var theme: Theme
    /// Device pixels per unit of length; 1 suits a plain screen, 2 a dense screen or a handout, 4 a poster.
    public var scale: Double
    public var language: Language

    /// Scales outside this range are refused.
    public static let scaleRange = 0.5...8.0

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

/// Why there is no picture. Every message says what, where, and what to do next.
public enum FigureError: Error, Equatable, CustomStringConvertible {
    case noAttention
    case noSteps
    case noLogits
    case noBeam
    case layerOutOfRange(layer: Int, layers: Int)
    case headOutOfRange(head: Int, heads: Int)
    case stepOutOfRange(step: Int, steps: Int)
    case stepNotRecorded(step: Int, positions: Int)
    case scaleOutOfRange(Double)
    case tooLarge(width: Int, height: Int)
    case fontLibrary(function: String, code: Int)
    case fontFile(path: String, code: Int)
    case fontHasNoOutlines(path: String)
    case noFont
    case png(String)

    public var description: String {
        switch self {
        case .noAttention:
            "the trace holds no attention weights to draw; record them with --record attention"
        case .noSteps:
            "the trace has no generated tokens to chart; trace with --max-tokens 1 or more"
        case .noLogits:
            "there are no candidates to chart"
        case .noBeam:
            "the trace holds no beam search to draw; trace with --beams 2 or more"
        case .layerOutOfRange(let layer, let layers):
            "layer \(layer) does not exist; the model has layers 0 to \(layers - 1)"
        case .headOutOfRange(let head, let heads):
            "head \(head) does not exist; a layer has heads 0 to \(heads - 1)"
        case .stepOutOfRange(let step, let steps):
            "step \(step) does not exist; the trace has "
                + (steps == 0 ? "no steps" : steps == 1 ? "step 0 only" : "steps 0 to \(steps - 1)")
        case .stepNotRecorded(let step, let positions):
            "the attention of step \(step) was not recorded: the record ends after \(positions) positions"
        case .scaleOutOfRange(let scale):
            "scale is \(scale); it must be in 0.5…8 (try --scale 2)"
        case .tooLarge(let width, let height):
            "the picture would be \(width) × \(height) pixels; try a smaller --scale, or one layer or head"
        case .fontLibrary(let function, let code):
            "FreeType failed: \(function) returned error \(code); check the installed libfreetype"
        case .fontFile(let path, let code):
            "\(path): not a font that FreeType can read (error \(code)); name an outline font in STEPGLASS_FONT"
        case .fontHasNoOutlines(let path):
            "\(path): a font of pictures without outlines; name an outline font in STEPGLASS_FONT"
        case .noFont:
            "no usable font found; install one (Debian: apt install fonts-dejavu-core fonts-wqy-microhei), "
                + "or name a font file in STEPGLASS_FONT"
        case .png(let message):
            "the PNG could not be written: \(message)"
        }
    }
}

extension Canvas {
    /// The finished figure, with what its fonts could not draw among the warnings.
    func figure(fonts: FontBook, words: Wording, warnings: [String] = []) throws(FigureError) -> Figure {
        var warnings = warnings
        if words.isReplaced { warnings.append(words.replaced) }
        if !fonts.missing.isEmpty { warnings.append(words.missing(fonts.missing)) }
        return Figure(png: try png(), width: width, height: height, warnings: warnings)
    }
}
