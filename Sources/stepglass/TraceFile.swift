// trace.json, written while the run goes on.
internal import Phrases
internal import ModelFiles
internal import Traces

/// A trace.json that grows with the run, so that its text is never in memory as a whole. It appears under its name only
/// when it is complete.
final class TraceFile {
    private let file: AtomicFile
    private var writer = TraceWriter()
    /// Where the 64 digits of the weights' SHA-256 stand: it is known only after the last token.
    private var hashOffset = 0

    /// Finds out at once whether the folder can be written into.
    init(in folder: String, existing: Existing) throws {
        file = try AtomicFile(folder + "/trace.json", existing: existing)
    }

    /// Writes what is known when the prompt has been read.
    func begin(_ trace: Trace) throws {
        // Of weights that are elsewhere there is none.
        if trace.origin != nil { return try file.write(writer.begin(trace)) }
        var trace = trace
        trace.model.sha256 = String(repeating: "0", count: 64)
        let bytes = writer.begin(trace)
        // Quotes inside strings are escaped: the first such member is the model's own.
        let member = Array("\"sha256\":\"\(trace.model.sha256)\"".utf8)
        let start = bytes.indices.first { bytes[$0...].starts(with: member) }
        guard let start else {
            throw Failure(
                "trace.json has no place for the weights' SHA-256; please report this",
                "trace.json 沒有存放權重 SHA-256 的位置；請回報此問題")
        }
        hashOffset = start + "\"sha256\":\"".utf8.count
        try file.write(bytes)
    }

    func append(_ step: Step) throws { try file.write(writer.append(step)) }

    /// Writes the rest and the hash. `progress` hears of every part of the attention that is written.
    func finish(_ trace: Trace, progress: (_ parts: Int) -> Void) throws {
        var failure: (any Error)?
        var parts = 0
        try writer.finish(trace) { bytes in
            if failure != nil { return }
            do { try file.write(bytes) } catch { failure = error }
            parts += 1
            progress(parts)
        }
        if let failure { throw failure }
        if hashOffset > 0 { try file.overwrite(at: hashOffset, Array(trace.model.sha256.utf8)) }
    }

    var byteCount: Int { file.byteCount }
    /// The complete text, before it has its name.
    func contents() throws -> [UInt8] {
        let mapping = try file.written()
        return withExtendedLifetime(mapping) { Array(mapping.bytes) }
    }
    func seal() throws { try file.seal() }
    func place() throws { try file.place() }
}
