// The look of all figures: colours from the shared map and palette, sizes in units of length.
internal import Traces

/// Colours and lengths of one picture. Lengths are given in units; ``px(_:)`` turns them into device pixels.
struct Theme {
    let scale: Double
    let isDark: Bool
    let map: ColorMap
    let palette: Palette

    init(_ style: FigureStyle) throws(FigureError) {
        guard FigureStyle.scaleRange.contains(style.scale) else { throw .scaleOutOfRange(style.scale) }
        scale = style.scale
        isDark = style.theme == .dark
        map = isDark ? .dark : .light
        palette = isDark ? .dark : .light
    }

    /// Whole device pixels, at least one.
    func px(_ units: Double) -> Int { max(wholePixels((units * scale).rounded()), 1) }
    /// Device pixels as they come, for text.
    func size(_ units: Double) -> Double { units * scale }

    /// Hairlines: thin, never invisible.
    var hairline: Int { max(wholePixels((scale * 0.6).rounded()), 1) }

    /// Bars of the distribution the model gave, and of the one that was drawn from; 3 : 1 against the paper at least.
    var rawBar: RGB { isDark ? RGB(0x70, 0x74, 0x82) : RGB(0x8D, 0x90, 0x9B) }
    /// The same distribution as a thin line, which needs more contrast than a bar.
    var rawLine: RGB { palette.muted }
    var finalBar: RGB { map.color(isDark ? 0.62 : 0.66) }
    /// Values that are no weights.
    var invalid: RGB { palette.accent }

    // Units of length.
    static let margin = 22.0
    static let titleSize = 15.0
    static let textSize = 11.5
    static let captionSize = 10.5
    static let tickSize = 10.0
    /// No text is smaller than this.
    static let smallestLabel = 8.5
    static let largestLabel = 12.0
}

/// The colours of a picture as indices of its canvas, and the colour map in as many steps as the palette has room for.
struct Inks {
    let paper: UInt8
    let ink: UInt8
    let muted: UInt8
    let line: UInt8
    /// The edge of what a query can see; stronger than a hairline, weaker than text.
    let edge: UInt8
    let accent: UInt8
    let invalid: UInt8
    /// The colour map from 0 to 1 in ``mapSteps`` equal steps.
    let map: [UInt8]

    /// 171 = 255 / 1.5 + 1: every second step is an entry of the map, and 85 colours stay for text and lines.
    static let mapSteps = 171

    /// `steps` colours of the map are made; none where a picture shows no weights.
    init(_ theme: Theme, on canvas: inout Canvas, steps: Int = mapSteps) {
        paper = canvas.color(theme.palette.paper)
        ink = canvas.color(theme.palette.ink)
        muted = canvas.color(theme.palette.muted)
        line = canvas.color(theme.palette.line)
        edge = canvas.color(mix(theme.palette.muted, over: theme.palette.paper, 0.55))
        accent = canvas.color(theme.palette.accent)
        invalid = canvas.color(theme.invalid)
        var colors: [UInt8] = []
        for step in 0..<steps {
            colors.append(canvas.color(theme.map.color(Double(step) / Double(max(steps - 1, 1)))))
        }
        map = colors
    }

    /// The colour of a weight in 0…1: it follows the square root, as on the page, so that small weights show.
    @inline(__always)
    func color(_ weight: Float) -> UInt8 {
        map[wholePixels((min(max(weight, 0), 1).squareRoot() * Float(map.count - 1)).rounded())]
    }
}
