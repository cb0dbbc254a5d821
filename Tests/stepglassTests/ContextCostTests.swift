// What context costs, in a record and from the command cost: one formula for both.
import JSONText
import TestTools
import Testing

@Suite struct ContextCostTests {
    private static let parts = ["projections", "mlp", "attention", "head"]

    /// The lists of a record at one place.
    private func recorded(_ costs: JSONValue, _ work: String, _ place: Int) -> [Int?] {
        Self.parts.map { costs[work]?[$0]?.array?[place].int }
    }

    @Test func aRecordHasTheNumbersOfTheCommandCost() throws {
        let place = try Workplace()
        #expect(
            try place.stepglass("trace", "One two three", "--model", "tiny", "--max-tokens", "9", "-o", "out").status
                == 0)
        let trace = try place.json("out/trace.json")
        let costs = try #require(trace["costs"])
        let contexts = try #require(costs["contexts"]?.array).compactMap(\.int)
        #expect(contexts.count > 4 && contexts == contexts.sorted())
        for (index, context) in contexts.enumerated() {
            let row = try costRow(place, context)
            #expect(costs["cacheBytes"]?.array?[index].int == row["cacheBytes"]?.int)
            for (work, name) in [("prefill", "prefillMultiplyAdds"), ("decode", "decodeMultiplyAdds")] {
                #expect(recorded(costs, work, index) == Self.parts.map { row[name]?[$0]?.int }, "\(work) \(context)")
            }
        }
        // The run's own steps: the first reads the prompt, each later one a token; without a cache each reads all.
        let prompt = try #require(trace["prompt"]?["tokens"]?.array).count
        let steps = try #require(trace["steps"]?.array).count
        for step in 0..<steps {
            let row = try costRow(place, prompt + step)
            let whole = row["prefillMultiplyAdds"]?["total"]?.int
            #expect(costs["steps"]?["uncached"]?.array?[step].int == whole)
            #expect(
                costs["steps"]?["cached"]?.array?[step].int
                    == (step == 0 ? whole : row["decodeMultiplyAdds"]?["total"]?.int))
            #expect(costs["steps"]?["cacheBytes"]?.array?[step].int == row["cacheBytes"]?.int)
        }
        #expect(costs["steps"]?["cached"]?.array?.count == steps)
        #expect(costs["measured"]?.array?.isEmpty == true)
    }

    /// The costs of one context, as the command prints them; times are those of a given machine.
    private func costRow(_ place: Workplace, _ context: Int) throws -> JSONValue {
        let outcome = try place.stepglass(
            "cost", "--model", "tiny", "--context", "\(context)", "--bandwidth", "10", "--arithmetic", "100", "--json")
        let rows = try #require(try JSONValue(parsing: outcome.out)["contexts"]?.array)
        let row = try #require(rows.last)
        #expect(row["context"]?.int == context)
        return row
    }

    @Test func measuredTimesStandInTheRecord() throws {
        let place = try Workplace()
        let outcome = try place.stepglass(
            "trace", "One two three", "--model", "tiny", "--max-tokens", "4", "--measure-context", "-o", "out")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let measured = try #require(try place.json("out/trace.json")["costs"]?["measured"]?.array)
        #expect(measured.count > 1 && measured[0]["context"]?.int == 64)
        for point in measured {
            #expect((point["firstTokenSeconds"]?.double ?? 0) > 0 && (point["perTokenSeconds"]?.double ?? 0) > 0)
        }
    }
}
