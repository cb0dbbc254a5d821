// What each part of a pass adds to a logit, against transformers' modules and NumPy; models of BERT's kind have no such sum.
import JSONText
import Kernels
import ModelFiles
import TestTools
import Testing
import Traces

@testable import Transformers

@Suite struct ResidualTests {
    static let entries = (try? Fixture.json("residual.json"))?["models"]?.array ?? []

    private func numbers(_ value: JSONValue?) throws -> [Float] {
        try #require(value?.array).map { Float(try #require($0.double)) }
    }

    private func part(_ value: JSONValue?) throws -> ResidualPart {
        ResidualPart(
            length: Float(try #require(value?["length"]?.double)), logit: Float(try #require(value?["logit"]?.double)))
    }

    private func isNear(_ a: Float, _ b: Float) -> Bool { abs(a - b) < 1e-4 * max(1, abs(b)) }
    private func isNear(_ a: ResidualPart, _ b: ResidualPart) -> Bool {
        isNear(a.length, b.length) && isNear(a.logit, b.logit)
    }

    private func model(_ name: String) throws -> any Transformer {
        name == "stepglass-tiny"
            ? try loadTransformer(try ShippedModelTests().folder(), compute: Compute(threads: 2))
            : try smallModel(name).model
    }

    @Test func everyKindOfStreamHasItsModel() {
        let models = Self.entries.compactMap { $0["model"]?.string }
        for kind in ["llama-biased", "gpt2-tied", "gemma2-plain", "gemma3-plain", "olmo2-biased", "stepglass-tiny"] {
            #expect(models.contains(kind))
        }
    }

    @Test(arguments: entries.indices)
    func equalsTransformers(number: Int) throws {
        let entry = Self.entries[number]
        let name = try #require(entry["model"]?.string)
        let model = try model(name)
        let ids = try #require(try entry["ids"]?.integers)
        let token = try #require(entry["token"]?.int)
        let pass = ResidualPass()
        let logits = model.logits(ids, recorder: pass).suffix(model.configuration.vocabularySize)
        let weights = try #require(model.residual)
        let heads = model.configuration.heads
        let sum = weights.sum(pass, token: token, heads: heads, compute: model.compute)
        #expect(argmax(logits) == token)
        #expect(isNear(sum.scale, Float(try #require(entry["scale"]?.double))))
        #expect(isNear(sum.constant, Float(try #require(entry["constant"]?.double))))
        #expect(isNear(sum.logit, Float(try #require(entry["logit"]?.double))))
        #expect(isNear(sum.embedding.part, try part(entry["embedding"])))
        let layers = try #require(entry["layers"]?.array)
        #expect(layers.count == sum.layers.count)
        for (wanted, layer) in zip(layers, sum.layers) {
            #expect(isNear(layer.attention, try part(wanted["attention"])))
            #expect(isNear(layer.mlp, try part(wanted["mlp"])))
            #expect(isNear(layer.length, Float(try #require(wanted["length"]?.double))))
            #expect(layer.headLogits.count == heads && layer.headLengths.count == heads)
            #expect(distance(layer.headLogits, try numbers(wanted["headLogits"])) < 1e-4)
            for (a, b) in zip(layer.headLengths, try numbers(wanted["headLengths"])) { #expect(isNear(a, b)) }
        }
        let near = weights.neighbours(
            of: try #require(ids.last), count: 8, lengths: weights.embeddingLengths(model.compute),
            compute: model.compute)
        #expect(distance(near.map(\.cosine), try numbers(entry["cosines"])) < 1e-5)
        #expect(near.map(\.id) == (try entry["neighbours"]?.integers))
    }

    /// A head that is off adds nothing, and the parts still add up.
    @Test func aHeadThatIsOffAddsNothing() throws {
        let model = try smallModel("llama-grouped").model
        model.ablated = [LayerHead(layer: 1, head: 2)]
        let pass = ResidualPass()
        let logits = model.logits([3, 14, 15], recorder: pass).suffix(model.configuration.vocabularySize)
        let sum = try #require(model.residual).sum(pass, token: 7, heads: 4, compute: model.compute)
        #expect(sum.layers[1].headLogits[2] == 0 && sum.layers[1].headLengths[2] == 0)
        #expect(abs(sum.logit - logits[logits.startIndex + 7]) < 1e-5)
    }

    @Test func anEncoderHasNoSuchSum() throws { #expect(try smallModel("bert-base").model.residual == nil) }
}
