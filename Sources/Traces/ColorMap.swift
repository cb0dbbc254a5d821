// The one colour map and the few named colours of all pictures: the PNG figures and the page take them from here.

internal import ElementaryFunctions

/// A colour as a screen takes it: 8 bits per channel, sRGB.
public struct RGB: Equatable, Sendable {
    /// Red, 0…255.
    public var red: UInt8
    /// Green, 0…255.
    public var green: UInt8
    /// Blue, 0…255.
    public var blue: UInt8

    /// A colour by its channels, each 0…255.
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// `#rrggbb`.
    public var hex: String {
        let digits = Array("0123456789abcdef")
        return "#" + [red, green, blue].map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
    }
}

/// A sequential map from 0…1 to colour: lightness in OKLab runs in a straight line from one end to the other, so equal
/// differences in value look equally far apart and stay so without colour vision; hue turns from the page's own
/// background over water blue to deep indigo (on dark ground the other way round) and only helps the eye along.
public struct ColorMap: Equatable, Sendable {
    /// 256 colours from 0 to 1.
    public let entries: [RGB]

    /// A point of the path: chroma and hue in OKLCh. Lightness is not given: it is linear.
    struct Waypoint {
        let chroma: Double
        let hueDegrees: Double
    }

    /// Samples the path: `lightness` from first to last entry; the waypoints stand at equal distances, and a
    /// Catmull-Rom spline through their (a, b) in OKLab joins them without kinks.
    init(lightness: (from: Double, to: Double), path: [Waypoint]) {
        let count = 256
        let points = path.map { point in
            let angle = point.hueDegrees * .pi / 180
            return (a: point.chroma * Double.cos(angle), b: point.chroma * Double.sin(angle))
        }
        entries = (0..<count).map { index in
            let t = Double(index) / Double(count - 1)
            let place = t * Double(points.count - 1)
            let left = min(Int(place), points.count - 2)
            let u = place - Double(left)
            func spline(_ value: (Int) -> Double) -> Double {
                let p1 = value(left), p2 = value(left + 1)
                // Beyond the ends the path goes straight on.
                let p0 = left > 0 ? value(left - 1) : 2 * p1 - p2
                let p3 = left + 2 < points.count ? value(left + 2) : 2 * p2 - p1
                let cubic = 3 * (p1 - p2) + p3 - p0
                return p1 + 0.5 * u * (p2 - p0 + u * (2 * p0 - 5 * p1 + 4 * p2 - p3 + u * cubic))
            }
            return oklabToRGB(
                lightness: lightness.from + t * (lightness.to - lightness.from),
                a: spline { points[$0].a }, b: spline { points[$0].b })
        }
    }

    /// The colour of `value`; what lies outside 0…1 takes the end's colour, NaN that of 0.
    public func color(_ value: Double) -> RGB {
        value > 0 ? entries[Int((min(value, 1) * 255).rounded())] : entries[0]
    }

    /// On light ground: 0 is the paper itself, 1 the deepest ink.
    public static let light = ColorMap(
        lightness: (from: 0.985, to: 0.27),
        path: [
            Waypoint(chroma: 0.006, hueDegrees: 95), Waypoint(chroma: 0.052, hueDegrees: 185),
            Waypoint(chroma: 0.096, hueDegrees: 215), Waypoint(chroma: 0.125, hueDegrees: 250),
            Waypoint(chroma: 0.115, hueDegrees: 283),
        ])

    /// On dark ground: 0 is nearly the ground, 1 the brightest.
    public static let dark = ColorMap(
        lightness: (from: 0.205, to: 0.965),
        path: [
            Waypoint(chroma: 0.012, hueDegrees: 270), Waypoint(chroma: 0.105, hueDegrees: 272),
            Waypoint(chroma: 0.12, hueDegrees: 240), Waypoint(chroma: 0.1, hueDegrees: 200),
            Waypoint(chroma: 0.045, hueDegrees: 110),
        ])
}

/// The named colours of a theme, the same on the page and in the figures.
public struct Palette: Equatable, Sendable {
    /// The ground everything stands on.
    public let paper: RGB
    /// Text; at least 12 : 1 against the paper.
    public let ink: RGB
    /// Secondary text; at least 4.5 : 1 against the paper (WCAG AA).
    public let muted: RGB
    /// Hairlines and frames.
    public let line: RGB
    /// The one colour that marks what was chosen and where the reader is: the red of a seal.
    public let accent: RGB

    /// For light ground; goes with ``ColorMap/light``.
    public static let light = Palette(
        paper: RGB(0xFB, 0xFA, 0xF7), ink: RGB(0x1F, 0x21, 0x2B), muted: RGB(0x62, 0x65, 0x70),
        line: RGB(0xDD, 0xDC, 0xD6), accent: RGB(0xB8, 0x32, 0x1F))
    /// For dark ground; goes with ``ColorMap/dark``.
    public static let dark = Palette(
        paper: RGB(0x15, 0x17, 0x1C), ink: RGB(0xE9, 0xE7, 0xE1), muted: RGB(0x9A, 0x9D, 0xA8),
        line: RGB(0x31, 0x34, 0x3D), accent: RGB(0xFF, 0x86, 0x6B))
}

/// OKLab (Ottosson 2020, "A perceptual color space for image processing") to 8-bit sRGB; what lies outside the gamut
/// is clipped by channel.
func oklabToRGB(lightness: Double, a: Double, b: Double) -> RGB {
    // Cone responses are the cubes of these linear mixes.
    let l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
    let m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
    let s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b)
    return RGB(
        encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
        encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
        encode(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s))
}

private func cube(_ x: Double) -> Double { x * x * x }

/// Linear light 0…1 to the sRGB byte (IEC 61966-2-1).
private func encode(_ linear: Double) -> UInt8 {
    let x = min(max(linear, 0), 1)
    return UInt8(((x <= 0.0031308 ? 12.92 * x : 1.055 * Double.pow(x, 1 / 2.4) - 0.055) * 255).rounded())
}
