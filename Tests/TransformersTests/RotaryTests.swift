// Rotary frequencies from settings, against transformers' own.
import JSONText
import Kernels
import Testing

@testable import ModelFiles
@testable import Transformers

@Suite struct RotaryTests {
    /// The rotary settings that a config.json with these members asks for.
    private func settings(_ config: String, headSize: Int = 12) throws -> (RotarySettings, notes: [String]) {
        var text = Array(config.utf8)
        return try text.withUnsafeMutableBytes { memory in
            let file = MappedFile(memory: UnsafeRawBufferPointer(memory), name: "config.json")
            let settings = ModelSettings(try ModelConfiguration(file))
            return (try settings.rotary(headSize: headSize, contextLength: 128), settings.notes)
        }
    }

    @Test func frequenciesEqualTransformers() throws {
        let rows = try #require(try Fixture.json("rotary.json").array)
        #expect(rows.count == 21)
        for row in rows {
            let config = try #require(row["config"]?.string)
            let (rotary, notes) = try settings(config)
            let found = rotary.frequencies(headSize: 12)
            let inverse = try #require(row["inverse"]?.array).map { try #require($0.double) }
            #expect(found.inverse.count == inverse.count)
            // The reference computes in single precision.
            for (a, b) in zip(found.inverse, inverse) { #expect(abs(a - b) <= 2e-6 * b, "\(config)") }
            #expect(abs(found.attentionFactor - (try #require(row["factor"]?.double))) < 1e-6, "\(config)")
            let both = config.contains("rope_scaling\": {\"") && config.contains("rope_parameters")
            #expect(notes == (both ? ["rope_scaling stands beside rope_parameters, which is not used"] : []))
        }
    }

    @Test(arguments: [
        (#"{"rope_scaling":"linear"}"#, "\"rope_scaling\" is the string \"linear\""),
        (#"{"rope_scaling":{"type":"linear"}}"#, "rope_scaling.factor"),
        (#"{"rope_scaling":{"type":"llama3","factor":8}}"#, "rope_scaling.low_freq_factor"),
        (#"{"rope_scaling":{"type":"proportional"}}"#, "proportional"),
        (#"{"rope_scaling":{"type":"linear","factor":2,"twist":1}}"#, "rope_scaling.twist"),
        (#"{"rope_parameters":{"rope_theta":1,"partial_rotary_factor":0.25}}"#, "0.25"),
        (#"{"rope_scaling":{"type":"longrope","original_max_position_embeddings":64}}"#, "rope_scaling.long_factor"),
        (#"{"rope_scaling":{"type":"longrope","short_factor":[1]}}"#, "a list of 6 numbers"),
    ])
    func settingsThatAreRefused(config: String, part: String) throws {
        let error = #expect(throws: TransformerError.self) { try settings(config) }
        #expect("\(try #require(error))".contains(part))
    }

    @Test func numbersThatMakeNoFrequency() {
        func problem(_ base: Double, _ scaling: RotaryScaling, attentionFactor: Double = 1) -> String? {
            RotarySettings(base: base, scaling: scaling, attentionFactor: attentionFactor)
                .problem(headSize: 12, "f").map { "\($0)" }
        }
        #expect(problem(10_000, .none) == nil)
        #expect(problem(.nan, .none) != nil)
        #expect(problem(10_000, .linear(factor: 0)) != nil)
        #expect(problem(10_000, .linear(factor: -2)) != nil)
        #expect(problem(10_000, .yarn(.init(factor: .nan, originalContext: 32))) != nil)
        #expect(problem(10_000, .none, attentionFactor: 0) != nil)
    }
}
