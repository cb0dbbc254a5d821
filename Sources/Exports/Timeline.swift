// When things happened in a run, laid end to end from the durations that its record keeps; what a timeline draws.
public import Traces

/// A stretch of time in whole nanoseconds since the model began to load.
public struct TimeSpan: Equatable, Sendable {
    public var start: Int64
    public var end: Int64

    /// Cuts it into equal parts.
    func parts(_ count: Int) -> [TimeSpan] {
        // Below 2^53, so that both ends are exact; a product of whole numbers might pass 64 bits.
        func place(_ part: Int) -> Int64 { start + Int64(Double(end - start) * (Double(part) / Double(count))) }
        return (0..<count).map { TimeSpan(start: place($0), end: place($0 + 1)) }
    }
}

/// The times of a run. A record keeps how long each part took and no clock: one begins where the one before it ended.
public struct Timeline: Sendable {
    /// Opening the model, before the request.
    public var load: TimeSpan
    /// Cutting the prompt into tokens.
    public var tokenize: TimeSpan
    /// From the request to the first token's choice, as the record says it.
    public var firstToken: TimeSpan
    /// By step.
    public var steps: [StepSpans]
    /// The passes over the prompt where no step follows them.
    public var prefill: TimeSpan

    /// The three parts of a step.
    public struct StepSpans: Equatable, Sendable {
        public var forward: TimeSpan
        public var choose: TimeSpan
        public var record: TimeSpan

        /// All three.
        public var whole: TimeSpan { TimeSpan(start: forward.start, end: record.end) }
    }

    /// The longest run that is laid out, in seconds: eleven days, and whole nanoseconds that a double holds.
    static let most = 1e6

    /// - Throws: ``ExportsError/times(seconds:most:)``, ``ExportsError/negativeTime(seconds:)``
    public init(_ trace: Trace) throws(ExportsError) {
        let metrics = trace.metrics
        let parts = trace.steps.flatMap { [$0.seconds.forward, $0.seconds.choose, $0.seconds.record] }
        let before = [metrics.loadSeconds, metrics.tokenizeSeconds, metrics.prefillSeconds]
        for seconds in before + parts + [metrics.timeToFirstTokenSeconds] where !(seconds >= 0) {
            throw .negativeTime(seconds: seconds)
        }
        let all = max((before + parts).reduce(0, +), metrics.loadSeconds + metrics.timeToFirstTokenSeconds)
        guard all <= Self.most else { throw .times(seconds: all, most: Self.most) }
        var now = 0.0
        // Only ends are rounded: many short steps add up to what they took.
        func next(_ seconds: Double) -> TimeSpan {
            let start = nanoseconds(now)
            now += seconds
            return TimeSpan(start: start, end: nanoseconds(now))
        }
        load = next(metrics.loadSeconds)
        firstToken = TimeSpan(start: load.end, end: nanoseconds(now + metrics.timeToFirstTokenSeconds))
        tokenize = next(metrics.tokenizeSeconds)
        prefill = TimeSpan(start: tokenize.end, end: nanoseconds(now + metrics.prefillSeconds))
        steps = trace.steps.map { step in
            StepSpans(
                forward: next(step.seconds.forward), choose: next(step.seconds.choose),
                record: next(step.seconds.record))
        }
    }
}

private func nanoseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1e9).rounded()) }
