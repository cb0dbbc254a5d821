// Reads golden files and draws the inputs that make_fixtures.py drew for them.
import Foundation
import JSONText
import Testing

@testable import Stages

/// Reads a golden file of this target.
func fixture(_ name: String) throws -> JSONValue {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try JSONValue(parsing: [UInt8](try Data(contentsOf: url)))
}

/// The cases of one kind in a golden file that is a list of `{"name", "cases"}`.
func cases(_ file: String, _ name: String) throws -> [[JSONValue]] {
    let rows = try #require(try fixture(file).array)
    let row = try #require(rows.first { $0["name"]?.string == name })
    return try #require(row["cases"]?.array).map { try #require($0.array) }
}

/// `draw_logits` of make_fixtures.py: logits, and whole numbers below a bound from the same generator.
struct DrawnInput {
    let logits: [Float]
    private var generator: PCG64

    init(seed: Int, size: Int, spread: Double) {
        var generator = PCG64(seed: UInt128(seed))
        logits = (0..<size).map { _ in
            let sum = generator.uniform() + generator.uniform() + generator.uniform() + generator.uniform()
            return Float((sum - 2) * spread)
        }
        self.generator = generator
    }

    mutating func integers(_ count: Int, below bound: Int) -> [Int] {
        (0..<count).map { _ in Int(generator.uniform() * Double(bound)) }
    }
}

/// `mask` of make_fixtures.py: four tokens a hexadecimal digit, the lowest id first.
func mask(_ logits: [Float]) -> String {
    stride(from: 0, to: logits.count, by: 4).map { start in
        let digit = (0..<4).reduce(0) { bits, offset in
            let id = start + offset
            return bits * 2 + (id < logits.count && logits[id] > -.infinity ? 1 : 0)
        }
        return String(digit, radix: 16)
    }.joined()
}
