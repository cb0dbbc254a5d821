// Everything that reads what strangers send: right inputs, what was ever found, and right inputs with values at the edges.
// A reader that gives up ends the whole run: `make fuzz` says how to find out with what.
import Foundation
public import FuzzTargets
import TestTools
public import Testing

extension FuzzTarget: CustomTestStringConvertible {
    public var testDescription: String { name }
}

// One after another: the targets share one model and one server, as a program has them.
@Suite(.serialized) struct SeedTests {
    private let repository = TestMachine.repository.path

    @Test(.timeLimit(.minutes(60)), arguments: FuzzTarget.all)
    func seeds(_ target: FuzzTarget) throws {
        let seeds = try target.seeds(repository)
        #expect(!seeds.isEmpty && seeds.allSatisfy { !$0.isEmpty })
        for seed in seeds { target(seed) }
        target([])
    }

    @Test(.timeLimit(.minutes(60)), arguments: FuzzTarget.all)
    func whatWasFound(_ target: FuzzTarget) throws {
        for found in try target.found(in: repository) { target(found.bytes) }
    }

    /// Values at the edges in files that stay readable: the readers take some, and what is behind them takes all of those.
    ///
    /// `STEPGLASS_FUZZ_CASES=10000` makes as many of each target as one wants; the last one lies in the folder of
    /// STEPGLASS_KEEP.
    @Test(arguments: FuzzTarget.all)
    func extremeValues(_ target: FuzzTarget) throws {
        let environment = ProcessInfo.processInfo.environment
        let cases = environment["STEPGLASS_FUZZ_CASES"].flatMap { Int($0) } ?? 20
        var random = SplitMix64(state: UInt64(cases))
        let seeds = try target.seeds(repository)
        for _ in 0..<cases {
            guard let seed = seeds.randomElement(using: &random),
                let changed = withExtremeValues(inPartOf: seed, using: &random)
            else { continue }
            if let folder = environment["STEPGLASS_KEEP"] {
                try Data(changed).write(to: URL(fileURLWithPath: "\(folder)/\(target.name)"))
            }
            target(changed)
        }
    }
}
