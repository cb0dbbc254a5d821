// Reads the compressed attention weights of trace.json; the shape says how much may come out, before anything does.
import JSONText

/// No file of ours holds more weights; the writer keeps fewer keys instead.
private let weightLimit = 1_000_000_000
/// Deflate cannot make more than 1032 bytes out of one.
private let largestExpansion = 1032
/// Weights that a model made hardly shrink, 8 to 1 at most where only frequent bytes are looked for: beyond a size that
/// does no harm, a file that promises more out of a byte than this is made to fill the memory.
private let plausibleExpansion: Int64 = 64
private let harmlessBytes: Int64 = 1 << 26

func readAttention(_ fields: ObjectReader, _ model: ModelInfo, tokens: Int) throws(TraceError) -> AttentionRecord {
    let layers = try fields.int("layers", model.layers...model.layers)
    let heads = try fields.int("heads", model.heads...model.heads)
    let keyValueHeads = try fields.int("keyValueHeads", model.keyValueHeads...model.keyValueHeads)
    let positions = try fields.int("positions", 0...min(tokens, AttentionRecord.positionLimit))
    let patterns = try fields.has("pattern") ? readPatterns(fields, layers) : AttentionPatterns(.causal, layers: layers)
    guard let precision = AttentionPrecision(rawValue: try fields.int("bits")) else {
        throw .field(path: "bits", problem: "is neither 8 nor 16")
    }
    let keysPerRow: Int?
    switch try fields.string("encoding") {
    case "dense": keysPerRow = nil
    case "strongest": keysPerRow = try fields.int("keysPerRow", 1...AttentionRecord.positionLimit)
    case let other:
        throw .field(
            path: "encoding", problem: "is \"\(shortened(other))\"; this build reads \"dense\" and \"strongest\"")
    }
    guard try fields.double("power") == precision.power else {
        throw .field(path: "power", problem: "is not \(precision.power), which \(precision.rawValue)-bit codes have")
    }
    if fields.has("maximumError"), try fields.double("maximumError") != precision.maximumError {
        throw .field(path: "maximumError", problem: "is not \(precision.maximumError), that of these codes")
    }
    var perHead: Int64 = 1
    for pattern in patterns.kinds {
        perHead = max(perHead, pattern.weightCount(queries: positions, positions: positions, keysPerRow: keysPerRow))
    }
    let (perLayer, overflow1) = Int64(heads).multipliedReportingOverflow(by: perHead)
    let (all, overflow2) = perLayer.multipliedReportingOverflow(by: Int64(layers))
    guard !overflow1, !overflow2, all <= weightLimit else {
        throw .field(path: "positions", problem: "gives more than \(weightLimit) attention weights")
    }
    let unpacked = all * Int64(precision.rawValue / 8 + (keysPerRow == nil ? 0 : 2))
    let packed = try packedBytes(fields)
    if unpacked > harmlessBytes, unpacked / plausibleExpansion > packed {
        throw .field(path: "parts", problem: "have too few compressed bytes for \(all) attention weights")
    }
    let shape = PartShape(heads: heads, positions: positions, keysPerRow: keysPerRow, precision: precision)
    let parts = try fields.list("parts") { (value, layer) throws(TraceError) in
        guard layer < layers else { throw .field(path: "", problem: "is one more than there are layers") }
        return try readPart(try ObjectReader(value), shape, patterns.layers[layer])
    }
    guard parts.count == layers else {
        throw .field(path: "parts", problem: "has \(parts.count) entries for \(layers) layers")
    }
    return AttentionRecord(heads: heads, keyValueHeads: keyValueHeads, positions: positions, layerCodes: parts)
}

/// The bytes of all parts as they stand in the file.
private func packedBytes(_ fields: ObjectReader) throws(TraceError) -> Int64 {
    var count: Int64 = 0
    for part in try fields.value("parts").array ?? [] {
        for key in ["scales", "weights", "gaps", "tails"] { count += Int64(part[key]?.string?.utf8.count ?? 0) }
    }
    return count
}

