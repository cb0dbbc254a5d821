// The logits that a run recorded beside its trace.
internal import Phrases
internal import ModelFiles
internal import Traces

/// Reads `logits.raw` and `logits.final` into the trace from the `tensors.safetensors` beside it.
///
/// Without that file nothing happens. Rows that are not one for each step and token are an error, not ignored.
func readLogits(beside path: String, into trace: inout Trace) throws {
    guard trace.run != .score, trace.settings.record.contains(.logits) else { return }
    let file = folder(of: path) + "/tensors.safetensors"
    guard fileExists(file) else { return }
    let tensors = try SafetensorsFile(path: file)
    // A text that is read at once has logits at each of its positions.
    let shape = [trace.run == .fill ? trace.prompt.tokens.count : trace.steps.count, trace.model.vocabularySize]
    trace.tensors.rawLogits = try rows(tensors, "logits.raw", shape)
    trace.tensors.finalLogits = try rows(tensors, "logits.final", shape)
    // The file could be of another run: its logits must be those that the trace lists.
    if trace.tensors.rawLogits.isEmpty { return }
    for step in trace.steps {
        let row = trace.tensors.rawLogits[trace.logitsRow(ofStep: step.index)]
        for candidate in step.candidates where candidate.logits[0] != row[candidate.id] && candidate.logits[0] != nil {
            throw Failure(
                "\(file) is not of this run: at step \(step.index) it has another logit for token \(candidate.id); "
                    + "put it elsewhere, or trace again with --tensors",
                "\(file) 不屬於這次執行：第 \(step.index) 步詞元 \(candidate.id) 的 logit 不同；"
                    + "請把它移到別處，或以 --tensors 重新執行 trace")
        }
    }
}

/// The folder that a trace was named by, or lies in.
func folder(of path: String) -> String {
    isFolder(path) ? path : lastSlash(path).map { String(path[..<$0]) } ?? "."
}

private func rows(_ file: SafetensorsFile, _ name: String, _ shape: [Int]) throws -> [[Float]] {
    guard let tensor = try file.tensor(named: name) else { return [] }
    guard tensor.shape == shape, tensor.type == .f32 else {
        throw Failure(
            "\(file.name): \(name) is \(tensor.shape); the trace has \(shape) (steps, vocabulary) in F32",
            "\(file.name)：\(name) 是 \(tensor.shape)；紀錄是 \(shape)（步、詞彙表），F32")
    }
    return (0..<shape[0]).map { index in
        let bytes = tensor.row(index)
        return (0..<shape[1]).map {
            Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
        }
    }
}
