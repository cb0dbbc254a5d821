// What `save` and `export` write.
internal import Phrases
internal import Debugging
internal import Figures
internal import Digests
internal import Traces
internal import Viewer

/// Writes what the debugger asked for; returns one line that says where.
func write(_ request: FileRequest, _ renderer: TextRenderer) throws -> String {
    let kind: ExportFormat
    switch request.kind {
    case .trace: kind = .json
    case .export(let format): kind = format
    }
    var trace = request.trace
    if let origin = request.origin {
        let hash = sha256(of: try canonicalBytes(origin.trace)).hexadecimal
        trace.parent = Parent(sha256: hash, step: origin.step, change: origin.change)
    }
    let bytes: [UInt8]
    switch kind {
    case .json: bytes = try traceJSON(trace)
    case .html:
        bytes = try tracePage(
            traceJSON: try traceJSON(trace), title: String(trace.prompt.text.prefix(80)), engine: .records)
    case .png:
        guard let attention = trace.attention, attention.positions > 0 else {
            throw Failure(
                "there is no attention to draw; record it with --record attention, and step first",
                "沒有注意力可以繪製；請以 --record attention 記錄，並先走一步")
        }
        bytes = try attentionFigure(
            trace, selection: .grid, style: FigureStyle(language: renderer.language)
        ).png
    }
    let path: String
    if let named = request.path {
        path = named
        try writeAtomically(bytes, to: path, existing: request.replaces ? .isReplaced : .stays)
    } else {
        path = try writeBeside(bytes, to: "trace." + kind.rawValue)
    }
    let done = Phrase("wrote \(path), \(bytes.count) bytes", "已寫入 \(path)，\(bytes.count) 位元組")
    return done[renderer.language]
}
