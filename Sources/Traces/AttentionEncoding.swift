// How much of the attention a file holds, and its compressed parts.
internal import Threads

/// What a file keeps of the attention weights: chosen by their number, so that it is the same for the same run.
public struct AttentionEncoding: Equatable, Sendable {
    /// How many bits a weight takes before compression.
    public var precision: AttentionPrecision
    /// nil: all keys of every row.
    public var keysPerRow: Int?

    /// Up to so many weights are written in 16 bits (SmolLM2: 120 positions), beyond in 8.
    public static let bits16Limit = 2_000_000
    /// Up to so many weights are all written (SmolLM2: 1088 positions, about 65 MB); beyond, each row's strongest keys.
    public static let denseLimit = 160_000_000
    /// How many weights are written then, about; but at least ``fewestKeys`` of each row.
    public static let strongestLimit = 32_000_000
    static let fewestKeys = 8

    /// An encoding given outright, whatever the number of weights; `keysPerRow` nil keeps all keys.
    public init(precision: AttentionPrecision, keysPerRow: Int?) {
        self.precision = precision
        self.keysPerRow = keysPerRow
    }

    /// The encoding for that many positions of a model, given how the weights were recorded.
    public init(patterns: AttentionPatterns, heads: Int, positions: Int, storage: AttentionRecord.Storage) {
        if case .codes(let precision, let keysPerRow) = storage {
            self.init(precision: precision, keysPerRow: keysPerRow)
            return
        }
        let weights = Int64(heads) * patterns.weightCount(positions: positions)
        var keysPerRow: Int?
        if case .strongest(let recorded) = storage { keysPerRow = recorded }
        if weights > Self.denseLimit {
            let fitting = max(Self.fewestKeys, Self.strongestLimit / (patterns.layers.count * heads * positions))
            keysPerRow = min(fitting, keysPerRow ?? fitting)
        }
        self.init(precision: weights <= Self.bits16Limit ? .bits16 : .bits8, keysPerRow: keysPerRow)
    }
}

extension AttentionRecord {
    /// How trace.json and the page hold this record.
    public var encoding: AttentionEncoding {
        AttentionEncoding(patterns: patterns, heads: heads, positions: positions, storage: storage)
    }
}

/// One layer's weights, compressed: zlib streams in base64.
public struct AttentionPart: Equatable, Sendable {
    /// (head, query): each row's largest weight · 65535, 16-bit little-endian.
    public var scales: [UInt8]
    /// (head, query, kept key): codes; with 16 bits all high bytes, then all low bytes.
    public var weights: [UInt8]
    /// (head, query, kept key): the distance from the row's key before (the first: from 0), 16 bits: all high bytes,
    /// then all low bytes. nil when all keys are kept.
    public var gaps: [UInt8]?
    /// (head, query): the mass that was not kept · 65535, 16-bit little-endian. nil when all keys are kept.
    public var tails: [UInt8]?
}

extension AttentionRecord {
    /// The layers' compressed parts, made on all cores where there are threads, handed over in order.
    public func parts(_ body: (AttentionPart) -> Void) throws(TraceError) { try parts(compressed: true, body) }

    /// Uncompressed, the parts are the same with every version of zlib.
    func parts(compressed: Bool, _ body: (AttentionPart) -> Void) throws(TraceError) {
        let encoding = encoding
        // A few layers at a time bound the memory.
        let batch = 8
        for start in stride(from: 0, to: layers, by: batch) {
            let count = min(batch, layers - start)
            let results = PartResults(count: count)
            eachAtOnce(count) { index in
                results.set(
                    index, Result { () throws(TraceError) in try self.part(layer: start + index, encoding, compressed) }
                )
            }
            for index in 0..<count { body(try results.get(index)) }
        }
    }

    private func part(
        layer: Int, _ encoding: AttentionEncoding, _ compressed: Bool
    ) throws(TraceError) -> AttentionPart {
        let codes = codes(layer: layer, precision: encoding.precision, keysPerRow: encoding.keysPerRow)
        let text = { (bytes: [UInt8]) throws(TraceError) -> [UInt8] in
            base64(compressed ? try deflated(bytes, looksFor: .frequentBytes) : bytes)
        }
        var part = AttentionPart(scales: try text(littleEndianBytes(codes.scales)), weights: try text(codes.codes))
        if let strongest = codes.strongest {
            part.gaps = try text(gapBytes(codes, strongest))
            part.tails = try text(littleEndianBytes(strongest.tails))
        }
        return part
    }

    private func gapBytes(_ codes: AttentionCodes, _ strongest: AttentionCodes.Strongest) -> [UInt8] {
        let count = strongest.keys.count
        var bytes = [UInt8](repeating: 0, count: 2 * count)
        for head in 0..<heads {
            for query in 0..<positions {
                var before: UInt16 = 0
                for place in codes.range(head: head, query: query, positions: positions) {
                    let gap = strongest.keys[place] - before
                    before = strongest.keys[place]
                    bytes[place] = UInt8(gap >> 8)
                    bytes[count + place] = UInt8(gap & 255)
                }
            }
        }
        return bytes
    }
}

/// Results of parallel work, each slot written by one thread and read after all are done.
private final class PartResults: @unchecked Sendable {
    private let slots: UnsafeMutablePointer<Result<AttentionPart, TraceError>?>
    private let count: Int

    init(count: Int) {
        self.count = count
        slots = .allocate(capacity: count)
        slots.initialize(repeating: nil, count: count)
    }

    deinit {
        slots.deinitialize(count: count)
        slots.deallocate()
    }

    func set(_ index: Int, _ result: Result<AttentionPart, TraceError>) { slots[index] = result }
    func get(_ index: Int) throws(TraceError) -> AttentionPart { try slots[index]!.get() }
}

/// 16-bit integers as bytes, low byte first.
func littleEndianBytes(_ values: [UInt16]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: values.count * 2) { bytes, count in
        for (index, value) in values.enumerated() {
            bytes[2 * index] = UInt8(truncatingIfNeeded: value)
            bytes[2 * index + 1] = UInt8(truncatingIfNeeded: value >> 8)
        }
        count = bytes.count
    }
}
