// The generator against NumPy.
import JSONText
import Testing

@testable import Stages

@Suite struct PCG64Tests {
    /// 10,000 draws each from seeds 0, 1, 2^63 and 2^128 − 1: NumPy's doubles as a running hash, the first ones one by one.
    @Test func equalsNumPy() throws {
        for seed in try #require(try fixture("pcg64").array) {
            let text = try #require(seed["seed"]?.string)
            var generator = try PCG64(seed: text)
            #expect(generator.state.description == seed["state"]?.string, "seed \(text)")
            #expect(generator.increment.description == seed["increment"]?.string)
            let first = try #require(seed["first"]?.array)
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            for index in 0..<10_000 {
                let value = generator.uniform()
                if index < first.count { #expect(value == first[index].double, "seed \(text), draw \(index)") }
                hash = (hash ^ value.bitPattern) &* 0x100_0000_01b3
            }
            #expect(String(hash, radix: 16) == seed["hash"]?.string, "seed \(text)")
            #expect(generator.state.description == seed["stateAfter"]?.string)
            #expect(generator.draws == 10_000)
        }
    }

    @Test func isRestoredFromItsState() {
        var generator = PCG64(seed: 7)
        for _ in 0..<5 { _ = generator.uniform() }
        var restored = PCG64(state: generator.state, increment: generator.increment, draws: 5)
        #expect(restored == generator)
        #expect(restored.uniform() == generator.uniform())
    }
}
