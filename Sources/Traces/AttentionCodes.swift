// Attention weights as small integers: what trace.json and the page hold instead of 32-bit floats.
// Called by: TraceWriter, TraceReader, the page's data.

/// How weights become integers. Each row is scaled by its largest weight, which is kept as `scale` / 65535:
///
///     weight = scale / 65535 · (code / largestCode) ^ power
///
/// 16-bit codes are linear. 8-bit codes use the power 1.5, which spends more codes on small weights: with a first-token
/// sink in most rows, linear bytes would turn 70 % of all weights into 0 and lose a tenth of a row's mass; with 1.5
/// rows sum to 1 within 1 %, for two thirds of the bytes that a power of 2 would need.
public enum AttentionPrecision: Int, Equatable, Sendable, CaseIterable {
    case bits8 = 8
    case bits16 = 16

    /// Records of at most so many weights are written in 16 bits; larger ones in 8.
    public static let bits16Limit = 2_000_000

    public var largestCode: Int { self == .bits8 ? 255 : 65535 }
    public var power: Double { self == .bits8 ? 1.5 : 1 }

    /// The largest difference between a weight in 0…1 and what is read back.
    ///
    /// Half a code at the top (power · ½ / largestCode), half a step of the scale and half a step of the 16-bit
    /// fraction that an 8-bit code is looked up by (½ / 65535 each).
    public var maximumError: Double { self == .bits8 ? 0.003 : 0.000016 }

    /// The weight for each code, relative to the row's scale: (code / largestCode) ^ power.
    func fractions() -> [Float] {
        (0...largestCode).map { code in
            let x = Double(code) / Double(largestCode)
            return Float(self == .bits8 ? x * x.squareRoot() : x)
        }
    }
}

/// The weights of one layer as integers, rows in the order (head, query), each over the keys 0…query.
struct AttentionCodes: Equatable {
    var precision: AttentionPrecision
    /// (head, query): the largest weight of each row · 65535.
    var scales: [UInt16]
    /// (head, query, key ≤ query), two bytes each for 16-bit codes: first all high bytes, then all low bytes.
    var codes: [UInt8]
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
    /// The weights of all rows of all heads, n(n+1)/2 of them for each head.
    var weightCount: Int { layers * heads * Self.triangle(positions) }

    /// One layer in integers.
    func codes(layer: Int, precision: AttentionPrecision) -> AttentionCodes {
        let count = heads * Self.triangle(positions)
        var scales: [UInt16] = []
        scales.reserveCapacity(heads * positions)
        let wide = precision == .bits16
        let codes = [UInt8](unsafeUninitializedCapacity: wide ? 2 * count : count) { codes, filled in
            codeOfFraction.withUnsafeBufferPointer { table in
                var place = 0
                for head in 0..<heads {
                    for query in 0..<positions {
                        let row = rowPointer(layer: layer, head: head, query: query)
                        var largest: Float = 0
                        for key in 0...query { largest = max(largest, row[key]) }
                        let scale = UInt16(min(largest * 65535 + 0.5, 65535))
                        scales.append(scale)
                        let factor = scale == 0 ? 0 : 65535 * 65535 / Float(scale)
                        for key in 0...query {
                            let fraction = Int(max(0, min(row[key] * factor + 0.5, 65535)))
                            if wide {
                                codes[place] = UInt8(truncatingIfNeeded: fraction >> 8)
                                codes[count + place] = UInt8(truncatingIfNeeded: fraction)
                            } else {
                                codes[place] = table[fraction]
                            }
                            place += 1
                        }
                    }
                }
            }
            filled = codes.count
        }
        return AttentionCodes(precision: precision, scales: scales, codes: codes)
    }
}
