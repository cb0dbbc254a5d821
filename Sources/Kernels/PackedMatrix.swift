// A weight matrix as the kernels read it: 16 rows interleaved, in the file's own quantisation.
internal import CKernels

/// (rows, columns); y = W x takes `columns` numbers and gives `rows`.
public final class PackedMatrix: @unchecked Sendable {
    /// Rows: the length of y.
    public let rows: Int
    /// Columns: the length of x.
    public let columns: Int
    /// Bytes of the packed matrix, the padding to whole groups of 16 rows included.
    public let byteCount: Int
    /// As GGUF numbers it.
    var format: Int32 { description.format }
    private let arena: WeightArena
    /// What the C functions take.
    let description: sg_matrix

    /// The packed bytes a matrix of this format (numbered as in GGUF) needs; nil when it cannot be packed.
    public static func byteCount(format: Int32, rows: Int, columns: Int) -> Int? {
        let group = Int(sg_group_bytes(format, Int64(columns)))
        let (bytes, overflow) = group.multipliedReportingOverflow(by: (rows + 15) / 16)
        return group == 0 || rows <= 0 || overflow ? nil : bytes
    }

    /// Packs a file's tensor on all threads.
    ///
    /// - Parameters:
    ///   - format: as GGUF numbers it; one that ``byteCount(format:rows:columns:)`` accepts.
    ///   - source: the tensor's bytes, row-major.
    ///   - rowBytes: bytes of one row in the file.
    ///   - arena: where the packed bytes go.
    ///   - transposed: the file holds (columns, rows), as GPT-2's folders do; float formats only.
    public init(
        format: Int32, rows: Int, columns: Int, source: UnsafeRawPointer, rowBytes: Int, transposed: Bool = false,
        arena: WeightArena = WeightArena(), pool: ThreadPool
    ) {
        let groups = (rows + 15) / 16
        let groupBytes = sg_group_bytes(format, Int64(columns))
        precondition(groupBytes > 0 && rows > 0, "the caller checks the format first")
        self.rows = rows
        self.columns = columns
        byteCount = groups * Int(groupBytes)
        self.arena = arena
        let base = arena.allocate(byteCount)
        description = sg_matrix(
            bytes: base.assumingMemoryBound(to: UInt8.self), rows: Int64(rows), columns: Int64(columns),
            group_bytes: groupBytes, format: format)
        let bytes = source.assumingMemoryBound(to: UInt8.self)
        pool.run(groups, chunk: 8) { range in
            for group in range {
                sg_pack_group(
                    format, Int64(rows), Int64(columns), bytes, Int64(rowBytes), transposed, Int64(group),
                    base.advanced(by: group * Int(groupBytes)).assumingMemoryBound(to: UInt8.self))
            }
        }
    }

    /// One row as floats, exactly as the format defines; `out` holds `columns` floats.
    public func row(_ row: Int, kernels: KernelSet, into out: UnsafeMutablePointer<Float>) {
        precondition(row >= 0 && row < rows)
        withUnsafePointer(to: description) { kernels.functions.pointee.unpack_row($0, Int64(row), out) }
    }
}
