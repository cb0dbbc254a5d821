// What a run leaves behind beside trace.json: trace.html, attention.png, tensors.safetensors.
internal import Phrases
internal import Figures
internal import ModelFiles
internal import Traces
internal import Viewer

/// The files of one run in its folder, each complete or absent, and all of one run: they are made beside those of an
/// earlier one, which go before the first of them has its name.
struct RunFiles {
    let folder: String
    let json: TraceFile
    private let claim: FolderClaim
    private var made: [AtomicFile] = []
    private var written: [(name: String, bytes: Int)] = []
    /// Notes for stderr.
    private(set) var notes: [Phrase] = []

    private static let names = ["trace.json", "trace.html", "attention.png", "tensors.safetensors"]

    private let existing: Existing
    private let engine: PageEngine?
    private let isTraceAlone: Bool

    /// - Parameters:
    ///   - engine: what the page carries to go on by itself.
    ///   - isTraceAlone: whether trace.json is all that is written, without page and picture.
    init(_ wanted: RecordFolder, engine: PageEngine?, isTraceAlone: Bool = false) throws {
        self.engine = engine
        self.isTraceAlone = isTraceAlone
        let made = try wanted.make(names: Self.names)
        folder = made.path
        existing = made.replaces ? .isReplaced : .stays
        notes = made.note.map { [$0] } ?? []
        claim = try FolderClaim(folder, names: Self.names)
        json = try TraceFile(in: folder, existing: existing)
    }

    /// The folder, and below it the files with their sizes.
    var summary: Phrase {
        let files = written.map { Phrase(same: $0.name + " ") + byteText($0.bytes) }
        return Phrase(same: onOneLine(folder) + "\n  ") + .list(files)
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
        if !isTraceAlone {
            try writePage(trace, beside)
            try writePicture(trace)
        }
        if tensors {
            try writeTensors(trace)
        } else if trace.settings.record.contains(.logits) {
            notes.append(
                Phrase(
                    "the logits of all steps were recorded and are in no file; add --tensors to keep them",
                    "記錄了所有步驟的 logit，但沒有寫進任何檔案；加上 --tensors 就會保存"))
        }
        try json.seal()
        for file in made { try file.seal() }
        try removeOld()
        // Whenever the power goes: the old trace alone, or the new one with none but its own files beside it.
        try json.place()
        for file in made { try file.place() }
        made = []
        claim.end()
    }

    /// Files of an earlier run in this folder would be taken for this one's. The trace stays until the next one has its
    /// place, and so does what is no file of ours.
    private mutating func removeOld() throws {
        guard case .isReplaced = existing else {
            for name in written.map(\.name) where fileExists(folder + "/" + name) {
                throw Failure(
                    "\(folder)/\(name) is there now, and was not when the run began; choose another folder with -o",
                    "\(folder)/\(name) 在執行期間出現；請用 -o 另選資料夾")
            }
            return
        }
        for name in Self.names.dropFirst() where fileExists(folder + "/" + name) {
            let path = folder + "/" + name
            let isNew = written.contains { $0.name == name }
            if name == "tensors.safetensors", try !isTensorFile(path) {
                if isNew {
                    throw Failure(
                        "\(path) is not of a run; move it away, or choose another folder with -o",
                        "\(path) 不屬於任何執行；請把它移開，或用 -o 另選資料夾")
                }
                continue
            }
            try removeFile(path)
            if isNew { continue }
            notes.append(Phrase("removed \(path), which was of an earlier run", "已移除先前執行留下的 \(path)"))
        }
    }

    /// Whether a file was written by ``writeTensors(_:)``: it says so at its beginning.
    private func isTensorFile(_ path: String) throws -> Bool {
        let file = try MappedFile(path: path)
        return withExtendedLifetime(file) {
            file.bytes.dropFirst(8).starts(with: #"{"__metadata__":{"format":"stepglass-tensors""#.utf8)
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
        made.append(file)
        written.append(("trace.html", file.byteCount))
    }

    private mutating func writePicture(_ trace: Trace) throws {
        guard let attention = trace.attention, attention.positions > 0 else { return }
        let figure: Figure
        do {
            figure = try attentionFigure(trace, selection: .grid, style: FigureStyle(language: Console.language))
        } catch FigureError.tooLarge(let width, let height) {
            notes.append(
                Phrase(
                    "attention.png is not there: all heads would take \(width) × \(height) pixels; draw some with stepglass heatmap \(folder) --layer 0",
                    "沒有 attention.png：全部的頭需要 \(width) × \(height) 像素；可用 stepglass heatmap \(folder) --layer 0 畫出一部分"))
            return
        }
        let file = try AtomicFile(folder + "/attention.png", existing: existing)
        try file.write(figure.png)
        made.append(file)
        written.append(("attention.png", figure.png.count))
        notes += figure.warnings
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
        made.append(file)
        written.append(("tensors.safetensors", file.byteCount))
    }
}
