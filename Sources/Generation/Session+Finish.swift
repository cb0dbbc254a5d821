// The end of a run: what it cost, and the tensors for the file.
public import Traces
internal import Transformers

extension Session {
    /// Fills in the metrics and hands the recorded tensors to the trace.
    ///
    /// - Parameters:
    ///   - peakMemoryBytes: the process's peak resident size, which only the command can ask for.
    ///   - ended: why the run ended before its time; nil for one that ended by itself.
    public func finish(peakMemoryBytes: Int64, ended: EarlyEnd? = nil) {
        var metrics = trace.metrics
        metrics.tell(of: trace.steps, promptTokens: trace.prompt.tokens.count)
        metrics.weightBytes = model.facts.weightBytes
        // Beams and branches hold slots beside those of the final sequence.
        metrics.keyValueCacheBytes = model.configuration.cacheByteCount(positions: max(path.count, path.store.most))
        metrics.recordBytes = recordBytes
        metrics.peakMemoryBytes = peakMemoryBytes
        adopt(metrics, ended: ended)
    }

    /// Bytes that the recorded tensors take now.
    public var recordBytes: Int64 {
        let floats =
            recorder.hidden.reduce(0) { $0 + $1.count } + trace.tensors.rawLogits.reduce(0) { $0 + $1.count }
            + trace.tensors.finalLogits.reduce(0) { $0 + $1.count }
        return Int64(floats) * Int64(MemoryLayout<Float>.stride) + Int64(recorder.attention?.byteCount ?? 0)
    }
}

extension Metrics {
    /// Fills in what follows from the times of the steps and of the prompt.
    package mutating func tell(of steps: [Step], promptTokens: Int) {
        timeToFirstTokenSeconds = tokenizeSeconds + prefillSeconds + (steps.first?.seconds.choose ?? 0)
        let later = steps.dropFirst().reduce(0) { $0 + $1.seconds.forward + $1.seconds.choose + $1.seconds.record }
        timePerOutputTokenSeconds = steps.count > 1 ? later / Double(steps.count - 1) : nil
        promptTokensPerSecond = prefillSeconds > 0 ? Double(promptTokens) / prefillSeconds : 0
        let all = later + timeToFirstTokenSeconds
        tokensPerSecond = all > 0 ? Double(steps.count) / all : 0
    }
}
