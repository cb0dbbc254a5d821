// Rotary position embedding (Su et al. 2021): pairs of numbers of a head are turned by position · frequency.
internal import CKernels
internal import ElementaryFunctions
internal import Kernels

/// How rotary embedding pairs the numbers of a head.
enum RotaryPairs: Sendable {
    /// (0, 1), (2, 3), …: how GGUF files of the llama architecture order their rows.
    case neighbours
    /// (0, n/2), (1, n/2 + 1), …: how Hugging Face folders do.
    case halves
}

/// The cosines and sines for the positions seen so far, computed in double precision and stored as floats.
final class Rotary {
    private let headSize: Int
    private let half: Int
    private let frequencies: RotaryFrequencies
    private let pairs: RotaryPairs
    private var cosines: [Float] = []  // (position, half)
    private var sines: [Float] = []

    /// - Parameter frequencies: one for each pair of a head of `headSize` numbers; numbers beyond the pairs stay as they
    ///   are.
    init(headSize: Int, _ frequencies: RotaryFrequencies, pairs: RotaryPairs) {
        self.headSize = headSize
        half = frequencies.inverse.count
        self.frequencies = frequencies
        self.pairs = pairs
    }

    /// Computes the table up to and with `position`; must be called before the positions are used from many threads.
    func prepare(upTo position: Int) {
        var next = cosines.count / half
        while next <= position {
            for i in 0..<half {
                let angle = Double(next) * frequencies.inverse[i]
                cosines.append(Float(frequencies.attentionFactor * .cos(angle)))
                sines.append(Float(frequencies.attentionFactor * .sin(angle)))
            }
            next += 1
        }
    }

    /// Turns `heads` heads of one token in place. x: (head, headSize).
    func rotate(_ x: UnsafeMutablePointer<Float>, heads: Int, position: Int, kernels: KernelSet) {
        cosines.withUnsafeBufferPointer { cosines in
            sines.withUnsafeBufferPointer { sines in
                for head in 0..<heads {
                    kernels.functions.pointee.rotate(
                        x + head * headSize, cosines.baseAddress! + position * half,
                        sines.baseAddress! + position * half, Int64(half), pairs == .neighbours)
                }
            }
        }
    }
}
