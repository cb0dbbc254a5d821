// Writes what a run leaves behind: trace.json, trace.html, attention.png, tensors.safetensors.
internal import Figures
internal import Traces
internal import Viewer

/// Writes a run's files into a folder. Each is complete or absent.
func writeRun(_ trace: Trace, to folder: String, tensors: Bool, quiet: Bool) throws {
    var written: [(name: String, bytes: Int)] = []
    let json = try traceJSON(trace)
    try writeAtomically(json, to: folder + "/trace.json")
    written.append(("trace.json", json.count))
    let page = try tracePage(traceJSON: json, title: String(trace.prompt.text.prefix(80)))
    try writeAtomically(page, to: folder + "/trace.html")
    written.append(("trace.html", page.count))
    if trace.attention != nil, trace.attention!.positions > 0 {
        let figure = try attentionFigure(trace, selection: .grid)
        try writeAtomically(figure.png, to: folder + "/attention.png")
        written.append(("attention.png", figure.png.count))
        if !quiet { for warning in figure.warnings { printError("note: \(warning)") } }
    }
    if tensors {
        if trace.hasTensors {
            let file = try AtomicFile(folder + "/tensors.safetensors")
            try trace.writeTensors { (bytes: UnsafeRawBufferPointer) throws in try file.write(bytes) }
            try file.commit()
            written.append(("tensors.safetensors", file.byteCount))
        } else {
            printError("note: nothing was recorded for tensors.safetensors (--record says what)")
        }
    }
    if !quiet {
        let list = written.map { "\($0.name) \(byteText($0.bytes))" }.joined(separator: ", ")
        printError("\(folder): \(list)")
    }
}
