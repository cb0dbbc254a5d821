// exp, log, pow, sin and cos against the C library: as near as two careful roundings are.
import ElementaryFunctions
import Foundation
import TestTools
import Testing

@Suite struct ElementaryFunctionsTests {
    private static let count = 100_000

    /// How many values are not the C library's, and the largest distance in units in the last place.
    private func compare(
        _ range: ClosedRange<Double>, _ ours: (Double) -> Double, _ theirs: (Double) -> Double
    ) -> (others: Int, distance: Double) {
        var random = SplitMix64(state: 1)
        var (others, distance) = (0, 0.0)
        for _ in 0..<Self.count {
            let x = Double.random(in: range, using: &random)
            let (a, b) = (ours(x), theirs(x))
            if a == b { continue }
            others += 1
            distance = max(distance, abs(a - b) / b.ulp)
        }
        return (others, distance)
    }

    private func expectNear(_ found: (others: Int, distance: Double), _ name: Comment) {
        // Two libraries that round to within 0.55 of a unit differ in at most one of twenty arguments, and by one unit.
        #expect(found.others < Self.count / 20, name)
        #expect(found.distance <= 1, name)
    }

    @Test func areTheCLibrarysButForTheLastBit() {
        expectNear(compare(-700...700, { .exp($0) }, { Foundation.exp($0) }), "exp")
        expectNear(compare(-1...1, { .exp($0) }, { Foundation.exp($0) }), "exp near 0")
        expectNear(compare(1e-300...1e300, { .log($0) }, { Foundation.log($0) }), "log")
        expectNear(compare(0.5...2, { .log($0) }, { Foundation.log($0) }), "log near 1")
        expectNear(compare(1e-9...1, { .log2($0) }, { Foundation.log2($0) }), "log2")
        expectNear(compare(0...100, { .pow($0, 1.7) }, { Foundation.pow($0, 1.7) }), "pow")
        expectNear(compare(-1...0, { .pow(500_000, $0) }, { Foundation.pow(500_000, $0) }), "pow of a base")
        expectNear(compare(-100_000...100_000, { .sin($0) }, { Foundation.sin($0) }), "sin")
        expectNear(compare(-100_000...100_000, { .cos($0) }, { Foundation.cos($0) }), "cos")
    }

    @Test func theErrorFunctionIsTheCLibrarys() {
        var random = SplitMix64(state: 2)
        for range in [-7.0...7.0, -1e-3...1e-3, 1.999...2.001] {
            var (worst, turned) = (0.0, 0)
            for _ in 0..<Self.count {
                let x = Double.random(in: range, using: &random)
                worst = max(worst, abs(Double.erf(x) - Foundation.erf(x)))
                if Double.erf(-x) != -Double.erf(x) { turned += 1 }
            }
            #expect(worst < 2e-15 && turned == 0, "\(range)")
        }
        expectEqual(.erf(0), 0, "erf(0)")
        expectEqual(.erf(.infinity), 1, "erf(∞)")
        #expect(Double.erf(.nan).isNaN)
    }

    @Test func haveTheSpecialValuesOfC() {
        let values: [Double] = [
            0, -0.0, 1, -1, 2, -2, 3, -3, 0.5, -0.5, .infinity, -.infinity, .nan, 1e300, -1e300, .leastNonzeroMagnitude,
            0x1p-1030, 1025,
            -1025, 0x1p53, 0x1p54,
        ]
        for x in values {
            expectEqual(.exp(x), Foundation.exp(x), "exp(\(x))")
            expectEqual(.log(x), Foundation.log(x), "log(\(x))")
            expectEqual(.log2(x), Foundation.log2(x), "log2(\(x))")
            for y in values { expectEqual(.pow(x, y), Foundation.pow(x, y), "pow(\(x), \(y))") }
        }
        expectEqual(.sin(-0.0), -0.0, "sin(-0)")
        expectEqual(.cos(0), 1, "cos(0)")
        #expect(Double.sin(1e300).isNaN)
    }

    private func expectEqual(_ a: Double, _ b: Double, _ what: Comment) {
        #expect(a.bitPattern == b.bitPattern || (a.isNaN && b.isNaN), what)
    }

    /// The same bits on every machine: what all results add up to.
    @Test func haveTheirBits() {
        var random = SplitMix64(state: 2)
        var sum: UInt64 = 0
        for _ in 0..<20_000 {
            let x = Double.random(in: 1e-3...40, using: &random)
            for y in [Double.exp(x), .log(x), .log2(x), .pow(x, -1.3), .sin(x), .cos(x)] {
                sum = (sum << 5 | sum >> 59) &+ y.bitPattern
            }
        }
        #expect(sum == 12_777_547_884_245_055_994)
    }
}
