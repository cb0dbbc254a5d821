// Rows of every shape: triangle, band, square, and layers that differ. What is written is read, from memory and from the
// file; what a query does not see is 0.
import JSONText
import Testing
import TraceSamples

@testable import Traces

@Suite struct AttentionPatternTests {
    static let positions = 40
    static let mixed: [AttentionPattern] = [.window(5), .causal, .window(5), .full]
    static let all: [[AttentionPattern]] = [
        [.causal, .causal], [.window(1)], [.window(5), .window(5)], [.window(64)], [.full, .full], mixed,
    ]
    static let storages: [AttentionRecord.Storage] = [
        .float32, .fixed16, .strongest(keysPerRow: 1), .strongest(keysPerRow: 3), .strongest(keysPerRow: 500),
    ]

    /// The rule in words, apart from the code that is tested.
    func sees(_ pattern: AttentionPattern, _ query: Int, _ key: Int) -> Bool {
        switch pattern {
        case .causal: key <= query
        case .window(let width): key <= query && key > query - width
        case .full: true
        }
    }

    /// A weight that says where it belongs; rows sum to about 1.
    func weight(_ layer: Int, _ head: Int, _ query: Int, _ key: Int) -> Float {
        Float(1 + (layer * 7 + head * 5 + query * 3 + key * 11) % 97) / 4000
    }

    func record(
        _ patterns: [AttentionPattern], _ storage: AttentionRecord.Storage, positions: Int = positions
    ) -> AttentionRecord {
        let record = AttentionRecord(
            patterns: AttentionPatterns(patterns), heads: 4, keyValueHeads: 2, capacityPositions: positions,
            storage: storage)
        record.grow(toPositions: positions)
        for (layer, pattern) in patterns.enumerated() {
            for head in 0..<4 {
                for query in 0..<positions {
                    let keys = (0..<positions).filter { sees(pattern, query, $0) }
                    keys.map { weight(layer, head, query, $0) }.withUnsafeBufferPointer {
                        record.write(layer: layer, head: head, query: query, weights: $0)
                    }
                }
            }
        }
        return record
    }

    /// Compares every row with what was written; of the strongest keys with the largest `kept` of them.
    func check(_ read: AttentionRecord, _ patterns: [AttentionPattern], kept: Int?, within error: Float) {
        let positions = read.positions
        for (layer, pattern) in patterns.enumerated() {
            for head in 0..<4 {
                let matrix = read.matrix(layer: layer, head: head)
                for query in 0..<positions {
                    let keys = (0..<positions).filter { sees(pattern, query, $0) }
                    let order = keys.sorted {
                        let (a, b) = (weight(layer, head, query, $0), weight(layer, head, query, $1))
                        return a != b ? a > b : $0 < $1
                    }
                    let wanted = Set(order.prefix(kept ?? positions))
                    let row = read.row(layer: layer, head: head, query: query)
                    #expect(row.count == (pattern == .full ? positions : query + 1))
                    for key in 0..<positions {
                        let value = wanted.contains(key) ? weight(layer, head, query, key) : 0
                        #expect(abs(matrix[query * positions + key] - value) <= error)
                        guard key < row.count else { continue }
                        #expect(row[key] == matrix[query * positions + key])
                        #expect(read.weight(layer: layer, head: head, query: query, key: key) == row[key])
                    }
                    let rest = order.dropFirst(kept ?? positions).reduce(0) { $0 + weight(layer, head, query, $1) }
                    #expect(abs(read.tailMass(layer: layer, head: head, query: query) - rest) <= 2e-5)
                }
            }
        }
    }

    @Test(arguments: all, storages)
    func whatIsWrittenIsRead(patterns: [AttentionPattern], storage: AttentionRecord.Storage) throws {
        let record = record(patterns, storage)
        check(record, patterns, kept: record.keysPerRow, within: storage == .float32 ? 0 : 2e-5)
        // The rows fill what is set aside for them, and no more.
        let weights = patterns.reduce(0) { sum, pattern in
            sum
                + (0..<Self.positions).reduce(0) { rows, query in
                    rows + min((0..<Self.positions).count { sees(pattern, query, $0) }, record.keysPerRow ?? .max)
                }
        }
        let rows = patterns.count * Self.positions
        let bytes =
            switch storage {
            case .float32: 4 * weights
            case .fixed16: 2 * weights
            default: 4 * weights + 4 * rows
            }
        #expect(record.byteCount == 4 * bytes)

        var trace = traceOf(record)
        let written = try traceJSON(trace)
        trace = try Trace(parsing: written)
        let read = try #require(trace.attention)
        #expect(read.patterns == AttentionPatterns(patterns))
        check(read, patterns, kept: record.keysPerRow, within: 4e-5)
        #expect(try traceJSON(trace) == written)
        #expect(try canonicalBytes(trace) == canonicalBytes(traceOf(record)))
    }

