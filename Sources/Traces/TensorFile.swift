// Writes the recorded tensors as a safetensors file, which the `safetensors` package of any language opens.
import JSONText

/// A tensor of the file: its entry in the header, and what writes its bytes.
private struct FileTensor {
    var name: String
    /// As safetensors names types: "F32", "F16", "U16".
    var type: String
    var shape: [Int]
    var bytesEach: Int
    var part: Part

    /// Where its bytes come from, in row-major order.
    enum Part {
        case rows([[Float]])
        case attention, strongestKeys, strongestWeights, strongestTails
    }

    var byteCount: Int { shape.reduce(bytesEach, *) }
}

extension Trace {
    /// Whether the run recorded anything that a tensors file can hold.
    public var hasTensors: Bool { !fileTensors.isEmpty }

    /// How large the tensors file becomes.
    public var tensorFileBytes: Int { fileTensors.reduce(tensorHeader.count) { $0 + $1.byteCount } }

    private var fileTensors: [FileTensor] {
        var list: [FileTensor] = []
        if let record = attention { list += attentionTensors(record) }
        for (name, rows) in [("logits.raw", tensors.rawLogits), ("logits.final", tensors.finalLogits)] {
            guard let width = rows.first?.count else { continue }
            list.append(
                FileTensor(name: name, type: "F32", shape: [rows.count, width], bytesEach: 4, part: .rows(rows)))
        }
        if let first = tensors.hidden.first {
            let shape = [tensors.hidden.count, first.count / model.hiddenSize, model.hiddenSize]
            list.append(
                FileTensor(name: "hidden", type: "F32", shape: shape, bytesEach: 4, part: .rows(tensors.hidden)))
        }
        return list
    }

    private func attentionTensors(_ record: AttentionRecord) -> [FileTensor] {
        let rows = [record.layers, record.heads, record.positions]
        guard let keys = record.keysPerRow else {
            return [
                FileTensor(
                    name: "attention", type: "F32", shape: rows + [record.positions], bytesEach: 4, part: .attention)
            ]
        }
        return [
            FileTensor(
                name: "attention.keys", type: "U16", shape: rows + [keys], bytesEach: 2, part: .strongestKeys),
            FileTensor(
                name: "attention.weights", type: "F16", shape: rows + [keys], bytesEach: 2, part: .strongestWeights),
            FileTensor(name: "attention.tail", type: "F32", shape: rows, bytesEach: 4, part: .strongestTails),
        ]
    }

    /// The header's length (8 bytes, little-endian), then JSON, padded with spaces so that the data begins at a
    /// multiple of 8.
    private var tensorHeader: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.object("__metadata__") { json in json.member("format", "stepglass-tensors") }
            var offset = 0
            for tensor in fileTensors {
                json.object(tensor.name) { json in
                    json.member("dtype", tensor.type)
                    json.array("shape") { json in for size in tensor.shape { json.value(size) } }
                    json.array("data_offsets") { json in
                        json.value(offset)
                        json.value(offset + tensor.byteCount)
                    }
                }
                offset += tensor.byteCount
            }
        }
        var text = json.drain()
        while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
    }

    /// Writes a safetensors file: `attention` (layers, heads, query, key) in F32;
    /// `logits.raw` and `logits.final` (steps, vocabulary), a removed token being −∞; `hidden` (layers + 1, positions,
    /// hidden size), embedding first.
    ///
    /// Attention that was kept as each row's strongest keys is written as `attention.keys`, `attention.weights`
    /// (layers, heads, query, kept key; unused places at the end of short rows are key 0 with weight 0) and
    /// `attention.tail` (layers, heads, query).
    ///
    /// - Parameter sink: gets the file's bytes in order; the buffer is valid during the call only.
    public func writeTensors<E>(into sink: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E) {
        try handOver(tensorHeader, sink)
        for tensor in fileTensors {
            switch tensor.part {
            case .rows(let rows): for row in rows { try handOver(row, sink) }
            case .attention: try writeMatrices(attention!, sink)
            default: try writeStrongest(attention!, tensor.part, sink)
            }
        }
    }
}

private func handOver<T: BitwiseCopyable, E>(
    _ values: [T], _ sink: (UnsafeRawBufferPointer) throws(E) -> Void
) throws(E) {
    // Floats are little-endian in the file as on every processor this runs on.
    try values.withUnsafeBufferPointer { buffer throws(E) in try sink(UnsafeRawBufferPointer(buffer)) }
}

/// One (query, key) matrix after the other.
private func writeMatrices<E>(
    _ record: AttentionRecord, _ sink: (UnsafeRawBufferPointer) throws(E) -> Void
) throws(E) {
    for layer in 0..<record.layers {
        for head in 0..<record.heads {
            try handOver(record.matrix(layer: layer, head: head), sink)
        }
    }
}

/// One of the three tensors of the strongest keys, head by head.
private func writeStrongest<E>(
    _ record: AttentionRecord, _ part: FileTensor.Part, _ sink: (UnsafeRawBufferPointer) throws(E) -> Void
) throws(E) {
    let keysPerRow = record.keysPerRow!
    for layer in 0..<record.layers {
        for head in 0..<record.heads {
            if case .strongestTails = part {
                try handOver(
                    (0..<record.positions).map { record.tailMass(layer: layer, head: head, query: $0) }, sink)
                continue
            }
            var values: [UInt16] = []
            values.reserveCapacity(record.positions * keysPerRow)
            for query in 0..<record.positions {
                let keys = record.keys(layer: layer, query: query)
                let kept = min(keys.count, keysPerRow)
                record.row(layer: layer, head: head, query: query)[keys].withUnsafeBufferPointer { row in
                    withStrongestKeys(of: row, count: kept) { strongest in
                        for seen in strongest {
                            if case .strongestKeys = part {
                                values.append(UInt16(truncatingIfNeeded: keys.lowerBound + Int(seen)))
                            } else {
                                values.append(halfBits(row[Int(seen)]))
                            }
                        }
                    }
                }
                values.append(contentsOf: repeatElement(0, count: keysPerRow - kept))
            }
            try handOver(values, sink)
        }
    }
}
