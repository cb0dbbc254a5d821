// What a run leaves behind beside trace.json: trace.html, attention.png, tensors.safetensors.
internal import Phrases
internal import Figures
internal import Traces
internal import Viewer

/// The files of one run in its folder, each complete or absent.
struct RunFiles {
    let folder: String
    let json: TraceFile
    private var written: [(name: String, bytes: Int)] = []
    /// Notes for stderr.
    private(set) var notes: [Phrase] = []

    private static let names = ["trace.json", "trace.html", "attention.png", "tensors.safetensors"]

    private let existing: Existing
    private let engine: PageEngine?

    /// - Parameter engine: what the page carries to go on by itself.
    init(_ wanted: RecordFolder, engine: PageEngine?) throws {
        self.engine = engine
        let made = try wanted.make(names: Self.names)
        folder = made.path
        existing = made.replaces ? .isReplaced : .stays
        notes = made.note.map { [$0] } ?? []
        json = try TraceFile(in: folder, existing: existing)
    }

    /// The folder, and below it the files with their sizes.
    var summary: Phrase {
        Phrase(same: folder + "\n  ") + .list(written.map { Phrase(same: $0.name + " ") + byteText($0.bytes) })
    }

    /// The record as it was written.
    func traceJSON() throws -> [UInt8] { try readFile(folder + "/trace.json") }

    /// Completes trace.json and makes the others from the trace.
    ///
    /// - Parameter beside: the trace.json of another run that the page shows as well.
    mutating func finish(_ trace: Trace, tensors: Bool, beside: [UInt8]? = nil) throws {
        let progress = Progress(Phrase("writing", "寫入"))
        defer { progress.finish() }
        let parts = (trace.attention?.layers ?? 0) + 1
        try json.finish(trace) { progress.update(min($0, parts), of: parts, unit: Phrase("parts", "部分")) }
        written.append(("trace.json", json.byteCount))
        try writePage(trace, beside)
        try json.commit()
        if let attention = trace.attention, attention.positions > 0 {
            let figure = try attentionFigure(
                trace, selection: .grid, style: FigureStyle(language: Console.language))
            try writeAtomically(figure.png, to: folder + "/attention.png", existing: existing)
            written.append(("attention.png", figure.png.count))
            notes += figure.warnings
        }
        if tensors {
            try writeTensors(trace)
        } else if trace.settings.record.contains(.logits) {
            notes.append(
                Phrase(
                    "the logits of all steps were recorded and are in no file; add --tensors to keep them",
                    "記錄了所有步驟的 logit，但沒有寫進任何檔案；加上 --tensors 就會保存"))
        }
        try removeOld()
    }

    /// Files of an earlier run in this folder would be taken for this one's.
    private mutating func removeOld() throws {
        for name in Self.names where !written.contains(where: { $0.name == name }) && fileExists(folder + "/" + name) {
            try removeFile(folder + "/" + name)
            notes.append(
                Phrase(
                    "removed \(folder)/\(name), which was of an earlier run", "已移除先前執行留下的 \(folder)/\(name)"))
        }
    }

    private mutating func writePage(_ trace: Trace, _ beside: [UInt8]?) throws {
        let file = try AtomicFile(folder + "/trace.html", existing: existing)
        var failure: (any Error)?
        let title = String(trace.prompt.text.prefix(80))
        try tracePage(traceJSON: try json.contents(), title: title, engine: engine, beside: beside) { bytes in
            if failure != nil { return }
            do { try file.write(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        try file.commit()
        written.append(("trace.html", file.byteCount))
    }

    private mutating func writeTensors(_ trace: Trace) throws {
        guard trace.hasTensors else {
            notes.append(
                Phrase(
                    "nothing was recorded for tensors.safetensors (--record says what)",
                    "沒有記錄任何可寫入 tensors.safetensors 的內容（由 --record 決定）"))
            return
        }
        let file = try AtomicFile(folder + "/tensors.safetensors", existing: existing)
        try trace.writeTensors { (bytes: UnsafeRawBufferPointer) throws in try file.write(bytes) }
        try file.commit()
        written.append(("tensors.safetensors", file.byteCount))
    }
}