    /// A sample that has this attention.
    func traceOf(_ record: AttentionRecord) -> Trace {
        var trace = sampleTrace(
            SampleShape {
                $0.steps = 30; $0.candidates = 2; $0.vocabularySize = 100; $0.layers = record.layers; $0.heads = 4
                $0.lens = false
            })
        trace.attention = record
        return trace
    }

    @Test(arguments: [AttentionPrecision.bits8, .bits16], [nil, 3])
    func codesOfEveryShape(precision: AttentionPrecision, keysPerRow: Int?) {
        let source = record(Self.mixed, .float32)
        let codes = (0..<4).map { source.codes(layer: $0, precision: precision, keysPerRow: keysPerRow) }
        let read = AttentionRecord(heads: 4, keyValueHeads: 2, positions: Self.positions, layerCodes: codes)
        // The scale of these rows is a fortieth, and so is the error.
        check(read, Self.mixed, kept: keysPerRow, within: precision == .bits8 ? 2e-4 : 2e-5)
        // What is kept of a row is the row, key by key.
        #expect(read.isKeptInPart && !source.isKeptInPart)
        var row = [Float](repeating: 0, count: Self.positions)
        for layer in 0..<4 {
            for (head, query) in (0..<4).flatMap({ head in (0..<Self.positions).map { (head, $0) } }) {
                row.withUnsafeMutableBufferPointer { read.read(layer: layer, head: head, query: query, into: $0) }
                var kept = [Float](repeating: 0, count: read.rowLength(layer: layer, query: query))
                read.forEachKept(layer: layer, head: head, query: query) { kept[$0] = $1 }
                #expect(kept == Array(row.prefix(kept.count)), "\(layer) \(head) \(query)")
            }
        }
    }

