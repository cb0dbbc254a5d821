// The fields of what a step does not list. Many numbers stand in few characters: little-endian 32-bit floats in base64.
import JSONText

extension Tail {
    static let table = FieldTable<Tail>(
        "tail", "All tokens that are not listed as candidates.",
        blank: Tail(count: 0, rawProbability: 0, probability: 0),
        [
            Field("count", .tokenCount, { $0.count }, { $0.count = $1 }),
            Field("rawProbability", .probability, { $0.rawProbability }, { $0.rawProbability = $1 }),
            Field("probability", .probability, { $0.probability }, { $0.probability = $1 }),
            Field(
                "logits", .present(.object(TailLogits.table)),
                "Where their raw logits lie; absent where all logits were recorded, and in files of earlier builds.",
                { $0.logits }, { $0.logits = $1 }, presence: .unless { $0.logits == nil }),
        ])
}

extension TailLogits {
    static let table = FieldTable<TailLogits>(
        "tailLogits",
        "The raw logits of the tokens that are not listed: enough for the sum of exp(logit / T) over them at any temperature T, within 1e-4 of the sum over the vocabulary for the models that it was measured on. Python: numpy.frombuffer(base64.b64decode(text), '<f4').",
        blank: TailLogits(),
        [
            Field(
                "seen", .floats(atMost: seenLimit, holds: { $0 < .infinity }),
                "32-bit floats: of the tokens that stand in prompt or output before the step, each once, the latest first, 64 at most. Penalties move them.",
                { $0.seen }, { $0.seen = $1 }),
            Field(
                "next", .floats(atMost: nextLimit, holds: { $0.isFinite }),
                "32-bit floats: the largest of the others, falling, 144 at most; whose they are is not kept.",
                { $0.next }, { $0.next = $1 },
                check: { (logits) throws(TraceError) in
                    if zip(logits.next, logits.next.dropFirst()).contains(where: { $0 < $1 }) {
                        throw .field(path: "", problem: "does not fall")
                    }
                }),
            Field(
                "bins", .bins,
                "(bin, 4) 32-bit floats: count, highest, mean and standard deviation (÷ count) of all others, falling, 36 rows at most. Those of one bin lie between its highest and that of the next.",
                { $0.bins }, { $0.bins = $1 }),
            Field(
                "lowest", .logit, "The smallest logit in bins; 0 where there are none.", { $0.lowest },
                { $0.lowest = $1 }),
        ])
}

extension Form where Value == [Float] {
    /// As base64, so that they take a little more than five characters each.
    static func floats(atMost limit: Int, holds isSound: @escaping @Sendable (Float) -> Bool) -> Form {
        Form(
            .base64(bytes: 4 * limit),
            write: { values, json, _ in json.value(plainASCII: base64(littleEndianBytes(values))) },
            read: { (value, _) throws(TraceError) in
                let values = try packedFloats(value, atMost: limit)
                if !values.allSatisfy(isSound) { throw .field(path: "", problem: "holds no number") }
                return values
            })
    }
}

extension Form where Value == [TailLogits.Bin] {
    static var bins: Form {
        Form(
            .base64(bytes: 16 * TailLogits.binLimit),
            write: { bins, json, _ in
                let values = bins.flatMap { [Float($0.count), $0.highest, $0.mean, $0.deviation] }
                json.value(plainASCII: base64(littleEndianBytes(values)))
            },
            read: { (value, _) throws(TraceError) in
                let values = try packedFloats(value, atMost: 4 * TailLogits.binLimit)
                if values.count % 4 != 0 { throw .field(path: "", problem: "is not made of rows of 4") }
                var bins: [TailLogits.Bin] = []
                for place in stride(from: 0, to: values.count, by: 4) {
                    let (count, highest) = (values[place], values[place + 1])
                    let (mean, deviation) = (values[place + 2], values[place + 3])
                    guard count >= 1, count <= 0x1p24, count == count.rounded(), highest.isFinite, mean <= highest,
                        mean.isFinite, deviation >= 0, deviation.isFinite, highest <= bins.last?.highest ?? highest
                    else { throw .field(path: "[\(place / 4)]", problem: "is no bin, or out of place") }
                    bins.append(
                        TailLogits.Bin(count: Int(count), highest: highest, mean: mean, deviation: deviation))
                }
                return bins
            })
    }
}

private func littleEndianBytes(_ values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * values.count)
    for value in values {
        let bits = value.bitPattern
        for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
    return bytes
}

private func packedFloats(_ value: JSONValue, atMost limit: Int) throws(TraceError) -> [Float] {
    let text = try plainText(value)
    guard let bytes = decodeBase64(text.utf8) else { throw .field(path: "", problem: "is not in base64") }
    if bytes.count % 4 != 0 { throw .field(path: "", problem: "is not made of 32-bit floats") }
    if bytes.count > 4 * limit {
        throw .field(path: "", problem: "holds \(bytes.count / 4) floats; it must hold \(limit) at most")
    }
    return stride(from: 0, to: bytes.count, by: 4).map { place in
        var bits: UInt32 = 0
        for byte in 0..<4 { bits |= UInt32(bytes[place + byte]) << UInt32(8 * byte) }
        return Float(bitPattern: bits)
    }
}
