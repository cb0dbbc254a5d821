// Writes a trace as JSON, in pieces while the run goes on or in one go.
// The format is described by `traceSchema()`.
import JSONText

/// Writes trace.json piece by piece: `begin`, then `append` for each step as it comes, then `finish`.
///
/// Each call hands over the bytes to add to the file, so no more than one step is in memory. The same trace gives the
/// same bytes, whether written in pieces or by ``traceJSON(_:)``.
public struct TraceWriter: Sendable {
    private var json = JSONWriter()
    private let extent: Extent

    /// A writer for one file, before its first byte.
    public init() { extent = .everything }

    fileprivate init(_ extent: Extent) { self.extent = extent }

    /// The fields before the steps, and those after them.
    private static let fields = Trace.table.fields.split(maxSplits: 1) { $0.key == "steps" }

    /// Opens the file: everything that is known before the first step (engine, model, settings, prompt).
    public mutating func begin(_ trace: Trace) -> [UInt8] {
        json.openObject()
        for field in Self.fields[0] {
            // The first two share a line with the brace.
            if field.key != "format" && field.key != "version" { json.newline() }
            json.key(field.key)
            field.write(trace, &json, extent)
        }
        json.newline()
        json.key("steps")
        json.openArray()
        return json.drain()
    }

    /// Adds a step, on a line of its own.
    public mutating func append(_ step: Step) -> [UInt8] {
        json.newline()
        Step.table.write(step, &json, extent)
        return json.drain()
    }

    /// Closes the file with what is known at the end: text, beams, attention, metrics, parent, notes.
    ///
    /// The trace's own `steps` are not written: `append` has done that.
    public mutating func finish(_ trace: Trace) throws(TraceError) -> [UInt8] {
        var bytes: [UInt8] = []
        try finish(trace) { bytes += $0 }
        return bytes
    }

    /// Like ``finish(_:)``, but hands the bytes to `sink` in pieces, for traces whose attention is large.
    ///
    /// A sink that fails keeps its own error and ignores the pieces that still come.
    public mutating func finish(_ trace: Trace, into sink: ([UInt8]) -> Void) throws(TraceError) {
        json.closeArray()
        for field in Self.fields[1] where field.isWritten(trace, extent) {
            json.newline()
            json.key(field.key)
            if field.key == Trace.attention.key, let attention = trace.attention {
                try json.value(attention, compressed: extent == .everything, piece: sink)
            } else {
                field.write(trace, &json, extent)
            }
        }
        json.closeObject()
        sink(json.drain() + [0x0A])
    }
}

/// A whole trace as the bytes of trace.json.
///
/// - Throws: ``TraceError/compression(_:)`` when zlib fails.
public func traceJSON(_ trace: Trace) throws(TraceError) -> [UInt8] {
    var writer = TraceWriter()
    var bytes = writer.begin(trace)
    for step in trace.generated { bytes += writer.append(step) }
    return bytes + (try writer.finish(trace))
}

/// What two equal runs have in common, as bytes: the trace without times, memory figures and the thread count.
///
/// A hash of these bytes names a run: it is the same for a run and for its file read back, on every machine that
/// computes the same numbers. Attention enters in the integers that the file holds.
public func canonicalBytes(_ trace: Trace) throws(TraceError) -> [UInt8] {
    var bytes: [UInt8] = []
    try canonicalBytes(trace) { bytes += $0 }
    return bytes
}

/// The same in pieces, for hashing without holding everything.
public func canonicalBytes(_ trace: Trace, into sink: ([UInt8]) -> Void) throws(TraceError) {
    var writer = TraceWriter(.equalInEqualRuns)
    sink(writer.begin(trace))
    for step in trace.generated { sink(writer.append(step)) }
    try writer.finish(trace, into: sink)
}
