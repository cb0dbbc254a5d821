// The steps of a forward pass that work on each token's numbers alone: norms, activations, sums.
internal import CKernels

extension Compute {
    /// out = x / √(mean x² + ε) · weight for each token; x and out: (token, width). (Zhang and Sennrich 2019)
    public func rmsNorm(
        _ x: UnsafePointer<Float>, weight: FloatBuffer, epsilon: Float, tokens: Int, width: Int,
        into out: UnsafeMutablePointer<Float>
    ) {
        let (functions, weight) = (kernels.functions, weight.pointer)
        eachToken(tokens) { token in
            functions.pointee.rms_norm(x + token * width, weight, epsilon, Int64(width), out + token * width)
        }
    }

    /// x += y and then out = RMSNorm(x) for each token, in one go: a batch is small, and each start of the threads costs.
    public func addThenNorm(
        _ x: UnsafeMutablePointer<Float>, _ y: UnsafePointer<Float>, weight: FloatBuffer, epsilon: Float, tokens: Int,
        width: Int, into out: UnsafeMutablePointer<Float>
    ) {
        let (functions, weight) = (kernels.functions, weight.pointer)
        eachToken(tokens) { token in
            functions.pointee.add(x + token * width, y + token * width, Int64(width))
            functions.pointee.rms_norm(x + token * width, weight, epsilon, Int64(width), out + token * width)
        }
    }

    /// out = (x − mean) / √(variance + ε) · weight + bias for each token. (Ba et al. 2016)
    public func layerNorm(
        _ x: UnsafePointer<Float>, weight: FloatBuffer, bias: FloatBuffer, epsilon: Float, tokens: Int, width: Int,
        into out: UnsafeMutablePointer<Float>
    ) {
        let (functions, weight, bias) = (kernels.functions, weight.pointer, bias.pointer)
        eachToken(tokens) { token in
            functions.pointee.layer_norm(
                x + token * width, weight, bias, epsilon, Int64(width), out + token * width)
        }
    }

    /// out = silu(gate) · up, silu(x) = x / (1 + e^−x). (Shazeer 2020)
    public func swiGLU(
        gate: UnsafePointer<Float>, up: UnsafePointer<Float>, tokens: Int, width: Int,
        into out: UnsafeMutablePointer<Float>
    ) {
        let functions = kernels.functions
        eachToken(tokens) { token in
            functions.pointee.swiglu(
                gate + token * width, up + token * width, Int64(width), out + token * width)
        }
    }

    /// out = gelu(gate) · up, gelu in its tanh form. (Shazeer 2020)
    public func geGLU(
        gate: UnsafePointer<Float>, up: UnsafePointer<Float>, tokens: Int, width: Int,
        into out: UnsafeMutablePointer<Float>
    ) {
        let functions = kernels.functions
        eachToken(tokens) { token in
            functions.pointee.geglu(gate + token * width, up + token * width, Int64(width), out + token * width)
        }
    }

    /// x = cap · tanh(x / cap) for each token: no number leaves −cap…cap. (Bello et al. 2017)
    public func softCap(_ x: UnsafeMutablePointer<Float>, cap: Float, tokens: Int, width: Int) {
        let functions = kernels.functions
        eachToken(tokens) { token in functions.pointee.soft_cap(x + token * width, cap, Int64(width)) }
    }

    /// out = x/2 · (1 + tanh(√(2/π) (x + 0.044715 x³))). (Hendrycks and Gimpel 2016, the tanh form)
    public func gelu(_ x: UnsafePointer<Float>, tokens: Int, width: Int, into out: UnsafeMutablePointer<Float>) {
        let functions = kernels.functions
        eachToken(tokens) { token in
            functions.pointee.gelu(x + token * width, Int64(width), out + token * width)
        }
    }

    /// x += y for each token; y may be one row for all of them (a bias).
    public func add(
        _ x: UnsafeMutablePointer<Float>, _ y: UnsafePointer<Float>, tokens: Int, width: Int, sameRow: Bool = false
    ) {
        let functions = kernels.functions
        eachToken(tokens) { token in
            functions.pointee.add(x + token * width, y + (sameRow ? 0 : token * width), Int64(width))
        }
    }
}
