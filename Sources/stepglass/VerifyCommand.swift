// Runs a recorded run again and says whether every number is the same.
internal import Phrases
internal import ArgumentParser
internal import Generation
internal import Kernels
internal import ModelFiles
internal import RunVerification
internal import Stages
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
            by as much. \
            Exit: 0 identical, 2 a difference was found.
            """)

    @Argument(help: "A trace.json, or the folder that holds it.")
    var trace: String
    @OptionGroup var modelOptions: ModelOptions
    @OptionGroup var language: LanguageOptions
    @Flag(help: "Print no messages, only the result.")
    var quiet = false

    mutating func run() throws {
        let found = try reporting { try verify() }
        if case .different = found.outcome { throw ExitCode(2) }
    }

    private func verify() throws -> Verification {
        let trace: Trace
        do { trace = try readTrace(self.trace) } catch let error as TraceError {
            guard case .field(let path, let problem) = error else {
                throw Failure(Phrase("\(self.trace): ", "\(self.trace)：") + error.phrase)
            }
            let found = Verification.contradiction(path: path, problem: problem)
            report(found, of: .generate, name: Phrase(same: self.trace))
            return found
        }
        try checkSettings(of: trace, self.trace)
        var options = modelOptions
        if options.kernels == nil, KernelSet.named(trace.engine.kernels) != nil {
            options.kernels = trace.engine.kernels
        }
        let loaded = try loadModel(of: trace, options)
        let engine = options.engine(loaded.compute)
        if !quiet && engine.kernels != trace.engine.kernels {
            let (old, new) = (trace.engine.kernels, engine.kernels)
            printError(
                Phrase(
                    "the trace was made on \(old) kernels, this run uses \(new): numbers are compared "
                        + "within \(Verification.margin)",
                    "紀錄是在 \(old) 運算核心上產生的，這次使用 \(new)：數值相差在 \(Verification.margin) 之內視為相同"))
        }
        let progress = Progress(Phrase("running again", "重新執行"))
        let verifier = Verifier(trace, model: loaded, engine: engine)
        var found = try verifier.run { done, total in progress.update(done, of: total, unit: Phrase("steps", "步")) }
        progress.finish()
        let tensors = folder(of: self.trace) + "/tensors.safetensors"
        if case .different = found.outcome {
        } else if fileExists(tensors) {
            if let repeated = verifier.repeated {
                if let difference = try difference(in: tensors, from: repeated) { found = difference }
            } else {
                found.notes.append(.tensorsNotCompared(file: tensors))
            }
        }
        let (steps, model) = (trace.steps.count, readable(trace.model.name))
        let (scored, kernels) = (trace.prompt.tokens.count, engine.kernels)
        let name =
            switch trace.run {
            case .generate:
                Phrase("\(steps) steps of \(model) on \(kernels)", "\(model) 的 \(steps) 步，運算核心 \(kernels)")
            case .score:
                Phrase(
                    "\(scored) scored tokens of \(model) on \(kernels)", "\(model) 的 \(scored) 個評分詞元，運算核心 \(kernels)")
            case .fill:
                Phrase(
                    "\(steps) \(steps == 1 ? "mask" : "masks") of \(model) on \(kernels)",
                    "\(model) 的 \(steps) 個遮罩，運算核心 \(kernels)")
            }
        report(found, of: trace.run, name: name)
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

    private func report(_ found: Verification, of run: RunKind, name: Phrase) {
        let language = Console.language
        switch found.outcome {
        case .identical: printOut(Phrase("identical: ", "完全相同：") + name)
        case .identicalWithin(let largest):
            printOut(
                Phrase("identical within \(threeDigits(largest)): ", "相差在 \(threeDigits(largest)) 之內：") + name)
        case .different(let difference):
            let place =
                difference.step.map {
                    run == .fill ? Phrase("mask \($0), ", "遮罩 \($0)，") : Phrase("step \($0), ", "第 \($0) 步，")
                } ?? Phrase("", "")
            printOut(Phrase("different: ", "不同：") + place + difference.what.phrase)
            printOut(say("  recorded  ", "  紀錄  ") + clipped(visible(difference.recorded[language]), 200))
            printOut(say("  computed  ", "  算出  ") + clipped(visible(difference.computed[language]), 200))
            if let distance = difference.distance { printOut(say("  apart by  ", "  相差  ") + threeDigits(distance)) }
            if let cause = found.cause { printOut(Phrase("  cause     ", "  原因  ") + cause.phrase) }
        }
        for note in found.notes { printNote(note.phrase) }
    }
}

/// Reads a trace file as `loadTrace`, but with the reader's own error.
private func readTrace(_ path: String) throws -> Trace {
    try Trace(parsing: try readFile(try traceFile(path)))
}
