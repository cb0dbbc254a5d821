// The passes over a vocabulary: one set of bits, whatever the processor's instructions, and exponentials that are near e^x.
import CKernels
import Kernels
import Testing
import TestTools

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite struct ChoosePassTests {
    private static let size = 5003
    private let logits: [Float]
    /// Of each set that this processor runs.
    private static let passes = KernelSet.available.indices.map { sg_passes_at(Int32($0)).pointee }

    init() {
        var random = SplitMix64(state: 3)
        logits = random.normals(Self.size, scale: 7).enumerated().map { $0 % 97 == 0 ? -.infinity : $1 }
    }

    @Test func theExponentialIsExactToTwoUnitsInTheLastPlace() {
        for step in 0..<20_000 {
            let x = -708 + Double(step) * 1417 / 20_000
            #expect(abs(stepglass_exp(x) / exp(x) - 1) < 4.5e-16)
        }
        #expect(stepglass_exp(-.infinity) == 0 && stepglass_exp(0) == 1 && stepglass_exp(710) == .infinity)
    }

    /// A number alone and in any lane of any set's vectors: the sum over one term, the others being nothing.
    @Test(arguments: KernelSet.available.map(\.name))
    func everyLaneHasTheBitsOfTheNumberAlone(name: String) throws {
        let place = try #require(KernelSet.available.firstIndex { $0.name == name })
        let passes = Self.passes[place]
        var random = SplitMix64(state: 5)
        let edges: [Float] = [0, -0.0, -1e-30, -708, -708.0001, -745, -1e30, 1e-30, 1, 88, 700]
        for x in edges + random.normals(400, scale: 60) where x <= 709 {
            var row = [Float](repeating: -.infinity, count: 67)
            for lane in row.indices {
                row[lane] = x
                let sums = passes.exp_sums(row, row.count, 0, nil, 0)
                let alone = stepglass_exp(Double(x))
                #expect(sums.sum.bitPattern == alone.bitPattern, "\(x) in place \(lane)")
                #expect(sums.weighted == (alone == 0 ? 0 : Double(x) * alone), "\(x) in place \(lane)")
                row[lane] = -.infinity
            }
        }
    }

    @Test func sumsHaveTheSameBitsOnEverySet() {
        let skip: [Int32] = [0, 1, 15, 16, 800, 5000, 5002]
        var sum = 0.0
        for (id, logit) in logits.enumerated() where !skip.contains(Int32(id)) { sum += exp(Double(logit) - 18) }
        let chosen = stepglass_exp_sums(logits, Self.size, 18, skip, skip.count)
        #expect(abs(chosen.sum / sum - 1) < 1e-12)
        for (place, passes) in Self.passes.enumerated() {
            let sums = passes.exp_sums(logits, Self.size, 18, skip, skip.count)
            #expect(
                sums.sum == chosen.sum && sums.weighted == chosen.weighted, "\(KernelSet.available[place].name)")
        }
    }

    @Test func theOtherPassesDoTheSameOnEverySet() {
        var maxima: [[Float]] = []
        var divided: [[Float]] = []
        var kept: [[Float]] = []
        for passes in Self.passes {
            var tops = [Float](repeating: 0, count: (Self.size + 255) / 256 * 16)
            var alive = 0
            #expect(passes.lane_maxima(logits, Self.size, &tops, &alive) == 0)
            #expect(alive == logits.count { $0 > -.infinity })
            maxima.append(tops)
            var copy = logits
            passes.divide(&copy, Self.size, 0.7)
            #expect(zip(copy, logits).allSatisfy { $0 == Float(Double($1) / 0.7) })
            divided.append(copy)
            copy = logits
            let above = passes.count_above(logits, Self.size, -.infinity)
            let removed = passes.remove_below(&copy, Self.size, 1.5)
            #expect(above == logits.filter { $0 > -.infinity }.count)
            #expect(removed == logits.filter { $0 > -.infinity && $0 < 1.5 }.count)
            #expect(passes.count_above(copy, Self.size, -.infinity) == above - removed)
            kept.append(copy)
        }
        #expect(Set(maxima).count == 1 && Set(divided).count == 1 && Set(kept).count == 1)
        #expect(maxima[0].max() == logits.max())
    }
}
