// The attention weights in trace.json: one compressed part for each layer.
// Called by: TraceWriter.
import JSONText

extension JSONWriter {
    /// `{"layers","heads","keyValueHeads","positions","encoding","bits","power","maximumError","parts"}`.
    ///
    /// `parts[layer]` is `{"scales","weights"}`, both base64 of a zlib stream:
    /// - scales: (head, query), 16-bit little-endian, each row's largest weight · 65535;
    /// - weights: (head, query, key ≤ query), one byte each; with 16 bits all high bytes, then all low bytes.
    mutating func value(_ attention: AttentionRecord) throws(TraceError) {
        let precision: AttentionPrecision =
            attention.weightCount <= AttentionPrecision.bits16Limit ? .bits16 : .bits8
        openObject()
        member("layers", attention.layers)
        member("heads", attention.heads)
        member("keyValueHeads", attention.keyValueHeads)
        member("positions", attention.positions)
        member("encoding", "dense")
        member("bits", precision.rawValue)
        member("power", precision.power)
        member("maximumError", precision.maximumError)
        key("parts")
        openArray()
        for layer in 0..<attention.layers {
            let codes = attention.codes(layer: layer, precision: precision)
            newline()
            openObject()
            key("scales")
            value(plainASCII: base64(try deflated(littleEndianBytes(codes.scales))))
            key("weights")
            value(plainASCII: base64(try deflated(codes.codes)))
            closeObject()
        }
        closeArray()
        closeObject()
    }
}

/// 16-bit integers as bytes, low byte first.
func littleEndianBytes(_ values: [UInt16]) -> [UInt8] {
    values.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
}
