// The last product of a pass, from the final norm to the logits.
internal import Kernels
internal import Traces

/// logits = W · normed, or cap · tanh(W · normed / cap). Holds the logits' memory.
final class Output {
    private let matrix: PackedMatrix  // (vocabulary, hiddenSize)
    private let cap: Float?
    private let compute: Compute
    private var logits: FloatBuffer

    init(_ matrix: PackedMatrix, cap: Float? = nil, _ compute: Compute) {
        self.matrix = matrix
        self.cap = cap
        self.compute = compute
        logits = FloatBuffer(count: matrix.rows)
    }

    /// The logits (requested token, vocabulary) of a batch, valid until the next call. normed: (token, hiddenSize).
    func run(
        _ normed: Activations, _ batch: Batch, _ request: LogitsRequest, _ recorder: (any Recorder)?
    ) -> UnsafeBufferPointer<Float> {
        if request == .none { return UnsafeBufferPointer(start: nil, count: 0) }
        recorder?.record(.finalNorm, normed, batch)
        let first = request == .all ? 0 : batch.count - 1
        compute.enter(.lmHead)
        let rows = run(normed.row(first), tokens: batch.count - first)
        compute.enter(.rest)
        recorder?.record(
            .logits,
            Activation(
                pointer: logits.pointer, tokens: batch.count - first, width: matrix.rows,
                firstPosition: batch.positions[first]))
        return rows
    }

    /// The same of rows that stand alone.
    func run(_ normed: UnsafePointer<Float>, tokens: Int) -> UnsafeBufferPointer<Float> {
        if logits.count < tokens * matrix.rows { logits = FloatBuffer(count: tokens * matrix.rows) }
        compute.multiply(normed, tokens: tokens, Product(matrix, logits.pointer))
        if let cap { compute.softCap(logits.pointer, cap: cap, tokens: tokens, width: matrix.rows) }
        return UnsafeBufferPointer(start: logits.pointer, count: tokens * matrix.rows)
    }
}