    @Test func theFileSaysThePattern() throws {
        let text = { (patterns: [AttentionPattern]) in
            String(decoding: try traceJSON(self.traceOf(self.record(patterns, .fixed16))), as: UTF8.self)
        }
        #expect(try text([.causal, .causal]).contains("\"positions\":40,\"pattern\":\"causal\",\"encoding\":"))
        #expect(try text([.full]).contains("\"pattern\":\"full\",\"encoding\":"))
        #expect(try text([.window(512), .window(512)]).contains("\"pattern\":{\"window\":512},\"encoding\":"))
        #expect(
            try text(Self.mixed).contains(
                "\"pattern\":[{\"window\":5},\"causal\",{\"window\":5},\"full\"],\"encoding\":"))
    }

    /// A file from before patterns were written is causal, and its run keeps its name.
    @Test func withoutAPatternItIsCausal() throws {
        let trace = traceOf(record([.causal, .causal], .fixed16))
        let text = String(decoding: try traceJSON(trace), as: UTF8.self)
        let old = try Trace(parsing: Array(text.replacing("\"pattern\":\"causal\",", with: "").utf8))
        #expect(old.attention?.patterns == AttentionPatterns(.causal, layers: 2))
        #expect(try canonicalBytes(old) == canonicalBytes(trace))
        #expect(!String(decoding: try canonicalBytes(trace), as: UTF8.self).contains("\"pattern\""))
        let window = traceOf(record([.window(4), .window(4)], .fixed16))
        #expect(String(decoding: try canonicalBytes(window), as: UTF8.self).contains("\"pattern\""))
    }

    @Test(arguments: [
        (
            "\"causal\"", "\"diagonal\"",
            "attention.pattern is \"diagonal\"; it must be \"causal\", \"full\" or a window"
        ),
        ("\"causal\"", "7", "attention.pattern is no object"),
        ("\"causal\"", "{\"window\":0}", "attention.pattern.window is 0; it must be 1…"),
        ("\"causal\"", "{}", "attention.pattern.window is missing"),
        ("\"causal\"", "[\"causal\"]", "attention.pattern has 1 entries for 2 layers"),
        ("\"causal\"", "[\"causal\",null]", "attention.pattern[1] is no object"),
        ("\"causal\"", "\"full\"", "attention.parts[0].weights does not expand to"),
        ("\"causal\"", "{\"window\":3}", "attention.parts[0].weights does not expand to"),
    ])
    func liesAboutThePattern(old: String, new: String, says: String) throws {
        let text = String(decoding: try traceJSON(traceOf(record([.causal, .causal], .fixed16))), as: UTF8.self)
        let twisted = text.replacing("\"pattern\":\(old)", with: "\"pattern\":\(new)")
        #expect(twisted != text)
        #expect { try Trace(parsing: Array(twisted.utf8)) } throws: { "\($0)".contains(says) }
    }

    /// A strongest key that lies outside its band is refused.
    @Test func keysOutsideTheBandAreRefused() throws {
        let text = String(
            decoding: try traceJSON(traceOf(record([.causal, .causal], .strongest(keysPerRow: 1)))), as: UTF8.self)
        let twisted = text.replacing("\"pattern\":\"causal\"", with: "\"pattern\":{\"window\":2}")
        #expect { try Trace(parsing: Array(twisted.utf8)) } throws: { "\($0)".contains("not in the row of query") }
    }

    @Test(arguments: all) func theTensorsAreWholeMatrices(patterns: [AttentionPattern]) throws {
        let record = record(patterns, .float32)
        var floats: [Float] = []
        traceOf(record).writeTensors { bytes in
            if bytes.count == Self.positions * Self.positions * 4 { floats += bytes.bindMemory(to: Float.self) }
        }
        let n = Self.positions
        #expect(floats.count == patterns.count * 4 * n * n)
        for (layer, pattern) in patterns.enumerated() {
            for query in 0..<n {
                for key in 0..<n {
                    let wanted = sees(pattern, query, key) ? weight(layer, 2, query, key) : 0
                    #expect(floats[((layer * 4 + 2) * n + query) * n + key] == wanted)
                }
            }
        }
    }

    @Test func recordsOfBandsGrowAndAreCopied() {
        let patterns: [AttentionPattern] = [.window(70), .causal]
        let source = record(patterns, .fixed16, positions: 150)
        check(source, patterns, kept: nil, within: 2e-5)
        let copy = source.copy(positions: 130)
        #expect(copy.patterns == source.patterns && copy.positions == 130)
        for layer in 0..<2 {
            for query in [0, 63, 64, 69, 70, 128, 129] {
                #expect(
                    copy.row(layer: layer, head: 3, query: query) == source.row(layer: layer, head: 3, query: query))
            }
        }
        let square = record([.full, .window(3)], .fixed16)
        #expect(square.copy(positions: Self.positions).matrix(layer: 0, head: 1) == square.matrix(layer: 0, head: 1))
    }

    @Test func thePlanCountsTheRows() {
        var model = sampleTrace().model
        (model.layers, model.heads) = (26, 4)
        let plan = { (patterns: AttentionPatterns) in
            RecordPlan(model: model, patterns: patterns, positions: 4096, steps: 10, settings: Settings())
        }
        let band = AttentionPatterns((0..<26).map { $0 % 6 == 5 ? .causal : .window(512) })
        #expect(plan(band).attention == .fixed16)
        let rows = 4 * 4096 * 4097 / 2 + 22 * (512 * 513 / 2 + (4096 - 512) * 512)
        #expect(plan(band).attentionBytes == 2 * 4 * rows)
        #expect(plan(AttentionPatterns(.full, layers: 26)).attention == .strongest(keysPerRow: 256))
    }

    @Test(arguments: all) func theSchemaKnowsThePattern(patterns: [AttentionPattern]) throws {
        let trace = traceOf(record(patterns, .strongest(keysPerRow: 4)))
        #expect(try SchemaTests().errors(try traceJSON(trace)) == "")
    }

    @Test func theSchemaRefusesOtherPatterns() throws {
        let text = String(decoding: try traceJSON(traceOf(record([.causal], .fixed16))), as: UTF8.self)
        for other in ["\"band\"", "{\"window\":0}", "{\"window\":3,\"stride\":2}", "[[\"full\"]]"] {
            let twisted = text.replacing("\"pattern\":\"causal\"", with: "\"pattern\":\(other)")
            #expect(try SchemaTests().errors(Array(twisted.utf8)) != "", "\(other)")
        }
    }
}