/// One pattern for all layers, or a list by layer.
private func readPatterns(_ fields: ObjectReader, _ layers: Int) throws(TraceError) -> AttentionPatterns {
    guard try fields.value("pattern").array != nil else {
        let value = try fields.value("pattern")
        let pattern = try within("pattern") { () throws(TraceError) in try readPattern(value) }
        return AttentionPatterns(pattern, layers: layers)
    }
    let patterns = try fields.list("pattern") { (value, _) throws(TraceError) in try readPattern(value) }
    guard patterns.count == layers else {
        throw .field(path: "pattern", problem: "has \(patterns.count) entries for \(layers) layers")
    }
    return AttentionPatterns(patterns)
}

private func readPattern(_ value: JSONValue) throws(TraceError) -> AttentionPattern {
    if let word = value.string {
        if word == "causal" { return .causal }
        if word == "full" { return .full }
        throw .field(path: "", problem: "is \"\(shortened(word))\"; it must be \"causal\", \"full\" or a window")
    }
    return .window(try ObjectReader(value).int("window", 1...1 << 30))
}

/// What all layers have in common.
private struct PartShape {
    var heads: Int
    var positions: Int
    var keysPerRow: Int?
    var precision: AttentionPrecision
}

private func readPart(
    _ fields: ObjectReader, _ shape: PartShape, _ pattern: AttentionPattern
) throws(TraceError) -> AttentionCodes {
    let rows = shape.heads * shape.positions
    let weights =
        shape.heads
        * Int(pattern.weightCount(queries: shape.positions, positions: shape.positions, keysPerRow: shape.keysPerRow))
    var part = AttentionCodes(
        pattern: pattern, precision: shape.precision,
        scales: littleEndianValues(try expanded(fields, "scales", count: 2 * rows)),
        // Whole bytes first: 16 times a billion weights are no Int of 32 bits.
        codes: try expanded(fields, "weights", count: weights * (shape.precision.rawValue / 8)))
    if let keysPerRow = shape.keysPerRow {
        let gaps = try expanded(fields, "gaps", count: 2 * weights)
        let tails = littleEndianValues(try expanded(fields, "tails", count: 2 * rows))
        part.strongest = AttentionCodes.Strongest(keysPerRow: keysPerRow, keys: [], tails: tails)
        part.strongest!.keys = try keys(gaps, part, shape)
    }
    return part
}

/// Keys from the distances between them; each row's must rise and be among those that its query sees.
private func keys(_ gaps: [UInt8], _ part: AttentionCodes, _ shape: PartShape) throws(TraceError) -> [UInt16] {
    let count = gaps.count / 2
    var keys = [UInt16](repeating: 0, count: count)
    for head in 0..<shape.heads {
        for query in 0..<shape.positions {
            var key = 0
            let seen = part.pattern.keys(of: query, positions: shape.positions)
            let range = part.range(head: head, query: query, positions: shape.positions)
            for place in range {
                let gap = Int(gaps[place]) << 8 | Int(gaps[count + place])
                key += gap
                guard seen.contains(key), gap > 0 || place == range.lowerBound else {
                    throw .field(path: "gaps", problem: "lead to a key that is not in the row of query \(query)")
                }
                keys[place] = UInt16(truncatingIfNeeded: key)
            }
        }
    }
    return keys
}

/// The bytes of a base64 zlib stream that has to give exactly `count` of them.
private func expanded(_ fields: ObjectReader, _ key: String, count: Int) throws(TraceError) -> [UInt8] {
    let text = try fields.string(key)
    guard let packed = decodeBase64(text.utf8) else { throw .field(path: key, problem: "is not in base64") }
    guard count / largestExpansion <= packed.count else {
        throw .field(path: key, problem: "has \(packed.count) compressed bytes, too few for \(count)")
    }
    return try within(key) { () throws(TraceError) in try inflated(packed, count: count) }
}

func littleEndianValues(_ bytes: [UInt8]) -> [UInt16] {
    (0..<(bytes.count / 2)).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
}
