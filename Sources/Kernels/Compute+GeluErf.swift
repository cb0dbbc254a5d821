// GELU as it is defined, by the error function: what BERT computes with. GPT-2's tanh form stands with the other kernels.
internal import CKernels

extension Compute {
    /// out = x/2 · (1 + erf(x/√2)), the same bits on every machine. (Hendrycks and Gimpel 2016)
    public func geluErf(_ x: UnsafePointer<Float>, tokens: Int, width: Int, into out: UnsafeMutablePointer<Float>) {
        eachToken(tokens) { token in stepglass_gelu_erf(x + token * width, width, out + token * width) }
    }
}
