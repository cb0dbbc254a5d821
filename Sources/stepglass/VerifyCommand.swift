// Runs a recorded run again and says whether every number is the same.
internal import Phrases
internal import ArgumentParser
internal import Generation
internal import Kernels
internal import ModelFiles
internal import Traces

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Run a trace again and compare every recorded value.",
        discussion: """
            Examples:
              stepglass verify Output/the-capital-of-france-is/trace.json
              stepglass verify trace.json --kernels plain
            The model is found by the hash in the trace; --model names another place. Every value must be the \
            same, bit for bit, on the kernels that the trace was made with. On other kernels the tokens must be \
            the same, unless two logits lie within \(Verification.margin) of each other, and numbers may differ \
            by as much.
            Exit: 0 identical, 2 a difference was found.
            """)

    @Argument(help: "A trace.json, or the folder that holds it.")
    var trace: String
    @OptionGroup var modelOptions: ModelOptions
    @Flag(help: "Print no messages, only the result.")
    var quiet = false

    mutating func run() throws {
        let found = try reporting { try verify() }
        if case .different = found.outcome { throw ExitCode(2) }
    }

    private func verify() throws -> Verification {
        let trace: Trace
        do { trace = try readTrace(self.trace) } catch let error as TraceError {
            guard case .field(let path, let problem) = error else { throw Failure("\(self.trace): \(error)") }
            let found = Verification.contradiction(path: path, problem: problem)
            report(found, name: self.trace)
            return found
        }
        var options = modelOptions
        if options.kernels == nil, KernelSet.named(trace.engine.kernels) != nil {
            options.kernels = trace.engine.kernels
        }
        let model = try loadModel(of: trace, options)
        let engine = options.engine(model.compute)
        if !quiet && engine.kernels != trace.engine.kernels {
            printError(
                "the trace was made on \(trace.engine.kernels) kernels, this run uses \(engine.kernels): numbers are compared "
                    + "within \(Verification.margin)")
        }
        let progress = Progress("running again")
        let verifier = Verifier(trace, model: model, engine: engine)
        var found = try verifier.run { done, total in progress.update(done, of: total, unit: "steps") }
        progress.finish()
        let tensors = folder(of: self.trace) + "/tensors.safetensors"
        if case .different = found.outcome {
        } else if fileExists(tensors) {
            if let repeated = verifier.repeated {
                if let difference = try difference(in: tensors, from: repeated) { found = difference }
            } else {
                found.notes.append("\(tensors) was not compared: other kernels give other last bits")
            }
        }
        report(found, name: "\(trace.steps.count) steps of \(trace.model.name) on \(engine.kernels)")
        return found
    }

    /// The first byte in which the file is not what the repeated run would write.
    private func difference(in path: String, from repeated: Trace) throws -> Verification? {
        let file = try MappedFile(path: path)
        let bytes = file.bytes
        var place = 0
        var differs: Int?
        repeated.writeTensors { (chunk: UnsafeRawBufferPointer) in
            if differs != nil { return }
            let rest = UnsafeRawBufferPointer(rebasing: bytes[min(place, bytes.count)...].prefix(chunk.count))
            if rest.count < chunk.count || memcmp(rest.baseAddress!, chunk.baseAddress!, chunk.count) != 0 {
                differs =
                    place + (zip(rest, chunk).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? rest.count)
            }
            place += chunk.count
        }
        if differs == nil && place != bytes.count { differs = place }
        guard let differs else { return nil }
        let tensors = (try? SafetensorsFile(mapping: file))?.tensors ?? []
        let name = tensors.last { $0.bytes.baseAddress! - bytes.baseAddress! <= differs }?.name
        return .otherTensors(path, tensor: name, byte: differs)
    }

    private func report(_ found: Verification, name: String) {
        switch found.outcome {
        case .identical: printOut("identical: \(name)")
        case .identicalWithin(let largest): printOut("identical within \(shortNumber(largest)): \(name)")
        case .different(let difference):
            let place = difference.step.map { "step \($0), " } ?? ""
            printOut("different: \(place)\(difference.what)")
            printOut("  recorded  \(clipped(visibleText(difference.recorded), 200))")
            printOut("  computed  \(clipped(visibleText(difference.computed), 200))")
            if let distance = difference.distance { printOut("  apart by  \(shortNumber(distance))") }
            if let cause = found.cause { printOut("  cause     \(cause)") }
        }
        for note in found.notes { printError("note: \(note)") }
    }
}

/// Reads a trace file as `loadTrace`, but with the reader's own error.
private func readTrace(_ path: String) throws -> Trace {
    try Trace(parsing: try readFile(try traceFile(path)))
}

/// A small number with three digits that say something.
func shortNumber(_ value: Double) -> String {
    if value == 0 { return "0" }
    var scaled = abs(value)
    var exponent = 0
    while scaled < 1 && exponent > -300 {
        scaled *= 10
        exponent -= 1
    }
    if exponent >= -3 { return fixed(value, 3 - exponent - 1) }
    return "\(value < 0 ? "-" : "")\(fixed(scaled, 2))e\(exponent)"
}
