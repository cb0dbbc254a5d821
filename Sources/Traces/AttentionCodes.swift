// Attention weights as small integers: what trace.json and the page hold instead of 32-bit floats.

/// How weights become integers. Each row is scaled by its largest weight, which is kept as `scale` / 65535:
///
///     weight = scale / 65535 · (code / largestCode) ^ power
///
/// 16-bit codes are linear. 8-bit codes use the power 1.5, which spends more codes on small weights: with a first-token
/// sink in most rows, linear bytes would turn 70 % of all weights into 0 and lose a tenth of a row's mass; with 1.5
/// rows sum to 1 within 1 %, for two thirds of the bytes that a power of 2 would need.
public enum AttentionPrecision: Int, Equatable, Sendable, CaseIterable {
    /// One byte a weight, power 1.5.
    case bits8 = 8
    /// Two bytes a weight, linear.
    case bits16 = 16

    /// The code of a row's largest weight: all bits set.
    public var largestCode: Int { self == .bits8 ? 255 : 65535 }
    /// The exponent of the formula above.
    public var power: Double { self == .bits8 ? 1.5 : 1 }

    /// The largest difference between a weight in 0…1 and what is read back.
    ///
    /// Half a code at the top (power · ½ / largestCode), half a step of the scale and half a step of the 16-bit
    /// fraction that an 8-bit code is looked up by (½ / 65535 each).
    public var maximumError: Double { self == .bits8 ? 0.003 : 0.000016 }
}

/// The weights of one layer as integers, rows in the order (head, query), each over its keys in ascending order.
public struct AttentionCodes: Equatable, Sendable {
    /// Which keys the rows have.
    public var pattern: AttentionPattern
    /// The form that ``codes`` are in.
    public var precision: AttentionPrecision
    /// (head, query): the largest weight of each row · 65535.
    public var scales: [UInt16]
    /// (head, query, kept key): one byte each; with 16 bits first all high bytes, then all low bytes.
    public var codes: [UInt8]
    /// nil when every key of every row is there.
    public var strongest: Strongest?

    /// What is kept of rows that are not kept whole: of each at most `keysPerRow` of its keys.
    public struct Strongest: Equatable, Sendable {
        /// The most keys kept of a row; a query that sees fewer has all of them.
        public var keysPerRow: Int
        /// (head, query, kept key), ascending within a row.
        public var keys: [UInt16]
        /// (head, query): the sum of the weights that were not kept · 65535.
        public var tails: [UInt16]
    }

    /// Where a row lies in `codes` and `keys`, counted in weights.
    func range(head: Int, query: Int, positions: Int) -> Range<Int> {
        let kept = { (queries: Int) in
            Int(pattern.weightCount(queries: queries, positions: positions, keysPerRow: strongest?.keysPerRow))
        }
        let start = head * kept(positions)
        return start + kept(query)..<start + kept(query + 1)
    }

    /// Reads a row from key 0 on; keys that are not seen or were not kept are 0.
    public func read(head: Int, query: Int, positions: Int, into row: UnsafeMutableBufferPointer<Float>) {
        let range = range(head: head, query: query, positions: positions)
        let scale = Float(scales[head * positions + query]) / 65535
        if let strongest {
            for key in 0..<pattern.rowLength(of: query, positions: positions) { row[key] = 0 }
            for place in range { row[Int(strongest.keys[place])] = scale * fraction(place) }
        } else {
            let firstKey = pattern.keys(of: query, positions: positions).lowerBound
            for key in 0..<firstKey { row[key] = 0 }
            for (seen, place) in range.enumerated() { row[firstKey + seen] = scale * fraction(place) }
        }
    }

    /// Hands the keys of a row that are there to `body`, in ascending order.
    func forEachKept(head: Int, query: Int, positions: Int, _ body: (Int, Float) -> Void) {
        let range = range(head: head, query: query, positions: positions)
        let scale = Float(scales[head * positions + query]) / 65535
        let firstKey = pattern.keys(of: query, positions: positions).lowerBound
        for (seen, place) in range.enumerated() {
            body(strongest.map { Int($0.keys[place]) } ?? firstKey + seen, scale * fraction(place))
        }
    }

    /// One weight of a row; 0 for a key that is not seen or was not kept.
    func weight(head: Int, query: Int, key: Int, positions: Int) -> Float {
        let range = range(head: head, query: query, positions: positions)
        let scale = Float(scales[head * positions + query]) / 65535
        guard let strongest else {
            let keys = pattern.keys(of: query, positions: positions)
            return keys.contains(key) ? scale * fraction(range.lowerBound + key - keys.lowerBound) : 0
        }
        return strongest.keys[range].firstIndex { Int($0) == key }.map { scale * fraction($0) } ?? 0
    }

