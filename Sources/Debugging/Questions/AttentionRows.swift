// Rows of an attention record one at a time, without a new array for each.
internal import Traces

/// Decodes a row into its own buffer and remembers which one it holds.
final class AttentionRows {
    private let record: AttentionRecord
    private let buffer: UnsafeMutableBufferPointer<Float>
    private var place: (layer: Int, head: Int, query: Int)?

    init(_ record: AttentionRecord) {
        self.record = record
        buffer = .allocate(capacity: max(record.positions, 1))
    }

    /// How long the rows are that fit.
    var capacity: Int { buffer.count }

    deinit { buffer.deallocate() }

    func row(layer: Int, head: Int, query: Int) -> UnsafeBufferPointer<Float> {
        if let place, place == (layer, head, query) {
            return UnsafeBufferPointer(rebasing: buffer[..<record.rowLength(layer: layer, query: query)])
        }
        let row = record.row(layer: layer, head: head, query: query, buffer: buffer)
        // A row that was handed out where it stands is not in the buffer.
        place = row.baseAddress == UnsafePointer(buffer.baseAddress) ? (layer, head, query) : nil
        return row
    }
}
