// The products as the forward passes call them: several matrices at once, any number of threads, growing batches.
import Kernels
import ModelFiles
import Testing
import TestTools

@Suite struct ComputeTests {
    private static func pack(_ stored: StoredMatrix, _ compute: Compute) -> PackedMatrix {
        stored.bytes.withUnsafeBytes {
            PackedMatrix(
                format: stored.format, rows: stored.rows, columns: stored.columns, source: $0.baseAddress!,
                rowBytes: stored.rowBytes, pool: compute.pool)
        }
    }

    private static let tokens = [1, 2, 29, 4, 60]

    /// Three products of one input, for growing and shrinking batches, joined.
    private func products(_ matrices: [StoredMatrix], _ compute: Compute) -> [Float] {
        let packed = matrices.map { Self.pack($0, compute) }
        var all: [Float] = []
        for tokens in Self.tokens {
            var random = SplitMix64(state: UInt64(tokens))
            let x = random.normals(tokens * matrices[0].columns)
            let outs = matrices.map { Guarded<Float>(tokens * $0.rows, repeating: .nan) }
            compute.multiply(
                x, tokens: tokens, Product(packed[0], outs[0].pointer), Product(packed[1], outs[1].pointer),
                Product(packed[2], outs[2].pointer))
            all += outs.flatMap(\.array)
        }
        return all
    }

    @Test(arguments: KernelSet.available.map(\.name))
    func threadsDoNotChangeANumber(name: String) throws {
        let set = try #require(KernelSet.named(name))
        let matrices = [
            StoredMatrix(.q4_1, rows: 130, columns: 256, seed: 1), StoredMatrix(.q6K, rows: 1, columns: 256, seed: 2),
            StoredMatrix(.f16, rows: 77, columns: 256, seed: 3),
        ]
        let one = products(matrices, Compute(kernels: set, threads: 1))
        #expect(!one.contains { $0.isNaN })
        for threads in [2, 4, 7] {
            #expect(firstDifference(products(matrices, Compute(kernels: set, threads: threads)), one) == nil)
        }
        // The first product alone gives what it gave with others.
        let compute = Compute(kernels: set, threads: 2)
        let matrix = Self.pack(matrices[0], compute)
        var random = SplitMix64(state: 1)
        let out = Guarded<Float>(130, repeating: .nan)
        compute.multiply(random.normals(256), tokens: 1, Product(matrix, out.pointer))
        #expect(firstDifference(out.array, Array(one[..<130])) == nil)
    }

    @Test func stridesLeaveTheRestAlone() {
        let compute = Compute(threads: 2)
        let stored = StoredMatrix(.q8_0, rows: 20, columns: 64, seed: 4)
        let matrix = Self.pack(stored, compute)
        var random = SplitMix64(state: 6)
        let x = random.normals(13 * 70)
        let out = Guarded<Float>(13 * 32, repeating: -7)
        compute.multiply(x, tokens: 13, xStride: 70, Product(matrix, out.pointer, stride: 32))
        for token in 0..<13 {
            let alone = Guarded<Float>(20, repeating: .nan)
            compute.multiply(Array(x[token * 70..<token * 70 + 64]), tokens: 1, Product(matrix, alone.pointer))
            let row = Array(out.array[token * 32..<(token + 1) * 32])
            #expect(Array(row[..<20]) == alone.array)
            #expect(row[20...].allSatisfy { $0 == -7 })
        }
    }

    @Test func namesAndSets() {
        #expect(KernelSet.available.map(\.name).last == "plain")
        #expect(KernelSet.best.name == KernelSet.available[0].name)
        #expect(KernelSet.named("abacus") == nil)
    }
}
