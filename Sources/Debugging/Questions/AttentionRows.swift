// Rows of an attention record one at a time, without a new array for each. Used by TraceReader.
internal import Traces

/// Decodes a row into its own buffer and remembers which one it holds.
final class AttentionRows {
    private let record: AttentionRecord
    private let buffer: UnsafeMutableBufferPointer<Float>
    private var held: (layer: Int, head: Int, query: Int)?

    init(_ record: AttentionRecord) {
        self.record = record
        buffer = .allocate(capacity: max(record.positions, 1))
    }

    /// How long the rows are that fit.
    var capacity: Int { buffer.count }

    deinit { buffer.deallocate() }

    func row(layer: Int, head: Int, query: Int) -> UnsafeBufferPointer<Float> {
        if record.storage == .float32 {
            return UnsafeBufferPointer(
                start: record.rowPointer(layer: layer, head: head, query: query), count: query + 1)
        }
        if held == nil || held! != (layer, head, query) {
            record.read(layer: layer, head: head, query: query, into: buffer)
            held = (layer, head, query)
        }
        return UnsafeBufferPointer(rebasing: buffer[...query])
    }
}
