// A row of numbers as a row of small bars.

/// One character for each of at most `width` stretches of the values: eight heights between the smallest and the
/// largest, `·` where nothing is known. More values than `width` are taken together by their largest.
public func sparkline(_ values: [Double?], width: Int) -> String {
    guard width > 0, !values.isEmpty else { return "" }
    let bars = Array("▁▂▃▄▅▆▇█")
    let known = values.compactMap { $0 }
    guard let low = known.min(), let high = known.max() else {
        return String(repeating: "·", count: min(width, values.count))
    }
    let cells = min(width, values.count)
    var line = ""
    for cell in 0..<cells {
        let stretch = values[(cell * values.count / cells)..<((cell + 1) * values.count / cells)]
        guard let top = stretch.compactMap({ $0 }).max() else {
            line += "·"
            continue
        }
        // The span of numbers at both ends is infinite.
        let share = high > low ? (top / 2 - low / 2) / (high / 2 - low / 2) : 0
        line.append(bars[max(0, min(7, Int(exactly: (share * 8).rounded(.down)) ?? 0))])
    }
    return line
}
