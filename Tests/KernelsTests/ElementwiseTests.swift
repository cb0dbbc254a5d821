// Norms, activations, exponentials and sums over a vocabulary against double precision.
import CKernels
import Kernels
import Testing
import TestTools

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct ElementwiseTests {
    static let widths = [1, 7, 15, 16, 17, 24, 40, 576, 1000]

    /// Runs a kernel on every set; the numbers within `bound` of the wanted ones, the same bits on all sets.
    private func check(
        _ what: String, wanted: [Double], bound: [Double],
        _ kernel: (sg_kernels, UnsafeMutablePointer<Float>) -> Void
    ) {
        var reference: [Float]?
        for set in KernelSet.available {
            let out = Guarded<Float>(wanted.count, repeating: .nan)
            kernel(set.functions.pointee, out.pointer)
            let results = out.array
            let wrong = wanted.indices.first { !(abs(Double(results[$0]) - wanted[$0]) <= bound[$0]) }
            #expect(
                wrong == nil,
                "\(what), \(set.name), number \(wrong ?? 0): \(results[wrong ?? 0]) for \(wanted[wrong ?? 0])")
            if let reference { #expect(firstDifference(results, reference) == nil, "\(what), \(set.name)") }
            reference = results
        }
    }

    @Test(arguments: widths)
    func rmsNorm(width: Int) {
        var random = SplitMix64(state: UInt64(width))
        let (x, weight) = (Guarded(random.normals(width, scale: 3)), Guarded(random.normals(width)))
        let mean = x.array.reduce(0) { $0 + Double($1) * Double($1) } / Double(width)
        let factor = 1 / (mean + Double(Float(1e-5))).squareRoot()
        let wanted = (0..<width).map { Double(x.pointer[$0]) * factor * Double(weight.pointer[$0]) }
        let relative = (Double(width) / 16 + 12) * roundoff
        check("RMSNorm of \(width)", wanted: wanted, bound: wanted.map { abs($0) * relative }) { kernels, out in
            kernels.rms_norm(x.pointer, weight.pointer, 1e-5, Int64(width), out)
        }
    }

    @Test(arguments: widths)
    func layerNorm(width: Int) {
        var random = SplitMix64(state: UInt64(width))
        let x = Guarded(random.normals(width, scale: 3))
        let (weight, bias) = (Guarded(random.normals(width)), Guarded(random.normals(width)))
        let numbers = x.array.map(Double.init)
        let mean = numbers.reduce(0, +) / Double(width)
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(width)
        let factor = 1 / (variance + Double(Float(1e-5))).squareRoot()
        let wanted = (0..<width).map {
            (numbers[$0] - mean) * factor * Double(weight.pointer[$0]) + Double(bias.pointer[$0])
        }
        // The mean's own error counts as much as the largest number's.
        let largest = numbers.reduce(0) { max($0, abs($1)) }
        let relative = (Double(width) / 16 + 12) * roundoff
        let bound = (0..<width).map {
            (largest * factor * Double(abs(weight.pointer[$0])) + Double(abs(bias.pointer[$0]))) * relative
        }
        check("LayerNorm of \(width)", wanted: wanted, bound: bound) { kernels, out in
            kernels.layer_norm(x.pointer, weight.pointer, bias.pointer, 1e-5, Int64(width), out)
        }
    }

    @Test(arguments: widths)
    func swiGLU(width: Int) {
        var random = SplitMix64(state: UInt64(width))
        var gates = random.normals(width, scale: 5)
        if width > 20 { gates.replaceSubrange(0..<6, with: [0, -0.0, 90, -90, 1e30, -1e30]) }
        let (gate, up) = (Guarded(gates), Guarded(random.normals(width)))
        let wanted = (0..<width).map {
            Double(gates[$0]) / (1 + exp(-Double(gates[$0]))) * Double(up.pointer[$0])
        }
        // Beyond e^88 the sigmoid stops at 6e-39, which only enormous numbers can make visible.
        let bound = (0..<width).map { abs(wanted[$0]) * 5e-7 + abs(Double(gates[$0])) * 1e-38 }
        check("SwiGLU of \(width)", wanted: wanted, bound: bound) { kernels, out in
            kernels.swiglu(gate.pointer, up.pointer, Int64(width), out)
        }
    }

    @Test(arguments: widths)
    func gelu(width: Int) {
        var random = SplitMix64(state: UInt64(width))
        var numbers = random.normals(width, scale: 3)
        if width > 20 { numbers.replaceSubrange(0..<6, with: [0, -0.0, 12, -12, 1e20, -1e20]) }
        let x = Guarded(numbers)
        let inner = numbers.map { number -> Double in
            let v = Double(number)
            return 0.7978845608028654 * (v + 0.044715 * v * v * v)
        }
        // x/2 · (1 + tanh u), written so that no digits cancel where tanh is near −1.
        let wanted = (0..<width).map { Double(numbers[$0]) / (1 + exp(-2 * inner[$0])) }
        // The exponent's relative error weighs by its size.
        let bound = (0..<width).map {
            abs(wanted[$0]) * (5e-7 + 6 * roundoff * abs(2 * inner[$0])) + abs(Double(numbers[$0])) * 1e-38
        }
        check("GELU of \(width)", wanted: wanted, bound: bound) { kernels, out in
            kernels.gelu(x.pointer, Int64(width), out)
        }
    }

    @Test(arguments: widths)
    func sumsAndMaxima(width: Int) {
        var random = SplitMix64(state: UInt64(width))
        let (x, y) = (random.normals(width), Guarded(random.normals(width)))
        for set in KernelSet.available {
            let sum = Guarded(x)
            set.functions.pointee.add(sum.pointer, y.pointer, Int64(width))
            #expect(sum.array == zip(x, y.array).map(+))
            for numbers in [x, x.map { -abs($0) - 3 }, x.map { _ in -Float.infinity }] {
                let memory = Guarded(numbers)
                #expect(set.functions.pointee.maximum(memory.pointer, Int64(width)) == numbers.max()!)
            }
        }
    }

    /// e^x of the kernels: the sum over a single number.
    private func exponential(_ x: Float, _ set: KernelSet) -> Float {
        var (x, sum, weighted) = (x, 0.0, 0.0)
        set.functions.pointee.exp_sums(&x, 1, 0, &sum, &weighted)
        return Float(sum)
    }

    @Test(arguments: KernelSet.available.map(\.name))
    func exponentialsAreExactToTheLastBits(name: String) throws {
        let set = try #require(KernelSet.named(name))
        var worst = (error: 0.0, x: Float(0))
        // Every 4,099th float between 2^−40 and 88, and as many below zero.
        for bits in stride(from: Float(0x1p-40).bitPattern, to: Float(88).bitPattern, by: 4099) {
            for x in [Float(bitPattern: bits), -Float(bitPattern: bits)] where x > -87.3 {
                let wanted = exp(Double(x))
                let error = abs(Double(exponential(x, set)) - wanted) / wanted
                if error > worst.error { worst = (error, x) }
            }
        }
        #expect(worst.error < 2e-7, "\(name): \(worst.error) at \(worst.x)")
        #expect(exponential(0, set) == 1)
        #expect(exponential(-0.0, set) == 1)
        #expect(exponential(-88, set) == 0)
        #expect(exponential(-1e38, set) == 0)
        #expect(exponential(-.infinity, set) == 0)
        #expect(exponential(.nan, set).isNaN)
        #expect(exponential(-.nan, set).isNaN)
    }

    @Test(arguments: [1, 5, 16, 17, 100, 49_152])
    func entropyAndLogSumExp(count: Int) {
        var random = SplitMix64(state: UInt64(count))
        for spread: Float in [0, 1, 8, 200] {
            var logits = random.normals(count, scale: spread)
            // Removed tokens must add nothing.
            if count > 5 { for id in stride(from: 2, to: count, by: 7) { logits[id] = -.infinity } }
            let top = Double(logits.max()!)
            let sum = logits.reduce(0) { $0 + exp(Double($1) - top) }
            let entropy = logits.reduce(0.0) { total, logit in
                let p = exp(Double(logit) - top) / sum
                return p > 0 ? total - p * log2(p) : total
            }
            for set in KernelSet.available {
                let compute = Compute(kernels: set, threads: 1)
                let memory = Guarded(logits)
                let sums = compute.exponentials(UnsafeBufferPointer(start: memory.pointer, count: count))
                #expect(abs(sums.logSumExp - top - log(sum)) < 4e-7, "\(set.name), spread \(spread)")
                #expect(abs(sums.entropyBits - entropy) < 4e-6, "\(set.name), spread \(spread)")
                let best = logits.max()!
                #expect(abs(sums.probability(of: best) - 1 / sum) < 4e-7)
                #expect(sums.probability(of: -.infinity) == 0)
            }
        }
    }
}
