// Reads golden files and draws the inputs that make_fixtures.py drew for them.
import Foundation
import JSONText
import Testing
import Traces

@testable import Generation
@testable import Stages

/// Reads a golden file of this target.
func fixture(_ name: String) throws -> JSONValue {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try JSONValue(parsing: [UInt8](try Data(contentsOf: url)))
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

/// Runs the pipeline once on logits given by hand.
func choose(_ logits: [Float], _ settings: Settings) throws -> StepChoice {
    var state = try ChoiceState(seed: settings.seed)
    return try StagePipeline(settings: settings).run(logits: logits, history: History(), state: &state) { id in
        ([UInt8(truncatingIfNeeded: id)], "t\(id)")
    }
}

func settings(_ change: (inout Settings) -> Void) -> Settings {
    var settings = Settings()
    change(&settings)
    return settings
}