    @inline(__always)
    private func fraction(_ place: Int) -> Float {
        switch precision {
        case .bits8: return fractionOfCode[Int(codes[place])]
        case .bits16: return Float(Int(codes[place]) << 8 | Int(codes[place + codes.count / 2])) / 65535
        }
    }
}

/// (code / 255)^1.5 for each 8-bit code.
private let fractionOfCode: [Float] = (0...255).map { code in
    let x = Double(code) / 255
    return Float(x * x.squareRoot())
}

/// For each fraction of the row's largest weight in 1/65535 steps, the 8-bit code: round(255 · fraction^(2/3)).
private let codeOfFraction: [UInt8] = {
    var codes = [UInt8](repeating: 255, count: 65536)
    var start = 0
    for code in 0..<255 {
        // Codes up to `code` end where the fraction passes ((code + ½) / 255)^1.5; sqrt is exact everywhere, pow is not.
        let x = (Double(code) + 0.5) / 255
        let end = Int((65535 * x * x.squareRoot()).rounded(.up))
        for fraction in start..<end { codes[fraction] = UInt8(code) }
        start = end
    }
    return codes
}()

extension AttentionRecord {
    /// One layer in integers; with `keysPerRow` only so many of the strongest keys of each row.
    ///
    /// A record that was read from a file gives back what the file held, whatever is asked.
    public func codes(layer: Int, precision: AttentionPrecision, keysPerRow: Int? = nil) -> AttentionCodes {
        if !layerCodes.isEmpty { return layerCodes[layer] }
        var builder = AttentionCodesBuilder(
            patterns.layers[layer], rowsOf: self, precision: precision, keysPerRow: keysPerRow)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(positions, 1)) { row in
            for head in 0..<heads {
                for query in 0..<positions {
                    let keys = keys(layer: layer, query: query)
                    let weights = self.row(layer: layer, head: head, query: query, buffer: row)
                    builder.add(
                        UnsafeBufferPointer(rebasing: weights[keys]), firstKey: keys.lowerBound,
                        recordedTail: tailMass(layer: layer, head: head, query: query))
                }
            }
        }
        return builder.finish()
    }
}

/// Turns rows into integers, one after the other.
private struct AttentionCodesBuilder {
    private var layer: AttentionCodes
    private var place = 0
    /// Weights of the whole layer.
    private let count: Int

    init(
        _ pattern: AttentionPattern, rowsOf record: AttentionRecord, precision: AttentionPrecision, keysPerRow: Int?
    ) {
        let positions = record.positions
        count =
            record.heads * Int(pattern.weightCount(queries: positions, positions: positions, keysPerRow: keysPerRow))
        layer = AttentionCodes(
            pattern: pattern, precision: precision, scales: [],
            codes: [UInt8](repeating: 0, count: count * precision.rawValue / 8))
        layer.scales.reserveCapacity(record.heads * positions)
        if let keysPerRow {
            layer.strongest = AttentionCodes.Strongest(keysPerRow: keysPerRow, keys: [], tails: [])
            layer.strongest?.keys.reserveCapacity(count)
        }
    }

    mutating func add(_ row: UnsafeBufferPointer<Float>, firstKey: Int, recordedTail: Float) {
        guard let keysPerRow = layer.strongest?.keysPerRow else { return addWhole(row) }
        withStrongestKeys(of: row, count: min(row.count, keysPerRow)) { keys in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: keys.count) { kept in
                var tail = Double(recordedTail)
                if keys.count < row.count { tail += row.reduce(0) { $0 + Double($1) } }
                for (place, key) in keys.enumerated() {
                    kept[place] = row[Int(key)]
                    if keys.count < row.count { tail -= Double(kept[place]) }
                    layer.strongest!.keys.append(UInt16(truncatingIfNeeded: firstKey + Int(key)))
                }
                layer.strongest!.tails.append(UInt16(max(0, min(tail * 65535 + 0.5, 65535))))
                addWhole(UnsafeBufferPointer(kept))
            }
        }
    }

    private mutating func addWhole(_ row: UnsafeBufferPointer<Float>) {
        var largest: Float = 0
        for weight in row { largest = max(largest, weight) }
        let scale = UInt16(min(largest * 65535 + 0.5, 65535))
        layer.scales.append(scale)
        let factor = scale == 0 ? 0 : 65535 * 65535 / Float(scale)
        layer.codes.withUnsafeMutableBufferPointer { codes in
            codeOfFraction.withUnsafeBufferPointer { table in
                let wide = layer.precision == .bits16
                for key in 0..<row.count {
                    let fraction = Int(max(0, min(row[key] * factor + 0.5, 65535)))
                    if wide {
                        codes[place + key] = UInt8(truncatingIfNeeded: fraction >> 8)
                        codes[count + place + key] = UInt8(truncatingIfNeeded: fraction)
                    } else {
                        codes[place + key] = table[fraction]
                    }
                }
            }
        }
        place += row.count
    }

    func finish() -> AttentionCodes { layer }
}
