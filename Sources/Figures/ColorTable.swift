// The palette of one picture: at most 256 colours, asked for as they are needed.
internal import Traces

/// Colours by index. Mixes of two colours (the soft edges of letters and lines) are made in a few steps, so that text
/// in three inks on one paper takes some forty entries and the rest stays free for the colour map.
struct ColorTable {
    private(set) var colors: [RGB] = []
    private var indices: [UInt32: UInt8] = [:]
    /// The mix of each (ink, ground) pair at 0…mixSteps.
    private var ramps: [UInt16: [UInt8]] = [:]

    static let limit = 256
    /// Steps of transparency between two colours.
    static let mixSteps = 12

    /// The index of `color`; once the table is full, that of the nearest colour there is.
    mutating func index(of color: RGB) -> UInt8 {
        let key = UInt32(color.red) << 16 | UInt32(color.green) << 8 | UInt32(color.blue)
        if let known = indices[key] { return known }
        let index: UInt8
        if colors.count < Self.limit {
            index = UInt8(colors.count)
            colors.append(color)
        } else {
            index = nearest(to: color)
        }
        indices[key] = index
        return index
    }

    /// `ink` over `ground` at `coverage` of 255.
    mutating func mix(_ ink: UInt8, over ground: UInt8, coverage: UInt8) -> UInt8 {
        if coverage == 0 || ink == ground { return ground }
        let step = (Int(coverage) * Self.mixSteps + 127) / 255
        let key = UInt16(ink) << 8 | UInt16(ground)
        if let ramp = ramps[key] { return ramp[step] }
        let ramp = (0...Self.mixSteps).map { index(of: mixed(ink, ground, Double($0) / Double(Self.mixSteps))) }
        ramps[key] = ramp
        return ramp[step]
    }

    private func mixed(_ ink: UInt8, _ ground: UInt8, _ share: Double) -> RGB {
        let a = colors[Int(ink)], b = colors[Int(ground)]
        return RGB(
            mixedByte(a.red, b.red, share), mixedByte(a.green, b.green, share), mixedByte(a.blue, b.blue, share))
    }

    private func nearest(to color: RGB) -> UInt8 {
        func distance(_ other: RGB) -> Int {
            let red = Int(color.red) - Int(other.red), green = Int(color.green) - Int(other.green)
            let blue = Int(color.blue) - Int(other.blue)
            return red * red + green * green + blue * blue
        }
        var best = 0
        for index in colors.indices where distance(colors[index]) < distance(colors[best]) { best = index }
        return UInt8(best)
    }
}

/// `share` of `ink` and the rest of `ground`, by channel in sRGB.
func mix(_ ink: RGB, over ground: RGB, _ share: Double) -> RGB {
    RGB(
        mixedByte(ink.red, ground.red, share), mixedByte(ink.green, ground.green, share),
        mixedByte(ink.blue, ground.blue, share))
}

private func mixedByte(_ ink: UInt8, _ ground: UInt8, _ share: Double) -> UInt8 {
    UInt8((Double(ground) + (Double(ink) - Double(ground)) * share).rounded())
}
