// The options that say which model runs and on what.
internal import Phrases
internal import ArgumentParser
internal import Kernels
internal import Requests
internal import Traces
internal import Threads

struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The model: a name from `stepglass models`, a GGUF file, or a Hugging Face folder.",
            valueName: "name or path"))
    var model: String?

    @Option(
        parsing: .unconditional,
        help: "Threads that compute (default: the cores this process may use). Results do not depend on it.")
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "CPU kernels: amx, avx512vnni, avx512, avxvnni, avx2, neondot, neon or plain; all give the same bits (default: the "
                + "best this processor has).", valueName: "set"))
    var kernels: String?

    func validate() throws {
        if let threads, !(1...256).contains(threads) {
            throw ValidationError(
                Phrase(
                    "--threads is \(threads); it must be in 1…256 (try --threads \(availableProcessors()))",
                    "--threads 是 \(threads)；必須在 1…256（例如 --threads \(availableProcessors())）"))
        }
        if let kernels, KernelSet.named(kernels) == nil {
            let names = KernelSet.available.map(\.name).joined(separator: ", ")
            throw ValidationError(
                Phrase(
                    "--kernels is \(kernels); this processor has: \(names)", "--kernels 是 \(kernels)；這個處理器有：\(names)"))
        }
    }

    func compute() throws -> Compute {
        Compute(kernels: kernels.flatMap(KernelSet.named) ?? .best, threads: threads ?? availableProcessors())
    }

    func engine(_ compute: Compute) -> EngineInfo {
        EngineInfo(version: engineVersion, kernels: compute.kernels.name, threads: compute.pool.threadCount)
    }
}
